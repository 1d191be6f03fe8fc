#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# On PREEMPT_RT a reader can be preempted while it copies what a worker is about to change. If the lock were one that
# sleeps there, the worker would have to wait until the reader had its CPU back.
#
# needs: CONFIG_PREEMPT_RT=y

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tracing.bash
. "${0%/*}/tracing.bash"

CONTENTION=$TRACING/events/lock/contention_begin
READS=/run/reads
TICKS=1000

ticks_are() { (($(field 0 ticks) >= $1)); }
has_read() { [ -s $READS ]; }

test_no_reader_makes_a_real_time_worker_sleep() {
	local reader contended
	lacks_tracing && return
	# While no worker runs, as it changes code of the kernel's locks. From boot on, an RT kernel does not come up.
	echo 1 >$CONTENTION/enable
	load wait=hrtimer interval=2ms cpus=1 sched=fifo
	echo "common_pid == $(field 0 pid)" >$CONTENTION/filter
	taskset -c 1 python3 -c '
import os, sys
files = [os.open(f"/proc/kthread_counter{name}", os.O_RDONLY) for name in ("", "_hist")]
begun = False
while True:
    for file in files:
        os.pread(file, 8192, 0)
    if not begun:
        begun = True
        print("read", file=open(sys.argv[1], "w"))' $READS &
	reader=$!
	expect_soon has_read
	clear_trace
	expect_soon ticks_are $(($(field 0 ticks) + TICKS))
	# Before the thread ends, which takes locks of the kernel's.
	contended=$(grep contention_begin: $TRACING/trace)
	kill $reader || fail "the reader has ended by itself"
	wait $reader 2>/dev/null
	unload
	echo 0 >$CONTENTION/enable
	echo 0 >$CONTENTION/filter
	expect "locks that the worker found taken and that sleep" "" "$(grep -E 'flags=.*(RT|MUTEX)' <<<"$contended")"
	echo "# $(grep -c SPIN <<<"$contended") times it found one taken that spins"
}

run_tests
