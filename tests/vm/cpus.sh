#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Workers that are bound to CPUs, and CPUs that come and go.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

CPU1=/sys/devices/system/cpu/cpu1/online

# The CPUs that the thread of a worker may run on.
allowed() { awk '/^Cpus_allowed_list:/ { print $2 }' "/proc/$(field "$1" pid)/status"; }

online() { cat /sys/devices/system/cpu/online; }

# Whatever a test did to it.
cpu1_comes_back() { [ "$(cat $CPU1)" = 1 ] || echo 1 >$CPU1; }

test_two_cpus_are_there() {
	expect "CPUs that are online" 0-1 "$(online)"
}

test_not_bound() {
	load threads=2 wait=timeout
	expect cpus "" "$(get cpus)"
	expect "lines when cpus is read" 1 "$(wc -l <$PARAMS/cpus)"
	expect "where worker 0 may run" 0-1 "$(allowed 0)"
}

test_bound_at_load() {
	load threads=3 wait=hrtimer interval=20ms cpus=0-1
	expect cpus 0-1 "$(get cpus)"
	expect "where the workers may run" "0 1 0" "$(allowed 0) $(allowed 1) $(allowed 2)"
	expect_all_tick 3 0 1 2
	expect "where they were" "0 1 0" "$(column cpu)"
}

test_cpus_are_dealt_in_the_order_of_the_list() {
	load threads=5 wait=timeout interval=20ms cpus=1,0,1
	expect_all_tick 2 0 1 2 3 4
	expect "where they were" "1 0 1 1 0" "$(column cpu)"
	put threads 6
	expect "where a new one may run" 1 "$(allowed 5)"
}

# All primitives: those that sleep in the kernel's lists of others have to follow, too.
test_running_workers_move_at_once() {
	local id
	load threads=9 wait=ssleep,timeout,hrtimer,completion,event,work,idle,usleep,fsleep interval=20ms cpus=0
	for id in {0..8}; do
		expect "where worker $id may run" 0 "$(allowed "$id")"
	done
	put cpus 1
	for id in {0..8}; do
		expect "where worker $id may run" 1 "$(allowed "$id")"
	done
	expect_all_tick 2 0 1 2 6 7 8
	echo >$DEVICE
	cat $DEVICE >/dev/null
	expect_all_tick 2 5
	expect_soon is_field 3 ticks 1
	expect_soon is_field 4 ticks 1
	expect "where they were" "1 1 1 1 1 1 1 1 1" "$(column cpu)"
}

test_an_empty_write_frees_them() {
	load threads=2 wait=timeout interval=20ms cpus=1
	expect "where worker 0 may run" 1 "$(allowed 0)"
	expect_errno none put cpus ""
	expect cpus "" "$(get cpus)"
	expect "where worker 0 may run" 0-1 "$(allowed 0)"
	expect "where worker 1 may run" 0-1 "$(allowed 1)"
	expect_ticks 0 2
}

test_stopped_workers_are_bound_when_they_start() {
	load threads=2 wait=timeout interval=20ms autostart=N
	put cpus 1
	put start all
	expect "where worker 0 may run" 1 "$(allowed 0)"
	expect_ticks 0 2
	expect cpu 1 "$(field 0 cpu)"
}

test_cpus_that_there_are_not() {
	local value
	load threads=2 wait=timeout cpus=1
	for value in 2 0-2 0,7 4096 4294967296 99999999999999999999; do
		expect_errno EINVAL put cpus "$value"
		expect_match last_error "^cpus: \"$value\": " "$(get last_error)"
	done
	for value in x 0- 1-0 0x1 -1 '0,1,' '0 1' '0, 1' all 0-1:1; do
		expect_errno EINVAL put cpus "$value"
	done
	expect cpus 1 "$(get cpus)"
	expect "where worker 0 may run" 1 "$(allowed 0)"
	unload
	mark_log
	expect_errno EINVAL load wait=timeout cpus=7
	expect_match "kernel log" '^kthread_counter: cpus: "7": .' "$(new_log)"
	expect_nothing_left
}

test_a_cpu_that_is_offline() {
	load threads=2 wait=timeout cpus=0
	echo 0 >$CPU1
	expect_errno EINVAL put cpus 1
	expect_errno EINVAL put cpus 0-1
	expect cpus 0 "$(get cpus)"
	cpu1_comes_back
	expect_errno none put cpus 0-1
}

test_a_worker_whose_cpu_goes_offline_goes_on_elsewhere() {
	load threads=9 wait=ssleep,timeout,hrtimer,completion,event,work,idle,usleep,fsleep interval=20ms cpus=1
	expect_all_tick 3 0 1 2 5 6 7 8
	expect "where they were" 1 "$(field 2 cpu)"
	echo 0 >$CPU1
	expect "CPUs that are online" 0 "$(online)"
	expect_all_tick 5 0 1 2 5 6 7 8
	echo >$DEVICE
	cat $DEVICE >/dev/null
	expect_soon is_field 3 ticks 1
	expect_soon is_field 4 ticks 1
	expect "where they were" "0 0 0 0 0 0 0 0 0" "$(column cpu)"
	expect states "running running running running running running running running running" "$(column state)"
	expect cpus 1 "$(get cpus)"

	cpu1_comes_back
	expect "CPUs that are online" 0-1 "$(online)"
	expect_all_tick 5 0 1 2 5 6 7 8
	put cpus 0
	put cpus 1
	expect "where worker 2 may run" 1 "$(allowed 2)"
	expect_all_tick 3 0 1 2 5 6 7 8
	expect "where they were" "1 1 1 1" "$(field 0 cpu) $(field 1 cpu) $(field 2 cpu) $(field 5 cpu)"
}

test_workers_are_started_and_created_while_their_cpu_is_offline() {
	load threads=2 wait=hrtimer interval=20ms cpus=1
	put stop 0
	echo 0 >$CPU1
	expect_errno none put start 0
	expect_errno none put threads 3
	expect_all_tick 3 0 1 2
	expect "where they were" "0 0 0" "$(column cpu)"
	cpu1_comes_back
	expect_all_tick 3 0 1 2
}

test_unloading_while_their_cpu_is_offline() {
	load threads=9 wait=ssleep,timeout,hrtimer,completion,event,work,idle,usleep,fsleep interval=3600 cpus=1
	echo 0 >$CPU1
	expect_errno none unload
	expect_nothing_left
	cpu1_comes_back
}

test_a_cpu_comes_and_goes_while_workers_tick() {
	load threads=6 wait=timeout,hrtimer,work interval=1j cpus=0-1
	for _ in {1..5}; do
		echo 0 >$CPU1
		expect_all_tick 3 0 1 2 3 4 5
		echo 1 >$CPU1
		expect_all_tick 3 0 1 2 3 4 5
	done
	cpu1_comes_back
}

# An item that is queued just when its CPU goes would wait for ever.
test_no_work_is_left_behind_on_a_cpu_that_goes() {
	load threads=20 wait=work interval=1j cpus=1
	for _ in {1..5}; do
		expect_all_tick 2 {0..19}
		echo 0 >$CPU1
		expect_all_tick 2 {0..19}
		echo 1 >$CPU1
	done
	expect_all_tick 2 {0..19}
	for id in 0 19; do expect_soon is_field $id cpu 1; done
	expect_errno none put stop all
	cpu1_comes_back
}

trap cpu1_comes_back EXIT
run_tests
