#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `kthread-counter run`: it measures what was asked for, and everything is as before at its end.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"
# shellcheck source=tests/vm/tool_run.bash
. "${0%/*}/tool_run.bash"
# shellcheck source=tests/vm/tracing.bash
. "${0%/*}/tracing.bash"

test_the_module_is_loaded_and_unloaded() {
	run_briefly 0 -w hrtimer,timeout -i 20ms -e 'all.max<100s' -e 'hrtimer.missed>=0'
	expect_nothing_left
	expect "waits" "['hrtimer', 'timeout']" "$(json $RESULT '[w["wait"] for w in d["workers"]]')"
	expect "verdict" pass "$(json $RESULT 'd["verdict"]')"
	expect "ticks" True "$(json $RESULT 'all(w["ticks"] > 5 for w in d["workers"])')"
	expect "sums of histograms" True "$(json $RESULT 'all(sum(c for _, c in w["histogram"]) == w["ticks"] or abs(sum(c for _, c in w["histogram"]) - w["ticks"]) < 5 for w in d["workers"])')"
	expect "duration" True "$(json $RESULT '10**9 <= d["duration_ns"] < 60 * 10**9')"
}

test_each_primitive_on_each_cpu() {
	run_briefly 0 -w all -c all -i 50ms
	expect_nothing_left
	expect "pairs" True "$(json $RESULT 'sorted((w["wait"], w["bound"]) for w in d["workers"]) == sorted((a, c) for a in "'"$ALL_WAITS"'".split(",") for c in (0, 1))')"
	expect "ticks" "[]" "$(json $RESULT '[w["wait"] for w in d["workers"] if w["ticks"] < 3]')"
	expect_match "a note" "woken by this program" "$(json $RESULT 'd["notes"]')"
}

# The wire of whoever had the module before is about wakes of theirs.
test_nobody_elses_trip_wire_is_used_up() {
	load threads=0 trip_us=1
	take_over 0 -w hrtimer -i 10ms --trip 1
	expect_match "a note" "the first wake that was later than 1us: id=0" "$(json $RESULT 'd["notes"]')"
	expect last_trip none "$(get last_trip)"
	expect trip_us 1 "$(get trip_us)"
}

test_what_is_there_is_not_touched_unasked() {
	leave_settings
	run_briefly 1 -w timeout
	expect_match "the error" "loaded already.*--take-over" "$errors"
	expect_status 1 run --take-over -c 99
	expect_match "the error" "CPU 99 is not online" "$errors"
	expect "settings and workers" "$remembered" "$(remember)"
}

as_user() { setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; }

test_an_ordinary_user_may_only_look() {
	load wait=hrtimer interval=10ms
	expect_errno none as_user "$PROGRAM" run --shared "${BRIEF[@]}"
	as_user "$PROGRAM" run --take-over >/run/output 2>/run/errors && fail "it was allowed"
	expect "stderr" "kthread-counter: error: threads: only root may do that; run this as root" "$(</run/errors)"
	expect "stdout" "" "$(</run/output)"
	expect_ticks 0 5
	unload
	as_user "$PROGRAM" run --module "$KO" >/run/output 2>/run/errors && fail "it was allowed"
	expect_match "stderr" "cannot load kthread_counter: only root" "$(</run/errors)"
	expect_nothing_left
}

test_expectations_decide_the_status() {
	run_briefly 2 -w timeout,hrtimer -i 20ms -e 'all.missed>=0' -e 'timeout.max<1us'
	expect_match "stderr" "not met: timeout.max<1us: .*worker 0" "$errors"
	expect "results" "['pass', 'fail']" "$(json $RESULT '[c["result"] for c in d["checks"]]')"
	run_briefly 3 -w timeout -i 20ms -e 'timeout.p99.99<100s'
	expect_match "stderr" "too few ticks" "$errors"
	run_briefly 1 -w timeout -e 'hrtimer.max<1us'
	expect_match "stderr" "no worker is asked for" "$errors"
	[ ! -e $RESULT ] || fail "an error left a result"
	expect_nothing_left
}

