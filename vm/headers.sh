# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # release is from native
#
# What a build with this machine's own tools needs of the headers in KDIR, and of the tools. One clear line
# for what is missing.

# The release that KDIR is for. The headers need not be there: the kit can fetch Debian's.
kdir_release() {
	if [[ -e $KDIR/include/config/kernel.release ]]; then
		cat "$KDIR/include/config/kernel.release"
	elif [[ -e $KDIR/include/generated/utsrelease.h ]]; then
		sed -n 's/.*UTS_RELEASE "\(.*\)"/\1/p' "$KDIR/include/generated/utsrelease.h"
	elif [[ $KDIR =~ ^/lib/modules/([^/]+)/build/?$ ]]; then
		echo "${BASH_REMATCH[1]}"
	fi
}

has_crates() {
	[[ -e $KDIR/rust/libkernel.rmeta ]]
}

option() {
	sed -nE "s/^CONFIG_$1=\"?([^\"]*)\"?\$/\1/p" "$KDIR/.config"
}

is_debian() {
	[[ $release =~ ^[0-9.]+\+deb[0-9]+-(.*-)?(amd64|arm64)$ ]]
}

older() {
	[[ $1 != "$2" && $(printf '%s\n' "$1" "$2" | sort -V | head -n 1) == "$1" ]]
}

check_age() {
	[[ -z $release ]] || ! older "$release" "$OLDEST_KERNEL" ||
		die "kernel $release is too old: the module needs $OLDEST_KERNEL or newer; boot a newer kernel, or give its headers as KDIR="
}

# With this machine's own tools, for its own processor.
check_arch() {
	local kind=another
	[[ $(option X86_64) != y ]] || kind=amd64
	[[ $(option ARM64) != y ]] || kind=arm64
	[[ $kind != another ]] || die "kernel $release is not for x86_64 or arm64, the architectures that the module is built for so far"
	[[ $kind == "$MACHINE" || -n ${ARCH-} ]] ||
		die "kernel $release is for $kind, and this machine is $MACHINE: give ARCH= and CROSS_COMPILE= as the kernel's own build wants them"
}

check_headers() {
	check_age
	[[ -d $KDIR ]] || die "there are no kernel headers in $KDIR: install the headers package of ${release:-that kernel}, or give another KDIR="
	[[ -e $KDIR/.config ]] || die "$KDIR/.config is missing: that is no configured kernel tree"
	[[ -n $release ]] || die "$KDIR/include/config/kernel.release is missing: run make modules_prepare in that kernel tree"
	check_arch
	[[ $(option RUST) == y ]] ||
		die "kernel $release has no Rust: CONFIG_RUST is not set in $KDIR/.config; use a kernel that is built with CONFIG_RUST=y"
	has_crates ||
		die "$KDIR/rust/libkernel.rmeta is missing: install the package with the Rust part of the headers (Ubuntu: linux-lib-rust-$release), or run make modules_prepare in the kernel's own tree"
	[[ -e $KDIR/Module.symvers ]] ||
		die "$KDIR/Module.symvers is missing, so that nothing can be linked with kernel $release: install its complete headers package, or build that kernel (make) and not only its modules_prepare"
}

# Crates need others, and only rustc knows which: let it read them all for an empty crate.
check_crates() {
	local output missing
	output=$(mktemp -d)
	missing=$(RUSTC_BOOTSTRAP=1 OBJTREE=$KDIR "${RUSTC:-rustc}" --edition=2021 --crate-type=rlib --crate-name=empty \
		--emit=metadata --out-dir="$output" -Zunstable-options --target="$KDIR/scripts/target.json" \
		--sysroot=/dev/null -L "$KDIR/rust" --extern=kernel - <<<'#![no_std] extern crate kernel;' 2>&1 |
		sed -n "s/^error.*can't find crate for \`\([^\`]*\)\`.*/\1/p" | xargs) || true
	rm -rf "$output"
	[[ -z $missing ]] ||
		die "$KDIR/rust has only a part of the crates, not: $missing; install the package with the Rust part of the headers again, or run make modules_prepare in the kernel's own tree"
}

is_clang() {
	[[ $(option CC_IS_CLANG) == y ]]
}

# What compiles the C part, and links: as the kernel was compiled. CC= on the command line is for who knows.
check_c_tools() {
	local tool tools=(gcc ld)
	! is_clang || tools=(clang ld.lld)
	[[ " ${MAKEFLAGS-}" != *" CC="* ]] || return 0
	for tool in "${tools[@]}"; do
		command -v "$tool" >/dev/null || die "$tool is not installed; kernel $release was built with $(option CC_VERSION_TEXT)"
	done
}

# bindgen looks for libclang only when it has something to do.
check_libclang() {
	local file output
	file=$(mktemp --suffix=.h)
	output=$("${BINDGEN:-bindgen}" "$file" 2>&1) || true
	rm -f "$file"
	[[ $output != *"nable to find libclang"* ]] ||
		die "${BINDGEN:-bindgen} finds no libclang: install it (Debian, Ubuntu: libclang-dev), or say where it is with LIBCLANG_PATH="
}

# Rust crates can be read only by the compiler that wrote them.
check_tools() {
	local tool wanted found
	wanted=$(option RUSTC_VERSION_TEXT)
	for tool in make "${RUSTC:-rustc}" "${BINDGEN:-bindgen}"; do
		command -v "$tool" >/dev/null || die "$tool is not installed; kernel $release was built with $wanted"
	done
	found=$("${RUSTC:-rustc}" --version)
	[[ $found == "$wanted" ]] ||
		die "kernel $release was built with $wanted, but this is $found: give the right one with RUSTC=/path/to/rustc"
	! has_crates || check_crates
	check_c_tools
	check_libclang
}
