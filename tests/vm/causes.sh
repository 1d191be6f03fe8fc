#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The causes of lateness: until the thread was woken, and from there until it ran.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

test_smoke() {
	load threads=9 wait=ssleep,timeout,idle,usleep,fsleep,hrtimer,completion,event,work interval=20ms causes=Y trip_us=1
	expect causes Y "$(get causes)"
	sleep 3
	cat $DEVICE
	echo >$DEVICE
	sleep 0.2
	sed 's/^/# /' $TABLE
	get last_trip | sed 's/^/# /'
	put causes N
	sleep 0.2
	sed 's/^/# /' $TABLE
	get last_trip | sed 's/^/# /'
	put causes Y
}

run_tests
