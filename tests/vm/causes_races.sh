#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `causes` turned on and off while threads are woken, and unloading while it is on: no probe is left in the
# kernel, whose next wake-up would run it. The splat gate sees the rest.
#
# processors: all
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

TOGGLES=50
UNLOADS=$(at_length 20 6)

# A probe of a module that has gone would be met at once.
wake_a_lot() {
	for _ in {1..200}; do read -rt 0.001 -u "$never" _; done
}

read_everything() {
	while [ -e "$running" ]; do cat $TABLE $PARAMS/last_trip; done >/dev/null 2>&1
}

# Without a pause.
toggle() {
	while [ -e "$running" ]; do
		{ echo Y >$PARAMS/causes && echo N >$PARAMS/causes; } 2>/dev/null
	done
}
begin_running() { running=$(mktemp /run/running.XXXXXX); }
end_running() {
	rm -f "$running"
	wait
}

test_toggled_while_many_tick_and_readers_read() {
	local i
	load threads=200 wait="$ALL_WAITS" interval=20ms trip_us=1
	begin_running
	read_everything &
	read_everything &
	for ((i = 0; i < TOGGLES; i++)); do
		expect_errno none put causes Y
		echo >$DEVICE
		put reset 0-9
		expect_errno none put causes N
	done
	put causes Y
	expect_ticks 5 5
	end_running
	expect_number "split_ticks of all" "$(field all split_ticks)" -gt 0
	expect_errno none unload
	expect_nothing_left
	wake_a_lot
}

test_toggled_by_several_at_a_time() {
	load threads=20 wait=hrtimer interval=10ms
	begin_running
	for _ in 1 2 3; do toggle & done
	expect_ticks 0 200
	end_running
	put causes N
	expect "columns" - "$(field all split_ticks)"
	put causes Y
	expect_ticks 0 3
	expect_number split_ticks "$(field 0 split_ticks)" -gt 0
}

test_unloaded_while_it_is_on() {
	local i
	for ((i = 0; i < UNLOADS; i++)); do
		load threads=50 wait=hrtimer,ssleep,event interval=10ms causes
		expect_ticks 0 5
		expect_errno none unload
		expect_nothing_left
		wake_a_lot
	done
}

test_unloaded_while_it_is_toggled() {
	local i
	for ((i = 0; i < UNLOADS; i++)); do
		load threads=20 wait=hrtimer,timeout interval=10ms
		begin_running
		toggle &
		expect_ticks 0 $((i * 5 + 1))
		expect_soon unload
		end_running
		expect_nothing_left
		wake_a_lot
	done
}

# Threads come and go while their wake-ups are seen.
test_started_and_stopped_while_it_is_on() {
	local i
	load threads=20 wait=hrtimer,timeout,event interval=10ms causes
	for ((i = 0; i < 10; i++)); do
		put stop all
		put start all
		put threads 40
		put signal "KILL 0-9"
		put threads 20
		put start all
	done
	expect_ticks 0 3
	expect_errno none unload
	expect_nothing_left
	wake_a_lot
}

run_tests
