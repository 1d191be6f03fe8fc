#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What showing and exporting cost beside reading, with many workers that have ticked. On this machine a nanosecond
# is an instruction, so that a figure is nearly the same each time.
#
# machine: --instructions
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"

WORKERS=4096
ROUNDS=5
# In percent of reading. It takes 162 and 146. When each field of a line was looked for it was 184 and 209, beside a
# module whose reading took more.
MOST_SHOW=175
MOST_SCRAPE=160

# took COMMAND…: REPLY is how many microseconds of a processor it takes, so many times. The first time, it is fetched.
took() {
	local n TIMEFORMAT='%U %S' user system
	"$@" >/dev/null || fail "$* ended with an error"
	read -r user system < <({ time for ((n = 0; n < ROUNDS; n++)); do "$@" >/dev/null; done; } 2>&1)
	REPLY=$((10#${user/./} + 10#${system/./}))000
}

# expect_percent WHAT TOOK READING LIMIT
expect_percent() {
	echo "# $1: $2 us, reading: $3 us"
	expect_number "percent of reading: $1" $(($2 * 100 / $3)) -le "$4"
}

# Without the start of a process, which does not grow with the workers.
test_it_costs_little_more_than_reading() {
	local nothing start table both
	load threads=$WORKERS wait=ssleep,hrtimer interval=10
	sleep 21
	expect "workers that have not ticked" 0 "$(awk 'NR > 2 && $7 == 0' $TABLE | wc -l)"
	took cat /dev/null
	nothing=$REPLY
	took cat $TABLE
	table=$((REPLY - nothing))
	took cat $TABLE $HISTOGRAM
	both=$((REPLY - nothing))
	took program --version
	start=$REPLY
	took program show
	expect_percent show $((REPLY - start)) "$table" $MOST_SHOW
	took program export --once
	expect_percent "a scrape" $((REPLY - start)) "$both" $MOST_SCRAPE
}

run_tests
