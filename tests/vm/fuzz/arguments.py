# SPDX-License-Identifier: GPL-2.0
"""Loading the module with arguments, and unloading it."""

import ctypes
import errno
import os
from collections import Counter

from checks import Wrong, expect, put, read, reader, settings, shorten, watchdog
from coverage import kcov
from machine import ARGUMENTS, DELETE_MODULE, DEVICE, FINIT_MODULE, MODULE, MODULE_DIR, SETTINGS
from machine import TABLE, libc, parameter
from texts import VALUES, Texts, with_few_threads


class Arguments:
    """Rounds of loading the module with arguments."""

    def __init__(self):
        self.counts = Counter()
        self.fd = os.open(os.environ["KO"], os.O_RDONLY)

    def round(self, rng):
        arguments = self.arguments(rng)
        watchdog.begin(f"load with {shorten(arguments)}")
        self.counts["loads"] += 1
        try:
            if libc.syscall(FINIT_MODULE, self.fd, ctypes.c_char_p(arguments), 0) == 0:
                self.loaded()
            else:
                self.failed(errno.errorcode[ctypes.get_errno()])
        except Wrong as wrong:
            raise Wrong(f"arguments {shorten(arguments)}: {wrong}") from wrong

    def arguments(self, rng):
        texts = Texts(rng)
        words = []
        for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
            name = rng.choice([*SETTINGS, *SETTINGS, *ARGUMENTS, rng.choice(list(VALUES))])
            text = texts.of(name) if rng.random() < 0.6 else rng.choice(VALUES[name])
            quote = rng.choice([b"", b"", b'"'])
            words.append(quote + name.encode() + rng.choice([b"="] * 9 + [b"", b"=="]) + text + quote)
        text = b" ".join(words)
        if rng.random() < 0.1:
            text = rng.choice(Texts.MUTATIONS)(texts, text)
        # The kernel prints what it does not know, and that should not confuse a terminal.
        return with_few_threads(bytes(b for b in text if b in b"\t\n" or 32 <= b < 127))

    def loaded(self):
        kcov.find_module()
        self.counts["loaded"] += 1
        for name in SETTINGS:
            put(name, read(parameter(name)))
        settings()
        reader.close()
        if libc.syscall(DELETE_MODULE, MODULE.encode(), 0):
            raise Wrong(f"cannot be unloaded: {errno.errorcode[ctypes.get_errno()]}")
        kcov.collect()

    def failed(self, code):
        kcov.forget()
        self.counts[code] += 1
        if code not in ("EINVAL", "ERANGE"):
            raise Wrong(f"an errno that it does not have: {code}")
        for path in (MODULE_DIR, TABLE, DEVICE):
            expect(f"whether there is {path}", False, os.path.exists(path))

    def summary(self):
        return ", ".join(f"{count} {what}" for what, count in self.counts.items())
