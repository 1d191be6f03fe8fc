#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""failnth.py: lets the kernel fail at each point of a system call that can fail, one after the other.

Reads from its input what to fail, one operation a line:

    MINIMUM [kthreadd] OPERATION [| UNDO]

where an operation is one system call:

    load [ARGUMENTS]        finit_module of $KO
    unload                  delete_module
    write FILE [TEXT]       of a file that is open; FILE is a parameter, or a path
    read FILE
    open FILE
    close FILE
    poll FILE

The N-th allocation or copy from or to user space in the call fails, for N = 1, 2, 3, ..., until the
call has fewer of them: see fail-nth in Documentation/fault-injection/fault-injection.rst. With
"kthreadd" it is that of the thread that creates kernel threads for others. STEP=3 in the environment
tries only every third after the first five.

Whatever fails, either the call fails with an errno that says so, and nothing has changed, or it does
all that it does otherwise; UNDO takes it back then. An operation without UNDO changes nothing. The
kernel log and last_error are those of the outcome. Afterwards the workers go on ticking. The call must
have at least MINIMUM points; "none" is a call that cannot fail like that.

For each operation one line is printed, with the outcomes that it had, and one for each thing that is
wrong. The exit status is 0 if nothing is.
"""

import ctypes
import errno
import gc
import itertools
import os
import re
import stat
import struct
import sys
import time
from collections import Counter

sys.path.append(f"{os.path.dirname(os.path.abspath(__file__))}/..")

from syscalls import CLOSE, DELETE_MODULE, FINIT_MODULE, MLOCKALL, OPENAT, POLL, PREAD, READ, WRITE  # noqa: E402

MODULE = "kthread_counter"
TABLE = f"/proc/{MODULE}"
LEAVINGS = [TABLE, TABLE + "_hist", f"/dev/{MODULE}"]
MODULE_DIR = f"/sys/module/{MODULE}"
PARAMETERS = f"{MODULE_DIR}/parameters"
SETTINGS = "threads interval wait cpus sched log trip_us causes autostart device_mode hz".split()

KTHREADD = 2  # its process id
PATIENCE = 60  # seconds
MOST_POINTS = 20000
EACH_OF_FIRST = 5
STEP = int(os.environ.get("STEP", 1))
MOST_PROBLEMS = 3

# That of ppoll is in another form.
NO_TIME = [0] if POLL == 7 else [struct.pack("qq", 0, 0), 0, 8]

# What the kernel says when an allocation, a copy or the creation of a thread fails.
INJECTED = {errno.ENOMEM, errno.EFAULT, errno.EAGAIN}


class Wrong(Exception):
    """Something is not as it must be."""


# --- system calls ------------------------------------------------------------------------------

libc = ctypes.CDLL(None, use_errno=True)


class Call:
    """A system call that is ready to be made, and does nothing else then."""

    def __init__(self, number, *args):
        self.keep = [ctypes.create_string_buffer(arg) if isinstance(arg, bytes) else arg for arg in args]
        self.args = [
            ctypes.c_long(arg if isinstance(arg, int) else ctypes.addressof(arg))
            for arg in [number, *self.keep]
        ]

    def make(self):
        """What it returned, or the errno as a negative number."""
        result = libc.syscall(*self.args)
        return result if result >= 0 else -ctypes.get_errno()


class FailNth:
    """The file that arms a fault."""

    def __init__(self, path):
        self.fd = os.open(path, os.O_RDWR)
        self.left = ctypes.create_string_buffer(16)
        self.look = Call(PREAD, self.fd, self.left, 15, 0)
        self.disarm = Call(WRITE, self.fd, b"0", 1)

    def make(self, call, nth):
        """Makes a call of which the nth point fails. Returns its result, and whether one failed."""
        arm = Call(WRITE, self.fd, b"%d" % nth, len(str(nth)))
        self.left.value = b""
        # Nothing may come between these.
        armed = arm.make()
        result = call.make()
        looked = self.look.make()
        # If looking was the point that failed, no other was.
        failed = looked > 0 and self.left.value == b"0\n"
        self.disarm.make()
        if armed < 0:
            raise Wrong(f"fail-nth could not be written: {armed}")
        return result, failed


# --- what can be seen ----------------------------------------------------------------------------


def contents(path):
    with open(path, "rb", buffering=0) as file:
        parts = iter(lambda: file.read(65536), b"")
        return b"".join(parts).decode()


def rows():
    """The workers, each a dictionary of its columns."""
    _, names, *lines = [line.split() for line in contents(TABLE).splitlines()]
    return [dict(zip(names, line)) for line in lines if line[0] != "all"]


# The processes that were there before, and are none of the module's threads.
others = set()


def thread_names():
    pids = set(filter(str.isdigit, os.listdir("/proc")))
    others.intersection_update(pids)
    for pid in pids - others:
        try:
            name = contents(f"/proc/{pid}/comm").strip()
        except OSError:
            continue
        if name.startswith("kcounter/"):
            yield name
        else:
            others.add(pid)


def state():
    """All that an operation that failed must not have changed."""
    if not os.path.isdir(MODULE_DIR):
        return {"left behind": [path for path in LEAVINGS if os.path.exists(path)] + list(thread_names())}
    seen = {name: contents(f"{PARAMETERS}/{name}") for name in SETTINGS}
    for row in rows():
        # Of a worker that runs, what it does by itself does not count.
        if row["state"] == "running":
            row = {name: row[name] for name in ("pid", "state", "wait", "interval")} | scheduling(row["pid"])
        seen[row.get("id", len(seen))] = row
    return seen


def scheduling(pid):
    try:
        return {"cpus": os.sched_getaffinity(int(pid)), "policy": os.sched_getscheduler(int(pid))}
    except ProcessLookupError:
        return {"gone": True}


def comparable(seen):
    """A state without what differs from one time to the next."""

    def plain(value):
        if not isinstance(value, dict):
            return value
        if value["state"] == "running":
            return value | {"pid": None}
        return {name: value[name] for name in ("state", "wait", "interval", "exit")} | {
            "has ticked": value["ticks"] != "0"
        }

    return {name: plain(value) for name, value in seen.items()}


def difference(wanted, seen):
    return ", ".join(
        f"{name}: {wanted.get(name)} -> {seen.get(name)}"
        for name in wanted | seen
        if wanted.get(name) != seen.get(name)
    )


def soon(condition):
    """Whether it comes true before patience ends."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True


