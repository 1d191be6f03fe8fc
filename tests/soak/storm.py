#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
storm.py SECONDS SEED: everything that can be done to the module, at the same time.

Each actor is a process with random numbers of its own, which follow from the seed: what it does
repeats, and only the order between actors is up to the machine. Nothing here has one right outcome;
an actor ends with an error if it sees an errno that the interface does not document.

storm.py SECONDS SEED middle: unloads in the middle of each operation, one kind after the other.
"""

import ctypes
import errno
import os
import random
import select
import signal
import sys
import time
from collections import Counter

NAME = b"kthread_counter"
TABLE = "/proc/kthread_counter"
HISTOGRAM = "/proc/kthread_counter_hist"
DEVICE = "/dev/kthread_counter"
PARAMETERS = "/sys/module/kthread_counter/parameters/"
CPU1 = "/sys/devices/system/cpu/cpu1/online"

SYS_DELETE_MODULE = 176
SYS_FINIT_MODULE = 313
libc = ctypes.CDLL(None, use_errno=True)

# There may be no module, or it may be on its way in or out.
ABSENT = {errno.ENOENT, errno.ENODEV, errno.ENXIO}
# The workers may also be others than a moment ago.
ANYWHERE = ABSENT | {errno.ESRCH, errno.EINTR}


class Unexpected(Exception):
    pass


class Actor:
    """A process that does one thing after the other."""

    def __init__(self, seed, name, steps):
        self.name = name
        self.random = random.Random(f"{seed}/{name}")
        self.steps = steps
        self.count = Counter()

    def attempt(self, what, call, allowed=()):
        """Calls, and counts how it ended."""
        try:
            result = call()
        except OSError as error:
            if error.errno not in ANYWHERE and error.errno not in allowed:
                raise Unexpected(f"{what}: {errno.errorcode.get(error.errno, error.errno)}")
            self.count["refused"] += 1
            if error.errno in ABSENT:
                time.sleep(0.01)  # so that the one who loads it gets a processor
            return None
        self.count["done"] += 1
        return result

    def run(self, end):
        while time.monotonic() < end:
            self.random.choice(self.steps)(self)


def with_file(path, flags, use):
    # Without O_CREAT: a file where the device is not would stay.
    fd = os.open(path, flags)
    try:
        return use(fd)
    finally:
        os.close(fd)


# --- parameters --------------------------------------------------------------------------------

INTERVALS = ["1j", "HZ/100", "5ms", "HZ/10", "200us,20ms", "1", "3600", "3j,7ms"]
WAITS = ["ssleep", "timeout", "hrtimer", "completion", "event", "work"]
SIGNALS = ["HUP", "INT", "USR1", "USR2", "TERM", "KILL"]


def ids(rng):
    return rng.choice(["all", "0", "0-1", "1,3", "2-5", "7"])


def waits(rng):
    return ",".join(rng.choices(WAITS, k=rng.randint(1, 6)))


VALUES = {
    "threads": lambda rng: str(rng.choice([0, 1, 2, 3, 5, 8, 8, 13])),
    "interval": lambda rng: rng.choice(INTERVALS),
    "wait": waits,
    "cpus": lambda rng: rng.choice(["", "0", "1", "0-1"]),
    "sched": lambda rng: rng.choice(["normal", "fifo_low", "fifo"]),
    "log": lambda rng: rng.choice("YN"),
    "trip_us": lambda rng: rng.choice(["0", "1", "100000"]),
    "start": ids,
    "stop": ids,
    "signal": lambda rng: f"{rng.choice(SIGNALS)} {ids(rng)}",
    "reset": ids,
}
# A CPU that is offline just then.
ALLOWED = {"cpus": {errno.EINVAL}}


def write_parameter(actor, name=None):
    name = name or actor.random.choice(list(VALUES))
    value = VALUES[name](actor.random)
    actor.attempt(
        f"writing {value!r} to {name}",
        lambda: with_file(PARAMETERS + name, os.O_WRONLY, lambda fd: os.write(fd, value.encode() + b"\n")),
        ALLOWED.get(name, ()),
    )


def read_parameter(actor):
    name = actor.random.choice(["threads", "interval", "wait", "cpus", "last_trip", "last_error", "hz"])
    actor.attempt(
        f"reading {name}",
        lambda: with_file(PARAMETERS + name, os.O_RDONLY, lambda fd: os.read(fd, 4096)),
    )


# --- files -------------------------------------------------------------------------------------


def read_oddly(actor):
    """A few reads of odd sizes at odd places; an open file dies with the module: EIO, or nothing."""
    rng = actor.random

    def use(fd):
        for _ in range(rng.randint(1, 8)):
            size = rng.choice([1, 3, 17, 100, 511, 4095, 4096, 65536])
            if rng.random() < 0.5:
                os.read(fd, size)
            else:
                os.pread(fd, size, rng.choice([0, 1, 79, 80, 500, 4095, 4097, 10**6, 2**40]))
            if rng.random() < 0.2:
                os.lseek(fd, rng.randint(0, 5000), os.SEEK_SET)

    path = rng.choice([TABLE, HISTOGRAM])
    actor.attempt(f"reading {path}", lambda: with_file(path, os.O_RDONLY, use), {errno.EIO, errno.EINVAL})


def read_rows(actor):
    """What is read at once is whole rows, whatever goes on."""

    def use(fd):
        return os.read(fd, 1 << 16)

    text = actor.attempt("reading rows", lambda: with_file(TABLE, os.O_RDONLY, use), {errno.EIO})
    for line in (text or b"").split(b"\n")[2:-1]:
        fields = line.split()
        if len(fields) != 18:
            raise Unexpected(f"a row with {len(fields)} columns: {line!r}")


def use_device(actor):
    rng = actor.random

    def use(fd):
        for _ in range(rng.randint(1, 4)):
            choice = rng.randrange(3)
            if choice == 0:
                os.write(fd, bytes(rng.choice([0, 1, 10, 5000])))
            elif choice == 1:
                os.pread(fd, rng.choice([1, 2, 64]), rng.choice([0, 0, 1, 1000]))
            else:
                poller = select.poll()
                poller.register(fd)
                poller.poll(0)

    actor.attempt("using the device", lambda: with_file(DEVICE, os.O_RDWR, use))
    # It cannot be unloaded while the device is open.
    time.sleep(rng.random() / 20)


# --- the module and the machine ----------------------------------------------------------------


def system_call(number, *arguments):
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "system call")


def load(actor, arguments=None):
    rng = actor.random
    if arguments is None:
        arguments = f"threads={rng.choice([0, 1, 4, 20])} wait={waits(rng)} interval={rng.choice(INTERVALS)}"
    actor.attempt(
        f"loading with {arguments}",
        lambda: with_file(
            os.environ["KO"],
            os.O_RDONLY,
            lambda fd: system_call(SYS_FINIT_MODULE, fd, arguments.encode(), 0),
        ),
        {errno.EEXIST, errno.EBUSY},
    )


def unload(actor):
    actor.attempt(
        "unloading",
        lambda: system_call(SYS_DELETE_MODULE, NAME, os.O_NONBLOCK),
        {errno.EBUSY, errno.EWOULDBLOCK},
    )


def load_and_unload(actor):
    load(actor)
    time.sleep(actor.random.choice([0, 0.01, 0.1, 0.5, 2, 5]))
    unload(actor)


def stay_away(actor):
    """Others need a module most of the time."""
    time.sleep(actor.random.choice([0.1, 1, 3]))


def thread_pids():
    """As the table has them: looking through all processes takes longer than the threads are there."""
    try:
        with open(TABLE) as table:
            rows = [line.split() for line in list(table)[2:]]
    except OSError:
        return []
    return [int(row[1]) for row in rows if row[1].isdigit()]


def kill_threads(actor):
    rng = actor.random
    pids = thread_pids()
    if pids:
        number = rng.choice([signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL, signal.SIGCONT])
        actor.attempt("killing", lambda: os.kill(rng.choice(pids), number))
    time.sleep(0.05)


def plug(actor):
    value = actor.random.choice([b"0", b"1", b"1"])
    actor.attempt(
        "plugging a CPU",
        lambda: with_file(CPU1, os.O_WRONLY, lambda fd: os.write(fd, value)),
        {errno.EINVAL, errno.EBUSY, errno.EIO},  # the last if it does not answer for 10 s
    )
    time.sleep(actor.random.random())


# --- actors ------------------------------------------------------------------------------------

ACTORS = {
    "loader": [load_and_unload],
    "unloader": [unload, unload, stay_away],
    "writer 0": [write_parameter],
    "writer 1": [write_parameter],
    "writer 2": [write_parameter, read_parameter],
    "reader 0": [read_oddly, read_rows],
    "reader 1": [read_oddly, read_parameter],
    "device 0": [use_device],
    "device 1": [use_device],
    "killer": [kill_threads],
    "plugger": [plug],
}


def fork(actor, end):
    """Runs an actor in a process of its own; returns its pid and where its report can be read."""
    out, into = os.pipe()
    pid = os.fork()
    if pid:
        os.close(into)
        return pid, out
    status = 0
    try:
        actor.run(end)
        report = f"{actor.count['done']} {actor.count['refused']}"
    except BaseException as error:  # pylint: disable=broad-except
        report = f"{type(error).__name__}: {error}"
        status = 1
    os.write(into, report.encode())
    os._exit(status)


def perform(actors, seconds, least):
    """Runs actors side by side, and prints what each did. Whether all went well, and each has done
    so much."""
    end = time.monotonic() + seconds
    running = [(actor, *fork(actor, end)) for actor in actors]
    good = True
    for actor, pid, out in running:
        report = os.read(out, 4096).decode()
        os.close(out)
        _, status = os.waitpid(pid, 0)
        if status:
            good = False
            print(f"# {actor.name}: {report or f'died with status {status}'}")
        else:
            done, refused = report.split()
            print(f"# {actor.name}: {done} done, {refused} refused")
            good &= int(done) >= least
    return good


def storm(seconds, seed):
    return perform([Actor(seed, name, steps) for name, steps in ACTORS.items()], seconds, 1)


def middle(seconds, seed):
    """One kind of operation without pause, while the module comes and goes as fast as it can."""
    operations = {name: [lambda actor, name=name: write_parameter(actor, name)] for name in VALUES}
    operations["device"] = [use_device]
    operations["table"] = [read_oddly, read_rows]
    operations["parameters"] = [read_parameter]

    def cycle(actor):
        load(actor, f"threads=6 interval=1j wait={','.join(WAITS)}")
        time.sleep(actor.random.random() / 20)
        unload(actor)

    good = True
    for name, steps in operations.items():
        actors = [Actor(seed, f"{name} {number}", steps) for number in (0, 1)]
        actors.append(Actor(seed, f"loader during {name}", [cycle]))
        # So short a time on a slow machine may be over before anything was there.
        good = perform(actors, seconds / len(operations), 0) and good
    return good


def main():
    seconds, seed = float(sys.argv[1]), sys.argv[2]
    act = middle if sys.argv[3:] == ["middle"] else storm
    good = act(seconds, seed)
    if os.path.exists(CPU1):
        with open(CPU1, "w") as online:
            online.write("1")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
