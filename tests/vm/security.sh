#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What SECURITY.md promises beyond permissions: nothing of the kernel's memory is shown, values that
# are meant to harm stay within the limits, and readers do not wait for writers.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# What looks like an address in the kernel's half, in any notation, or is hashed as one: eight digits
# after eight zeros.
POINTER='(^|[^0-9a-f])0{8}[0-9a-f]{8}([^0-9a-f]|$)|(^|[^0-9a-f])(0x)?ffff[0-9a-f]{12}([^0-9a-f]|$)|(^|[^0-9])1844[0-9]{16}([^0-9]|$)|\(____ptrval____\)|0x[0-9a-f]{8,}'

all_outputs() {
	local file
	set +f
	cat $TABLE $HISTOGRAM
	for file in "$PARAMS"/*; do
		[ -r "$file" ] && cat "$file"
	done 2>/dev/null
	cat $DEVICE
	new_log
	set -f
}

test_no_kernel_pointer_in_any_output() {
	local found
	mark_log
	load threads=9 wait=ssleep,timeout,hrtimer,completion,event,work,idle,usleep,fsleep interval=20ms log=Y trip_us=1 causes=Y
	echo >$DEVICE
	expect_all_tick 2 0 1 2 5 6 7 8
	put signal "KILL 1"
	expect_soon is_field 1 state exited
	expect_errno EINVAL put interval 0xffff888000000000x
	expect_errno ESRCH put stop 99
	found=$(all_outputs | grep -v 'interval: "0xffff' | grep -E "$POINTER")
	expect "lines with a pointer" "" "$found"
	# The pattern finds what it should.
	expect "pointers found" 5 "$(printf '%s\n' 'at ffff888000000000.' 'x=0xffffffffc0000000' 18446612682070000000 \
		'at 00000000a1b2c3d4' '(____ptrval____)' | grep -cE "$POINTER")"
}

test_values_that_are_meant_to_harm() {
	local before value
	load threads=2 wait=timeout
	before=$(settings)
	for value in 32769 65536 4294967295 4294967296 4294967297 99999999999999999999999; do
		expect_errno ERANGE put threads $value
	done
	expect_errno EINVAL put threads -1
	for value in 49us 86401 18446744073709551617 9999999999999999999999j; do
		expect_errno ERANGE put interval $value
	done
	expect_errno EINVAL put interval 0.1
	expect_errno EINVAL put wait "$(printf 'timeout,%.0s' {1..32})timeout"
	expect_errno ESRCH put start 0-4294967295
	expect_errno EINVAL put stop "$(printf '0,%.0s' {1..32})0"
	expect_errno ERANGE put interval "$(head -c 4000 /dev/zero | tr '\0' 1)"
	expect settings "$before" "$(settings)"
	expect_soon threads_are 2
}

# Somebody who may only read, and who has no program to start for it: is told a file, and says when it
# has been read.
start_reader() {
	# shellcheck disable=SC2016 # for another shell
	coproc READER { exec setpriv --reuid=65534 --regid=65534 --clear-groups bash -c \
		'while read -r file; do mapfile lines <"$file" && echo "${#lines[@]}"; done'; }
	is_read $PARAMS/threads || fail "there is no reader"
}

is_read() {
	echo "$1" >&"${READER[1]}"
	read -rt "$PATIENCE" -u "${READER[0]}" REPLY && ((REPLY > 0))
}

# Whether the write is under way: it sleeps, for threads to end; or has made some, but not all.
is_stopping() { is_writing "$writer"; }
is_growing() {
	local last
	read -r _ _ _ _ last </proc/loadavg && ((last > writer + 50 && last < writer + 500))
}

# is_read_meanwhile FILE UNDER_WAY PARAMETER VALUE: a reader who comes during that write is done before
# it has ended.
is_read_meanwhile() {
	local writer
	put threads 50
	put start all
	put "$3" "$4" &
	writer=$!
	until "$2" || is_gone $writer; do sleep 0.01; done
	is_read "$1" || fail "a reader of $1 hung"
	if "$2"; then seen="$1 was read during a write to $3"; fi
	wait $writer
	[ -n "$seen" ]
}

test_readers_do_not_wait_for_writers() {
	local file
	# Nothing ends their sleep: a stop takes up to a second.
	load threads=0 wait=ssleep interval=1
	start_reader
	for file in $TABLE $HISTOGRAM $PARAMS/threads; do
		expect_in 20 is_read_meanwhile "$file" is_stopping stop all
	done
	expect_in 20 is_read_meanwhile $TABLE is_growing threads 600
	kill "$READER_PID"
}

# A user who reads as fast as possible holds nobody up.
test_writers_do_not_wait_for_readers() {
	local running
	running=$(mktemp /run/running.XXXXXX)
	load threads=20 wait=timeout interval=20ms
	for _ in 1 2 3; do
		while [ -e "$running" ]; do cat $TABLE $HISTOGRAM; done >/dev/null 2>&1 &
	done
	expect_ticks 0 5
	for value in 10 30 20; do
		timeout "$PATIENCE" bash -c "echo $value >$PARAMS/threads" || fail "a writer hung"
	done
	expect threads 20 "$(get threads)"
	rm "$running"
	wait
}

run_tests
