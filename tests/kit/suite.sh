# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Kernels of another Debian release than the kit's, which another compiler built.

test_a_release_says_which_debian_it_is_of() {
	expect stable trixie "$(suite_of 7.2.12+deb13-cloud-amd64)"
	expect next forky "$(suite_of 7.2.12+deb14-arm64)"
	expect longer trixie "$(suite_of 7.2.12+deb145-amd64)"
	expect built trixie "$(suite_of 7.2.12-debug)"
}

test_a_kernel_that_is_called_as_a_debian_is_of_it() {
	KERNEL=forky
	load_wanted
	expect suite forky "$suite"
	expect root "$BUILD/root-forky" "$compiler_root"
	expect apt forky "${suites[*]}"
	KERNEL=cloud
	load_wanted
	expect suite trixie "$suite"
	expect root "$ROOT" "$compiler_root"
	expect apt "trixie trixie-backports" "${suites[*]}"
}

test_the_running_kernel_gets_its_own_compiler() {
	KERNEL=cloud RELEASE=7.2.12+deb14-$MACHINE
	load_wanted
	expect suite forky "$suite"
}

test_each_debian_has_the_gcc_of_its_kernels() {
	local name
	for name in "${!SUITES[@]}"; do
		load_suite "$name"
		[[ " $(compiler_packages | xargs) " == *" gcc-$gcc "* ]] || fault "$name: $(compiler_packages | xargs)"
	done
}

test_a_compiler_of_another_debian_is_for_this_processor() {
	RELEASE=7.2.12+deb14-arm64
	[[ $MACHINE != arm64 ]] || RELEASE=7.2.12+deb14-amd64
	load_wanted
	expect_error "the kit builds for another processor only with the compiler of Debian trixie, not of forky" \
		check_compiler
}
