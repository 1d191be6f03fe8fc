#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# No reader ever sees half of an update: several read as fast as they can while workers tick, and
# check what must hold in every row.
#
# processors: all
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

DURATION=$(at_length 8 3)
READERS=3

# Reads the table until the time is over, and prints what is wrong in it, or how often it was read.
# KIND says what else happens meanwhile: "undisturbed" is nothing, and then there is more that holds.
READER='
import sys, time

path, seconds, kind = sys.argv[1], float(sys.argv[2]), sys.argv[3]
undisturbed = kind == "undisturbed"
LATE = ["late_last_ns", "late_min_ns", "late_avg_ns", "late_max_ns", "late_p50_ns", "late_p99_ns"]
INTERVALS = {"50us": 50_000, "1ms": 1_000_000, "1j": None}
before = {}

def wrong(row, what):
    print("wrong:", what, row)
    sys.exit(1)

def check(row):
    ticks = int(row["ticks"])
    if ticks == 0:
        if any(row[name] != "-" for name in LATE):
            wrong(row, "lateness without a tick")
        return
    last, least, mean, most, p50, p99 = (int(row[name]) for name in LATE)
    if not least <= last <= most:
        wrong(row, "last is not between the extremes")
    if not least <= mean <= most:
        wrong(row, "the mean is not between the extremes")
    if not least <= p50 <= p99 <= most:
        wrong(row, "percentiles out of order")
    if ticks == 1 and len({last, least, mean, most, p50, p99}) != 1:
        wrong(row, "one tick, but different figures")
    if ticks == 2 and (last not in (least, most) or abs(2 * mean - least - most) > 1):
        wrong(row, "two ticks, but other figures than theirs")
    # At most one in a hundred is more than p99, and at least half are not less than the lower bound
    # of the bucket of p50. The mean is cut to a whole number.
    if mean * ticks > p99 * ticks + (most - p99) * (ticks // 100) + ticks:
        wrong(row, "the mean is more than percentiles and extremes allow")
    below = (ticks + 1) // 2 - 1
    lower = min(p50 * 8 // 9 - 1, p50 - 64)
    if lower > 0 and mean * ticks + ticks < (ticks - below) * lower + below * least:
        wrong(row, "the mean is less than percentiles and extremes allow")
    if undisturbed and row["wait"] == "hrtimer":
        interval = INTERVALS[row["interval"]]
        # Four figures that belong to the same tick, or this does not hold.
        if int(row["drift_ns"]) - int(row["missed"]) * interval != last % interval:
            wrong(row, "drift, missed intervals and the last lateness are of different ticks")
    if undisturbed and row["wait"] in ("timeout", "work", "ssleep"):
        if int(row["drift_ns"]) < mean * ticks - ticks:
            wrong(row, "drift is less than all lateness together")

def check_total(total, rows):
    for name in ("ticks", "missed", "early", "signals"):
        if int(total[name]) < sum(int(row[name]) for row in rows):
            wrong(total, "less than the sum of what was read before: " + name)
    late = [row for row in rows if int(row["ticks"])]
    if late:
        if int(total["late_min_ns"]) > min(int(row["late_min_ns"]) for row in late):
            wrong(total, "the least is more than that of a row before")
        if int(total["late_max_ns"]) < max(int(row["late_max_ns"]) for row in late):
            wrong(total, "the most is less than that of a row before")

reads = 0
ticking = set()
with open(path, "rb", buffering=0) as file:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        file.seek(0)
        text = b"".join(iter(lambda: file.read(65536), b"")).decode()
        lines = [line.split() for line in text.splitlines()]
        rows = [dict(zip(lines[1], line)) for line in lines[2:]]
        if any(len(line) != len(lines[1]) for line in lines[2:]):
            wrong(text, "a line has not as many fields as there are columns")
        ids = [row["id"] for row in rows]
        if ids != [str(i) for i in range(len(ids) - 1)] + ["all"]:
            wrong(ids, "the ids are not in order, with all at the end")
        total = rows.pop()
        for row in rows:
            check(row)
            ticks = int(row["ticks"])
            if undisturbed and ticks < before.get(row["id"], 0):
                wrong(row, "ticks went back")
            if ticks != before.get(row["id"]):
                ticking.add(row["id"])
            before[row["id"]] = ticks
        if undisturbed:
            check_total(total, rows)
        reads += 1
print(f"{reads} reads, {len(ticking)} workers that ticked meanwhile")
'

# read_together KIND: several readers at a time. All must have read something, and nothing wrong.
read_together() {
	local i said
	for ((i = 0; i < READERS; i++)); do
		python3 -c "$READER" $TABLE "$DURATION" "$1" >"/run/consistency.$i" 2>&1 &
	done
	wait_for_readers
	for ((i = 0; i < READERS; i++)); do
		said=$(tail -n 1 "/run/consistency.$i")
		expect_match "reader $i" '^[1-9][0-9]* reads, [1-9][0-9]* workers that ticked meanwhile$' "$said"
		echo "# reader $i: $said"
	done
}

wait_for_readers() {
	local job
	for job in $(jobs -p); do
		[ "$job" = "${disturber-}" ] || wait "$job"
	done
}

test_rows_while_workers_tick() {
	load threads=6 wait=hrtimer,timeout,work,hrtimer interval=50us
	expect_all_tick 2 0 1 2 3
	read_together undisturbed
}

# The first ticks are those for which the most is known.
test_rows_of_workers_that_have_just_begun() {
	load threads=6 wait=hrtimer,timeout,work interval=50us
	disturb reset all
	read_together resets
	calm
}

test_rows_while_signals_come() {
	load threads=4 wait=hrtimer,timeout interval=1ms
	disturb signal USR1
	read_together undisturbed
	calm
	expect_number "signals" "$(field all signals)" -gt 0
}

test_rows_while_settings_change() {
	load threads=4 wait=hrtimer,timeout interval=1ms
	disturb interval 1ms 50us 1j
	read_together changes
	calm
}

test_rows_while_workers_stop_and_start() {
	load threads=4 wait=hrtimer,timeout interval=1ms
	touch /run/consistency.on
	(while [ -e /run/consistency.on ]; do put stop all && put start all; done) &
	disturber=$!
	read_together stops
	calm
}

# disturb PARAMETER VALUE…: writes these values without a pause.
disturb() {
	local name=$1 value
	shift
	touch /run/consistency.on
	(while [ -e /run/consistency.on ]; do
		for value in "$@"; do put "$name" "$value"; done
	done) &
	disturber=$!
}

calm() {
	rm -f /run/consistency.on
	wait "$disturber"
	disturber=
}

# The number of workers changes between two reads of one open file.
test_the_last_line_while_workers_come_and_go() {
	load threads=8 wait=timeout interval=20ms
	(for _ in {1..30}; do put threads 2; put threads 9; put threads 40; done) &
	disturber=$!
	expect "what is wrong" "" "$(python3 -c '
import os, sys
for _ in range(300):
    file = os.open(sys.argv[1], os.O_RDONLY)
    text = b""
    while piece := os.read(file, 256):
        text += piece
    os.close(file)
    ids = [line.split()[0] for line in text.decode().splitlines()[2:]]
    if ids.count("all") != 1 or ids[-1] != "all":
        print("not exactly one total, as the last line:", ids)
        break
    if ids[:-1] != [str(i) for i in range(len(ids) - 1)]:
        print("ids not in order:", ids)
        break
' $TABLE)"
	wait "$disturber"
	disturber=
}

# The same without luck: one file, read in two parts, with another number of workers in between.
test_the_last_line_after_a_change_between_two_reads() {
	local before after
	for before in 2 40 400; do
		for after in 2 3 40 400; do
			load threads=$before wait=timeout autostart=N
			expect "rows of all, and the last id, from $before to $after" "1 all" "$(
				python3 -c '
import os, sys
file = os.open(sys.argv[1], os.O_RDONLY)
text = os.read(file, 700)
with open(sys.argv[2], "w") as threads:
    threads.write(sys.argv[3])
while piece := os.read(file, 65536):
    text += piece
ids = [line.split()[0] for line in text.decode().splitlines()[2:]]
print(ids.count("all"), ids[-1])' $TABLE $PARAMS/threads "$after")"
			unload
		done
	done
}

rm -f /run/consistency.on
run_tests
