#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The program's doctor: on a machine that works, and where the module is not as it should be.
#
# only with: T=all

# shellcheck source=tests/vm/lib.sh
. "${0%/*}/lib.sh"
# shellcheck source=tests/vm/tool.bash
. "${0%/*}/tool.bash"
# shellcheck source=tests/vm/doctor.bash
. "${0%/*}/doctor.bash"

CONFIG=$BUILD/releases/$(uname -r)/kdir/.config
INSTALLED=/lib/modules/$(uname -r)/updates/kthread_counter.ko

install_module() {
	cp "$KO" "$INSTALLED"
	echo "updates/kthread_counter.ko:" >"/lib/modules/$(uname -r)/modules.dep"
}

# uninstall_all: the module is installed for no kernel.
uninstall_all() { rm -rf /lib/modules/* && mkdir -p "${INSTALLED%/*}"; }

test_a_machine_with_the_module() {
	load threads=2 wait=timeout
	examine 0
	expect "problems" 0 "${findings[problems]}"
	expect_finding module ok "it is loaded, with 2 workers"
	expect_finding release ok "Linux $(uname -r)"
	expect_finding rust ok "with Rust"
	expect_finding hz ok "HZ=$(get hz): "
	expect_finding high_resolution ok "have high resolution"
	expect_finding clocksource ok "$(</sys/devices/system/clocksource/clocksource0/current_clocksource)"
	expect_finding online ok "$(</sys/devices/system/cpu/online)"
	expect_finding tracing_on ok "tracing is on"
	expect_match "preemption" "$(grep -o 'PREEMPT_[A-Z]*' /proc/version)" "${findings[preemption]}"
	# It has as many lines.
	expect_status 0 doctor
	expect "lines" "${#findings[@]}" "$(wc -l <<<"$output")"
}

test_the_cpu_is_emulated() {
	grep -q TCG /proc/cpuinfo || { skip "with KVM it is not"; return; }
	load
	examine 0
	expect_finding hypervisor note "emulated"
}

test_a_module_that_is_not_installed() {
	writable_modules || return
	uninstall_all
	examine 2
	expect_finding module problem "not installed for $(uname -r)"
	mkdir -p /lib/modules/7.9.0-other/updates
	cp "$KO" /lib/modules/7.9.0-other/updates/
	examine 2
	expect_finding module problem "installed for 7.9.0-other, and not for $(uname -r)"
}

test_a_module_that_was_built_for_another_kernel() {
	local other
	writable_modules || return
	uninstall_all
	install_module
	examine 0
	expect_finding module note "not loaded"
	# As long as the name that is there.
	other=$(uname -r | tr '0-9' 1)
	sed -i "s/vermagic=$(uname -r)/vermagic=$other/" "$INSTALLED"
	expect_errno "Invalid module format" insmod "$INSTALLED"
	examine 2
	expect_finding module problem "was built for $other"
	cp "$KO" "$INSTALLED"
	: >"/lib/modules/$(uname -r)/modules.dep"
	examine 0
	expect_finding module note "depmod"
}

test_what_the_doctor_says_helps() {
	writable_modules || return
	uninstall_all
	cp "$KO" "$INSTALLED"
	index_modules
	expect_status 0 load threads=2 wait=timeout
	expect threads 2 "$(get threads)"
	examine 0
	expect_finding module ok "2 workers"
}

test_the_configuration_is_read() {
	writable_modules || return
	cp "$CONFIG" "/lib/modules/$(uname -r)/config"
	load
	examine 0
	expect_finding rust ok "with Rust"
	if grep -q CONFIG_KASAN=y "$CONFIG"; then
		expect_finding detectors note KASAN
	else
		expect_finding detectors ok "no detectors"
	fi
	sed -i 's/^CONFIG_RUST=y/# CONFIG_RUST is not set/' "/lib/modules/$(uname -r)/config"
	examine 2
	expect_finding rust problem "CONFIG_RUST"
	rm "/lib/modules/$(uname -r)/config"
}

test_a_trace_that_a_late_wake_has_stopped() {
	local tracing=/sys/kernel/tracing
	[ -e $tracing/tracing_on ] || { skip "this kernel does not trace"; return; }
	load wait=timeout interval=20ms trip_us=1
	expect_soon is_tripped
	examine 0
	expect_finding tracing_on note "since a late wake (id=0 wait=timeout"
	eval "${findings[tracing_on]##*as root: }"
	expect tracing_on 1 "$(<$tracing/tracing_on)"
	put trip_us 0
	put reset all
	examine 0
	expect_finding tracing_on ok "on"
}

test_users_see_nearly_as_much() {
	load
	cp "$PROGRAM" /run/kthread-counter # where a user may look
	chmod 755 /run/kthread-counter
	examine 0 setpriv --reuid 65534 --regid 65534 --clear-groups /run/kthread-counter
	expect_finding module ok "it is loaded"
	expect_finding high_resolution ok "have high resolution"
	expect_finding rust ok "with Rust"
	[ ! -e /sys/kernel/tracing/tracing_on ] || expect_finding tracing_on note "only root"
	rm /run/kthread-counter
}

# What make tool leaves beside it. A program for another processor than the host's makes it here.
test_it_comes_with_pages_and_completions() {
	local command shell place=$TOOL
	if [ "$TOOL" != "$BUILD/tool" ]; then
		place=/run/tool
		mkdir -p $place/completions
		"$PROGRAM" man $place/man
		for shell in bash zsh fish; do "$PROGRAM" completions $shell >$place/completions/$shell; done
	fi
	for command in $("$PROGRAM" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
		[ -s "$place/man/kthread-counter-$command.1" ] || fail "no page for $command"
		for shell in bash zsh fish; do
			grep -q "$command" "$place/completions/$shell" || fail "no completion of $command in $shell"
		done
	done
	expect_match "pages and commands" "^[1-9][0-9]+$" "$(find "$place/man" -name '*.1' | wc -l)"
	bash -n "$place/completions/bash" || fail "no completions for bash"
}

run_tests
