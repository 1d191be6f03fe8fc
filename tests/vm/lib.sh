# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What every test file shares. A test file is a list of functions named test_…; run_tests runs
# them in the order of the file, each on a machine without the module, and reports each under its
# name. A test fails if one expectation in it failed; the expectation says what it wanted and what
# it saw. It goes on after that, so one run shows everything that is wrong.

export LC_ALL=C # error messages are compared
set -f          # nothing here wants a * in a value to become a file name

TABLE=/proc/kthread_counter
HISTOGRAM=/proc/kthread_counter_hist
DEVICE=/dev/kthread_counter
MODULE_DIR=/sys/module/kthread_counter
PARAMS=$MODULE_DIR/parameters
# shellcheck disable=SC2034 # for the tests
ALL_WAITS=ssleep,timeout,idle,usleep,fsleep,hrtimer,completion,event,work # the primitives
PATIENCE=60   # seconds; no test waits for less, because the machine may be slow

# shellcheck source=/dev/null
. "${KTAP_HELPERS:?the path of the ktap_helpers.sh of the kernel source}"

# Starting a program takes a tenth of a second on an emulated machine, and half a second on the debug
# kernel. So what every test does is done by the shell.
exec {never}<> <(:)
sleep() {
	[[ $1 =~ ^[0-9]+(\.[0-9]+)?$ ]] || fail "sleep $1: not a time"
	read -rt "$1" -u "$never" _ || true
}

# --- expectations ------------------------------------------------------------------------------

# fail LINE…
fail() {
	printf '%s\n' "$@" | sed 's/^/# /'
	test_failed=1
	return 1
}

# skip LINE…: this kernel or machine lacks what the test needs. The test returns after it.
skip() {
	printf '%s\n' "$@" | sed 's/^/# skipped: /'
	test_skipped=1
}

# expect WHAT EXPECTED ACTUAL
expect() {
	if [ "$3" = "$2" ]; then return; fi
	if [[ $2$3 == *$'\n'* ]]; then
		fail "$1: - is expected, + is what it was:" "$(diff -U99 <(echo "$2") <(echo "$3") | tail -n +4)"
	else
		fail "$1: expected \"$2\", got \"$3\""
	fi
}

# expect_match WHAT PATTERN ACTUAL, the pattern being an extended regular expression
expect_match() {
	[[ $3 =~ $2 ]] || fail "$1: expected a match of /$2/, got \"$3\""
}

# expect_number WHAT ACTUAL OPERATOR NUMBER, the operator being one of test(1): -eq, -lt, -ge, …
expect_number() {
	test "$2" "$3" "$4" 2>/dev/null || fail "$1: expected a number $3 $4, got \"$2\""
}

# expect_errno ERRNO COMMAND…: the command fails with exactly that error; "none" is success.
expect_errno() {
	find_errno "${@:2}"
	expect "the error of: ${*:2}" "$1" "$REPLY"
}

# expect_soon COMMAND…: the command succeeds before patience ends.
expect_soon() {
	wait_until "$PATIENCE" "$@" || fail "did not happen within $PATIENCE s: $*"
}

# expect_always SECONDS COMMAND…: the command succeeds all that time.
expect_always() {
	local end=$((SECONDS + $1))
	shift
	while ((SECONDS < end)); do
		"$@" || {
			fail "stopped being so: $*"
			return
		}
		sleep 0.1
	done
}

# at_length FULL BRIEF: what a test does at length only with LENGTH=full, because it takes minutes.
at_length() { if [ "${LENGTH-}" = full ]; then echo "$1"; else echo "$2"; fi; }

# A look may itself take long: one is not enough.
wait_until() {
	local end=$((SECONDS + $1)) looks=1
	shift
	until "$@"; do
		((SECONDS < end || looks++ < 3)) || return 1
		sleep 0.05
	done
}

# find_errno COMMAND…: REPLY is the name of the error that it ended with. The shell and insmod only
# give the text.
find_errno() {
	local text said=/run/said.$BASHPID
	if "$@" >"$said" 2>&1; then
		REPLY=none
		return
	fi
	text=$(<"$said")
	text=${text##*: }
	case ${text##*) - } in # kill names the process before it
	"Operation not permitted") REPLY=EPERM ;;
	"No such file or directory") REPLY=ENOENT ;;
	"No such process") REPLY=ESRCH ;;
	"Resource temporarily unavailable") REPLY=EAGAIN ;;
	"Cannot allocate memory") REPLY=ENOMEM ;;
	"Permission denied") REPLY=EACCES ;;
	"File exists") REPLY=EEXIST ;;
	"Input/output error") REPLY=EIO ;;
	"No such device") REPLY=ENODEV ;;
	"Device or resource busy") REPLY=EBUSY ;;
	"Interrupted system call") REPLY=EINTR ;;
	"No space left on device") REPLY=ENOSPC ;;
	"Module kthread_counter is in use") REPLY="in use" ;; # rmmod looks before it tries
	"Invalid argument" | "Invalid parameters") REPLY=EINVAL ;; # insmod says the latter
	"Numerical result out of range") REPLY=ERANGE ;;
	"Operation not supported") REPLY=EOPNOTSUPP ;;
	*) REPLY=${text:-an exit status without a message} ;;
	esac
}

