# shellcheck shell=bash disable=SC2034 # for other files
# SPDX-License-Identifier: GPL-2.0
#
# For tests that look at the kernel's trace.

TRACING=/sys/kernel/tracing
EVENT=$TRACING/events/kthread_counter/kthread_counter_tick

# Where tracefs is known, it is mounted when somebody looks there.
#
# Without the threads' names: to keep them the kernel changes code of its scheduler while others run it,
# and an emulated CPU was seen to execute the breakpoint after it had gone. For the same reason no worker
# runs while the tracepoint is turned on or off.
has_tracing() {
	[ -e $TRACING/trace ] || mount -t tracefs nodev $TRACING 2>/dev/null || return
	echo 0 >$TRACING/options/record-cmd
}

lacks_tracing() {
	! has_tracing && skip "this kernel has no ftrace"
}

# An empty trace that goes on: another test may have tripped, which stops it.
clear_trace() {
	echo 1 >$TRACING/tracing_on
	echo >$TRACING/trace
}

# What was traced: id, wait, late_ns, cpu, to_wake_ns and to_run_ns of each tick.
traced() {
	sed -En 's/.*kthread_counter_tick: id=([0-9]+) wait=([a-z]+) late_ns=(-?[0-9]+) cpu=([0-9]+) to_wake_ns=(-?[0-9]+) to_run_ns=(-?[0-9]+)$/\1 \2 \3 \4 \5 \6/p' \
		$TRACING/trace
}
trace_lines() { grep -c kthread_counter_tick: $TRACING/trace; }
