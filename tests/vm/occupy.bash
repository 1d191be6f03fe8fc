# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests whose worker gets no CPU: a real-time thread leaves no time on one for ordinary threads.
#
#   occupy CPU      until `release` is called. Not for long, as RCU needs each CPU now and then
#
# Use only what runs already meanwhile, and the shell itself: a program that is started is read from a file
# system that may need that CPU.

FAIR_SERVER=/sys/kernel/debug/sched/fair_server
THREADS_BEFORE=/run/occupy.threads
BEGUN=/run/occupy.begun
OCCUPIER_PRIORITY=40
occupied=

# raise_threads CPU: those of the kernel that others wait for run before who occupies it.
raise_threads() {
	python3 -c '
import os, re, sys
cpu, priority, before = sys.argv[1], int(sys.argv[2]), open(sys.argv[3], "w")
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        with open(f"/proc/{pid}/comm") as file:
            if re.match(f"(kworker/{cpu}:[0-9]+(?![0-9H])|(ksoftirqd|rcuc|ktimers)/{cpu}$)", file.read()):
                print(pid, os.sched_getscheduler(int(pid)), os.sched_getparam(int(pid)).sched_priority, file=before)
                os.sched_setscheduler(int(pid), os.SCHED_FIFO, os.sched_param(priority))
    except (FileNotFoundError, ProcessLookupError):
        pass' "$1" $((OCCUPIER_PRIORITY + 5)) $THREADS_BEFORE
}

# As they were before.
lower_threads() {
	python3 -c '
import os, sys
for line in open(sys.argv[1]):
    pid, policy, priority = map(int, line.split())
    try:
        os.sched_setscheduler(pid, policy, os.sched_param(priority))
    except ProcessLookupError:
        pass' $THREADS_BEFORE
}

# It has begun when it has used the CPU for a fifth of a second: before, it may wait for
# its own program to be read.
has_begun() {
	local stat
	[ -s $BEGUN ] && read -ra stat <"/proc/$occupier/stat" && ((stat[13] >= 20))
}

occupy() {
	taskset -cp 0 $$ >/dev/null # or this shell might be where it never comes back from
	raise_threads "$1"
	read -r fair_share <$FAIR_SERVER/cpu"$1"/runtime
	echo 0 >$FAIR_SERVER/cpu"$1"/runtime # what the kernel keeps for ordinary threads
	occupied=$1
	rm -f $BEGUN
	# shellcheck disable=SC2016 # for another shell
	taskset -c "$1" chrt -f $OCCUPIER_PRIORITY bash -c 'echo >"$0"; while :; do :; done' $BEGUN &
	occupier=$!
	until has_begun; do sleep 0.05; done
}

release() {
	[ -n "$occupied" ] || return 0
	kill "$occupier"
	wait "$occupier" 2>/dev/null
	echo "$fair_share" >$FAIR_SERVER/cpu"$occupied"/runtime
	lower_threads
	occupied=
}
