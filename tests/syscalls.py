# SPDX-License-Identifier: GPL-2.0
"""The numbers of system calls that Python has no function for, on this machine. What programs of the shell need is in
tests/vm/syscalls.bash."""

import os

# POLL is ppoll on newer processors: they have no poll.
READ, WRITE, CLOSE, POLL, PREAD, MLOCKALL, DELETE_MODULE, OPENAT, FINIT_MODULE = {
    "x86_64": (0, 1, 3, 7, 17, 151, 176, 257, 313),
    "aarch64": (63, 64, 57, 73, 67, 230, 106, 56, 273),
}[os.uname().machine]
