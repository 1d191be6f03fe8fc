# SPDX-License-Identifier: GPL-2.0
"""What takes time, on all processors that there are."""

import subprocess
import sys
import time
from contextlib import contextmanager

from modules import FOREVER, PRIMITIVES, read, write

SECOND = 1_000_000_000
KTHREADD = 2
READERS = 4
BUSY = "while True: pass"
POKER = """
import os, sys
file = os.open(sys.argv[1], os.O_RDONLY)
while True:
    os.pread(file, 1, 0)
"""
READER = """
import os, sys
while True:
    with open(sys.argv[1], "rb", buffering=0) as file:
        while file.read(65536):
            pass
"""


def run_time(pid):
    """How long a thread has had a processor, in ns."""
    with open(f"/proc/{pid}/schedstat") as file:
        return int(file.read().split()[0])


def load_and_unload(module, threads):
    """Seconds to load and to unload it, when its threads have been there for a while; and of kthreadd meanwhile."""
    before = run_time(KTHREADD)
    loaded = module.load(threads, *module.timeouts(FOREVER)) / SECOND
    time.sleep(0.3)  # its own time counts when it sleeps
    kthreadd = (run_time(KTHREADD) - before) / SECOND
    return loaded, module.unload() / SECOND, kthreadd


def start_and_stop(module, threads):
    """For the threads: what each of these is more than without them."""
    more, less = load_and_unload(module, threads), load_and_unload(module, 0)
    return [[a - b] for a, b in zip(more, less)]


def stop_ssleep(module, threads):
    module.load(threads, *module.ssleep)
    time.sleep(2.3)
    return module.unload() / SECOND


def allow_threads():
    """As many as are wanted here: the kernel's limits are lower."""
    for name, value in ("pid_max", 4_194_304), ("threads-max", 100_000):
        with open(f"/proc/sys/kernel/{name}", "w") as file:
            file.write(str(value))


@contextmanager
def beside(number, program, *arguments):
    """So many processes run a program meanwhile, as an ordinary user."""
    command = [sys.executable, "-c", program, *arguments]
    processes = [subprocess.Popen(command, user=65534, group=65534, extra_groups=[]) for _ in range(number)]
    time.sleep(1)
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def setting(module, threads, rounds):
    """Seconds to write a setting: with nobody else, beside busy loops, and beside readers."""
    def writes():
        taken = []
        for jiffies in [FOREVER, FOREVER + 1] * rounds:
            started = time.monotonic()
            module.sleep_for(jiffies)
            taken.append(time.monotonic() - started)
        return taken[1:]

    module.load(threads, *module.timeouts(FOREVER))
    time.sleep(1)
    alone = writes()
    with beside(3, BUSY):
        busy = writes()
    with beside(3, POKER, module.table):
        readers = writes()
    module.unload()
    return alone, busy, readers


def one_write(module, threads, rounds):
    """Seconds of one write of the device, for which so many workers wait."""
    module.load(threads, "wait=event")
    time.sleep(1)
    taken = []
    with module.device() as device:
        for _ in range(rounds):
            started = time.monotonic()
            write(device)
            taken.append(time.monotonic() - started)
            time.sleep(1)
    module.unload()
    return taken


def drift(this, ticks):
    """In intervals: how far an hrtimer worker is off at most, at ten moments, but for what it missed; and that."""
    interval = 1_000_000
    this.load(1, "wait=hrtimer", "interval=1ms")
    off = []
    for moment in range(1, 11):
        while this.ticks() < ticks * moment / 10:
            time.sleep(0.1)
        row = this.rows()[0]
        off.append(abs(int(row["drift_ns"]) - int(row["missed"]) * interval) / interval)
    this.unload()
    return max(off), int(row["missed"])


def lost_to_readers(module, threads, seconds):
    """Ticks that workers with 5 a second miss while the table is read without pause."""
    module.load(threads, *module.timeouts(module.hz // 5))
    time.sleep(3)
    missed = lambda: sum(int(row["missed"]) for row in module.rows())
    with beside(READERS, READER, module.table):
        before = missed()
        time.sleep(seconds)
        lost = missed() - before
    module.unload()
    return [lost]


def lateness(this, seconds):
    """The histogram of each primitive: what it is called, and pairs of a bound in ns and a count."""
    names = PRIMITIVES
    this.load(len(names), "wait=" + ",".join(names), "interval=10ms")
    end = time.monotonic() + seconds
    with this.device() as device:
        while time.monotonic() < end:
            write(device)
            read(device)
            time.sleep(0.01)
    this.put("stop", "all")
    with open(this.table + "_hist") as file:
        lines = [list(map(int, line.split())) for line in list(file)[2:]]
    this.unload()
    return {name: [line[1:] for line in lines if line[0] == id] for id, name in enumerate(names)}
