#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Suspend: the machine freezes what runs. Workers do not stand in its way, however they sleep, and
# count after it as before. Nothing here goes as far as the devices: the machine's own file system
# refuses to be suspended, and not every kernel survives that.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

SNAPSHOT=/dev/snapshot

# Freezes everybody but itself, as for hibernation, and says what the workers did meanwhile.
FREEZE='
import fcntl, os, sys, time
FREEZE, UNFREEZE = 0x3301, 0x3302
snapshot, table = (os.open(path, os.O_RDONLY) for path in sys.argv[1:])

def ticks():
    rows = [line.split() for line in os.pread(table, 65536, 0).decode().splitlines()]
    return [int(row[rows[1].index("ticks")]) for row in rows[2:-1]]

fcntl.ioctl(snapshot, FREEZE)
before = ticks()
end = time.monotonic() + 30
while time.monotonic() < end:
    time.sleep(0.2)
    went_on = [str(i) for i, (a, b) in enumerate(zip(before, ticks())) if b > a + 2]
    if len(went_on) == 7:
        break
fcntl.ioctl(snapshot, UNFREEZE)
print(*went_on)
'

test_workers_do_not_block_freezing() {
	local id
	if ! [ -c $SNAPSHOT ]; then
		skip "this kernel cannot hibernate"
		return
	fi
	load threads=18 wait=ssleep,timeout,idle,usleep,fsleep,hrtimer,completion,event,work \
		interval="$(printf '20ms,%.0s' {1..9})$(printf ',3600%.0s' {1..9} | cut -c2-)"
	expect_all_tick 2 0 1 2 3 4 5 8
	mark_log
	expect "workers that ticked while all else was frozen" "0 1 2 3 4 5 8" \
		"$(python3 -c "$FREEZE" $SNAPSHOT $TABLE 2>&1)"
	expect_match "kernel log" "Freezing user space processes completed" \
		"$(kernel_log | awk -v mark="$log_mark" 'index($0, mark) { found = 1 } found')"
	expect running 18 "$(header running)"
	expect_all_tick 3 0 1 2 3 4 5 8
	echo >$DEVICE
	cat $DEVICE >/dev/null
	for id in 6 7 15 16; do
		expect_soon is_field $id ticks 1
	done
	expect_errno none unload
}

# A frozen group of processes, with the one that started the workers in it.
test_workers_do_not_belong_to_who_started_them() {
	local group=/run/freezing/tests loader
	mkdir -p /run/freezing
	if ! mount -t cgroup2 none /run/freezing 2>/dev/null || ! mkdir $group 2>/dev/null; then
		skip "there is no cgroup v2 to freeze"
		return
	fi
	(
		echo $BASHPID >$group/cgroup.procs
		load threads=3 wait=timeout,hrtimer,work interval=20ms
		exec sleep 1000
	) &
	loader=$!
	expect_soon is_loaded
	expect_soon is_above 0 ticks 0
	echo 1 >$group/cgroup.freeze
	expect_soon grep -q "frozen 1" $group/cgroup.events
	expect_all_tick 3 0 1 2
	expect_errno none put stop all
	expect_errno none put start all
	expect_all_tick 3 0 1 2
	echo 0 >$group/cgroup.freeze
	kill $loader
	wait $loader 2>/dev/null
	expect_errno none unload
	expect_soon rmdir $group
	umount /run/freezing
}

run_tests
