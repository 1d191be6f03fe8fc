#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The parameter `causes`: lateness in two parts, until the thread was woken, and from there until it ran. What
# each part consists of is in causes_parts.sh.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tracing.bash
. "${0%/*}/tracing.bash"

COLUMNS_OF_SPLIT="to_wake_avg_ns to_wake_max_ns to_wake_sum_ns to_run_avg_ns to_run_max_ns to_run_sum_ns split_ticks"
NOTHING="- - - - - - -"
NO_TICKS="- - - - - - 0"

# split ID: its seven columns, of one moment.
split() {
	local name fields=()
	find_cells "$1"
	for name in $COLUMNS_OF_SPLIT; do fields+=("${cells[$name]-no column $name}"); done
	echo "${fields[*]}"
}
epoch() { field "$1" epoch; }

# All primitives, worker 8 being that with `work`. Each has ticked when this ends.
load_all() {
	load threads=9 wait="$ALL_WAITS" interval=20ms "$@"
	tick_all
}
tick_all() {
	echo >$DEVICE
	cat $DEVICE >/dev/null
	expect_all_tick 3 0 1 2 3 4 5 8
	expect_soon is_above 6 ticks 0
	expect_soon is_above 7 ticks 0
}

test_off_at_first() {
	local id
	load_all
	expect causes N "$(get causes)"
	for id in {0..8} all; do expect "split of $id" "$NOTHING" "$(split "$id")"; done
}

test_values() {
	local value before
	load wait=timeout
	for value in y 1 t on e ' Yes ' $'\ttrue'; do
		put causes N
		put causes "$value"
		expect "causes after '$value'" Y "$(get causes)"
		expect "last_error after '$value'" none "$(get last_error)"
	done
	for value in n 0 f off d ' No '; do
		put causes Y
		put causes "$value"
		expect "causes after '$value'" N "$(get causes)"
	done
	for before in Y N; do
		put causes $before
		for value in '' ' ' o 2 -1 x; do
			expect_errno EINVAL put causes "$value"
			expect_match "last_error after '$value'" "^causes: \"${value// /}\": ." "$(get last_error)"
			expect "causes after '$value'" $before "$(get causes)"
		done
	done
	expect_errno none put causes Y
	expect "last_error" none "$(get last_error)"
}

test_at_load() {
	local argument
	for argument in causes causes=Y causes=1 'causes="on"'; do
		load wait=timeout "$argument"
		expect "causes after $argument" Y "$(get causes)"
		unload
	done
	for argument in causes=N causes=0; do
		load wait=timeout "$argument"
		expect "causes after $argument" N "$(get causes)"
		unload
	done
	mark_log
	expect_errno EINVAL load wait=timeout causes=maybe
	expect_match "kernel log" '^kthread_counter: causes: "maybe": .' "$(new_log)"
	expect_nothing_left
}

test_columns_while_it_is_on() {
	local id
	load_all causes
	for id in {0..7} all; do expect_match "split of $id" '^(-?[0-9]+ ){6}[1-9][0-9]*$' "$(split "$id")"; done
	expect "split of work" "$NOTHING" "$(split 8)"
	put stop all
	expect_match "split of one that is stopped" '^(-?[0-9]+ ){6}[1-9][0-9]*$' "$(split 0)"
	put causes N
	for id in {0..8} all; do expect "split of $id, off" "$NOTHING" "$(split "$id")"; done
	put causes Y
	for id in {0..7} all; do expect "split of $id, on again" "$NO_TICKS" "$(split "$id")"; done
	expect "split of work, on again" "$NOTHING" "$(split 8)"
	put start all
	tick_all
	for id in {0..7}; do expect_match "split of $id, started again" '^(-?[0-9]+ ){6}[1-9][0-9]*$' "$(split "$id")"; done
}

# Of a trace on the input, what the table has of a worker: its columns of causes.
split_of_trace() {
	awk -v id="$1" '
		$1 == id {
			if (!n++ || $5 > most5) most5 = $5
			if (n == 1 || $6 > most6) most6 = $6
			sum5 += $5; sum6 += $6
			late5 += $5 > 0 ? $5 : 0
		}
		END { printf "%.0f %.0f %.0f %.0f %.0f %.0f %d", int(sum5 / n), most5, late5, int(sum6 / n), most6, sum6, n }'
}

