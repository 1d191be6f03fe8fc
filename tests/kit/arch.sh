# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Kernels of another processor than the machine's, whichever that is.

another() {
	case $MACHINE in
	amd64) echo arm64 ;;
	*) echo amd64 ;;
	esac
}

test_a_release_says_its_processor() {
	expect cloud arm64 "$(arch_of 7.2.12+deb13-cloud-arm64)"
	expect wanted arm64 "$(arch_of "${KERNELS[arm64]}")"
	expect plain amd64 "$(arch_of 7.2.12+deb13-amd64)"
	expect built "$MACHINE" "$(arch_of 7.2.12-debug)"
}

test_what_names_no_processor_is_this_machines() {
	local name
	for name in cloud rt next debug; do expect "$name" "$MACHINE" "$(arch_of "${KERNELS[$name]}")"; done
}

test_other_machines_are_refused() {
	expect_error "the kit knows only x86_64 and aarch64 machines, this is riscv64" load_arch riscv64
}

test_packages_of_another_processor_come_from_lists_of_their_own() {
	local options
	load_arch "$(another)"
	options=$(apt_arch)
	[[ $options == *"APT::Architecture=$arch"* && $options == *"/lists-$arch"* ]] || fault "$options"
	load_arch "$MACHINE"
	expect own "" "$(apt_arch)"
}

test_only_a_machine_of_another_processor_has_its_own_root() {
	load_arch "$MACHINE"
	arch_folders
	[[ $(machine_options kvm) != *--root* ]] || fault "$(machine_options kvm)"
	expect folder "$BUILD/tool" "$tool_dir"
	load_arch "$(another)"
	arch_folders
	[[ $(machine_options tcg) == *"--root"*"$PLAIN_BUILD/guest-$arch" ]] || fault "$(machine_options tcg)"
	expect folder "$BUILD/tool-$arch" "$tool_dir"
}

# changes OPTION: does the kit take crates for $arch from a toolchain that changes it?
changes() {
	local kdir=$work/kdir release=7.2
	mkdir -p "$kdir"
	echo "CONFIG_$1=y" >"$work/.config"
	echo "# CONFIG_$1 is not set" >"$kdir/.config"
	(check_configuration "$work") >/dev/null 2>&1
}

test_a_toolchain_may_change_only_what_is_no_part_of_the_crates() {
	. "$PROJECT/vm/crates.sh"
	expect_true changes CC_VERSION_TEXT
	expect_false changes GCC_VERSION
	load_arch arm64
	expect_true changes COMPAT_VDSO
	expect_false changes COMPAT_VDSO_X
	expect_false changes DEBUG_INFO_BTF
	load_arch amd64
	expect_false changes COMPAT_VDSO
}

# The names of programs below $work/root.
programs_of() {
	load_arch "$1"
	rm -rf "$work/root"
	mkdir -p "$work/root/usr/sbin"
	init_programs "$work/root"
	(cd "$work/root/usr" && find . ! -type d -printf '%f\n' | sort | xargs)
}

test_a_root_has_what_the_init_of_its_machine_calls() {
	. "$PROJECT/vm/init.sh"
	expect compiled systemd-udevd "$(programs_of amd64)"
	expect script 'poweroff systemd-udevd udevadm' "$(programs_of arm64)"
}

test_packages_of_another_processor_have_their_own_folder() {
	local release
	release=7.2.12+deb13-cloud-$(another)
	mkdir -p "$work/releases/$release"
	printf '%s\n' "release=$release" version=7.2.12-1 series=7.2 >"$work/releases/$release/versions"
	expect own "" "$(load_arch "$MACHINE" && arch_folders && echo "$arch_suffix")"
	expect other "-$(another)" "$(BUILD=$work RELEASE=$release && load_versions && echo "$arch_suffix")"
}
