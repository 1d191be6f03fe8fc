#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading and unloading again and again. What leaks a little each time shows after many.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# Kernel memory that is not a cache, in kB.
kernel_memory() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(SUnreclaim|KernelStack|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# cycles NUMBER ARGUMENT…
cycles() {
	local i
	for ((i = 0; i < $1; i++)); do
		if ! { load wait=timeout interval=20ms "${@:2}" && unload; }; then
			fail "loading or unloading failed in cycle $i"
			return
		fi
	done
}

# expect_no_leak CYCLES ARGUMENT…: after some more of them, memory is what it was after the first.
expect_no_leak() {
	local before after
	cycles 5 "${@:2}"
	before=$(kernel_memory)
	cycles "$1" "${@:2}"
	after=$(kernel_memory)
	echo "# kernel memory: $before kB before $1 cycles, $after kB after"
	expect_number "kernel memory (kB) after $1 cycles" "$after" -lt $((before + 1024))
}

# What leaks with a module or a thread: 195 stacks would be 3 MB.
test_two_hundred_cycles() {
	expect_no_leak 195 threads=2
	expect_nothing_left
}

# What leaks with a worker, which is a few hundred bytes.
test_ten_cycles_with_many_workers() {
	expect_no_leak 10 threads=500
	expect_nothing_left
}

test_it_works_after_all_that() {
	load threads=2 wait=timeout interval=20ms
	expect_ticks 0 3
	expect_ticks 1 3
}

run_tests
