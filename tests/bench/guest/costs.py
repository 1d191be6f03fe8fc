# SPDX-License-Identifier: GPL-2.0
"""What things cost, in instructions: where a nanosecond of the machine's time is one."""

import os
import re
import time
from contextlib import contextmanager
from pathlib import Path

from modules import FOREVER

TRACEFS = Path("/sys/kernel/tracing")

REPETITIONS = 3


def run_time(pid):
    """How long a thread has had a processor, in ns."""
    with open(f"/proc/{pid}/schedstat") as file:
        return int(file.read().split()[0])


def busy():
    """How long all threads together have had the one processor, in ns."""
    time.sleep(0.02)  # its own time counts when it sleeps
    with open("/proc/schedstat") as file:
        return next(int(line.split()[7]) for line in file if line.startswith("cpu0 "))


def tick(module, threads, jiffies, *more):
    """The threads' own time, by the ticks that they had in it."""
    module.spread(threads, *module.timeouts(jiffies), *more)
    pids = [int(row["pid"]) for row in module.rows()]
    period = jiffies / module.hz

    def look():
        return sum(map(run_time, pids)), module.ticks()

    values = []
    time.sleep(2 * period)
    before = look()
    for _ in range(REPETITIONS):
        time.sleep(3 * period + 1)
        after = look()
        values.append((after[0] - before[0]) / (after[1] - before[1]))
        before = after
    module.unload()
    return values


def read(module, threads, jiffies):
    """For a row of a worker that has ticked: what it takes to read the table more than without rows."""
    def all_rows(number):
        settle = 2.5 * jiffies / module.hz + 0.5
        module.load(number, *module.timeouts(jiffies))
        time.sleep(settle)
        module.sleep_for(FOREVER)
        time.sleep(settle)  # until the last of them has begun to
        values = [read_once(module) for _ in range(REPETITIONS + 1)]
        module.unload()
        return values[1:]  # after the first time

    return [(more - less) / threads for more, less in zip(all_rows(threads), all_rows(0))]


def read_once(module):
    """The time to read the table, as a program does that reads it in pieces."""
    table = os.open(module.table, os.O_RDONLY)
    buffer = bytearray(65536)
    started = time.monotonic_ns()
    while os.readv(table, [buffer]):
        pass
    taken = time.monotonic_ns() - started
    os.close(table)
    return taken


def start_and_stop(module, threads):
    """For a thread: what loading and unloading takes more than without threads, by all who take part."""
    def cost(number):
        before = busy()
        module.load(number, *module.timeouts(FOREVER))
        loaded = busy()
        module.unload()
        return loaded - before, busy() - loaded

    more, less = cost(threads), cost(0)
    return [(more[0] - less[0]) / threads], [(more[1] - less[1]) / threads]


def memory(module, threads):
    """Bytes for a worker without its thread, with what the allocator adds to it."""
    def loaded(number):
        with allocations() as trace:
            module.load(number, *module.timeouts(FOREVER), "autostart=N")
        module.unload()
        return sum(trace())

    return [(loaded(threads) - loaded(0)) / threads]


@contextmanager
def allocations():
    """What this process allocates and does not free: a function that gives the sizes."""
    def set_to(file, value):
        (TRACEFS / file).write_text(f"{value}\n")

    def sizes():
        held = {}
        for line in text.splitlines():
            if match := re.search(r" kmalloc: .*ptr=(\w+) .*bytes_alloc=(\d+)", line):
                held[match[1]] = int(match[2])
            elif match := re.search(r" kfree: .*ptr=(\w+)", line):
                held.pop(match[1], None)
        return held.values()

    set_to("buffer_size_kb", 32 * 1024)
    set_to("set_event_pid", os.getpid())
    for event in "kmalloc", "kfree":
        set_to(f"events/kmem/{event}/enable", 1)
    set_to("trace", "")
    try:
        yield sizes
    finally:
        for event in "kmalloc", "kfree":
            set_to(f"events/kmem/{event}/enable", 0)
        text = (TRACEFS / "trace").read_text()
        set_to("trace", "")
