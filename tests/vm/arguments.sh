#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Parameters given to insmod: what is accepted, what is refused, and what a refusal leaves behind.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

test_every_parameter_can_be_given() {
	load threads=5 interval=HZ/10,20ms wait=timeout,ssleep cpus=1,0 sched=fifo_low log=Y \
		trip_us=4000000 autostart=N device_mode=0640
	expect threads 5 "$(get threads)"
	expect interval HZ/10,20ms "$(get interval)"
	expect wait timeout,ssleep "$(get wait)"
	expect cpus 1,0 "$(get cpus)"
	expect sched fifo_low "$(get sched)"
	expect log Y "$(get log)"
	expect trip_us 4000000 "$(get trip_us)"
	expect device_mode 0640 "$(get device_mode)"
	expect autostart N "$(get autostart)"
	expect "intervals of the workers" "HZ/10 20ms HZ/10 20ms HZ/10" "$(column interval)"
	expect "wait of the workers" "timeout ssleep timeout ssleep timeout" "$(column wait)"
	expect last_error none "$(get last_error)"
}

test_white_space_in_a_quoted_argument() {
	load 'interval=" 20ms "' wait=timeout
	expect interval 20ms "$(get interval)"
}

test_of_an_argument_given_twice_the_last_counts() {
	load threads=3 wait=timeout threads=2
	expect threads 2 "$(get threads)"
	expect ids "0 1" "$(column id)"
}

test_spellings_of_booleans() {
	local value
	for value in Y y 1 yes Yes on ON true True t tr yep 11 ' Y' 'on '; do
		load wait=timeout "autostart=\"$value\""
		expect "autostart after $value" Y "$(get autostart)"
		unload
	done
	for value in N n 0 no NO off of oFf false False f nay 00 ' N'; do
		load wait=timeout "autostart=\"$value\""
		expect "autostart after $value" N "$(get autostart)"
		unload
	done
}

test_what_is_no_boolean() {
	local value
	load wait=timeout
	for value in o oui 2 '' ' ' -1 x "'y'"; do
		expect_errno EINVAL put log "$value"
	done
	expect log N "$(get log)"
}

# refuses ERRNO NAME VALUE [ARGUMENT…]: loading fails, the log says why, nothing is left.
refuses() {
	mark_log
	expect_errno "$1" load wait=timeout threads=2 "$2=\"$3\"" "${@:4}"
	expect_match "kernel log for $2=$3" "(^|$newline)kthread_counter: $2: \"$3\": .+" "$(new_log)"
	expect_nothing_left
}
newline='
'

test_bad_values_are_refused() {
	refuses EINVAL threads x
	refuses EINVAL threads ''
	refuses EINVAL interval fast
	refuses EINVAL interval 1hz
	refuses EINVAL interval '1,,2'
	refuses EINVAL wait hrtimers
	refuses EINVAL wait 'timeout,'
	refuses EINVAL cpus 4095
	refuses EINVAL sched idle
	refuses EINVAL log maybe
	refuses EINVAL trip_us soon
	refuses EINVAL device_mode 0888
	refuses EINVAL autostart maybe
}

test_values_outside_their_range_are_refused() {
	refuses ERANGE threads 32769
	refuses ERANGE interval 0
	refuses ERANGE interval 86401
	refuses ERANGE trip_us 4294967296
	refuses ERANGE device_mode 01000
}

test_the_reason_in_the_log_is_that_of_last_error() {
	mark_log
	expect_errno ERANGE load interval=0
	expect "kernel log" 'kthread_counter: interval: "0": shorter than 50us' "$(new_log)"
}

test_commands_are_refused() {
	refuses EINVAL start all
	refuses EINVAL stop 0
	refuses EINVAL signal USR1
	refuses EINVAL reset 0
}

test_outputs_are_refused() {
	refuses EINVAL hz 100
	refuses EINVAL last_error none
	refuses EINVAL last_trip none
}

test_a_bad_argument_after_good_ones_leaves_nothing() {
	refuses ERANGE interval 0 log=Y
	load wait=timeout
	expect "threads of the next load" 1 "$(get threads)"
	expect "log of the next load" N "$(get log)"
}

# As a bool of C's: `log` and `log=1` are the same.
test_a_boolean_without_a_value_is_on() {
	load log wait=timeout autostart=N autostart causes
	expect log Y "$(get log)"
	expect autostart Y "$(get autostart)"
	expect causes Y "$(get causes)"
	expect last_error none "$(get last_error)"
}

test_a_boolean_written_as_the_kernel_takes_it() {
	local value
	load wait=timeout
	for value in t on yep ' 1 ' ' Yes' $'\ty\t'; do
		put log N
		put log "$value"
		expect "log after '$value'" Y "$(get log)"
	done
	for value in f of off nope ' 0 ' ' No'; do
		put log Y
		put log "$value"
		expect "log after '$value'" N "$(get log)"
	done
}

test_other_arguments_without_a_value_are_refused() {
	local name
	for name in threads interval wait start last_error device_mode; do
		expect_errno EINVAL load $name
		expect_nothing_left
	done
}

test_the_longest_lists() {
	local items
	items=$(printf 'timeout,%.0s' {1..32})
	load "wait=${items%,}"
	expect wait "${items%,}" "$(get wait)"
	unload
	mark_log
	expect_errno EINVAL load "wait=timeout,${items%,}"
	expect_match "kernel log" 'wait: ' "$(new_log)"
	expect_nothing_left
}

test_a_load_that_was_refused_does_not_hinder_the_next() {
	for _ in {1..20}; do
		load threads=3 wait=timeout interval=0 2>/dev/null
	done
	load threads=3 wait=timeout
	expect states "running running running" "$(column state)"
}

run_tests
