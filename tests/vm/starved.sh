#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A worker whose thread gets no CPU: who stops it need not wait for ever, and all others go on.
#
# processors: all
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/occupy.bash
. "${0%/*}/occupy.bash"

SOON=10 # seconds; whoever waits for the thread waits longer

# Worker 2 is starved, the others are not.
load_with_a_starved_one() {
	load threads=3 wait=timeout interval=20ms cpus=0,0,1
	expect_all_tick 1 0 1 2
	occupy 1
}

# Starts a write that waits; writer is its process.
begin() {
	"$@" 2>/run/starved.said &
	writer=$!
	until_writing $writer
	is_writing $writer || fail "does not wait: $* ($(</run/starved.said))"
}

# expect_end WITHIN…: the writer ends soon. One that does not is freed, or it would stay.
expect_end() {
	wait_until $SOON is_over "$writer" || {
		fail "the writer did not end within $SOON s: $1"
		release
	}
	wait "$writer" 2>/dev/null # the shell says how it was killed
	status=$?
}
is_over() { state "$1" && [[ $REPLY == Z || -z $REPLY ]]; }

# The stop of worker 2, of which its writer has been told to go.
give_up_stopping() {
	begin put_trapped stop 2
	kill -USR1 "$writer"
	expect_end "a stop that got a signal"
	expect_match "what the writer of stop said" "Interrupted system call\$" "$(</run/starved.said)"
	expect "state of the starved one" stopping "$(field 2 state)"
	expect "running, with the one that is stopping" "$((running))" "$(header running)"
}

test_a_signal_ends_the_wait_for_a_stop() {
	load_with_a_starved_one
	running=3
	give_up_stopping
	expect_match "pid of the one that is stopping" '^[0-9]+$' "$(field 2 pid)"
	expect exit - "$(field 2 exit)"
	release
	expect_soon is_field 2 state stopped
	expect "running afterwards" 2 "$(header running)"
	expect "pid and exit" "- 0" "$(field 2 pid) $(field 2 exit)"
	put start 2
	expect_ticks 2 2
}

test_a_fatal_signal_ends_it_too() {
	local signal
	load_with_a_starved_one
	for signal in TERM KILL; do
		begin put stop 2
		kill -$signal "$writer"
		expect_end "a stop that got $signal"
		expect "exit status of the writer" $((128 + $(kill -l $signal))) $status
		expect "state of the starved one" stopping "$(field 2 state)"
	done
	release
	expect_soon is_field 2 state stopped
}

test_the_others_go_on_meanwhile() {
	load_with_a_starved_one
	running=3
	give_up_stopping
	expect_errno none put stop 1
	expect states "running stopped stopping" "$(column state)"
	expect_errno none put interval 30ms
	expect_errno none put sched fifo_low
	expect_errno none put sched normal
	expect_errno none put log N
	expect_errno none put signal "USR1 0"
	expect_errno none put reset 0-1
	expect_errno none put start 0-1
	expect states "running running stopping" "$(column state)"
	expect_all_tick 2 0 1
	expect_errno none put stop 0-1
	expect states "stopped stopped stopping" "$(column state)"
	expect running 1 "$(header running)"
	release
	expect_soon is_field 2 state stopped
}

# waits_for_it VALUE PARAMETER: a command that can only be done once the thread has gone. It can be given up,
# too; the next time it is done.
expect_wait_and_end() {
	begin put_trapped "$@"
	expect_always 1 is_writing "$writer"
	kill -USR1 "$writer"
	expect_end "$* that got a signal"
	expect_match "what the writer of $* said" "Interrupted system call\$" "$(</run/starved.said)"
	expect "state after $*, given up" stopping "$(field 2 state)"
}

test_start_signal_and_stop_wait_for_it() {
	load_with_a_starved_one
	running=3
	give_up_stopping
	expect_wait_and_end start 2
	expect_wait_and_end signal "USR1 2"
	expect_wait_and_end stop 2
	begin put stop 2
	release
	expect_end "a stop once it has a CPU"
	expect "exit status of that stop" 0 $status
	expect "state after it" stopped "$(field 2 state)"
}

test_a_start_that_waits_starts_it() {
	local pid
	load_with_a_starved_one
	running=3
	pid=$(field 2 pid)
	give_up_stopping
	begin put start 2
	release
	expect_end "a start once it has a CPU"
	expect "exit status of that start" 0 $status
	expect "state after it" running "$(field 2 state)"
	[ "$(field 2 pid)" != "$pid" ] || fail "the thread is still $pid"
	expect_ticks 2 2
}

test_a_shrink_that_is_given_up_removes_nothing() {
	load_with_a_starved_one
	begin put_trapped threads 1
	kill -USR1 "$writer"
	expect_end "a shrink that got a signal"
	expect_match "what its writer said" "Interrupted system call\$" "$(</run/starved.said)"
	expect threads 3 "$(get threads)"
	expect ids "0 1 2" "$(column id)"
	expect "states of the first and the last" "running stopping" "$(field 0 state) $(field 2 state)"
	begin put threads 1
	release
	expect_end "a shrink once it has a CPU"
	expect threads 1 "$(get threads)"
	expect ids 0 "$(column id)"
	expect_soon threads_are 1
}

# A write that is restarted is not in its sleep for a moment.
goes_on_writing() { is_writing "$1" || { sleep 0.5 && is_writing "$1"; }; }

# Whose handler says so goes on waiting, as in other drivers: ERESTARTSYS.
test_a_writer_whose_handler_restarts_goes_on_waiting() {
	local said pid
	load threads=3 wait=timeout interval=20ms cpus=0,0,1
	coproc restarting { exec taskset -c 0 perl -e '
		use POSIX;
		$| = 1;
		sigaction(SIGUSR1, POSIX::SigAction->new(sub {}, POSIX::SigSet->new, SA_RESTART));
		open(F, ">", shift);
		syswrite(F, "0\n") or die; # all that it needs has been done once
		print "$$\n";
		<STDIN>;
		print defined(syswrite(F, "2\n")) ? "done\n" : "$!\n"' $PARAMS/stop; }
	exec 8<&"${restarting[0]}" 9>&"${restarting[1]}"
	read -r pid <&8
	occupy 1
	echo >&9
	until_writing "$pid"
	kill -USR1 "$pid"
	expect_always 2 goes_on_writing "$pid"
	release
	read -r said <&8
	expect "what it ended with" "done" "$said"
	expect "state of the worker" stopped "$(field 2 state)"
	exec 8<&- 9>&-
	wait
}

# The writer that waits for its turn, behind one that waits for the thread.
test_a_writer_that_waits_for_its_turn() {
	local first
	load_with_a_starved_one
	begin put stop 2
	first=$writer
	begin put_trapped interval 2
	kill -USR1 "$writer"
	expect_end "a writer that waits for its turn and got a signal"
	expect_match "what it said" "Interrupted system call\$" "$(</run/starved.said)"
	expect interval 20ms "$(get interval)"
	begin put interval 3
	release
	expect_end "a writer that waits for its turn"
	wait $first
	expect "states" "running running stopped" "$(column state)"
	expect interval 3 "$(get interval)"
}

test_unloading_waits_for_it() {
	local unloader
	load_with_a_starved_one
	running=3
	give_up_stopping
	unload &
	unloader=$!
	expect_always 2 is_loaded
	release
	wait $unloader || fail "unloading failed"
	expect_nothing_left
}

trap release EXIT
run_tests
