#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No memory to load or unload the module, as in allocation.sh. Most of the allocations are the
# kernel's own, but each of them may undo what the module has done by then.
#
# The debug kernel lets a module go seconds after it was unloaded, or not loaded: time that is skipped here.
#
# machine: --instructions
# needs: CONFIG_FAULT_INJECTION=y
# taint: 512 # the kernel warns when there is no memory for a static key of its own that the module looks at

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/vm/failnth.bash
. "${0%/*}/../failnth.bash"

test_no_memory_to_load() {
	can_fail || return
	# Not the pages of the loader's own areas: they are hundreds, and all the same to the module.
	echo Y >$DEBUGFS/fail_page_alloc/ignore-gfp-highmem
	# They are still more than 500.
	STEP=$(at_length 1 13) fail_each <<-END
		100 load threads=2 wait=completion,work interval=10ms cpus=0 sched=fifo_low causes=Y | unload
	END
	expect_nothing_left
}

test_no_memory_for_threads_at_load() {
	can_fail || return
	fail_each <<-END
		20 kthreadd load threads=2 wait=timeout interval=10ms | unload
	END
	expect_nothing_left
}

test_no_memory_to_unload() {
	can_fail || return
	load threads=3 wait=timeout,usleep,work interval=10ms causes=Y
	fail_each <<-END
		3 unload | load threads=3 wait=timeout,usleep,work interval=10ms causes=Y
	END
}

test_nothing_has_leaked() {
	can_fail || return
	expect_no_leak
}

run_tests
