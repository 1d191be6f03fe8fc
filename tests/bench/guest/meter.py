# SPDX-License-Identifier: GPL-2.0
"""What the whole machine executes: interrupts, the scheduler, kernel threads and programs, but not its idle loop.

A nanosecond is an instruction here, and there is one processor: see classic/meter.c.
"""

import os
import statistics
from contextlib import contextmanager

from modules import File

TIMES = "/proc/meter"


@contextmanager
def meter():
    module = File("meter", os.environ["METER"])
    module.insert()
    try:
        yield
    finally:
        module.unload()


def busy():
    """How long the processor has not been idle, in ns."""
    with open("/sys/module/meter/parameters/busy") as file:
        return int(file.read())


def forget():
    with open(TIMES, "w") as file:
        file.write("x")


def usual(number):
    """How long it was not idle when the worker ticked: of so many times, those that were the longest since forget().

    The others are that the kernel looks whether there is something to do. Some of the longest are something else, too,
    such as the scheduler's own tick: of these the first quartile has none.
    """
    with open(TIMES) as file:
        return statistics.quantiles(sorted(map(int, file))[-number:], n=4, method="inclusive")[0]
