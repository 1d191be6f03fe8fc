#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What `kthread-counter run` says beside what others say: cyclictest of rt-tests, and the raw tracepoint.
#
# only with: LENGTH=full

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"
# shellcheck source=tests/vm/tracing.bash
. "${0%/*}/tracing.bash"

RESULT=/run/result.json
OTHER=/run/cyclictest.json

# In nanoseconds, from cyclictest's microseconds.
MEDIAN='(lambda h, n: next(int(us) for us, _ in h if sum(c for u, c in h if int(u) <= int(us)) * 2 >= n) * 1000)(
	sorted(d["thread"]["0"]["histogram"].items(), key=lambda b: int(b[0])), sum(d["thread"]["0"]["histogram"].values()))'

# Both with the same interval, priority and CPU, one after the other.
medians_agree() {
	local ours theirs
	expect_status 0 run --warm-up 1s -d 6s --module "$KO" -w hrtimer -s fifo -i 1ms -c 1 -o json -O $RESULT || return
	cyclictest -q -m -t 1 -a 1 -p 50 -i 1000 -D 6 -h 100000 --json=$OTHER >/dev/null 2>&1 || return
	ours=$(json $RESULT 'd["workers"][0]["late_ns"]["p50"]')
	theirs=$(json $OTHER "$MEDIAN")
	# shellcheck disable=SC2034 # expect_in shows it
	seen="medians: run $ours ns, cyclictest $theirs ns"
	((ours <= 2 * theirs && theirs <= 2 * ours))
}

test_the_median_is_that_of_cyclictest() {
	command -v cyclictest >/dev/null || { skip "no cyclictest"; return; }
	expect_in 6 medians_agree
}

test_the_form_is_that_of_cyclictest() {
	command -v cyclictest >/dev/null || { skip "no cyclictest"; return; }
	local where
	cyclictest -q -t 1 -i 10000 -D 1 -h 100 --json=$OTHER >/dev/null 2>&1
	expect_status 0 run --warm-up 0s -d 1s --module "$KO" -w hrtimer -i 10ms -o rt-tests -O $RESULT
	for where in 'd' 'd["sysinfo"]' 'd["thread"]["0"]'; do
		expect "keys of $where" "$(json $OTHER "list($where)")" "$(json $RESULT "list($where)")"
		expect "types of $where" "$(json $OTHER "[type(v).__name__ for v in $where.values()]")" \
			"$(json $RESULT "[type(v).__name__ for v in $where.values()]")"
	done
	for where in start_time end_time; do
		expect_match "$where" '^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} \+0000$' \
			"$(json $RESULT "d['$where']")"
	done
}

# The trace has a few more ticks, from before and after.
test_percentiles_are_those_of_the_tracepoint() {
	local percent late
	if lacks_tracing; then return; fi
	load threads=0
	clear_trace
	echo 1 >"$EVENT/enable"
	expect_status 0 run --warm-up 0s -d 5s --take-over -w hrtimer -i 5ms -o json -O $RESULT
	echo 0 >"$EVENT/enable"
	traced | awk '{ print $3 }' | sort -n >/run/late
	expect_number "ticks" "$(wc -l </run/late)" -gt 200
	for percent in 50 99; do
		late=$(json $RESULT "d['workers'][0]['late_ns']['p$percent']")
		# Of the neighbouring ranks, and a bucket.
		python3 - /run/late "$percent" "$late" <<-'END' || fail "p$percent is $late ns"
			import sys
			values = [int(line) for line in open(sys.argv[1])]
			percent, late = int(sys.argv[2]), int(sys.argv[3])
			at = lambda p: values[min(int(len(values) * p / 100), len(values) - 1)]
			low, high = at(max(percent - 3, 0)), at(percent + 3) if percent < 97 else values[-1]
			print(f"# p{percent}: {low} .. {high} in the trace, {late} here")
			sys.exit(not low <= late <= high * 1.125 + 64)
		END
	done
}

run_tests
