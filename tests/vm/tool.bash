# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests of the program kthread-counter with the real module.

PROGRAM=$TOOL/kthread-counter

program() { "$PROGRAM" "$@"; }

# expect_status STATUS ARGUMENT…: the program ends so. What it wrote is in the globals output and errors.
expect_status() {
	local status=0
	program "${@:2}" >/run/program.output 2>/run/program.errors || status=$?
	output=$(</run/program.output)
	errors=$(</run/program.errors)
	[ "$status" = "$1" ] || fail "the status of: ${*:2}: expected $1, got $status, and it said:" "$errors" "$output"
}

# json FILE EXPRESSION: of the document d, in Python.
json() { python3 -c 'import json, sys; d = json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$@"; }
