# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Where an ordinary user's root is unpacked before it is packed again: TMPDIR, or another folder if
# programs cannot run there or the user's sub-ids cannot reach it. /tmp is often too small.

mount_options() {
	findmnt -n -o OPTIONS -T "$1" | tail -n 1
}

runs_programs() {
	[[ ,$(mount_options "$1"), != *,noexec,* ]]
}

# Every folder on the way is open to others.
others_reach() {
	local folder=$1
	while [[ $(stat -c %A "$folder") == *[xt] ]]; do
		[[ $folder != / ]] || return 0
		folder=$(dirname "$folder")
	done
	return 1
}

is_usable() {
	[[ -d $1 && -w $1 ]] && runs_programs "$1" && others_reach "$1"
}

# Prints the folder. The note says why it is not the one that was asked for.
temporary_folder() {
	local folder
	for folder in ${TMPDIR:+"$(realpath -m "$TMPDIR")"} /var/tmp "$BUILD" /tmp; do
		is_usable "$folder" || continue
		[[ -z ${TMPDIR-} || $folder == "$(realpath -m "$TMPDIR")" ]] ||
			say "note: TMPDIR=$TMPDIR is not open to others or mounted noexec: using $folder"
		echo "$folder"
		return
	done
	die "programs that other users may run cannot be unpacked in ${TMPDIR:+$TMPDIR, }/var/tmp, $BUILD or /tmp: give a folder that is not mounted noexec and that others can enter as TMPDIR="
}
