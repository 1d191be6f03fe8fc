# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# Which folder the root of an ordinary user is unpacked in.

test_tmpdir_is_honoured() {
	chmod 755 "$work"
	TMPDIR=$work
	expect folder "$work" "$(temporary_folder)"
}

test_a_tmpdir_that_others_cannot_enter_is_not_used() {
	mkdir -m 700 "$work/private"
	mkdir "$work/private/tmp"
	TMPDIR=$work/private/tmp
	expect folder "note: TMPDIR=$TMPDIR is not open to others or mounted noexec: using /var/tmp"$'\n'/var/tmp \
		"$(temporary_folder 2>&1)"
}

test_a_folder_mounted_noexec_is_not_used() {
	chmod 755 "$work"
	TMPDIR=$work
	mount_options() { if [[ $1 == "$work" || $1 == /var/tmp ]]; then echo rw,nodev,noexec; else echo rw; fi; }
	BUILD=/tmp
	expect folder /tmp "$(temporary_folder 2>/dev/null)"
	unset TMPDIR
	expect folder /tmp "$(temporary_folder 2>&1)"
}

test_no_folder_at_all_is_one_line() {
	mount_options() { echo rw,noexec; }
	expect_error "*as TMPDIR=" temporary_folder
}
