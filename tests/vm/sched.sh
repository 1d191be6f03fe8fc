#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The scheduling policy of the threads.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# The policy and real-time priority of a worker's thread: 0 is normal, 1 is FIFO.
policy() { awk '{ sub(/.*\) /, ""); print $39, $38 }' "/proc/$(field "$1" pid)/stat"; }

expect_policies() {
	local id pids
	pids=$(column pid)
	for ((id = 0; id < $(wc -w <<<"$pids"); id++)); do
		expect "policy and priority of worker $id" "$1" "$(policy $id)"
	done
}

test_normal_at_first() {
	load threads=2 wait=timeout
	expect sched normal "$(get sched)"
	expect_policies "0 0"
}

# The priorities are those that the kernel gives to its own threads: the middle, and the lowest.
test_given_at_load() {
	load threads=2 wait=timeout sched=fifo
	expect sched fifo "$(get sched)"
	expect_policies "1 50"
	unload
	load threads=2 wait=timeout sched=fifo_low
	expect sched fifo_low "$(get sched)"
	expect_policies "1 1"
}

test_running_threads_change_at_once() {
	load threads=9 wait=ssleep,timeout,hrtimer,completion,event,work,idle,usleep,fsleep interval=20ms
	put sched fifo
	expect_policies "1 50"
	expect_all_tick 2 0 1 2 5 6 7 8
	put sched fifo_low
	expect_policies "1 1"
	expect_all_tick 2 0 1 2 5 6 7 8
	put sched normal
	expect_policies "0 0"
	expect_all_tick 2 0 1 2 5 6 7 8
}

test_new_and_restarted_threads_have_it_too() {
	load threads=2 wait=timeout
	put stop 0
	put sched fifo
	put start 0
	put threads 3
	expect_policies "1 50"
}

test_values() {
	local value
	load wait=timeout sched=fifo
	for value in '' ' ' rr FIFO fifo,normal 'fifo normal' 0 50 other batch; do
		expect_errno EINVAL put sched "$value"
		expect_match last_error '^sched: ".*": .' "$(get last_error)"
	done
	expect sched fifo "$(get sched)"
	expect_policies "1 50"
	expect_errno none put sched " normal "
	expect sched normal "$(get sched)"
	unload
	expect_errno EINVAL load wait=timeout sched=idle
}

test_a_table_full_of_fifo_workers_leaves_room_for_others() {
	load threads=50 wait=hrtimer,timeout interval=2j sched=fifo cpus=0-1
	expect_all_tick 5 0 1 48 49
	put sched normal
	expect_policies "0 0"
}

run_tests
