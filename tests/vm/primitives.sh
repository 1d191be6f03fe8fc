#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The nine primitives: that each ticks when it should, reacts to what it can react to, and that they
# can be changed for each other.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

ALL=ssleep,timeout,idle,usleep,fsleep,hrtimer,completion,event,work
TIMED="ssleep timeout idle usleep fsleep hrtimer work"
INTERRUPTIBLE="timeout hrtimer completion event work"
UNINTERRUPTIBLE="ssleep idle usleep fsleep"

is_called() { [[ $1 == completion || $1 == event ]]; }

# Makes a worker of that primitive tick, or lets it.
call() {
	case $1 in
	completion) cat $DEVICE >/dev/null ;;
	event) echo >$DEVICE ;;
	esac
}

# expect_tick_of PRIMITIVE ID
expect_tick_of() {
	local ticks
	ticks=$(field "$2" ticks)
	call "$1"
	expect_soon is_above "$2" ticks "$ticks" || fail "worker $2 does not tick with $1"
}

test_all_of_them_tick_in_one_table() {
	local id primitive i
	load threads=9 wait=$ALL interval=20ms
	expect "wait of the workers" "${ALL//,/ }" "$(column wait)"
	for ((i = 0; i < 5; i++)); do
		id=0
		for primitive in ${ALL//,/ }; do
			expect_tick_of "$primitive" $id || return
			id=$((id + 1))
		done
	done
	expect "early wakes" "0 0 0 0 0 0 0 0 0" "$(column early)"
}

# expect_row_of PRIMITIVE ID: what its row shows after some ticks.
expect_row_of() {
	local name
	for name in late_last_ns late_min_ns late_avg_ns late_max_ns late_p50_ns late_p99_ns; do
		expect_match "$name of $1" '^-?[0-9]+$' "$(field "$2" $name)"
	done
	if is_called "$1"; then
		expect "drift of $1" - "$(field "$2" drift_ns)"
		expect "missed by $1" 0 "$(field "$2" missed)"
	else
		expect_match "drift of $1" '^-?[0-9]+$' "$(field "$2" drift_ns)"
	fi
}

test_what_their_rows_show() {
	local id=0 primitive
	load threads=9 wait=$ALL interval=20ms
	for primitive in ${ALL//,/ }; do
		expect_tick_of "$primitive" $id
		expect_row_of "$primitive" $id
		id=$((id + 1))
	done
}

# The clock of the jiffies may itself be behind when a sleep begins, and catch up in it: such a
# sleep is too short by some jiffies, and says so. A high-resolution timer is never early.
test_those_with_a_deadline_keep_it() {
	local id=0 primitive least
	load threads=7 wait="${TIMED// /,}" interval=100ms
	expect_all_tick 9 0 1 2 3 4 5 6
	put stop all
	for primitive in $TIMED; do
		case $primitive in
		hrtimer | usleep) least=0 ;;
		*) least=-100000000 ;;
		esac
		expect_number "late_p50_ns of $primitive" "$(field $id late_p50_ns)" -ge 0
		expect_number "late_min_ns of $primitive" "$(field $id late_min_ns)" -ge $least
		id=$((id + 1))
	done
}

# Of short times fsleep has a high-resolution timer, too. It may be late by a quarter, and not early.
test_sleeps_shorter_than_some_jiffies_are_never_too_short() {
	local interval
	for interval in 50us 1ms 3ms; do
		load threads=2 wait=usleep,fsleep interval=$interval
		expect_all_tick 50 0 1
		put stop all
		expect_number "late_min_ns of usleep, $interval" "$(field 0 late_min_ns)" -ge 0
		expect_number "late_min_ns of fsleep, $interval" "$(field 1 late_min_ns)" -ge 0
		expect "early wakes" "0 0" "$(column early)"
		unload
	done
}

test_those_without_a_deadline_tick_only_when_called() {
	load threads=2 wait=completion,event interval=50us
	expect_always 1 is_field 0 ticks 0
	expect "ticks" "0 0" "$(column ticks)"
	call completion
	expect_soon is_field 0 ticks 1
	call event
	expect_soon is_field 1 ticks 1
	expect_always 1 is_field 1 ticks 1
	expect "ticks" "1 1" "$(column ticks)"
}

test_a_new_interval_counts_at_once() {
	local primitive
	for primitive in timeout hrtimer work; do
		load wait="$primitive" interval=3600
		expect_soon is_asleep 0
		put interval 20ms
		expect_ticks 0 3 || fail "that was $primitive"
		expect "early wakes of $primitive" 1 "$(field 0 early)"
		put interval 3600
		put interval 20ms
		expect_ticks 0 3
		unload
	done
}

test_a_new_primitive_counts_at_once() {
	local primitive
	load wait=timeout interval=3600
	for primitive in $INTERRUPTIBLE; do
		put wait "$primitive"
		put interval 20ms
		put wait timeout
		expect_ticks 0 2 || fail "that was $primitive to timeout"
		put interval 3600
	done
}

# What the worker has answered before is not what it is called for now.
test_calls_from_before_a_change_are_none() {
	local from to ticks
	for from in completion event; do
		to=event
		[ $from = completion ] || to=completion
		load interval=20ms wait=$from
		expect_tick_of $from 0
		put wait ssleep
		expect_ticks 0 2
		put wait $to
		expect_soon is_asleep 0 # the last tick of ssleep has been counted
		ticks=$(field 0 ticks)
		expect_always 1 is_field 0 ticks "$ticks"
		expect_tick_of $to 0 || fail "that was $from, ssleep, $to"
		unload
	done
}

