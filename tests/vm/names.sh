#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What others know the threads by: names within the 15 letters that perf, trace-cmd, top and pgrep know,
# and process ids, of each namespace those that it has.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# of_stat PID: the name that the kernel itself uses, at most 15 letters.
of_stat() { sed 's/.*(\(.*\)).*/\1/' "/proc/$1/stat"; }

expect_name() {
	local pid
	pid=$(field "$1" pid)
	expect "name of the thread of worker $1" "kcounter/$1" "$(cat "/proc/$pid/comm")"
	expect "the same in its stat" "kcounter/$1" "$(of_stat "$pid")"
	expect "the same as ps shows it" "kcounter/$1" "$(ps -o comm= -p "$pid")"
	expect "what pgrep finds under that name" "$pid" "$(pgrep -x "kcounter/$1")"
}

test_each_thread_is_found_by_its_name() {
	load threads=12 wait=timeout
	expect_name 0
	expect_name 1
	expect_name 11
}

test_the_longest_name() {
	load threads=32768 wait=timeout autostart=N
	put start 32767
	expect_name 32767
}

# Kernel threads are in the first namespace only.
test_another_pid_namespace_knows_none_of_them() {
	local pids
	load threads=3 wait=timeout interval=3600
	pids=$(column pid)
	expect_match "process ids in the first namespace" '^[0-9]+ [0-9]+ [0-9]+$' "$pids"
	# shellcheck disable=SC2016 # for another program
	expect "process ids in another namespace" "0 - 1 - 2 - all -" \
		"$(unshare --pid --fork --mount-proc awk 'NR > 2 { printf g $1 " " $2; g = " " }' $TABLE)"
	expect "process ids in the first namespace, afterwards" "$pids" "$(column pid)"
}

# What counts is whose /proc it is, not who reads.
test_a_reader_in_another_namespace_with_the_first_ones_proc() {
	load threads=2 wait=timeout interval=3600
	# shellcheck disable=SC2016 # for another program
	expect "process ids" "$(column pid)" \
		"$(unshare --pid --fork awk 'NR > 2 && $1 != "all" { printf g $2; g = " " }' $TABLE)"
}

run_tests
