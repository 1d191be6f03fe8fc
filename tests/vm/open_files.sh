#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Unloading while files are open and in use.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# Writes a line to a file that is already open.
write_to() { echo "$2" >&"$1"; }

test_the_table_is_open() {
	local line
	load threads=2 wait=timeout
	exec 7<$TABLE 8<$TABLE 9<$HISTOGRAM
	IFS= read -r line <&7
	expect_match "first line" '^kthread_counter 1 ' "$line"
	expect_errno none unload
	expect_nothing_left
	if IFS= read -r line <&8; then fail "an open file still gives: $line"; fi
	if IFS= read -r line <&9; then fail "an open file still gives: $line"; fi
	exec 7<&- 8<&- 9<&-
}

test_parameters_are_open() {
	local line
	load threads=2 wait=timeout
	# shellcheck disable=SC2094 # two separate files in the end
	exec 7<$PARAMS/interval 8>$PARAMS/interval 9>$PARAMS/stop
	expect_errno none unload
	expect_nothing_left
	if IFS= read -r line <&7; then fail "an open parameter still gives: $line"; fi
	expect_errno ENODEV write_to 8 2
	expect_errno ENODEV write_to 9 all
	exec 7<&- 8>&- 9>&-
}

# Files that were open during one life of the module are dead in the next one, too.
test_an_open_file_does_not_come_back_to_life() {
	local line
	load threads=2 wait=timeout
	exec 7<$TABLE 8>$PARAMS/interval
	unload
	load threads=3 wait=timeout
	if IFS= read -r line <&7; then fail "an old open file gives: $line"; fi
	expect_errno ENODEV write_to 8 2
	expect interval 1 "$(get interval)"
	exec 7<&- 8>&-
}

# Runs a command without pause in the background until the test ends.
forever() {
	(
		while [ -e "$running" ]; do
			"$@"
		done >/dev/null 2>&1
	) &
}
read_table() { cat $TABLE $HISTOGRAM; }
read_slowly() { dd if=$TABLE bs=1 count=300; }
read_parameters() { cat $PARAMS/threads $PARAMS/interval $PARAMS/last_error; }
write_parameters() {
	echo HZ/100 >$PARAMS/interval
	echo 1 >$PARAMS/cpus
	echo hrtimer,event >$PARAMS/wait
	echo 3 >$PARAMS/threads
	echo all >$PARAMS/stop
	echo all >$PARAMS/start
	echo USR1 >$PARAMS/signal
}

test_files_are_read_and_written_without_pause() {
	running=$(mktemp /run/running.XXXXXX)
	forever read_table
	forever read_slowly
	forever read_parameters
	forever write_parameters
	for _ in 1 2 3 4 5; do
		load threads=4 wait=timeout,ssleep interval=20ms
		sleep 0.5
		expect_errno none unload
		expect_nothing_left
	done
	rm "$running"
	wait
}

run_tests
