#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The modules in samples/: each does what its exercise is about, and refuses what it should.
#
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

ALL="example5 mykthread mysemaphore hello_completion waitqueues parameters work_queue elevator"

# Read while it is written, because dmesg is a program to start for each look.
LOG=/run/kmsg
cat /proc/kmsg >$LOG 2>&1 &
logger=$!
trap 'kill $logger; unload_samples' EXIT

# use SAMPLE [ARGUMENT…]: it alone is loaded, and param and said are about it.
use() {
	unload_samples
	sample=$1
	begin_log
	insmod "$SAMPLES/$1.ko" "${@:2}" || fail "$1 was not loaded"
}

# What is said from now on is what read_log finds.
begin_log() {
	mark_log
	expect_soon find_mark
}

# Ends when all that has been said until now has been read.
catch_up() {
	local log_mark mark
	begin_log
}

# Leaves in $mark how many lines there are up to it.
find_mark() {
	local lines
	mapfile -t lines <$LOG
	for ((mark = ${#lines[@]}; mark > 0; mark--)); do
		[[ ${lines[mark - 1]} != *"$log_mark" ]] || return 0
	done
	return 1
}

unload_samples() {
	local name
	for name in $ALL; do
		[ ! -d "/sys/module/$name" ] || rmmod "$name" || fail "$name was not unloaded"
	done
}

set_param() { echo "$2" >"/sys/module/$sample/parameters/$1"; }
param() { echo "$(<"/sys/module/$sample/parameters/$1")"; }
is_param() { [ "$(param "$1")" = "$2" ]; }

# What the sample has said since it was loaded, in $log: "<LEVEL>TEXT".
read_log() {
	local line
	log=()
	mapfile -ts "$mark" lines <$LOG
	for line in "${lines[@]}"; do
		[[ $line =~ ^(<[0-9]+>)\[.*\]\ $sample:\ (.*)$ ]] && log+=("${BASH_REMATCH[1]}${BASH_REMATCH[2]}")
	done
}

# times_said TEXT, which is an extended regular expression
times_said() {
	local line times=0
	read_log
	for line in "${log[@]}"; do
		[[ ! $line =~ ^\<[0-9]+\>$1$ ]] || times=$((times + 1))
	done
	echo $times
}
said() { (($(times_said "$1"))); }

# ms_between TEXT TEXT: the time from one line of the sample to another, as the kernel's log has it.
ms_between() {
	local line text times=()
	read_log
	for text in "$@"; do
		for line in "${lines[@]}"; do
			[[ $line =~ \[\ *([0-9]+)\.([0-9]{3})[0-9]*\]\ $sample:\ $text$ ]] && times+=("${BASH_REMATCH[1]}${BASH_REMATCH[2]}")
		done
	done
	echo $((10#${times[1]} - 10#${times[0]}))
}

# pid_of COMM: of the kernel thread with that name.
pid_of() {
	local file comm
	set +f
	for file in /proc/[0-9]*/comm; do
		{ IFS= read -r comm <"$file"; } 2>/dev/null || continue
		if [[ $comm != "$1" ]] || IFS= read -rN1 _ <"${file%comm}cmdline"; then continue; fi
		file=${file%/comm} && echo "${file##*/}"
	done
	set -f
}
has_thread() { [ -n "$(pid_of "$1")" ]; }
has_no_thread() { [ -z "$(pid_of "$1")" ]; }

is_count() { [ "$(</proc/example5)" -ge "$1" ]; }

test_example5_counts_seconds() {
	local started=$SECONDS count
	use example5
	expect_soon has_thread example5
	expect_soon is_count 2
	count=$(</proc/example5)
	expect_number "after $((SECONDS - started)) s" "$count" -le $((SECONDS - started + 1))
	unload_samples
	expect_soon has_no_thread example5
	[ ! -e /proc/example5 ] || fail "the file is still there"
}

test_mykthread_returns_what_ended_it() {
	local id
	use mykthread
	expect_soon said "mykthread/0: line 1"
	expect_soon said "mykthread/1: line 1"
	expect_soon said "mykthread/2: line 1"
	expect_soon said "mykthread/1: line 2"
	expect_number "ms from its first line to its second" "$(ms_between "mykthread/1: line 1" "mykthread/1: line 2")" -ge 1500
	kill -TERM "$(pid_of mykthread/0)" "$(pid_of mykthread/2)"
	kill -USR1 "$(pid_of mykthread/1)"
	expect_soon has_no_thread mykthread/0
	expect_soon said "mykthread/1: line 3"
	expect_soon said "mykthread/2: line 3" # it allows no signal
	unload_samples
	expect_soon said "mykthread/0 returned -512"
	expect_soon said "mykthread/1 returned 0"
	expect_soon said "mykthread/2: the last word"
	for id in 0 1 2; do expect_soon has_no_thread mykthread/$id; done
}

# lock WAY: a process that asks for the mutex, and tells how that ended. Its id is in $asking.
lock() {
	rm -f /run/ready
	bash -c 'trap : USR1; : >/run/ready; echo 1 >"$1"' ask "/sys/module/mysemaphore/parameters/$1" >/run/asked 2>&1 &
	asking=$!
	expect_soon test -e /run/ready
}

test_mysemaphore_signals_give_up_or_do_not() {
	use mysemaphore
	expect_errno none set_param trylock 1
	set_param hold Y
	expect_soon is_param hold Y
	expect_errno EBUSY set_param trylock 1

	lock interruptible
	expect_soon is_state $asking S
	kill -USR1 $asking
	wait $asking
	expect_match "interrupted" "Interrupted system call" "$(cat /run/asked)"

	lock killable
	expect_soon is_state $asking D
	kill -USR1 $asking
	sleep 0.5
	state $asking
	expect "its state after a signal that does not kill" D "$REPLY"
	kill -KILL $asking
	wait $asking
	expect "its status after one that does" 137 $?
	catch_up
	expect "how often the mutex was locked" 1 "$(times_said 'locked by process [0-9]+, as number [0-9]+')"
}

test_mysemaphore_who_waits_gets_the_mutex() {
	local way
	use mysemaphore
	for way in interruptible killable; do
		set_param hold 1
		expect_soon is_param hold Y
		lock $way
		expect_soon is_state $asking "$([ $way = killable ] && echo D || echo S)"
		set_param hold 0
		wait $asking
		expect "$way" 0 $?
	done
	expect_soon said "locked by process $asking, as number 2"
	set_param hold Y
	expect_soon is_param hold Y
	lock killable
	expect_soon is_state $asking D
	unload_samples
	wait $asking
	expect "it was waiting when the module went" 0 $?
	expect_soon has_no_thread mysemaphore
}

# Whatever comes last is what the thread does.
test_mysemaphore_is_told_again_and_again() {
	local write
	use mysemaphore
	for ((write = 0; write < 100; write++)); do
		set_param hold Y
		set_param hold N
	done
	expect_soon is_param hold N
	set_param hold Y
	expect_soon is_param hold Y
	unload_samples
	expect_soon has_no_thread mysemaphore
}

test_mysemaphore_refuses() {
	use mysemaphore
	expect_errno EINVAL set_param hold maybe
	expect hold N "$(param hold)"
	unload_samples
	expect_errno ENODEV insmod "$SAMPLES/mysemaphore.ko" trylock=1
}

# One read, which says that the file has ended.
read_device() { ! read -r _ </dev/hello_completion || fail "there was something to read"; }

test_hello_completion_counts_reads() {
	use hello_completion
	expect_soon is_param waiting Y
	read_device
	read_device
	expect_soon said "event came from READ function - 1"
	catch_up
	expect "first reads" 1 "$(times_said 'event came from READ function - 0')"
	expect_soon said "the device has major number $(($(stat -c 0x%t /dev/hello_completion)))"
	expect mode "600 root" "$(stat -c '%a %U' /dev/hello_completion)"
	unload_samples
	expect_soon said "event came from exit function"
	[ ! -e /dev/hello_completion ] || fail "the device is still there"
	expect "numbers left in /proc/devices" "" "$(grep hello_completion /proc/devices)"
}

test_hello_completion_a_busy_thread_loses_nothing() {
	use hello_completion busy_ms=2500
	expect_soon is_param waiting Y
	for _ in 1 2 3; do read_device; done
	expect waiting N "$(param waiting)"
	expect_soon said "event came from READ function - 2"
	expect_soon is_param waiting Y
}

test_hello_completion_refuses() {
	use hello_completion
	expect_errno EINVAL bash -c 'echo >/dev/hello_completion'
	expect_errno EINVAL set_param busy_ms x
	expect_errno EINVAL set_param busy_ms -1
	expect_errno ERANGE set_param busy_ms 10001
	expect busy_ms 0 "$(param busy_ms)"
	exec {open}</dev/hello_completion
	expect_match "the error of rmmod" "in use" "$(rmmod hello_completion 2>&1)"
	exec {open}<&-
	unload_samples
}

# A node of one's own remembers what it was opened as. Some kernels release what is removed up to four
# seconds later, so that it is still there when the module has gone.
test_hello_completion_leaves_nothing_of_itself() {
	use hello_completion
	rm -f /run/node
	mknod /run/node c $(($(stat -c 0x%t /dev/hello_completion))) 0
	expect_errno none cat /run/node
	unload_samples
	expect_errno "No such device or address" cat /run/node
	! dmesg | grep -q 'kobject_release, parent' || sleep 5
	expect_errno "No such device or address" cat /run/node
}

# wake TIMES STATE ARGUMENT…
wake() {
	local write
	use waitqueues "${@:3}"
	expect_soon is_state "$(pid_of waitqueues)" "$2"
	expect "as ps shows it" "[waitqueues]" "$(ps -o args= -p "$(pid_of waitqueues)")"
	for ((write = 0; write < $1; write++)); do echo >/dev/waitqueues; done
	expect_soon said "woken by write $1"
	expect_soon is_state "$(pid_of waitqueues)" "$2"
	unload_samples
	expect_soon said "the thread ends after $1 writes"
	expect_soon has_no_thread waitqueues
}

test_waitqueues_each_write_wakes() {
	wake 3 S
	wake 5 D uninterruptible=1
}

test_waitqueues_refuses() {
	use waitqueues
	expect mode 222 "$(stat -c %a /dev/waitqueues)"
	expect_errno EINVAL cat /dev/waitqueues
	expect_errno EACCES set_param uninterruptible 1
	unload_samples
	expect_errno ERANGE insmod "$SAMPLES/waitqueues.ko" uninterruptible=2
}

test_parameters_are_described() {
	use parameters
	expect_match modinfo 'thread_cnt:how many threads there are \(ulong\)' "$(modinfo -p "$SAMPLES/parameters.ko")"
	expect "modes" "444 644" "$(stat -c %a /sys/module/parameters/parameters/{thread_cnt,period_ms} | xargs)"
	expect thread_cnt 2 "$(param thread_cnt)"
	expect_errno EACCES set_param thread_cnt 3
	expect_errno ERANGE set_param period_ms 1
	set_param period_ms 0x20
	expect period_ms 32 "$(param period_ms)"
	unload_samples
	expect_errno ERANGE insmod "$SAMPLES/parameters.ko" thread_cnt=65
	expect_errno EINVAL insmod "$SAMPLES/parameters.ko" thread_cnt=two
}

test_parameters_each_level_once() {
	local line levels=
	use parameters thread_cnt=0
	expect_soon said "level 7: .*"
	read_log
	for line in "${log[@]}"; do
		[[ ! $line =~ ^\<([0-9])\>level\ ([0-9]): ]] || levels+="${BASH_REMATCH[1]}${BASH_REMATCH[2]} "
	done
	expect "levels, as the kernel and the text say" "00 11 22 33 44 55 66 77 " "$levels"
}

# On one node; tests/vm/alone/nodes.sh has two.
test_parameters_threads_are_on_their_cpus() {
	local id cpu cpus
	cpus=$(nproc)
	use parameters thread_cnt=3 period_ms=100
	for id in 0 1 2; do
		cpu=$((id % cpus))
		expect_soon said "thread $id is for CPU $cpu of node 0"
		expect_soon said "thread $id runs on CPU $cpu"
		expect "CPUs of thread $id" $cpu "$(awk '/^Cpus_allowed_list/ { print $2 }' "/proc/$(pid_of parameters/$id)/status")"
	done
	unload_samples
	expect_soon has_no_thread parameters/0
}

test_work_queue_runs_in_the_thread_that_it_says() {
	use work_queue
	set_param workqueue queue
	set_param worker queue
	expect_soon said 'workqueue: runs in kworker/[^ ]*, process [0-9]+, process context'
	expect_soon said "worker: runs in work_queue, process $(pid_of work_queue), process context"
	unload_samples
	expect_soon has_no_thread work_queue
}

test_work_queue_pending_and_running() {
	local file
	for file in workqueue worker; do
		use work_queue
		set_param $file "queue 600000"
		set_param $file "queue"
		expect_soon said "$file: was queued already, or is being cancelled"
		set_param $file cancel
		expect_soon said "$file: cancelled"
		set_param run_ms 500
		set_param $file "queue 600000"
		set_param $file flush
		catch_up
		expect "$file: how often it ran" 1 "$(times_said "$file: has run")"

		set_param run_ms 10000
		set_param $file queue
		expect_soon eval "[ \$(times_said '$file: runs .*') = 2 ]"
		catch_up
		expect "$file: how often it has run before it is cancelled running" 1 "$(times_said "$file: has run")"
		set_param $file cancel
		catch_up
		expect "$file: how often it has run after it was cancelled running" 2 "$(times_said "$file: has run")"
		expect_soon said "$file: nothing to cancel"
		set_param $file "queue 600000" # it is taken off when the module goes
	done
}

test_work_queue_refuses() {
	local file command
	use work_queue
	for file in workqueue worker; do
		for command in "" run "queue x" "queue -1" "queue 1 2" "flush 1" "cancel all"; do
			expect_errno EINVAL set_param $file "$command"
		done
		for command in "queue 600001" "queue 4294967296" "queue 99999999999999999999999"; do
			expect_errno ERANGE set_param $file "$command"
		done
	done
	expect_errno ERANGE set_param run_ms 10001
}

elevator() {
	local key value
	while read -r key value _; do
		[ "$key" != "$1" ] || echo "$value"
	done </proc/elevator
}
is_lift() { [ "$(elevator "$1")" = "$2" ]; }

test_elevator_serves_all() {
	use elevator
	expect "the times that it takes by itself" "2000 1000" "$(param floor_ms) $(param load_ms)"
	set_param floor_ms 20
	set_param load_ms 20
	expect "state at first" Stopped "$(elevator state)"
	set_param passenger "1 5 adult"
	set_param passenger "9 2 child"
	set_param passenger "3 10 bellhop"
	sleep 0.3
	expect "who waits while it is stopped" "3 0" "$(elevator waiting) $(elevator served)"
	set_param command start
	expect_soon is_lift served 3
	expect_soon is_lift state Idle
	expect "where it ends" 2 "$(elevator floor)"
	expect "left" "0 0 0" "$(elevator load) $(elevator aboard) $(elevator waiting)"
}

# journey: where the lift stopped, as it says: floor, how many left and entered, and the load then.
journey() {
	local line stops=
	catch_up
	read_log
	for line in "${log[@]}"; do
		[[ ! $line =~ floor\ ([0-9]+):\ ([0-9]+)\ left,\ ([0-9]+)\ entered,\ load\ ([0-9]+)$ ]] ||
			stops+="${BASH_REMATCH[1]} -${BASH_REMATCH[2]} +${BASH_REMATCH[3]} =${BASH_REMATCH[4]}, "
	done
	echo "${stops%, }"
}

test_elevator_serves_on_its_way() {
	local passenger
	use elevator floor_ms=20 load_ms=20
	for passenger in "1 10 child" "6 7 adult" "9 8 bellhop" "2 1 child"; do set_param passenger "$passenger"; done
	set_param command start
	expect_soon is_lift served 4
	expect "its journey" "1 -0 +1 =1, 2 -0 +1 =2, 6 -0 +1 =4, 7 -1 +0 =2, 9 -0 +1 =6, 10 -1 +0 =5, 8 -1 +0 =1, 1 -1 +0 =0" \
		"$(journey)"
}

test_elevator_stop_finishes_who_is_aboard() {
	use elevator floor_ms=2000 load_ms=20 capacity=4
	set_param passenger "1 6 bellhop"
	set_param passenger "3 1 child" # does not fit
	set_param command start
	expect_soon is_lift aboard 1
	set_param command stop
	expect_soon is_lift state Stopped
	expect "its journey" "1 -0 +1 =4, 6 -1 +0 =0" "$(journey)"
	expect "served and waiting" "1 1" "$(elevator served) $(elevator waiting)"
	set_param floor_ms 20
	set_param command start
	expect_soon is_lift served 2
}

test_elevator_never_carries_more_than_it_can() {
	local passenger
	use elevator floor_ms=20 load_ms=20 capacity=5
	for passenger in 1 2 3 4; do set_param passenger "2 4 adult"; done
	set_param command start
	expect_soon is_lift served 4
	expect "its journey" "2 -0 +2 =4, 4 -2 +0 =0, 2 -0 +2 =4, 4 -2 +0 =0" "$(journey)"
}

test_elevator_refuses() {
	local passenger
	use elevator capacity=3
	for passenger in "" "1 2" "1 1 adult" "1 2 adults" "a 2 adult" "1 2 adult 3" "-1 2 adult"; do
		expect_errno EINVAL set_param passenger "$passenger"
	done
	for passenger in "0 2 adult" "1 11 adult" "300 1 adult" "1 99999999999999999999999 adult" "1 2 bellhop"; do
		expect_errno ERANGE set_param passenger "$passenger"
	done
	expect_soon said '"1 11 adult": there is no such floor'
	expect_soon said '"1 2 bellhop": is heavier than the lift can carry'
	expect_soon said '"1 2 adults": expected FROM TO, and child, adult or bellhop'
	expect_errno EINVAL set_param command up
	expect_soon said '"up": expected start or stop'
	expect waiting 0 "$(elevator waiting)"
	for ((passenger = 0; passenger < 100; passenger++)); do set_param passenger "1 2 child"; done
	expect_errno ENOSPC set_param passenger "1 2 child"
	expect waiting 100 "$(elevator waiting)"
}

# use_together SAMPLE: what it does while all the others are there.
use_together() {
	local sample=$1
	case $sample in
	example5) expect_soon is_count 1 ;;
	mykthread) expect_soon said "mykthread/0: line 2" ;;
	mysemaphore) set_param trylock 1 && expect_soon said "locked by process .*, as number 1" ;;
	hello_completion) read_device && expect_soon said "event came from READ function - 0" ;;
	waitqueues) echo >/dev/waitqueues && expect_soon said "woken by write 1" ;;
	parameters) expect_soon said "thread 1 runs on CPU .*" ;;
	work_queue) set_param worker queue && expect_soon said "worker: has run" ;;
	elevator) set_param passenger "1 2 adult" && set_param command start && expect_soon is_lift served 1 ;;
	esac
}

test_all_of_them_together() {
	local name
	unload_samples
	begin_log
	for name in $ALL; do
		insmod "$SAMPLES/$name.ko" || fail "$name was not loaded beside the others"
	done
	load threads=2 interval=20ms wait=timeout
	for name in $ALL; do use_together "$name"; done
	expect_ticks 0 2
	unload_samples
	unload
	for name in example5 mykthread/{0,1,2} mysemaphore hello_completion waitqueues parameters/{0,1} work_queue elevator; do
		expect_soon has_no_thread "$name"
	done
	expect "what is left of them" "" "$(find /proc/{example5,elevator} /dev/{hello_completion,waitqueues} 2>/dev/null)"
}

run_tests
