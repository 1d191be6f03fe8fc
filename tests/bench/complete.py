# SPDX-License-Identifier: GPL-2.0
"""complete.py OUT: is all there that a quick benchmark has left in OUT.json and below OUT?

The last line is "N passed, N failed".
"""

import json
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

EACH = ["tick", "row of /proc", "start of a thread", "stop of a thread", "memory of a worker"]
FIGURES = {f"{what}, {workers}" for what in EACH for workers in ("1 worker", "10 workers")} | {
    "tick, more than C without statistics",
    "insmod with one worker",
    "rmmod with one worker",
    "start of 10 workers",
    "stop of 10 workers at unload",
    "unload of 10 ssleep workers (C: 10, times 1)",
    "ticks lost to 4 readers, 10 workers",
    "drift of an hrtimer worker, 100 ticks",
    "missed by an hrtimer worker, 100 ticks",
    "module, text",
    "module, data",
}
FIELDS = {"name", "unit", "this", "c", "ratio", "goal", "met", "spread"}
ONLY_HERE = {"drift of an hrtimer worker, 100 ticks", "missed by an hrtimer worker, 100 ticks"}
# Differences, or nothing at best. With few workers they are lost in the noise.
MAY_BE_ANYTHING = ONLY_HERE | {
    "tick, more than C without statistics",
    "row of /proc, 1 worker",
    "start of a thread, 1 worker",
    "stop of a thread, 1 worker",
    "stop of a thread, 10 workers",
    "start of 10 workers",
    "stop of 10 workers at unload",
    "ticks lost to 4 readers, 10 workers",
}
PRIMITIVES = {"ssleep", "timeout", "hrtimer", "completion", "event", "work"}


def all_figures_are_there(figures, _):
    names = [figure["name"] for figure in figures]
    assert sorted(names) == sorted(FIGURES), set(names) ^ FIGURES


def a_figure_has_all_fields(figures, _):
    for figure in figures:
        assert set(figure) == FIELDS and figure["unit"], figure


def both_sides_were_measured(figures, _):
    for figure in figures:
        name = figure["name"]
        sides = [figure["this"]] + [figure["c"]] * (name not in ONLY_HERE)
        for value in sides:
            assert isinstance(value, int | float), figure
            assert value > 0 or name in MAY_BE_ANYTHING, figure


def ratios_are_right(figures, _):
    for figure in figures:
        if figure["c"] and figure["c"] > 0 <= figure["this"]:
            assert abs(figure["ratio"] * figure["c"] - figure["this"]) <= 1e-6 * abs(figure["this"]), figure
        else:
            assert figure["ratio"] is None, figure


def goals_are_judged(figures, _):
    judged = [figure for figure in figures if figure["goal"]]
    assert judged, "no figure has a goal"
    for figure in judged:
        what, _, most = figure["goal"].split()
        assert figure["met"] == (figure[what] is not None and figure[what] <= float(most)), figure


def each_primitive_has_its_lateness(_, bench):
    lateness = bench["lateness"]
    assert set(lateness) == PRIMITIVES, lateness.keys()
    for name, buckets in lateness.items():
        bounds = [bound for bound, _ in buckets]
        assert buckets and bounds == sorted(bounds) and all(number > 0 for _, number in buckets), name


def pictures_show_it(_, bench):
    for picture, labels in ("growth", EACH), ("lateness", PRIMITIVES):
        text = " ".join(xml.parse(Path(sys.argv[1]) / f"{picture}.svg").getroot().itertext())
        missing = [label for label in labels if label not in text]
        assert not missing, (picture, missing)


def passes(test, bench):
    try:
        assert bench["figures"], "there are no figures"
        test(bench["figures"], bench)
    except Exception as error:
        print(f"not ok {test.__name__}: {error!r}")
        return False
    print(f"ok {test.__name__}")
    return True


TESTS = [
    all_figures_are_there,
    a_figure_has_all_fields,
    both_sides_were_measured,
    ratios_are_right,
    goals_are_judged,
    each_primitive_has_its_lateness,
    pictures_show_it,
]
try:
    bench = json.loads(Path(sys.argv[1] + ".json").read_text())
except (OSError, ValueError) as error:
    print(f"not ok there are results: {error}")
    bench = {"figures": [], "lateness": {}}
results = [passes(test, bench) for test in TESTS]
print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
