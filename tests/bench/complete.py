# SPDX-License-Identifier: GPL-2.0
"""complete.py OUT: is all there that a quick benchmark and profile have left in OUT.json and below OUT?

And are the pictures in docs/ as good? The last line is "N passed, N failed".
"""

import json
import re
import sys
import xml.etree.ElementTree as xml
from pathlib import Path

from report import goals

OUT = Path(sys.argv[1])
DOCS = Path(__file__).parents[2] / "docs"
EACH = ["tick", "row of /proc", "start of a thread", "stop of a thread", "memory of a worker"]
GROWING = EACH + ["histogram", "row of all, by worker"]
IN_TIME_TOO = {"insmod with one worker", "rmmod with one worker"}
PRIMITIVES = {"ssleep", "timeout", "idle", "usleep", "fsleep", "hrtimer", "completion", "event", "work"}
SETTING = "setting, 20 workers"
FIGURES = (
    {f"{what}, {workers}" for what in GROWING for workers in ("1 worker", "10 workers")}
    | {f"tick, {primitive}" for primitive in PRIMITIVES}
    | IN_TIME_TOO
    | {f"{name}, without BTF" for name in IN_TIME_TOO}
    | {f"module, {what}" for what in (".text and .rodata", "data", "tables for unwinding and patching", "BTF")}
    | {SETTING, f"{SETTING}, 3 busy loops", f"{SETTING}, 3 readers", "setting, readers / busy loops"}
    | {
        "tick, causes=N",
        "tick, causes=Y",
        "tick, more with causes=Y",
        "call of a probe for a process, with the kernel's part",
        "call of a probe for a process",
        "call of a probe for a kernel thread, with the kernel's part",
        "call of a probe for a kernel thread",
        "start of 10 workers",
        "stop of 10 workers at unload",
        "stop of 10 workers at unload, 4 CPUs",
        "kthreadd's time for 10 workers",
        "unload of 10 ssleep workers",
        "write for 20 event workers",
        "ticks lost to 4 readers, 10 workers",
        "drift of an hrtimer worker, 100 ticks",
        "missed by an hrtimer worker, 100 ticks",
    }
)
FIELDS = {"name", "unit", "this", "c", "ratio", "goal", "met", "spread"}
ONLY_HERE = {
    "call of a probe for a process",
    "call of a probe for a kernel thread",
    "drift of an hrtimer worker, 100 ticks",
    "missed by an hrtimer worker, 100 ticks",
}
# Differences, or nothing at best. With few workers they are lost in the noise.
MAY_BE_ANYTHING = {
    "tick, more with causes=Y",
    "start of 10 workers",
    "stop of 10 workers at unload",
    "stop of 10 workers at unload, 4 CPUs",
    "kthreadd's time for 10 workers",
    "drift of an hrtimer worker, 100 ticks",
    "missed by an hrtimer worker, 100 ticks",
    "ticks lost to 4 readers, 10 workers",
} | {f"{what}, {workers}" for what in GROWING if what != "memory of a worker" for workers in ("1 worker", "10 workers")}


def all_figures_are_there(figures, _):
    names = [figure["name"] for figure in figures]
    assert sorted(names) == sorted([*FIGURES, *IN_TIME_TOO]), set(names) ^ FIGURES


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
    judged = {figure["name"]: figure for figure in figures if figure["goal"]}
    assert set(judged) == set(goals(10)), set(judged) ^ set(goals(10))
    for figure in judged.values():
        what, _, most = figure["goal"].split()
        assert figure["met"] == (figure[what] is not None and figure[what] <= float(most)), figure


def each_primitive_has_its_lateness(_, bench):
    lateness = bench["lateness"]
    assert set(lateness) == PRIMITIVES, lateness.keys()
    for name, buckets in lateness.items():
        bounds = [bound for bound, _ in buckets]
        assert buckets and bounds == sorted(bounds) and all(number > 0 for _, number in buckets), name


def pictures():
    """Those just drawn and those of the documentation: their paths, what they show, and what is in them."""
    for folder in OUT, DOCS:
        for picture, labels in ("growth", EACH), ("lateness", PRIMITIVES):
            path = folder / f"{picture}.svg"
            yield path, labels, xml.parse(path).getroot()


def pictures_show_it(*_):
    for path, labels, root in pictures():
        text = " ".join(root.itertext())
        missing = [label for label in labels if label not in text]
        assert not missing, (path, missing)


def luminance(colour):
    """Of #rrggbb, as WCAG has it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear))


def pictures_can_be_read_on_white_and_on_black(*_):
    for path, _, root in pictures():
        elements = [(element.tag.split("}")[1], element.get("style", "")) for element in root.iter()]
        # Nothing is behind the rest: of shapes only lines are drawn, and the marks in <defs>.
        shapes = root.findall(".//{*}g/{*}path") + root.findall(".//{*}g/{*}rect")
        for style in (shape.get("style", "") for shape in shapes):
            assert "fill: none" in style, (path, style)
        for tag, style in elements:
            colours = re.findall(r"(?:fill|stroke): *([^;]+)", style)
            assert tag != "text" or colours, (path, "text is black")
            for colour in colours:
                light = 0 if colour == "none" else luminance(colour) + 0.05
                assert colour == "none" or min(1.05 / light, light / 0.05) > 2.5, (path, tag, colour)


def the_profile_shows_where_a_tick_goes(*_):
    text = (OUT / "profile").read_text()
    total = float(re.match(r"([0-9.]+) instructions for each of [0-9]+ times: tick\n", text)[1])
    own = re.findall(r"^ +([0-9.]+) +(src/\S+):", text, flags=re.M)
    missing = {f"src/domain/{file}.rs" for file in ("worker/thread", "logic/stats", "logic/histogram")} - {file for _, file in own}
    assert not missing, missing
    # A tenth of what it is, and ten times that.
    assert 20 < sum(float(number) for number, _ in own) < 2_000, own
    assert 800 < total < 80_000, total


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
    pictures_can_be_read_on_white_and_on_black,
    the_profile_shows_where_a_tick_goes,
]
try:
    bench = json.loads(OUT.with_suffix(".json").read_text())
except (OSError, ValueError) as error:
    print(f"not ok there are results: {error}")
    bench = {"figures": [], "lateness": {}}
results = [passes(test, bench) for test in TESTS]
print(f"{sum(results)} passed, {len(results) - sum(results)} failed")
