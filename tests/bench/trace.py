# SPDX-License-Identifier: GPL-2.0
"""trace.py FOLDER WHAT MODULE [SECONDS]: has QEMU log the instructions of a moment, and counts them.

FOLDER has the monitor's socket, and what the guest leaves there (see guest/workload.py): `symbols` when it
is ready, with `text`, where the module is; `begin` and `end` tell it when; `done`, if it is done before
that. `ended` is there when the machine is not any more.
"""

import bisect
import json
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

SECONDS = 8  # of the host, if nothing else is wanted: some million instructions
PATIENCE = 120
PROJECT = Path("/kit/project")  # where the root has it, and what is built is told
MOST = 200

# What is called once for each tick, row, start or stop, of both modules.
ONCE = {
    "tick": ("schedule_timeout",),
    "causes": ("schedule_timeout",),
    "event": ("ksys_write",),
    "read": ("seq_write", "table_show"),
    "start": ("kthread_create_on_node",),
    "stop": ("do_exit",),
}


class Monitor:
    """QEMU's monitor."""

    def __init__(self, path):
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(str(path))
        self.stream = connection.makefile("rw")
        self.stream.readline()  # what it can
        self.execute("qmp_capabilities")

    def execute(self, command, **arguments):
        self.stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.stream.flush()
        for answer in map(json.loads, self.stream):
            if "error" in answer:
                raise SystemExit(f"error: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def say(self, line):
        self.execute("human-monitor-command", **{"command-line": line})


def wait_for(path):
    end = time.monotonic() + PATIENCE
    while not path.exists():
        if (path.parent / "ended").exists():
            raise SystemExit(f"error: the machine ended without {path.name}")
        if time.monotonic() > end:
            raise SystemExit(f"error: no {path.name} from the machine within {PATIENCE} s")
        time.sleep(0.1)


def executed(log):
    """How often each instruction was, by its address."""
    pattern = re.compile(r"\[[0-9a-f]+/([0-9a-f]+)/")
    with open(log) as lines:
        return Counter(int(match[1], 16) for match in map(pattern.search, lines) if match)


def functions(path):
    """Addresses at which functions begin, in their order, and the functions' names."""
    lines = [line.split() for line in path.read_text().splitlines()]
    found = sorted((int(line[0], 16), line[2]) for line in lines if line[1] in "tTwW")
    names = "\n".join(name for _, name in found)
    names = subprocess.run(["llvm-cxxfilt"], input=names, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [address for address, _ in found], names.splitlines()


def by_function(counts, addresses, names):
    """Instructions and calls of each function."""
    instructions, calls = Counter(), Counter()
    for address, number in counts.items():
        index = bisect.bisect(addresses, address) - 1
        name = names[index] if index >= 0 else "programs"
        instructions[name] += number
        if index >= 0 and address == addresses[index]:
            calls[name] += number
    return instructions, calls


def by_source(counts, start, module):
    """Instructions of the module by the function in its source that they are for."""
    text = subprocess.run(["size", "-A", module], stdout=subprocess.PIPE, text=True, check=True).stdout
    size = next(int(line.split()[1]) for line in text.splitlines() if line.startswith(".text "))
    own = [address for address in counts if start <= address < start + size]
    words = "\n".join(f"{address - start:#x}" for address in own)
    command = ["addr2line", "-e", module, "-j", ".text", "-a", "-f", "-i", "-C"]
    text = subprocess.run(command, input=words, stdout=subprocess.PIPE, text=True, check=True).stdout
    instructions = Counter()
    for address, place in zip(own, re.split(r"^0x.*\n", text, flags=re.M)[1:], strict=True):
        lines = place.splitlines()
        instructions[blamed(list(zip(lines[::2], lines[1::2])))] += counts[address]
    return instructions


def blamed(frames):
    """Of functions that are inlined in each other, the innermost that is the project's."""
    for name, place in frames:
        path = Path(place.split(":")[0])
        if path.is_relative_to(PROJECT):
            return f"{path.relative_to(PROJECT)}: {short(name)}"
    return short(frames[0][0])


def short(name):
    """The last two words of a Rust name, without the parameters of types."""
    while (less := re.sub(r"(\w(?:::)?)<[^<>]*>", r"\1", name)) != name:
        name = less
    name = re.sub(r"<([^<>]*?)(?: as [^<>]*)?>", r"\1", name)
    return "::".join(re.split(r":{2,4}", name)[-2:])


def show(title, instructions, times, calls=None):
    print(f"\n{title}")
    for name, number in instructions.most_common(MOST):
        times_called = f"{calls[name] / times:6.2f} calls" if calls else ""
        print(f"{number / times:9.1f}  {times_called}  {short(name) if calls else name}")


def main(folder, what, module, seconds=""):
    folder = Path(folder)
    wait_for(folder / "symbols")
    monitor = Monitor(folder / "monitor")
    log = folder / "trace"
    for line in "one-insn-per-tb on", f"logfile {log}", "log exec,nochain":
        monitor.say(line)
    (folder / "begin").touch()
    if what in ("start", "stop"):
        wait_for(folder / "done")
    else:
        time.sleep(float(seconds or SECONDS))
    for line in "log none", "one-insn-per-tb off":
        monitor.say(line)
    (folder / "end").touch()

    counts = executed(log)
    instructions, calls = by_function(counts, *functions(folder / "symbols"))
    times = max(calls[name] for name in ONCE[what])
    if not times:
        raise SystemExit(f"error: there was no {what} in that time")
    print(f"{instructions.total() / times:.1f} instructions for each of {times} times: {what}")
    start = int((folder / "text").read_text(), 16)
    show("the module's own, by source", by_source(counts, start, module), times)
    show("all, by function", instructions, times, calls)


main(*sys.argv[1:])
