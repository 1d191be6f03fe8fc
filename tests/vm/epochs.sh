#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a row's numbers belong to: counters begin anew with another primitive, `epoch` says that they have or
# that they mean something else, and `bound` is the CPU that was dealt.
#
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

epoch() { field "$1" epoch; }

# expect_epoch CHANGES|STAYS COMMAND…: of worker 0.
expect_epoch() {
	local before after
	before=$(epoch 0)
	"${@:2}"
	after=$(epoch 0)
	expect_match "epoch" '^[0-9]+$' "$after"
	if [ "$1" = CHANGES ]; then
		[ "$before" != "$after" ] || fail "epoch is $before as before, after: ${*:2}"
	else
		expect "epoch after: ${*:2}" "$before" "$after"
	fi
}

expect_no_counts() {
	local name
	for name in ticks missed early signals; do
		expect "$name of worker $1" 0 "$(field "$1" $name)"
	done
	for name in late_last_ns late_min_ns late_avg_ns late_max_ns late_p50_ns late_p99_ns; do
		expect "$name of worker $1" - "$(field "$1" $name)"
	done
	expect "its lines of the histogram" 0 "$(grep -c "^$1 " $HISTOGRAM)"
}

test_another_primitive_begins_anew() {
	local from to
	for from in ssleep timeout hrtimer work; do
		to=hrtimer
		[ $from != hrtimer ] || to=timeout
		load wait=$from interval=20ms
		expect_ticks 0 3
		put interval 3600
		expect_epoch CHANGES put wait $to
		expect wait $to "$(field 0 wait)"
		expect_no_counts 0
		expect_soon is_asleep 0
		# Nor does the wake that the change was: in what has gone, or in what is new.
		expect_no_counts 0
		put interval 20ms
		expect_ticks 0 3
		unload
	done
}

test_so_it_does_for_those_that_wait_for_calls() {
	load threads=2 wait=completion,event
	cat $DEVICE >/dev/null
	echo >$DEVICE
	expect_soon is_field 0 ticks 1
	expect_soon is_field 1 ticks 1
	put wait event,completion
	for id in 0 1; do
		expect_soon is_asleep $id
		expect_no_counts $id
	done
	cat $DEVICE >/dev/null
	echo >$DEVICE
	expect_soon is_field 0 ticks 1
	expect_soon is_field 1 ticks 1
}

# However often it ticks while it is changed.
test_what_is_counted_and_the_histogram_are_of_the_same_primitive() {
	local i
	load wait=timeout interval=1ms cpus=0
	for i in {1..15}; do
		put wait hrtimer
		expect_ticks 0 2
		put wait timeout
		expect_ticks 0 2
		put stop 0
		expect "sum of its histogram after change $i" "$(field 0 ticks)" \
			"$(awk 'NR > 2 { n += $3 } END { print n }' $HISTOGRAM)"
		put start 0
	done
}

test_a_stopped_worker_begins_anew_too() {
	load wait=timeout interval=20ms
	expect_ticks 0 3
	put stop 0
	expect_epoch CHANGES put wait hrtimer
	expect_no_counts 0
}

test_only_those_that_wait_otherwise_begin_anew() {
	local ticks epochs
	load threads=3 wait=timeout interval=20ms
	expect_all_tick 3 0 1 2
	put stop all
	ticks=$(column ticks)
	epochs=$(column epoch)
	put wait timeout,hrtimer,timeout
	expect "ticks of worker 0" "${ticks%% *}" "$(field 0 ticks)"
	expect "ticks of worker 2" "${ticks##* }" "$(field 2 ticks)"
	expect "epochs of workers 0 and 2" "${epochs%% *} ${epochs##* }" "$(epoch 0) $(epoch 2)"
	expect_no_counts 1
}

reset_by_signal() {
	put signal "HUP 0"
	expect_soon is_field 0 ticks 0
}

test_what_changes_the_epoch() {
	load threads=2 wait=timeout interval=20ms
	expect_ticks 0 2
	expect_epoch CHANGES put reset 0
	expect_epoch CHANGES put interval 3600
	expect_epoch CHANGES reset_by_signal
	expect_epoch CHANGES put wait hrtimer
	put stop 0
	expect_epoch CHANGES put start 0
	expect_epoch CHANGES put interval 20ms
}

test_what_does_not_change_it() {
	load threads=2 wait=timeout interval=20ms
	expect_ticks 0 2
	expect_epoch STAYS expect_ticks 0 3
	expect_epoch STAYS put interval 20ms
	expect_epoch STAYS put interval HZ/50
	expect_epoch STAYS put wait timeout
	expect_epoch STAYS put interval 20ms,30ms
	expect_epoch STAYS put sched fifo
	expect_epoch STAYS put log Y
	expect_epoch STAYS put log N
	expect_epoch STAYS put trip_us 1000000
	expect_epoch STAYS put signal USR1
	expect_epoch STAYS put start 0
	expect_epoch STAYS put reset 1
	expect_epoch STAYS put threads 3
}

test_bound_is_the_cpu_that_was_dealt() {
	load threads=3 wait=timeout interval=20ms
	expect bound "- - -" "$(column bound)"
	put cpus 1,0
	expect bound "1 0 1" "$(column bound)"
	put stop all
	expect "bound of stopped ones" "1 0 1" "$(column bound)"
	put threads 4
	expect "bound of a new one" 0 "$(field 3 bound)"
	put cpus ""
	expect bound "- - - -" "$(column bound)"
	expect "bound of all" - "$(field all bound)"
}

# The mean is cut to a whole number, of each tick by less than a nanosecond. A high-resolution timer is
# never early.
test_the_sum_of_lateness_is_that_of_the_mean() {
	local ticks sum mean
	load wait=hrtimer interval=2ms
	expect_ticks 0 100
	put stop 0
	ticks=$(field 0 ticks) sum=$(field 0 late_sum_ns) mean=$(field 0 late_avg_ns)
	expect_number "sum of $ticks ticks of $mean" "$sum" -ge $((ticks * mean))
	expect_number "sum of $ticks ticks of $mean" "$sum" -lt $((ticks * (mean + 1)))
}

# Jiffies can be early, which counts as no lateness.
test_the_sum_of_lateness_never_falls() {
	local i id sum before=(0 0 0)
	load threads=3 wait=timeout,ssleep,work interval=1j
	expect_all_tick 1 0 1 2
	for i in {1..30}; do
		for id in 0 1 2; do
			sum=$(field $id late_sum_ns)
			expect_number "sum of worker $id" "$sum" -ge "${before[id]}" || return
			before[id]=$sum
		done
	done
	put stop all
	for id in 0 1 2; do
		expect_number "sum of worker $id" "$(field $id late_sum_ns)" -ge \
			$(($(field $id late_avg_ns) * $(field $id ticks)))
	done
	expect "sum of all" "$(($(column late_sum_ns | tr ' ' +)))" "$(field all late_sum_ns)"
}

run_tests
