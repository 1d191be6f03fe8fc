#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# `kthread-counter compare`, `hist --svg` and `report`: of what the module has measured just now.
#
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"

FOLDER=/run/pictures

# measure NAME: the workers' counters, when each has ticked often enough, as a file and as a folder.
measure() {
	put reset all
	expect_soon have_ticked 10
	expect_status 0 show --json
	echo "$output" >"$FOLDER/$1.json"
	expect_status 0 save "$FOLDER/$1" --force
}

# Ten workers of one primitive together have the hundred ticks that comparing takes.
have_ticked() { awk -v least="$1" 'NR > 2 && $1 != "all" && $7 < least { few = 1 } END { exit few }' /proc/kthread_counter; }

setup_folder() {
	rm -rf $FOLDER
	mkdir -p $FOLDER
}

test_a_file_and_a_folder_of_the_same_time_are_alike() {
	setup_folder
	load threads=10 wait=hrtimer interval=100ms
	measure now
	expect_status 0 compare --tolerance 1000% $FOLDER/now.json $FOLDER/now
	contains "the verdict" "$output" "Not worse"
}

# A sleep of a jiffy or more misses nearly all of the intervals of 50us, and none of those of a second.
test_what_misses_more_is_worse() {
	setup_folder
	load threads=10 wait=ssleep interval=100ms
	measure before
	put interval 50us
	measure after
	expect_status 2 compare --judge missed $FOLDER/before.json $FOLDER/after.json
	contains "the verdict" "$output" "Worse: 1 of 1"
	contains "the doubt" "$output" "ssleep: the interval was 100.0ms, is 50.0us"
	expect_status 0 compare --judge missed $FOLDER/after.json $FOLDER/before.json
}

test_what_has_not_ticked_cannot_be_compared() {
	setup_folder
	load threads=2 wait=event,completion
	expect_status 0 save $FOLDER/now
	expect_status 3 compare $FOLDER/now $FOLDER/now
	contains "the reason" "$errors" "nothing can be compared"
}

test_pictures_are_xml() {
	setup_folder
	load threads=9 wait=ssleep,timeout,idle,usleep,fsleep,hrtimer,completion,event,work interval=20ms
	expect_soon is_field 0 state running
	expect_status 0 save $FOLDER/now
	for more in --light --cdf "--with $FOLDER/now"; do
		# shellcheck disable=SC2086 # options
		expect_status 0 hist --svg $FOLDER/now.svg $more
		expect "the root of $more" '{http://www.w3.org/2000/svg}svg' \
			"$(python3 -c 'import sys, xml.etree.ElementTree as tree; print(tree.parse(sys.argv[1]).getroot().tag)' $FOLDER/now.svg)"
	done
}

test_a_page_names_the_machine() {
	setup_folder
	load threads=9 wait=ssleep,hrtimer interval=20ms
	expect_status 0 save $FOLDER/now
	expect_status 0 report $FOLDER/now $FOLDER/now -o $FOLDER/page.html
	page=$(<$FOLDER/page.html)
	contains "the kernel" "$page" "<dd>$(uname -r)</dd>"
	contains "HZ" "$page" "<dd>$(get hz)</dd>"
	contains "the CPUs" "$page" "<dd>$(nproc)</dd>"
}

contains() { [[ $2 == *"$3"* ]] || fail "$1: expected \"$3\" in:" "$2"; }

run_tests