test_the_table_has_what_is_told_of_each_tick() {
	local id trace=/run/causes.trace
	if lacks_tracing; then return; fi
	load threads=9 wait="$ALL_WAITS" interval=20ms autostart=N causes
	clear_trace
	echo 1 >$EVENT/enable
	put start all
	for _ in 1 2 3; do tick_all; done
	put stop all
	echo 0 >$EVENT/enable
	traced >$trace
	expect "ticks whose parts are not their lateness" "" "$(awk '$2 != "work" && ($6 < 0 || $3 != $5 + $6)' $trace)"
	for id in {0..7}; do
		expect "split of $id" "$(split_of_trace "$id" <$trace)" "$(split "$id")"
		expect "split_ticks of $id" "$(field "$id" ticks)" "$(field "$id" split_ticks)"
	done
}

# A high-resolution timer is never early. What wakes the thread for a stop may be: it runs all the while.
test_the_parts_add_up_to_the_lateness() {
	local mean
	load wait=hrtimer interval=5ms causes
	expect_ticks 0 100
	find_cells 0
	expect split_ticks "${cells[ticks]}" "${cells[split_ticks]}"
	expect "sum of both" "${cells[late_sum_ns]}" $((cells[to_wake_sum_ns] + cells[to_run_sum_ns]))
	# Each is cut to a whole number.
	mean=$((cells[to_wake_avg_ns] + cells[to_run_avg_ns]))
	expect_number "mean of both" $mean -le "${cells[late_avg_ns]}"
	expect_number "mean of both" $mean -ge $((cells[late_avg_ns] - 1))
	expect_number "most of both" $((cells[to_wake_max_ns] + cells[to_run_max_ns])) -ge "${cells[late_max_ns]}"
}

test_turning_it_on_begins_anew_and_changes_the_epoch() {
	local id before
	load_all causes
	put stop all
	before=$(column epoch)
	put causes N
	expect "epochs after it is turned off" "$before" "$(column epoch)"
	put causes N
	expect "epochs after it is turned off again" "$before" "$(column epoch)"
	put causes Y
	for id in {0..8}; do
		[ "$(epoch "$id")" != "$(cut -d' ' -f$((id + 1)) <<<"$before")" ] || fail "the epoch of $id is as before"
	done
	for id in {0..7} all; do expect "split of $id" "$NO_TICKS" "$(split "$id")"; done
	expect_number "ticks, which stay" "$(field 0 ticks)" -ge 3
}

test_turning_on_what_is_on_changes_nothing() {
	local id table
	load_all causes
	put stop all
	table=$(tail -n +2 $TABLE)
	put causes Y
	expect "table" "$table" "$(tail -n +2 $TABLE)"
	expect_errno EINVAL put causes x
	expect "table after a value that is refused" "$table" "$(tail -n +2 $TABLE)"
}

# A sleep that began before is not seen from its beginning.
test_a_sleep_counts_from_its_beginning() {
	local ticks=0
	load wait=event
	expect_soon is_asleep 0
	next_tick() {
		ticks=$((ticks + 1))
		echo >$DEVICE
		expect_soon is_field 0 ticks $ticks
		expect_soon is_asleep 0
	}
	put causes Y
	next_tick
	expect "split, turned on while it slept" "$NO_TICKS" "$(split 0)"
	next_tick
	expect "split_ticks of the next sleep" 1 "$(field 0 split_ticks)"
	put causes N
	put causes Y
	next_tick
	expect "split, turned off and on while it slept" "$NO_TICKS" "$(split 0)"
	next_tick
	next_tick
	expect "split_ticks of the sleeps after it" 2 "$(field 0 split_ticks)"
	put causes N
	next_tick
	expect "split while it is off" "$NOTHING" "$(split 0)"
}

test_ticks_while_it_is_off_are_not_split() {
	load wait=timeout interval=10ms causes
	expect_ticks 0 5
	put causes N
	expect_ticks 0 5
	put causes Y
	expect_ticks 0 5
	put stop 0
	find_cells 0
	expect_number split_ticks "${cells[split_ticks]}" -ge 3
	expect_number split_ticks "${cells[split_ticks]}" -le $((cells[ticks] - 5))
}