# All of them in such an order that each comes once after each other one.
each_after_each_other() {
	local all i j
	read -ra all <<<"${ALL//,/ }"
	for ((i = 0; i < ${#all[@]}; i++)); do
		for ((j = i + 1; j < ${#all[@]}; j++)); do echo "${all[i]}" "${all[j]}"; done
	done
	echo "${all[0]}"
}

# From each to each other, with counters of its own.
test_every_change_of_primitive() {
	local from='' to changes=0
	load interval=20ms wait=timeout
	for to in $(each_after_each_other); do
		put wait "$to"
		expect wait "$to" "$(field 0 wait)"
		expect_tick_of "$to" 0 || fail "that was $from to $to" || return
		[ -z "$from" ] || expect "early wakes from $from to $to" 0 "$(field 0 early)"
		from=$to changes=$((changes + 1))
	done
	expect "changes, with the first" 73 $changes
	expect "state in the end" running "$(field 0 state)"
}

test_a_change_to_the_same_primitive_is_none() {
	local primitive ticks
	load interval=20ms wait=timeout
	for primitive in ${ALL//,/ }; do
		put wait "$primitive"
		expect_tick_of "$primitive" 0 || return
		ticks=$(field 0 ticks)
		put wait "$primitive"
		expect_number "ticks of $primitive" "$(field 0 ticks)" -ge "$ticks"
		expect_tick_of "$primitive" 0 || return
	done
}

test_calls_from_before_a_change_do_not_count_after_it() {
	load threads=2 wait=timeout interval=3600
	call event
	call completion
	put wait event,completion
	expect_always 1 is_field 0 ticks 0
	expect "ticks" "0 0" "$(column ticks)"
	call event
	call completion
	expect_soon is_field 0 ticks 1
	expect_soon is_field 1 ticks 1
}

test_a_stop_comes_at_once() {
	local primitive started
	for primitive in $INTERRUPTIBLE; do
		load wait="$primitive" interval=3600
		started=$SECONDS
		put stop 0
		expect "state of $primitive" stopped "$(field 0 state)"
		expect_number "seconds to stop $primitive" $((SECONDS - started)) -lt $PATIENCE
		unload
	done
}

test_an_unload_comes_at_once() {
	load threads=9 wait=$ALL interval=3600
	expect_errno none unload
	expect_nothing_left
}

test_signals_come_at_once_and_are_no_ticks() {
	local id primitive primitives=${INTERRUPTIBLE// /,}
	load threads=5 wait="$primitives" interval=3600
	for id in 0 1 2 3 4; do expect_soon is_asleep $id; done
	put signal USR1
	id=0
	for primitive in $INTERRUPTIBLE; do
		expect_soon is_field $id signals 1
		expect_soon is_field $id early 1 || fail "that was $primitive"
		id=$((id + 1))
	done
	expect ticks "0 0 0 0 0" "$(column ticks)"
	put signal KILL
	for id in 0 1 2 3 4; do
		expect_soon is_field $id state exited
	done
	put start all
	expect running 5 "$(header running)"
}

# tests/vm/long_sleeps.sh looks at this more closely.
test_the_others_take_notice_of_changes_soon() {
	load threads=4 wait="${UNINTERRUPTIBLE// /,}" interval=3600
	put interval 20ms
	expect_all_tick 2 0 1 2 3
	put interval 3600
	put wait timeout
	put interval 20ms
	expect_all_tick 2 0 1 2 3
}

# The deadlines are start + whole intervals. So what the worker is behind, less the intervals that
# it missed, is how late it was in the last of them: less than one, however long it runs.
hrtimer_is_on_its_grid() {
	local drift missed behind
	read -r drift missed < <(awk '
		NR == 2 { for (i = 1; i <= NF; i++) c[$i] = i }
		NR == 3 { print $c["drift_ns"], $c["missed"] }' $TABLE)
	behind=$((drift - missed * $1))
	expect_number "drift of $drift ns less $missed missed intervals" $behind -ge 0
	expect_number "drift of $drift ns less $missed missed intervals" $behind -lt "$1"
}

test_hrtimer_does_not_drift() {
	local i
	load wait=hrtimer interval=10ms
	for i in {1..20}; do
		expect_ticks 0 10
		hrtimer_is_on_its_grid 10000000 || return
	done
	echo "# after $(field 0 ticks) ticks: drift $(field 0 drift_ns) ns, missed $(field 0 missed)"
}

test_hrtimer_that_cannot_keep_up_says_what_it_missed() {
	load wait=hrtimer interval=50us threads=4
	expect_ticks 0 1000
	put stop all
	hrtimer_is_on_its_grid 50000
	expect_number "ticks and missed intervals in the time that there was" \
		$((($(field 0 ticks) + $(field 0 missed)) * 50000)) -le "$(header uptime_ns)"
}

# A relative sleep falls behind by its lateness each time.
test_the_others_drift() {
	local id
	load threads=6 wait=ssleep,timeout,idle,usleep,fsleep,work interval=20ms
	expect_all_tick 20 0 1 2 3 4 5
	put stop all
	for id in 0 1 2 3 4 5; do
		expect_number "drift of $(field $id wait)" "$(field $id drift_ns)" -ge \
			$(($(field $id late_avg_ns) * $(field $id ticks)))
	done
}

run_tests
