#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading and unloading: what appears, what it says, and that all of it goes.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

test_defaults() {
	load
	expect threads 1 "$(get threads)"
	expect interval 1 "$(get interval)"
	expect wait ssleep "$(get wait)"
	expect cpus "" "$(get cpus)"
	expect sched normal "$(get sched)"
	expect log N "$(get log)"
	expect trip_us 0 "$(get trip_us)"
	expect last_trip none "$(get last_trip)"
	expect device_mode 0600 "$(get device_mode)"
	expect autostart Y "$(get autostart)"
	expect last_error none "$(get last_error)"
	expect "the worker's state" running "$(field 0 state)"
}

test_unloading_leaves_nothing() {
	load threads=18 wait=ssleep,timeout,idle,usleep,fsleep,hrtimer,completion,event,work \
		interval=1,20ms
	expect_soon threads_are 18
	unload
	expect_nothing_left
}

test_one_line_in_the_log_at_load() {
	mark_log
	load threads=3 wait=timeout
	expect "lines in the log" 1 "$(new_log | wc -l)"
}

test_one_line_with_the_totals_at_unload() {
	local ticks
	load threads=2 wait=timeout interval=20ms
	expect_ticks 1 2
	put stop all
	ticks=$(field all ticks)
	mark_log
	unload
	expect "lines in the log" 1 "$(new_log | wc -l)"
	expect_match "that line" "(^|[^0-9])$ticks([^0-9]|\$)" "$(new_log)"
}

test_threads_are_named_after_their_worker() {
	local id pid
	load threads=12 wait=timeout
	for id in 0 11; do
		pid=$(field "$id" pid)
		expect "name of the thread of worker $id" "kcounter/$id" "$(cat "/proc/$pid/comm")"
	done
}

test_loading_twice_is_refused() {
	load wait=timeout
	expect_errno EEXIST load
	expect "state after that" running "$(field 0 state)"
}

test_without_autostart_nothing_runs_until_started() {
	load threads=3 wait=timeout autostart=N
	expect autostart N "$(get autostart)"
	expect states "stopped stopped stopped" "$(column state)"
	expect pids "- - -" "$(column pid)"
	expect "exit, as none ever ran" "- - -" "$(column exit)"
	expect running 0 "$(header running)"
	expect_soon no_threads
	put start 1
	expect states "stopped running stopped" "$(column state)"
	put start all
	expect states "running running running" "$(column state)"
}

test_no_workers() {
	load threads=0
	expect "lines of the table" 2 "$(wc -l <$TABLE)"
	expect "threads in its first line" 0 "$(header threads)"
	expect_soon no_threads
	unload
	expect_nothing_left
}

test_unloading_with_stopped_and_exited_workers() {
	load threads=4 wait=timeout
	put stop 0-1
	put signal "KILL 1-2" 2>/dev/null # worker 1 has no thread: refused as a whole
	put signal "KILL 2"
	expect_soon is_field 2 state exited
	unload
	expect_nothing_left
}

# Jiffies and nanoseconds, as the kernel's list of timers begins.
clocks() { awk '/^now at/ { now = $3 } /^jiffies:/ { print $2, now; exit }' /proc/timer_list; }

test_hz_is_that_of_the_kernel() {
	local before after
	load wait=timeout
	expect "hz in the table" "$(get hz)" "$(header hz)"
	# The kernel does not say what its HZ is, but how many jiffies have passed.
	before=$(clocks)
	sleep 2
	after=$(clocks)
	# shellcheck disable=SC2086 # four numbers
	set -- $before $after
	local measured=$((($3 - $1) * 1000000000 / ($4 - $2)))
	expect_number "hz" $((measured * 10)) -gt $(($(get hz) * 8))
	expect_number "hz" $((measured * 10)) -lt $(($(get hz) * 12))
}

run_tests
