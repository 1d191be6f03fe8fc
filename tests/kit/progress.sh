# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# What the kit makes of messages of its tools.

test_an_index_that_is_too_old_names_the_way_out() {
	echo "E: Release file for http://mirror/debian/dists/trixie-updates/InRelease is expired (invalid since 3d). Updates for this repository will not be applied." >"$work/log"
	[[ $(explain "$work/log") == *"APT_OPTIONS=Acquire::Check-Valid-Until=false"* ]] || fault "$(explain "$work/log")"
}

test_a_clock_that_is_behind_is_told() {
	echo "E: Release file for http://mirror/debian/dists/trixie/InRelease is not valid yet (invalid for another 4h)." >"$work/log"
	[[ $(explain "$work/log") == *"clock is wrong"* ]] || fault "$(explain "$work/log")"
}

test_an_index_without_the_package_is_told() {
	echo "ERROR: No matching distribution found for virtme-ng==1.42" >"$work/log"
	[[ $(explain "$work/log") == *"PIP_INDEX_URL"* ]] || fault "$(explain "$work/log")"
}

test_notes_of_a_step_are_shown() {
	step() { printf '%s\n' 'much else' 'note: this is odd'; }
	[[ $(run_step heading "$work/log" step 2>&1) == *"done in "*$'\n'"note: this is odd" ]] || fault "$(run_step heading "$work/log" step 2>&1)"
}