# --- the module --------------------------------------------------------------------------------

load() { insmod "$KO" "$@"; }
unload() { rmmod kthread_counter; }
is_loaded() { [ -d "$MODULE_DIR" ]; }

# All but an end of line goes to the parameter in one write, as with echo in a shell.
put() { echo "$2" >"$PARAMS/$1"; }
get() {
	local lines
	mapfile -t lines <"$PARAMS/$1" || return
	if ((${#lines[@]})); then printf '%s\n' "${lines[@]}"; else cat "$PARAMS/$1"; fi # it tells errors
}

# The value of a key of the table's first line.
header() {
	local line word
	read -r line <$TABLE
	for word in $line; do
		[[ $word != "$1="* ]] || echo "${word#*=}"
	done
}

# find_column NAME: the global rows are the table's, without the first line, and column that
# column's index, beyond the last if there is none.
find_column() {
	local name
	mapfile -ts 1 rows <$TABLE
	column=0
	for name in ${rows[0]-}; do
		[[ $name != "$1" ]] || return 0
		column=$((column + 1))
	done
}

# look ID COLUMN: REPLY is that field of the table, the column found by its name.
look() {
	local rows row column
	find_column "$2"
	REPLY=
	for row in "${rows[@]:1}"; do
		# shellcheck disable=SC2206 # into words
		[[ $row =~ ^\ *$1\  ]] && row=($row) && REPLY=${row[column]-no column $2} && break
	done
}

field() { look "$1" "$2" && echo "$REPLY"; }

# find_cells ID: the global cells is that row, by the names of the columns, so that all is of one moment.
find_cells() {
	local names row fields i
	mapfile -ts 1 rows <$TABLE
	read -ra names <<<"${rows[0]-}"
	declare -gA cells=()
	for row in "${rows[@]:1}"; do
		read -ra fields <<<"$row"
		[[ ${fields[0]} == "$1" ]] || continue
		# shellcheck disable=SC2034 # for who asks
		for i in "${!names[@]}"; do cells[${names[i]}]=${fields[i]-}; done
	done
}

# column COLUMN: that field of every worker, on one line.
column() {
	local rows row column fields=()
	find_column "$1"
	for row in "${rows[@]:1}"; do
		# shellcheck disable=SC2206 # into words
		row=($row)
		[[ ${row[0]} == all ]] || fields+=("${row[column]-no column $1}")
	done
	echo "${fields[*]}"
}

is_field() { look "$1" "$2" && [ "$REPLY" = "$3" ]; }
is_above() { # ID COLUMN NUMBER
	look "$1" "$2" && [[ $REPLY =~ ^-?[0-9]+$ ]] && ((REPLY > $3))
}

is_tripped() { [ "$(get last_trip)" != none ]; }

# of_trip KEY
of_trip() {
	local words word
	read -ra words < <(get last_trip)
	for word in "${words[@]}"; do
		[[ $word != "$1="* ]] || echo "${word#*=}"
	done
}

# state PID: REPLY is the letter that ps shows; nothing if there is no such process.
state() {
	REPLY=
	if { read -r REPLY <"/proc/$1/stat"; } 2>/dev/null; then
		REPLY=${REPLY##*) }
		REPLY=${REPLY%% *}
	fi
}
is_state() { state "$1" && [ "$REPLY" = "$2" ]; }

# shellcheck source=tests/vm/syscalls.bash
. "${BASH_SOURCE[0]%/*}/syscalls.bash"

# For one that is just being started.
until_writing() { until is_writing "$1" || is_gone "$1"; do sleep 0.01; done; }

# put_trapped NAME VALUE: a signal USR1 does not end it.
put_trapped() {
	trap : USR1
	put "$@"
}

# Whether worker ID sleeps where a signal or new settings find it: a thread that has not begun yet is D,
# one that has been woken is R until it sleeps again, and msleep() is D.
is_asleep() { look "$1" pid && is_state "$REPLY" S; }

# Ends when worker ID has ticked MORE times than now.
expect_ticks() {
	expect_soon is_above "$1" ticks $(($(field "$1" ticks) + $2 - 1))
}

# Ends when each of these workers has ticked MORE times than now: expect_all_tick MORE ID…
expect_all_tick() {
	local id targets=()
	for id in "${@:2}"; do targets+=($(($(field "$id" ticks) + $1 - 1))); done
	for id in "${@:2}"; do
		expect_soon is_above "$id" ticks "${targets[0]}" || return
		targets=("${targets[@]:1}")
	done
}

# expect_in TRIES COMMAND…: the command succeeds in one of so many tries: what measures time on a
# machine that does other things as well needs more than one. It leaves in $seen what it saw.
expect_in() {
	local try
	for ((try = 1; try <= $1; try++)); do
		seen=
		if "${@:2}"; then
			echo "# $seen"
			return
		fi
		echo "# try $try: $seen"
	done
	fail "not in $1 tries: ${*:2}"
}

# The threads of the module that the machine has, one process id a line.
thread_pids() {
	local pid comm
	set +f
	for pid in /proc/[0-9]*; do
		{ IFS= read -r comm <"$pid/comm"; } 2>/dev/null || continue
		[[ $comm == kcounter/* ]] && echo "${pid#/proc/}"
	done
	set -f
}

no_threads() { [ -z "$(thread_pids)" ]; }
threads_are() { [ "$(thread_pids | wc -l)" = "$1" ]; }
is_gone() { ! [ -d "/proc/$1" ]; }

# What a rejected write must not change.
settings() {
	local name row rows column
	for name in threads interval wait cpus sched log trip_us causes autostart device_mode hz; do
		printf '%s: %s\n' "$name" "$(<$PARAMS/$name)"
	done
	find_column id
	for row in "${rows[@]:1}"; do
		# shellcheck disable=SC2206 # into words
		row=($row)
		[[ ${row[0]} == all ]] || echo "${row[@]:0:2}" "${row[@]:3:3}"
	done
}

# Everything that the module leaves behind when it should leave nothing.
expect_nothing_left() {
	if [ -e $TABLE ]; then fail "$TABLE is still there"; fi
	if [ -e $HISTOGRAM ]; then fail "$HISTOGRAM is still there"; fi
	if [ -c $DEVICE ]; then fail "$DEVICE is still there"; fi
	if is_loaded; then fail "$MODULE_DIR is still there"; fi
	expect_soon no_threads
}

# --- the kernel log ----------------------------------------------------------------------------

# Marks the place from which new_log shows what the module said. A mark is written into the log
# itself, because the log is a ring: a count of lines would not stay true.
mark_log() {
	log_mark="mark $EPOCHREALTIME"
	echo "$log_mark" >/dev/kmsg
}

# By system call: from /dev/kmsg, dmesg stops at a line that is longer than it expects, such as one
# of the loader about a bad argument.
kernel_log() { dmesg --syslog --notime; }

# Without the lines that the kernel's loader prints under the module's name.
new_log() {
	kernel_log | awk -v mark="$log_mark" '
		index($0, mark) { found = 1; next }
		found && /^kthread_counter: / &&
			!/: loading out-of-tree|: module verification failed|: `.* invalid for parameter/'
}

# --- running -----------------------------------------------------------------------------------

# A name that is mistyped is no failed expectation. The shell calls this in a process of its own.
missing=/run/missing-commands
command_not_found_handle() {
	echo "$1" >>"$missing"
	return 127
}

# Runs one test and reports it.
run_test() {
	test_failed=0 test_skipped=0
	: >"$missing"
	echo "tests: running $1" >/dev/kmsg # so that a splat shows where it belongs
	"$1" || true # an expectation's status, already counted
	[ ! -s "$missing" ] || fail "there is no command $(xargs <"$missing")"
	if is_loaded && ! unload; then
		fail "the module could not be unloaded after the test"
	elif [ -f $DEVICE ]; then
		rm $DEVICE # or the next device could not be there
		fail "the test wrote to the device while there was none, and made a file"
	fi
	# A trip turns it off, and nothing on again: the next test would find no trace.
	[ ! -e /sys/kernel/tracing/tracing_on ] || echo 1 >/sys/kernel/tracing/tracing_on
	if [ "$test_failed$test_skipped" = 01 ]; then
		ktap_test_skip "${1#test_}"
	elif [ "$test_failed" = 0 ]; then
		ktap_test_pass "${1#test_}"
	else
		ktap_test_fail "${1#test_}"
	fi
}

# An emulated CPU was seen to execute a breakpoint after it had gone, with which the kernel changes its code
# while others run it. Turning causes on and off would do that in the scheduler, over and over. Others that
# have probes there keep the code as it is: two, as it also changes between one and more of them.
hold_tracepoints() {
	local instance tracing=/sys/kernel/tracing
	[ -e $tracing/trace ] || mount -t tracefs nodev $tracing 2>/dev/null || return 0
	echo 0 >$tracing/options/record-cmd # which instances take over
	for instance in $tracing/instances/held{1,2}; do
		mkdir "$instance" 2>/dev/null || return 0
		echo 0 >"$instance/tracing_on"
		echo 1 >"$instance/events/sched/sched_waking/enable"
		echo 1 >"$instance/events/sched/sched_switch/enable"
	done
}

run_tests() {
	local tests test
	hold_tracepoints
	mapfile -t tests < <(grep -o '^test_[A-Za-z0-9_]*' "$0")
	ktap_print_header
	ktap_set_plan "${#tests[@]}"
	for test in "${tests[@]}"; do run_test "$test"; done
	ktap_finished
}
