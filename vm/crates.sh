# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from other files
#
# Rebuild the kernel's Rust crates, which Debian's headers do not carry, from the source of the
# same version with the same configuration and compiler. The kernel itself is not built.

# An option that changes is a different `struct module`, or other symbol names: insmod would fail
# later and say nothing that helps.
#
# The name of the C compiler has Debian's revision; its version is an option of its own.
check_configuration() {
	local changed harmless=CC_VERSION_TEXT${harmless_options:+|$harmless_options}
	changed=$(diff <(grep CONFIG_ "$1/.config") <(grep CONFIG_ "$kdir/.config") | grep '^[<>]' |
		grep -vE " (# )?CONFIG_($harmless)\b" || true)
	[[ -z $changed ]] ||
		die "the crates would not match $release: this toolchain changes" \
			"$(grep -o 'CONFIG_[A-Z0-9_]*' <<<"$changed" | sort -u | xargs)${remedy:+; $remedy}"
}

# rebuild_crates FROM: in $kdir, of $source_dir, for $release. FROM has what the headers have of it. kernel_make
# is the kernel's make as the caller runs it.
rebuild_crates() {
	local file upstream built
	mkdir -p "$kdir"
	for file in .config Module.symvers vmlinux; do
		cp "$1/$file" "$kdir/"
	done
	kernel_make -C "$source_dir" O="$kdir" olddefconfig
	check_configuration "$1"

	upstream=$(kernel_make -s -C "$source_dir" kernelversion | tail -n 1)
	kernel_make -C "$source_dir" O="$kdir" LOCALVERSION="${release#"$upstream"}" modules_prepare
	built=$(<"$kdir/include/config/kernel.release")
	[[ $built == "$release" ]] || die "the crates are for $built, not for $release"
}
