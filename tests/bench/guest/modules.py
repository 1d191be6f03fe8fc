# SPDX-License-Identifier: GPL-2.0
"""The two modules that are compared, and what can be done to both; and one with probes that do nothing."""

import ctypes
import os
import sys
import time
from contextlib import contextmanager

sys.path.append(f"{os.path.dirname(os.path.abspath(__file__))}/../..")

from syscalls import DELETE_MODULE, FINIT_MODULE  # noqa: E402

libc = ctypes.CDLL(None, use_errno=True)

# Long enough that no tick comes while something else is measured.
FOREVER = 1_000_000  # jiffies

PRIMITIVES = ["ssleep", "timeout", "idle", "usleep", "fsleep", "hrtimer", "completion", "event", "work"]
CALLED = ["completion", "event"]  # by the device

# Later than any wake here, in microseconds.
NEVER = 4_294_967_295


def call(what, *arguments):
    """A system call; how long it took, in ns."""
    started = time.monotonic_ns()
    if libc.syscall(*arguments):
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
    return time.monotonic_ns() - started


def write(device):
    """Makes one call of a device."""
    os.write(device.fileno(), b"x")


def read(device):
    """The same, by a read: there is one each time that it is read from the start."""
    os.pread(device.fileno(), 64, 0)


class File:
    """A module that can be loaded."""

    def __init__(self, name, path):
        self.name = name
        self.file = os.open(path, os.O_RDONLY)

    def insert(self, text=""):
        """How long it took, in ns."""
        return call(f"load {self.name} {text}", FINIT_MODULE, self.file, text.encode(), 0)

    def unload(self):
        """How long it took, in ns."""
        return call(f"unload {self.name}", DELETE_MODULE, self.name.encode(), os.O_NONBLOCK)


class Plain(File):
    """A module without its type information."""

    def __init__(self, module):
        super().__init__(module.name, os.environ[f"{module.name.upper()}_PLAIN"])
        self.side = module.side


class Probes(File):
    """Probes that do nothing, where those of `causes` are."""

    side = "c"

    def __init__(self):
        super().__init__("probes", os.environ["PROBES"])

    @contextmanager
    def attached(self):
        self.insert()
        try:
            yield
        finally:
            self.unload()


class Module(File):
    """One of the two modules. They have the same parameters and files."""

    def __init__(self, side, name, path):
        super().__init__(name, path)
        self.side = side
        self.table = f"/proc/{name}"
        self.folder = f"/sys/module/{name}/parameters"
        self.load(0)
        with open(self.table) as table:
            self.hz = int(table.readline().split("hz=")[1].split()[0])
        self.unload()

    def load(self, threads, *arguments):
        """How long it took, in ns."""
        return self.insert(" ".join([f"threads={threads}", *arguments]))

    def put(self, parameter, value):
        with open(f"{self.folder}/{parameter}", "w") as file:
            file.write(f"{value}\n")

    def timeouts(self, jiffies):
        return ["wait=timeout", f"interval={jiffies}j"]

    ssleep = ["wait=ssleep"]

    def sleep_for(self, jiffies):
        self.put("interval", f"{jiffies}j")

    def device(self):
        return open(f"/dev/{self.name}", "r+b", buffering=0)

    def parameters(self):
        return {file: os.stat(f"{self.folder}/{file}").st_mode for file in sorted(os.listdir(self.folder))}

    @contextmanager
    def attached(self):
        """The probes of `causes`, with all that they may be asked to note: who had the CPU is for the trip wire."""
        self.put("trip_us", NEVER)
        self.put("causes", "Y")
        try:
            yield
        finally:
            self.put("causes", "N")
            self.put("trip_us", 0)

    def rows(self):
        """The workers, each a dictionary of its columns."""
        with open(self.table) as table:
            _, names, *rows = [line.split() for line in table]
        return [dict(zip(names, row)) for row in rows if row[0] != "all"]

    def ticks(self):
        """Of all workers: the last row is that of all, if there is more than one."""
        last = b""
        with open(self.table, "rb", buffering=0) as table:
            while piece := table.read(65536):
                last = piece
        cell = last.splitlines()[-1].split()[6]
        return int(cell) if cell.isdigit() else 0


class This(Module):
    def __init__(self):
        super().__init__("this", "kthread_counter", os.environ["KO"])


class Classic(Module):
    def __init__(self):
        super().__init__("c", "classic", os.environ["CLASSIC"])
