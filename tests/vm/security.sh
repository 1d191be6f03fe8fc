#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What SECURITY.md promises beyond permissions: nothing of the kernel's memory is shown, values that
# are meant to harm stay within the limits, and readers do not wait for writers.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# What looks like an address in the kernel's half, in any notation, or is hashed as one.
POINTER='(^|[^0-9a-f])(0x)?ffff[0-9a-f]{12}([^0-9a-f]|$)|(^|[^0-9])1844[0-9]{16}([^0-9]|$)|\(____ptrval____\)|0x[0-9a-f]{8,}'

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
	load threads=6 wait=ssleep,timeout,hrtimer,completion,event,work interval=20ms log=Y trip_us=1
	echo >$DEVICE
	expect_all_tick 2 0 1 2 5
	put signal "KILL 1"
	expect_soon is_field 1 state exited
	expect_errno EINVAL put interval 0xffff888000000000x
	expect_errno ESRCH put stop 99
	found=$(all_outputs | grep -v 'interval: "0xffff' | grep -E "$POINTER")
	expect "lines with a pointer" "" "$found"
	# The pattern finds what it should.
	expect "pointers found" 3 "$(printf '%s\n' 'at ffff888000000000.' 'x=0xffffffffc0000000' 18446612682070000000 | grep -cE "$POINTER")"
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

# reads_soon FILE: somebody who may only read gets an answer.
reads_soon() {
	timeout "$PATIENCE" setpriv --reuid=65534 --regid=65534 --clear-groups cat "$1" >/dev/null
}

test_readers_do_not_wait_for_writers() {
	local writer
	load threads=50 wait=ssleep interval=3600
	sleep 1
	for _ in 1 2 3; do
		put stop all &
		writer=$!
		reads_soon $TABLE || fail "a reader of the table hung"
		reads_soon $HISTOGRAM || fail "a reader of the histogram hung"
		reads_soon $PARAMS/threads || fail "a reader of a parameter hung"
		wait $writer
		put start all
	done
	put threads 600 &
	writer=$!
	reads_soon $TABLE || fail "a reader of the table hung while the table grew"
	wait $writer
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
