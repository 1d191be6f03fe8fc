# SPDX-License-Identifier: GPL-2.0
"""report.py OUT [--parts] FILES…: what was measured as a table, and as OUT (JSON).

FILES are what guest/ has printed; with --parts it is not all. OUT gets a list `figures` of objects with name, unit, this, c, ratio,
goal, met and spread, how many workers were `many`, and the `lateness` of each primitive. It is an error,
once all is written, if a goal has no figure.
"""

import json
import statistics
import sys


PRIMITIVES = ["ssleep", "timeout", "idle", "usleep", "fsleep", "hrtimer", "completion", "event", "work"]


def goals(many):
    """The most that a figure's ratio to C, or it itself, may be, where so many workers are many."""
    return {f"tick, {primitive}": ("ratio", 1.02) for primitive in PRIMITIVES} | {
        "tick, more with causes=Y": ("this", 250),
        "call of a probe for a process": ("this", 25),
        "call of a probe for a kernel thread": ("this", 25),
        f"row of /proc, {many:,} workers": ("ratio", 0.40),
        f"memory of a worker, {many:,} workers": ("this", 2432),
        f"start of {many:,} workers": ("ratio", 0.90),
        f"stop of {many:,} workers at unload": ("ratio", 0.45),
        f"unload of {many:,} ssleep workers": ("this", 1.05),
        "insmod with one worker": ("ratio", 1.25),
        "rmmod with one worker": ("ratio", 1.25),
        "module, .text and .rodata": ("this", 65536),
        "setting, readers / busy loops": ("this", 1.2),
        f"drift of an hrtimer worker, {10 * many:,} ticks": ("this", 1),
        f"ticks lost to 4 readers, {many:,} workers": ("this", 0),
    }


def measured(paths):
    """What both sides have, by the figure's name and unit; and all else that is there."""
    figures, more = {}, {}
    for path in paths:
        with open(path) as file:
            for record in map(json.loads, file):
                if "name" in record:
                    figures.setdefault((record["name"], record["unit"]), {})[record["side"]] = record["values"]
                else:
                    more |= record
    return figures, more


def add_setting(figures):
    """By how much readers hold up a setting more than others do who only want the CPU."""
    def sides(end):
        return next((values for (name, _), values in figures.items() if name.startswith("setting, ") and name.endswith(end)), {})

    busy, readers = sides("3 busy loops"), sides("3 readers")
    if both := busy.keys() & readers.keys():
        ratio = {side: [statistics.median(readers[side]) / statistics.median(busy[side])] for side in both}
        figures["setting, readers / busy loops", "times"] = ratio


def spread(values):
    """How far the values are from each other, by their median; nothing of what was measured once."""
    if len(values) == 1:
        return None
    middle = statistics.median(values)
    return (max(values) - min(values)) / abs(middle) if middle else 0


def figure(name, unit, sides, goal):
    this, c = (statistics.median(sides[side]) if side in sides else None for side in ("this", "c"))
    row = {"name": name, "unit": unit, "this": this, "c": c, "ratio": this / c if c and c > 0 <= this else None}
    spreads = [spread(values) for values in sides.values()]
    row |= {"goal": None, "met": None, "spread": None if None in spreads else max(spreads)}
    if goal:
        kind, most = goal
        row |= {"goal": f"{kind} <= {most:g}", "met": row[kind] is not None and row[kind] <= most}
    return row


def number(value):
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"


def table(figures):
    yield ["figure", "unit", "this", "C", "this/C", "spread", "goal", "met"]
    for row in figures:
        yield [
            row["name"],
            row["unit"],
            number(row["this"]),
            number(row["c"]),
            "-" if row["ratio"] is None else f"{row['ratio']:.2f}",
            "-" if row["spread"] is None else f"{row['spread']:.0%}",
            row["goal"] or "-",
            {True: "yes", False: "NO", None: "-"}[row["met"]],
        ]


def main(out, *paths):
    is_whole = "--parts" not in paths
    values, more = measured([path for path in paths if path != "--parts"])
    add_setting(values)
    # Some are measured in time and in instructions: the goal is one for both.
    wanted = goals(more.get("many", 1_000))
    figures = [figure(name, unit, sides, wanted.get(name)) for (name, unit), sides in values.items()]
    missing = set(wanted) - {name for name, _ in values}
    rows = list(table(figures))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:])]
        print("  ".join(left + right).rstrip())
    with open(out, "w") as file:
        json.dump({"figures": figures} | more, file, indent=1)
    if missing and is_whole:
        raise SystemExit(f"error: goals without a figure: {'; '.join(sorted(missing))}")


if __name__ == "__main__":
    main(*sys.argv[1:])
