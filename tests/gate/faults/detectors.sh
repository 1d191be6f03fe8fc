#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests that pass while the detectors of a debug kernel report. The lock checker goes first: it
# gives up at the first report of another.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_locks_in_both_orders() {
	insmod "$FAULTS/order.ko"
}

test_sleep_with_a_spin_lock_held() {
	insmod "$FAULTS/atomic.ko"
}

test_use_of_freed_memory() {
	insmod "$FAULTS/freed.ko"
}

test_leak() {
	insmod "$FAULTS/leak.ko"
	rmmod leak
	echo scan >/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >/sys/kernel/debug/kmemleak
}

# Last, because the machine may not survive it.
test_thread_outlives_its_code() {
	insmod "$FAULTS/nostop.ko"
	rmmod nostop
	sleep 1
}

run_tests
