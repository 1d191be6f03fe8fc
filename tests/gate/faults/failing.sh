#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests that fail: by an expectation, and by a command that is not there.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_works() {
	expect "one and one" 2 $((1 + 1))
}

test_something_that_fails() {
	expect "one and one" 3 $((1 + 1))
}

test_something_with_a_mistyped_expectation() {
	expct "one and one" 2 $((1 + 1))
}

run_tests
