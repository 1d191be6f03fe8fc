#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who reads does not hold up who writes: each command takes as long beside readers as beside loops that
# only use the processors, however many workers there are.
#
# processors: all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

WORKERS=$(at_length 32768 8000)
THREADS=100 # that run; a machine of this size has no room for more
ROUNDS=$(at_length 5 1)
# Times: of all commands together, and of one that takes long. Each command is at 0.7 to 1.1 in the median of
# eight runs at full length, but a single run on a machine that does other things says 0.4 to 1.7. Where readers
# held up writers it was 16, and up to 60.
LIMIT=2
LIMIT_OF_ONE=6
LONG_US=200000
TRIES=4

# not_held_up KIND: each command, in the median of its tries. One that is done soon is too short to be compared.
not_held_up() {
	local slow
	python3 "${0%/*}/beside.py" "$1" "$WORKERS" 3 "$ROUNDS" >/run/beside || fail "beside.py failed"
	sed 's/^/# /' /run/beside
	seen=$(tail -n 1 /run/beside)
	slow=$(awk -v limit=$LIMIT -v of_one=$LIMIT_OF_ONE -v long=$LONG_US '
		$(NF - 3) > long && $(NF - 1) > (/^all together/ ? limit : of_one) { print }' /run/beside)
	[ -z "$slow" ]
}

load_many() {
	load threads="$WORKERS" wait=event interval=3600 autostart=N
	put start 0-$((THREADS - 1))
}

test_commands_beside_readers_of_one_byte() {
	load_many
	expect_in $TRIES not_held_up byte
}

test_commands_beside_readers_of_all() {
	load_many
	expect_in $TRIES not_held_up whole
}

run_tests
