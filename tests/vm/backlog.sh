#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A completion that was completed tens of thousands of times before its worker came to look, because a
# real-time reader had the only CPU: each counts, and nobody goes through them one by one with a lock
# held. On this machine a nanosecond is an instruction, so that a figure is the same each time.
#
# machine: --instructions

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

READS=$(at_length 10000000 50000)
FEWER=$(at_length 500000 50000) # where each is counted, which takes its time
FAIR_SERVER=/sys/kernel/debug/sched/fair_server/cpu0/runtime

# What it does is done before an ordinary thread runs: reads so many times, and writes to parameters
# how each word says, "N" for reads and "NAME=VALUE" for a write. Prints the nanoseconds of the longest write.
READER='
import os, sys, time
device, parameters, *words = sys.argv[1:]
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(50))
longest = 0
for word in words:
    name, _, value = word.partition("=")
    if value:
        parameter = os.open(f"{parameters}/{name}", os.O_WRONLY)
        started = time.monotonic_ns()
        os.write(parameter, value.encode())
        longest = max(longest, time.monotonic_ns() - started)
        os.close(parameter)
    else:
        file = os.open(device, os.O_RDONLY)
        for _ in range(int(name)):
            os.pread(file, 64, 0)
        os.close(file)
print(longest)'

# before_it_runs WORD…: REPLY is what the reader says.
before_it_runs() {
	local share
	read -r share <$FAIR_SERVER
	echo 0 >$FAIR_SERVER # what the kernel keeps for ordinary threads
	REPLY=$(python3 -c "$READER" $DEVICE $PARAMS "$@")
	echo "$share" >$FAIR_SERVER
}

load_one() {
	load wait=timeout interval=3600
	put wait completion
	expect_soon is_asleep 0
}

test_each_of_them_counts() {
	load_one
	before_it_runs "$FEWER"
	expect_soon is_field 0 ticks "$FEWER"
	expect_always 1 is_field 0 ticks "$FEWER"
	expect "early wakes" 0 "$(field 0 early)"
	cat $DEVICE >/dev/null
	expect_soon is_field 0 ticks $((FEWER + 1))
}

test_another_wait_takes_no_longer_for_them() {
	local few many
	load_one
	before_it_runs 10 wait=timeout
	few=$REPLY
	put wait completion
	expect_soon is_asleep 0
	before_it_runs "$READS" wait=timeout
	many=$REPLY
	echo "# another wait: $few ns with 10 reads to be answered, $many ns with $READS"
	expect_number "ns for another wait" "$many" -lt $((2 * few + 1000000))
	expect_soon is_asleep 0
	expect_always 2 is_field 0 ticks 0
	expect "ticks and early wakes of the other wait" "0 0" "$(field 0 ticks) $(field 0 early)"
}

# It wakes from a sleep of before, and has all that it is called for since. Nothing of it is lost, and it is
# not given back call by call, which nothing would interrupt: a timer that comes before all shows that.
test_calls_since_another_wait_are_not_given_back_one_by_one() {
	local late
	load threads=2 wait=timeout,hrtimer interval=3600,1ms
	chrt -f -p 90 "$(field 1 pid)"
	put wait completion,hrtimer
	expect_soon is_asleep 0
	before_it_runs 1 wait=timeout,hrtimer wait=completion,hrtimer "$FEWER" reset=1
	expect_soon is_field 0 ticks "$FEWER"
	expect_always 1 is_field 0 ticks "$FEWER"
	late=$(field 1 late_max_ns)
	echo "# a timer was at most $late ns late while a worker was given $FEWER reads"
	expect_number "how late the timer was" "$late" -lt 2000000
	expect "early wakes" 0 "$(field 0 early)"
}


run_tests
