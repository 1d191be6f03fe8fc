#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The storm, for MINUTES, and what is left when it is over.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../vm/lib.sh"

SEED=${SEED:-$RANDOM$RANDOM}
SECONDS_TOTAL=$((${MINUTES:-5} * 60))

storm() {
	echo "# SEED=$SEED repeats this"
	python3 -B "$PROJECT/tests/soak/storm.py" "$@"
}

# The machine may be unloading just now, on its own.
leave_nothing() {
	if is_loaded; then wait_until "$PATIENCE" unload 2>/dev/null; fi
	expect_nothing_left
	expect "the second CPU" 1 "$(cat /sys/devices/system/cpu/cpu1/online)"
}

# A fifth of the time, or more if a kind of operation has not met the module by then.
test_unloading_in_the_middle_of_each_operation() {
	storm $((SECONDS_TOTAL / 5)) "$SEED" middle ||
		fail "an operation had an outcome that it cannot have, or did not meet the module"
	leave_nothing
}

test_everything_at_the_same_time() {
	storm $((SECONDS_TOTAL * 4 / 5)) "$SEED" ||
		fail "an operation had an outcome that it cannot have, or an actor did nothing"
	leave_nothing
}

test_it_works_after_all_that() {
	local id
	load threads=9 wait=ssleep,timeout,idle,usleep,fsleep,hrtimer,work,completion,event interval=20ms causes=Y
	expect_all_tick 3 0 1 2 3 4 5 6
	cat $DEVICE >/dev/null
	echo >$DEVICE
	expect_soon is_above 7 ticks 0
	expect_soon is_above 8 ticks 0
	put stop all
	expect states "$(printf 'stopped%.0s ' {1..8})stopped" "$(column state)"
	# Each tick of a thread has its causes.
	for id in 0 1 2 3 4 5 7 8; do
		expect "split ticks of worker $id" "$(field $id ticks)" "$(field $id split_ticks)"
	done
	unload
	expect_nothing_left
}

run_tests
