#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Counting: that ticks come, when they come, and what the table says about it.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

COLUMNS_IN_ORDER="id pid cpu state wait interval ticks missed early signals late_last_ns \
late_min_ns late_avg_ns late_max_ns late_p50_ns late_p99_ns drift_ns exit late_sum_ns bound epoch \
to_wake_avg_ns to_wake_max_ns to_wake_sum_ns to_run_avg_ns to_run_max_ns to_run_sum_ns split_ticks"

test_the_table_has_its_columns_in_order() {
	load threads=2 wait=timeout
	expect "column names" "$COLUMNS_IN_ORDER" "$(awk 'NR == 2 { $1 = $1; print }' $TABLE)"
	expect "fields of each line" "28 28 28 28" "$(awk 'NR > 1 { printf g NF; g = " " }' $TABLE)"
	expect "ids" "0 1 all" "$(awk 'NR > 2 { printf g $1; g = " " }' $TABLE)"
}

test_the_first_line() {
	local line='^kthread_counter 1 hz=[0-9]+ threads=2 running=1 trips=0 uptime_ns=[0-9]+$'
	load threads=2 wait=timeout
	put stop 0
	expect_match "first line" "$line" "$(head -n 1 $TABLE)"
	local before
	before=$(header uptime_ns)
	sleep 0.1
	expect_number "uptime grows by the time slept" "$(header uptime_ns)" -ge $((before + 100000000))
}

test_one_worker_has_no_row_of_sums() {
	load wait=timeout
	expect "lines of the table" 3 "$(wc -l <$TABLE)"
}

# A worker is late rather than early. A single sleep can be too short, if the jiffies were behind
# when it began; that it is by a quarter, and on the average, is not that.
expect_no_tick_before_its_time() {
	local ticks
	put stop all
	ticks=$(field 0 ticks)
	expect_number "time for $ticks ticks of $1 ns" \
		"$(header uptime_ns)" -ge $((ticks * $1 * 3 / 4))
	expect_number "late_avg_ns" "$(field 0 late_avg_ns)" -ge $((-$1 / 4))
}

test_timeout_ticks() {
	load wait=timeout interval=20ms
	expect_ticks 0 10
	expect_no_tick_before_its_time 20000000
}

test_ssleep_ticks() {
	load wait=ssleep interval=20ms
	expect_ticks 0 10
	expect_no_tick_before_its_time 20000000
}

test_ssleep_ticks_with_an_interval_of_more_than_a_second() {
	load wait=ssleep interval=1500ms
	expect_ticks 0 2
	expect_no_tick_before_its_time 1500000000
	expect early 0 "$(field 0 early)"
}

# One after the other: all of them together would keep a slow machine busy with nothing else.
test_the_shortest_interval() {
	local primitive
	load wait=timeout interval=50us
	for primitive in ssleep timeout idle usleep fsleep hrtimer work; do
		put wait "$primitive"
		expect "interval of $primitive" 50us "$(field 0 interval)"
		expect_ticks 0 20 || fail "that was $primitive"
	done
}

