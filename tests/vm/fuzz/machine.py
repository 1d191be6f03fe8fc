# SPDX-License-Identifier: GPL-2.0
"""What there is: the module's files, and system calls that Python has no name for."""

import ctypes
import os
import sys

sys.path.append(f"{os.path.dirname(os.path.abspath(__file__))}/../..")

from syscalls import DELETE_MODULE, FINIT_MODULE  # noqa: E402,F401

MODULE = "kthread_counter"
MODULE_DIR = f"/sys/module/{MODULE}"
PARAMETERS = f"{MODULE_DIR}/parameters"
TABLE = f"/proc/{MODULE}"
DEVICE = f"/dev/{MODULE}"
SOURCE = os.path.join(os.path.dirname(__file__), "../../../src")

SETTINGS = "threads interval wait cpus sched log trip_us causes".split()
COMMANDS = "start stop signal reset".split()
ARGUMENTS = "autostart device_mode".split()
OUTPUTS = "last_trip hz last_error".split()

PAGE = 4096  # what sysfs hands on of a write

libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]


def parameter(name):
    return f"{PARAMETERS}/{name}"
