#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Signals, sent through the parameter and with kill.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# The CPU time that a thread has used, in units of 10 ms.
cpu_time() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }

is_not_running() { state "$1" && [[ $REPLY == [SDI] ]]; }

# A signal that stays pending makes every interruptible sleep return at once.
expect_asleep() {
	local pid before early
	pid=$(field "$1" pid)
	early=$(field "$1" early)
	before=$(cpu_time "$pid")
	sleep 1
	expect_number "CPU time (10 ms) in a second of sleep" $(($(cpu_time "$pid") - before)) -lt 20
	expect "wakes in a second of sleep" "$early" "$(field "$1" early)"
	expect_soon is_not_running "$pid"
}

test_usr1_and_usr2_are_counted_and_taken_off_the_queue() {
	load wait=timeout interval=3600
	expect_soon is_asleep 0
	put signal "USR1 0"
	expect_soon is_field 0 signals 1
	expect_soon is_asleep 0
	put signal "USR2 0"
	expect_soon is_field 0 signals 2
	expect "wakes that were no ticks" 2 "$(field 0 early)"
	expect ticks 0 "$(field 0 ticks)"
	expect state running "$(field 0 state)"
	expect_asleep 0
}

test_kill_does_the_same_as_the_parameter() {
	load wait=timeout interval=3600
	kill -USR1 "$(field 0 pid)"
	expect_soon is_field 0 signals 1
	kill -USR2 "$(field 0 pid)"
	expect_soon is_field 0 signals 2
	expect_asleep 0
}

# tests/vm/long_sleeps.sh looks at this more closely.
test_uninterruptible_workers_see_signals_after_their_sleep() {
	local id
	load threads=4 wait=ssleep,idle,usleep,fsleep interval=2
	put signal USR1
	for id in 0 1 2 3; do expect_soon is_field $id signals 1; done
	for id in 0 1 2 3; do kill -USR2 "$(field $id pid)"; done
	for id in 0 1 2 3; do expect_soon is_field $id signals 2; done
	expect "early wakes" "0 0 0 0" "$(column early)"
	expect_all_tick 1 0 1 2 3
}

test_every_spelling_of_a_signal() {
	local count=0 spelling
	load wait=timeout interval=3600
	for spelling in USR1 SIGUSR1 usr1 sigusr1 SigUsr1 10 USR2 SIGUSR2 usr2 12; do
		expect_errno none put signal "$spelling 0" || continue
		count=$((count + 1))
		expect_soon is_field 0 signals $count || return
	done
}

test_without_ids_and_with_all_it_goes_to_every_worker_that_has_a_thread() {
	load threads=3 wait=timeout interval=3600
	put stop 1
	expect_errno none put signal USR1
	expect_soon is_field 0 signals 1
	expect_soon is_field 2 signals 1
	expect_errno none put signal "USR1 all"
	expect_soon is_field 0 signals 2
	expect_soon is_field 2 signals 2
	expect "signals of the stopped one" 0 "$(field 1 signals)"
}

test_a_list_of_ids() {
	load threads=4 wait=timeout interval=3600
	put signal "USR1 0,2-3"
	expect_soon is_field 0 signals 1
	expect_soon is_field 2 signals 1
	expect_soon is_field 3 signals 1
	expect "signals of worker 1" 0 "$(field 1 signals)"
}

test_signals_cost_no_ticks() {
	local i
	load wait=timeout interval=100ms
	expect_ticks 0 1
	for i in 1 2 3 4 5; do
		put signal USR1
		expect_soon is_field 0 signals "$i"
	done
	expect_ticks 0 3
}

test_hup_zeroes_the_counters() {
	load threads=2 wait=timeout interval=20ms
	expect_all_tick 3 0 1
	put interval 3600
	put signal "HUP 0"
	expect_soon is_field 0 ticks 0
	expect late_max_ns - "$(field 0 late_max_ns)"
	expect state running "$(field 0 state)"
	expect_number "ticks of the other" "$(field 1 ticks)" -gt 0
	put interval 20ms
	expect_ticks 0 3
	put interval 3600
	kill -HUP "$(field 0 pid)"
	expect_soon is_field 0 ticks 0
	expect_asleep 0
}

