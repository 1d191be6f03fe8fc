#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The safe abstractions by themselves: the results of tests/kunit, which KUnit runs when that module
# is loaded, and then tests of what it leaves to be looked at from outside.
#
# needs: CONFIG_KUNIT=y
# taint: 262144 # KUnit says with it that tests have run

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../lib.sh"

NAME=kthread_counter_kunit
RESULTS=/sys/kernel/debug/kunit
PARAMS=/sys/module/$NAME/parameters
TABLE=/proc/$NAME
DEVICE=/dev/$NAME
NAMES=('%s%n%d 100%/%p' 'kthread_counter_kunit, of which ps shows every single letter')

# --- what KUnit ran ----------------------------------------------------------------------------

kunit_results() {
	find $RESULTS -path "*/kthread_counter_*/results" -exec cat {} + 2>/dev/null
}

# One result for each test, under its name and after what explains it. KUnit indents those of
# tests, and at the left edge are those of suites.
report_kunit_tests() {
	local line explanation=()
	while IFS= read -r line; do
		case $line in
		'    ok '*) ktap_test_pass "${line##* }" && explanation=() ;;
		'    not ok '*)
			printf '# %s\n' "${explanation[@]}"
			ktap_test_fail "${line##* }" && explanation=()
			;;
		*'.speed: '*) ;;
		*'# Subtest: '* | *'# Totals: '* | *'KTAP version'* | '    1..'* | 1..*) explanation=() ;;
		*) explanation+=("${line#"${line%%[! ]*}"}") ;;
		esac
	done <<<"$1"
}

# --- what is seen from outside -----------------------------------------------------------------

# The numbers from 0, as a row of the table has them.
row() { echo "$1: $(seq -s ' ' 0 $(($2 - 1)))"; }

table() {
	row 0 3
	row 1 1
	row 2 5000
	row 10 1
	row 1000 900
	row 1001 900
	row 1099511627776 2000
	row 9223372036854775807 2
}

same_as() { cmp "$1" - 2>&1 || fail "not as expected: $2"; }

count() { get rows | tr ' ' '\n' | sed -n "s/^$1=//p"; } # made, held or shown

# Rows are dropped, however much of the table was read.
expect_no_row_held() { expect "rows that are held" 0 "$(count held)"; }

thread_names() {
	set +f
	cat /proc/[0-9]*/comm 2>/dev/null
	set -f
}

test_all_suites_ran() {
	local suites
	suites=$(grep -rho '#\[kunit_tests([a-z_]*' "$PROJECT/tests/kunit" | sed 's/.*(//' | sort)
	expect "suites with results" "$suites" "$(kunit_results | sed -n 's/^ok 1 //p; s/^not ok 1 //p' | sort)"
	expect "tests with results" "$(grep -rc '#\[test\]' "$PROJECT/tests/kunit" | awk -F: '{ n += $2 } END { print n }')" "$cases"
}

test_names_are_shown_as_they_are() {
	local name
	for name in "${NAMES[@]}"; do
		grep -qxF "$name" <<<"$(thread_names)" || fail "no thread has the name: $name"
	done
}

test_a_parameter_knows_where_its_value_is_from() {
	expect "value" "7 Some(Load)" "$(get value)"
	put value 8
	expect "value" "8 Some(Sysfs)" "$(get value)"
	printf ' 9 ' >$PARAMS/value
	expect "value" "9 Some(Sysfs)" "$(get value)"
}

test_a_parameter_that_is_refused_keeps_its_value() {
	put value 10
	expect_errno EINVAL put value many
	expect_errno EINVAL put value ""
	expect_errno EINVAL put value -1
	expect "value" "10 Some(Sysfs)" "$(get value)"
}

# Sysfs takes a whole page for an overflow.
test_a_parameter_shows_less_than_a_page() {
	put length 4095
	expect "bytes" 4095 "$(cat $PARAMS/length | wc -c)"
	for length in 4096 4097; do
		put length $length
		expect_errno "Value too large for defined data type" get length
	done
	put length 5000
	expect_errno EIO get length
	put length 0
	expect "bytes" 0 "$(cat $PARAMS/length | wc -c)"
}

test_a_table_is_read_whole() {
	local shown
	shown=$(count shown)
	same_as /tmp/expected "read with cat" < <(cat $TABLE)
	# Rows that did not fit were shown again.
	expect_number "rows shown" $(($(count shown) - shown)) -gt "$(wc -l </tmp/expected)"
	expect_number "rows made" "$(count made)" -gt 0
	expect_no_row_held
}

test_a_table_is_read_in_pieces() {
	local size
	for size in 1000 4095 4096 4097 65536 1000000; do
		dd if=$TABLE bs=$size status=none | same_as /tmp/expected "read in pieces of $size bytes"
		expect_no_row_held
	done
	head -c 5000 /tmp/expected >/tmp/start
	dd if=$TABLE bs=1 count=5000 status=none | same_as /tmp/start "read byte by byte"
	expect_no_row_held
}

test_a_table_is_read_from_the_middle() {
	local offset
	for offset in 1 100 5000 20000 40000; do
		tail -c +$((offset + 1)) /tmp/expected >/tmp/rest
		dd if=$TABLE bs=$offset skip=1 iflag=fullblock status=none | same_as /tmp/rest "from byte $offset on"
		expect_no_row_held
	done
}

test_readers_that_give_up_and_that_read_at_once() {
	local reader
	head -c 1 $TABLE >/dev/null
	expect_no_row_held
	for reader in 1 2 3 4; do
		cat $TABLE >/tmp/reader.$reader &
	done
	wait
	for reader in 1 2 3 4; do same_as /tmp/expected "reader $reader" </tmp/reader.$reader; done
	expect_no_row_held
}

