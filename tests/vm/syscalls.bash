# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# The numbers of system calls on this machine's processor. tests/syscalls.py has those that Python needs.

# shellcheck disable=SC2034 # for tests
case $(uname -m) in
x86_64) SYS_WRITE=1 SYS_DELETE_MODULE=176 ;;
*) SYS_WRITE=64 SYS_DELETE_MODULE=106 ;;
esac

# Whether a process sleeps in write(2).
is_writing() {
	local call
	{ read -r call _ <"/proc/$1/syscall"; } 2>/dev/null && [ "$call" = $SYS_WRITE ]
}
