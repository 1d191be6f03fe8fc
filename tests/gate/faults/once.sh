#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test that fails the first time only.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_fails_once() {
	[ -e "$FAULTS/been-there" ] || {
		touch "$FAULTS/been-there"
		fail "the first time"
	}
}

run_tests