# ends_with SIGNAL WAIT: a fatal signal and the way back.
expect_end_and_return() {
	local pid
	put wait "$2"
	pid=$(field 0 pid)
	"$1" "$3"
	expect_soon is_field 0 state exited || return
	expect_soon is_gone "$pid"
	expect "exit after $3" -512 "$(field 0 exit)"
	expect "pid after $3" - "$(field 0 pid)"
	expect "cpu after $3" - "$(field 0 cpu)"
	expect "workers still running" 1 "$(header running)"
	put start 0
	expect "state after start" running "$(field 0 state)"
	expect "exit after start" - "$(field 0 exit)"
	expect_ticks 0 1
}

by_parameter() { put signal "$1 0"; }
by_kill() { kill "-$1" "$(field 0 pid)"; }

test_int_term_and_kill_end_the_thread_and_start_brings_it_back() {
	local signal primitive
	load threads=2 wait=timeout interval=20ms
	for signal in INT TERM KILL; do
		expect_end_and_return by_parameter timeout $signal
		expect_end_and_return by_kill timeout $signal
	done
	for primitive in ssleep idle usleep fsleep; do
		expect_end_and_return by_parameter $primitive TERM
		expect_end_and_return by_kill $primitive KILL
	done
}

test_an_exited_worker_keeps_its_counters() {
	local ticks
	load wait=timeout interval=20ms
	expect_ticks 0 3
	put signal KILL
	expect_soon is_field 0 state exited
	ticks=$(field 0 ticks)
	expect_number ticks "$ticks" -ge 3
	put start 0
	expect_number "ticks after start" "$(field 0 ticks)" -ge "$ticks"
}

test_stopping_an_exited_worker_is_safe_and_it_stays_exited() {
	load threads=2 wait=timeout interval=20ms
	put signal "KILL 0"
	expect_soon is_field 0 state exited
	expect_errno none put stop 0
	expect state exited "$(field 0 state)"
	expect exit -512 "$(field 0 exit)"
	expect_errno none put stop all
	expect states "exited stopped" "$(column state)"
	expect exits "-512 0" "$(column exit)"
}

test_other_signals_are_ignored() {
	local signal
	load wait=timeout interval=3600
	for signal in ALRM QUIT STOP CONT CHLD; do
		kill "-$signal" "$(field 0 pid)"
	done
	expect_asleep 0
	expect early 0 "$(field 0 early)"
	expect signals 0 "$(field 0 signals)"
	expect state running "$(field 0 state)"
}

test_a_worker_without_a_thread_is_esrch() {
	load threads=3 wait=timeout
	put stop 0
	put signal "KILL 1"
	expect_soon is_field 1 state exited
	expect_errno ESRCH put signal "USR1 0"
	expect_errno ESRCH put signal "USR1 1"
	expect_errno ESRCH put signal "USR1 3"
	expect_errno ESRCH put signal "USR1 1-2"
	expect "signals of worker 2" 0 "$(field 2 signals)"
	put stop all
	expect_errno ESRCH put signal USR1
	expect_errno ESRCH put signal "USR1 all"
}

# A new thread ignores signals until it says otherwise; start is not done before that.
test_a_signal_right_after_start_is_not_lost() {
	local count
	load wait=timeout interval=3600
	for count in {1..30}; do
		put stop 0
		put start 0
		put signal "USR1 0"
		expect_soon is_field 0 signals "$count" || return
	done
}

test_a_signal_right_after_growing_is_not_lost() {
	local count
	load wait=timeout interval=3600
	for count in {2..30}; do
		put threads "$count"
		put signal "USR1 $((count - 1))"
		expect_soon is_field $((count - 1)) signals 1 || return
	done
}

# A thread that has not run yet is woken by its start only: a signal before that must neither start
# it nor get lost.
test_signals_right_after_starting_many_are_not_lost() {
	local primitives=timeout,hrtimer,completion,event,work
	load threads=200 wait=$primitives interval=3600 autostart=N
	for _ in {1..5}; do
		put start all
		put signal USR1
		expect_soon is_field all signals 200
		expect "workers with another number of signals" "" \
			"$(column signals | tr ' ' '\n' | grep -vnx 1)"
		expect "workers that are not running" "" "$(column state | tr ' ' '\n' | grep -vnx running)"
		put stop all
		put reset all
	done
}

test_killing_all_at_once_and_unloading() {
	load threads=20 wait=timeout,ssleep,idle,usleep,fsleep,hrtimer,completion,event,work interval=20ms
	put signal KILL
	unload # some have exited, some are about to
	expect_nothing_left
}

run_tests
