# SPDX-License-Identifier: GPL-2.0
"""What things cost, in instructions: where a nanosecond of the machine's time is one."""

import os
import re
import statistics
import time
from contextlib import contextmanager
from pathlib import Path

from meter import busy, forget, usual
from modules import CALLED, FOREVER, read, write

TRACEFS = Path("/sys/kernel/tracing")

REPETITIONS = 3


def tick(module, primitive, ticks, *more):
    """What the machine executes from one time of idling to the next, in which one worker ticks."""
    if primitive in CALLED:
        return call(module, primitive, ticks)
    module.load(1, f"wait={primitive}", "interval=1j", *more)
    time.sleep(0.1)
    cost = one_tick(module, ticks)
    module.unload()
    return [cost]


def one_tick(module, ticks):
    forget()
    before = module.ticks()
    time.sleep(2 * ticks / module.hz)
    return usual(min(module.ticks() - before, ticks))


def call(module, primitive, ticks):
    """The same of one that ticks when the device is called: what it takes more than when there is no worker."""
    def calls(device):
        forget()
        for _ in range(ticks):
            write(device) if primitive == "event" else read(device)
            # Who has made the call sleeps now, so that the worker runs, and there is nothing else to do.
            time.sleep(0.001)
        return usual(ticks)

    def all_calls(threads):
        module.load(threads, f"wait={primitive}")
        with module.device() as device:
            calls(device)  # the first times are slow
            before = module.ticks()
            cost = calls(device)
            if module.ticks() - before != ticks * threads:
                raise SystemExit(f"error: {module.name}: {ticks} calls are {module.ticks() - before} ticks")
        module.unload()
        return cost

    return [all_calls(1) - all_calls(0)]


def causes(module, ticks):
    """What a tick takes when causes are not watched, and when they are."""
    module.load(1, *module.timeouts(1))
    time.sleep(0.1)
    off = one_tick(module, ticks)
    with module.attached():
        on = one_tick(module, ticks)
    module.unload()
    return [off], [on], [on - off]


def read_once(table):
    """What it takes to read a table, as a program does that reads it in pieces; and that of each piece."""
    file = os.open(table, os.O_RDONLY)
    buffer = bytearray(65536)
    pieces, size = [], 1
    while size:
        started = time.monotonic_ns()
        size = os.readv(file, [buffer])
        pieces.append((time.monotonic_ns() - started, bytes(buffer[:size]).count(b"\n")))
    os.close(file)
    return sum(cost for cost, _ in pieces), pieces


def growth(module, threads, jiffies):
    """By the number of workers: start, tick, row, histogram and stop of each, and the row of all.

    All is what it takes more than without workers.
    """
    none, some = grown(module, 0, jiffies), grown(module, threads, jiffies)
    more = {what: some[what] - none[what] for what in some}
    tick = more.pop("ticking") / more.pop("ticks")
    return [[tick]] + [[more[what] / threads] for what in ("row", "histogram", "total", "start", "stop")]


def grown(module, threads, jiffies):
    costs, began = {}, busy()
    module.load(threads, *module.timeouts(FOREVER))
    time.sleep(0.1)
    costs["start"] = busy() - began
    module.sleep_for(jiffies)
    time.sleep(max(1, 2.5 * jiffies / module.hz))
    ticks, began = module.ticks(), busy()
    time.sleep(max(1, 2.5 * jiffies / module.hz))
    costs["ticking"] = busy() - began
    costs["ticks"] = module.ticks() - ticks
    module.sleep_for(FOREVER)
    time.sleep(0.1)
    read_once(module.table), read_once(module.table + "_hist")  # the first time is slow
    costs["total"] = total_row(module) if threads > 1 else 0
    costs["row"] = statistics.median(read_once(module.table)[0] for _ in range(REPETITIONS)) - costs["total"]
    costs["histogram"] = statistics.median(read_once(module.table + "_hist")[0] for _ in range(REPETITIONS))
    began = busy()
    module.unload()
    time.sleep(0.1)
    costs["stop"] = busy() - began
    return costs


def total_row(module):
    """What the row of all takes: the piece in which it is, without the other rows in it. 0 if there is one piece."""
    _, pieces = read_once(module.table)
    *others, (cost, rows) = [piece for piece in pieces if piece[1]]
    if not others:
        return 0
    # The pieces before it have rows only.
    each = statistics.median(cost / rows for cost, rows in others)
    return cost - (rows - 1) * each


def load(module):
    """What loading and unloading with one worker takes."""
    before = busy()
    module.insert(f"threads=1 wait=timeout interval={FOREVER}j")
    time.sleep(0.1)
    loaded = busy()
    module.unload()
    time.sleep(0.1)
    return [loaded - before], [busy() - loaded]


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
