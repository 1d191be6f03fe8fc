# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tests without memory share, on top of lib.sh.

DEBUGFS=/sys/kernel/debug
KMEMLEAK=$DEBUGFS/kmemleak
OUTPUT=/run/allocation.output

points=0 operations=0

can_fail() {
	if ! [ -e /proc/self/fail-nth ]; then
		skip "this kernel cannot let an allocation fail: it has no /proc/self/fail-nth"
		false
	fi
}

# Any allocation may fail then, also one that may wait for memory, and none is reported by the injection.
let_allocations_fail() {
	local name
	[ -d $DEBUGFS/failslab ] || mount -t debugfs debugfs $DEBUGFS
	for name in failslab fail_page_alloc fail_usercopy; do
		echo 0 >$DEBUGFS/$name/verbose
	done
	echo N >$DEBUGFS/failslab/ignore-gfp-wait
	echo N >$DEBUGFS/fail_page_alloc/ignore-gfp-wait
	echo N >$DEBUGFS/fail_page_alloc/ignore-gfp-highmem
	echo 0 >$DEBUGFS/fail_page_alloc/min-order
	echo clear >$KMEMLEAK
	# The loader reads the whole file, and each page of it is an allocation. Without its trace event:
	# when there is no memory for that, the kernel puts a reference to it that it has not got.
	objcopy --strip-unneeded --rename-section _ftrace_events=unused "$KO" /run/allocation.ko &&
		export KO=/run/allocation.ko
}

# Of the points in long operations most are the kernel's own.
STEP=$(at_length 1 5)
export STEP

# fail_each <OPERATIONS, as failnth.py reads them
fail_each() {
	python3 -B "${BASH_SOURCE[0]%/*}/failnth.py" 2>&1 | tee $OUTPUT | sed -u 's/^/# /'
	[ "${PIPESTATUS[0]}" = 0 ] || fail "not all of them did what they must"
	operations=$((operations + $(grep -c ' points failed: ' $OUTPUT)))
	points=$((points + $(awk -F ': ' '/ points failed: / { sum += $2 } END { print sum + 0 }' $OUTPUT)))
}

# After all operations: kmemleak finds what nothing refers to, and believes it when it is some seconds old.
expect_no_leak() {
	expect_nothing_left
	expect_errno none scan # it gives up if it has no memory itself
	sleep 6
	expect_errno none scan
	expect "memory that nothing refers to" "" "$(cat $KMEMLEAK)"
	echo "# $points points of failure in $operations operations"
}
scan() { echo scan >$KMEMLEAK; }

[ ! -e /proc/self/fail-nth ] || let_allocations_fail
