#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# /dev/kthread_counter: reads complete, writes wake, and none is lost.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

write_device() { echo >$DEVICE; }
read_device() { cat $DEVICE; }

as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

test_it_comes_and_goes_with_the_module() {
	[ ! -e $DEVICE ] || fail "$DEVICE is there before the module"
	load wait=event
	[ -c $DEVICE ] || fail "$DEVICE is no character device"
	unload
	[ ! -e $DEVICE ] || fail "$DEVICE is still there"
}

test_its_mode_and_owner() {
	load wait=event
	expect "mode and owner" "600 root root" "$(stat -c '%a %U %G' $DEVICE)"
	expect device_mode 0600 "$(get device_mode)"
}

# expect_mode GIVEN MODE SHOWN
expect_mode() {
	load wait=event device_mode="$1"
	expect "mode of the device with device_mode=$1" "$2" "$(stat -c %a $DEVICE)"
	expect "device_mode=$1, shown" "$3" "$(get device_mode)"
	unload
}

test_other_modes() {
	expect_mode 0666 666 0666
	expect_mode 640 640 0640
	expect_mode 0777 777 0777
	expect_mode 00000644 644 0644
	expect_mode 0 0 0000
}

# refuses ERRNO VALUE
refuses() {
	mark_log
	expect_errno "$1" load wait=event device_mode="\"$2\""
	expect_match "kernel log for device_mode=$2" \
		'(^|[[:space:]])kthread_counter: device_mode: ".*": .+' "$(new_log)"
	expect_nothing_left
}

test_modes_that_are_none() {
	refuses ERANGE 1000
	refuses ERANGE 07777
	refuses ERANGE 77777777777777777777777
	refuses EINVAL 888
	refuses EINVAL 0x1ff
	refuses EINVAL rw
	refuses EINVAL -1
	refuses EINVAL ''
	refuses EINVAL '6 0'
}

test_an_ordinary_user_needs_a_mode_that_allows_it() {
	load wait=event
	expect_errno EACCES as_user bash -c "echo >$DEVICE"
	expect_errno EACCES as_user cat $DEVICE
	expect ticks 0 "$(field 0 ticks)"
	unload
	load wait=event device_mode=0666
	expect_errno none as_user bash -c "echo >$DEVICE"
	expect_soon is_field 0 ticks 1
	expect "what the user reads" 1 "$(as_user cat $DEVICE)"
}

test_a_write_is_one_event_of_any_length() {
	load wait=event
	printf x >$DEVICE
	expect_soon is_field 0 ticks 1
	head -c 100000 /dev/zero | dd of=$DEVICE bs=100000 iflag=fullblock 2>/dev/null
	expect_soon is_field 0 ticks 2
	# An empty write(2), which a shell does not make.
	perl -e 'open(F, ">", shift); defined(syswrite(F, "")) or exit 1' $DEVICE ||
		fail "a write of no length failed"
	expect_soon is_field 0 ticks 3
	expect_always 1 is_field 0 ticks 3
}

test_a_write_of_several_buffers_is_one_event() {
	load wait=event
	expect "the length" 3 "$(python3 -c '
import os, sys
print(os.writev(os.open(sys.argv[1], os.O_WRONLY), [b"", b"a", b"", b"bc"]))' $DEVICE)"
	expect_soon is_field 0 ticks 1
	expect_always 1 is_field 0 ticks 1
}

