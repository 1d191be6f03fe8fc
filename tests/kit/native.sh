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
	mkdir -p "$work/d/usr/lib"
	ln -s usr/lib "$work/d/lib"
	output=$(installing install) || fault "$output"
	output=$(installing uninstall) || fault "$output"
	expect "what is left where lib is a link" "lib usr usr/lib" "$(cd "$work/d" && find . -mindepth 1 -printf '%P\n' | sort | xargs)"
}

# real_modules COMMAND…: on a machine whose /lib/modules is $work/modules.
real_modules() {
	local file options=(--ro-bind /usr /usr --symlink usr/bin /bin --symlink usr/sbin /sbin --dev /dev --proc /proc
		--ro-bind "$PROJECT" "$PROJECT" --bind "$work" "$work" --bind "$work/modules" /lib/modules --dir /var/lib/dpkg)
	[[ ! -e /usr/lib64 ]] || options+=(--symlink usr/lib64 /lib64)
	for file in /usr/lib/*; do
		[[ $file == */modules ]] || options+=(--symlink "$file" "/lib/${file##*/}")
	done
	bwrap "${options[@]}" env -i PATH="$work/bin" HOME="$work" O="$work/o" "$@" 2>&1
}

# installed_for RELEASE…: as make install leaves it, for kernels that are there.
installed_for() {
	local release
	for release in "$@"; do
		mkdir -p "$work/modules/$release/updates"
		touch "$work/modules/$release"/{modules.dep,updates/kthread_counter.ko.xz}
	done
}

# Kernels of which 8.1 and 8.2 have what make install left, 8.3 has DKMS's, 8.4 has a package's, and 8.5 was removed.
many_kernels() {
	ln -s "$(type -P rmdir)" "$work/bin/"
	program depmod "echo \"\$*\" >>$work/depmod"
	program dpkg-query 'for path; do' '	[[ $path != /usr/lib/modules/8.4/updates/kthread_counter.ko.xz ]] || found=1' 'done' \
		'[[ -z ${found-} ]] || echo "kthread-counter-modules-8.4: $path"' 'exit 1'
	installed_for 8.{1..5}
	mkdir "$work/modules/8.3/updates/dkms"
	mv "$work/modules/8.3/updates"/{,dkms/}kthread_counter.ko.xz
	rm "$work/modules/8.5/modules.dep"
	touch "$work/modules/8.2/updates/other.ko"
}

left_modules() { (cd "$work/modules" && find . ! -name modules.dep | sort | xargs); }

test_it_is_uninstalled_for_all_kernels() {
	machine
	many_kernels
	output=$(real_modules "$PROJECT/vm/native" uninstall) || fault "$output"
	expect "what is left" "$(xargs <<<'. ./8.1 ./8.2 ./8.2/updates ./8.2/updates/other.ko ./8.3 ./8.3/updates ./8.3/updates/dkms
		./8.3/updates/dkms/kthread_counter.ko.xz ./8.4 ./8.4/updates ./8.4/updates/kthread_counter.ko.xz')" "$(left_modules)"
	expect "whose lists are new" "8.1 8.2" "$(xargs <"$work/depmod")"
	[[ $output == *"left: /lib/modules/8.4/updates/kthread_counter.ko.xz, which is that of the package kthread-counter-modules-8.4"* ]] ||
		fault "$output"
	rm -r "$work/modules/8.4"
	expect "what it says when there is nothing" "kthread_counter.ko is not installed" "$(real_modules "$PROJECT/vm/native" uninstall)"
}

test_it_is_uninstalled_for_one_kernel() {
	machine
	many_kernels
	output=$(real_modules KDIR=/lib/modules/8.2/build "$PROJECT/vm/native" uninstall) || fault "$output"
	expect_true test -e "$work/modules/8.1/updates/kthread_counter.ko.xz" -a ! -e "$work/modules/8.2/updates/kthread_counter.ko.xz"
	expect "whose list is new" 8.2 "$(xargs <"$work/depmod")"
}

# It would be overwritten, and gone with the package.
test_a_package_s_module_is_not_installed_over() {
	machine
	many_kernels
	echo 8.4 >"$kdir/include/config/kernel.release"
	expect_error "the module for 8.4 is that of the package kthread-counter-modules-8.4: remove it first*" \
		real_modules KDIR="$kdir" "$PROJECT/vm/native" install
}

# The kernel's make knows O= too, and would build the kernel there.
test_our_o_is_not_the_kernel_s() {
	machine
	output=$(env -i PATH="$work/bin" HOME="$work" "$(PATH=${PATH#*:} type -P make)" --no-print-directory -C "$PROJECT" \
		KDIR="$kdir" O="$work/o" V=1 all 2>&1) || fault "status $?"
	[[ $output == *"make -C $kdir "*"MAKEFLAGS="*V=1* && $output != *"MAKEFLAGS="*"O="* ]] || fault "$output"
}
