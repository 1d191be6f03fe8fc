#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Side by side with the kernel's own timerlat tracer: the same CPU, the same period, the same time. Its lateness in
# the interrupt is what we call to_wake, and that in its thread is our lateness.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

TRACING=/sys/kernel/tracing
TRIES=6
EVENT=$TRACING/events/kthread_counter/kthread_counter_tick/enable
PERIOD_US=10000
SECONDS_OF_MEASURING=8

has_timerlat() {
	[ -e $TRACING/trace ] || mount -t tracefs nodev $TRACING 2>/dev/null
	grep -qw timerlat $TRACING/available_tracers 2>/dev/null
}

start_timerlat() {
	echo 1 >$TRACING/tracing_on
	echo >$TRACING/trace
	echo 1 >$TRACING/osnoise/cpus
	echo $PERIOD_US >$TRACING/osnoise/timerlat_period_us
	echo timerlat >$TRACING/current_tracer
	echo 1 >$EVENT
}

# Stops it and prints what it traced, and our ticks beside it.
stop_timerlat() {
	echo 0 >$TRACING/tracing_on
	cat $TRACING/trace
	echo 0 >$EVENT
	echo nop >$TRACING/current_tracer
	echo 0-1 >$TRACING/osnoise/cpus
	echo >$TRACING/trace
	echo 1 >$TRACING/tracing_on
}

# In nanoseconds, one a line: theirs in a context, and the first part of ours where it is known.
theirs() { sed -n "s/.*context *$1 timer_latency *\([0-9]*\) ns.*/\1/p" /run/timerlat; }
ours() { sed -n 's/.*kthread_counter_tick: .* to_wake_ns=\(-\{0,1\}[0-9]*\) to_run_ns=[0-9].*/\1/p' /run/timerlat; }

median() { sort -n | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : "none" }'; }

# are_near OURS THEIRS: within a factor of two.
are_near() { [[ $1 != none && $2 != none ]] && (($1 <= 2 * $2 && $2 <= 2 * $1)); }

medians_agree() {
	local thread irq late to_wake
	load wait=hrtimer interval=${PERIOD_US}us sched=fifo cpus=1 causes=Y
	start_timerlat
	expect_ticks 0 5
	put reset 0
	sleep $SECONDS_OF_MEASURING
	put stop 0
	stop_timerlat >/run/timerlat
	thread=$(theirs thread | median) irq=$(theirs irq | median) to_wake=$(ours | median)
	late=$(field 0 late_p50_ns)
	seen="median lateness: timerlat $thread ns of $(theirs thread | wc -l), this $late ns of $(field 0 ticks); "
	seen+="until the thread was woken: timerlat $irq ns, this $to_wake ns of $(ours | wc -l)"
	unload
	are_near "$late" "$thread" && are_near "$to_wake" "$irq"
}

test_the_medians_are_within_a_factor_of_two() {
	if ! has_timerlat; then
		skip "this kernel has no timerlat tracer"
		return
	fi
	expect_in $TRIES medians_agree
}

run_tests
