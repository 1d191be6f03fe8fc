# SPDX-License-Identifier: GPL-2.0
"""What `causes` costs others, in instructions: each call of a probe for tasks that are not ours.

A nanosecond of the machine's time is an instruction here. There is one processor, so whatever takes it away from a
process shows in the process's clock. Many other things happen too: what is wanted is the cost without them, so of
many measurements the least count.
"""

import os
import re
import statistics
import time
import tty
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

TRACEFS = Path("/sys/kernel/tracing")
EVENTS = ("sched_waking", "sched_switch")
# What the trace says of whom a probe is called for, in lines of both events.
WHOM = re.compile(r" sched_waking: comm=(\S+)| sched_switch: .*next_comm=(\S+)")

EMPTY = 3  # what a probe that does nothing executes: see classic/probes.c


def least(values):
    """What a tenth of them are below: no other work is in those, and no luck either."""
    return statistics.quantiles(values, n=10, method="inclusive")[0]


@contextmanager
def last_in_line():
    """Whatever else wakes gets the processor at once."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    yield
    os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


@contextmanager
def processes():
    """An exchange of bytes with another process, through pipes."""
    there, back = os.pipe(), os.pipe()
    other = os.fork()
    if not other:
        os.close(there[1])
        while os.read(there[0], 1):
            os.write(back[1], b"x")
        os._exit(0)

    def exchange():
        os.write(there[1], b"x")
        os.read(back[0], 1)

    yield exchange
    os.close(there[1])
    os.waitpid(other, 0)
    for end in there[0], *back:
        os.close(end)


def set_carriers(policy, priority):
    """The scheduling of the kernel threads that do it: with a real-time one they always run at once."""
    for path in Path("/proc").glob("[0-9]*/comm"):
        if path.read_text().startswith("kworker/u"):
            os.sched_setscheduler(int(path.parent.name), policy, os.sched_param(priority))


@contextmanager
def kernel_threads():
    """A byte through a pseudo-terminal, which a kernel thread carries from one side to the other."""
    master, terminal = os.openpty()
    tty.setraw(terminal)
    set_carriers(os.SCHED_FIFO, 1)

    def send():
        os.write(master, b"x")
        os.read(terminal, 1)

    yield send
    set_carriers(os.SCHED_OTHER, 0)
    os.close(master)
    os.close(terminal)


def cost(act, times):
    clock, taken = time.monotonic_ns, []
    for _ in range(times):
        started = clock()
        act()
        taken.append(clock() - started)
    return least(taken)


def calls(act, times):
    """How many calls of probes it makes: for processes like this one, and for kernel threads."""
    def set_to(file, value):
        (TRACEFS / file).write_text(f"{value}\n")

    set_to("trace", "")
    for event in EVENTS:
        set_to(f"events/sched/{event}/enable", 1)
    cost(act, times)
    for event in EVENTS:
        set_to(f"events/sched/{event}/enable", 0)
    text = (TRACEFS / "trace").read_text()
    set_to("trace", "")
    me = Path("/proc/self/comm").read_text().strip()
    found = Counter((match[1] or match[2]) == me for match in WHOM.finditer(text))
    numbers = [round(found[is_like_me] / times) for is_like_me in (True, False)]
    # Others come between, but rarely.
    if abs(sum(numbers) - found.total() / times) > 0.5:
        raise SystemExit(f"error: {found} calls of probes in {times} times: they are not the same each time")
    return numbers


def probe_calls(this, probes, times, rounds):
    """What calls of a probe cost: by whom it is called for, lists of three figures.

    With all that the kernel does for it, of `this`; the same of the probe that does nothing; and what the probe of
    `this` executes itself.
    """
    values = {"process": [], "kernel thread": []}
    with last_in_line(), processes() as exchange, kernel_threads() as send:
        for act in exchange, send:
            cost(act, times)  # the first times are slow
        (mine, none), (some, others) = calls(exchange, times), calls(send, times)
        if none or not (mine and others):
            raise SystemExit(f"error: {mine} and {none} calls of probes, and {some} and {others}")

        def costs(module):
            plain = [cost(act, times) for act in (exchange, send)]
            with module.attached():
                more = [cost(act, times) - before for act, before in zip((exchange, send), plain)]
            process = more[0] / mine
            return process, (more[1] - some * process) / others

        costs(this)  # as above
        for _ in range(rounds):
            for whom, whole, empty in zip(values, costs(this), costs(probes)):
                values[whom].append((whole, empty, whole - empty + EMPTY))
    return {whom: list(zip(*rows)) for whom, rows in values.items()}
