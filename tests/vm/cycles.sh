#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Loading and unloading again and again. What leaks a little each time shows after many.
#
# only with: LENGTH=full

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# Kernel memory that is not a cache, in kB.
kernel_memory() {
	sync
	echo 3 >/proc/sys/vm/drop_caches
	awk '/^(SUnreclaim|KernelStack|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}

# The kernel frees some of it a while later.
memory_is_below() { (($(kernel_memory) < $1)); }

# By system calls: insmod and rmmod take longer to start than the module to load.
# shellcheck disable=SC2016 # it is Python
CYCLE='
import ctypes, os, sys
sys.path.append(os.environ["PROJECT"] + "/tests")
from syscalls import DELETE_MODULE, FINIT_MODULE
libc = ctypes.CDLL(None, use_errno=True)
def call(cycle, what, *arguments):
    if libc.syscall(*arguments):
        sys.exit(f"{what} failed in cycle {cycle}: {os.strerror(ctypes.get_errno())}")
file = os.open(sys.argv[1], os.O_RDONLY)
for cycle in range(int(sys.argv[2])):
    call(cycle, "loading", FINIT_MODULE, file, " ".join(sys.argv[3:]).encode(), 0)
    call(cycle, "unloading", DELETE_MODULE, b"kthread_counter", os.O_NONBLOCK)
'

# cycles NUMBER ARGUMENT…
cycles() {
	expect "what went wrong" "" "$(python3 -B -c "$CYCLE" "$KO" "$1" wait=timeout "${@:2}" 2>&1)"
}

# expect_no_leak CYCLES ARGUMENT…: after some more of them, memory is what it was after the first.
expect_no_leak() {
	local before
	cycles 5 "${@:2}"
	before=$(kernel_memory)
	cycles "$1" "${@:2}"
	# Detectors keep what has been freed for a while. They have other ways to find what leaks.
	[ -e /sys/kernel/debug/kmemleak ] || expect_soon memory_is_below $((before + 1024))
	echo "# kernel memory: $before kB before $1 cycles, $(kernel_memory) kB after"
}

# What leaks with a module or a thread: so many stacks would be 3 MB or more.
test_many_cycles() {
	expect_no_leak "$(at_length 995 95)" threads=2 interval=20ms
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
