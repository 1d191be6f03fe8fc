#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything at the same time: writes before the module is live, while it is and while it goes.
# Nothing here has one right outcome; what must hold is that each error is one that is allowed,
# that the module can always be unloaded, and that nothing is left. The splat gate sees the rest.
#
# processors: all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

DURATION=$(at_length 6 3)
CYCLES=$(at_length 5 2) # at least
MANY=$(at_length 500 50)
SEED=${SEED:-$RANDOM}

# Each test has the same random numbers again, however far the one before got.
seed() {
	RANDOM=$((10#$SEED % 32768))
	echo "# SEED=$SEED repeats this"
}

# Writes to the parameters without pause and keeps the errors that it sees.
hammer() {
	local name=$1 value
	shift
	while [ -e "$running" ]; do
		for value in "$@"; do
			[ -e "$PARAMS/$name" ] || continue
			{ echo "$value" >"$PARAMS/$name"; } 2>&1
		done
	done | sed 's/.*: //' | sort -u >"$running.$name"
}

read_everything() {
	while [ -e "$running" ]; do
		cat $TABLE $HISTOGRAM $PARAMS/last_trip $PARAMS/threads $PARAMS/interval $PARAMS/wait $PARAMS/last_error
	done >/dev/null 2>&1
}

# What changes the threads while all that goes on, without taking the processors from it.
hammer_gently() {
	local line
	while [ -e "$running" ]; do
		for line in "cpus 0" "causes Y" "sched fifo" "trip_us 1" "cpus 0-1" "causes N" "sched normal" "trip_us 0" \
			"causes 1" "cpus " "sched fifo_low" "causes 0"; do
			sleep 0.05
			[ -e "$PARAMS/${line%% *}" ] || continue
			{ echo "${line#* }" >"$PARAMS/${line%% *}"; } 2>&1
		done
	done | sed 's/.*: //' | sort -u >"$running.gently"
}

# Not with echo, which makes a file where the device is not. It is not kept open, because the module
# is unloaded meanwhile; that can fail if it is open just then.
use_device() {
	perl -e '($running, $device) = @ARGV;
		while (-e $running) {
			open(F, "+<", $device) or next;
			syswrite(F, "x");
			sysread(F, $text, 64);
			close(F);
			select(undef, undef, undef, 0.2);
		}' "$running" $DEVICE
}

# Sends a signal to whatever threads there are.
kill_threads() {
	while [ -e "$running" ]; do
		# shellcheck disable=SC2046 # several
		kill "-$1" $(thread_pids)
	done >/dev/null 2>&1
}

# What never pauses would leave a tenth of the time to what loads and unloads beside it.
in_background() {
	renice -n 10 -p "$BASHPID" >/dev/null
	"$@"
}

start_hammers() {
	running=$(mktemp /run/running.XXXXXX)
	in_background hammer threads 1 6 3 0 8 &
	in_background hammer interval HZ/100 1j 20ms,1 HZ/1000 &
	in_background hammer wait ssleep timeout hrtimer,completion event,work idle,usleep fsleep timeout,ssleep &
	hammer_gently &
	use_device &
	in_background hammer stop all 0 &
	in_background hammer start all 0-1 &
	in_background hammer signal USR1 "HUP 0" "KILL all" &
	in_background hammer reset all &
	in_background read_everything &
}

stop_hammers() {
	rm -f "$running"
	wait
}

# expect_only_allowed_errors: what the contract has for writes that are well-formed. A file that is not
# there is one that the shell may not create.
expect_only_allowed_errors() {
	local name allowed unexpected
	for name in threads interval wait gently stop start signal reset; do
		allowed='No such (file or directory|device)|Permission denied'
		case $name in stop | start | signal | reset) allowed+='|No such process' ;; esac
		unexpected=$(grep -vxE "$allowed" "$running.$name") && fail "unexpected errors of $name: $unexpected"
	done
}

cycle_for() {
	local end=$((SECONDS + DURATION)) count=0
	seed
	while ((SECONDS < end || count < CYCLES)); do
		load threads=4 "$@" || fail "loading failed in cycle $count"
		sleep 0.0$((RANDOM % 10))
		wait_until "$PATIENCE" unload 2>/run/races.unload ||
			fail "unloading failed in cycle $count: $(cat /run/races.unload)"
		count=$((count + 1))
	done
	echo "# $count cycles"
}

test_writes_race_with_load_and_unload() {
	start_hammers
	cycle_for wait=timeout interval=1j
	stop_hammers
	expect_only_allowed_errors
	expect_nothing_left
}

test_writes_race_with_load_and_unload_of_all_primitives() {
	start_hammers
	cycle_for wait=ssleep,timeout,hrtimer,completion,event,work interval=1j,20ms
	cycle_for wait=idle,usleep,fsleep,work interval=1j,20ms causes=Y
	stop_hammers
	expect_only_allowed_errors
	expect_nothing_left
}

test_signals_race_with_load_and_unload() {
	running=$(mktemp /run/running.XXXXXX)
	in_background kill_threads KILL &
	in_background kill_threads USR1 &
	in_background kill_threads HUP &
	cycle_for wait=timeout,ssleep,hrtimer,completion,event,work interval=1j causes=Y
	stop_hammers
	expect_nothing_left
}

test_writers_race_with_each_other() {
	load threads=4 wait=timeout interval=1j
	start_hammers
	sleep "$DURATION"
	stop_hammers
	expect_only_allowed_errors
	# After the storm each worker does what it is told.
	put threads 3
	put wait timeout
	put interval 20ms
	put cpus ""
	put sched normal
	put stop all # one that is to be killed may not have seen it yet
	put start all
	expect states "running running running" "$(column state)"
	expect_ticks 0 2
	expect_ticks 2 2
	unload
	expect_nothing_left
}

# insmod is killed while it creates threads: either all are there or nothing is left. Its status
# does not tell which: it may be killed on its way back from a module that has been loaded.
test_loading_is_killed_half_way() {
	local started=${EPOCHREALTIME/./} took delay tries=0 loaded=0
	seed
	load threads="$MANY" wait=timeout
	took=$((${EPOCHREALTIME/./} - started))
	unload
	# Both outcomes should be seen.
	while ((tries < 8 || (tries < 40 && (loaded == 0 || loaded == tries)))); do
		tries=$((tries + 1))
		insmod "$KO" threads="$MANY" wait=timeout 2>/dev/null &
		printf -v delay %07d $((RANDOM * 2 * took / 32768))
		sleep "${delay::-6}.${delay: -6}"
		kill_and_wait $!
		if is_loaded; then
			loaded=$((loaded + 1))
			expect running "$MANY" "$(header running)"
			unload
		fi
		expect_nothing_left
	done
	echo "# had been loaded in $loaded of $tries"
	((loaded > 0 && loaded < tries)) || fail "it was not killed both before and after it was done"
}

kill_and_wait() {
	kill -KILL "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# A writer is killed while it waits: it does what it was told or nothing, and the next one can write.
test_a_writer_is_killed_half_way() {
	local writer
	seed
	load threads=4 wait=ssleep interval=1
	for _ in 1 2 3 4; do
		put stop all &
		writer=$!
		put start all 2>/dev/null &
		sleep 0.0$((RANDOM % 10))
		kill_and_wait $writer
		wait
	done
	put start all
	expect running 4 "$(header running)"
}

run_tests
