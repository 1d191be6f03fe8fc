# shellcheck shell=bash disable=SC2034,SC2086,SC2154 # for, and from, other files
# SPDX-License-Identifier: GPL-2.0
#
# For tests of `kthread-counter run` with the real module.

RESULT=/run/result.json
is_there() { [ -e $TABLE ]; }
BRIEF=(--warm-up 0.2s -d 1s)

# run_briefly STATUS ARGUMENT…: with the module of this test, into RESULT.
run_briefly() {
	rm -f $RESULT
	expect_status "$1" run "${BRIEF[@]}" --module "$KO" -o json -O $RESULT "${@:2}"
}

take_over() {
	rm -f $RESULT
	expect_status "$1" run "${BRIEF[@]}" --take-over -o json -O $RESULT "${@:2}"
}

# begin_run ARGUMENT…: in the background, as $runner, which signals reach. end_run STATUS: it ends so.
begin_run() {
	env --default-signal=INT,TERM,HUP,QUIT "$PROGRAM" run "$@" 2>/run/errors &
	runner=$!
}
end_run() {
	local status=0
	wait "$runner" || status=$?
	expect "status of run" "$1" "$status"
}

# As somebody has left it: another list of everything, and workers that do not run.
leave_settings() {
	load threads=5 wait=timeout,hrtimer interval=20ms,50ms cpus=0-1 sched=fifo_low trip_us=5000000
	put stop 1,3
	put signal "KILL 4"
	expect_soon is_field 4 state exited
	remembered=$(remember)
}

# All but the threads, which are others.
remember() { settings | awk '{ if ($1 ~ /^[0-9]+$/) { $2 = "" } print }'; }

# What was exited is killed again, which takes a while.
expect_settings_back() {
	expect_soon is_field 4 state exited
	expect "settings and workers" "$remembered" "$(remember)"
	expect last_error none "$(get last_error)"
}