test_a_write_returns_the_length() {
	load wait=event
	expect "lengths" "1 7 4096 100000" "$(perl -e '
		open(F, ">", shift);
		print join(" ", map { syswrite(F, "x" x $_) // "error" } 1, 7, 4096, 100000)' $DEVICE)"
	expect_soon is_field 0 ticks 4
}

test_three_writes_are_three_ticks() {
	load wait=event
	write_device && write_device && write_device
	expect_soon is_field 0 ticks 3
	expect_always 1 is_field 0 ticks 3
}

test_three_reads_are_three_ticks() {
	load wait=completion
	read_device >/dev/null && read_device >/dev/null && read_device >/dev/null
	expect_soon is_field 0 ticks 3
	expect_always 1 is_field 0 ticks 3
}

# The worker may not have run at all when these come.
test_events_right_after_loading_are_not_lost() {
	for _ in {1..10}; do
		load threads=2 wait=event,completion
		perl -e 'open(F, "+<", shift); for (1..3) {
			syswrite(F, "x"); sysseek(F, 0, 0); sysread(F, $text, 64) }' $DEVICE
		expect_soon is_field 0 ticks 3 || return
		expect_soon is_field 1 ticks 3 || return
		unload
	done
}

test_events_while_a_worker_starts_are_not_lost() {
	local i
	load threads=2 wait=event,completion
	for i in {1..10}; do
		put stop all
		put reset all
		put start all
		write_device
		read_device >/dev/null
		expect_soon is_field 0 ticks 1 || return
		expect_soon is_field 1 ticks 1 || return
	done
}

test_events_for_a_stopped_worker_are_over() {
	load threads=2 wait=event,completion
	put stop all
	write_device
	read_device >/dev/null
	put start all
	expect_always 1 is_field 0 ticks 0
	expect ticks "0 0" "$(column ticks)"
	write_device
	expect_soon is_field 0 ticks 1
}

test_a_read_gives_the_number_of_reads_and_then_the_end() {
	load wait=completion
	expect "first read" 1 "$(read_device)"
	expect "second read" 2 "$(read_device)"
	expect "lines" 1 "$(read_device | wc -l)"
	expect "bytes" 2 "$(read_device | wc -c)"
	expect_soon is_field 0 ticks 4
	expect_always 1 is_field 0 ticks 4
}

test_small_reads_go_on_in_the_same_text() {
	local i
	load wait=completion
	for ((i = 1; i < 12; i++)); do read_device >/dev/null; done
	expect "read byte by byte" 12 "$(dd if=$DEVICE bs=1 2>/dev/null)"
	expect_soon is_field 0 ticks 12
	expect_always 1 is_field 0 ticks 12
}

test_a_file_that_is_read_again_from_its_start_is_a_new_event() {
	load wait=completion
	expect "what was read" "1 2 end" "$(perl -e '
		open(F, "<", shift);
		sysread(F, $a, 64); sysseek(F, 0, 0); sysread(F, $b, 64);
		$end = sysread(F, $c, 64) == 0 ? "end" : "more: $c";
		chomp($a, $b);
		print "$a $b $end"' $DEVICE)"
	expect_soon is_field 0 ticks 2
}

test_a_read_into_memory_that_is_not_there() {
	load wait=completion
	expect "errno of such a read" EFAULT "$(python3 -c '
import ctypes, errno, os, sys
libc = ctypes.CDLL(None, use_errno=True)
fd = os.open(sys.argv[1], os.O_RDONLY)
got = libc.read(fd, ctypes.c_void_p(8), ctypes.c_size_t(64))
print(errno.errorcode[ctypes.get_errno()] if got < 0 else got)' $DEVICE)"
}

test_only_those_who_wait_for_it_are_woken() {
	load threads=4 wait=event,completion,timeout,hrtimer interval=3600
	write_device
	expect_soon is_field 0 ticks 1
	expect ticks "1 0 0 0" "$(column ticks)"
	read_device >/dev/null
	expect_soon is_field 1 ticks 1
	expect_always 1 is_field 0 ticks 1
	expect ticks "1 1 0 0" "$(column ticks)"
	expect "early wakes" "0 0 0 0" "$(column early)"
}

test_all_who_wait_for_it_are_woken() {
	load threads=20 wait=event,completion
	write_device
	expect_soon is_field all ticks 10
	read_device >/dev/null
	expect_soon is_field all ticks 20
	expect_always 1 is_field all ticks 20
}

test_without_anybody_who_waits() {
	load wait=timeout interval=3600
	expect_errno none write_device
	expect_errno none read_device
	expect ticks 0 "$(field 0 ticks)"
}

# Writers and readers at the same time, each with so many calls.
WRITERS=4 CALLS=500

test_concurrent_calls_are_all_counted() {
	local i jobs=() wanted=$((WRITERS * CALLS))
	load threads=4 wait=event,completion
	for ((i = 0; i < WRITERS; i++)); do
		perl -e 'open(F, ">", shift); for (1..shift) { syswrite(F, "x") == 1 or exit 1 }' \
			$DEVICE $CALLS &
		jobs+=($!)
		perl -e 'open(F, "<", shift);
			for (1..shift) { sysseek(F, 0, 0); sysread(F, $text, 64) > 1 or exit 1 }' \
			$DEVICE $CALLS &
		jobs+=($!)
	done
	for i in "${jobs[@]}"; do
		wait "$i" || fail "a writer or a reader failed"
	done
	for i in 0 1 2 3; do
		expect_soon is_field $i ticks $wanted
	done
	expect_always 1 is_field all ticks $((4 * wanted))
	expect "early wakes" "0 0 0 0" "$(column early)"
	expect "the next read" $((wanted + 1)) "$(read_device)"
}

# Each reader sees another number: none is given twice.
test_concurrent_reads_have_numbers_of_their_own() {
	local i
	load wait=completion
	for ((i = 0; i < WRITERS; i++)); do
		perl -e 'open(F, "<", shift);
			for (1..shift) { sysseek(F, 0, 0); sysread(F, $text, 64); print $text }' \
			$DEVICE $CALLS >/run/device.$i &
	done
	wait
	set +f
	expect "numbers, in order" "$(seq $((WRITERS * CALLS)))" "$(sort -n /run/device.[0-9])"
	set -f
}

test_signals_and_changes_between_events_lose_none() {
	local i
	load wait=event interval=1
	for i in {1..50}; do
		write_device
		put signal USR1
		put interval "$i"
	done
	expect_soon is_field 0 ticks 50
	expect_always 1 is_field 0 ticks 50
}

test_poll_says_that_it_can_be_read_and_written() {
	load wait=event
	expect "events" "POLLIN POLLOUT" "$(python3 -c '
import os, select, sys
fd = os.open(sys.argv[1], os.O_RDWR)
poll = select.poll()
poll.register(fd, select.POLLIN | select.POLLOUT | select.POLLPRI)
events = poll.poll(5000)[0][1]
names = ("POLLIN", "POLLPRI", "POLLOUT", "POLLERR", "POLLHUP")
print(*[name for name in names if events & getattr(select, name)])' $DEVICE)"
	expect ticks 0 "$(field 0 ticks)"
}

# rmmod looks at the number of users before it asks the kernel; delete_module(2) does not.
delete_module() {
	perl -e '$name = "kthread_counter"; syscall(0 + $ARGV[0], $name, 04000) == 0 or die "delete_module: $!\n"' $SYS_DELETE_MODULE
}

test_the_module_stays_while_it_is_open() {
	load threads=2 wait=event,completion
	exec 7<>$DEVICE
	expect "users" 1 "$(cat $MODULE_DIR/refcnt)"
	expect_errno "in use" unload
	expect_errno EAGAIN delete_module
	expect "state" "running running" "$(column state)"
	echo >&7
	expect_soon is_field 0 ticks 1
	exec 7>&-
	expect "users" 0 "$(cat $MODULE_DIR/refcnt)"
	expect_errno none unload
	expect_nothing_left
}

test_unloading_while_others_open_it_all_the_time() {
	local running
	running=$(mktemp /run/running.XXXXXX)
	# Not with echo, which makes a file where the device is not.
	perl -e '($running, $device) = @ARGV;
		while (-e $running) {
			open(F, "+<", $device) or next;
			syswrite(F, "x");
			sysread(F, $text, 64);
			close(F);
			select(undef, undef, undef, 0.02); # or it would be open nearly all the time
		}' "$running" $DEVICE &
	for _ in 1 2 3 4 5; do
		load threads=2 wait=event,completion || fail "loading failed"
		expect_ticks 0 1
		expect_soon unload_quietly
	done
	rm "$running"
	wait
	expect_nothing_left
}
unload_quietly() { rmmod kthread_counter 2>/dev/null; }

run_tests
