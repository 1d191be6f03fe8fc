#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No memory: each allocation in each operation fails once, and so does each copy from or to user
# space. failnth.py says what must hold then. Nothing may leak, either.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/failnth.bash
. "${0%/*}/failnth.bash"

test_no_memory_for_settings() {
	can_fail || return
	load threads=3 wait=timeout interval=10ms
	fail_each <<-END
		21 write threads 6 | write threads 3
		2 write threads 1 | write threads 3
		2 write threads 0 | write threads 3
		2 write interval 20ms | write interval 10ms
		2 write interval 10ms,HZ/50 | write interval 10ms
		2 write wait hrtimer,work,ssleep | write wait timeout
		2 write wait completion,event | write wait timeout
		2 write cpus 1 | write cpus
		2 write sched fifo | write sched normal
		2 write log Y | write log N
		2 write trip_us 4000000 | write trip_us 0
	END
	unload
}

# Each probe takes memory.
test_no_memory_for_probes() {
	can_fail || return
	load threads=3 wait=timeout,idle,usleep interval=10ms
	fail_each <<-END
		4 write causes Y | write causes N
	END
	put causes Y
	fail_each <<-END
		2 write causes N | write causes Y
		2 write wait fsleep,hrtimer | write wait timeout,idle,usleep
		2 write stop all | write start all
	END
	unload
}

test_no_memory_for_commands() {
	can_fail || return
	load threads=3 wait=timeout interval=10ms
	fail_each <<-END
		2 write stop 1-2 | write start 1-2
		2 write stop all | write start all
		2 write signal KILL 1 | write start 1
		2 write signal USR1
		2 write signal HUP all
		2 write start all
		2 write reset 0
		2 write reset all
	END
	put stop 0-1
	fail_each <<-END
		8 write start 0-1 | write stop 0-1
		8 write start all | write stop 0-1
	END
	unload
}

test_no_memory_to_reject() {
	can_fail || return
	load threads=3 wait=timeout interval=10ms
	fail_each <<-END
		2 write threads 32769
		2 write interval 49us
		2 write wait nap
		2 write cpus 4000
		2 write sched idle
		2 write log perhaps
		2 write trip_us -1
		2 write causes perhaps
		2 write start 3
		2 write stop 0,
		2 write signal STOP 0
		2 write reset
	END
	unload
}

# All parameters are opened and read by the same code.
BOTH_WAYS=$(at_length "threads interval wait cpus sched log trip_us causes last_trip autostart device_mode hz last_error" \
	"cpus last_error")
TO_WRITE=$(at_length "start stop signal reset" start)

test_no_memory_for_files() {
	local name files=("$TABLE" "$HISTOGRAM" "$DEVICE") list=
	can_fail || return
	load threads=12 wait=timeout,completion,hrtimer,event interval=10ms
	expect_all_tick 3 0 4 8
	put stop all # so that what is read does not change
	for name in $BOTH_WAYS; do files+=("$PARAMS/$name"); done
	for name in "${files[@]}"; do
		list+="5 open $name"$'\n'"1 read $name"$'\n'
	done
	for name in $TO_WRITE; do
		list+="5 open $PARAMS/$name"$'\n'
	done
	for name in $TABLE $HISTOGRAM $DEVICE $PARAMS/threads; do
		list+="0 close $name"$'\n'
	done
	list+="none write $DEVICE x"$'\n'"1 poll $DEVICE"
	fail_each <<<"$list"
	put start all
	expect_all_tick 3 0 4 8
	unload
}

# kthreadd makes all kernel threads, and it is its allocations that fail here.
test_no_memory_for_threads() {
	can_fail || return
	load threads=1 wait=timeout interval=10ms
	fail_each <<-END
		20 kthreadd write threads 3 | write threads 1
	END
	put threads 3
	expect_all_tick 1 1 2 # whether they have is part of what must not change
	put stop 1-2
	fail_each <<-END
		20 kthreadd write start all | write stop 1-2
	END
}

threads_of_the_machine() {
	local now
	IFS=' /' read -r _ _ _ _ now _ </proc/loadavg
	echo "$now"
}
machine_has() { (($(threads_of_the_machine) >= $1)); }

test_a_writer_that_is_killed() {
	local before pids now writer killed=0 enough
	enough=$(at_length 3 1)
	can_fail || return
	load threads=2 wait=timeout interval=10ms
	before=$(settings) pids=$(column pid)
	for _ in {1..10}; do
		now=$(threads_of_the_machine)
		mark_log
		put threads 500 2>/dev/null &
		writer=$!
		expect_soon machine_has $((now + 30))
		kill -KILL $writer
		wait $writer 2>/dev/null
		# Too late: it had done what it was told.
		if [ "$(get threads)" = 500 ]; then
			put threads 2
			continue
		fi
		expect "settings" "$before" "$(settings)"
		expect "threads that were there before" "$pids" "$(column pid)"
		expect_soon threads_are 2
		expect last_error 'threads: "500": the kernel cannot create the thread' "$(get last_error)"
		expect_match "kernel log" '^kthread_counter: cannot create thread kcounter/[0-9]+: (EINTR|Error\(4\))$' "$(new_log)"
		((++killed < enough)) || break
	done
	expect "how often it was killed half way" "$enough" $killed
	expect_all_tick 2 0 1
	unload
}

test_nothing_has_leaked() {
	can_fail || return
	expect_no_leak
}

run_tests
