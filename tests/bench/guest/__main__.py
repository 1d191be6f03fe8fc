# SPDX-License-Identifier: GPL-2.0
"""Measures both modules in this machine.

    guest costs    where a nanosecond is an instruction
    guest causes   of that only what `causes` costs
    guest times    on all processors
    guest profile this|c tick|causes|read|start|stop FOLDER    does that while its instructions are logged

Prints one JSON object a line: the name of a figure, its unit, of which module ("side": "this" or "c"),
and the values of all repetitions; at last how many workers are many, and lateness. $KO, $CLASSIC and $PROBES
are the modules; with $QUICK there are few workers.
"""

import json
import os
import sys

import causes
import costs
import times
import workload
from modules import Classic, Probes, This

this, classic = This(), Classic()

# Workers, and jiffies between two ticks of one, so that the machine has time for others.
JIFFIES = {1: 1, 10: 1, 100: 10, 1_000: 100, 10_000: 1_000}
MANY = 1_000
ROUNDS = {10: 1, 100: 9, 1_000: 15, 10_000: 3}
SECONDS = 10
QUICK = bool(os.environ.get("QUICK"))
if QUICK:
    JIFFIES = {1: 1, 10: 1}
    MANY = 10
    SECONDS = 2


def say(name, unit, side, values):
    print(json.dumps({"name": name, "unit": unit, "side": side, "values": values}), flush=True)


def compare(names, unit, measure, rounds=3):
    """Measures both modules in turn, so that what changes in the machine changes both.

    `measure` gives a list of values of a module for each of the names.
    """
    values = {(name, module): [] for name in names for module in (this, classic)}
    for _ in range(1 if QUICK else rounds):
        for module in this, classic:
            for name, more in zip(names, measure(module), strict=True):
                values[name, module] += more
    for (name, module), all_values in values.items():
        say(name, unit, module.side, all_values)
    return values


def workers(number):
    return f"{number:,} worker{'s' * (number > 1)}"


def measure_costs():
    for threads, jiffies in JIFFIES.items():
        name = f"tick, {workers(threads)}"
        compare([name], "instructions", lambda module: [costs.tick(module, threads, jiffies)])
    measure_causes()
    for threads, jiffies in JIFFIES.items():
        name = f"row of /proc, {workers(threads)}"
        compare([name], "instructions", lambda module: [costs.read(module, threads, jiffies)])
    for threads in JIFFIES:
        names = [f"{what} of a thread, {workers(threads)}" for what in ("start", "stop")]
        compare(names, "instructions", lambda module: costs.start_and_stop(module, threads))
    for threads in JIFFIES:
        name = f"memory of a worker, {workers(threads)}"
        compare([name], "bytes", lambda module: [costs.memory(module, threads)], rounds=1)


def measure_causes():
    """Of this module only; what is compared with C is a probe that does nothing."""
    off, on = causes.ticks(this, 0.15 if QUICK else 0.5, 1 if QUICK else 5)
    more = [with_it - without for without, with_it in zip(off, on)]
    for name, values in (
        ("tick of the whole machine, causes=N", off),
        ("tick of the whole machine, causes=Y", on),
        ("tick, more with causes=Y", more),
    ):
        say(name, "instructions", "this", values)
    this.load(0)
    calls = causes.probe_calls(this, Probes(), 300, 3 if QUICK else 9)
    this.unload()
    for whom, (whole, empty, own) in calls.items():
        name = f"call of a probe for a {whom}"
        say(f"{name}, with the kernel's part", "instructions", "this", whole)
        say(f"{name}, with the kernel's part", "instructions", "c", empty)
        say(name, "instructions", "this", own)


def measure_times():
    for module in this, classic:
        times.load_and_unload(module, MANY)  # the first time is slow
    compare(["insmod with one worker", "rmmod with one worker"], "s", lambda module: times.load_and_unload(module, 1), 9)
    # Fewer are lost in the noise.
    for threads in (number for number in JIFFIES if number >= min(100, MANY)):
        names = [f"start of {threads:,} workers", f"stop of {threads:,} workers at unload"]
        compare(names, "s", lambda module: times.start_and_stop(module, threads), ROUNDS[threads])
    name = f"unload of {MANY:,} ssleep workers (C: 10, times {MANY // 10})"
    rounds = 1 if QUICK else 3
    say(name, "s", "this", times.stop_ssleep(this, MANY, rounds))
    # One after the other takes a second for each.
    say(name, "s", "c", [stop * MANY / 10 for stop in times.stop_ssleep(classic, 10, rounds)])
    compare([f"ticks lost to 4 readers, {MANY:,} workers"], "ticks", lambda module: [times.lost_to_readers(module, MANY, SECONDS)])
    ticks = 10 * MANY
    drift, missed = times.drift(this, ticks)
    say(f"drift of an hrtimer worker, {ticks:,} ticks", "intervals", "this", [drift])
    say(f"missed by an hrtimer worker, {ticks:,} ticks", "intervals", "this", [missed])
    print(json.dumps({"many": MANY, "lateness": times.lateness(this, 2 * SECONDS)}), flush=True)


def main(what, *arguments):
    if what == "profile":
        side, what, folder = arguments
        workload.run({"this": this, "c": classic}[side], what, folder)
    else:
        {"costs": measure_costs, "causes": measure_causes, "times": measure_times}[what]()


main(*sys.argv[1:])
