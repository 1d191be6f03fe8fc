# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Installing the program, of which a build is made up, and removing it.

# built: what vm/tool leaves below O=, without the toolchain root that it needs.
built() {
	mkdir -p "$work"/o/tool/{man,completions}
	printf '#!/bin/sh\necho mine\n' >"$work/o/tool/kthread-counter"
	touch "$work"/o/tool/man/kthread-counter{,-show}.1 "$work"/o/tool/completions/{bash,zsh,fish}
}

make_it() { env -u PREFIX O="$work/o" DESTDIR="$work/d" "${@:2}" "$PROJECT/vm/program" "$1" 2>&1; }

files() { find "$work/d" -type f -printf '%m %P\n' | sort -k2; }

test_all_is_installed_and_removed() {
	built
	umask 077
	output=$(make_it install) || fault "$output"
	expect files "755 usr/local/bin/kthread-counter
644 usr/local/share/bash-completion/completions/kthread-counter
644 usr/local/share/fish/vendor_completions.d/kthread-counter.fish
644 usr/local/share/man/man1/kthread-counter-show.1
644 usr/local/share/man/man1/kthread-counter.1
644 usr/local/share/zsh/site-functions/_kthread-counter" "$(files)"
	expect "what it says" mine "$("$work/d/usr/local/bin/kthread-counter")"
	touch "$work/d/usr/local/share/man/man1/other.1"
	output=$(make_it uninstall) || fault "$output"
	expect "what is left" other.1 "$(find "$work/d" -type f -printf '%f\n')"
	expect "what it says when there is nothing" "" "$(make_it uninstall)"
}

test_a_prefix() {
	built
	output=$(make_it install PREFIX=/opt/a\ b) || fault "$output"
	expect_true test -x "$work/d/opt/a b/bin/kthread-counter"
	output=$(make_it uninstall PREFIX=/opt/a\ b) || fault "$output"
	expect files "" "$(files)"
	expect_error "PREFIX=opt is not a path*" make_it install PREFIX=opt
}

test_a_package_s_program_is_left_alone() {
	built
	mkdir -p "$work"/d/{var/lib/dpkg,usr/bin}
	touch "$work/d/usr/bin/kthread-counter"
	program dpkg-query '[[ $3 != /usr/bin/kthread-counter ]] || echo "kthread-counter: $3"'
	expect_error "$work/d/usr/bin/kthread-counter is that of the package kthread-counter: remove it first*" make_it install PREFIX=/usr
	expect "what it says" "left: $work/d/usr/bin/kthread-counter, which is that of the package kthread-counter" "$(make_it uninstall PREFIX=/usr)"
	expect_true test ! -s "$work/d/usr/bin/kthread-counter" -a -e "$work/d/usr/bin/kthread-counter"
	output=$(make_it install) || fault "$output"
}

test_it_stays_when_one_kernel_s_module_goes() {
	built
	output=$(make_it install) || fault "$output"
	output=$(make_it uninstall KDIR=/lib/modules/8.1/build) || fault "$output"
	expect_true test -e "$work/d/usr/local/bin/kthread-counter"
}

test_a_program_that_is_not_built_is_told() {
	expect "what it says" "the program is not installed: make tool builds it" "$(make_it install)"
	expect_true test ! -e "$work/d"
}