test_settings_are_put_back_at_the_end() {
	leave_settings
	take_over 0 -w hrtimer,event -c 0 -i 10ms -s fifo
	expect_settings_back
	expect "workers" "[('hrtimer', 0), ('event', 0)]" "$(json $RESULT '[(w["wait"], w["bound"]) for w in d["workers"]]')"
	take_over 2 -w hrtimer -i 10ms -e 'hrtimer.max<1us'
	expect_settings_back
}

test_what_was_not_loaded_is_unloaded_after_a_signal() {
	begin_run -d 1000s --module "$KO" -w event,completion -i 10ms
	expect_soon is_there
	expect_soon is_field 0 wait event
	expect_ticks 0 5
	kill -INT $runner
	end_run 3
	expect_nothing_left
}

test_a_module_that_is_unloaded_meanwhile() {
	load wait=timeout
	begin_run -d 1000s --warm-up 0s --take-over -w hrtimer -i 10ms
	expect_soon is_field 0 wait hrtimer
	expect_ticks 0 5
	expect_soon unload
	end_run 3
	expect_match "stderr" "not put back" "$(</run/errors)"
	expect_nothing_left
}

test_only_one_at_a_time() {
	begin_run -d 1000s --module "$KO" -w hrtimer -i 10ms >/dev/null
	expect_soon is_there
	expect_ticks 0 1
	expect_status 1 run --take-over
	expect_match "the error" "process $runner measures already" "$errors"
	expect_status 1 run --shared
	expect_match "the error" "process $runner" "$errors"
	kill -TERM $runner
	end_run 3
	expect_nothing_left
}

test_shared_changes_nothing() {
	local before epochs
	expect_status 3 run --shared
	load threads=2 wait=hrtimer,timeout interval=10ms
	expect_ticks 1 20
	before=$(settings) epochs=$(column epoch)
	rm -f $RESULT
	expect_status 0 run --shared "${BRIEF[@]}" -o json -O $RESULT -e 'all.max<100s'
	expect "settings" "$before" "$(settings)"
	expect epochs "$epochs" "$(column epoch)"
	expect "ticks" True "$(json $RESULT 'all(5 < w["ticks"] < 200 for w in d["workers"])')"
	expect_match "a note" "differences of two readings" "$(json $RESULT 'd["notes"]')"
}

# Who may open the lock may keep root from measuring.
test_nobody_but_root_can_hold_the_lock() {
	local lock=/run/kthread-counter.lock
	load wait=hrtimer interval=10ms
	rm -f $lock
	expect_errno none as_user "$PROGRAM" run --shared "${BRIEF[@]}"
	[ ! -e $lock ] || fail "somebody who only looks has made $lock"
	take_over 0 -w hrtimer
	expect mode "600 root" "$(stat -c '%a %U' $lock)"
	as_user flock -n $lock true 2>/dev/null && fail "an ordinary user holds $lock"
	expect_errno none as_user "$PROGRAM" run --shared "${BRIEF[@]}"
}

test_a_load_runs_beside_it() {
	run_briefly 0 -w hrtimer -i 20ms --load 'while :; do :; done & echo $! >/run/load; wait'
	expect_soon is_gone "$(</run/load)"
	run_briefly 3 -w hrtimer --load 'exit 5'
	expect_match "stderr" "the load ended before the measurement did: exit status: 5" "$errors"
	run_briefly 1 -w hrtimer --load /nonexistent
	expect_match "stderr" "the load did not run" "$errors"
	expect_nothing_left
}

