#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The program's doctor on a machine that was booted without high-resolution timers, with an isolated CPU that has
# no tick, and is then locked down.
#
# machine: --append highres=off --append nohz_full=1 --append isolcpus=1
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/../tool.bash"
# shellcheck source=tests/vm/doctor.bash
. "${0%/*}/../doctor.bash"

LOCKDOWN=/sys/kernel/security/lockdown

test_no_high_resolution() {
	load
	examine 2
	expect_finding high_resolution problem "boot without highres=off"
	expect_finding hz ok "HZ=$(get hz): "
	expect "problems" 1 "${findings[problems]}"
}

test_a_cpu_for_workers_only() {
	load threads=2 wait=timeout interval=20ms
	examine 2
	expect_finding isolated note "set cpus=1"
	expect_status 0 set cpus=1
	expect_ticks 1 2
	expect cpu "1 1" "$(column cpu)"
}

test_a_cpu_without_a_tick() {
	[ -e /sys/devices/system/cpu/nohz_full ] || { skip "a kernel without NO_HZ_FULL"; return; }
	load
	examine 2
	expect_finding nohz_full note "CPUs without a tick while one task runs: 1;"
}

# This cannot be undone, so it is the last.
test_a_kernel_that_is_locked_down() {
	[ -e $LOCKDOWN ] || { skip "no $LOCKDOWN"; return; }
	writable_modules || return
	cp "$KO" "/lib/modules/$(uname -r)/updates/"
	index_modules
	examine 2
	expect_finding lockdown ok "not locked down"
	load
	echo integrity >$LOCKDOWN
	examine 2
	expect_finding lockdown ok "(integrity); the module was loaded before"
	unload
	examine 2
	[ -e /sys/module/module/parameters/sig_enforce ] || { skip "a kernel without signatures"; return; }
	expect_finding lockdown problem "not signed; sign it: "
	expect_status 1 load
	expect_match "errors of load" "^kthread-counter: error: cannot load" "$errors"
}

run_tests
