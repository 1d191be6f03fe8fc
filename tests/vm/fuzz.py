#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""fuzz.py: gives the module bytes that nobody would write, and checks what it does with them.

    fuzz.py parameters ROUNDS    writes to all parameters of the loaded module
    fuzz.py device ROUNDS        writes to and reads from its device
    fuzz.py arguments ROUNDS     loads $KO with such arguments, and unloads it
    fuzz.py coverage AREA=PERCENT...   what the calls before have reached, and at least should have

The bytes follow from SEED, which is printed, and the number of the round. A rejected write has the
errno that it should have, is explained by last_error and changes nothing; what an accepted write
leaves can be read and written back; nothing hangs. Each thing that is wrong is printed, and the exit
status is 0 if nothing is.

Where the kernel has KCOV and the module is built with it, the points of the module that the calls
reach are added to $COVERAGE. Workers are tasks of their own, and are not covered by that.
"""

import bisect
import ctypes
import errno
import fcntl
import functools
import mmap
import os
import random
import re
import struct
import sys
import threading
import time
from collections import Counter

MODULE = "kthread_counter"
MODULE_DIR = f"/sys/module/{MODULE}"
PARAMETERS = f"{MODULE_DIR}/parameters"
TABLE = f"/proc/{MODULE}"
DEVICE = f"/dev/{MODULE}"
SOURCE = os.path.join(os.path.dirname(__file__), "../../src")

PAGE = 4096  # what sysfs hands on of a write
PATIENCE = 60  # seconds for one system call
MOST_PROBLEMS = 5
MOST_THREADS = 300  # creating more takes long, and shows nothing else
MOST_WAKES = 2000  # a second: an emulated CPU is busy with not many more

SETTINGS = "threads interval wait cpus sched log trip_us".split()
COMMANDS = "start stop signal reset".split()
ARGUMENTS = "autostart device_mode".split()
OUTPUTS = "last_trip hz last_error".split()

# --- what may be written -------------------------------------------------------------------------

VALUES = {
    "threads": [b"0", b"1", b"3", b"7", b"64", b"007", b"300", b"32769"],
    "interval": [b"1", b"HZ", b"HZ/10", b"25j", b"7*HZ", b"90s", b"100ms", b"50us", b"49us", b"86400",
                 b"86401", b"HZ/20000", b"HZ/0", b"1,HZ/10,25j", b",".join([b"1"] * 32)],
    "wait": [b"ssleep", b"timeout", b"hrtimer", b"completion", b"event", b"work",
             b"timeout,hrtimer,event", b",".join([b"work"] * 33)],
    "cpus": [b"", b"0", b"1", b"0-1", b"1,0", b"0,0,1", b"2-3", b"1-0", b"0-4294967295"],
    "sched": [b"normal", b"fifo_low", b"fifo"],
    "log": [b"Y", b"n", b"1", b"0", b"on", b"OFF", b"true", b"False", b"yes"],
    "trip_us": [b"0", b"1", b"5000", b"4294967295", b"4294967296"],
    "start": [b"all", b"0", b"1-3", b"0,2-3,2", b"5-2", b"4294967296"],
    "stop": [b"all", b"0", b"1-3", b"0,2-3,2", b"5-2", b"4294967296"],
    "reset": [b"all", b"0", b"1-3", b"0,2-3,2", b"5-2", b"4294967296"],
    "signal": [b"USR1", b"SIGUSR2 all", b"hup 0", b"sigterm 1-2", b"9 0,3", b"INT", b"KILL all",
               b"15 2", b"STOP 0", b"19", b"10 1 2"],
    "autostart": [b"Y", b"n", b"0", b"on"],
    "device_mode": [b"0600", b"666", b"0", b"777", b"1000", b"8"],
    "last_error": [b"none"],
    "hz": [b"250"],
    "nosuch": [b"1"],
}  # fmt: skip
WORDS = [b",", b"-", b" ", b"\n", b"\t", b"\0", b"*", b"/", b"HZ", b"j", b"us", b"ms", b"all", b"SIG",
         b"0", b"1", b"9", b"4294967295", b"18446744073709551616", b"+", b"0x", b"\xff", b"\xc2\xa0",
         b"%s%n", b"\\"]  # fmt: skip
LENGTHS = [0, 1, 2, 63, 64, 65, 4094, 4095, 4096, 4097, 8192]

WHITE = b" \t\n\x0c\r"


def listed(item):
    return rb"(?:%s)(?:,(?:%s)){0,31}" % (item, item)


def any_of(name):
    return rb"|".join(value for value in VALUES[name] if value.isalpha() or value == b"fifo_low")


IDS = rb"all|" + listed(rb"\d+(?:-\d+)?")
SIGNAL = rb"(?i:(?:SIG)?(?:HUP|INT|USR1|USR2|TERM|KILL))|0*(?:1|2|9|10|12|15)"

# What is accepted matches; what matches is not invalid, unless it is about what there is.
GRAMMAR = {
    "threads": rb"\d+",
    "interval": listed(rb"HZ(?:/\d+)?|\d+(?:\*HZ|j|s|ms|us)?"),
    "wait": listed(any_of("wait")),
    "cpus": rb"(?:%s)?" % listed(rb"\d+(?:-\d+)?"),
    "sched": any_of("sched"),
    "log": rb"(?i:[1yn0]|yes|no|on|off|true|false)",
    "trip_us": rb"\d+",
    "start": IDS,
    "stop": IDS,
    "reset": IDS,
    "signal": rb"(?:%s)(?:[ \t\n\x0c\r]+(?:%s))?" % (SIGNAL, IDS),
}
MAY_BE_INVALID = ["cpus", "start", "stop", "reset", "signal"]
FATAL = rb"(?i:SIG)?(?i:INT|TERM|KILL)\b|0*(?:2|9|15)\b"

ERRNOS = {
    "threads": {"EINVAL", "ERANGE", "EAGAIN", "ENOMEM"},
    "interval": {"EINVAL", "ERANGE"},
    "wait": {"EINVAL"},
    "cpus": {"EINVAL"},
    "sched": {"EINVAL"},
    "log": {"EINVAL"},
    "trip_us": {"EINVAL", "ERANGE"},
    "start": {"EINVAL", "ESRCH", "EAGAIN", "ENOMEM"},
    "stop": {"EINVAL", "ESRCH"},
    "reset": {"EINVAL", "ESRCH"},
    "signal": {"EINVAL", "ESRCH"},
}


class Texts:
    """Values of the grammars, more or less broken."""

    def __init__(self, rng):
        self.rng = rng

    def of(self, name):
        text = self.start(name)
        for _ in range(self.rng.choice([0, 0, 1, 1, 2, 3, 6])):
            text = self.rng.choice(self.MUTATIONS)(self, text)
        return text if self.rng.random() > 0.15 else self.sized(text)

    def start(self, name):
        kind = self.rng.random()
        if kind < 0.8:
            return self.rng.choice(VALUES[name])
        if kind < 0.9:
            return self.rng.choice(VALUES[self.rng.choice(list(VALUES))])
        return self.rng.randbytes(self.rng.randrange(20))

    def place(self, text):
        return self.rng.randrange(len(text) + 1)

    def insert(self, text, more):
        place = self.place(text)
        return text[:place] + more + text[place:]

    def add_word(self, text):
        return self.insert(text, self.rng.choice(WORDS))

    def add_byte(self, text):
        return self.insert(text, self.rng.randbytes(1))

    def cut(self, text):
        first, last = sorted([self.place(text), self.place(text)])
        return text[:first] + text[last:]

    def flip(self, text):
        if not text:
            return text
        place = self.rng.randrange(len(text))
        return text[:place] + bytes([text[place] ^ 1 << self.rng.randrange(8)]) + text[place + 1 :]

    def repeat(self, text):
        return self.rng.choice([b"", b",", b" ", b"\0"]).join([text] * self.rng.choice([2, 3, 32, 33]))

    def wrap(self, text):
        return self.rng.choice([b" ", b"\n", b"\t "]) + text + self.rng.choice([b"\n", b" \n", b"\0"])

    def number(self, text):
        number = self.rng.getrandbits(self.rng.choice([3, 8, 16, 17, 32, 33, 64, 65]))
        return re.sub(rb"\d+", str(number).encode(), text, count=1)

    def splice(self, text):
        other = self.start(self.rng.choice(list(VALUES)))
        return text[: self.place(text)] + other[self.place(other) :]

    MUTATIONS = [add_word, add_byte, cut, flip, repeat, wrap, number, splice]

    def sized(self, text):
        """Exactly so long, which is often beyond what sysfs takes; the value is in it somewhere."""
        length = self.rng.choice(LENGTHS)
        filler = self.rng.choice([b" ", b"0", b",", b"\0", b"\n", self.rng.randbytes(7)])
        filler *= max(length - len(text), 0) // len(filler) + 1
        return (text + filler if self.rng.random() < 0.5 else filler + text)[:length]


def seen(text):
    """What the parameter gets to see of a write: a page at most, up to the first NUL."""
    return text[:PAGE].split(b"\0")[0]


def with_few_threads(text):
    """Bounds every number that could be one of very many threads."""
    bound = lambda number: str(int(number[0]) % MOST_THREADS).encode()
    is_many = lambda number: MOST_THREADS < int(number[0][:20]) <= 32768
    return re.sub(rb"\d+", lambda number: bound(number) if is_many(number) else number[0], text)


# --- what is checked -----------------------------------------------------------------------------


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


def parameter(name):
    return f"{PARAMETERS}/{name}"


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
    value = seen(text).strip(WHITE).decode()
    shown = read(parameter(name))
    if name in ("threads", "trip_us"):
        expect(name, f"{int(value)}\n".encode(), shown)
    elif name in ("wait", "sched"):
        expect(name, f"{value}\n".encode(), shown)
    elif name == "log":
        expect(name, b"Y\n" if value.lower() in ("1", "y", "yes", "on", "true") else b"N\n", shown)
    put(name, shown)
    expect(f"{name} after it was written back", shown, read(parameter(name)))


# --- writes --------------------------------------------------------------------------------------


def write_at_offset(fd, text, rng):
    return os.pwrite(fd, text, rng.choice([1, 7, PAGE - 1, PAGE, 1 << 40]))


def write_in_two_buffers(fd, text, rng):
    place = rng.randrange(len(text) + 1)
    return os.writev(fd, [text[:place], text[place:]])


def write_plainly(fd, text, rng):
    return os.write(fd, text)


WAYS = [write_plainly, write_plainly, write_at_offset, write_in_two_buffers]
FLAGS = [0, 0, os.O_APPEND, os.O_TRUNC, os.O_NONBLOCK]


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
        values = {"sched": "normal", "interval": "1", "wait": "timeout", "log": "N", "trip_us": "0"}
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


# --- coverage ------------------------------------------------------------------------------------


class Kcov:
    """Which points of the module this task reaches: Documentation/dev-tools/kcov.rst."""

    PATH = "/sys/kernel/debug/kcov"
    INIT_TRACE, ENABLE, TRACE_PC = 0x80086301, 0x6364, 0
    ENTRIES = 1 << 20

    def __init__(self):
        self.reached = set()
        self.area = None
        if not os.path.exists(self.PATH):
            return
        self.fd = os.open(self.PATH, os.O_RDWR)
        fcntl.ioctl(self.fd, self.INIT_TRACE, self.ENTRIES)
        # Python's own mmap looks at the size of the file, which has none.
        access = mmap.PROT_READ | mmap.PROT_WRITE
        address = libc.mmap(None, self.ENTRIES * 8, access, mmap.MAP_SHARED, self.fd, 0)
        if address == ctypes.c_void_p(-1).value:
            raise OSError(ctypes.get_errno(), "mmap of kcov")
        self.area = (ctypes.c_uint64 * self.ENTRIES).from_address(address)
        self.find_module()
        fcntl.ioctl(self.fd, self.ENABLE, self.TRACE_PC)

    def find_module(self):
        """Where the sections of the module are, which is elsewhere after each loading."""
        self.sections = []
        directory = f"{MODULE_DIR}/sections"
        if self.area is None or not os.path.isdir(directory):
            return
        for name, size in code_sections():
            if os.path.exists(f"{directory}/{name}"):
                with open(f"{directory}/{name}") as file:
                    self.sections.append((int(file.read(), 16), size, name))

    def collect(self):
        if self.area is None:
            return
        count = self.area[0]
        addresses = set(self.area[1 : count + 1])
        self.forget()
        for start, size, name in self.sections:
            self.reached |= {(name, a - start) for a in addresses if start <= a < start + size}

    def mark(self):
        return self.area[0] if self.area is not None else 0

    def rewind(self, mark):
        """Forgets what was reached since: reading a long table reaches the same points many times."""
        if self.area is not None:
            self.area[0] = mark

    def forget(self):
        self.rewind(0)

    def save(self):
        self.collect()
        if "COVERAGE" in os.environ and self.area is not None:
            with open(os.environ["COVERAGE"], "a") as file:
                file.writelines(f"{name} {offset}\n" for name, offset in sorted(self.reached))


# What is called next where KASAN has found a fault or Rust panics. No point there should ever be
# reached, and so it does not count. KASAN's own tests of a byte's neighbours do.
FAULT = ("__asan_report", "__asan_handle_no_return")


class Elf:
    """As much of the module's file as tells where its points are. See elf(5)."""

    RELA, SYMTAB, EXECINSTR, FUNC = 4, 2, 4, 2
    CALLS = [2, 4]  # R_X86_64_PC32 and R_X86_64_PLT32

    def __init__(self, path):
        with open(path, "rb") as file:
            self.bytes = file.read()
        offset, entry_size, count, names = struct.unpack_from("<Q10xHHH", self.bytes, 0x28)
        table = self.bytes[offset : offset + entry_size * count]
        self.headers = list(struct.iter_unpack("<IIQQQQIIQQ", table))
        self.names = [self.text(self.headers[names], header[0]) for header in self.headers]

    def text(self, strings, offset):
        start = strings[4] + offset
        return self.bytes[start : self.bytes.index(b"\0", start)].decode()

    def entries(self, header, layout):
        return struct.iter_unpack(layout, self.bytes[header[4] : header[4] + header[5]])

    def code(self):
        """The sections with code that stays: index, name, size."""
        for index, header in enumerate(self.headers):
            if header[2] & self.EXECINSTR and header[5]:
                yield index, self.names[index], header[5]

    def points(self):
        """The points: section, offset, and the function that it is in."""
        symtab = next(header for header in self.headers if header[1] == self.SYMTAB)
        strings = self.headers[symtab[6]]
        symbols = [(self.text(strings, s[0]), *s[1:]) for s in self.entries(symtab, "<IBBHQQ")]
        functions = [s for s in symbols if s[1] & 15 == self.FUNC]
        for header in self.headers:
            if header[1] != self.RELA:
                continue
            section = header[7]
            inside = sorted((s[4], s[0]) for s in functions if s[3] == section)
            calls = [(offset, symbols[info >> 32][0]) for offset, info, _ in
                     self.entries(header, "<QQq") if info & 0xFFFFFFFF in self.CALLS]  # fmt: skip
            calls.sort()
            for (offset, callee), (_, next_callee) in zip(calls, calls[1:] + [(0, "")]):
                if callee != "__sanitizer_cov_trace_pc" or next_callee.startswith(FAULT):
                    continue
                before = bisect.bisect(inside, (offset, "~"))
                function = inside[before - 1][1] if before else ""
                # What the kernel notes is where the call returns to, behind its operand.
                yield self.names[section], offset + 4, function


