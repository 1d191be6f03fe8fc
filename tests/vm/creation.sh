#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel refuses to create a thread. Nothing may start a process while the limit is low, and
# that includes this shell: only its builtins work.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

LIMIT=/proc/sys/kernel/threads-max

# with_room_for NUMBER COMMAND…: runs a builtin or function while the machine may have only that
# many threads more; its messages go to $messages.
with_room_for() {
	local before now status
	read -r before <$LIMIT
	IFS=' /' read -r _ _ _ _ now _ </proc/loadavg
	echo $((now + $1)) >$LIMIT
	{ "${@:2}"; } 2>"$messages"
	status=$?
	echo "$before" >$LIMIT
	return $status
}
messages=/run/creation.messages

show_messages() { cat $messages && false; }

test_growing_fails_as_a_whole() {
	local before pids
	load threads=2 wait=timeout interval=20ms
	before=$(settings) pids=$(column pid)
	mark_log
	with_room_for 10 put threads 200 && fail "200 threads found room for 10"
	expect_errno EAGAIN show_messages
	expect "settings" "$before" "$(settings)"
	expect "threads that were there before" "$pids" "$(column pid)"
	expect_soon threads_are 2
	expect last_error 'threads: "200": no more threads: kernel.pid_max or kernel.threads-max is reached' "$(get last_error)"
	expect "lines in the log" 1 "$(new_log | wc -l)"
	expect_ticks 1 2
	expect_errno none put threads 20
	expect running 20 "$(header running)"
}

test_starting_fails_as_a_whole() {
	load threads=100 wait=timeout autostart=N
	mark_log
	with_room_for 5 put start all && fail "100 threads found room for 5"
	expect_errno EAGAIN show_messages
	expect "running" 0 "$(header running)"
	expect_soon no_threads
	expect_match "kernel log" '^kthread_counter: .' "$(new_log)"
	put start all
	expect "running" 100 "$(header running)"
}

test_loading_fails_and_leaves_nothing() {
	local status limit
	read -r limit <$LIMIT
	mark_log
	# The subshell is the process that becomes insmod, so that nothing new is needed.
	(
		echo 20 >$LIMIT
		exec insmod "$KO" threads=3 wait=timeout 2>$messages
	)
	status=$?
	echo "$limit" >$LIMIT
	expect_number "exit status of insmod" $status -ne 0
	expect_errno EAGAIN show_messages
	expect_match "kernel log" '^kthread_counter: .' "$(new_log)"
	expect_nothing_left
	load threads=3 wait=timeout
	expect "states of the next load" "running running running" "$(column state)"
}

test_more_threads_than_process_ids() {
	local before
	load wait=timeout
	read -r before </proc/sys/kernel/pid_max
	echo 600 >/proc/sys/kernel/pid_max
	expect_errno EAGAIN put threads 1000
	echo "$before" >/proc/sys/kernel/pid_max
	expect threads 1 "$(get threads)"
	expect states running "$(column state)"
}

run_tests
