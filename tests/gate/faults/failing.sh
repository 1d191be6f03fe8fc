#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test that fails.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_works() {
	expect "one and one" 2 $((1 + 1))
}

test_something_that_fails() {
	expect "one and one" 3 $((1 + 1))
}

run_tests
