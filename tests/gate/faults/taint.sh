#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A test that passes while the kernel gets a taint.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../../vm/lib.sh"

test_something_that_works() {
	insmod "$FAULTS/taint.ko"
}

run_tests
