#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sleeps of more than a second with the primitives that no signal interrupts: as late as the kernel's own
# functions, and yet they do not hold up who stops, changes or unloads them. The machine skips the time in
# which it sleeps, so that minutes cost nothing.
#
# machine: --instructions
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

SLEEPER=${BASELINE%/*}/sleeper.ko
SLEEPER_PARAMS=/sys/module/sleeper/parameters
UNINTERRUPTIBLE=ssleep,idle,usleep,fsleep # workers 0 to 3, or 4 to 7, in this order
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

# How much more or less late than C a sleep of so many seconds may be, in microseconds. For the wheel an eighth
# of a grain, which tells its levels apart. A high-resolution timer has none, and a millisecond tells it from
# the wheel.
tolerance_us() {
	if [ "$1" = usleep ]; then
		echo 1000
	else
		echo $(($(grain_ms $(($2 * $(get hz))) "$(get hz)") * 1000 / 8))
	fi
}

# expect_agreement PRIMITIVE SECONDS: from the second tick on both begin at the same grain of the wheel, or the
# first sleep would begin anywhere between two.
expect_agreement() {
	local theirs ours
	load wait="$1" interval="$2"
	insmod "$SLEEPER" how="$1" seconds="$2"
	until is_above 0 ticks 2 && (($(<$SLEEPER_PARAMS/ticks) > 2)); do sleep $(($2 / 2)); done
	theirs=$(($(<$SLEEPER_PARAMS/late_ns) / 1000))
	ours=$(($(field 0 late_last_ns) / 1000))
	echo "# $1, $2 s: C is $theirs us late, this $ours us"
	expect_number "difference in us" $((ours > theirs ? ours - theirs : theirs - ours)) -le \
		"$(tolerance_us "$1" "$2")"
	expect "early wakes" 0 "$(field 0 early)"
	put wait timeout # or its stop would come after a second of the machine
	rmmod sleeper
	unload
}

test_ssleep_is_as_late_as_in_c() {
	expect_agreement ssleep 2
	expect_agreement ssleep 10
	expect_agreement ssleep 60
}

test_idle_is_as_late_as_in_c() { expect_agreement idle 10; }
test_usleep_is_as_late_as_in_c() { expect_agreement usleep 25; } # in three pieces
test_fsleep_is_as_late_as_in_c() { expect_agreement fsleep 10; }

# takes COMMAND…: adds to slow what takes more than a second of this machine's time.
takes() {
	local started took
	started=$(milliseconds)
	"$@" || fail "failed: $*"
	took=$(($(milliseconds) - started))
	seen+="$* $took ms; "
	((took <= SOON_MS)) || slow+="$* $took ms; "
}

# While this machine waits for its file system and has nothing to do, it takes its time to be that of the
# next timer. What has something to do costs real time, so that there is none of it for sleeps of a second.
occupy() {
	nice -n 19 bash -c 'kill -STOP $$; while :; do :; done' &
	hog=$!
}
release() {
	kill -KILL "$hog"
	wait "$hog" 2>/dev/null
}
takes_while_busy() {
	kill -CONT "$hog"
	takes "$@"
	kill -STOP "$hog"
}

# Each of them somewhere in a sleep.
all_take_a_second() {
	local slow='' takes=takes
	(($1 == 1)) || takes=takes_while_busy
	seen="interval=$1: "
	occupy
	load threads=8 wait=$UNINTERRUPTIBLE interval="$1"
	sleep 3.3
	$takes put stop 0-3
	expect states "stopped stopped stopped stopped running running running running" "$(column state)"
	$takes put start 0-3
	sleep 2.7
	put interval 20ms
	$takes expect_all_tick 1 0 1 2 3 4 5 6 7
	put interval "$1"
	sleep 1.1
	put wait timeout
	put interval 20ms
	$takes expect_all_tick 1 0 1 2 3 4 5 6 7
	put wait $UNINTERRUPTIBLE
	put interval "$1"
	sleep 2.2
	$takes put threads 4
	$takes unload
	release
	[ -z "$slow" ]
}

# What sleeps for a second sleeps in the kernel's own function, and what sleeps longer does not.
test_stops_and_changes_take_a_second() {
	local interval
	expect_in $((3 * TRIES)) all_take_a_second 1
	for interval in 10 600 86400; do
		expect_in $TRIES all_take_a_second $interval
	done
}

# After the sleep that is under way, which they do not cut short. Each of these sleeps begins with the tick of
# the one before, as loading the module reads a file.
test_signals_come_after_the_sleep() {
	local signal id before after
	load threads=8 wait=$UNINTERRUPTIBLE interval=10
	occupy
	expect_all_tick 1 0 1 2 3 4 5 6 7
	sleep 3
	kill -CONT "$hog"
	put signal USR1
	for id in 4 5 6 7; do kill -USR2 "$(field $id pid)"; done
	kill -STOP "$hog"
	expect_always 6 is_field all signals 0
	sleep 3
	release
	expect "signals" "1 1 1 1 2 2 2 2" "$(column signals)"
	expect "ticks" "2 2 2 2 2 2 2 2" "$(column ticks)"
	expect "early wakes" 0 "$(field all early)"
	for signal in HUP KILL; do
		sleep 2
		read -ra before <<<"$(column ticks)"
		put signal "$signal 4-7"
		sleep 1
		expect "workers before the sleep is over" 8 "$(header running)"
		sleep 10
	done
	expect "states" "running running running running exited exited exited exited" "$(column state)"
	read -ra after <<<"$(column ticks)"
	for id in 4 5 6 7; do
		# HUP zeroed its 2 ticks. There may be one since, as the machine skips time while it waits for a file.
		expect_number "ticks of $id between HUP and KILL" "${before[id]}" -lt 2
		expect "ticks of $id, which saw KILL at the end of a sleep" $((before[id] + 1)) "${after[id]}"
	done
}

# Three sleeps with a signal in each, in the kernel's own functions and not.
test_signals_do_not_make_a_sleep_shorter() {
	local interval id
	for interval in 1 5; do
		load threads=4 wait=$UNINTERRUPTIBLE interval=$interval
		expect_all_tick 1 0 1 2 3
		for _ in 1 2 3; do
			sleep 0.4
			put signal USR1
			expect_all_tick 1 0 1 2 3
		done
		sleep 0.1
		expect "signals" "3 3 3 3" "$(column signals)"
		expect "early wakes" "0 0 0 0" "$(column early)"
		for id in 0 1 3; do
			# Jiffies may be behind when a sleep begins.
			expect_number "the least that $(field $id wait) was late" "$(field $id late_min_ns)" -ge -10000000
		done
		expect_number "the least that usleep was late" "$(field 2 late_min_ns)" -ge 0
		unload
	done
}

hung_tasks() { kernel_log | grep -c "blocked for more than"; }

thread_states() {
	local pid
	for pid in $(column pid); do
		state "$pid" && echo "$REPLY"
	done | xargs
}

# khungtaskd looks every two minutes for what has been in D since it looked before.
test_nobody_calls_them_hung() {
	local timeout=/proc/sys/kernel/hung_task_timeout_secs
	[ -e $timeout ] || { skip "this kernel has no khungtaskd"; return; }
	echo 120 >$timeout
	load threads=8 wait=$UNINTERRUPTIBLE interval=600,600,600,600,86400,86400,86400,86400
	sleep 5
	expect "states of the threads" "D I D D D I D D" "$(thread_states)"
	sleep 500
	expect "complaints about hung tasks" 0 "$(hung_tasks)"
	expect ticks "0 0 0 0 0 0 0 0" "$(column ticks)"
	sleep 250
	expect "complaints about hung tasks" 0 "$(hung_tasks)"
	expect ticks "1 1 1 1 0 0 0 0" "$(column ticks)"
	expect "early wakes" 0 "$(field all early)"
}

# The load of the last minute, in hundredths.
load_average() { awk '{ printf "%d", $1 * 100 }' /proc/loadavg; }

# 20 of each primitive: 60 of them count. One that is wrong makes a difference of 20.
test_all_but_idle_count_in_the_load_average() {
	local interval
	for interval in 600 HZ/2; do
		load threads=80 wait=$UNINTERRUPTIBLE interval=$interval
		sleep 200
		echo "# interval=$interval: $(load_average) hundredths"
		expect_number "load average in hundredths" "$(load_average)" -ge 5500
		expect_number "load average in hundredths" "$(load_average)" -le 6500
		unload
	done
}

run_tests
