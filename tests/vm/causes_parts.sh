#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Which part of lateness what goes to, and what last_trip says of it. How late timers themselves are is in
# causes_wheel.sh, in a machine where nothing else is late.
#
# processors: all
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/occupy.bash
. "${0%/*}/occupy.bash"

TRIES=10

# hog NAME: a real-time thread of that name on CPU 1, busy for 40 ms of each 50, until unhog.
hog() {
	# shellcheck disable=SC2016 # it is Perl
	taskset -c 1 chrt -f 60 perl -e '
		open(F, ">", "/proc/self/comm") and syswrite(F, shift) or die;
		sub worked() { my ($user, $system) = times; $user + $system }
		for (;;) {
			my $end = worked() + 0.04;
			1 while worked() < $end;
			select(undef, undef, undef, 0.01);
		}' "$1" &
	hog=$!
	until [[ "$(<"/proc/$hog/comm")" == "$1" ]]; do
		[ -d /proc/$hog ] || fail "the hog has gone" || return
		sleep 0.05
	done 2>/dev/null
}
unhog() {
	[ -n "$hog" ] || return 0
	kill "$hog"
	wait "$hog" 2>/dev/null
	hog=
}
hog=

# Workers beside it are real-time, too, with the priority below it. On PREEMPT_RT the timers of others wait for a thread,
# which the hog would keep from the CPU, and the kernel's own threads of low priority would go first.

# --- the parts ---------------------------------------------------------------------------------

test_a_thread_that_goes_first_is_in_to_run() {
	load wait=hrtimer interval=30ms cpus=1 sched=fifo causes
	hog hog
	expect_in $TRIES is_mostly_to_run
	unhog
}
is_mostly_to_run() {
	put reset 0
	expect_ticks 0 20
	find_cells 0
	seen="to_wake ${cells[to_wake_avg_ns]} ns, to_run ${cells[to_run_avg_ns]} ns"
	((cells[to_run_avg_ns] > 5000000 && cells[to_run_avg_ns] > 2 * cells[to_wake_avg_ns]))
}

# They are woken one after the other. The time between two is a few microseconds.
test_to_wake_grows_along_the_queue() {
	load threads=1000 wait=event causes
	expect_soon are_asleep 0 500 999
	expect_in $TRIES last_are_woken_last
}
are_asleep() {
	local id
	for id in "$@"; do is_asleep "$id" || return; done
}
last_are_woken_last() {
	local times first last
	put reset all
	echo >$DEVICE
	expect_soon is_field all ticks 1000
	read -ra times < <(column to_wake_max_ns)
	first=$(median "${times[@]:0:100}")
	last=$(median "${times[@]:900}")
	seen="to_wake of the first tenth $first ns, of the last $last ns"
	((last > 2 * first))
}
median() { printf '%s\n' "$@" | sort -n | sed -n "$(($# / 2))p"; }

# Three calls come while their CPU is busy. The first wakes them. The others have come before they sleep again, so
# that nobody wakes them for these.
test_what_was_due_before_the_sleep_is_to_wake() {
	local id
	load threads=2 wait=event,completion cpus=1 causes
	expect_soon are_asleep 0 1
	occupy 1
	for _ in 1 2 3; do
		echo >$DEVICE
		read -r _ <$DEVICE
	done
	sleep 0.3
	release
	for id in 0 1; do
		expect_soon is_field $id ticks 3
		find_cells $id
		expect "sum of to_run of worker $id, and the most" "${cells[to_run_sum_ns]}" "${cells[to_run_max_ns]}"
		expect_number "to_run of worker $id" "${cells[to_run_max_ns]}" -ge 300000000
		expect_number "to_wake of worker $id, twice" "${cells[to_wake_sum_ns]}" -ge 600000000
		expect "sum of both of worker $id" "${cells[late_sum_ns]}" $((cells[to_wake_sum_ns] + cells[to_run_sum_ns]))
	done
}

# A signal wakes it before its time, and it gets the CPU after that: it is a tick, of which the scheduler made
# all the lateness and more.
test_woken_early_and_run_late() {
	occupy 1
	expect_in 5 is_woken_early_and_runs_late
	kill -CONT "$occupier" # or it would not end
	release
}
is_woken_early_and_runs_late() {
	kill -STOP "$occupier"
	expect_soon is_state "$occupier" T
	load wait=timeout interval=3 cpus=1 causes
	expect_soon is_asleep 0
	kill -CONT "$occupier"
	expect_soon is_state "$occupier" R
	put signal "USR1 0"
	sleep 3.5
	kill -STOP "$occupier"
	expect_soon is_field 0 signals 1
	find_cells 0
	unload
	seen="ticks ${cells[ticks]}, early ${cells[early]}, to_wake ${cells[to_wake_max_ns]} ns"
	((cells[ticks] == 1 && cells[early] == 0 && cells[to_wake_max_ns] < 0)) || return
	expect "sum of to_wake" 0 "${cells[to_wake_sum_ns]}"
	expect "sum of to_run" $((cells[late_last_ns] - cells[to_wake_max_ns])) "${cells[to_run_sum_ns]}"
}

