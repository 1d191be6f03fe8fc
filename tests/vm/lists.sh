#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Lists of settings, each dealt to the workers in turn.

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"

# list LENGTH VALUE
list() {
	local items
	items=$(printf "$2,%.0s" $(seq "$1"))
	echo "${items%,}"
}

test_lists_of_different_lengths_are_dealt_each_in_its_turn() {
	load threads=7 wait=timeout,hrtimer,work interval=1,2 cpus=0-1
	expect wait "timeout hrtimer work timeout hrtimer work timeout" "$(column wait)"
	expect interval "1 2 1 2 1 2 1" "$(column interval)"
	put wait event,completion
	expect wait "event completion event completion event completion event" "$(column wait)"
	expect interval "1 2 1 2 1 2 1" "$(column interval)"
}

test_new_workers_are_dealt_what_their_id_says() {
	load threads=2 wait=timeout,hrtimer,work interval=1,2
	put threads 6
	expect wait "timeout hrtimer work timeout hrtimer work" "$(column wait)"
	put threads 1
	put threads 4
	expect wait "timeout hrtimer work timeout" "$(column wait)"
	expect interval "1 2 1 2" "$(column interval)"
}

test_stopped_workers_are_dealt_new_settings_too() {
	load threads=3 wait=timeout interval=1
	put stop all
	put wait hrtimer,work
	put interval 2,3
	expect wait "hrtimer work hrtimer" "$(column wait)"
	expect interval "2 3 2" "$(column interval)"
	put start all
	expect states "running running running" "$(column state)"
	expect wait "hrtimer work hrtimer" "$(column wait)"
}

test_a_list_is_longer_than_there_are_workers() {
	load threads=1 wait=hrtimer,work,event
	expect wait hrtimer "$(column wait)"
	expect "wait, as a setting" hrtimer,work,event "$(get wait)"
}

# name, an item, another item
SETTINGS="interval 2 3
wait timeout hrtimer
cpus 0 1"

test_each_list_has_at_most_32_items() {
	local name item other
	load threads=2 wait=timeout
	while read -r name item other; do
		expect_errno none put "$name" "$(list 32 "$item")"
		expect "$name" "$(list 32 "$item")" "$(get "$name")"
		expect_errno EINVAL put "$name" "$(list 33 "$other")"
		expect_match last_error "^$name: .*: too many list items\$" "$(get last_error)"
		expect "$name after that" "$(list 32 "$item")" "$(get "$name")"
	done <<<"$SETTINGS"
}

test_no_list_has_white_space_or_nothing_inside() {
	local name item other value
	load threads=2 wait=timeout
	while read -r name item other; do
		put "$name" "$item"
		for value in "$item, $other" "$item ,$other" "$item $other" "$item,$other"',' ",$item" \
			"$item,,$other" ',' "$item,x"; do
			expect_errno EINVAL put "$name" "$value"
		done
		expect "$name after that" "$item" "$(get "$name")"
		expect_errno none put "$name" " $item,$other "
		expect "$name" "$item,$other" "$(get "$name")"
	done <<<"$SETTINGS"
}

test_one_bad_item_spoils_the_list() {
	load threads=2 wait=timeout interval=1
	expect_errno EINVAL put wait timeout,hrtimer,timer
	expect_errno ERANGE put interval 2,49us
	expect wait "timeout timeout" "$(column wait)"
	expect interval "1 1" "$(column interval)"
}

run_tests
