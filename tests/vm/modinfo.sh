#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What modinfo says without loading the module.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

info() { modinfo -F "$1" "$KO"; }

test_license_author_and_description() {
	expect license GPL "$(info license)"
	expect_match author . "$(info author)"
	expect_match description . "$(info description)"
	expect name kthread_counter "$(info name)"
}

test_the_version_is_that_of_the_module_that_is_loaded() {
	expect_match version '^[0-9]+\.[0-9]+\.[0-9]+$' "$(info version)"
	expect_match srcversion '^[0-9A-F]{23,}$' "$(info srcversion)"
	load wait=timeout
	expect "version in sysfs" "$(info version)" "$(cat /sys/module/kthread_counter/version)"
	expect "srcversion in sysfs" "$(info srcversion)" "$(cat /sys/module/kthread_counter/srcversion)"
}

test_it_is_built_for_this_kernel() {
	expect "first word of vermagic" "$(uname -r)" "$(info vermagic | cut -d' ' -f1)"
}

test_each_parameter_has_a_description() {
	local names
	names=$(info parm | sed -n 's/^\([a-z_]*\):..*/\1/p' | sort)
	load wait=timeout
	expect "parameters with a description" "$(ls $PARAMS)" "$names"
}

test_each_parameter_has_a_type() {
	local names
	names=$(info parmtype | sed -n 's/^\([a-z_]*\):..*/\1/p' | sort)
	load wait=timeout
	expect "parameters with a type" "$(ls $PARAMS)" "$names"
}

test_it_depends_on_no_other_module() {
	expect depends "" "$(info depends)"
}

run_tests