test_what_zeroes_it() {
	load threads=2 wait=timeout interval=20ms causes
	expect_all_tick 3 0 1
	put stop 1
	put reset 1
	expect "split after a reset" "$NO_TICKS" "$(split 1)"
	expect_number "split_ticks of the other" "$(field 0 split_ticks)" -ge 3
	put start 1
	expect_ticks 1 3
	put interval 3600
	put signal HUP
	expect_soon is_field 0 split_ticks 0
	expect_soon is_field 1 split_ticks 0
	expect "split after HUP" "$NO_TICKS" "$(split 0)"
	put interval 20ms
	expect_ticks 0 3
	put stop 0
	put interval 30ms
	put start 0
	expect_number "split_ticks after another interval and a start" "$(field 0 split_ticks)" -ge 3
	put stop 0
	put wait hrtimer
	expect "split with another primitive" "$NO_TICKS" "$(split 0)"
	put wait work
	expect "split of work" "$NOTHING" "$(split 0)"
	put wait timeout
	expect "split after work" "$NO_TICKS" "$(split 0)"
}

test_new_workers_have_it_too() {
	load wait=hrtimer interval=20ms causes
	put threads 3
	expect_all_tick 3 1 2
	put stop all
	for id in 1 2; do expect "split_ticks of $id" "$(field $id ticks)" "$(field $id split_ticks)"; done
}

# Jiffies are early now and then.
test_sums_never_fall() {
	local id name last
	declare -A last
	load threads=4 wait=timeout,ssleep,idle,hrtimer interval=1j causes
	expect_all_tick 1 0 1 2 3
	for _ in {1..30}; do
		for id in 0 1 2 3 all; do
			find_cells $id
			for name in to_wake_sum_ns to_run_sum_ns split_ticks; do
				expect_number "$name of $id" "${cells[$name]}" -ge "${last[$id$name]-0}" || return
				last[$id$name]=${cells[$name]}
			done
		done
	done
}

# The mean of all is that over all ticks, and not of means.
test_the_row_of_all() {
	local id name most sum
	load threads=7 wait=hrtimer,usleep,event,completion,work,hrtimer,hrtimer interval=20ms,30ms causes
	echo >$DEVICE
	cat $DEVICE >/dev/null
	expect_all_tick 10 0 1 4 5
	expect_soon is_above 2 ticks 0
	expect_soon is_above 3 ticks 0
	put stop all
	put reset 6 # has no tick
	for name in to_wake_sum_ns to_run_sum_ns split_ticks; do
		expect "$name of all" $(($(column $name | tr ' -' +0))) "$(field all $name)"
	done
	find_cells all
	for name in to_wake to_run; do
		most=$(column ${name}_max_ns | tr ' ' '\n' | grep -v - | sort -n | tail -n 1)
		expect "${name}_max_ns of all" "$most" "${cells[${name}_max_ns]}"
		# Those that it is compared with are cut to whole numbers.
		sum=0
		for id in 0 1 2 3 5; do sum=$((sum + $(field $id ${name}_avg_ns) * $(field $id split_ticks))); done
		expect_number "${name}_avg_ns of all" "${cells[${name}_avg_ns]}" -ge $((sum / cells[split_ticks] - 1))
		expect_number "${name}_avg_ns of all" "${cells[${name}_avg_ns]}" -le $((sum / cells[split_ticks] + 1))
	done
}

# Those that count jiffies can be early, before their tick of the clock.
test_an_early_wake_is_negative_and_no_part_of_the_sum() {
	local trace=/run/causes.trace
	if lacks_tracing; then return; fi
	load wait=timeout interval=1j autostart=N causes
	clear_trace
	echo 1 >$EVENT/enable
	put start 0
	expect_in 20 is_early
	put stop 0
	echo 0 >$EVENT/enable
	traced >$trace
	expect split "$(split_of_trace 0 <$trace)" "$(split 0)"
}
is_early() {
	sleep 0.5
	seen=$(traced | awk '$5 < 0' | wc -l)
	((seen > 0))
}

run_tests
