# SPDX-License-Identifier: GPL-2.0
"""Writes to and reads from the device."""

import ctypes
import errno
import os
import re
from collections import Counter

from checks import Wrong, expect, put, shorten, watchdog
from coverage import kcov
from machine import ARGUMENTS, DEVICE, OUTPUTS, PAGE, SETTINGS, TABLE, libc, parameter
from texts import VALUES, Texts
from writes import FLAGS, WAYS


class Device:
    """Rounds of writes to the device, of whatever length, and of reads in pieces."""

    def __init__(self):
        self.counts = Counter()
        put("wait", b"event,completion,timeout")
        put("threads", b"6")

    def round(self, rng):
        texts = Texts(rng)
        for _ in range(20):
            fd = os.open(DEVICE, os.O_RDWR | rng.choice(FLAGS))
            try:
                self.write(fd, texts, rng)
                self.read(fd, rng)
            finally:
                os.close(fd)
        for path in [TABLE, TABLE + "_hist", *map(parameter, SETTINGS + ARGUMENTS + OUTPUTS)]:
            self.read_in_pieces(path, rng)
        kcov.collect()

    def write(self, fd, texts, rng):
        text = texts.of(rng.choice(list(VALUES))) * rng.choice([1, 1, 1, 100])
        watchdog.begin(f"write of {shorten(text)} to the device")
        self.counts["writes"] += 1
        expect("bytes written to the device", len(text), rng.choice(WAYS)(fd, text, rng))

    def read(self, fd, rng):
        """A read from the start is one event and gives its number; what follows goes on in it."""
        watchdog.begin("read of the device")
        self.counts["reads"] += 1
        fault = libc.pread(fd, ctypes.c_void_p(1), 64, 0)
        fault = (fault, ctypes.get_errno())
        expect("errno of a read to where there is no memory", (-1, errno.EFAULT), fault)
        first = self.number(os.pread(fd, 64, 0))
        expect("what a read gives next", first + 1, self.number(os.pread(fd, 64, 0)))
        text = f"{first + 1}\n".encode()
        place = rng.randrange(1, len(text) + 3)
        expect("the rest of a read", text[place:], os.pread(fd, 64, place))
        expect("a read far behind", b"", os.pread(fd, 64, 1 << 40))
        expect("an empty read", b"", os.pread(fd, 0, 0))

    def number(self, text):
        if not re.fullmatch(rb"[1-9]\d*\n", text):
            raise Wrong(f"a read of the device gave {text}")
        return int(text)

    def read_in_pieces(self, path, rng):
        watchdog.begin(f"read of {path} in pieces")
        self.counts["reads"] += 1
        fd = os.open(path, os.O_RDONLY)
        try:
            for _ in range(rng.randrange(1, 12)):
                length = rng.choice([0, 1, 2, 100, PAGE, 65536])
                os.pread(fd, length, rng.choice([0, 0, 1, 90, 300, PAGE, 1 << 40]))
            length = rng.choice([1, 7, 100, 1000])
            total = 0
            while piece := os.read(fd, length):
                total += len(piece)
            if total == 0:
                raise Wrong(f"{path} has no text")
        finally:
            os.close(fd)

    def summary(self):
        return ", ".join(f"{count} {what}" for what, count in self.counts.items())
