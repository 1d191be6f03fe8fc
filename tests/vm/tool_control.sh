#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The program's commands that change the module: load, unload, set, start, stop, reset and signal.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"

# expect_refused STATUS PATTERN ARGUMENT…: it says why in one line, and writes nothing else.
expect_refused() {
	expect_status "$1" "${@:3}"
	expect "output of: ${*:3}" "" "$output"
	expect_match "errors of: ${*:3}" "^kthread-counter: error: $2" "$errors"
	expect "lines of errors" 1 "$(wc -l </run/program.errors)"
}

# As a user who may do nothing.
as_nobody() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }

test_it_is_loaded_with_settings_and_unloaded() {
	expect_status 0 load --module "$KO" threads=3 wait=timeout,hrtimer interval=20ms cpus= causes=N
	expect "what it says" "" "$output$errors"
	expect threads 3 "$(get threads)"
	expect wait timeout,hrtimer "$(get wait)"
	expect interval 20ms "$(get interval)"
	expect_refused 1 ".*loaded already" load --module "$KO"
	expect_status 0 unload
	expect "what it says" "" "$output$errors"
	expect_nothing_left
	expect_refused 3 ".*not loaded" unload
}

test_a_bad_argument_loads_nothing() {
	expect_refused 1 ".*interval: \"0\": .*" load --module "$KO" interval=0
	expect_refused 1 '.*takes threads, interval' load --module "$KO" thread=1
	expect_refused 1 '.*given twice' load --module "$KO" threads=1 threads=2
	expect_nothing_left
}

test_one_in_use_is_not_unloaded() {
	local fd
	load
	exec {fd}<$DEVICE
	expect_refused 1 ".*in use.*fuser" unload
	exec {fd}<&-
	expect_status 0 unload
}

test_settings_are_set_at_once() {
	load threads=2 wait=timeout interval=3600
	expect_status 0 set interval=20ms threads=3 sched=fifo_low cpus=0
	expect "what it says" "" "$output$errors"
	expect "the settings" "20ms 3 fifo_low 0" "$(get interval) $(get threads) $(get sched) $(get cpus)"
	expect_ticks 2 2
	expect_status 0 set cpus=
	expect cpus "" "$(get cpus)"
}

test_of_a_bad_set_nothing_is_left() {
	local before
	load threads=2 wait=timeout interval=1 cpus=0
	before=$(settings)
	expect_refused 1 'interval is not set to "0": shorter than 50us; ' set interval=0
	expect_refused 1 'interval is not set to "0": shorter' set threads=3 cpus= wait=hrtimer sched=fifo interval=0 trip_us=5
	expect settings "$before" "$(settings)"
	# Names are looked at before anything is set.
	expect_refused 1 'intervall: .*it has causes, cpus, interval' set threads=3 intervall=2
	expect_refused 1 'stop: that is a command.*stop --help' set threads=3 stop=all
	expect_refused 1 'autostart: .*load autostart=' set threads=3 autostart=N
	expect_refused 1 'hz: it can only be read' set threads=3 hz=1000
	expect_refused 1 'threads: it is given twice' set threads=3 threads=4
	expect_refused 1 '../threads: the module has no such' set ../threads=3
	expect settings "$before" "$(settings)"
	expect "rows" "running running" "$(column state)"
}

test_workers_are_stopped_and_started() {
	load threads=4 wait=timeout interval=20ms
	expect_ticks 3 1
	expect_status 0 stop 0,2-3
	expect "what it says" "" "$output$errors"
	expect state "stopped running stopped stopped" "$(column state)"
	expect_status 0 start 2 3
	expect state "stopped running running running" "$(column state)"
	expect_status 0 reset 0
	expect ticks 0 "$(field 0 ticks)"
	expect_refused 1 'cannot stop "1-9": .*; ' stop 1-9
	expect_refused 1 'cannot start "0,9": .*; ' start 0 9
	expect_refused 1 'cannot reset "x": .*; ' reset x
	expect state "stopped running running running" "$(column state)"
	expect_status 0 start all
	expect state "running running running running" "$(column state)"
}

test_workers_get_signals() {
	load threads=3 wait=timeout interval=20ms
	expect_ticks 2 1
	expect_status 0 signal USR1 0-1
	expect_status 0 signal sigusr2 0
	expect_soon is_field 0 signals 2
	expect_soon is_field 1 signals 1
	expect "signals of the other" 0 "$(field 2 signals)"
	expect_status 0 signal TERM 2
	expect_soon is_field 2 state exited
	expect_refused 1 'cannot signal "USR1 all,9": ' signal USR1 all 9
	expect_refused 1 'cannot signal "USR1 1-2": ' signal USR1 1-2
	expect_refused 1 'cannot signal "STOP 0": ' signal STOP 0
	expect "signals" "2 1" "$(field 0 signals) $(field 1 signals)"
}

test_users_may_change_nothing() {
	local before command
	cp "$PROGRAM" /run/kthread-counter # where a user may look
	chmod 755 /run/kthread-counter
	for command in "load threads=1" "unload" "set threads=1" "stop all" "signal KILL all"; do
		# shellcheck disable=SC2086 # words
		as_nobody /run/kthread-counter $command >/run/said 2>&1 && fail "a user may $command"
		expect "lines of what it says to $command" 1 "$(wc -l </run/said)"
		is_loaded || load threads=2 wait=timeout
		before=${before:-$(settings)}
		expect settings "$before" "$(settings)"
	done
	expect_match "what it says" "root" "$(</run/said)"
	rm /run/kthread-counter
}

test_without_the_module() {
	local command
	for command in "set threads=1" "start all" "stop 0" "reset 0" "signal HUP all" unload; do
		# shellcheck disable=SC2086 # words
		expect_refused 3 ".*not loaded.*kthread-counter load" $command
	done
}

run_tests
