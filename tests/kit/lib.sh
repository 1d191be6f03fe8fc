# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the tests of the kit share. A test is a function test_… that runs in a shell of its own, with an empty
# folder $work.

# shellcheck source=vm/lib.sh
. "${BASH_SOURCE[0]%/*}/../../vm/lib.sh"
for file in accel paths tmp apt archive pip progress host; do
	# shellcheck source=/dev/null
	. "$PROJECT/vm/$file.sh"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
faults=0

fault() {
	printf '%s\n' "$*"
	faults=$((faults + 1))
}

finish() {
	((faults == 0))
}

# expect WHAT WANTED GOT
expect() {
	[[ $2 == "$3" ]] || fault "$1: expected '$2', got '$3'"
}

expect_true() {
	"$@" || fault "'$*' failed"
}

expect_false() {
	! "$@" || fault "'$*' did not fail"
}

# expect_error PATTERN COMMAND…: it fails, and says why in one line.
expect_error() {
	local output
	output=$( ("${@:2}") 2>&1) && fault "'${*:2}' did not fail"
	[[ $output == "error: "$1 && $output != *$'\n'* ]] || fault "'${*:2}' said: $output"
}

# program NAME [LINES…]: a program of that name that comes before the machine's.
program() {
	mkdir -p "$work/bin"
	printf '%s\n' '#!/bin/bash' "${@:2}" >"$work/bin/$1"
	chmod +x "$work/bin/$1"
	[[ $PATH == "$work/bin:"* ]] || PATH=$work/bin:$PATH
}
