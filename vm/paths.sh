# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Whether the kit can work where it is: the names of the folders, and who they belong to.

# make, shells, env and QEMU take some characters for their own. What may be in a path has been tried: the
# crates and the module are built there, inside the root and without it, and a machine runs.
check_path() {
	local LC_ALL=C left
	left=${1//[a-zA-Z0-9\/._+@,~-]/}
	left=${left//[$'\x80'-$'\xff']/} # umlauts and the like
	[[ -z $left ]] ||
		die "the kit cannot work in a path with \"${left:0:1}\": $1"
}

# The folder for all that is made: there, writable, and ours.
check_build() {
	[[ -z ${O-} || ! -e $BUILD || -e $BUILD/lock || -z $(ls -A "$BUILD") ]] ||
		die "O=$O is not empty, and not a folder that this kit made: give a new one"
	mkdir -p "$BUILD" 2>/dev/null || die "$BUILD cannot be made: build elsewhere with O=DIR, for example O=/var/tmp/kthread_counter"
	check_owner
	[[ -w $BUILD ]] || die "$BUILD is not writable: build elsewhere with O=DIR, for example O=/var/tmp/kthread_counter"
	touch "$BUILD/lock" # marks it as the kit's
}

# What root has made here, an ordinary user cannot go on with.
check_owner() {
	local other
	! is_root || return 0
	other=$(find "$BUILD" -maxdepth 3 -not -user "$EUID" -print -quit 2>/dev/null)
	[[ -z $other ]] ||
		die "$other belongs to $(stat -c %U "$other"), after a sudo make? please run: sudo chown -R $(id -un): $BUILD"
}
