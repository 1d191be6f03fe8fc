#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `causes` on a kernel without tracepoints, as far as the module can tell: it is built as for one. The rest works.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

KO=${BASELINE%/baseline/*}/untraced/kthread_counter.ko
REASON="this kernel has no tracepoints"

test_turning_it_on_is_refused() {
	local value
	load wait=timeout interval=20ms
	for value in Y 1 ' on '; do
		expect_errno EOPNOTSUPP put causes "$value"
		expect last_error "causes: \"${value// /}\": $REASON" "$(get last_error)"
		expect causes N "$(get causes)"
	done
	expect_errno none put causes N
	expect last_error none "$(get last_error)"
	expect_errno EINVAL put causes x
	expect_match last_error '^causes: "x": .' "$(get last_error)"
	expect "column split_ticks" - "$(field 0 split_ticks)"
	expect_ticks 0 3
}

test_loading_with_it_fails() {
	local argument
	for argument in causes causes=Y; do
		mark_log
		expect_errno EOPNOTSUPP load threads=5 wait=timeout "$argument"
		expect "kernel log after $argument" "kthread_counter: causes: $REASON" "$(new_log)"
		expect_nothing_left
	done
	load wait=timeout causes=N
	expect causes N "$(get causes)"
}

test_the_rest_works() {
	load threads=9 wait="$ALL_WAITS" interval=20ms trip_us=1
	echo >$DEVICE
	cat $DEVICE >/dev/null
	expect_all_tick 3 0 1 2 3 4 5 8
	expect_soon is_field 6 ticks 1
	expect_soon is_field 7 ticks 1
	expect_soon is_tripped
	expect_match last_trip ' at_ns=[0-9]+$' "$(get last_trip)"
	put stop all
	put start 0-3
	put wait hrtimer
	expect_ticks 0 3
	expect_errno none unload
	expect_nothing_left
}

run_tests
