#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test that never ends.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_works() {
	:
}

test_something_that_never_ends() {
	command sleep infinity
}

run_tests
