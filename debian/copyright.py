#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""copyright.py TARGET: debian/copyright, the project's licence, and those of all that is linked into the static program
for Rust's TARGET.

Reads `cargo metadata` and the crates' own licence files; a crate with no licence that goes with GPL-2.0, or
whose text is not known here, is an error."""

import json
import pathlib
import re
import subprocess
import sys

TARGET = sys.argv[1]

# The first of these that a crate offers is the one that it is taken under.
CHOICE = ["MIT", "Zlib", "BSL-1.0"]
LICENCE_FILES = {"MIT": ["LICENSE-MIT*", "LICENSE*", "LICENCE*", "COPYRIGHT*"], "Zlib": ["LICENSE*"], "BSL-1.0": ["LICENSE-BOOST*"]}

HEADER = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: kthread_counter
Comment:
 The program kthread-counter is linked statically. What is below vendor/ and
 toolchain/ is not in the source package: these are the licences of what is
 linked into the program, under the names of the crates and packages.

Files: *
Copyright: The kthread_counter authors
License: GPL-2

Files: toolchain/rust-std/*
Copyright: The Rust Project contributors
License: MIT

Files: toolchain/glibc/*
Copyright: Free Software Foundation, Inc. and others
License: LGPL-2.1+

Files: toolchain/libgcc/*
Copyright: Free Software Foundation, Inc.
License: GPL-3+ with GCC Runtime Library exception
"""

TAIL = """\
License: GPL-2
 This program is free software; you can redistribute it and/or modify it under
 the terms of the GNU General Public License, version 2, as published by the
 Free Software Foundation. It comes without any warranty.
 .
 The text of the licence is in /usr/share/common-licenses/GPL-2.

License: LGPL-2.1+
 The GNU C Library is free software; you can redistribute it and/or modify it
 under the terms of the GNU Lesser General Public License, version 2.1 or (at
 your option) any later version.
 .
 The text of the licence is in /usr/share/common-licenses/LGPL-2.1. The package
 that it was linked from is named in the field Built-Using; with the source of
 kthread-counter the program can be linked with another one.

License: GPL-3+ with GCC Runtime Library exception
 libgcc is free software under the GNU General Public License, version 3 or
 later, with the GCC Runtime Library Exception, which allows linking it with
 programs under any licence.
 .
 The text of the licence is in /usr/share/common-licenses/GPL-3.
"""


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def linked():
    """(name, version) of what is linked: no build scripts, macros or tests."""
    tree = run("cargo", "tree", "--offline", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none",
               "--target", TARGET, "--format", "{p}")
    crates = {tuple(line.split()[:2]) for line in tree.splitlines() if line.strip()}
    return {(name, version.lstrip("v")) for name, version in crates if name != "kthread-counter"}


def licence_of(package):
    offered = re.split(r"\s*(?:/|\bOR\b)\s*", package["license"] or "")
    for licence in CHOICE:
        if licence in offered:
            return licence
    sys.exit(f"error: {package['name']}: {package['license']} does not go with GPL-2.0, or is not known to debian/copyright.py")


def licence_text(package, licence):
    folder = pathlib.Path(package["manifest_path"]).parent
    for pattern in LICENCE_FILES[licence]:
        for path in sorted(folder.glob(pattern)):
            text = path.read_text()
            if licence != "MIT" or "Permission is hereby granted" in text or path.name == "COPYRIGHT":
                return text
    return ""


def holders(package, text):
    lines = re.findall(r"^\s*(Copyright (?:\(c\)|©|\d).*)$", text, re.MULTILINE | re.IGNORECASE)
    lines = [re.sub(r"^Copyright\s*(\(c\)|©)?\s*", "", line, flags=re.IGNORECASE).strip() for line in lines]
    lines = [line for line in lines if line]
    names = lines or [re.sub(r"\s*<.*>", "", author) for author in package["authors"]]
    return names or [f"The authors of {package['name']}"]


def body(text):
    """A licence's text without its title and holders, as a field's value."""
    lines = text.strip().splitlines()
    start = next(index for index, line in enumerate(lines)
                 if re.match(r"Permission is|This software is provided|Boost Software", line))
    return "\n".join(" " + (line.rstrip() or ".") for line in lines[start:])


def main():
    packages = {(p["name"], p["version"]): p for p in json.loads(
        run("cargo", "metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform",
            TARGET))["packages"]}
    stanzas, texts = [], {}
    for key in sorted(linked()):
        package = packages[key]
        licence = licence_of(package)
        text = licence_text(package, licence)
        people = "\n           ".join(holders(package, text))
        stanzas.append(f"Files: vendor/{key[0]}-{key[1]}/*\nCopyright: {people}\nLicense: {licence}\n")
        if text and "warrant" in text.lower() and licence not in texts:
            texts[licence] = body(text)
    missing = {line.split()[1] for stanza in stanzas for line in stanza.splitlines() if line.startswith("License")} - texts.keys()
    if missing:
        sys.exit(f"error: no text of {missing}")
    print(HEADER)
    print("\n".join(stanzas))
    for licence, text in sorted(texts.items()):
        print(f"License: {licence}\n{text}\n")
    print(TAIL, end="")


main()
