#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Rejected writes: the exact error, a readable reason, and nothing changed.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# rejects ERRNO PARAMETER VALUE, after load_for_errors
rejects() {
	local now
	expect_errno "$1" put "$2" "$3"
	now=$(settings)
	expect "settings after $2=$3" "$baseline" "$now"
	baseline=$now
	expect_explained "$2" "$3"
}

# last_error names the parameter, the value and a reason, on one line.
expect_explained() {
	local error value=$2
	error=$(get last_error)
	# Surrounding white space is no part of a value.
	value=${value#"${value%%[![:space:]]*}"}
	value=${value%"${value##*[![:space:]]}"}
	[[ $error == "$1: \"$value\": "?* ]] ||
		fail "last_error after $1=$2: expected $1: \"$value\": REASON, got $error"
}

load_for_errors() {
	load threads=3 wait=timeout interval=3600
	put stop 2
	baseline=$(settings)
}

test_last_error_before_and_after() {
	load_for_errors
	expect last_error none "$(get last_error)"
	put interval 0 2>/dev/null
	expect last_error 'interval: "0": shorter than 50us' "$(get last_error)"
	put interval 2
	expect "last_error after an accepted write" none "$(get last_error)"
}

test_empty_values() {
	local name
	load_for_errors
	for name in threads interval wait sched log trip_us start stop signal reset; do
		rejects EINVAL $name ""
		rejects EINVAL $name "  "
	done
}

test_unknown_words() {
	load_for_errors
	rejects EINVAL wait sleep
	rejects EINVAL wait Timeout
	rejects EINVAL wait ssleepy
	rejects EINVAL wait hrtimers
	rejects EINVAL wait all
	rejects EINVAL sched rr
	rejects EINVAL sched Fifo
	rejects EINVAL sched fifo-low
	rejects EINVAL cpus all
	rejects EINVAL signal STOP
	rejects EINVAL signal "SIGKILLED 0"
	rejects EINVAL signal "SIG 0"
	rejects EINVAL signal 0
	rejects EINVAL signal 19 # STOP, which a worker does not take
	rejects EINVAL start some
	rejects EINVAL stop ALL
	rejects EINVAL log maybe
	rejects EINVAL interval fast
}

test_bad_numbers() {
	load_for_errors
	rejects EINVAL threads x
	rejects EINVAL threads 1.5
	rejects EINVAL interval -1
	rejects EINVAL interval +1
	rejects EINVAL interval 1.5
	rejects EINVAL interval 0x10
	rejects EINVAL interval HZ/x
	rejects EINVAL interval HZ/
	rejects EINVAL interval HZ/-1
	rejects EINVAL interval ms
	rejects EINVAL trip_us 1.5
	rejects EINVAL trip_us -1
	rejects EINVAL trip_us 10us
	rejects EINVAL cpus -1
	rejects EINVAL cpus 0x1
	rejects EINVAL stop -1
	rejects EINVAL stop 0x1
	rejects EINVAL signal "USR1 x"
	rejects EINVAL signal "-9 0"
}

test_trailing_junk() {
	load_for_errors
	rejects EINVAL threads "3 4"
	rejects EINVAL threads 3x
	rejects EINVAL interval 1hz
	rejects EINVAL interval hz
	rejects EINVAL interval 1HZ
	rejects EINVAL interval 2*HZ/3
	rejects EINVAL interval HZ*2
	rejects EINVAL interval 10msx
	rejects EINVAL interval "10 ms"
	rejects EINVAL interval "HZ /2"
	rejects EINVAL interval "1, 2"
	rejects EINVAL interval 10MS
	rejects EINVAL wait "timeout, ssleep"
	rejects EINVAL stop "0, 1"
	rejects EINVAL wait "timeout timeout"
	rejects EINVAL sched "fifo normal"
	rejects EINVAL sched fifo,normal
	rejects EINVAL trip_us "1 2"
	rejects EINVAL cpus "0 1"
	rejects EINVAL cpus "0, 1"
	rejects EINVAL stop "0 1"
	rejects EINVAL stop "all,0"
	rejects EINVAL signal "USR1 0 1"
}

test_empty_list_items() {
	local value
	load_for_errors
	for value in ',' '1,' ',1' '1,,2'; do
		rejects EINVAL interval "$value"
		rejects EINVAL cpus "$value"
		rejects EINVAL stop "$value"
		rejects EINVAL signal "USR1 $value"
	done
	rejects EINVAL wait timeout,
	rejects EINVAL wait ,timeout
	rejects EINVAL wait timeout,,ssleep
}

test_malformed_and_reversed_ranges() {
	load_for_errors
	rejects EINVAL stop 1-0
	rejects EINVAL stop 1-
	rejects EINVAL stop -
	rejects EINVAL stop 0-1-2
	rejects EINVAL reset 2-1
	rejects EINVAL cpus 1-0
	rejects EINVAL cpus 0-
	rejects EINVAL start "0 - 1"
	rejects EINVAL signal "USR1 1-0"
}

test_numbers_outside_their_range() {
	load_for_errors
	rejects ERANGE threads 32769
	rejects ERANGE threads 4294967297
	rejects ERANGE threads 99999999999999999999999999
	rejects ERANGE trip_us 4294967296
	rejects ERANGE trip_us 99999999999999999999999999
	rejects ERANGE interval 0
	rejects ERANGE interval 49us
	rejects ERANGE interval HZ/20001
	rejects ERANGE interval HZ/0
	rejects ERANGE interval 86401
	rejects ERANGE interval 86400001ms
	rejects ERANGE interval 24001*HZ,99999*HZ
	rejects ERANGE interval 18446744073709551617
	rejects ERANGE interval 18446744073709551617us
	rejects ERANGE interval 99999999999999999999999999j
	rejects ERANGE interval HZ/99999999999999999999999999
	rejects ERANGE interval 1,0
}

test_ids_that_do_not_exist() {
	load_for_errors
	rejects ESRCH start 3
	rejects ESRCH stop 3
	rejects ESRCH reset 3
	rejects ESRCH signal "USR1 3"
	rejects ESRCH stop 0-3
	rejects ESRCH stop 0,1,2,3
	rejects ESRCH stop 4294967296
	rejects ESRCH stop 0-99999999999999999999999999
	rejects ESRCH stop 99999999999999999999999999
	rejects ESRCH signal "USR1 2" # it is stopped
}

test_cpus_that_are_not_online() {
	load_for_errors
	rejects EINVAL cpus 4095
	rejects EINVAL cpus 0,4095
	rejects EINVAL cpus 0-4294967295
	rejects EINVAL cpus 4294967296
}

test_a_value_with_several_lines() {
	load_for_errors
	# One write of two lines, which echo would make two writes of.
	perl -e 'open(F, ">", shift); syswrite(F, "2\n3\n") // exit($!{EINVAL} ? 22 : 1)' \
		$PARAMS/interval
	expect "exit status of the writer, EINVAL being 22" 22 $?
	expect "interval" 3600 "$(get interval)"
	expect "lines of last_error" 1 "$(wc -l <$PARAMS/last_error)"
}

test_a_very_long_value() {
	load_for_errors
	expect_errno EINVAL put interval "$(printf '%04000d' 1)x"
	expect "interval" 3600 "$(get interval)"
	expect "lines of last_error" 1 "$(wc -l <$PARAMS/last_error)"
	expect_match last_error '^interval: "000' "$(get last_error)"
}

write_table() { echo 1 >$TABLE; }

test_files_that_cannot_be_written_or_read_by_root() {
	local name
	load_for_errors
	for name in hz last_error last_trip autostart device_mode; do
		expect_errno EACCES put $name 1
	done
	for name in start stop signal reset; do
		expect_errno EACCES get $name
	done
	expect_errno EIO write_table
}

# While one write waits for threads to end, the others wait for their turn and reading is possible.
test_a_write_that_waits_does_not_hold_up_the_others_for_long() {
	local started
	load threads=3 wait=ssleep interval=1
	put stop all &
	started=$SECONDS
	expect hz "$(header hz)" "$(get hz)"
	put interval 2
	expect "interval" 2 "$(get interval)"
	wait $!
	expect_number "seconds that this took" $((SECONDS - started)) -lt $PATIENCE
	expect states "stopped stopped stopped" "$(column state)"
}

# The first write has its turn for up to a second, which may be too short.
is_interrupted() {
	local first second
	put interval 1
	put start all
	put stop all &
	first=$!
	until_writing $first
	put_trapped interval 2 2>/run/second &
	second=$!
	until_writing $second
	kill -USR1 $second 2>/dev/null
	wait $second
	wait $first
	seen=$(</run/second)
	[[ $seen == *"Interrupted system call" ]]
}

test_a_signal_interrupts_a_writer_that_waits_for_its_turn() {
	load threads=3 wait=ssleep interval=1
	expect_in 20 is_interrupted
	expect interval 1 "$(get interval)"
}

# The same with a handler that lets the call begin anew: says what write(2) gave, or nothing if the first
# write was done before the signal came.
write_restarting() {
	python3 - "$PARAMS" $SYS_WRITE <<'END'
import ctypes, os, signal, sys, time

parameters = sys.argv[1]
# Not Python's own write, which begins anew whatever the kernel says.
libc = ctypes.CDLL(None, use_errno=True)


def write(name, text):
    file = os.open(f"{parameters}/{name}", os.O_WRONLY)
    result = libc.write(file, text, len(text))
    return str(result) if result >= 0 else os.strerror(ctypes.get_errno())


def child(body):
    pid = os.fork()
    if pid == 0:
        body()
        os._exit(0)
    while True:
        with open(f"/proc/{pid}/syscall") as call:
            words = call.read().split()
        # write(2) of one of them, and not of a line to be shown.
        if words[:1] == sys.argv[2:] and int(words[1], 16) > 2 or os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            return pid
        time.sleep(0.01)


def second():
    signal.signal(signal.SIGUSR1, lambda *_: None)
    signal.siginterrupt(signal.SIGUSR1, False)
    os.write(end, write("interval", b"2").encode())


write("interval", b"1")
write("start", b"all")
start, end = os.pipe()
first = child(lambda: write("stop", b"all"))
pid = child(second)
os.kill(pid, signal.SIGUSR1)
# Time to see the signal.
time.sleep(0.1)
waited = os.waitid(os.P_PID, first, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
os.waitpid(first, 0)
os.waitpid(pid, 0)
print(os.read(start, 100).decode() if waited else "")
END
}

is_written_meanwhile() {
	seen=$(write_restarting)
	[[ $seen ]]
}

test_a_writer_whose_signal_allows_it_waits_on() {
	load threads=3 wait=ssleep interval=1
	expect_in 20 is_written_meanwhile
	expect "result of write(2)" 1 "$seen"
	expect interval 2 "$(get interval)"
	expect last_error none "$(get last_error)"
}

run_tests
