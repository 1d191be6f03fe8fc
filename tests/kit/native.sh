# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# The build for a kernel of this machine's own, with headers and tools that we make up: what is missing is
# said in one line.

crates=(libkernel.rmeta libcore.rmeta libmacros.so)

# Headers that are complete, and all tools that the kernel was built with. Nothing else is on the PATH but
# what the kit's own scripts use.
machine() {
	local tool
	kdir=$work/headers
	mkdir -p "$kdir"/{include/config,rust} "$work/bin"
	echo 7.9.0-own >"$kdir/include/config/kernel.release"
	declare -A names=([amd64]=X86_64 [arm64]=ARM64)
	printf '%s\n' "CONFIG_${names[$MACHINE]}=y" CONFIG_RUST=y 'CONFIG_RUSTC_VERSION_TEXT="rustc 1.2.3"' 'CONFIG_CC_VERSION_TEXT="gcc 14"' >"$kdir/.config"
	touch "$kdir/Module.symvers" "${crates[@]/#/$kdir/rust/}"
	for tool in bash cat dirname echo env find flock grep head id ls mkdir mktemp nproc readlink realpath rm sed sort stat tail touch uname xargs; do
		ln -s "$(type -P "$tool")" "$work/bin/"
	done
	program rustc '[[ $1 != --version ]] || { echo rustc 1.2.3; exit; }' "for crate in ${crates[*]}; do" \
		"	[[ -e $kdir/rust/\$crate ]] || echo \"error[E0463]: can't find crate for \\\`\$crate\\\` which others depend on\" >&2" 'done'
	program bindgen 'echo "/* nothing */"'
	program make 'printf "%s\n" "make $*" "MAKEFLAGS=${MAKEFLAGS-}"'
	program gcc && program ld && program clang && program ld.lld
}

native() {
	env -i PATH="$work/bin" HOME="$work" KDIR="$kdir" O="$work/o" "${@}" "$PROJECT/vm/native" build
}

test_what_is_complete_is_built() {
	machine
	output=$(native 2>&1) || fault "status $?"
	[[ $output == "make -C $kdir "*" MO=$work/o/module/7.9.0-own modules"$'\n'*"built $work/o/module/7.9.0-own/kthread_counter.ko for 7.9.0-own" ]] ||
		fault "$output"
}

test_headers_without_symbols() {
	machine
	rm "$kdir/Module.symvers"
	expect_error "$kdir/Module.symvers is missing*install*" native
}

test_headers_with_a_part_of_the_crates() {
	local crate
	machine
	for crate in "${crates[@]}"; do
		mv "$kdir/rust/$crate" "$work/"
		expect_error "$kdir/rust*${crate}*" native
		mv "$work/$crate" "$kdir/rust/"
	done
}

test_headers_of_another_processor() {
	local other=ARM64
	machine
	[[ $MACHINE != arm64 ]] || other=X86_64
	sed -i "1s/.*/CONFIG_$other=y/" "$kdir/.config"
	expect_error "kernel 7.9.0-own is for * and this machine is $MACHINE: give ARCH= *" native
	expect_true native ARCH=other >/dev/null 2>&1
	sed -i 1s/.*/CONFIG_RISCV=y/ "$kdir/.config"
	expect_error "kernel 7.9.0-own is not for x86_64 or arm64, *" native
}

test_headers_in_a_path_with_a_space() {
	machine
	mv "$kdir" "$work/my headers"
	kdir=$work/my\ headers
	expect_error 'the kit cannot work in a path with " ": *my headers' native
}

test_no_gcc() {
	machine
	rm "$work/bin/gcc"
	expect_error "gcc is not installed; kernel 7.9.0-own was built with gcc 14" native
	expect_true native MAKEFLAGS=" -- CC=gcc-14" >/dev/null 2>&1
}

test_no_clang_for_a_kernel_that_clang_built() {
	machine
	echo CONFIG_CC_IS_CLANG=y >>"$kdir/.config"
	rm "$work/bin/gcc"
	expect_true native >/dev/null 2>&1
	mv "$work/bin/ld.lld" "$work"
	expect_error "ld.lld is not installed; *" native
	mv "$work/ld.lld" "$work/bin"
	rm "$work/bin/clang"
	expect_error "clang is not installed; *" native
}

test_no_libclang() {
	machine
	program bindgen 'echo "thread main panicked: Unable to find libclang: \"couldn'\''t find any valid shared libraries\"" >&2' 'exit 101'
	expect_error "bindgen finds no libclang: install it*LIBCLANG_PATH=" native
}

installing() {
	env -i PATH="$work/bin" HOME="$work" KDIR="$kdir" O="$work/o" DESTDIR="$work/d" "$PROJECT/vm/native" "$1" 2>&1
}

# An ordinary user's folder needs no sudo, which is not there, and no list of modules is left in it.
test_all_is_installed_and_removed() {
	local tool
	machine
	for tool in install rmdir; do ln -s "$(type -P "$tool")" "$work/bin/"; done
	program make 'for word; do' '	[[ $word != INSTALL_MOD_PATH=* ]] || folder=${word#*=}/lib/modules/7.9.0-own/updates' 'done' \
		'[[ -z ${folder-} ]] || { mkdir -p "$folder" && echo mine >"$folder/kthread_counter.ko.xz"; }'
	output=$(installing install) || fault "$output"
	expect "files" lib/modules/7.9.0-own/updates/kthread_counter.ko.xz "$(find "$work/d" -type f -printf '%P\n')"
	output=$(installing uninstall) || fault "$output"
	expect "what is left" "" "$(find "$work/d" -mindepth 1)"
	expect "what it says when there is nothing" "kthread_counter.ko is not installed for 7.9.0-own" "$(installing uninstall)"
}

# The kernel's make knows O= too, and would build the kernel there.
test_our_o_is_not_the_kernel_s() {
	machine
	output=$(env -i PATH="$work/bin" HOME="$work" "$(PATH=${PATH#*:} type -P make)" --no-print-directory -C "$PROJECT" \
		KDIR="$kdir" O="$work/o" V=1 all 2>&1) || fault "status $?"
	[[ $output == *"make -C $kdir "*"MAKEFLAGS="*V=1* && $output != *"MAKEFLAGS="*"O="* ]] || fault "$output"
}
