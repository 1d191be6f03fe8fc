#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test that passes.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_works() {
	:
}

run_tests
