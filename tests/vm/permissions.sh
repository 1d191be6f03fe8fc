#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who may do what: the mode of each file, and what happens to those who are not root.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

MODES="threads 644
interval 644
wait 644
cpus 644
sched 644
log 644
trip_us 644
last_trip 444
causes 644
start 200
stop 200
signal 200
reset 200
autostart 444
device_mode 444
hz 444
last_error 444"

# An ordinary user, and the root of a user namespace that such a user made: it has every
# capability there, and none over these files.
as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
as_namespace_root() { as_user unshare --user --map-root-user "$@"; }

test_modes_and_owners_are_exactly_these() {
	local name mode
	load wait=timeout
	while read -r name mode; do
		expect "mode and owner of $name" "$mode root root" "$(stat -c '%a %U %G' $PARAMS/"$name")"
	done <<<"$MODES"
	expect "number of parameters" "$(wc -l <<<"$MODES")" "$(find $PARAMS -type f | wc -l)"
	expect "mode and owner of $TABLE" "444 root root" "$(stat -c '%a %U %G' $TABLE)"
	expect "mode and owner of $HISTOGRAM" "444 root root" "$(stat -c '%a %U %G' $HISTOGRAM)"
	expect "mode and owner of $DEVICE" "600 root root" "$(stat -c '%a %U %G' $DEVICE)"
}

# Tries to read and to write every file and prints a line for each that could be.
attempt_everything() {
	local file line value
	set +f
	for file in "$TABLE" "$HISTOGRAM" "$DEVICE" "$PARAMS"/*; do
		{ read -r line <"$file" && [ -n "$line" ] && echo "read ${file##*/}"; } 2>/dev/null
		for value in 0 1 all "USR1 all" timeout; do
			{ echo "$value" >"$file"; } 2>/dev/null && echo "wrote $value to ${file##*/}"
			{ echo "$value" >>"$file"; } 2>/dev/null && echo "appended $value to ${file##*/}"
		done
		{ chmod 666 "$file"; } 2>/dev/null && echo "changed the mode of ${file##*/}"
	done
}

# The project's files may be closed to others, so they get the function as text.
attempts() {
	declare -p TABLE HISTOGRAM DEVICE PARAMS
	declare -f attempt_everything
	echo attempt_everything
}

# What others may read, in the order of the attempts.
readable_by_all() {
	echo "read kthread_counter"
	echo "read kthread_counter_hist"
	awk '$2 != 200 { print "read " $1 }' <<<"$MODES" | sort
}

# expect_reads_only AS: someone reads what is readable and does nothing else.
expect_reads_only() {
	local before
	load threads=2 wait=timeout,event interval=3600 cpus=0 # an empty list would read as nothing
	before=$(settings)
	expect "what $1 could do" "$(readable_by_all)" "$("$1" bash -c "$(attempts)")"
	expect "settings after that" "$before" "$(settings)"
	expect "last_error after that" none "$(get last_error)"
	expect "signals received" "0 0" "$(column signals)"
	expect "ticks" "0 0" "$(column ticks)"
}

test_an_ordinary_user_reads_and_writes_nothing() {
	expect_reads_only as_user
}

test_the_root_of_a_user_namespace_reads_and_writes_nothing() {
	expect "user id in the namespace" 0 "$(as_namespace_root id -u)"
	expect_reads_only as_namespace_root
}

test_others_get_the_right_errors() {
	load wait=timeout
	expect_errno EACCES as_user bash -c "echo 1 >$PARAMS/interval"
	expect_errno EACCES as_user bash -c "echo all >$PARAMS/stop"
	expect_errno EACCES as_user cat $PARAMS/stop
	expect_errno EACCES as_namespace_root bash -c "echo all >$PARAMS/stop"
	expect_errno EACCES as_user bash -c "echo 1 >$TABLE"
}

test_others_cannot_signal_the_threads() {
	local pid
	load wait=timeout interval=3600
	pid=$(field 0 pid)
	expect_errno EPERM as_user bash -c "kill -KILL $pid"
	expect_errno EPERM as_namespace_root bash -c "kill -KILL $pid"
	expect state running "$(field 0 state)"
}

test_others_cannot_load_or_unload() {
	load wait=timeout
	expect_errno EPERM as_user rmmod kthread_counter
	expect_errno EPERM as_namespace_root rmmod kthread_counter
	expect state running "$(field 0 state)"
}

run_tests