@functools.cache
def code_sections():
    return [(name, size) for _, name, size in Elf(os.environ["KO"]).code()]


def area(function):
    """The file of src/ that a function is from, by its mangled name. What is inlined into it counts
    as its own; what is from a crate of the kernel as "other"."""
    path = ""
    for word in re.findall(r"\d([a-z_]+)", function.partition("6module")[2])[:2]:
        if os.path.join(path, word) not in source_files():
            break
        path = os.path.join(path, word)
    return path or "other"


@functools.cache
def source_files():
    """The files and folders of src/, as the names of modules."""
    found = [os.path.relpath(os.path.join(where, name), SOURCE)
             for where, folders, files in os.walk(SOURCE) for name in folders + files]  # fmt: skip
    return {name.removesuffix(".rs") for name in found}


def report(floors):
    """Prints how much of each area has been reached, and what is less than it should be."""
    points = list(Elf(os.environ["KO"]).points())
    if not points:
        print("# wrong: coverage: the module is built without KCOV, although the kernel has it")
        return False
    with open(os.environ["COVERAGE"]) as file:
        reached = {(name, int(offset)) for name, offset in map(str.split, file)}
    total, hit = Counter(), Counter()
    for section, offset, function in points:
        path = area(function)
        for name in {"all", path.partition("/")[0], path}:
            total[name] += 1
            hit[name] += (section, offset) in reached
    percent = {name: 100 * hit[name] // total[name] for name in total}
    layers = sorted(name for name in total if name != "all" and "/" not in name)
    layers = ", ".join(f"{name} {percent[name]} %" for name in layers)
    print(f"# coverage: {hit['all']} of {total['all']} points ({percent['all']} %): {layers}")
    for name in sorted(name for name in total if "/" in name):
        print(f"# coverage: {percent[name]:3} % of {total[name]:4} points: {name}")
    low = [(name, floor) for name, floor in floors if percent.get(name, 0) < floor]
    for name, floor in low:
        print(f"# wrong: coverage: {name} has {percent.get(name, 0)} %, and should have {floor} %")
    return not low


# --- running -------------------------------------------------------------------------------------

FINIT_MODULE, DELETE_MODULE = 313, 176
libc = ctypes.CDLL(None, use_errno=True)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, *[ctypes.c_int] * 3, ctypes.c_long]


def fuzz(target, rounds):
    seed = os.environ.get("SEED") or str(random.SystemRandom().randrange(1 << 32))
    print(f"# SEED={seed}, {rounds} rounds", flush=True)
    started = time.monotonic()
    problems = 0
    for number in range(rounds):
        try:
            target.round(random.Random(f"{seed} {number}"))
        except (Wrong, OSError) as problem:
            print(f"# wrong: round {number}: {problem}", flush=True)
            problems += 1
            if problems == MOST_PROBLEMS:
                break
    kcov.save()
    print(f"# {target.summary()}, in {time.monotonic() - started:.0f} s")
    return problems == 0


def main():
    global kcov
    what, *arguments = sys.argv[1:]
    if what == "coverage":
        floors = [(name, int(percent)) for name, percent in (word.split("=") for word in arguments)]
        return report(floors)
    watchdog.start()
    kcov = Kcov()
    target = {"parameters": Parameters, "device": Device, "arguments": Arguments}[what]
    return fuzz(target(), int(arguments[0]))


if __name__ == "__main__":
    sys.exit(not main())
