#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The interval: what is accepted, what is read back, and that it counts at once.
#
# machine: --instructions

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# expect_readback WRITTEN READ
expect_readback() {
	expect_errno none put interval "$1" || return
	expect "interval after writing $1" "$2" "$(get interval)"
	expect "interval in the table after writing $1" "$2" "$(field 0 interval)"
}

test_seconds() {
	load wait=timeout
	expect_readback 1 1
	expect_readback HZ 1
	expect_readback 1*HZ 1
	expect_readback HZ/1 1
	expect_readback 1s 1
	expect_readback 1000ms 1
	expect_readback 1000000us 1
	expect_readback 60*HZ 60
	expect_readback 60s 60
	expect_readback 86400 86400
	expect_readback 86400000ms 86400
	expect_readback 86400000000us 86400
}

test_parts_of_a_second_are_read_in_the_shortest_form() {
	load wait=timeout
	expect_readback HZ/2 HZ/2
	expect_readback 500ms HZ/2
	expect_readback 100ms HZ/10
	expect_readback HZ/10 HZ/10
	expect_readback HZ/3 HZ/3
	expect_readback 20ms 20ms
	expect_readback HZ/50 20ms
	expect_readback 1500ms 1500ms
	expect_readback 1500000us 1500ms
	expect_readback 1ms 1ms
	expect_readback HZ/1000 1ms
	expect_readback 1234us 1234us
	expect_readback 50us 50us
	expect_readback HZ/20000 50us
}

test_jiffies_are_read_as_jiffies_where_that_is_shorter() {
	load wait=timeout
	local hz
	hz=$(get hz)
	expect_readback 3j 3j
	expect_readback 1j 1j
	expect_readback "${hz}j" 1
	expect_readback "$((hz / 10))j" "$((hz / 10))j"
	expect_readback "$((60 * hz))j" 60
}

test_white_space_around_the_value() {
	load wait=timeout
	expect_readback " 2" 2
	expect_readback "2 " 2
	expect_readback $'\t20ms \t' 20ms
	printf 3 >$PARAMS/interval
	expect "interval, written without an end of line" 3 "$(get interval)"
}

test_what_is_read_can_be_written_back() {
	local value read
	load wait=timeout
	for value in HZ/3 HZ/7 HZ/4000 7777us 1j 999999us 86399s 1,HZ/10,50us; do
		put interval "$value"
		read=$(get interval)
		put interval 2
		expect_readback_list "$read"
	done
}

expect_readback_list() {
	expect_errno none put interval "$1"
	expect "interval after writing back $1" "$1" "$(get interval)"
}

test_a_list_is_dealt_to_the_workers_in_turn() {
	load threads=5 wait=timeout interval=2,HZ/10,20ms
	expect interval 2,HZ/10,20ms "$(get interval)"
	expect "intervals of the workers" "2 HZ/10 20ms 2 HZ/10" "$(column interval)"
	put interval 3,4
	expect "intervals of the workers" "3 4 3 4 3" "$(column interval)"
	put threads 6
	expect "intervals of the workers" "3 4 3 4 3 4" "$(column interval)"
}

# list LENGTH VALUE
list() {
	local items
	items=$(printf "$2,%.0s" $(seq "$1"))
	echo "${items%,}"
}

test_a_list_has_at_most_32_values() {
	load wait=timeout
	expect_errno none put interval "$(list 32 2)"
	expect interval "$(list 32 2)" "$(get interval)"
	expect_errno EINVAL put interval "$(list 33 3)"
	expect "interval after that" "$(list 32 2)" "$(get interval)"
}

test_a_sleeping_timeout_worker_is_rearmed_at_once() {
	load wait=timeout interval=3600
	expect_soon is_asleep 0
	put interval 10ms
	expect_ticks 0 3
	# The wake by the change was before the deadline, so it is no tick.
	expect early 1 "$(field 0 early)"
}

test_sleeping_uninterruptible_workers_are_rearmed_soon() {
	load threads=4 wait=ssleep,idle,usleep,fsleep interval=3600
	sleep 0.2
	put interval 10ms
	expect_all_tick 3 0 1 2 3
}

test_a_longer_interval_also_counts_at_once() {
	local ticks
	load wait=timeout interval=20ms
	expect_ticks 0 2
	put interval 3600
	expect_soon is_asleep 0 # a tick that was due when the interval changed has been counted
	ticks=$(field 0 ticks)
	expect_always 1 is_field 0 ticks "$ticks"
}

test_wait_is_live() {
	load threads=2 wait=ssleep interval=20ms
	expect_ticks 0 2
	put wait timeout
	expect wait timeout "$(get wait)"
	expect "wait of the workers" "timeout timeout" "$(column wait)"
	expect_ticks 0 3
	put wait ssleep,timeout
	expect wait ssleep,timeout "$(get wait)"
	expect "wait of the workers" "ssleep timeout" "$(column wait)"
	expect_ticks 0 3
	expect_ticks 1 3
}

run_tests
