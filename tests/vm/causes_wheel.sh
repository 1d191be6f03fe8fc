#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The causes of lateness where timers make it: the grain of the timer wheel, the slack of `fsleep`, none of a
# high-resolution timer. The machine skips the time in which it sleeps, and runs nothing else, so that the scheduler
# takes next to nothing.
#
# machine: --instructions
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tracing.bash
. "${0%/*}/tracing.bash"

MS=1000000 # nanoseconds
TRIES=5

# The grain of the wheel for so many jiffies: 1, and 8 times more at 63, at 504, at 4,032, …
grain_ms() {
	local grain=1 start=63 jiffies=$1 hz=$2
	while ((jiffies >= start)); do
		grain=$((grain * 8)) start=$((start * 8))
	done
	echo $((grain * 1000 / hz))
}

# What the wheel adds to each sleep that begins at its grain, as all do but the first one: up to the next
# grain, and never nothing.
stretch_ms() {
	local jiffies=$(($1 * $(get hz))) grain=$2
	grain=$((grain * $(get hz) / 1000))
	echo $(((grain - jiffies % grain) * 1000 / $(get hz)))
}

# splits_like ID AT_LEAST AT_MOST: the mean of to_wake, in ms; to_run is small.
splits_like() {
	find_cells "$1"
	seen+="${cells[wait]}: to_wake ${cells[to_wake_avg_ns]} ns, to_run ${cells[to_run_avg_ns]} ns of ${cells[split_ticks]}; "
	[ "${cells[split_ticks]}" != - ] || return
	((cells[split_ticks] >= 3 && cells[to_wake_avg_ns] >= $2 * MS && cells[to_wake_avg_ns] <= $3 * MS &&
		cells[to_run_max_ns] <= MS))
}

# Up to an eighth of the grain more, which tells the levels of the wheel apart: threads wait for each other, and
# their jiffies are counted from when they run. Timers without a grain are there to compare.
wheel_is_to_wake() {
	local id grain stretch
	seen="interval=$1: "
	! is_loaded || leave
	load threads=6 wait=ssleep,timeout,idle,fsleep,usleep,hrtimer interval="$1" causes
	grain=$(grain_ms $(($1 * $(get hz))) "$(get hz)")
	stretch=$(stretch_ms "$1" "$grain")
	seen+="a grain of $grain ms stretches it by $stretch ms; "
	sleep $(($1 + $1 / 2))
	put reset all
	sleep $(($1 * 3 + $1 / 2))
	for id in 0 1 2 3; do splits_like $id $((stretch - grain / 8)) $((stretch + grain / 8)) || return; done
	for id in 4 5; do splits_like $id 0 1 || return; done
}
# Or a stop would come after a second of the machine.
leave() {
	put wait timeout
	unload
}

test_2_seconds() { expect_in $TRIES wheel_is_to_wake 2; }
test_10_seconds() { expect_in $TRIES wheel_is_to_wake 10; }
test_60_seconds() { expect_in $TRIES wheel_is_to_wake 60; }

# A sleep in pieces is woken after each, of which the last one counts.
test_a_sleep_in_pieces() {
	local id
	load threads=3 wait=ssleep,usleep,fsleep interval=35 causes
	sleep 80
	for id in 0 1 2; do
		find_cells $id
		expect "ticks of ${cells[wait]}" "2 2" "${cells[ticks]} ${cells[split_ticks]}"
		expect_number "to_wake of ${cells[wait]}" "${cells[to_wake_sum_ns]}" -ge 0
		expect_number "least lateness of ${cells[wait]}" "${cells[late_min_ns]}" -ge 0
		expect "sum of both of ${cells[wait]}" "${cells[late_sum_ns]}" $((cells[to_wake_sum_ns] + cells[to_run_sum_ns]))
		expect_number "most of to_run of ${cells[wait]}" "${cells[to_run_max_ns]}" -le $MS
	done
	leave
}

# A watch that ends in a sleep has not seen its waking, but perhaps that of a piece before.
test_a_sleep_whose_watch_ends() {
	if lacks_tracing; then return; fi
	load threads=4 wait=ssleep,usleep,fsleep,timeout interval=25 causes autostart=N
	clear_trace
	echo 1 >$EVENT/enable
	put start all
	sleep 22
	put causes N
	sleep 8
	expect ticks "1 1 1 1" "$(column ticks)"
	put wait timeout # or a stop would come after a second of the machine
	put stop all
	echo 0 >$EVENT/enable
	expect "to_wake_ns and to_run_ns" "0 -1" "$(traced | cut -d' ' -f5,6 | sort -u)"
	expect "ticks that were traced" 4 "$(trace_lines)"
}

# A sleep of up to 16 ms is usleep_range with a quarter of it as slack, all of which a machine takes that has
# nothing else to do.
slack_is_to_wake() {
	seen=
	! is_loaded || unload
	load threads=3 wait=fsleep,usleep,hrtimer interval=12ms cpus=0 causes
	put stop 1-2
	put reset all
	expect_ticks 0 50
	splits_like 0 1 4 || return
	put stop 0
	put start 1-2
	put reset all
	expect_all_tick 50 1 2
	splits_like 1 0 1 && splits_like 2 0 1
}
test_the_slack_of_fsleep() { expect_in $TRIES slack_is_to_wake; }

run_tests