def expect_state(what, wanted, view=lambda seen: seen):
    """Threads need a moment to go, and signals to arrive."""
    seen = {}

    def is_there():
        nonlocal seen
        seen = state()
        return view(seen) == wanted

    if not soon(is_there):
        raise Wrong(f"{what}: {difference(wanted, view(seen))}")
    return seen


def expect_ticks():
    """Each worker that runs and has a clock goes on."""

    def ticks():
        return {
            row["id"]: int(row["ticks"])
            for row in rows()
            if row["state"] == "running" and row["wait"] not in ("completion", "event")
        }

    if not os.path.isdir(MODULE_DIR):
        return
    first = last = ticks()
    waiting = set(first)

    def all_have_ticked():
        # By one look and the next: in between a signal may zero them.
        nonlocal last
        before, last = last, ticks()
        waiting.difference_update([id for id, now in last.items() if now > before[id]])
        return not waiting

    if not soon(all_have_ticked):
        raise Wrong(f"workers do not tick: {first}, then {last}")


class Log:
    """The lines that the module writes to the kernel log."""

    # What the kernel's loader says under the module's name, and ticks.
    OTHERS = re.compile("loading out-of-tree|module verification failed|worker [0-9]+: tick|callbacks suppressed")

    def __init__(self):
        self.fd = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)

    def skip(self):
        os.lseek(self.fd, 0, os.SEEK_END)

    def lines(self):
        found = []
        while True:
            try:
                record = os.read(self.fd, 8192).decode()
            except BlockingIOError:
                return found
            text = record.split(";", 1)[1].split("\n")[0]
            if text.startswith(f"{MODULE}: ") and not self.OTHERS.search(text):
                found.append(text.removeprefix(f"{MODULE}: "))


# --- operations ----------------------------------------------------------------------------------


