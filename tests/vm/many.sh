#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A thousand workers. Stopping is parallel: one after the other, a thousand ssleep workers would
# take a thousand times as long as one. The limits tell these two apart and are no benchmark.
#
# processors: all
# only with: LENGTH=full

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

LIMIT=30

# seconds COMMAND…
expect_within_limit() {
	local started=$SECONDS
	"$@" || fail "$* ended with an error"
	expect_number "seconds for: $*" $((SECONDS - started)) -lt $LIMIT
}

expect_a_thousand_rows() {
	expect threads 1000 "$(header threads)"
	expect running 1000 "$(header running)"
	expect "rows" 1001 "$(awk 'NR > 2' $TABLE | wc -l)"
	expect "ids" "$(seq -s' ' 0 999)" "$(column id)"
	expect "last row" all "$(awk 'END { print $1 }' $TABLE)"
	expect_soon threads_are 1000
}

test_a_thousand_ssleep_workers_unload_in_parallel() {
	load threads=1000 wait=ssleep interval=10
	expect_a_thousand_rows
	expect_within_limit unload
	expect_nothing_left
}

test_a_thousand_timeout_workers_unload_in_parallel() {
	load threads=1000 wait=timeout interval=10
	expect_a_thousand_rows
	expect_within_limit unload
	expect_nothing_left
}

test_a_thousand_workers_of_the_others_unload_in_parallel() {
	load threads=1000 wait=idle,usleep,fsleep,hrtimer,completion,event,work interval=10
	expect_a_thousand_rows
	echo >$DEVICE
	cat $DEVICE >/dev/null
	expect "wait of the last two" "completion event" "$(field 998 wait) $(field 999 wait)"
	expect_soon is_field 998 ticks 1
	expect_soon is_field 999 ticks 1
	expect_within_limit unload
	expect_nothing_left
}

test_a_thousand_workers_are_stopped_and_started_at_once() {
	load threads=1000 wait=ssleep interval=10
	expect_within_limit put stop all
	expect running 0 "$(header running)"
	expect_within_limit put start all
	expect running 1000 "$(header running)"
	expect_within_limit put wait timeout
	expect_within_limit put signal USR1
	expect_soon is_field all signals 1000
}

test_growing_to_a_thousand_and_back() {
	load wait=timeout interval=1
	expect_within_limit put threads 1000
	expect_a_thousand_rows
	expect_ticks all 1000
	expect_within_limit put threads 1
	expect ids 0 "$(column id)"
	expect_soon threads_are 1
}

# Without threads, of which a machine of this size has no room for so many.
test_as_many_workers_as_there_may_be() {
	load threads=32768 autostart=N wait=timeout
	expect threads 32768 "$(header threads)"
	expect "rows" 32769 "$(awk 'NR > 2' $TABLE | wc -l)"
	expect_errno ERANGE put threads 32769
	put start 32767
	expect_soon is_field 32767 state running
	expect_within_limit put threads 1
	expect ids 0 "$(column id)"
	put threads 2
	expect states "stopped running" "$(column state)" # autostart is about loading
}

run_tests
