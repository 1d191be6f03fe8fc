# SPDX-License-Identifier: GPL-2.0
"""report.py OUT FILES…: what was measured as a table, and as OUT (JSON).

FILES are what guest/ has printed. OUT gets a list `figures` of objects with name, unit, this, c, ratio,
goal, met and spread, and the `lateness` of each primitive.
"""

import json
import statistics
import sys

# The most that a figure's ratio to C, or it itself, may be.
GOALS = {
    "tick, 1 worker": ("ratio", 1.10),
    "row of /proc, 1,000 workers": ("ratio", 0.50),
    "memory of a worker, 1,000 workers": ("this", 2048),
    "start of 1,000 workers": ("ratio", 1.05),
    "stop of 1,000 workers at unload": ("ratio", 0.35),
    "unload of 1,000 ssleep workers (C: 10, times 100)": ("this", 1.1),
    "drift of an hrtimer worker, 10,000 ticks": ("this", 1),
    "ticks lost to 4 readers, 1,000 workers": ("this", 0),
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


def spread(values):
    """How far the values are from each other, by their median."""
    middle = statistics.median(values)
    return (max(values) - min(values)) / abs(middle) if middle else 0


def figure(name, unit, sides):
    this, c = (statistics.median(sides[side]) if side in sides else None for side in ("this", "c"))
    row = {"name": name, "unit": unit, "this": this, "c": c, "ratio": this / c if c and c > 0 <= this else None}
    row |= {"goal": None, "met": None, "spread": max(map(spread, sides.values()))}
    if name in GOALS:
        kind, most = GOALS[name]
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
            f"{row['spread']:.0%}",
            row["goal"] or "-",
            {True: "yes", False: "NO", None: "-"}[row["met"]],
        ]


def main(out, *paths):
    values, more = measured(paths)
    figures = [figure(*key, sides) for key, sides in values.items()]
    rows = list(table(figures))
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        left = [cell.ljust(width) for cell, width in zip(row[:2], widths)]
        right = [cell.rjust(width) for cell, width in zip(row[2:], widths[2:])]
        print("  ".join(left + right).rstrip())
    with open(out, "w") as file:
        json.dump({"figures": figures} | more, file, indent=1)


main(*sys.argv[1:])
