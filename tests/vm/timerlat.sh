#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Side by side with the kernel's own timerlat tracer: the same CPU, the same period, the same time.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

TRACING=/sys/kernel/tracing
TRIES=6
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
}

# Stops it and prints the lateness of its thread in nanoseconds, one a line.
stop_timerlat() {
	echo 0 >$TRACING/tracing_on
	sed -n 's/.*context *thread timer_latency *\([0-9]*\) ns.*/\1/p' $TRACING/trace
	echo nop >$TRACING/current_tracer
	echo 0-1 >$TRACING/osnoise/cpus
	echo >$TRACING/trace
	echo 1 >$TRACING/tracing_on
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : "none" }'; }

medians_agree() {
	local theirs ours
	load wait=hrtimer interval=${PERIOD_US}us sched=fifo cpus=1
	start_timerlat
	expect_ticks 0 5
	put reset 0
	sleep $SECONDS_OF_MEASURING
	put stop 0
	stop_timerlat >/run/timerlat
	theirs=$(median </run/timerlat)
	ours=$(field 0 late_p50_ns)
	seen="median lateness: timerlat $theirs ns of $(wc -l </run/timerlat), "
	seen+="this $ours ns of $(field 0 ticks)"
	unload
	[[ $theirs != none ]] && ((ours <= 2 * theirs && theirs <= 2 * ours))
}

test_the_medians_are_within_a_factor_of_two() {
	if ! has_timerlat; then
		skip "this kernel has no timerlat tracer"
		return
	fi
	expect_in $TRIES medians_agree
}

run_tests
