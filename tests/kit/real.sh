# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2119,SC2120,SC2154,SC2317,SC2329
#
# The kit in an odd place, for real: a source folder that cannot be written, and what is built under a path
# with all the signs that it may have.

elsewhere="$work/o@b,c=d~ä+"
place="$work/p@b,c=d~ä+"

# somewhere COMMAND…: with a read-only project at $place, and build/ at $elsewhere.
somewhere() {
	mkdir -p "$elsewhere" "$place"
	touch "$BUILD/lock"
	bwrap --dev-bind / / --ro-bind "$PROJECT" "$place" --bind "$BUILD" "$elsewhere" --chdir "$place" -- \
		env O="$elsewhere" "$@"
}

test_the_module_is_built_elsewhere() {
	output=$(somewhere make --no-print-directory print-artifacts 2>&1) || fault "$output"
	[[ $output == *"ko=$elsewhere/module/"* ]] || fault "$output"
}

test_a_machine_runs_elsewhere() {
	# shellcheck disable=SC2016 # for the guest
	local script='modinfo -F license "$KO" && touch "$BUILD/kit-was-here" && ! touch "$PROJECT/kit-was-here" 2>/dev/null && pwd'
	output=$(somewhere vm/boot --timeout 120 -- bash -c "$script" 2>&1) || fault "status $?"
	[[ $output == *GPL*"$place" && -e $BUILD/kit-was-here ]] || fault "$output"
	rm -f "$BUILD/kit-was-here"
}

test_the_hosts_file_of_this_machine_is_in_the_root() {
	expect hosts "$(</etc/hosts)" "$("$PROJECT/vm/enter" cat /etc/hosts)"
}
