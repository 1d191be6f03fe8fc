#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `work` and CPUs: with `cpus` the work item is queued on the CPU that was dealt, and what is told of it is
# where it ran, and not where the thread was that waited for it.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

TRACING=/sys/kernel/tracing
TICK=$TRACING/events/kthread_counter/kthread_counter_tick
ITEM=$TRACING/events/workqueue/workqueue_execute_start
CPU1=/sys/devices/system/cpu/cpu1/online

has_tracing() {
	[ -e $TRACING/trace ] || mount -t tracefs nodev $TRACING 2>/dev/null || return
	[ -e $ITEM/enable ] && echo 0 >$TRACING/options/record-cmd
}

# A CPU that does something has the timers of those that do not, unless a timer is for one CPU.
keep_cpu_0_busy() {
	taskset -c 0 bash -c 'while :; do :; done' &
	busy=$!
}
leave_cpu_0() {
	kill "$busy"
	wait "$busy" 2>/dev/null
}

# trace_ticks NUMBER COMMAND…: traces work items and ticks until worker 0 has ticked so often.
trace_ticks() {
	echo 1 >$TRACING/tracing_on
	echo >$TRACING/trace
	echo 1 >$ITEM/enable
	echo 1 >$TICK/enable
	put start all
	expect_ticks 0 "$1"
	put stop all
	echo 0 >$TICK/enable
	echo 0 >$ITEM/enable
}

# The CPUs of the module's items and what the ticks after them say, each pair once.
item_and_tick_cpus() {
	awk '
		/workqueue_execute_start: .*\[kthread_counter\]/ { match($0, /\[[0-9]+\]/); item = substr($0, RSTART + 1, RLENGTH - 2) + 0 }
		/kthread_counter_tick: / && item != "" { sub(/.*cpu=/, ""); print item, $1 + 0; item = "" }' $TRACING/trace | sort -u
}

test_items_run_on_the_cpu_that_was_dealt() {
	if ! has_tracing; then skip "this kernel has no ftrace"; return; fi
	keep_cpu_0_busy
	load wait=work interval=5ms cpus=1 autostart=N
	trace_ticks 30
	expect "where items ran, and where ticks say that they did" "1 1" "$(item_and_tick_cpus)"
	leave_cpu_0
}

test_of_items_that_run_anywhere_it_is_told_where() {
	local pairs
	if ! has_tracing; then skip "this kernel has no ftrace"; return; fi
	load wait=work interval=5ms autostart=N
	trace_ticks 60
	pairs=$(item_and_tick_cpus)
	[ -n "$pairs" ] || fail "no item was traced"
	expect "items that ran elsewhere than it is told" "" "$(awk '$1 != $2' <<<"$pairs")"
}

is_tripped() { [ "$(get last_trip)" != none ]; }

test_the_row_and_the_trip_name_it() {
	keep_cpu_0_busy
	load threads=2 wait=work interval=5ms cpus=1,0 trip_us=1
	expect_soon is_tripped
	expect_all_tick 5 0 1
	expect "cpu of both" "1 0" "$(column cpu)"
	put stop 1
	put reset all
	expect_soon is_tripped
	expect_match last_trip '^id=0 wait=work cpu=1 ' "$(get last_trip)"
	leave_cpu_0
}

test_another_list_counts_at_once() {
	load wait=work interval=5ms cpus=0
	expect_ticks 0 2
	expect cpu 0 "$(field 0 cpu)"
	put cpus 1
	expect_ticks 0 2
	expect cpu 1 "$(field 0 cpu)"
	put interval 3600
	put cpus 0
	put interval 5ms
	expect_ticks 0 2
	expect cpu 0 "$(field 0 cpu)"
}

test_a_cpu_that_goes_and_comes_back() {
	load wait=work interval=5ms cpus=1
	for _ in 1 2 3; do
		expect_ticks 0 3
		expect cpu 1 "$(field 0 cpu)"
		echo 0 >$CPU1
		expect_ticks 0 10
		expect "cpu, without CPU 1" 0 "$(field 0 cpu)"
		echo 1 >$CPU1
		expect_soon is_field 0 cpu 1
	done
}

cpu1_comes_back() { [ "$(cat $CPU1)" = 1 ] || echo 1 >$CPU1; }
trap cpu1_comes_back EXIT
run_tests
