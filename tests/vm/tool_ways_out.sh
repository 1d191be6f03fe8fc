#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `kthread-counter run`: everything is as before on every way out, and who meddles is seen.
#
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"
# shellcheck source=tests/vm/tool_run.bash
. "${0%/*}/tool_run.bash"

# end_by SIGNAL STATUS: in the middle of counting.
end_by() {
	rm -f $RESULT
	begin_run -d 1000s --warm-up 0s --take-over -w hrtimer -i 10ms -o json -O $RESULT
	expect_soon is_field 0 wait hrtimer
	expect_ticks 0 5
	kill -"$1" $runner
	end_run "$2"
	expect_settings_back
}

test_settings_are_put_back_after_signals() {
	local signal
	leave_settings
	for signal in INT TERM HUP QUIT; do
		end_by $signal 3
		expect "verdict" unmeasured "$(json $RESULT 'd["verdict"]')"
		expect_match "stderr" "interrupted after" "$(</run/errors)"
		expect "ticks" True "$(json $RESULT 'd["workers"][0]["ticks"] > 3')"
	done
}

test_settings_are_put_back_when_nothing_can_be_written() {
	leave_settings
	expect_status 1 run "${BRIEF[@]}" --take-over -w hrtimer -o json -O /dev/full
	expect_match "the error" "cannot write the output" "$errors"
	expect_settings_back
	program run --warm-up 0s -d 1000s --take-over -w hrtimer -o ndjson | head -n 1 >/dev/null
	expect_settings_back
	expect_status 1 run "${BRIEF[@]}" --take-over -w hrtimer -O /nowhere/result
	expect_settings_back
}

test_a_reader_who_leaves_hides_no_failed_expectation() {
	local format status
	leave_settings
	for format in json ndjson; do
		status=0
		{ program run -q --warm-up 0s -d 3s --take-over -w hrtimer -i 10ms -o $format -e 'hrtimer.max<1ns' || status=$?
			echo $status >/run/status; } | true
		expect "status of $format" 2 "$(</run/status)"
		expect_settings_back
	done
}

# Nobody reads the pipe, which is soon full. end_full_pipe SIGNAL
end_full_pipe() {
	local holder
	mkfifo /run/full
	sleep 1000 <>/run/full &
	holder=$!
	expect_soon holds $holder
	begin_run -d 1000s --warm-up 0s --take-over -w hrtimer -i 10ms -o ndjson -O /run/full
	expect_soon is_field 0 wait hrtimer
	# It takes pieces until it is full.
	dd if=/dev/zero of=/run/full oflag=nonblock bs=4096 count=1000 2>/dev/null || true
	dd if=/dev/zero of=/run/full oflag=nonblock bs=1 count=5000 2>/dev/null || true
	sleep 3
	kill -"$1" $runner
	expect_soon is_gone $runner
	# One that hangs has failed already.
	is_gone $runner || kill -KILL $runner
	end_run 3
	kill $holder
	rm /run/full
	expect_settings_back
}
holds() { [ -e /proc/"$1"/fd/0 ] && [ "$(readlink /proc/"$1"/fd/0)" = /run/full ]; }

test_settings_are_put_back_when_nobody_reads() {
	leave_settings
	end_full_pipe TERM
	end_full_pipe INT
}

test_threads_that_are_killed_meanwhile() {
	leave_settings
	begin_run -d 3s --warm-up 0s --take-over -w hrtimer -i 10ms -o json -O $RESULT
	expect_soon is_field 0 wait hrtimer
	expect_ticks 0 5
	put signal "KILL 0"
	end_run 3
	expect_match "stderr" "ended before" "$(</run/errors)"
	expect_settings_back
}

test_a_module_that_is_loaded_again_meanwhile() {
	local status=0
	begin_run -d 5s --warm-up 0s --module "$KO" -w hrtimer -i 10ms -O $RESULT
	expect_soon is_there
	expect_ticks 0 5
	expect_soon unload
	load wait=hrtimer interval=10ms
	wait $runner || status=$?
	expect_match "stderr" "unloaded.* loaded (it )?again|is not there" "$(</run/errors)"
	is_there || fail "what somebody else has loaded is unloaded"
	expect threads 1 "$(get threads)"
	[ "$status" != 0 ] || fail "it was measured"
	unload
}

test_somebody_else_who_changes_things() {
	begin_run -d 3s --warm-up 0s --module "$KO" -w hrtimer -i 10ms -O $RESULT
	expect_soon is_there
	expect_ticks 0 30
	put reset 0
	end_run 3
	expect_match "stderr" "somebody else has reset" "$(</run/errors)"
	expect_nothing_left
}

test_shared_sees_who_goes_away() {
	load threads=2 wait=hrtimer,timeout interval=10ms
	rm -f /run/lines
	begin_run --shared --warm-up 0s -d 4s -o ndjson >/run/lines
	expect_soon test -s /run/lines
	put threads 1
	end_run 3
	expect_match "stderr" "not at the end: 1" "$(</run/errors)"
	unload
	load wait=hrtimer interval=10ms
	rm -f /run/lines
	begin_run --shared --warm-up 0s -d 4s -o ndjson >/run/lines
	expect_soon test -s /run/lines
	unload
	load wait=hrtimer interval=10ms
	end_run 3
	expect_match "stderr" "loaded again|is not there" "$(</run/errors)"
}

# The program on a terminal that goes away, as when a connection is lost.
test_settings_are_put_back_when_the_terminal_goes() {
	leave_settings
	python3 - "$PROGRAM" <<-'END'
		import os, pty, sys, time
		pid, terminal = pty.fork()
		if pid == 0:
		    os.execv(sys.argv[1], [sys.argv[1], "run", "-d", "1000s", "--warm-up", "0s", "--take-over", "-w", "hrtimer"])
		seen = b""
		while b"ticks, worst" not in seen:
		    seen += os.read(terminal, 1000)
		os.close(terminal)
		os.waitpid(pid, 0)
	END
	expect_settings_back
}

run_tests
