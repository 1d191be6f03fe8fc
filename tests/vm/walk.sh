#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One write of the device wakes thousands of `event` workers, and neither interrupts nor anybody else wait
# until it has. On this machine a nanosecond is an instruction, so that a figure is the same each time.
#
# machine: --instructions
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

WORKERS=8000
[ "$KERNEL" != debug ] || WORKERS=2048 # whose stacks are larger
# Waking one takes two thousand instructions, more where there are detectors. A piece of 64 takes a tenth of
# this, and all at once nine times as long.
LIMIT_NS=2000000

# Worker 0 of each 32 waits for a timer, and only that of the first 32 runs: nothing but an interrupt is
# before it. All others wait for a write.
load_many() {
	local id events ranges=()
	printf -v events ',event%.0s' {1..31}
	echo 20000 >/proc/sys/kernel/threads-max # this machine is too small for the kernel to allow so many
	load threads=$WORKERS wait="hrtimer$events" interval=1ms autostart=N
	for ((id = 0; id < WORKERS; id += 32)); do
		ranges+=("$((id + 1))-$((id + 31))")
		if ((${#ranges[@]} == 32 || id + 32 >= WORKERS)); then
			put start "$(IFS=, && echo "${ranges[*]}")"
			ranges=()
		fi
	done
	put start 0
	waiting=$((WORKERS - WORKERS / 32))
	expect running $((waiting + 1)) "$(header running)"
	chrt -f -p 90 "$(field 0 pid)"
}

all_have_ticked() { # TIMES
	[ "$(awk -v times="$1" 'NR > 2 && $1 != "all" && $5 == "event" && $7 != times' $TABLE)" = "" ]
}

test_a_timer_is_on_time_while_all_are_woken() {
	local before count
	load_many
	sleep 5 # all of them have begun to wait
	put reset 0
	sleep 2
	before=$(field 0 late_max_ns)
	put reset 0
	for count in 1 2 3; do
		echo >$DEVICE
		sleep 2
	done
	echo "# a timer was at most $before ns late before, and $(field 0 late_max_ns) ns while $waiting workers were woken"
	expect_number "how late the timer was" "$(field 0 late_max_ns)" -lt $LIMIT_NS
	put stop 0
}

test_each_of_them_ticks_once_for_each_write() {
	local count
	load_many
	sleep 5
	for count in 1 2 3; do
		echo >$DEVICE
		expect_soon all_have_ticked $count
	done
	for count in 4 5 6; do echo >$DEVICE; done
	expect_soon all_have_ticked 6
	sleep 2
	all_have_ticked 6 || fail "one has ticked more often than it was woken"
	expect "early wakes" 0 "$(field all early)"
	put stop 0
}

run_tests
