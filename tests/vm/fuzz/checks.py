# SPDX-License-Identifier: GPL-2.0
"""What is checked after each call."""

import errno
import os
import re
import threading
import time

from coverage import kcov
from machine import ARGUMENTS, PARAMETERS, SETTINGS, TABLE, parameter
from texts import WHITE, seen

PATIENCE = 60  # seconds for one system call


class Wrong(Exception):
    pass


def expect(what, expected, actual):
    if expected != actual:
        raise Wrong(f"{what}: expected {shorten(expected)}, got {shorten(actual)}")


def shorten(value):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 150 else f"{text[:150]}... ({len(text)} characters)"


class Watchdog(threading.Thread):
    """Says what hangs: a call that does not return cannot say so itself."""

    def __init__(self):
        super().__init__(daemon=True)
        self.doing = None
        self.since = time.monotonic()

    def run(self):
        while True:
            time.sleep(1)
            if time.monotonic() - self.since > PATIENCE:
                print(f"# wrong: for {PATIENCE} s: {self.doing}", flush=True)
                os._exit(1)

    def begin(self, doing):
        self.doing, self.since = doing, time.monotonic()


watchdog = Watchdog()


class Reader:
    """Reads files again and again. They stay open, because opening takes longer than reading."""

    def __init__(self):
        self.files = {}

    def read(self, path):
        watchdog.begin(f"read of {path}")
        if path not in self.files:
            self.files[path] = os.open(path, os.O_RDONLY)
        text = b""
        while piece := os.pread(self.files[path], 1 << 18, len(text)):
            text += piece
            # A parameter comes at once, and what is read next would only be its end.
            if path.startswith(PARAMETERS):
                break
        watchdog.begin("between two calls")
        return text

    def close(self):
        """Before the module goes."""
        for fd in self.files.values():
            os.close(fd)
        self.files.clear()


reader = Reader()
read = reader.read


def put(name, text):
    """A write that has to be accepted."""
    watchdog.begin(f"write of {text} to {name}")
    fd = os.open(parameter(name), os.O_WRONLY)
    try:
        os.write(fd, text)
    except OSError as error:
        raise Wrong(f"{name}: {text} was rejected: {errno.errorcode[error.errno]}") from error
    finally:
        os.close(fd)


def settings():
    """What a rejected write must not change."""
    mark = kcov.mark()
    values = {name: read(parameter(name)) for name in SETTINGS + ARGUMENTS + ["hz"]}
    rows = [line.split() for line in read(TABLE).splitlines()[1:]]
    # id, pid, state, wait and interval; not those of the total.
    values["workers"] = [(row[0], row[1], row[3], row[4], row[5]) for row in rows if row[0] != b"all"]
    kcov.rewind(mark)
    return values


def expect_unchanged(before, after, may_exit):
    for name in before:
        if name != "workers":
            expect(f"{name} after a rejected write", before[name], after[name])
    expect("number of workers after a rejected write", len(before["workers"]), len(after["workers"]))
    for old, new in zip(before["workers"], after["workers"]):
        # A fatal signal that was accepted before may only now have ended the thread.
        if may_exit and old[2] == b"running" and new[2] == b"exited":
            continue
        expect("a worker after a rejected write", old, new)


def escaped(text):
    """As Rust's escape_ascii()."""
    names = {9: r"\t", 10: r"\n", 13: r"\r", 34: r"\"", 39: r"\'", 92: r"\\"}
    byte = lambda b: names.get(b) or (chr(b) if 32 <= b < 127 else f"\\x{b:02x}")
    return "".join(map(byte, text))


def expect_explained(name, text):
    error = read(parameter("last_error")).decode("ascii")
    value = seen(text).strip(WHITE)
    more = "..." if len(value) > 64 else ""
    start = f'{name}: "{escaped(value[:64])}{more}": '
    if not error.startswith(start) or not re.fullmatch(r"[ -~]+\n", error[len(start) :]):
        raise Wrong(f"last_error: expected {start}REASON, got {error!r}")


def expect_in_force(name, text):
    """What is read is what was written, where the form of it is known, and can be written back."""
    value = seen(text).strip(WHITE)
    shown = read(parameter(name))
    if name in ("threads", "trip_us"):
        expect(name, b"%d\n" % int(value), shown)
    elif name in ("wait", "sched"):
        expect(name, value + b"\n", shown)
    elif name in ("log", "causes"):
        expect(name, b"Y\n" if re.match(rb"(?i:[1eyt]|on)", value) else b"N\n", shown)
    put(name, shown)
    expect(f"{name} after it was written back", shown, read(parameter(name)))
