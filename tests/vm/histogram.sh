#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# /proc/kthread_counter_hist, and the percentiles that come from the same counts.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# The sum of the counts of a worker.
counted() { awk -v id="$1" 'NR > 2 && $1 == id { sum += $3 } END { printf "%.0f", sum }' "$HISTOGRAM"; }

# A bound as the document has it, by its bucket: 64 wide up to 1,024, then each power of two in 8.
bounds() {
	awk 'BEGIN {
		for (i = 1; i <= 8; i++) print i * 64 - 1
		for (width = 64; width <= 2 ^ 36; width *= 2)
			for (i = 9; i <= 16; i++)
				if (width * i < 2 ^ 40) printf "%.0f\n", i * width - 1
		print "9223372036854775807"
	}'
}

test_its_first_lines() {
	load wait=timeout interval=3600
	expect "first line without the time" "$(sed -n '1s/uptime_ns=.*//p' $TABLE)" \
		"$(sed -n '1s/uptime_ns=.*//p' $HISTOGRAM)"
	expect "columns" "id le_ns count" "$(awk 'NR == 2 { $1 = $1; print }' $HISTOGRAM)"
	expect "lines without a tick" 2 "$(wc -l <$HISTOGRAM)"
	expect "mode and owner" "444 root root" "$(stat -c '%a %U %G' $HISTOGRAM)"
}

test_the_counts_of_a_worker_add_up_to_its_ticks() {
	local id
	load threads=9 wait=ssleep,timeout,hrtimer,completion,event,work,idle,usleep,fsleep interval=5ms
	expect_all_tick 20 0 1 2 5 6 7 8
	for _ in {1..10}; do
		echo >$DEVICE
		cat $DEVICE >/dev/null
	done
	expect_soon is_field 3 ticks 10
	expect_soon is_field 4 ticks 10
	put stop all
	for id in {0..8}; do
		expect "counts of worker $id" "$(field "$id" ticks)" "$(counted "$id")"
	done
}

test_it_is_in_order_and_has_no_empty_buckets() {
	local wrong
	load threads=3 wait=timeout,hrtimer,work interval=1ms
	expect_all_tick 100 0 1 2
	put stop all
	wrong=$(awk '
		BEGIN { id = -1 }
		NR <= 2 { next }
		NF != 3 { print "not three fields: " $0 }
		$3 <= 0 { print "empty: " $0 }
		$1 < id { print "ids do not ascend: " $0 }
		$1 == id && $2 <= bound { print "bounds do not ascend: " $0 }
		{ id = $1; bound = $2 }' $HISTOGRAM)
	[ -z "$wrong" ] || fail "$wrong"
	expect "bounds that are none" "" \
		"$(awk 'NR > 2 { print $2 }' $HISTOGRAM | sort -u | comm -23 - <(bounds | sort))"
}

# The bucket of a percentile can be found by counting; the row has its bound, within the extremes.
expect_percentiles() {
	local expected
	expected=$(awk -v id="$1" -v ticks="$(field "$1" ticks)" \
		-v min="$(field "$1" late_min_ns)" -v max="$(field "$1" late_max_ns)" '
		function clamped(v) { v += 0; return v < min + 0 ? min : v > max + 0 ? max : v }
		NR > 2 && $1 == id {
			seen += $3
			if (p50 == "" && seen * 100 >= ticks * 50) p50 = $2
			if (p99 == "" && seen * 100 >= ticks * 99) p99 = $2
		}
		END { printf "%.0f %.0f", clamped(p50), clamped(p99) }' $HISTOGRAM)
	expect "p50 and p99 of worker $1" "$expected" \
		"$(field "$1" late_p50_ns) $(field "$1" late_p99_ns)"
}

test_percentiles_are_those_of_the_histogram() {
	local id
	load threads=4 wait=timeout,hrtimer,work,ssleep interval=2ms
	expect_all_tick 150 0 1 2 3
	put stop all
	for id in 0 1 2 3; do
		expect_percentiles $id
	done
	expect "p50 and p99 of all" "- -" "$(field all late_p50_ns) $(field all late_p99_ns)"
}

test_percentiles_of_one_tick_are_that_tick() {
	local late
	load wait=event
	echo >$DEVICE
	expect_soon is_field 0 ticks 1
	late=$(field 0 late_last_ns)
	expect "min, avg, max, p50, p99" "$late $late $late $late $late" \
		"$(field 0 late_min_ns) $(field 0 late_avg_ns) $(field 0 late_max_ns) $(field 0 late_p50_ns) $(field 0 late_p99_ns)"
}

test_the_counts_while_workers_tick_are_between_the_ticks() {
	local before after id counts
	load threads=3 wait=hrtimer,timeout,work interval=1ms
	for _ in {1..20}; do
		before=$(column ticks)
		cat $HISTOGRAM >/run/histogram.read
		after=$(column ticks)
		counts=$(for id in 0 1 2; do HISTOGRAM=/run/histogram.read counted "$id" && echo; done | xargs)
		expect "counts $counts are between $before and $after" yes "$(
			paste -d' ' <(tr ' ' '\n' <<<"$before") <(tr ' ' '\n' <<<"$counts") <(tr ' ' '\n' <<<"$after") |
				awk '$1 > $2 || $2 > $3 { bad = 1 } END { print bad ? "no" : "yes" }')" || return
	done
}

test_reset_and_hup_empty_it() {
	load threads=2 wait=timeout interval=5ms
	expect_all_tick 5 0 1
	put stop 0
	put reset 0
	expect "counts of worker 0" 0 "$(counted 0)"
	expect_number "counts of worker 1" "$(counted 1)" -ge 5
	put interval 3600
	put signal "HUP 1"
	expect_soon is_field 1 ticks 0
	expect "counts of worker 1" 0 "$(counted 1)"
}

test_it_is_read_in_small_pieces_while_workers_come_and_go() {
	local i
	load threads=5 wait=hrtimer interval=1ms
	expect_ticks 4 20
	(for _ in {1..20}; do dd if=$HISTOGRAM bs=11 2>/dev/null || echo failed; done >/run/histogram.pieces) &
	for i in 3 1 0 5 2 8; do
		put threads "$i"
	done
	wait
	expect "lines that are none" "" "$(grep -vE \
		'^(kthread_counter 1 .*|id +le_ns +count|[0-9]+ +[0-9]+ +[0-9]+)$' /run/histogram.pieces)"
}

run_tests