# --- last_trip ---------------------------------------------------------------------------------

RECORD='^id=0 wait=[a-z]+ cpu=[01] late_ns=[0-9]+ at_ns=[0-9]+'

test_last_trip_has_both_parts_while_it_is_on() {
	local record
	load wait=hrtimer interval=20ms trip_us=1 causes
	expect_soon is_tripped
	record=$(get last_trip)
	expect_match last_trip "$RECORD to_wake_ns=-?[0-9]+ to_run_ns=[0-9]+ after=[^ ]+/[0-9]+\$" "$record"
	expect "sum of both" "$(of_trip late_ns)" $(($(of_trip to_wake_ns) + $(of_trip to_run_ns)))
	put causes N
	expect "last_trip, off" "${record% to_wake_ns=*}" "$(get last_trip)"
	put causes Y
	expect "last_trip, on again" "$record" "$(get last_trip)"
}

test_last_trip_of_what_was_not_watched() {
	load wait=hrtimer interval=20ms trip_us=1
	expect_soon is_tripped
	expect_match "last_trip, off" "$RECORD\$" "$(get last_trip)"
	put causes Y
	expect_match "last_trip, latched while it was off" "$RECORD to_wake_ns=- to_run_ns=- after=-\$" "$(get last_trip)"
	unload
	load wait=work interval=20ms trip_us=1 causes
	expect_soon is_tripped
	expect_match "last_trip of work" "$RECORD to_wake_ns=- to_run_ns=- after=-\$" "$(get last_trip)"
}

# is_after TASK: it is what a trip was after, in one that began when the test called this.
is_after() {
	put reset 0
	sleep 0.5 # looking at it makes other threads run
	expect_soon is_tripped
	seen=$(get last_trip)
	[ "$(of_trip after)" = "$1" ]
}

test_it_names_who_had_the_cpu() {
	load wait=hrtimer interval=30ms cpus=1 sched=fifo trip_us=10000 causes
	hog hog
	expect_in $TRIES is_after_hog_which_made_it_late
	unhog
}
is_after_hog_which_made_it_late() {
	is_after "hog/$hog" && (($(of_trip to_run_ns) > $(of_trip to_wake_ns)))
}

test_it_names_the_idle_task() {
	load wait=hrtimer interval=300ms cpus=1 sched=fifo trip_us=1 causes
	expect_in $TRIES is_after swapper/1/0
}

# As the kernel escapes names elsewhere.
test_it_escapes_a_name() {
	load wait=hrtimer interval=30ms cpus=1 sched=fifo trip_us=10000 causes
	hog $'a b\n\\c/\t=\377 0'
	expect_in $TRIES is_after 'a\040b\012\134c/\011=\377\0400'"/$hog"
	expect "lines of last_trip" 1 "$(get last_trip | wc -l)"
	unhog
}

as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }
without() { setpriv --bounding-set="-${1//,/,-}" "${@:2}"; }

# It may be read by everybody. What runs on the machine is for those who may observe it.
test_it_names_nobody_to_who_may_not_observe() {
	local hidden shown
	load wait=hrtimer interval=20ms trip_us=1 causes
	expect_soon is_tripped
	shown=$(get last_trip)
	expect_match "for root" ' after=[^ ]+/[0-9]+$' "$shown"
	hidden=${shown% after=*}" after=-"
	expect "for an ordinary user" "$hidden" "$(as_user cat $PARAMS/last_trip)"
	expect "for the root of a user namespace" "$hidden" \
		"$(as_user unshare --user --map-root-user cat $PARAMS/last_trip)"
	expect "for root without both capabilities" "$hidden" "$(without perfmon,sys_admin cat $PARAMS/last_trip)"
	expect "for root without CAP_PERFMON" "$shown" "$(without perfmon cat $PARAMS/last_trip)"
	expect "for root without CAP_SYS_ADMIN" "$shown" "$(without sys_admin cat $PARAMS/last_trip)"
	expect "for a user with CAP_PERFMON" "$shown" \
		"$(as_user --inh-caps=+perfmon --ambient-caps=+perfmon cat $PARAMS/last_trip)"
}

trap 'unhog; release' EXIT
run_tests
