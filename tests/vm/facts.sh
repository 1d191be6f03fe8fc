#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the module is there to show, about the kernel rather than about itself. Each is printed, and
# measured again if the machine was too busy to see it.
#
# machine: --instructions
# only with: T=all

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
	for primitive in ssleep timeout idle fsleep work; do
		expect_in $TRIES a_second_is_stretched $primitive
	done
}

a_second_is_a_second() {
	local period
	load wait="$1"
	period=$(mean_period 0 5)
	unload
	seen="$1: a tick every $period us"
	((period > 985000 && period < 1008000))
}

test_a_second_of_an_hrtimer_is_a_second() {
	expect_in $TRIES a_second_is_a_second hrtimer
	expect_in $TRIES a_second_is_a_second usleep
}

# medians INTERVAL TICKS WAIT…: how late they are in the middle, in nanoseconds.
medians() {
	local ids
	load threads=$(($# - 2)) wait="$(tr ' ' ',' <<<"${*:3}")" interval="$1" sched=fifo
	mapfile -t ids < <(seq 0 $(($# - 3)))
	expect_all_tick "$2" "${ids[@]}"
	put stop all
	column late_p50_ns
	unload
}

# fsleep gives a timer a quarter more time, to expire together with another. Who waits for nothing else waits
# for all of it. A percentile is that of a bucket, an eighth wide.
fsleep_takes_its_slack() {
	local usleep fsleep
	# Not at the same time, or each would be what the other waits for.
	usleep=$(medians 1ms 100 usleep | tail -n 1)
	fsleep=$(medians 1ms 100 fsleep | tail -n 1)
	seen="1 ms: usleep $usleep ns late, fsleep $fsleep ns"
	((usleep >= 0 && fsleep >= usleep + 100000 && fsleep <= (usleep + 250000) * 9 / 8))
}

test_fsleep_of_a_millisecond_is_late_by_a_quarter_more_than_usleep() {
	expect_in $TRIES fsleep_takes_its_slack
}

# Of what is longer than some jiffies, fsleep makes msleep, which is not late by a quarter of it.
a_long_fsleep_is_msleep() {
	local ssleep usleep fsleep
	read -r ssleep usleep fsleep <<<"$(medians 100ms 15 ssleep usleep fsleep | tail -n 1)"
	seen="100 ms: ssleep $ssleep ns late, usleep $usleep ns, fsleep $fsleep ns"
	((fsleep * 10 >= ssleep * 8 && fsleep * 8 <= ssleep * 10 && usleep * 4 < ssleep))
}

test_fsleep_of_100_milliseconds_is_msleep() {
	expect_in $TRIES a_long_fsleep_is_msleep
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

# How late they are that sleep for a second, or are called: the median of those that count jiffies, and of
# the others the least, as it is the host that makes them later.
lateness() {
	load threads=9 wait=ssleep,timeout,idle,fsleep,work,usleep,hrtimer,completion,event sched=fifo
	for _ in {1..7}; do
		expect_ticks 6 1
		echo >$DEVICE
		cat $DEVICE >/dev/null
	done
	expect_soon is_field 8 ticks 7
	echo "$(column late_p50_ns | cut -d' ' -f1-5) $(column late_min_ns | cut -d' ' -f6-9)"
	unload
}

primitives_differ_by_orders_of_magnitude() {
	local jiffies late precise quick
	# All of it has ended when this returns, as the module is loaded again for the next try.
	read -ra late <<<"$(lateness | tail -n 1)"
	seen="lateness in ns: medians of ssleep, timeout, idle, fsleep, work ${late[*]:0:5}; "
	seen+="least of usleep, hrtimer, completion, event ${late[*]:5}"
	[[ ${late[8]} =~ ^[0-9]+$ ]] || return
	for jiffies in "${late[@]:0:5}"; do
		for precise in "${late[@]:5:2}"; do ((jiffies > 10 * precise)) || return; done
	done
	for quick in "${late[@]:7}"; do ((late[0] > 10 * quick)) || return; done
}

test_the_primitives_differ_by_orders_of_magnitude() {
	expect_in $TRIES primitives_differ_by_orders_of_magnitude
}

run_tests
