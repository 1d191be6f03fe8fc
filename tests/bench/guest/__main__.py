# SPDX-License-Identifier: GPL-2.0
"""Measures both modules in this machine.

    guest costs [PARTS]    where a nanosecond is an instruction
    guest times [PARTS]    on two processors
    guest more [PARTS]     on four
    guest profile this|c tick|causes|event|read|start|stop FOLDER    does that while its instructions are logged

PARTS are some of those in the table MACHINES; all, if none are given. Prints one JSON object a line: the name of a
figure, its unit, of which module ("side": "this" or "c"), and the values of all repetitions; and how many workers are
many, and lateness. $KO and $CLASSIC are the modules, $KTHREAD_COUNTER_PLAIN and $CLASSIC_PLAIN the same without type
information, $PROBES and $METER those that help; with $QUICK there are few workers.
"""

import json
import os
import sys
import time

import causes
import costs
import same
import times
import workload
from meter import meter
from modules import PRIMITIVES, Classic, Plain, Probes, This

this, classic = This(), Classic()

QUICK = bool(os.environ.get("QUICK"))
# Workers, and jiffies between two ticks of one, so that the machine has time for others.
JIFFIES = {1: 1, 10: 1} if QUICK else {10: 2, 100: 10, 1_000: 100, 10_000: 1_000}
MANY, MOST, CALLED = (10, 20, 20) if QUICK else (1_000, 32_768, 8_000)
ROUNDS = {10: 2, 100: 2, 1_000: 2, 10_000: 1}
TICKS = 20 if QUICK else 100
SECONDS = 2 if QUICK else 5


def say(name, unit, side, values):
    print(json.dumps({"name": name, "unit": unit, "side": side, "values": values}), flush=True)


def compare(names, unit, measure, rounds=3, modules=(this, classic)):
    """Measures both modules in turn, so that what changes in the machine changes both.

    `measure` gives a list of values of a module for each of the names.
    """
    values = {(name, module): [] for name in names for module in modules}
    for _ in range(1 if QUICK else rounds):
        for module in modules:
            for name, more in zip(names, measure(module), strict=True):
                values[name, module] += more
    for (name, module), all_values in values.items():
        say(name, unit, module.side, all_values)


def workers(number):
    return f"{number:,} worker{'s' * (number > 1)}"


def measure_tick():
    for primitive in PRIMITIVES:
        compare([f"tick, {primitive}"], "instructions", lambda module: [costs.tick(module, primitive, TICKS)], 2)


def measure_growth():
    each = ["tick", "row of /proc", "histogram", "row of all, by worker", "start of a thread", "stop of a thread"]
    for module in this, classic:
        costs.grown(module, 10, 1)  # the first time is slow
    for threads, jiffies in JIFFIES.items():
        names = [f"{what}, {workers(threads)}" for what in each]
        compare(names, "instructions", lambda module: costs.growth(module, threads, jiffies), ROUNDS.get(threads, 1))


def measure_memory():
    for threads in (number for number in JIFFIES if number <= MANY):
        name = f"memory of a worker, {workers(threads)}"
        compare([name], "bytes", lambda module: [costs.memory(module, threads)], rounds=1)


def measure_load_costs():
    names = ["insmod with one worker", "rmmod with one worker"]
    compare(names, "instructions", costs.load)
    plain = [Plain(this), Plain(classic)]
    compare([f"{name}, without BTF" for name in names], "instructions", costs.load, modules=plain)


def measure_causes():
    names = ["tick, causes=N", "tick, causes=Y", "tick, more with causes=Y"]
    compare(names, "instructions", lambda module: costs.causes(module, TICKS), 2)
    # What is compared with is a probe that does nothing.
    this.load(0)
    calls = causes.probe_calls(this, Probes(), 300, 5)
    this.unload()
    for whom, (whole, empty, own) in calls.items():
        name = f"call of a probe for a {whom}"
        say(f"{name}, with the kernel's part", "instructions", "this", whole)
        say(f"{name}, with the kernel's part", "instructions", "c", empty)
        say(name, "instructions", "this", own)


def measure_load_times():
    compare(["insmod with one worker", "rmmod with one worker"], "s", lambda module: [[taken] for taken in times.load_and_unload(module, 1)[:2]], 9)


def measure_start_times():
    names = [f"start of {MANY:,} workers", f"stop of {MANY:,} workers at unload", f"kthreadd's time for {MANY:,} workers"]
    for module in this, classic:
        times.load_and_unload(module, MANY)  # the first time is slow
    compare(names, "s", lambda module: times.start_and_stop(module, MANY), 7)


def measure_ssleep():
    few = 4
    say(f"unload of {MANY:,} ssleep workers", "s", "this", [times.stop_ssleep(this, MANY)])
    # One after the other takes a second for each.
    say(f"unload of {MANY:,} ssleep workers", "s", "c", [times.stop_ssleep(classic, few) * MANY / few])


def measure_stop_on_four():
    name = f"stop of {MANY:,} workers at unload, 4 CPUs"
    compare([name], "s", lambda module: times.start_and_stop(module, MANY)[1:2], 5)


def measure_readers():
    name = f"ticks lost to 4 readers, {MANY:,} workers"
    compare([name], "ticks", lambda module: [times.lost_to_readers(module, MANY, SECONDS)], 1)


def measure_scale():
    times.allow_threads()
    name = f"setting, {MOST:,} workers"
    names = [name, f"{name}, 3 busy loops", f"{name}, 3 readers"]
    compare(names, "s", lambda module: times.setting(module, MOST, 3), 1)
    compare([f"write for {CALLED:,} event workers"], "s", lambda module: [times.one_write(module, CALLED, 3)], 1)


def measure_drift():
    ticks = 10 * MANY
    drift, missed = times.drift(this, ticks)
    say(f"drift of an hrtimer worker, {ticks:,} ticks", "intervals", "this", [drift])
    say(f"missed by an hrtimer worker, {ticks:,} ticks", "intervals", "this", [missed])


def measure_lateness():
    print(json.dumps({"lateness": times.lateness(this, 2 * SECONDS)}), flush=True)


# What is measured in which machine, and for which parts.
MACHINES = {
    "costs": [
        ({"tick"}, measure_tick),
        ({"causes"}, measure_causes),
        ({"load"}, measure_load_costs),
        ({"memory"}, measure_memory),
        ({"read", "start", "stop"}, measure_growth),
    ],
    "times": [
        ({"load"}, measure_load_times),
        ({"start", "stop"}, measure_start_times),
        ({"stop"}, measure_ssleep),
        ({"lost"}, measure_readers),
        ({"scale"}, measure_scale),
        ({"drift"}, measure_drift),
        ({"late"}, measure_lateness),
    ],
    "more": [({"stop"}, measure_stop_on_four)],
}


def measure(machine, wanted):
    for parts, what in MACHINES[machine]:
        if not wanted or parts & set(wanted):
            began = time.monotonic()
            what()
            print(json.dumps({f"seconds of {what.__name__}": round(time.monotonic() - began, 1)}), flush=True)


def main(what, *arguments):
    if what == "profile":
        side, what, folder = arguments
        workload.run({"this": this, "c": classic}[side], what, folder)
        return
    print(json.dumps({"many": MANY}), flush=True)
    if what == "costs":
        same.check(this, classic)
        with meter():
            measure(what, arguments)
    else:
        measure(what, arguments)


main(*sys.argv[1:])
