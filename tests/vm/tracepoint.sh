#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tracepoint kthread_counter:kthread_counter_tick, as tracefs shows it.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tracing.bash
. "${0%/*}/tracing.bash"

test_it_is_there_while_the_module_is() {
	if lacks_tracing; then return; fi
	load wait=timeout
	[ -d $EVENT ] || fail "$EVENT is not there"
	expect "whether it is enabled" 0 "$(cat $EVENT/enable)"
	unload
	[ ! -d $EVENT ] || fail "$EVENT is still there"
}

test_its_fields() {
	if lacks_tracing; then return; fi
	load wait=timeout
	expect "fields" "u32 id
__data_loc char[] wait
s64 late_ns
u32 cpu
s64 to_wake_ns
s64 to_run_ns" "$(sed -n 's/^\tfield:\([^;]*\);.*/\1/p' $EVENT/format | grep -v ' common_')"
}

test_each_tick_while_it_is_enabled_and_none_otherwise() {
	if lacks_tracing; then return; fi
	load threads=2 wait=timeout,hrtimer interval=20ms
	clear_trace
	expect_all_tick 3 0 1
	expect "lines before it is enabled" 0 "$(trace_lines)"
	put stop all
	put reset all
	echo 1 >$EVENT/enable
	put start all
	expect_all_tick 5 0 1
	put stop all
	echo 0 >$EVENT/enable
	expect "lines of worker 0" "$(field 0 ticks)" "$(traced | grep -c '^0 timeout ')"
	expect "lines of worker 1" "$(field 1 ticks)" "$(traced | grep -c '^1 hrtimer ')"
	expect "all lines" "$(field all ticks)" "$(trace_lines)"
	clear_trace
	put start all
	expect_all_tick 3 0 1
	expect "lines after it is disabled" 0 "$(trace_lines)"
}

# tick_all CAUSES: each primitive has three ticks or more, which are traced.
tick_all() {
	load threads=9 wait="$ALL_WAITS" interval=20ms autostart=N causes="$1"
	clear_trace
	echo 1 >$EVENT/enable
	put start all
	expect_all_tick 5 0 1 2 3 4 5 8
	for _ in 1 2 3; do
		echo >$DEVICE
		cat $DEVICE >/dev/null
	done
	expect_soon is_field 6 ticks 3
	expect_soon is_field 7 ticks 3
	put stop all
	echo 0 >$EVENT/enable
}

# The lateness that it tells is that of the table.
test_what_it_tells() {
	local id=0 primitive
	if lacks_tracing; then return; fi
	tick_all N
	for primitive in ${ALL_WAITS//,/ }; do
		expect "last, least, most and number of $primitive" \
			"$(field $id late_last_ns) $(field $id late_min_ns) $(field $id late_max_ns) $(field $id ticks)" \
			"$(traced | awk -v id=$id -v wait="$primitive" '
				$1 == id && $2 == wait {
					if (!n++ || $3 < min) min = $3
					if (n == 1 || $3 > max) max = $3
					last = $3
				}
				END { printf "%.0f %.0f %.0f %d", last, min, max, n }')"
		id=$((id + 1))
	done
	expect "to_wake_ns and to_run_ns, as causes is off" "0 -1" "$(traced | cut -d' ' -f5,6 | sort -u)"
}

test_what_it_tells_of_causes() {
	local bad
	if lacks_tracing; then return; fi
	tick_all Y
	expect "to_wake_ns and to_run_ns of work" "0 -1" "$(traced | awk '$2 == "work" { print $5, $6 }' | sort -u)"
	bad=$(traced | awk '$2 != "work" && ($6 < 0 || $3 != $5 + $6)')
	expect "ticks whose parts are not their lateness" "" "$bad"
	expect "primitives" "$(tr , '\n' <<<"$ALL_WAITS" | sort)" "$(traced | cut -d' ' -f2 | sort -u)"
}

test_a_filter() {
	if lacks_tracing; then return; fi
	load threads=3 wait=timeout,hrtimer,work interval=20ms autostart=N
	clear_trace
	echo 'id == 1 && wait == "hrtimer"' >$EVENT/filter
	echo 1 >$EVENT/enable
	put start all
	expect_all_tick 5 0 1 2
	put stop all
	echo 0 >$EVENT/enable
	expect_number "lines" "$(trace_lines)" -ge 3
	expect "workers in them" "1 hrtimer" "$(traced | cut -d' ' -f1,2 | sort -u)"
}

test_unloading_while_it_is_enabled() {
	if lacks_tracing; then return; fi
	for _ in 1 2 3; do
		load threads=3 wait=hrtimer interval=1ms autostart=N
		echo 1 >$EVENT/enable
		put start all
		expect_ticks 0 5
		expect_errno none unload
		expect_nothing_left
	done
}

run_tests