class Operation:
    """An operation as it stands in the input. It can be prepared again and again."""

    def __init__(self, text):
        self.text = " ".join(text.split())
        self.verb, self.file, self.value = (text.strip().split(" ", 2) + ["", ""])[:3]
        self.path = os.path.join(PARAMETERS, self.file)
        self.is_parameter = self.verb == "write" and self.path.startswith(PARAMETERS)
        self.fd = -1

    def open(self):
        mode = stat.S_IMODE(os.stat(self.path).st_mode)
        self.fd = os.open(self.path, self.flags(mode))
        return self.fd

    @staticmethod
    def flags(mode):
        return {0o400: os.O_RDONLY, 0o200: os.O_WRONLY, 0o600: os.O_RDWR}[mode & 0o600]

    def prepare(self):
        """The system call."""
        match self.verb:
            case "load":
                self.fd = os.open(os.environ["KO"], os.O_RDONLY)
                return Call(FINIT_MODULE, self.fd, f"{self.file} {self.value}".encode(), 0)
            case "unload":
                return Call(DELETE_MODULE, MODULE.encode(), os.O_NONBLOCK)
            case "write":
                text = self.value.encode() + b"\n"
                return Call(WRITE, self.open(), text, len(text))
            case "read":
                return Call(READ, self.open(), bytes(65536), 65536)
            case "open":
                mode = os.stat(self.path).st_mode
                return Call(OPENAT, -100, self.path.encode(), self.flags(mode))
            case "close":
                return Call(CLOSE, self.open())
            case "poll":
                return Call(POLL, struct.pack("ihh", self.open(), 5, 0), 1, *NO_TIME)
        raise SystemExit(f"no such operation: {self.text}")

    def finish(self, call, result):
        """Ends what was prepared. Returns what the call gave, without what always differs."""
        if self.verb == "open" and result >= 0:
            os.close(result)
            return "a file"
        text = b""
        if self.verb == "read" and result >= 0:
            # A read may end before a row for which there is no memory. The next one goes on there.
            text = call.keep[1].raw[:result] + b"".join(iter(lambda: os.read(self.fd, 65536), b""))
        if self.fd >= 0 and self.verb != "close":
            os.close(self.fd)
        self.fd = -1
        if self.verb == "read" and result >= 0:
            return re.sub("[0-9]+", "0", text.decode())
        if self.verb == "poll" and result >= 0:
            return call.keep[0].raw[4:8]
        return result

    def do(self):
        call = self.prepare()
        return self.finish(call, call.make())


