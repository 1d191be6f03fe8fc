# SPDX-License-Identifier: GPL-2.0
"""Something to do while the machine's instructions are logged."""

import shutil
import time
from pathlib import Path

from costs import read_once
from modules import FOREVER, write


def prepare(module, what, done):
    """What to do again and again; what can be done only once is `done` then."""
    if what in ("tick", "causes"):
        module.load(10, *module.timeouts(1), *["causes=Y"] * (what == "causes"))
        return lambda: time.sleep(0.1)
    if what == "event":
        module.load(1, "wait=event")
        device = module.device()
        return lambda: (write(device), time.sleep(0.01))
    if what == "read":
        module.load(1_000, *module.timeouts(25))
        time.sleep(1)
        module.sleep_for(FOREVER)
        time.sleep(1)
        return lambda: read_once(module.table)
    if what == "start":
        module.load(100, *module.timeouts(FOREVER), "autostart=N")
        return lambda: once(lambda: module.put("start", "all"), done)
    module.load(200, *module.timeouts(FOREVER))
    time.sleep(2)
    return lambda: once(module.unload, done)


def once(act, done):
    if not done.exists():
        act()
        time.sleep(0.1)  # until all threads have run, or are freed
        done.touch()
    time.sleep(0.1)


def run(module, what, folder):
    folder = Path(folder)
    again = prepare(module, what, folder / "done")
    shutil.copy(f"/sys/module/{module.name}/sections/.text", folder / "text")
    shutil.copy("/proc/kallsyms", folder / "symbols.new")
    (folder / "symbols.new").rename(folder / "symbols")
    while not (folder / "begin").exists():
        time.sleep(0.01)
    while not (folder / "end").exists():
        again()
    del again  # and the device that it has open
    if Path(module.table).exists():
        module.unload()
