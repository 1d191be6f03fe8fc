# SPDX-License-Identifier: GPL-2.0
"""The ways to open a file and to write to it."""

import os

from machine import PAGE


def write_at_offset(fd, text, rng):
    return os.pwrite(fd, text, rng.choice([1, 7, PAGE - 1, PAGE, 1 << 40]))


def write_in_two_buffers(fd, text, rng):
    place = rng.randrange(len(text) + 1)
    return os.writev(fd, [text[:place], text[place:]])


def write_plainly(fd, text, rng):
    return os.write(fd, text)


WAYS = [write_plainly, write_plainly, write_at_offset, write_in_two_buffers]
FLAGS = [0, 0, os.O_APPEND, os.O_TRUNC, os.O_NONBLOCK]
