#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the probes of `causes` must not step into: threads that are exiting, whose data may be gone, and locks that
# sleep on PREEMPT_RT, whose wake-ups are none of the primitive.
#
# processors: all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/occupy.bash
. "${0%/*}/occupy.bash"

TRACING=/sys/kernel/tracing
DURATION=$(at_length 30 6)

# --- threads that exit -------------------------------------------------------------------------

has_kasan() { grep -qw kasan_report_async /proc/kallsyms || grep -qw __asan_report_store8_noabort /proc/kallsyms; }

# What the gate would find as well, but here it has the test's name.
expect_no_report() {
	local report
	report=$(kernel_log | awk -v mark="$log_mark" 'index($0, mark) { found = 1; next } found && /BUG: |Oops/')
	expect "reports of the kernel" "" "$report"
}

# stop_and_stay CPU SECONDS: stops all workers by a real-time process, which the end of each thread wakes. So it
# runs, and frees what the thread was given, before that thread has been switched away from for the last time. Then
# it keeps the CPU: longer than a grace period, after which the memory is really gone.
stop_and_stay() {
	python3 -c '
import os, sys, time
cpu, seconds = map(int, sys.argv[2:])
stop = os.open(sys.argv[1], os.O_WRONLY)
os.sched_setaffinity(0, {cpu})
os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(30))
os.write(stop, b"all\n")
end = time.monotonic() + seconds
while time.monotonic() < end:
    pass' $PARAMS/stop "$1" "$2"
}

test_a_thread_is_switched_to_after_its_data_has_gone() {
	local fair_share
	if ! has_kasan; then
		skip "this kernel does not see who touches what has been freed"
		return
	fi
	load threads=4 wait=timeout,idle,usleep,hrtimer interval=10ms cpus=1 causes=Y
	expect_all_tick 2 0 1 2 3
	mark_log
	raise_threads 1
	read -r fair_share <$FAIR_SERVER/cpu1/runtime
	echo 0 >$FAIR_SERVER/cpu1/runtime # what the kernel keeps for ordinary threads
	# Twice: the kernel frees in batches, five seconds after the first one of them.
	stop_and_stay 1 12
	echo "$fair_share" >$FAIR_SERVER/cpu1/runtime
	lower_threads
	expect_soon no_threads
	expect_no_report
	put start all
	expect_all_tick 2 0 1 2 3
	expect causes Y "$(get causes)"
	unload
}

# Processes that hand a byte to and fro, on each CPU: the probes are called all the time.
keep_switching() {
	python3 -c '
import os, sys, time
end = time.monotonic() + float(sys.argv[1])
for number in range(8):
    if os.fork():
        continue
    os.sched_setaffinity(0, {number % 2})
    (there, into), (here, back) = os.pipe(), os.pipe()
    if os.fork() == 0:
        os.close(into) # or it would never see the end
        while byte := os.read(there, 1):
            os.write(back, byte)
        os._exit(0)
    while time.monotonic() < end:
        os.write(into, b"x")
        os.read(here, 1)
    os._exit(0)
for number in range(8):
    os.wait()' "$1"
}

# write_for_a_while NAME VALUE…: writes these to the parameter, over and over. Some may be refused: an id has no
# thread just then.
write_for_a_while() {
	local end=$((SECONDS + DURATION)) name=$1 value
	shift
	while ((SECONDS < end)); do
		for value in "$@"; do put "$name" "$value" 2>/dev/null; done
	done
}

test_threads_exit_while_the_machine_switches() {
	local id
	load threads=24 wait=timeout,idle,usleep,hrtimer,fsleep,event interval=10ms cpus=0-1 causes=Y
	mark_log
	keep_switching "$DURATION" &
	write_for_a_while stop all 0-11 &
	write_for_a_while start all &
	write_for_a_while signal "KILL all" "TERM 12-23" &
	write_for_a_while threads 24 6 &
	while read -r _ <$TABLE && [ -n "$(jobs -r)" ]; do sleep 0.1; done
	wait
	expect_no_report
	expect causes Y "$(get causes)"
	put threads 24
	put stop all # one that is to be killed may not have seen it yet
	put start all
	expect running 24 "$(header running)"
	for id in 0 1 2 3 4 22; do
		expect_soon is_above $id split_ticks 0
	done
	unload
	expect_nothing_left
}

# --- locks that sleep --------------------------------------------------------------------------

is_preempt_rt() { [[ $(uname -v) == *" PREEMPT_RT "* ]]; }

trace_wakings() {
	local event
	for event in sched/sched_waking sched/sched_switch kthread_counter/kthread_counter_tick; do
		echo "$1" >$TRACING/events/$event/enable
	done
}

# judge PID <TRACE: how many ticks of this thread had a lock in them that it had to wait for, and how many of these
# count from the waking by that lock. What comes after the first waking of a sleep took at least as long as until the
# thread got the CPU back for having the lock. The trace has microseconds.
judge() {
	python3 -c '
import re, sys
pid, ticks, wrong = sys.argv[1], 0, 0
first = locked = back = None
for line in sys.stdin:
    match = re.search(r" (\d+\.\d+): (\w+): (.*)", line)
    if not match:
        continue
    time, event, fields = float(match[1]), match[2], match[3]
    if event == "sched_switch" and f"prev_pid={pid} " in fields:
        if "prev_state=S" in fields:
            first = locked = back = None
    elif event == "sched_waking" and f" pid={pid} " in fields:
        if first is None:
            first = time
        elif locked is None:
            locked = time
    elif event == "sched_switch" and f"next_pid={pid} " in fields:
        if locked is not None and back is None:
            back = time
    elif event == "kthread_counter_tick" and back is not None:
        ticks += 1
        to_run = int(re.search(r"to_run_ns=(-?\d+)", fields)[1])
        wrong += to_run < (back - first) * 1e9 - 3000
print(ticks, wrong)' "$1"
}

# Who wakes the worker holds the lock of the wait queue. The worker, a real-time thread on the same CPU, runs at
# once, and has to wait for that lock.
test_the_waking_by_a_lock_is_not_that_of_the_thread() {
	local pid ticks wrong
	if ! is_preempt_rt; then
		skip "the locks of this kernel do not sleep"
		return
	fi
	[ -e $TRACING/trace ] || mount -t tracefs nodev $TRACING
	load wait=event sched=fifo cpus=1 causes=Y
	pid=$(field 0 pid)
	expect_soon is_asleep 0
	taskset -cp 1 $$ >/dev/null
	echo 1 >$TRACING/tracing_on
	echo mono >$TRACING/trace_clock
	echo >$TRACING/trace
	trace_wakings 1
	for _ in {1..60}; do
		echo >$DEVICE
		sleep 0.01
	done
	trace_wakings 0
	taskset -cp 0-1 $$ >/dev/null
	read -r ticks wrong < <(judge "$pid" <$TRACING/trace)
	echo local >$TRACING/trace_clock
	echo "# $ticks of $(field 0 ticks) ticks waited for a lock"
	expect_number "ticks that waited for a lock" "$ticks" -ge 20
	expect "ticks that count from the waking by the lock" 0 "$wrong"
	unload
}

run_tests
