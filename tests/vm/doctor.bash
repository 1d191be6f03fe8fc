# shellcheck shell=bash disable=SC2154 # from lib.sh and tool.bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests of the program's doctor.

# The mounts that the doctor looks at, as on any machine.
[ ! -d /sys/kernel/security ] || mountpoint -q /sys/kernel/security || mount -t securityfs none /sys/kernel/security
[ -e /sys/kernel/tracing/trace ] || mount -t tracefs nodev /sys/kernel/tracing 2>/dev/null

# examine STATUS [PROGRAM…]: what the doctor finds, in the global findings by check: its level, its words, what to do.
# Python takes seconds to start here, so it reads the document once.
examine() {
	local check rest
	declare -gA findings=()
	if (($# > 1)); then
		"${@:2}" doctor --json >/run/program.output || fail "status $?"
	else
		expect_status "$1" doctor --json
	fi
	while IFS=$'\t' read -r check rest; do
		findings[$check]=$rest
	done < <(json /run/program.output "'\n'.join(
		[f['check'] + '\t' + f['level'] + ': ' + f['what'] + '; ' + str(f['todo']) for f in d['findings']]
		+ ['problems\t' + str(d['problems'])])")
}

# expect_finding CHECK LEVEL WORDS
expect_finding() {
	local found=${findings[$1]-}
	[[ $found == "$2: "*"$3"* ]] || fail "$1: expected $2 with \"$3\", got \"$found\""
}

# depmod warns of the kernel's own modules, which are not there.
index_modules() { depmod "$(uname -r)" 2>/run/depmod || fail "depmod:" "$(</run/depmod)"; }

# The root of the machine is read-only, and has no /lib/modules, or one that nobody can write to: one that can be
# written, over all of /lib.
writable_modules() {
	local name
	[ ! -w /lib/modules ] || return 0
	mkdir -p /run/lib /run/other-lib && mount --bind /usr/lib /run/lib && mount -t tmpfs lib /run/other-lib || return
	set +f
	for name in /run/lib/*; do [[ $name == */modules ]] || ln -s "$name" "/run/other-lib/${name##*/}"; done
	set -f
	mkdir -p "/run/other-lib/modules/$(uname -r)/updates"
	mount --bind /run/other-lib /usr/lib
	trap 'umount -l /usr/lib' EXIT
}
