# SPDX-License-Identifier: GPL-2.0
"""What may be written, and what is near it."""

import re

from machine import PAGE

MOST_THREADS = 300  # creating more takes long, and shows nothing else

VALUES = {
    "threads": [b"0", b"1", b"3", b"7", b"64", b"007", b"300", b"32769"],
    "interval": [b"1", b"HZ", b"HZ/10", b"25j", b"7*HZ", b"90s", b"100ms", b"50us", b"49us", b"86400",
                 b"86401", b"HZ/20000", b"HZ/0", b"1,HZ/10,25j", b",".join([b"1"] * 32)],
    "wait": [b"ssleep", b"timeout", b"idle", b"usleep", b"fsleep", b"hrtimer", b"completion", b"event",
             b"work", b"timeout,hrtimer,event", b"idle,usleep,fsleep", b",".join([b"work"] * 33)],
    "cpus": [b"", b"0", b"1", b"0-1", b"1,0", b"0,0,1", b"2-3", b"1-0", b"0-4294967295"],
    "sched": [b"normal", b"fifo_low", b"fifo"],
    "log": [b"Y", b"n", b"1", b"0", b"on", b"OFF", b"true", b"False", b"yes"],
    "trip_us": [b"0", b"1", b"5000", b"4294967295", b"4294967296"],
    "causes": [b"Y", b"n", b"1", b"0", b"on", b"OFF", b"true", b"False", b"yes"],
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

# What kstrtobool() takes: it looks at the first two bytes.
BOOL = rb"(?is:[1eyt0dnf].*|o[nf].*)"

# What is accepted matches; what matches is not invalid, unless it is about what there is.
GRAMMAR = {
    "threads": rb"\d+",
    "interval": listed(rb"HZ(?:/\d+)?|\d+(?:\*HZ|j|s|ms|us)?"),
    "wait": listed(any_of("wait")),
    "cpus": rb"(?:%s)?" % listed(rb"\d+(?:-\d+)?"),
    "sched": any_of("sched"),
    "log": BOOL,
    "trip_us": rb"\d+",
    "causes": BOOL,
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
    "causes": {"EINVAL"},
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

    def bound(match):
        digits = match[0].lstrip(b"0")
        is_many = 0 < len(digits) <= 5 and MOST_THREADS < int(digits) <= 32768
        return str(int(digits) % MOST_THREADS).encode() if is_many else match[0]

    return re.sub(rb"\d+", bound, text)
