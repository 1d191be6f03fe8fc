# SPDX-License-Identifier: GPL-2.0
"""draw.py BENCH.JSON FOLDER: the pictures, as growth.svg and lateness.svg.

Their background is transparent, and their colours can be read on white and on black.
"""

import json
import re
import sys
from pathlib import Path

import matplotlib

matplotlib.use("svg")
import matplotlib.pyplot as plt

INK = "#808890"
SIDES = {"this": "#e0713a", "c": "#3f8fd2"}
PRIMITIVES = {
    "ssleep": "#c44e52", "timeout": "#dd8452", "idle": "#d16ba5", "work": "#b8912e", "fsleep": "#7f9a2f", "usleep": "#2f9e9e",
    "hrtimer": "#4c9f70", "completion": "#4c86c6", "event": "#9a74c4",
}  # fmt: skip
LEAST = 10_000  # ns: what is less is early, and no share of a logarithm
GROWTH = ["tick", "row of /proc", "start of a thread", "stop of a thread", "memory of a worker"]

plt.rcParams.update({
    "svg.hashsalt": "kthread_counter",  # the same picture for the same figures
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
})  # fmt: skip


def save(figure, path):
    figure.tight_layout()
    figure.savefig(path, transparent=True, metadata={"Date": None})
    plt.close(figure)
    first, rest = path.read_text().split("\n", 1)
    path.write_text(f"{first}\n<!-- SPDX-License-Identifier: GPL-2.0 -->\n{rest}")


def growth(figures, path):
    """What one costs, by how many there are: a level line is linear growth."""
    figure, panels = plt.subplots(1, len(GROWTH), figsize=(11, 2.6))
    for panel, what in zip(panels, GROWTH):
        rows = [row for row in figures if re.fullmatch(what + ", [0-9,]+ workers?", row["name"])]
        for side, colour in SIDES.items():
            points = [(workers(row), row[side]) for row in rows if row[side] is not None]
            panel.plot(*zip(*points), "o-", color=colour, markersize=3, label={"this": "this", "c": "C"}[side])
        panel.set_xscale("log")
        panel.xaxis.set_major_formatter("{x:,.0f}")
        panel.set_ylim(0, 1.1 * panel.get_ylim()[1])
        panel.yaxis.set_major_formatter("{x:,.0f}")
        panel.set_title(what, fontsize=9)
        panel.set_ylabel(rows[0]["unit"])
        panel.set_xlabel("workers")
    panels[0].legend()
    save(figure, path)


def workers(row):
    return int(row["name"].split(", ")[1].split()[0].replace(",", ""))


def lateness(histograms, path):
    """Which share of the ticks was at most so late."""
    figure, panel = plt.subplots(figsize=(7, 3.2))
    for name, colour in PRIMITIVES.items():
        seen, points = 0, [(max(histograms[name][0][0], LEAST) / 1e6, 0)]
        total = sum(number for _, number in histograms[name])
        for bound, number in histograms[name]:
            seen += number
            points.append((max(bound, LEAST) / 1e6, 100 * seen / total))
        panel.step(*zip(*points), where="post", color=colour, label=name)
    panel.set_xscale("log")
    panel.xaxis.set_major_formatter("{x:g}")
    panel.set_xlabel("late by at most (ms)")
    panel.set_ylabel("% of the ticks")
    panel.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    save(figure, path)


def main(source, folder):
    with open(source) as file:
        bench = json.load(file)
    folder = Path(folder)
    growth(bench["figures"], folder / "growth.svg")
    lateness(bench["lateness"], folder / "lateness.svg")


main(*sys.argv[1:])
