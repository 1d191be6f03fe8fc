# SPDX-License-Identifier: GPL-2.0
"""Do both modules say the same? It is an error if they do not: then their costs cannot be compared."""

import time

from modules import PRIMITIVES, read, write

CALLS = 5
SETTLE, LONG = 0.3, 1.0  # seconds
JIFFIES = 5


def seen(module):
    """What it shows: the columns, the parameters, the columns of the histograms, and ticks by primitive."""
    module.load(len(PRIMITIVES), "wait=" + ",".join(PRIMITIVES), f"interval={JIFFIES}j")
    time.sleep(SETTLE)
    module.put("reset", "all")
    with module.device() as device:
        for _ in range(CALLS):
            write(device)
            read(device)
            time.sleep(0.001)
        time.sleep(LONG)
    with open(module.table) as table:
        _, columns, *rows = table.read().splitlines()
    with open(module.table + "_hist") as table:
        _, names, *lines = table.read().splitlines()
    dashes = [[cell == "-" for cell in row.split()] for row in rows]
    ticks = {row["wait"]: int(row["ticks"]) for row in module.rows()}
    counted = {}
    for line in lines:
        id, _, count = map(int, line.split())
        counted[PRIMITIVES[id]] = counted.get(PRIMITIVES[id], 0) + count
    if any(abs(counted[name] - ticks[name]) > 1 for name in PRIMITIVES):
        raise SystemExit(f"error: {module.name}: histograms have {counted}, and the table {ticks}")
    parameters = module.parameters()
    module.unload()
    return {"columns": columns, "histogram": names, "rows": len(rows), "dashes": dashes, "parameters": parameters}, ticks


def check(this, classic):
    (mine, my_ticks), (its, its_ticks) = seen(this), seen(classic)
    for what in mine:
        if mine[what] != its[what]:
            raise SystemExit(f"error: the modules differ in {what}:\n{mine[what]}\n{its[what]}")
    if not all(my_ticks[name] == CALLS for name in ("completion", "event")):
        raise SystemExit(f"error: {CALLS} calls of the device are {my_ticks}")
    # The others may begin anew anywhere in an interval.
    if any(abs(my_ticks[name] - its_ticks[name]) > (0 if my_ticks[name] == CALLS else 2) for name in PRIMITIVES):
        raise SystemExit(f"error: the modules' ticks differ: {my_ticks}, {its_ticks}")
