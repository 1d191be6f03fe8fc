#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A machine with two NUMA nodes: a thread's memory, of which most is its stack, is on the node of the
# CPU that it is bound to.
#
# machine: --cpus 4 --nodes 2
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/../lib.sh"

readonly STACK=16 # kB, at least
readonly MANY=200

# stacks NODE: how many kB of stacks it has.
stacks() {
	cat /proc/sys/vm/stat_refresh # each CPU has counted for itself
	awk '$3 == "KernelStack:" { print $4 }' "/sys/devices/system/node/node$1/meminfo"
}

test_the_machine_has_two_nodes() {
	expect "CPUs of the nodes" "0-1 2-3" "$(cat /sys/devices/system/node/node{0,1}/cpulist | xargs)"
}

test_workers_have_their_memory_on_the_node_of_their_cpu() {
	local node other before
	load threads=0 wait=timeout
	for node in 1 0; do
		other=$((1 - node))
		put cpus $((2 * node))-$((2 * node + 1))
		before=("$(stacks 0)" "$(stacks 1)")
		put threads $MANY
		expect_number "kB on node $node" $(($(stacks $node) - before[node])) -ge $((MANY * STACK * 9 / 10))
		expect_number "kB on node $other" $(($(stacks $other) - before[other])) -le $((MANY * STACK / 10))
		put threads 0
	done
}

test_workers_are_on_the_cpus_of_both_nodes() {
	load threads=8 wait=timeout interval=20ms cpus=0,2
	expect_all_tick 1 {0..7}
	expect cpu "0 2 0 2 0 2 0 2" "$(column cpu)"
}

test_the_sample_takes_the_nodes_in_turn() {
	mark_log
	insmod "$SAMPLES/parameters.ko" thread_cnt=5
	expect "where its threads are" \
		"thread 0 is for CPU 0 of node 0
thread 1 is for CPU 2 of node 1
thread 2 is for CPU 1 of node 0
thread 3 is for CPU 3 of node 1
thread 4 is for CPU 0 of node 0" \
		"$(kernel_log | sed "1,/$log_mark/d; s/^parameters: //; / is for /!d")"
	rmmod parameters
}

run_tests