test_formats() {
	expect_status 0 run --warm-up 0s -d 3s --module "$KO" -w hrtimer -i 20ms -o ndjson
	expect_number "lines" "$(wc -l <<<"$output")" -ge 2
	python3 -c 'import json, sys; [json.loads(line)["workers"][0]["ticks"] for line in sys.stdin]' <<<"$output" ||
		fail "not each line is JSON"
	expect_status 0 run "${BRIEF[@]}" --module "$KO" -w hrtimer,timeout -c 0 -i 20ms -o rt-tests
	echo "$output" >$RESULT
	expect "threads" True "$(json $RESULT 'sorted(d["thread"]) == ["0", "1"] and d["num_threads"] == 2')"
	expect "cycles" True "$(json $RESULT 'all(sum(t["histogram"].values()) > 5 and t["max"] >= t["avg"] >= t["min"] and t["cpu"] == 0 for t in d["thread"].values())')"
	expect_status 0 run "${BRIEF[@]}" --module "$KO" -w "$ALL_WAITS" -i 20ms -e 'all.max<100s'
	expect_match "text" "verdict: pass" "$output"
	expect "lines beyond 80 columns" "" "$(LC_ALL=C.UTF-8 grep -E '.{81}' <<<"$output")"
}

test_the_trace_of_a_late_wake_is_kept() {
	if lacks_tracing; then return; fi
	clear_trace
	echo "a mark of this test" >$TRACING/trace_marker
	run_briefly 0 -w hrtimer -i 20ms --trip 1
	expect_match "the trace" "a mark of this test" "$(<$RESULT.trace)"
	expect_match "a note" "the trace of id=0 wait=hrtimer .* is in $RESULT.trace" "$(json $RESULT 'd["notes"]')"
	expect "tracing_on" 1 "$(<$TRACING/tracing_on)"
	echo 0 >$TRACING/tracing_on
	run_briefly 0 -w hrtimer -i 20ms --trip 1
	expect "tracing_on, which was off" 0 "$(<$TRACING/tracing_on)"
	expect_match "a note" "tracing was off" "$(json $RESULT 'd["notes"]')"
	echo 1 >$TRACING/tracing_on
	rm $RESULT.trace
}

test_causes_name_who_had_the_cpu() {
	run_briefly 2 --causes -w hrtimer -c 0 -i 20ms -e 'hrtimer.max<1us' -e 'hrtimer.to_wake>=0' -e 'cpu0.to_run<100s'
	# It is of the first wake that was too late, which need not be the latest.
	expect "after" True "$(json $RESULT '[(d["checks"][0]["after"] or "") in n and (d["checks"][0]["after"] is not None) == ("late_ns=%d " % d["checks"][0]["measured_ns"] in n) for n in d["notes"] if "the first wake" in n] == [True]')"
	expect "results" "['fail', 'pass', 'pass']" "$(json $RESULT '[c["result"] for c in d["checks"]]')"
	expect_match "stderr" "worker 0 on CPU 0" "$errors"
	! has_tracing || expect "tracing_on" 1 "$(<$TRACING/tracing_on)"
}

test_a_baseline() {
	run_briefly 0 -w hrtimer -i 5ms
	cp $RESULT /run/baseline.json
	run_briefly 0 -w hrtimer -i 5ms --baseline /run/baseline.json --tolerance 10000%
	expect "verdict" pass "$(json $RESULT 'd["verdict"]')"
	# Nothing wakes in no time at all.
	python3 -c 'import json, sys
d = json.load(open(sys.argv[1]))
w = d["workers"][0]
w["histogram"] = [[63, w["ticks"]]]
w["late_ns"]["max"] = 1
json.dump(d, open(sys.argv[1], "w"))' /run/baseline.json
	run_briefly 2 -w hrtimer -i 5ms --baseline /run/baseline.json
	expect_match "stderr" "worse than the baseline: hrtimer.p50 was ≤1ns" "$errors"
	run_briefly 2 -q -w hrtimer -i 5ms --baseline /run/baseline.json
	expect "stderr when it is to be quiet" "" "$errors"
	expect "verdict" fail "$(json $RESULT 'd["verdict"]')"
}

test_results_have_what_the_schema_says() {
	local schema=$PROJECT/docs/run.schema.json
	run_briefly 0 -w hrtimer --dma-latency 0 -i 20ms -e 'all.max<100s'
	expect "keys" "$(json "$schema" 'sorted(d["properties"])')" "$(json $RESULT 'sorted(d)')"
	expect "of a check" "$(json "$schema" 'sorted(d["properties"]["checks"]["items"]["properties"])')" \
		"$(json $RESULT 'sorted(d["checks"][0])')"
}

run_tests
