# SPDX-License-Identifier: GPL-2.0
"""What takes time, on all processors that there are."""

import subprocess
import sys
import time

from modules import FOREVER

SECOND = 1_000_000_000
READERS = 4
READER = """
import os, sys
while True:
    with open(sys.argv[1], "rb", buffering=0) as file:
        while file.read(65536):
            pass
"""


def load_and_unload(module, threads):
    """Seconds to load and to unload it, when its threads have been there for a while."""
    loaded = module.load(threads, *module.timeouts(FOREVER)) / SECOND
    time.sleep(0.5 + threads / 1_000)
    return [loaded], [module.unload() / SECOND]


def start_and_stop(module, threads):
    """Seconds for the threads: what it takes more than without them."""
    more, less = load_and_unload(module, threads), load_and_unload(module, 0)
    return [[a - b for a, b in zip(*pair)] for pair in zip(more, less)]


def stop_ssleep(module, threads, rounds):
    stops = []
    for _ in range(rounds):
        module.load(threads, *module.ssleep)
        time.sleep(3.3)
        stops.append(module.unload() / SECOND)
    return stops


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
    readers = [subprocess.Popen([sys.executable, "-c", READER, module.table]) for _ in range(READERS)]
    missed = lambda: sum(int(row["missed"]) for row in module.rows())
    before = missed()
    time.sleep(seconds)
    lost = missed() - before
    for reader in readers:
        reader.kill()
        reader.wait()
    module.unload()
    return [lost]


def lateness(this, seconds):
    """The histogram of each primitive: what it is called, and pairs of a bound in ns and a count."""
    names = ["ssleep", "timeout", "hrtimer", "completion", "event", "work"]
    this.load(len(names), "wait=" + ",".join(names), "interval=10ms")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with open("/dev/kthread_counter", "r+b", buffering=0) as device:
            device.write(b"x")
            device.read(64)
        time.sleep(0.01)
    this.put("stop", "all")
    with open(this.table + "_hist") as file:
        lines = [list(map(int, line.split())) for line in list(file)[2:]]
    this.unload()
    return {name: [line[1:] for line in lines if line[0] == id] for id, name in enumerate(names)}
