#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# As tests/vm/walk.sh, on two processors: neither the CPU that writes to the device nor the other one, on which
# workers wake meanwhile, is held up until thousands of `event` workers have been woken.
#
# processors: all
# only with: LENGTH=full

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

BLOCKS=94
TRIES=4
WRITES=$(at_length 20 10)
# What a host does to an emulated machine makes some writes slow, and what holds interrupts up makes all slow: the
# best of them tells, beside the best without a write. Waking one after the other without a pause takes 11 ms
# and more.
LIMIT_NS=6000000

# Workers 0 and 1 wait for a timer, on a CPU each, with nothing but interrupts before them. Of each 32 the other
# 30 wait for writes, on both CPUs.
load_many() {
	local block events ranges=()
	printf -v events ',event%.0s' {1..30}
	load threads=$((BLOCKS * 32)) wait="hrtimer,hrtimer$events" cpus=0-1 interval=1ms autostart=N
	for ((block = 0; block < BLOCKS; block++)); do
		ranges+=("$((block * 32 + 2))-$((block * 32 + 31))")
		if ((${#ranges[@]} == 32 || block + 1 == BLOCKS)); then
			put start "$(IFS=, && echo "${ranges[*]}")"
			ranges=()
		fi
	done
	put start 0-1
	for id in 0 1; do chrt -f -p 90 "$(field $id pid)"; done
	expect_soon all_have_ticked 0 # all that wait have begun to
	sleep 2
}

all_have_ticked() { # TIMES
	[ -z "$(awk -v times="$1" 'NR > 2 && $4 == "running" && $5 == "event" && $7 != times' $TABLE)" ]
}

# best_of COMMAND…: the least that workers 0 and 1 were late at most while it was done, in nanoseconds.
best_of() {
	local try id best=(- -)
	for ((try = 1; try <= WRITES; try++)); do
		put reset 0-1
		"$@"
		sleep 0.1
		for id in 0 1; do
			look $id late_max_ns
			[[ ${best[id]} != - ]] && ((REPLY >= best[id])) || best[id]=$REPLY
		done
	done
	echo "${best[@]}"
}

write_device() { echo >$DEVICE; }

are_on_time() {
	local before late
	read -ra before < <(best_of true)
	read -ra late < <(best_of write_device)
	writes=$((writes + WRITES))
	seen="timers of CPUs 0 and 1 are ${before[*]} ns late, and ${late[*]} ns while $((BLOCKS * 30)) workers are woken"
	((late[0] - before[0] < LIMIT_NS && late[1] - before[1] < LIMIT_NS))
}

test_timers_of_both_cpus_are_on_time_while_all_are_woken() {
	local writes=0
	load_many
	taskset -cp 0 $$ >/dev/null
	expect_in $TRIES are_on_time
	taskset -cp 0-1 $$ >/dev/null
	expect_soon all_have_ticked $writes
}

run_tests
