# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts share that in_machine runs in a machine, where this is /root/lib.sh.

set -uo pipefail
failed=0

# ok WHAT COMMAND…: one line for each thing. Its output is left in /root/last.
ok() {
	local what=$1
	shift
	if "$@" >/root/last 2>&1; then
		echo "ok      $what"
	else
		failed=$((failed + 1))
		echo "FAILED  $what"
		sed 's/^/        /' /root/last
	fi
}

not() { ! "$@"; }

# The kernel takes modules only with a signature that it trusts, and FILE or the command has none.
refused() {
	local output
	output=$("$@" 2>&1) && return 1
	echo "$output"
	[[ $output == *"Key was rejected"* || $output == *"Operation not permitted"* || $output == *"Required key not available"* ]]
}

is_loaded() { [[ -e /sys/module/kthread_counter ]]; }
counts() { grep -q " running=${1:-1} " /proc/kthread_counter; }
