# shellcheck shell=bash disable=SC2154 # from lib.sh and tool.bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests of the program's doctor.

# The mounts that the doctor looks at, as on any machine.
mountpoint -q /sys/kernel/security || mount -t securityfs none /sys/kernel/security
[ -e /sys/kernel/tracing/trace ] || mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null

# examine STATUS: what the doctor finds, in /run/doctor.
examine() {
	expect_status "$1" doctor --json
	cp /run/program.output /run/doctor
}

# finding CHECK: its level and its words.
finding() {
	json /run/doctor "''.join(
		f['level'] + ': ' + f['what'] + '; ' + str(f['todo']) for f in d['findings'] if f['check'] == '$1')"
}

# expect_finding CHECK LEVEL WORDS
expect_finding() {
	local found
	found=$(finding "$1")
	[[ $found == "$2: "*"$3"* ]] || fail "$1: expected $2 with \"$3\", got \"$found\""
}

# The root of the machine is read-only, and has no /lib/modules: one that can be written, over all of /lib.
writable_modules() {
	local name
	[ ! -w /lib/modules ] || return 0
	mkdir -p /run/lib /run/other-lib && mount --bind /usr/lib /run/lib && mount -t tmpfs lib /run/other-lib || return
	set +f
	for name in /run/lib/*; do ln -s "$name" "/run/other-lib/${name##*/}"; done
	set -f
	mkdir -p "/run/other-lib/modules/$(uname -r)/updates"
	mount --bind /run/other-lib /usr/lib
	trap 'umount -l /usr/lib' EXIT
}
