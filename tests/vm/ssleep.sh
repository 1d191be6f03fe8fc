#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `ssleep` of more than a second: as late as ssleep() itself, and yet it does not hold up who stops,
# changes or unloads it. The machine skips the time in which it sleeps, so that minutes cost nothing.
#
# machine: --instructions

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

SLEEPER=${BASELINE%/*}/sleeper.ko
SLEEPER_PARAMS=/sys/module/sleeper/parameters
SOON_MS=1100 # a second, and what the timer wheel adds to it
TRIES=5

milliseconds() { echo $((${EPOCHREALTIME//./} / 1000)); }

# The grain of the wheel for so many jiffies: 1, and 8 times more at 63, at 504, at 4,032, …
grain_ms() {
	local grain=1 start=63 jiffies=$1 hz=$2
	while ((jiffies >= start)); do
		grain=$((grain * 8)) start=$((start * 8))
	done
	echo $((grain * 1000 / hz))
}

# expect_agreement SECONDS: from the second tick on both begin at the same grain of the wheel, or the first
# sleep would begin anywhere between two. An eighth of a grain tells the levels of the wheel apart.
expect_agreement() {
	local theirs ours grain
	load wait=ssleep interval="$1"
	grain=$(grain_ms $(($1 * $(get hz))) "$(get hz)")
	insmod "$SLEEPER" seconds="$1"
	until is_above 0 ticks 2 && (($(<$SLEEPER_PARAMS/ticks) > 2)); do sleep $(($1 / 2)); done
	theirs=$(($(<$SLEEPER_PARAMS/late_ns) / 1000000))
	ours=$(($(field 0 late_last_ns) / 1000000))
	echo "# ssleep($1): C is $theirs ms late, this $ours ms; the wheel's grain is $grain ms"
	expect_number "difference in ms" $((ours > theirs ? ours - theirs : theirs - ours)) -le $((grain / 8))
	expect "early wakes" 0 "$(field 0 early)"
	put wait timeout # or its stop would come after a second of the machine
	rmmod sleeper
	unload
}

test_2_seconds() { expect_agreement 2; }
test_10_seconds() { expect_agreement 10; }
test_60_seconds() { expect_agreement 60; }

# takes COMMAND…: adds to slow what takes more than a second of this machine's time.
takes() {
	local started took
	started=$(milliseconds)
	"$@" || fail "failed: $*"
	took=$(($(milliseconds) - started))
	seen+="$* $took ms; "
	((took <= SOON_MS)) || slow+="$* $took ms; "
}

# Each of them somewhere in a sleep. While the machine waits for its file system it takes its time to be that
# of the next timer, so that a try in which it has read a file may seem slow.
all_take_a_second() {
	local slow=
	seen="interval=$1: "
	load threads=3 wait=ssleep interval="$1"
	sleep 3.3
	takes put stop 0
	expect state stopped "$(field 0 state)"
	takes put start 0
	sleep 2.7
	put interval 20ms
	takes expect_all_tick 1 0 1 2
	put interval "$1"
	sleep 1.1
	put wait timeout
	put interval 20ms
	takes expect_all_tick 1 0 1 2
	put wait ssleep
	put interval "$1"
	sleep 2.2
	takes put threads 1
	takes unload
	[ -z "$slow" ]
}

test_stops_and_changes_take_a_second() {
	local interval
	for interval in 10 600 86400; do
		expect_in $TRIES all_take_a_second $interval
	done
}

# After the sleep that is under way, which they do not cut short.
test_signals_come_after_the_sleep() {
	local signal
	load threads=2 wait=ssleep interval=10
	sleep 3
	put signal USR1
	kill -USR2 "$(field 1 pid)"
	expect_always 6 is_field all signals 0
	sleep 3
	expect "signals" "1 2" "$(column signals)"
	expect "ticks and early wakes" "1 1 0 0" "$(column ticks) $(column early)"
	for signal in HUP KILL; do
		sleep 2
		put signal "$signal 1"
		sleep 1
		expect "state before the sleep is over" running "$(field 1 state)"
		sleep 10
	done
	expect "states" "running exited" "$(column state)"
	expect "ticks since HUP" 1 "$(field 1 ticks)" # the sleep at whose end it saw KILL
}

# Three sleeps with a signal in each.
test_signals_do_not_make_a_sleep_shorter() {
	load wait=ssleep interval=5
	for _ in 1 2 3; do
		sleep 2
		put signal USR1
		expect_ticks 0 1
	done
	sleep 0.1
	expect "signals" 3 "$(field 0 signals)"
	expect "early wakes" 0 "$(field 0 early)"
	expect_number "the least that it was late" "$(field 0 late_min_ns)" -ge -10000000
}

hung_tasks() { kernel_log | grep -c "blocked for more than"; }

# khungtaskd looks every two minutes for what has been in D since it looked before.
test_nobody_calls_it_hung() {
	local timeout=/proc/sys/kernel/hung_task_timeout_secs
	[ -e $timeout ] || { skip "this kernel has no khungtaskd"; return; }
	echo 120 >$timeout
	load threads=2 wait=ssleep interval=600,86400
	sleep 5
	state "$(field 0 pid)"
	expect "state of the thread" D "$REPLY"
	sleep 500
	expect "complaints about hung tasks" 0 "$(hung_tasks)"
	expect ticks "0 0" "$(column ticks)"
	sleep 250
	expect "complaints about hung tasks" 0 "$(hung_tasks)"
	expect ticks "1 0" "$(column ticks)"
	expect "early wakes" "0 0" "$(column early)"
}

test_they_count_in_the_load_average() {
	load threads=50 wait=ssleep interval=600
	sleep 120
	expect_number "load average in hundredths" "$(awk '{ printf "%d", $1 * 100 }' /proc/loadavg)" -ge 3000
}

run_tests
