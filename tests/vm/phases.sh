#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parameters' files are there before the module is live and for a while after it; they are dead
# then. Many threads make these phases long enough to write in them.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

phase_is() {
	local state
	{ read -r state <$MODULE_DIR/initstate; } 2>/dev/null && [ "$state" = "$1" ]
}
is_not_live() { ! phase_is live; }
is_coming_or_live() { phase_is coming || phase_is live; }

# expect_dead_while PHASE: in that phase, if it is there, reads and writes are ENODEV. What is tried when
# it is just over does not count, so it has to be seen again afterwards; $tries is what counted.
expect_dead_while() {
	local name
	for name in interval threads stop; do
		find_errno put $name 1
		phase_is "$1" || return
		expect "writing $name while $1" ENODEV "$REPLY"
		tries=$((tries + 1))
	done
	for name in interval threads log; do
		find_errno get $name
		phase_is "$1" || return
		expect "reading $name while $1" ENODEV "$REPLY"
		tries=$((tries + 1))
	done
}

test_nothing_works_before_the_module_is_live() {
	local tries=0
	for _ in 1 2 3 4 5; do
		load threads=2000 wait=timeout &
		expect_soon is_coming_or_live
		expect_dead_while coming
		wait $!
		((tries == 0)) || break
		unload
	done
	expect_number "reads and writes while coming" $tries -ge 1
	expect "threads after that" 2000 "$(get threads)"
	expect "interval after that" 1 "$(get interval)"
	expect_errno none put interval 2
}

# It takes until the last worker is through with its piece of sleep, which is a second or nearly none.
test_nothing_works_while_it_unloads() {
	local tries=0
	for _ in 1 2 3 4 5; do
		load threads=100 wait=ssleep interval=1
		unload &
		expect_soon is_not_live
		expect_dead_while going
		wait $!
		expect_nothing_left
		((tries == 0)) || break
	done
	expect_number "reads and writes while going" $tries -ge 1
}

run_tests
