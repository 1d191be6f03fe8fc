#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""
storm.py SECONDS SEED: everything that can be done to the module, at the same time.

Each actor is a process that takes one step after the other. What a step tries follows from the seed,
the actor's name and the number of the step, so that it repeats; when it happens, what it meets, and
how many steps there are is up to the machine. Nothing here has one right outcome; an actor ends with
an error if it sees an errno that the operation cannot have.

storm.py SECONDS SEED middle: unloads in the middle of each operation, one kind after the other.

Both go on for longer until each actor has done something, and fail if one does not come to it.
"""

import ctypes
import errno
import mmap
import os
import random
import select
import signal
import sys
import time
from collections import Counter

sys.path.append(f"{os.path.dirname(os.path.abspath(__file__))}/..")

from syscalls import DELETE_MODULE, FINIT_MODULE  # noqa: E402

NAME = b"kthread_counter"
TABLE = "/proc/kthread_counter"
HISTOGRAM = "/proc/kthread_counter_hist"
DEVICE = "/dev/kthread_counter"
PARAMETERS = "/sys/module/kthread_counter/parameters/"
CPU1 = "/sys/devices/system/cpu/cpu1/online"

libc = ctypes.CDLL(None, use_errno=True)

PATIENCE = 900  # seconds more, for what each actor has to do at least: a debug kernel takes seconds to unload

# What an operation may end with is said where it is done. EINTR is in none of it: nothing sends an actor
# a signal. There may be no file, and then no module that is live.
ABSENT = {errno.ENOENT, errno.ENODEV}
# A file in /proc is there as long as it works, but what is open dies with the module.
CLOSED = {errno.ENOENT, errno.EIO}
# The kernel may have no thread to give.
NO_ROOM = {errno.EAGAIN, errno.ENOMEM}
# The workers may be others than a moment ago.
NO_SUCH = {errno.ESRCH}


class Unexpected(Exception):
    pass


class Actor:
    """A process that does one thing after the other. It has to have counted so much at least."""

    def __init__(self, seed, name, steps, least=("done", 1)):
        self.seed = seed
        self.name = name
        self.steps = steps
        self.least = least
        self.count = Counter()
        self.random = None

    def attempt(self, what, call, allowed):
        """Calls, and counts how it ended; what it returned, if it ended well."""
        try:
            result = call()
        except OSError as error:
            if error.errno not in allowed:
                raise Unexpected(f"{what}: {errno.errorcode.get(error.errno, error.errno)}")
            self.count["refused"] += 1
            if error.errno in ABSENT:
                time.sleep(0.01)  # so that the one who loads it gets a processor
            return None
        self.count["done"] += 1
        return result

    def step(self, number):
        # From the number, and not from how much the steps before have drawn, which is another time more.
        self.random = random.Random(f"{self.seed}/{self.name}/{number}")
        self.random.choice(self.steps)(self)

    def has_done_enough(self):
        what, least = self.least
        return self.count[what] >= least

    def report(self):
        return ", ".join(f"{self.count[what]} {what}" for what in sorted({self.least[0], "done", "refused"}))


def with_file(path, flags, use):
    # Without O_CREAT: a file where the device is not would stay.
    fd = os.open(path, flags)
    try:
        return use(fd)
    finally:
        os.close(fd)


# --- parameters --------------------------------------------------------------------------------

INTERVALS = ["1j", "HZ/100", "5ms", "HZ/10", "200us,20ms", "1", "3600", "3j,7ms"]
WAITS = ["ssleep", "timeout", "idle", "usleep", "fsleep", "hrtimer", "completion", "event", "work"]
SIGNALS = ["HUP", "INT", "USR1", "USR2", "TERM", "KILL"]


def ids(rng):
    return rng.choice(["all", "0", "0-1", "1,3", "2-5", "7"])


def waits(rng):
    return ",".join(rng.choices(WAITS, k=rng.randint(1, len(WAITS))))


VALUES = {
    "threads": lambda rng: str(rng.choice([0, 1, 2, 3, 5, 8, 8, 13])),
    "interval": lambda rng: rng.choice(INTERVALS),
    "wait": waits,
    "cpus": lambda rng: rng.choice(["", "0", "1", "0-1"]),
    "sched": lambda rng: rng.choice(["normal", "fifo_low", "fifo"]),
    "log": lambda rng: rng.choice("YN"),
    "trip_us": lambda rng: rng.choice(["0", "1", "100000"]),
    "causes": lambda rng: rng.choice("YN"),
    "start": ids,
    "stop": ids,
    "signal": lambda rng: f"{rng.choice(SIGNALS)} {ids(rng)}",
    "reset": ids,
}
# Beside that there may be none to write to.
ALLOWED = {
    "threads": NO_ROOM,
    "cpus": {errno.EINVAL},  # one that is offline just then
    "start": NO_ROOM | NO_SUCH,
    "stop": NO_SUCH,
    "signal": NO_SUCH,
    "reset": NO_SUCH,
}


def write_parameter(actor, name=None):
    name = name or actor.random.choice(list(VALUES))
    value = VALUES[name](actor.random)
    actor.attempt(
        f"writing {value!r} to {name}",
        lambda: with_file(PARAMETERS + name, os.O_WRONLY, lambda fd: os.write(fd, value.encode() + b"\n")),
        ABSENT | ALLOWED.get(name, set()),
    )


def read_parameter(actor):
    name = actor.random.choice(["threads", "interval", "wait", "cpus", "causes", "last_trip", "last_error", "hz"])
    actor.attempt(
        f"reading {name}",
        lambda: with_file(PARAMETERS + name, os.O_RDONLY, lambda fd: os.read(fd, 4096)),
        ABSENT,
    )


# --- files -------------------------------------------------------------------------------------


def seek(fd, place):
    try:
        os.lseek(fd, place, os.SEEK_SET)
    except OSError:
        os.read(fd, 1)  # EINVAL is right if the file has died, and then this is EIO
        raise


def read_oddly(actor):
    """A few reads of odd sizes at odd places."""
    rng = actor.random

    def use(fd):
        for _ in range(rng.randint(1, 8)):
            size = rng.choice([1, 3, 17, 100, 511, 4095, 4096, 65536])
            if rng.random() < 0.5:
                os.read(fd, size)
            else:
                os.pread(fd, size, rng.choice([0, 1, 79, 80, 500, 4095, 4097, 10**6, 2**40]))
            if rng.random() < 0.2:
                seek(fd, rng.randint(0, 5000))

    path = rng.choice([TABLE, HISTOGRAM])
    actor.attempt(f"reading {path}", lambda: with_file(path, os.O_RDONLY, use), CLOSED)


def read_rows(actor):
    """What is read at once is whole rows, whatever goes on."""

    def use(fd):
        return os.read(fd, 1 << 16)

    text = actor.attempt("reading rows", lambda: with_file(TABLE, os.O_RDONLY, use), CLOSED)
    _, *lines = (text or b"").split(b"\n")[:-1] or [b""]
    for line in lines:
        fields = line.split()
        if len(fields) != 28:
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

    actor.attempt("using the device", lambda: with_file(DEVICE, os.O_RDWR, use), ABSENT)
    # It cannot be unloaded while the device is open.
    time.sleep(rng.random() / 20)


# --- the module and the machine ----------------------------------------------------------------


def system_call(number, *arguments):
    result = libc.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), "system call")
    return result


def load(actor, arguments=None):
    rng = actor.random
    if arguments is None:
        arguments = f"threads={rng.choice([0, 1, 4, 20])} wait={waits(rng)} interval={rng.choice(INTERVALS)}"
        arguments += rng.choice(["", " causes=Y"])
    actor.attempt(
        f"loading with {arguments}",
        lambda: with_file(
            os.environ["KO"],
            os.O_RDONLY,
            lambda fd: system_call(FINIT_MODULE, fd, arguments.encode(), 0),
        ),
        NO_ROOM | {errno.EEXIST, errno.EBUSY},  # the last if it is on its way out
    )


def unload(actor):
    """Whether it was this one that did it."""
    result = actor.attempt(
        "unloading",
        lambda: system_call(DELETE_MODULE, NAME, os.O_NONBLOCK),
        {errno.ENOENT, errno.EBUSY, errno.EWOULDBLOCK},  # on its way in or out, its device is open
    )
    return result is not None


def load_and_unload(actor):
    load(actor)
    time.sleep(actor.random.choice([0, 0.01, 0.1, 0.5, 2, 5]))
    unload(actor)


def stay_away(actor):
    """Others need a module most of the time."""
    time.sleep(actor.random.choice([0.1, 1, 3]))


def thread_pids():
    """As the table has them: looking through all processes takes longer than the threads are there."""
    with open(TABLE) as table:
        rows = [line.split() for line in list(table)[2:]]
    return [int(row[1]) for row in rows if row[1].isdigit()]


def kill_thread(actor):
    rng = actor.random
    number = rng.choice([signal.SIGHUP, signal.SIGUSR1, signal.SIGTERM, signal.SIGKILL, signal.SIGCONT])

    def kill():
        pids = thread_pids()
        if not pids:
            raise ProcessLookupError(errno.ESRCH, "there is no thread")
        os.kill(rng.choice(pids), number)

    actor.attempt("killing", kill, CLOSED | NO_SUCH)


def toggle_causes(actor):
    """Probes come and go, while the machine passes their tracepoints all the time."""
    write_parameter(actor, "causes")


def pause(_actor):
    """Threads should live for a while."""
    time.sleep(0.05)


# A CPU that does not come within 10 s, or did not go.
UNPLUGGED = {errno.EBUSY, errno.EIO, errno.EAGAIN}


def set_cpu(value):
    return with_file(CPU1, os.O_WRONLY, lambda fd: os.write(fd, value))


def plug(actor):
    value = actor.random.choice([b"0", b"1", b"1"])
    actor.attempt("plugging a CPU", lambda: set_cpu(value), UNPLUGGED)
    time.sleep(actor.random.random())


def bring_cpu_back():
    end = time.monotonic() + PATIENCE
    while os.path.exists(CPU1):
        try:
            set_cpu(b"1")
            return
        except OSError as error:
            if error.errno not in UNPLUGGED or time.monotonic() > end:
                raise
            time.sleep(0.1)


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
    "killer": [kill_thread, pause],
    "toggler": [toggle_causes, toggle_causes, pause],
    "plugger": [plug],
}


def fork(actor, run):
    """Runs an actor in a process of its own; returns its pid and where its report can be read."""
    out, into = os.pipe()
    pid = os.fork()
    if pid:
        os.close(into)
        return pid, out
    status = 0
    try:
        run(actor)
        report = actor.report()
    except BaseException as error:  # pylint: disable=broad-except
        report = f"{type(error).__name__}: {error}"
        status = 1
    os.write(into, report.encode())
    os._exit(status)


def perform(actors, seconds, limit):
    """Runs actors side by side for so long, and on until each has done enough, but not beyond the limit,
    a time. Prints what each did. Whether all went well."""
    begin = time.monotonic()
    # What the processes share: of each whether it has done enough, and whether one has failed.
    enough = mmap.mmap(-1, len(actors))
    failed = mmap.mmap(-1, 1)

    def goes_on():
        now = time.monotonic()
        return not failed[0] and (now < begin + seconds or (now < limit and not all(enough[:])))

    def run(actor):
        number = 0
        try:
            while goes_on():
                actor.step(number)
                number += 1
                enough[actors.index(actor)] = actor.has_done_enough()
        except BaseException:
            failed[0] = 1
            raise

    good = True
    for actor, pid, out in [(actor, *fork(actor, run)) for actor in actors]:
        report = os.read(out, 4096).decode()
        os.close(out)
        _, status = os.waitpid(pid, 0)
        print(f"# {actor.name}: {report or f'died with status {status}'}")
        good &= status == 0
    for actor, is_enough in zip(actors, enough[:]):
        if good and not is_enough:
            what, least = actor.least
            print(f"# {actor.name}: fewer than {least} {what} in {time.monotonic() - begin:.0f} s")
    bring_cpu_back()
    return good and all(enough[:])


def storm(seconds, seed):
    actors = [Actor(seed, name, steps) for name, steps in ACTORS.items()]
    return perform(actors, seconds, time.monotonic() + seconds + PATIENCE)


def middle(seconds, seed):
    """One kind of operation without pause, while the module comes and goes as fast as it can."""
    operations = {name: [lambda actor, name=name: write_parameter(actor, name)] for name in VALUES}
    operations["device"] = [use_device]
    operations["table"] = [read_oddly, read_rows]
    operations["parameters"] = [read_parameter]
    operations["kill"] = [kill_thread]
    operations["plug"] = [plug]
    operations["load"] = [load]

    def cycle(actor):
        load(actor, f"threads={len(WAITS)} interval=1j wait={','.join(WAITS)} causes={actor.random.choice('YN')}")
        time.sleep(actor.random.random() / 20)
        actor.count["cycles"] += unload(actor)

    good = True
    limit = time.monotonic() + seconds + PATIENCE
    for name, steps in operations.items():
        actors = [Actor(seed, f"{name} {number}", steps) for number in (0, 1)]
        actors.append(Actor(seed, f"loader during {name}", [cycle], least=("cycles", 3)))
        good = perform(actors, seconds / len(operations), limit) and good
    return good


def main():
    seconds, seed = float(sys.argv[1]), sys.argv[2]
    act = middle if sys.argv[3:] == ["middle"] else storm
    good = act(seconds, seed)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
