#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test file that ends before its tests do.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_works() {
	:
}

test_something_that_ends_the_file() {
	exit 0
}

run_tests
