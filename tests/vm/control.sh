#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Starting, stopping, resetting, and changing the number of workers.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

test_stop_ends_the_thread_and_keeps_the_counters() {
	local pid ticks
	load threads=2 wait=timeout interval=20ms
	expect_ticks 1 2
	pid=$(field 1 pid)
	put stop 1
	expect_soon is_gone "$pid"
	ticks=$(field 1 ticks)
	expect states "running stopped" "$(column state)"
	expect pid - "$(field 1 pid)"
	expect exit 0 "$(field 1 exit)"
	expect_number ticks "$ticks" -ge 2
	expect_ticks 0 3
	expect "ticks, while the other one counts" "$ticks" "$(field 1 ticks)"
}

test_stop_returns_when_the_threads_are_gone() {
	load threads=9 wait=ssleep,timeout,idle,usleep,fsleep,hrtimer,completion,event,work interval=3600
	put stop all
	# No waiting here: that is what stop has done.
	expect "other states than stopped" "" "$(column state | tr ' ' '\n' | grep -vx stopped)"
	expect pids "- - - - - - - - -" "$(column pid)"
	expect running 0 "$(header running)"
	expect_soon no_threads
}

test_stopping_a_stopped_worker_is_no_error() {
	load wait=timeout
	put stop 0
	expect_errno none put stop 0
	expect state stopped "$(field 0 state)"
}

test_start_brings_a_stopped_worker_back() {
	local pid ticks
	load wait=timeout interval=20ms
	expect_ticks 0 2
	pid=$(field 0 pid)
	put stop 0
	ticks=$(field 0 ticks)
	put start 0
	expect state running "$(field 0 state)"
	expect exit - "$(field 0 exit)"
	expect_number "ticks" "$(field 0 ticks)" -ge "$ticks"
	[ "$(field 0 pid)" != "$pid" ] || fail "the thread is still $pid"
	expect_ticks 0 2
}

test_starting_a_running_worker_leaves_it_alone() {
	local pid
	load threads=2 wait=timeout interval=20ms
	expect_ticks 0 2
	pid=$(field 0 pid)
	put stop 1
	put start all
	expect pid "$pid" "$(field 0 pid)"
	expect states "running running" "$(column state)"
	expect_number "ticks were kept" "$(field 0 ticks)" -ge 2
}

test_lists_and_ranges_of_ids() {
	load threads=8 wait=timeout
	put stop 1-3,5
	expect states "running stopped stopped stopped running stopped running running" "$(column state)"
	put start 2-2,5,5
	expect states "running stopped running stopped running running running running" "$(column state)"
	put stop " 0,6-7 "
	expect states "stopped stopped running stopped running running stopped stopped" "$(column state)"
	put start all
	expect running 8 "$(header running)"
}

test_a_list_has_at_most_32_items() {
	local items
	load threads=2 wait=timeout
	items=$(printf '0,%.0s' $(seq 32))
	expect_errno none put stop "${items%,}"
	expect states "stopped running" "$(column state)"
	expect_errno EINVAL put start "0,${items%,}"
	expect states "stopped running" "$(column state)"
}

test_a_list_is_checked_whole_before_anything_is_done() {
	local pids
	load threads=3 wait=timeout interval=20ms
	expect_ticks 0 2
	pids=$(column pid)
	expect_errno ESRCH put stop 0,1,3
	expect_errno ESRCH put signal "KILL 0-3"
	expect_errno ESRCH put reset 0,7
	expect_errno EINVAL put stop 0,x
	expect "threads" "$pids" "$(column pid)"
	expect_number "ticks were kept" "$(field 0 ticks)" -ge 2
	put stop 2
	expect_errno ESRCH put start 2,3
	expect states "running running stopped" "$(column state)"
}

test_reset_zeroes_the_counters() {
	local name
	load threads=2 wait=timeout interval=20ms
	put signal USR1
	expect_ticks 0 3
	expect_ticks 1 3
	put stop all
	put reset 0
	for name in ticks missed early signals; do
		expect "$name" 0 "$(field 0 $name)"
	done
	for name in late_last_ns late_min_ns late_avg_ns late_max_ns; do
		expect "$name" - "$(field 0 $name)"
	done
	expect_number "ticks of the other" "$(field 1 ticks)" -ge 3
	expect_number "signals of the other" "$(field 1 signals)" -eq 1
}

test_reset_of_a_running_worker() {
	load wait=timeout interval=20ms
	expect_ticks 0 3
	put interval 3600
	put reset 0
	# One that was due before the change may be counted after the reset.
	expect_number ticks "$(field 0 ticks)" -le 1
	expect state running "$(field 0 state)"
	put interval 20ms
	expect_ticks 0 2
}

test_growing_starts_new_workers_and_leaves_the_others_alone() {
	local pids
	load threads=2 wait=timeout interval=20ms
	expect_ticks 0 2
	pids=$(column pid)
	put threads 5
	expect threads 5 "$(get threads)"
	expect "threads in the table" 5 "$(header threads)"
	expect ids "0 1 2 3 4" "$(column id)"
	expect states "running running running running running" "$(column state)"
	expect_match "process ids" "^$pids " "$(column pid)"
	expect_ticks 4 2
}

test_shrinking_removes_the_highest_ids() {
	local pids
	load threads=5 wait=timeout interval=20ms
	expect_ticks 4 1
	pids=$(column pid)
	put threads 2
	expect threads 2 "$(get threads)"
	expect ids "0 1" "$(column id)"
	expect_match "process ids" "^$(column pid) " "$pids"
	expect_errno ESRCH put stop 2
	expect_soon threads_are 2
}

test_a_removed_worker_takes_its_counters_with_it() {
	load threads=2 wait=timeout interval=20ms
	expect_ticks 1 5
	put interval 3600
	put threads 1
	put threads 2
	expect "ticks of the new worker 1" 0 "$(field 1 ticks)"
}

test_shrinking_to_none_and_growing_again() {
	load threads=3 wait=timeout,ssleep interval=3600
	put threads 0
	expect threads 0 "$(get threads)"
	expect "lines of the table" 2 "$(wc -l <$TABLE)"
	expect_soon no_threads
	expect_errno ESRCH put stop 0
	expect_errno none put threads 2
	expect states "running running" "$(column state)"
}

test_shrinking_with_stopped_and_exited_workers() {
	load threads=4 wait=timeout
	put stop 2
	put signal "TERM 3"
	expect_soon is_field 3 state exited
	put threads 1
	expect states running "$(column state)"
	put threads 4
	expect states "running running running running" "$(column state)"
}

test_writing_the_same_number_changes_nothing() {
	local pids
	load threads=3 wait=timeout
	pids=$(column pid)
	put stop 1
	put threads 3
	expect states "running stopped running" "$(column state)"
	expect "process id of worker 0" "${pids%% *}" "$(field 0 pid)"
}

run_tests
