#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the module is there to show, about the kernel rather than about itself. Each is printed, and
# measured again if the machine was too busy to see it.
#
# machine: --instructions

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

TRIES=15

milliseconds() { echo $((${EPOCHREALTIME//./} / 1000)); }

# The mean time between two ticks of worker ID over TICKS ticks, in microseconds. The first tick is
# left out, as it begins anywhere between two ticks of the timer wheel.
mean_period() {
	expect_ticks "$1" 1
	put reset "$1"
	expect_ticks "$1" "$2"
	put stop "$1"
	echo $((1000000 + $(field "$1" drift_ns) / $(field "$1" ticks) / 1000))
}

# A sleep of 250 jiffies, and of 1000, ends at the next multiple of 32 or 64 ms: after 1.024 s.
a_second_is_stretched() {
	local period
	load wait="$1"
	period=$(mean_period 0 5)
	unload
	seen="$1: a tick every $period us instead of 1000000"
	((period > 1008000 && period < 1080000))
}

test_a_second_of_the_timer_wheel_takes_1024_ms() {
	local primitive
	load wait=timeout
	if [[ $(get hz) != 250 && $(get hz) != 1000 ]]; then
		skip "the timer wheel stretches a second otherwise at HZ=$(get hz)"
		return
	fi
	unload
	for primitive in ssleep timeout work; do
		expect_in $TRIES a_second_is_stretched $primitive
	done
}

a_second_is_a_second() {
	local period
	load wait=hrtimer
	period=$(mean_period 0 5)
	unload
	seen="hrtimer: a tick every $period us"
	((period > 985000 && period < 1008000))
}

test_a_second_of_an_hrtimer_is_a_second() {
	expect_in $TRIES a_second_is_a_second
}

# The state of each thread: D is uninterruptible, S is not.
thread_states() {
	local pid
	for pid in $(thread_pids); do
		state "$pid" && echo "$REPLY"
	done | sort | uniq -c | awk '{ printf "%s%d %s", gap, $1, $2; gap = ", " }'
}

# The load of the last minute, in hundredths.
load_average() { awk '{ printf "%d", $1 * 100 }' /proc/loadavg; }

load_average_is_above() { (($(load_average) > $1)); }
states_are() { [ "$(thread_states)" = "$1" ]; }

# It is taken every 5 seconds, and follows by a twelfth of the difference: sleepers that are 100 more
# than it make it rise by 8 at the first time, and fall likewise.
test_ssleep_workers_count_in_the_load_average() {
	local before threads
	before=$(load_average)
	threads=$((before / 100 + 100))
	load threads=$threads wait=ssleep interval=60
	expect_soon states_are "$threads D"
	expect_soon load_average_is_above $((before + 500))
	echo "# the load average rose from $before to $(load_average) hundredths"

	put wait timeout
	expect_soon states_are "$threads S"
	before=$(load_average)
	expect_soon load_average_is_below $((before - before / 20))
	echo "# with timeout it fell from $before to $(load_average) hundredths"
}
load_average_is_below() { (($(load_average) < $1)); }

# unload_time MODULE ARGUMENT…: milliseconds to unload it when its threads have been there for a while.
unload_time() {
	local file=$1 name=${1##*/} started
	shift
	insmod "$file" "$@"
	sleep 2.5
	started=$(milliseconds)
	rmmod "${name%.ko}"
	echo $(($(milliseconds) - started))
}

unloads_in_parallel() {
	local theirs ours
	theirs=$(unload_time "$BASELINE")
	ours=$(unload_time "$KO" threads=8 wait=ssleep)
	seen="8 ssleep threads unloaded: C $theirs ms, this $ours ms"
	((theirs > 2000 && ours < 2000 && ours * 2 < theirs))
}

test_ssleep_workers_unload_in_parallel_and_plain_c_does_not() {
	expect_in $TRIES unloads_in_parallel
}

# How late six primitives are that sleep for a second, or are called: the median of those that count
# jiffies, and of the others the least, as it is the host that makes them later.
lateness() {
	load threads=6 wait=ssleep,timeout,work,hrtimer,completion,event sched=fifo
	for _ in {1..7}; do
		expect_ticks 3 1
		echo >$DEVICE
		cat $DEVICE >/dev/null
	done
	expect_soon is_field 5 ticks 7
	echo "$(column late_p50_ns | cut -d' ' -f1-3) $(column late_min_ns | cut -d' ' -f4-6)"
	unload
}

primitives_differ_by_orders_of_magnitude() {
	local ssleep timeout work hrtimer completion event
	# All of it has ended when this returns, as the module is loaded again for the next try.
	read -r ssleep timeout work hrtimer completion event <<<"$(lateness | tail -n 1)"
	seen="lateness in ns: medians of ssleep $ssleep, timeout $timeout, work $work; "
	seen+="least of hrtimer $hrtimer, completion $completion, event $event"
	[[ $event =~ ^[0-9]+$ ]] || return
	((ssleep > 10 * hrtimer && timeout > 10 * hrtimer && work > 10 * hrtimer)) &&
		((ssleep > 10 * event && ssleep > 10 * completion))
}

test_the_primitives_differ_by_orders_of_magnitude() {
	expect_in $TRIES primitives_differ_by_orders_of_magnitude
}

run_tests
