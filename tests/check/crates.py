#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Reads what `cargo metadata` says, and prints the crates that may not be linked into a program under GPL-2.0."""

import json
import re
import sys

# Apache-2.0 alone does not go with version 2; with LLVM's exception it does.
ALLOWED = {
    "0BSD",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "ISC",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "MIT",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}


def is_allowed(expression):
    """Whether an SPDX expression can be met. `/` is what older crates write for OR."""
    words = re.findall(r"[()]|[^\s()/]+|/", expression)
    value, rest = either(words)
    return value and not rest


def either(words):
    value, words = both(words)
    while words and words[0] in ("OR", "/"):
        more, words = both(words[1:])
        value = value or more
    return value, words


def both(words):
    value, words = one(words)
    while words and words[0] == "AND":
        more, words = one(words[1:])
        value = value and more
    return value, words


def one(words):
    if not words:
        return False, []
    if words[0] == "(":
        value, words = either(words[1:])
        return value and words[:1] == [")"], words[1:]
    name, words = words[0], words[1:]
    if words[:1] == ["WITH"]:
        name, words = f"{name} WITH {' '.join(words[1:2])}", words[2:]
    return name in ALLOWED, words


def problems(metadata):
    ours = set(metadata["workspace_members"])
    used = {node["id"] for node in metadata["resolve"]["nodes"]}
    for package in metadata["packages"]:
        if package["id"] not in used:
            continue
        name = f"{package['name']} {package['version']}"
        licence = package["license"] or "none"
        if not is_allowed(licence):
            yield f"{name}: the licence {licence} does not go with GPL-2.0"
        if package["id"] not in ours and not (package["source"] or "").startswith("registry+"):
            yield f"{name}: it does not come from a registry"


def main():
    found = list(problems(json.load(sys.stdin)))
    print("\n".join(found), end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
