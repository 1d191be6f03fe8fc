# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2153,SC2154 # for, and from, other files
#
# What differs from one Debian release to the next: which compiler built its kernels, and where they are.

# suite_of RELEASE: by the number in a kernel's name, 7.2.12+deb13-amd64; the kit's own for what is built here.
suite_of() {
	local name number rest
	for name in "${!SUITES[@]}"; do
		read -r number rest <<<"${SUITES[$name]}"
		[[ $1 != *"+deb$number-"* ]] || { echo "$name" && return; }
	done
	echo "$SUITE"
}

# load_suite NAME: sets suite, gcc, suites (where apt looks) and compiler_root.
load_suite() {
	local number backports
	suite=$1
	read -r number gcc backports <<<"${SUITES[$1]}"
	suites=("$suite" ${backports:+"$suite-$backports"})
	compiler_root=$ROOT
	is_own_suite || compiler_root=$BUILD/root-$suite
}

# Whether the kit's root has the compiler.
is_own_suite() {
	[[ $suite == "$SUITE" ]]
}

# The cross-compilers are in the kit's root.
check_compiler() {
	! is_cross || is_own_suite ||
		die "the kit builds for another processor only with the compiler of Debian $SUITE, not of $suite"
}

# in_root COMMAND…: where the compiler is. All else runs in the kit's root, by vm/enter.
in_root() {
	ENTER_ROOT=$compiler_root "$PROJECT/vm/enter" "$@"
}
