#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parameters' files are there before the module is live and for a while after it; they are dead
# then. Many threads make these phases long enough to write in them.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

phase_is() { [ "$(cat $MODULE_DIR/initstate 2>/dev/null)" = "$1" ]; }

# expect_dead_while PHASE: in that phase reads and writes are ENODEV. What is tried when the phase
# is just over does not count, so it has to be seen again afterwards.
expect_dead_while() {
	local tries=0 name error
	expect_soon phase_is "$1" || return
	for name in interval threads stop; do
		error=$(errno_of put $name 1)
		phase_is "$1" || break
		expect "writing $name while $1" ENODEV "$error"
		tries=$((tries + 1))
	done
	for name in interval threads log; do
		error=$(errno_of get $name)
		phase_is "$1" || break
		expect "reading $name while $1" ENODEV "$error"
		tries=$((tries + 1))
	done
	expect_number "reads and writes while $1" $tries -ge 1
}

test_nothing_works_before_the_module_is_live() {
	load threads=2000 wait=timeout &
	expect_dead_while coming
	wait $!
	expect "threads after that" 2000 "$(get threads)"
	expect "interval after that" 1 "$(get interval)"
	expect_errno none put interval 2
}

test_nothing_works_while_it_unloads() {
	load threads=100 wait=ssleep interval=3600
	sleep 0.1 # so that the workers are in a long piece of sleep
	unload &
	expect_dead_while going
	wait $!
	expect_nothing_left
}

run_tests
