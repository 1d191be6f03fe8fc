# SPDX-License-Identifier: GPL-2.0
"""Which points of the module the calls reach."""

import ctypes
import fcntl
import functools
import mmap
import os
import re
from collections import Counter

from machine import MODULE_DIR, SOURCE, libc
from points import module


class Kcov:
    """Which points of the module this task reaches: Documentation/dev-tools/kcov.rst."""

    PATH = "/sys/kernel/debug/kcov"
    INIT_TRACE, ENABLE, TRACE_PC = 0x80086301, 0x6364, 0
    ENTRIES = 1 << 20

    def __init__(self):
        self.reached = set()
        self.area = None

    def start(self):
        if not os.path.exists(self.PATH):
            return
        self.fd = os.open(self.PATH, os.O_RDWR)
        fcntl.ioctl(self.fd, self.INIT_TRACE, self.ENTRIES)
        # Python's own mmap looks at the size of the file, which has none.
        access = mmap.PROT_READ | mmap.PROT_WRITE
        address = libc.mmap(None, self.ENTRIES * 8, access, mmap.MAP_SHARED, self.fd, 0)
        if address == ctypes.c_void_p(-1).value:
            raise OSError(ctypes.get_errno(), "mmap of kcov")
        self.area = (ctypes.c_uint64 * self.ENTRIES).from_address(address)
        self.find_module()
        fcntl.ioctl(self.fd, self.ENABLE, self.TRACE_PC)

    def find_module(self):
        """Where the sections of the module are, which is elsewhere after each loading."""
        self.sections = []
        directory = f"{MODULE_DIR}/sections"
        if self.area is None or not os.path.isdir(directory):
            return
        for _, name, size in module().code():
            if os.path.exists(f"{directory}/{name}"):
                with open(f"{directory}/{name}") as file:
                    self.sections.append((int(file.read(), 16), size, name))

    def collect(self):
        if self.area is None:
            return
        count = self.area[0]
        addresses = set(self.area[1 : count + 1])
        self.forget()
        for start, size, name in self.sections:
            self.reached |= {(name, a - start) for a in addresses if start <= a < start + size}

    def mark(self):
        return self.area[0] if self.area is not None else 0

    def rewind(self, mark):
        """Forgets what was reached since: reading a long table reaches the same points many times."""
        if self.area is not None:
            self.area[0] = mark

    def forget(self):
        self.rewind(0)

    def save(self):
        self.collect()
        if "COVERAGE" in os.environ and self.area is not None:
            with open(os.environ["COVERAGE"], "a") as file:
                file.writelines(f"{name} {offset}\n" for name, offset in sorted(self.reached))


kcov = Kcov()


def area(function):
    """The file of src/ that a function is from, by its mangled name. What is inlined into it counts
    as its own; what is from a crate of the kernel as "other"."""
    path = ""
    for word in re.findall(r"\d([a-z_]+)", function.partition("6module")[2])[:2]:
        if os.path.join(path, word) not in source_files():
            break
        path = os.path.join(path, word)
    return path or "other"


@functools.cache
def source_files():
    """The files and folders of src/, as the names of modules."""
    found = [os.path.relpath(os.path.join(where, name), SOURCE)
             for where, folders, files in os.walk(SOURCE) for name in folders + files]  # fmt: skip
    return {name.removesuffix(".rs") for name in found}


def report(floors):
    """Prints how much of each area has been reached, and what is less than it should be."""
    points = list(module().points())
    if not points:
        print("# wrong: coverage: the module is built without KCOV, although the kernel has it")
        return False
    with open(os.environ["COVERAGE"]) as file:
        reached = {(name, int(offset)) for name, offset in map(str.split, file)}
    total, hit = Counter(), Counter()
    for section, offset, function in points:
        path = area(function)
        for name in {"all", path.partition("/")[0], path}:
            total[name] += 1
            hit[name] += (section, offset) in reached
    percent = {name: 100 * hit[name] // total[name] for name in total}
    layers = sorted(name for name in total if name != "all" and "/" not in name)
    layers = ", ".join(f"{name} {percent[name]} %" for name in layers)
    print(f"# coverage: {hit['all']} of {total['all']} points ({percent['all']} %): {layers}")
    for name in sorted(name for name in total if "/" in name):
        print(f"# coverage: {percent[name]:3} % of {total[name]:4} points: {name}")
    low = [(name, floor) for name, floor in floors if percent.get(name, 0) < floor]
    for name, floor in low:
        print(f"# wrong: coverage: {name} has {percent.get(name, 0)} %, and should have {floor} %")
    return not low
