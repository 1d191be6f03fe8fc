# SPDX-License-Identifier: GPL-2.0
"""How long commands take beside readers of the table, and beside loops that only use the processors.

    beside.py byte|whole WORKERS TRIES ROUNDS

Prints a line for each command: its median beside busy loops and beside readers, in microseconds, and
how many times that is."""

import os
import statistics
import sys
import time

PARAMETERS = "/sys/module/kthread_counter/parameters/"
TABLE = "/proc/kthread_counter"
HISTOGRAM = "/proc/kthread_counter_hist"
DEVICE = "/dev/kthread_counter"
NOBODY = 65534
NUMBER = 3


def spin():
    while True:
        pass


def read_a_byte():
    table = os.open(TABLE, os.O_RDONLY)
    while True:
        os.pread(table, 1, 0)


def read_all():
    files = [os.open(path, os.O_RDONLY) for path in (TABLE, HISTOGRAM)]
    while True:
        for file in files:
            os.lseek(file, 0, os.SEEK_SET)
            while os.read(file, 1 << 16):
                pass


class Beside:
    """Processes of an ordinary user that do the same for ever."""

    def __init__(self, what):
        self.what = what

    def __enter__(self):
        self.pids = [self.start() for _ in range(NUMBER)]
        time.sleep(0.2)

    def start(self):
        pid = os.fork()
        if pid == 0:
            try:
                os.setgid(NOBODY)
                os.setuid(NOBODY)
                self.what()
            finally:
                os._exit(1)
        return pid

    def __exit__(self, *_):
        for pid in self.pids:
            os.kill(pid, 9)
        for pid in self.pids:
            os.waitpid(pid, 0)


def put(name, value):
    file = os.open(PARAMETERS + name, os.O_WRONLY)
    try:
        os.write(file, value.encode() + b"\n")
    finally:
        os.close(file)


def use_device(call):
    device = os.open(DEVICE, os.O_RDWR)
    try:
        call(device)
    finally:
        os.close(device)


def commands(workers):
    """Each a name and what is done; what one changes, the next changes back."""
    parameters = [
        ("interval", "2"), ("interval", "3600"), ("wait", "timeout"), ("wait", "event"), ("cpus", "0-1"),
        ("cpus", ""), ("sched", "fifo"), ("sched", "normal"), ("log", "N"), ("trip_us", "0"),
        ("stop", "0-19"), ("start", "0-19"), ("signal", "USR1 0-19"), ("reset", "all"),
        ("threads", str(workers - 20)), ("threads", str(workers)),
    ]
    for name, value in parameters:
        yield f"{name}={value}", lambda name=name, value=value: put(name, value)
    yield "a write of the device", lambda: use_device(lambda device: os.write(device, b"x"))
    yield "a read of the device", lambda: use_device(lambda device: os.read(device, 64))


def measure(what, workers, tries, times):
    with Beside(what):
        for _ in range(tries):
            for name, do in commands(workers):
                started = time.monotonic()
                do()
                times.setdefault(name, []).append((time.monotonic() - started) * 1e6)


def main():
    readers = {"byte": read_a_byte, "whole": read_all}[sys.argv[1]]
    workers, tries, rounds = map(int, sys.argv[2:])
    busy, reading = {}, {}
    for _ in range(rounds):
        measure(spin, workers, tries, busy)
        measure(readers, workers, tries, reading)
    for name in busy:
        before, beside = statistics.median(busy[name]), statistics.median(reading[name])
        print(f"{name:24} {before:9.0f} us {beside:9.0f} us {beside / before:7.2f} times")
    total = [sum(map(statistics.median, times.values())) for times in (busy, reading)]
    print(f"{'all together':24} {total[0]:9.0f} us {total[1]:9.0f} us {total[1] / total[0]:7.2f} times")


main()
