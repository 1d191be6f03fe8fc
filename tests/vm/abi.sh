#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The ABI documents and the running module say the same, in both directions.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

DOCUMENTS=sysfs-abi/testing
TRACING=/sys/kernel/tracing
EVENTS=$TRACING/events/kthread_counter

# Every documented file of a document with its access: "PATH (RW)".
documented_files() {
	awk '/^What:/ { name = $2 } /^Description:/ { print name, $2 }' $DOCUMENTS/"$1" | sort
}

# The same of the files that there are.
running_files() {
	stat -c '%n %a' "$@" |
		sed 's/ 644$/ (RW)/; s/ 600$/ (RW)/; s/ 444$/ (RO)/; s/ 200$/ (WO)/' | sort
}

# documented_rows DOCUMENT FILE HEADING: the first words of the rows of a table.
documented_rows() {
	awk -v file="$2" -v heading="$3" '
		/^What:/ { here = $2 == file; rules = inside = 0; next }
		!here { next }
		$1 ~ /^=+$/ { rules++; if (rules == 3) inside = 0; next }
		$1 == heading { inside = 1; rules = 1; next }
		inside && /^\t\t[^ \t]/ { print $1 }
		/^$/ { rules = 0 }' $DOCUMENTS/"$1"
}

names_of_line_2() { awk 'NR == 2 { for (i = 1; i <= NF; i++) print $i }' "$1"; }

test_each_parameter_is_documented_and_each_documented_one_exists() {
	load wait=timeout
	set +f
	expect "parameters, documented and running" "$(documented_files sysfs-module-kthread_counter)" \
		"$(running_files $PARAMS/*)"
	set -f
}

test_each_key_of_the_first_line_is_documented_and_exists() {
	load wait=timeout
	expect "keys, documented and running" "$(documented_rows procfs-kthread_counter "$TABLE" key)" \
		"$(head -n 1 $TABLE | tr ' ' '\n' | sed -n 's/=.*//p')"
}

test_each_column_is_documented_and_exists() {
	local file
	load wait=timeout
	for file in $TABLE $HISTOGRAM; do
		expect "columns of $file, documented and running" \
			"$(documented_rows procfs-kthread_counter "$file" column)" "$(names_of_line_2 "$file")"
	done
}

test_each_proc_file_is_documented_and_each_documented_one_exists() {
	load wait=timeout
	set +f
	expect "files, documented and running" "$(documented_files procfs-kthread_counter)" \
		"$(running_files /proc/kthread_counter*)"
	set -f
}

test_the_device_is_documented_and_exists() {
	load wait=timeout
	set +f
	expect "devices, documented and running" "$(documented_files dev-kthread_counter)" \
		"$(running_files /dev/kthread_counter*)"
	set -f
}

test_each_field_of_the_tracepoint_is_documented_and_exists() {
	load wait=timeout
	if ! [ -e $TRACING/trace ] && ! mount -t tracefs nodev $TRACING 2>/dev/null; then
		skip "this kernel has no ftrace"
		return
	fi
	expect "tracepoints, documented and running" \
		"$(awk '/^What:/ { print $2 }' $DOCUMENTS/tracefs-kthread_counter)" \
		"$(find $EVENTS -mindepth 1 -type d)"
	expect "fields, documented and running" \
		"$(documented_rows tracefs-kthread_counter $EVENTS/kthread_counter_tick field)" \
		"$(sed -n '/ common_/d; s/^\tfield:.* \([a-z_]*\);\toffset.*/\1/p' $EVENTS/kthread_counter_tick/format)"
}

# Each word that a parameter takes is in its document, and the other way round.
test_each_word_of_wait_and_sched_is_documented_and_accepted() {
	local name word
	load wait=timeout
	for name in wait sched; do
		expect_match "words of $name" ... \
			"$(documented_rows sysfs-module-kthread_counter "$PARAMS/$name" word | xargs)"
		for word in $(documented_rows sysfs-module-kthread_counter "$PARAMS/$name" word); do
			expect_errno none put $name "$word"
		done
		expect "words of $name, documented and in modinfo" \
			"$(documented_rows sysfs-module-kthread_counter "$PARAMS/$name" word | sort | xargs)" \
			"$(modinfo -F parm "$KO" | sed -n "s/^$name:.*: \(.*\) (default.*/\1/p" | tr -d , | xargs -n 1 | sort | xargs)"
	done
}

run_tests
