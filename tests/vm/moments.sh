#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A worker's lines in the histogram are of one moment, in whatever pieces they are read, and whatever
# happens to the worker between two of them.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# Reads the histogram in pieces of SIZE bytes. After LINES lines of worker 0 it writes a line to its output
# and waits for one on its input. Then it prints how many lines of worker 0 there were, whether they
# ascend, and the sum of their counts.
READER='
import os, sys
path, size, pause = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
file = os.open(path, os.O_RDONLY)
text = b""
paused = False
while piece := os.read(file, size):
    text += piece
    if not paused and text.count(b"\n") >= 2 + pause:
        paused = True
        print("paused", flush=True)
        sys.stdin.readline()
rows = [[int(field) for field in line.split()] for line in text.decode().splitlines()[2:]]
rows = [row for row in rows if row[0] == 0]
bounds = [row[1] for row in rows]
print(len(rows), "ascending" if bounds == sorted(set(bounds)) else "not ascending", sum(row[2] for row in rows))
'

# Both primitives, so that there are many buckets.
fill() {
	load wait=timeout interval=1ms autostart=N
	put start 0
	expect_ticks 0 20
	put interval 50us
	expect_ticks 0 40
	put interval 3j
	expect_ticks 0 20
	put stop 0
	lines_there=$(($(wc -l <$HISTOGRAM) - 2))
	ticks=$(field 0 ticks)
	expect_number "lines of the histogram" "$lines_there" -ge 4
}

# read_with_a_pause SIZE COMMAND…: what the reader says if the command runs when it has half of the lines.
read_with_a_pause() {
	local said pid
	coproc reader { python3 -u -c "$READER" $HISTOGRAM "$1" $((lines_there / 2)) 2>&1; }
	pid=$!
	read -r said <&"${reader[0]}"
	[ "$said" = paused ] || echo "$said"
	"${@:2}"
	echo >&"${reader[1]}"
	read -r REPLY <&"${reader[0]}"
	wait "$pid" 2>/dev/null
}

# expect_one_moment WHAT COMMAND…
expect_one_moment() {
	local size
	for size in 1 7 64; do
		fill
		read_with_a_pause $size "${@:2}"
		expect "lines, their order and the ticks, read by $size with $1" "$lines_there ascending $ticks" "$REPLY"
		unload
	done
}

tick_on() {
	put start 0
	expect_ticks 0 50
	put stop 0
}

test_a_worker_ticks_on_between_two_lines() { expect_one_moment "more ticks" tick_on; }
test_a_worker_is_reset_between_two_lines() { expect_one_moment "a reset" put reset 0; }
test_a_worker_waits_otherwise_between_two_lines() { expect_one_moment "another wait" put wait hrtimer; }
test_a_worker_is_removed_between_two_lines() { expect_one_moment "no worker" put threads 0; }

# The same with luck: while workers tick as fast as they can, the sum of each is one that its ticks had.
test_the_sums_while_workers_tick() {
	local size before after said sum
	load wait=hrtimer interval=50us
	expect_ticks 0 200
	for size in 1 64 4096; do
		for _ in 1 2 3; do
			before=$(field 0 ticks)
			said=$(python3 -c "$READER" $HISTOGRAM $size 1000000 </dev/null)
			after=$(field 0 ticks)
			expect_match "read by $size" '^[0-9]+ ascending [0-9]+$' "$said" || return
			sum=${said##* }
			expect_number "sum of the counts" "$sum" -ge "$before"
			expect_number "sum of the counts" "$sum" -le "$after"
		done
	done
}

test_pieces_are_whole_lines() {
	local size
	fill
	for size in 1 64; do
		expect "read by $size" "$(tail -n +2 $HISTOGRAM)" "$(dd if=$HISTOGRAM bs=$size 2>/dev/null | tail -n +2)"
	done
}

run_tests
