# SPDX-License-Identifier: GPL-2.0
"""Gives the module bytes that nobody would write, and checks what it does with them.

    fuzz parameters ROUNDS    writes to all parameters of the loaded module
    fuzz device ROUNDS        writes to and reads from its device
    fuzz arguments ROUNDS     loads $KO with such arguments, and unloads it
    fuzz coverage AREA=PERCENT...   what the calls before have reached, and at least should have

The bytes follow from SEED, which is printed, and the number of the round. A rejected write has the
errno that it should have, is explained by last_error and changes nothing; what an accepted write
leaves can be read and written back; nothing hangs. Each thing that is wrong is printed, and the exit
status is 0 if nothing is.

Where the kernel has KCOV and the module is built with it, the points of the module that the calls
reach are added to $COVERAGE. Workers are tasks of their own, and are not covered by that.
"""

import os
import random
import sys
import time

from arguments import Arguments
from checks import Wrong, watchdog
from coverage import kcov, report
from device import Device
from parameters import Parameters

MOST_PROBLEMS = 5


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
    what, *arguments = sys.argv[1:]
    if what == "coverage":
        floors = [(name, int(percent)) for name, percent in (word.split("=") for word in arguments)]
        return report(floors)
    watchdog.start()
    kcov.start()
    target = {"parameters": Parameters, "device": Device, "arguments": Arguments}[what]
    return fuzz(target(), int(arguments[0]))


if __name__ == "__main__":
    sys.exit(not main())
