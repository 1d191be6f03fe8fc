# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # from other files
#
# What virtme-ng's init wants of the root of a machine for $arch.

# init_programs ROOT
init_programs() {
	install -D -m 755 "$PROJECT/vm/udevd" "$1/usr/lib/systemd/systemd-udevd"
	# The init that is compiled is for x86. The other one, a script, also wants to be told that the names of ports
	# are there, and the machine to go off.
	[[ $arch == amd64 ]] || {
		ln -sf ../bin/true "$1/usr/sbin/udevadm"
		printf '%s\n' '#!/bin/sh' 'exec busybox poweroff -f' >"$1/usr/sbin/poweroff"
		chmod +x "$1/usr/sbin/poweroff"
	}
}