# The order of the lateness figures, of all workers, and how they relate to the drift. A sleep
# that counts from its own start falls behind by the lateness of every tick, and by the time between
# two sleeps. The mean is rounded, by less than one nanosecond a tick.
expect_sane_lateness() {
	local wrong
	wrong=$(awk '
		NR == 2 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		NR > 2 && $1 != "all" && $c["ticks"] > 0 {
			last = $c["late_last_ns"]; min = $c["late_min_ns"]
			avg = $c["late_avg_ns"]; max = $c["late_max_ns"]
			if (!(min <= last && last <= max && min <= avg && avg <= max))
				print "lateness out of order: " $0
			if ($c["drift_ns"] < avg * $c["ticks"])
				print "drift is less than all lateness together: " $0
		}
		NR > 2 && $1 != "all" && $c["ticks"] == 0 && $c["late_last_ns"] != "-" {
			print "lateness without a tick: " $0
		}' $TABLE)
	[ -z "$wrong" ] || fail "$wrong"
}

test_lateness_is_in_order() {
	load threads=4 wait=ssleep,timeout interval=20ms
	expect_ticks 3 5
	expect_sane_lateness
}

test_no_lateness_before_the_first_tick() {
	local name
	load wait=timeout interval=3600
	expect ticks 0 "$(field 0 ticks)"
	for name in late_last_ns late_min_ns late_avg_ns late_max_ns late_p50_ns late_p99_ns; do
		expect "$name" - "$(field 0 $name)"
	done
}

# Late by more than an interval: the intervals in between are gone, and say so.
test_missed_intervals_are_counted() {
	load wait=timeout interval=50us
	expect_ticks 0 10
	put stop 0
	# 50us is at most one jiffy on any kernel, so every tick is late by several intervals.
	expect_number missed "$(field 0 missed)" -gt 0
	expect_number "ticks and missed intervals do not exceed the time" \
		"$(header uptime_ns)" -ge $((($(field 0 ticks) + $(field 0 missed)) * 50000))
}

test_rows_are_consistent_while_they_change() {
	local i
	load threads=4 wait=timeout interval=1j
	expect_ticks 3 2
	for ((i = 0; i < 20; i++)); do
		expect_sane_lateness || return
	done
}

test_counters_never_go_back() {
	local before now i
	load wait=timeout interval=1j
	before=0
	for ((i = 0; i < 50; i++)); do
		now=$(field 0 ticks)
		expect_number "ticks" "$now" -ge "$before" || return
		before=$now
	done
	expect_soon is_above 0 ticks 0
}

# With all workers stopped nothing moves, so the sums can be checked exactly.
test_the_last_row_has_the_sums_and_extremes() {
	local wrong i
	load threads=3 wait=timeout,hrtimer interval=20ms,1j
	expect_all_tick 3 0 1 2
	put interval 3600 # or the tick comes before the signal
	# Until one comes while worker 0 sleeps: on a slow machine it may not have begun yet.
	for i in {1..10}; do
		put signal "USR1 0-1"
		expect_soon is_field 0 signals "$i"
		expect_soon is_field 1 signals "$i"
		is_above 0 early 0 && break
	done
	expect_number "early wakes of 0, which the last worker has no part in" "$(field 0 early)" -gt 0
	put stop all
	wrong=$(awk '
		function compare(name, want) {
			if ($c[name] != want)
				print name ": expected " want ", got " $c[name]
		}
		NR == 2 { for (i = 1; i <= NF; i++) c[$i] = i; next }
		NR > 2 && $1 != "all" {
			for (name in c) sum[name] += $c[name]
			if (min == "" || $c["late_min_ns"] < min) min = $c["late_min_ns"]
			if ($c["late_max_ns"] > max) max = $c["late_max_ns"]
		}
		$1 == "all" {
			compare("ticks", sum["ticks"]); compare("missed", sum["missed"])
			compare("early", sum["early"]); compare("signals", sum["signals"])
			compare("late_min_ns", min); compare("late_max_ns", max)
		}' $TABLE)
	[ -z "$wrong" ] || fail "row of sums: $wrong"
	expect_match "the row's pid, cpu and exit" '^- - -$' \
		"$(field all pid) $(field all cpu) $(field all exit)"
}

test_the_drift_of_all_is_that_of_the_farthest_behind_with_a_deadline() {
	local farthest
	load threads=2 wait=event
	expect "drift of all, of whom none has a deadline" - "$(field all drift_ns)"
	put wait timeout,hrtimer
	put interval 20ms
	expect_all_tick 5 0 1
	put stop all
	farthest=$(column drift_ns | tr ' ' '\n' | sort -n | tail -n 1)
	expect "drift of all" "$farthest" "$(field all drift_ns)"
	put wait event,hrtimer
	expect "drift of all, of whom one has a deadline" "$(field 1 drift_ns)" "$(field all drift_ns)"
}

test_reading_in_small_pieces_gives_the_same() {
	load threads=5 wait=timeout autostart=N
	# The time in the first line differs from read to read, the rest is at rest.
	expect "the table" "$(tail -n +2 $TABLE)" \
		"$(dd if=$TABLE bs=7 2>/dev/null | tail -n +2)"
}

test_a_stopped_worker_has_no_thread_to_show() {
	load wait=timeout interval=20ms
	expect_ticks 0 1
	expect_match "cpu of a running worker" '^[0-9]+$' "$(field 0 cpu)"
	put stop 0
	expect pid - "$(field 0 pid)"
	expect cpu - "$(field 0 cpu)"
	expect exit 0 "$(field 0 exit)"
}

test_log_writes_ticks_to_the_kernel_log() {
	load wait=timeout interval=100ms
	mark_log
	put log Y
	expect log Y "$(get log)"
	expect_ticks 0 2
	expect_number "lines in the log" "$(new_log | wc -l)" -ge 1
	put log 0
	expect log N "$(get log)"
	expect_ticks 0 1 # one may have been on its way
	mark_log
	expect_ticks 0 2
	expect "log after it was turned off" "" "$(new_log)"
}

run_tests
