#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test that takes the machine down.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_works() {
	:
}

test_something_that_panics() {
	echo c >/proc/sysrq-trigger
}

run_tests
