#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A kernel that is locked down, which cannot be undone: the module works there if it was loaded
# before, and is not loaded without a signature.
#
# needs: CONFIG_SECURITY_LOCKDOWN_LSM=y

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../lib.sh"

LOCKDOWN=/sys/kernel/security/lockdown
mountpoint -q /sys/kernel/security || mount -t securityfs none /sys/kernel/security

has_tripped() { [ "$(get last_trip)" != none ]; }

works() {
	put interval 20ms
	put threads 3
	put wait timeout,hrtimer,event
	expect_ticks 0 2
	echo >$DEVICE
	expect_soon is_above 2 ticks 0
	put signal "USR1 0"
	expect_soon is_above 0 signals 0
	put trip_us 1
	expect_soon has_tripped
	put trip_us 0
	put reset all
	put stop all
	put start all
	expect_ticks 0 1
	expect_number "rows of the histogram" "$(wc -l <$HISTOGRAM)" -gt 2
}

test_a_module_that_is_loaded_goes_on_working() {
	local level
	[ -e $LOCKDOWN ] || { skip "no $LOCKDOWN"; return; }
	load wait=timeout
	for level in integrity confidentiality; do
		echo $level >$LOCKDOWN
		expect_match "lockdown" "\[$level\]" "$(cat $LOCKDOWN)"
		works
	done
	expect_errno none unload
	expect_nothing_left
}

test_it_is_not_loaded_without_a_signature() {
	[ -e $LOCKDOWN ] || { skip "no $LOCKDOWN"; return; }
	[ -e /sys/module/module/parameters/sig_enforce ] || { skip "a kernel without signatures"; return; }
	expect_errno EPERM load
	expect_nothing_left
}

run_tests
