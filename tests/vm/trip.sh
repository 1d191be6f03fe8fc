#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The trip wire: the first wake that was too late is latched, and tracing ends there.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tracing.bash
. "${0%/*}/tracing.bash"

trips_are_above() { [ "$(header trips)" -gt "$1" ]; }

test_off_at_first() {
	load threads=2 wait=timeout interval=5ms
	expect trip_us 0 "$(get trip_us)"
	expect_ticks 0 20
	expect last_trip none "$(get last_trip)"
	expect trips 0 "$(header trips)"
}

test_the_record() {
	local latched='^id=0 wait=hrtimer cpu=[01] late_ns=[0-9]+ at_ns=[0-9]+$' before
	before=$(awk '{ printf "%.0f", $1 * 1000000000 }' /proc/uptime)
	load wait=hrtimer interval=20ms trip_us=1 cpus=1
	expect trip_us 1 "$(get trip_us)"
	expect_soon is_tripped
	expect_match last_trip "$latched" "$(get last_trip)"
	expect cpu 1 "$(of_trip cpu)"
	expect_number late_ns "$(of_trip late_ns)" -gt 1000
	# On the clock that begins with the machine; /proc/uptime is a little coarser.
	expect_number at_ns "$(of_trip at_ns)" -ge $((before - 20000000))
	expect_number at_ns "$(of_trip at_ns)" -le \
		$(($(awk '{ printf "%.0f", $1 * 1000000000 }' /proc/uptime) + 20000000))
}

test_it_names_the_worker_and_how_it_waits() {
	local id=0 primitive
	load threads=9 wait="$ALL_WAITS" interval=20ms autostart=N
	put trip_us 1
	for primitive in ${ALL_WAITS//,/ }; do
		put start $id
		echo >$DEVICE
		cat $DEVICE >/dev/null
		expect_soon is_tripped
		expect "worker and primitive" "$id $primitive" "$(of_trip id) $(of_trip wait)"
		put stop $id
		put reset $id
		expect last_trip none "$(get last_trip)"
		id=$((id + 1))
	done
}

test_the_first_is_kept_and_all_are_counted() {
	local record trips
	load wait=timeout interval=5ms trip_us=1
	expect_soon is_tripped
	record=$(get last_trip)
	trips=$(header trips)
	expect_soon trips_are_above $((trips + 5))
	expect "last_trip" "$record" "$(get last_trip)"
	# Every one of these wakes is later than a microsecond, or before its time.
	put stop 0
	expect_number trips "$(header trips)" -le "$(field 0 ticks)"
	expect_number trips "$(header trips)" -ge $(($(field 0 ticks) / 2))
	trips=$(header trips)
	put reset 0
	expect last_trip none "$(get last_trip)"
	expect "trips after the reset" "$trips" "$(header trips)"
}

# However many trip at the same time. A trip is a tick that was more than a microsecond late, and 1023 ns is
# the bound of a bucket.
test_many_that_trip_at_once() {
	local record trips late
	load threads=8 wait=hrtimer,timeout interval=50us cpus=0-1 trip_us=1
	expect_soon is_tripped
	record=$(get last_trip)
	expect_all_tick 200 {0..7}
	expect last_trip "$record" "$(get last_trip)"
	put stop all
	trips=$(header trips)
	late=$(awk 'NR > 2 && $2 > 1023 { n += $3 } END { print n }' $HISTOGRAM)
	expect_number trips "$trips" -ge "$late"
	expect_number trips "$trips" -le "$(field all ticks)"
	expect last_trip "$record" "$(get last_trip)"
}

test_reset_of_another_worker_keeps_it() {
	local record
	load threads=2 wait=timeout interval=5ms trip_us=1
	expect_soon is_tripped
	put stop all
	record=$(get last_trip)
	put reset $((1 - $(of_trip id)))
	expect last_trip "$record" "$(get last_trip)"
	put reset "$(of_trip id)"
	expect last_trip none "$(get last_trip)"
}

test_a_signal_that_resets_clears_it() {
	load wait=timeout interval=5ms trip_us=1
	expect_soon is_tripped
	put trip_us 0
	put signal HUP
	expect_soon has_no_trip
}
has_no_trip() { ! is_tripped; }

test_only_what_is_later_than_the_limit() {
	load threads=3 wait=timeout,hrtimer,ssleep interval=5ms trip_us=4294967295
	expect trip_us 4294967295 "$(get trip_us)"
	expect_all_tick 20 0 1 2
	expect trips 0 "$(header trips)"
	expect last_trip none "$(get last_trip)"
	put trip_us 1
	expect_soon is_tripped
	put trip_us 0
	put stop all # one may have been on its way
	put reset all
	put start all
	expect_ticks 0 1
	expect last_trip none "$(get last_trip)"
}

test_values() {
	local value
	load wait=timeout trip_us=7
	for value in 4294967296 99999999999999999999; do
		expect_errno ERANGE put trip_us "$value"
		expect_match last_error "^trip_us: \"$value\": ." "$(get last_error)"
	done
	for value in '' ' ' -1 x 0x10 1.5 10us '1 2'; do
		expect_errno EINVAL put trip_us "$value"
	done
	expect trip_us 7 "$(get trip_us)"
	expect_errno none put trip_us " 12 "
	expect trip_us 12 "$(get trip_us)"
	expect_errno EACCES put last_trip none
	unload
	mark_log
	expect_errno EINVAL load wait=timeout last_trip=none
	expect_match "kernel log" '^kthread_counter: last_trip: "none": .' "$(new_log)"
	expect_errno ERANGE load wait=timeout trip_us=4294967296
	expect_nothing_left
}

test_tracing_is_stopped() {
	if lacks_tracing; then return; fi
	echo 1 >$TRACING/tracing_on
	load wait=timeout interval=5ms
	expect_ticks 0 3
	expect "tracing_on before" 1 "$(cat $TRACING/tracing_on)"
	put trip_us 1
	expect_soon is_tripped
	expect "tracing_on after" 0 "$(cat $TRACING/tracing_on)"
	# Only the first one stops it.
	echo 1 >$TRACING/tracing_on
	expect_ticks 0 3
	expect "tracing_on, turned on again" 1 "$(cat $TRACING/tracing_on)"
	put reset 0
	expect_soon is_tripped
	expect "tracing_on after the next record" 0 "$(cat $TRACING/tracing_on)"
	echo 1 >$TRACING/tracing_on
}

run_tests