test_a_row_that_fails_is_an_input_output_error() {
	expect "the output" "0: 0 1 2" "$(cat ${TABLE}_failing 2>/dev/null)"
	expect_errno EIO dd if=${TABLE}_failing of=/dev/null status=none
	expect_no_row_held
}

test_an_empty_table_is_empty() {
	expect "bytes" 0 "$(wc -c <${TABLE}_empty)"
	expect_no_row_held
}

test_a_device_has_its_mode_and_gives_one_text() {
	put length 10
	expect "the mode" 640 "$(stat -c %a $DEVICE)"
	expect "a read" "0 xxxxxxxxxx" "$(cat $DEVICE)"
	expect "a read byte by byte" "0 xxxxxxxxxx" "$(dd if=$DEVICE bs=1 status=none)"
	printf abc >$DEVICE
	expect "a read" "1 xxxxxxxxxx" "$(cat $DEVICE)"
	# The whole of its room is 64 bytes.
	put length 62
	expect "bytes" 64 "$(cat $DEVICE | wc -c)"
	put length 63
	expect_errno EIO cat $DEVICE
	put length 0
}

test_an_open_device_keeps_the_module() {
	exec 3<$DEVICE
	expect_errno "Module $NAME is in use" rmmod $NAME
	# Not only by the word of rmmod, which looks before it tries.
	expect "the count of users" 1 "$(cat /sys/module/$NAME/refcnt)"
	exec 3<&-
	expect "the count of users" 0 "$(cat /sys/module/$NAME/refcnt)"
}

test_it_leaves_nothing() {
	local left
	expect_errno none rmmod $NAME
	left=$(find /proc /dev /sys/module -maxdepth 1 -name "$NAME*")
	expect "files that are left" "" "$left"
	expect "threads that are left" "" "$(thread_names | grep -xF -e kunit -e "${NAMES[0]}" -e "${NAMES[1]}")"
}

test_an_argument_that_is_refused_fails_the_load() {
	expect_errno EINVAL insmod "$KUNIT" value=many
	if [ -d /sys/module/$NAME ]; then fail "it is loaded"; fi
}

# open_all_the_time SECONDS NODE…: opens the nodes in a loop, by tasks that hardly get the CPU that they
# share with a busy one: they are stopped for a long time wherever they are. Says what they got.
open_all_the_time() {
	python3 - "$@" <<'END'
import collections, errno, os, sys, time

end = time.monotonic() + float(sys.argv[1])
reading, writing = os.pipe()
os.sched_setaffinity(0, {1})
for opener in range(9):
    if os.fork():
        continue
    while opener == 0 and time.monotonic() < end:
        pass
    os.nice(19)
    outcomes = collections.Counter()
    while time.monotonic() < end:
        for node in sys.argv[2:]:
            try:
                os.close(os.open(node, os.O_RDONLY))
                outcomes[f"{node}:opened"] += 1
            except OSError as error:
                outcomes[f"{node}:{errno.errorcode[error.errno]}"] += 1
    os.write(writing, "".join(f"{outcome} {count}\n" for outcome, count in outcomes.items()).encode())
    os._exit(0)
os.close(writing)
total = collections.Counter()
for line in os.fdopen(reading):
    outcome, count = line.split()
    total[outcome] += int(count)
for outcome, count in sorted(total.items()):
    print(outcome, count)
END
}

# The kernel frees a module whose init fails without asking who has its devices open. KASAN would see it.
test_a_device_is_opened_while_init_fails() {
	expect_in 3 both_are_opened_while_init_fails
	expect_match "opened at all" "^0$" "$(grep -c ":opened" <<<"$seen")"
}
# Whether both were opened in time, which few of the openers manage: they are meant to be slow.
both_are_opened_while_init_fails() {
	local name major minor first openers loads=0
	insmod "$KUNIT" fail_ms=20000 2>/dev/null &
	first=$!
	for name in misc/kthread_counter_failing kthread_counter_failing_cdev/kthread_counter_failing_cdev; do
		expect_soon test -e /sys/class/$name/dev
		# Of its own, which stays.
		IFS=: read -r major minor </sys/class/$name/dev
		rm -f "/tmp/${name##*/}"
		mknod "/tmp/${name##*/}" c "$major" "$minor"
	done
	open_all_the_time "$(at_length 60 30)" /tmp/kthread_counter_failing{,_cdev} >/tmp/seen &
	openers=$!
	wait $first
	while [ -d /proc/$openers ]; do
		expect_errno ENOSPC insmod "$KUNIT" fail_ms=$((1 + RANDOM % 30)) || break
		loads=$((loads + 1))
	done
	wait
	seen="$loads loads; $(paste -sd ' ' /tmp/seen)"
	[[ $seen =~ failing:ENODEV && $seen =~ failing_cdev:ENODEV ]]
}

# --- running -----------------------------------------------------------------------------------

# A module of the same name may not be there twice, so that all tests share the one load.
echo "tests: running all of KUnit" >/dev/kmsg # so that a splat shows where it belongs
insmod "$KUNIT" value=7 || exit
table >/tmp/expected

results=$(kunit_results)
cases=$(grep -cE '^    (not )?ok ' <<<"$results")
mapfile -t tests < <(grep -o '^test_[A-Za-z0-9_]*' "$0")
ktap_print_header
ktap_set_plan $((cases + ${#tests[@]}))
report_kunit_tests "$results"
for test in "${tests[@]}"; do run_test "$test"; done
ktap_finished
