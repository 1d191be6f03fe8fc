#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The program's live view of the real module: in a terminal (tmux), without one, and with as many workers as
# there may be; and what `show` costs beside reading the file.
#
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"

export TERM=xterm-256color

tmux() { command tmux -S /run/tmux.socket -f /dev/null "$@"; }

# in_terminal COLUMNS ROWS COMMAND
in_terminal() {
	tmux kill-server 2>/run/tmux.errors || true
	tmux new-session -d -x "$1" -y "$2" "$3" || fail "tmux did not start"
}

screen() { tmux capture-pane -p; }
shows() { screen 2>/run/tmux.errors | grep -qE -- "$1"; }
expect_shown() { expect_soon shows "$1" || screen; }

# The modes of the terminal before and after, and the status in between.
top_between_modes() {
	rm -f /run/modes.{before,after}
	echo "stty -a >/run/modes.before; NO_COLOR=1 $PROGRAM top $1; echo status \$?; stty -a >/run/modes.after; read -r"
}

modes_are_back() { [ -s /run/modes.after ] && cmp -s /run/modes.before /run/modes.after; }

test_without_the_module_it_is_not_started() {
	expect_status 3 top
	expect_match "what it says" "not loaded" "$errors"
	expect_status 3 top --batch 1
}

test_rows_move_and_are_what_the_table_says() {
	load threads=2 wait=hrtimer,event interval=20ms
	in_terminal 80 24 "$(top_between_modes "--interval 500ms --sort rate")"
	expect_shown '^0 +hrtimer .*[0-9]\.[0-9] +[0-9]+ +≤?[0-9.]+[num]?s '
	expect_shown '^1 +event +[01-] +0\.0 '
	expect_shown 'worst of each 500ms: worker 0, hrtimer, running; highest'
	tmux send-keys Tab
	expect_shown '^hrtimer +1 '
	tmux resize-window -x 40 -y 10
	expect_shown '^wait +worst'
	tmux resize-window -x 200 -y 60
	expect_shown 'p99 +max +worst of each 500ms: hrtimer'
	tmux resize-window -x 80 -y 24
	tmux send-keys q
	expect_shown '^status 0'
	expect_soon modes_are_back
}

test_a_module_that_is_unloaded_under_it_is_waited_for() {
	load threads=1 wait=timeout interval=10ms
	in_terminal 80 24 "$(top_between_modes "--interval 200ms")"
	expect_shown '^0 +timeout '
	unload
	expect_shown 'not loaded any more: waiting for it'
	load threads=2 wait=hrtimer interval=10ms
	expect_shown '^1 +hrtimer '
	put reset all
	put threads 1
	expect_soon shows '^1 workers, '
	unload
	expect_shown 'not loaded any more'
	tmux send-keys C-c
	expect_shown '^status 0'
	expect_soon modes_are_back
}

test_signals_put_the_terminal_back() {
	local signal
	load threads=1 wait=timeout interval=10ms
	for signal in TERM HUP INT; do
		in_terminal 80 24 "$(top_between_modes "")"
		expect_shown '^0 +timeout '
		pkill -"$signal" -x kthread-counter || fail "nothing to send SIG$signal to"
		expect_shown '^status 0'
		expect_soon modes_are_back
	done
}

test_a_terminal_that_is_closed_ends_it() {
	load threads=1 wait=timeout interval=10ms
	in_terminal 80 24 "$PROGRAM top"
	expect_shown '^0 +timeout '
	tmux kill-server
	expect_soon no_top
}
no_top() { ! pgrep -x kthread-counter >/run/pgrep; }

test_a_batch_shows_the_difference_of_two_readings() {
	load threads=1 wait=event interval=1
	echo >$DEVICE
	expect_soon is_field 0 ticks 1
	program top --batch 2 --interval 10s >/run/batch &
	expect_soon test -s /run/batch
	for _ in 1 2 3; do echo >$DEVICE; done
	wait
	# Three ticks in ten seconds or a little more.
	expect_match "the second reading" '^0 +event +[01-]+ +0\.[23] +' "$(grep '^0' /run/batch | tail -n 1)"
}

test_a_batch_whose_module_is_unloaded_is_unmeasured() {
	local status=0
	load threads=1
	program top --batch 9 --interval 500ms >/run/batch 2>/run/errors &
	expect_soon test -s /run/batch
	unload
	wait $! || status=$?
	expect "status" 3 $status
	expect_match "what it says" "not loaded" "$(</run/errors)"
}

# cpu COMMAND…: seconds that it used the processor, its own and the kernel's for it. What is read goes nowhere.
cpu() {
	local TIMEFORMAT='%3U %3S'
	{ time "$@" >/dev/null; } 2>&1 | awk '{ print $1 + $2, $1 }'
}

# The smallest of five: others on the host only ever add.
least() {
	local try
	for try in 1 2 3 4 5; do cpu "$@"; done | sort -n | head -n 1
}

# The goal is 1.5 times, which is not reached: 2.3 was seen. The limit notices what grows with the square of the
# workers, or a copy of the table for each column.
test_show_costs_little_more_than_reading() {
	local reading shown own
	load threads=32768 autostart=N wait=timeout interval=1
	put start 0-99
	sleep 2
	read -r reading _ < <(least cat $TABLE)
	read -r shown own < <(least "$PROGRAM" show)
	echo "# reading: $reading s, show: $shown s, of which its own code $own s"
	expect_number "hundredths of show / reading" "$(awk "BEGIN { printf \"%d\", 100 * $shown / $reading }")" -le 700
}

# The screen shows a few rows: text is made of these only.
test_top_of_all_workers_costs_little_more_than_reading() {
	local pid before after reading seconds=20
	load threads=32768 autostart=N wait=timeout interval=1
	put start 0-99
	read -r reading _ < <(least cat $TABLE)
	in_terminal 80 24 "$PROGRAM top --interval 5s"
	expect_shown '^32768 workers, 100 running'
	expect_shown 'highest'
	pid=$(pgrep -x kthread-counter)
	read -r before _ < <(used "$pid")
	sleep $seconds
	read -r after _ < <(used "$pid")
	echo "# reading: $reading s; top: $(awk "BEGIN { print ($after - $before) / ($seconds / 5) }") s for each refresh"
	tmux kill-server
	expect_soon no_top
}

# Seconds of processor that a process has used.
used() { awk '{ print ($14 + $15) / 100 }' "/proc/$1/stat"; }

run_tests