class Campaign:
    """All points of one operation."""

    def __init__(self, line, log):
        minimum, text = line.split(" ", 1)
        self.minimum, self.maximum = (0, 0) if minimum == "none" else (int(minimum), MOST_POINTS)
        by_kthreadd = text.startswith("kthreadd ")
        self.title = " ".join(text.partition("|")[0].split())
        operation, _, undo = text.removeprefix("kthreadd ").partition("|")
        self.operation = Operation(operation)
        self.undo = Operation(undo) if undo else None
        self.by_kthreadd = by_kthreadd
        self.fault = FailNth(f"/proc/{KTHREADD}/fail-nth" if by_kthreadd else "/proc/thread-self/fail-nth")
        self.log = log
        self.outcomes = Counter()
        self.problems = []
        self.last_point = 0

    def run(self):
        self.learn()
        for nth in itertools.chain(range(1, EACH_OF_FIRST), range(EACH_OF_FIRST, MOST_POINTS + 1, STEP)):
            try:
                if not self.fail(nth):
                    break
                self.last_point = nth
            except Wrong as problem:
                self.problems.append(f"point {nth}: {problem}")
                if len(self.problems) == MOST_PROBLEMS:
                    break
        self.attempt("in the end", expect_ticks)
        points = self.outcomes.total()
        if not self.minimum <= self.last_point <= self.maximum:
            self.problems.append(f"the last point is {self.last_point}, not {self.minimum} to {self.maximum}")
        return points

    def attempt(self, what, function):
        try:
            function()
        except Wrong as problem:
            self.problems.append(f"{what}: {problem}")

    def learn(self):
        """What it does when nothing fails."""
        self.now = state()
        self.before = comparable(self.now)
        self.result = self.operation.do()
        self.last_error = self.read_last_error()
        if self.undo and not soon(lambda: comparable(state()) != self.before):
            raise Wrong("it changes nothing even if nothing fails")
        self.after = comparable(state())
        expect_ticks()
        self.take_back()

    def take_back(self):
        if self.undo:
            result = self.undo.do()
            if result < 0:
                raise Wrong(f"{self.undo.text}: {os.strerror(-result)}")
        self.now = expect_state("what it was before", self.before, comparable)

    def read_last_error(self):
        return contents(f"{PARAMETERS}/last_error").rstrip() if os.path.isdir(MODULE_DIR) else None

    def fail(self, nth):
        """Whether something failed."""
        if self.operation.is_parameter:
            # An accepted write forgets the last error.
            Operation(f"write log {contents(PARAMETERS + '/log').strip()}").do()
        error_before = self.read_last_error()
        self.log.skip()

        call = self.operation.prepare()
        result, failed = self.fault.make(call, nth)
        outcome = self.operation.finish(call, result)
        lines = self.log.lines()

        if outcome == self.result:
            if failed:
                self.outcomes["no effect"] += 1
            self.expect_success(lines)
        elif failed and result < 0:
            self.outcomes[errno.errorcode[-result]] += 1
            if -result not in INJECTED:
                raise Wrong(f"the error is {errno.errorcode[-result]}")
            self.expect_failure(error_before, lines, -result)
        else:
            raise Wrong(f"the result is {outcome!r}, not {self.result!r}")
        return failed

    def expect_success(self, lines):
        expect_state("after success", self.after, comparable)
        wanted = {"load": ["loaded with"], "unload": ["unloaded after"]}.get(self.operation.verb, [])
        if [line[: len(start)] for line, start in itertools.zip_longest(lines, wanted, fillvalue="")] != wanted:
            raise Wrong(f"the kernel log has {lines} after success")
        if self.operation.is_parameter and self.read_last_error() != self.last_error:
            raise Wrong(f"last_error is {self.read_last_error()!r} after success")
        self.take_back()

    def expect_failure(self, error_before, lines, error):
        expect_state("changed by a failure", self.now)
        if self.operation.verb == "load":
            # A list among the arguments needs memory, and the loader says which one was refused.
            no_list = r"""(interval|wait|cpus): ".*": no memory|`.*' invalid for parameter `(interval|wait|cpus)'"""
            lines = [line for line in lines if not re.fullmatch(f"{no_list}|causes: no memory", line)]
        refused = [line for line in lines if re.fullmatch("cannot create thread kcounter/[0-9]+: (E[A-Z]+|Error[(][0-9]+[)])", line)]
        if lines != refused or len(lines) > 1 or (self.by_kthreadd and not lines):
            raise Wrong(f"the kernel log has {lines} after a failure")
        if self.operation.is_parameter:
            start = f'{self.operation.file}: "{self.operation.value.strip()}": '
            no_thread = "the kernel cannot create the thread"
            if error == errno.EAGAIN:
                no_thread = "no more threads: kernel.pid_max or kernel.threads-max is reached"
            possible = [start + no_thread] if refused else [error_before, start + "no memory"]
            if self.read_last_error() not in possible:
                raise Wrong(f"last_error is {self.read_last_error()!r}, not one of {possible}")


def main():
    # No page of this process may come or go while a fault is armed.
    gc.disable()
    if Call(MLOCKALL, 3).make() < 0:
        raise SystemExit("the memory of this process could not be locked")
    log = Log()
    wrong = 0
    for line in filter(None, map(str.strip, sys.stdin)):
        started = time.monotonic()
        campaign = Campaign(line, log)
        points = 0
        try:
            points = campaign.run()
        except Wrong as problem:
            campaign.problems.append(str(problem))
        outcomes = ", ".join(f"{number} {name}" for name, number in sorted(campaign.outcomes.items()))
        seconds = time.monotonic() - started
        print(f"{campaign.title}: {points} points failed: {outcomes or 'none'} ({seconds:.1f} s)", flush=True)
        for problem in campaign.problems:
            print(f"  {problem}", flush=True)
        wrong += len(campaign.problems)
    sys.exit(1 if wrong else 0)


main()
