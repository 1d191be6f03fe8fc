#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Bytes that nobody would write, to every file that can be written: SEED= repeats a run.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

FUZZ=${0%.sh}
export COVERAGE=/run/fuzz-coverage

KCOV=/sys/kernel/debug/kcov
rm -f $COVERAGE

fuzz() { python3 -B "$FUZZ" "$@" || fail "fuzz $* found something"; }

# rounds FULL BRIEF: fewer where nothing tells how far the bytes get.
rounds() { if [ -e $KCOV ]; then at_length "$@"; else echo $(($1 / 3)); fi; }

test_parameters_withstand_any_bytes() {
	load wait=timeout
	fuzz parameters "$(rounds 25 15)"
}

test_the_device_withstands_any_bytes() {
	load wait=timeout
	fuzz device "$(rounds 15 8)"
}

test_arguments_withstand_any_text() {
	fuzz arguments "$(rounds 30 12)"
}

test_the_bytes_reach_most_of_the_code() {
	if [ ! -e $KCOV ]; then
		skip "this kernel has no KCOV"
		return
	fi
	# Less than what a short run reaches, to leave room for other random bytes.
	fuzz coverage interface/parameters=45 domain/logic=55
}

run_tests
