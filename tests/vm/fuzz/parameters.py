# SPDX-License-Identifier: GPL-2.0
"""Writes to all parameters of the loaded module."""

import errno
import os
import re
from collections import Counter

from checks import Wrong, expect, expect_explained, expect_in_force, expect_unchanged
from checks import put, read, settings, shorten, watchdog
from coverage import kcov
from machine import COMMANDS, PAGE, SETTINGS, parameter
from texts import ERRNOS, FATAL, GRAMMAR, MAY_BE_INVALID, WHITE, Texts, seen, with_few_threads
from writes import FLAGS, WAYS

MOST_WAKES = 2000  # a second: an emulated CPU is busy with not many more


class Parameters:
    """Rounds of writes to all parameters."""

    WRITES = 40

    def __init__(self):
        self.counts = Counter()

    def round(self, rng):
        texts = Texts(rng)
        threads = rng.choice([0, 1, 2, 5, 8, 8, 30] + [100] * (rng.random() < 0.3))
        self.begin(threads)
        for _ in range(self.WRITES):
            name = rng.choice(SETTINGS + COMMANDS)
            text = texts.of(name)
            is_read = name in SETTINGS and rng.random() < 0.3
            flags = rng.choice(FLAGS) | (os.O_RDWR if is_read else os.O_WRONLY)
            fd = os.open(parameter(name), flags)
            try:
                # Several on one file: each is a value of its own.
                places = sorted(texts.place(text) for _ in range(rng.choice([0, 0, 0, 0, 1, 2])))
                for piece in [text[a:b] for a, b in zip([0] + places, places + [len(text)])]:
                    self.write(fd, name, piece, rng.choice(WAYS), rng)
            finally:
                os.close(fd)
            kcov.collect()

    def begin(self, threads):
        """Sane settings, and the threads that fatal signals have ended anew."""
        values = {"sched": "normal", "interval": "1", "wait": "timeout", "log": "N", "trip_us": "0", "causes": "N"}
        for name, value in values.items():
            put(name, value.encode())
        put("cpus", b"\n")
        put("stop", b"all")
        put("threads", str(threads).encode())
        put("start", b"all")
        self.may_exit = False
        self.now = settings()

    def write(self, fd, name, text, way, rng):
        if name == "threads":
            text = with_few_threads(text)
        error = read(parameter("last_error"))
        self.counts["writes"] += 1
        watchdog.begin(f"write of {shorten(text)} to {name}")
        try:
            try:
                written = way(fd, text, rng)
            except OSError as rejection:
                self.rejected(name, text, errno.errorcode[rejection.errno])
            else:
                expect("the number of bytes written", min(len(text), PAGE), written)
                if text:
                    self.accepted(name, text)
                else:
                    self.nothing_happened(error)
        except Wrong as wrong:
            what = f"{way.__name__} of {len(text)} bytes {shorten(text)} to {name}"
            raise Wrong(f"{what}: {wrong}") from wrong

    def nothing_happened(self, error):
        """Sysfs does not call the module for nothing."""
        self.counts["empty"] += 1
        self.compare()
        expect("last_error after an empty write", error, read(parameter("last_error")))

    def compare(self):
        before, self.now = self.now, settings()
        expect_unchanged(before, self.now, self.may_exit)

    def rejected(self, name, text, code):
        self.counts[code] += 1
        if code not in ERRNOS[name]:
            raise Wrong(f"an errno that it does not have: {code}")
        if code == "EINVAL" and name not in MAY_BE_INVALID:
            value = re.fullmatch(GRAMMAR[name], seen(text).strip(WHITE))
            expect("whether it has the form of a value", None, value)
        self.compare()
        expect_explained(name, text)

    def accepted(self, name, text):
        self.counts["accepted"] += 1
        value = seen(text).strip(WHITE)
        if not re.fullmatch(GRAMMAR[name], value):
            raise Wrong("accepted, although it does not have the form of a value")
        expect("last_error after an accepted write", b"none\n", read(parameter("last_error")))
        if name in SETTINGS:
            expect_in_force(name, text)
        self.may_exit |= name == "signal" and bool(re.match(FATAL, value))
        self.now = settings()
        if self.wakes() > MOST_WAKES:
            put("interval", b"1")
            self.now = settings()

    def wakes(self):
        running = [worker for worker in self.now["workers"] if worker[2] == b"running"]
        return sum(1 / seconds(worker[4].decode()) for worker in running)

    def summary(self):
        writes, accepted, empty = (self.counts.pop(key, 0) for key in ("writes", "accepted", "empty"))
        errors = ", ".join(f"{count} {code}" for code, count in sorted(self.counts.items()))
        rejected = sum(self.counts.values())
        return f"{writes} writes: {accepted} accepted, {empty} empty, {rejected} rejected ({errors})"


def seconds(interval):
    prefix, number, unit = re.fullmatch(r"(HZ/)?(\d+)([a-z]*)", interval).groups()
    if prefix:
        return 1 / int(number)
    return int(number) / {"": 1, "ms": 1000, "us": 1000000, "j": 1000}[unit]
