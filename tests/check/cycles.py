# SPDX-License-Identifier: GPL-2.0

"""cycles.py ROOT: the files of the crate with this root that need each other.

A file needs another if it names it, or something in it, in a path: `use crate::a::b`, `super::b`, `b::C`
with a `mod b` of its own. `mod b;` by itself only says that there is a file, and so do comments nothing.
"""

import os
import re
import sys


def strip(text):
    """The source without comments, strings and characters."""
    pattern = re.compile(
        r"""//[^\n]*|/\*.*?\*/|b?c?r(#*)".*?"\1|[bc]?"(?:\\.|[^"\\])*"|b?'(?:\\.[^']*|[^'\\])'""", re.DOTALL
    )
    return pattern.sub(" ", text)


def modules(file, path, is_root):
    """All modules from this one on, with the paths of their names: {("a", "b"): file}."""
    found = {path: file}
    with open(file, encoding="utf-8") as source:
        text = source.read()
    folder = os.path.dirname(file)
    if not is_root and os.path.basename(file) != "mod.rs":
        folder = file.removesuffix(".rs")
    for attributes, name in re.findall(r"^((?:#\[[^\n]*\]\n)*)\s*(?:pub(?:\([^)]*\))? )?mod (\w+);", text, re.MULTILINE):
        given = re.search(r'#\[path = "([^"]*)"\]', attributes)
        choices = [given.group(1)] if given else [f"{name}.rs", f"{name}/mod.rs"]
        for choice in (os.path.normpath(os.path.join(folder, choice)) for choice in choices):
            if os.path.exists(choice):
                found |= modules(choice, path + (name,), False)
    # Those of a list that a macro makes modules of, with a file for each.
    for name in re.findall(r"^    \w+: (\w+),$", text, re.MULTILINE) if re.search(r"mod \$\w+;", text) else []:
        choice = os.path.join(folder, f"{name}.rs")
        if os.path.exists(choice):
            found |= modules(choice, path + (name,), False)
    return found


def tokens(text):
    return re.findall(r"[A-Za-z_]\w*|::|[{}(),;*]|\S", text)


def leaves(words, at, prefix):
    """The paths of a `use` tree, and where it ends."""
    path = list(prefix)
    while at < len(words):
        word = words[at]
        if word == "{":
            at += 1
            found = []
            while words[at] != "}":
                inner, at = leaves(words, at, path)
                found += inner
                if words[at] == ",":
                    at += 1
            return found, at + 1
        if word in (",", "}", ";"):
            return [path], at
        if word == "as":
            at += 2
        elif word == "::":
            at += 1
        else:
            path.append(word)
            at += 1
    return [path], at


def resolve(path, here, known):
    """The longest module that a path begins with, as seen from the module `here`."""
    place = list(here)
    names = list(path)
    if not names:
        return None
    if names[0] == "crate":
        place = []
        names.pop(0)
    elif names[0] in ("self", "super"):
        while names and names[0] in ("self", "super"):
            if names.pop(0) == "super":
                if not place:
                    return None
                place.pop()
    elif tuple(place + names[:1]) not in known:
        return None
    for name in names:
        if tuple(place + [name]) not in known:
            break
        place.append(name)
    return tuple(place)


def needs(file, here, known):
    """The modules that a file names."""
    with open(file, encoding="utf-8") as source:
        words = tokens(strip(source.read()))
    found = set()
    imported = set()
    depth, inner = 0, []  # how deep the modules within the file begin, as that of its tests

    def need(path):
        # What a module within the file calls `super` is the file.
        for _ in inner:
            if path[:1] == ["super"]:
                path = path[1:] if path[1:2] == ["super"] else ["self"] + path[1:]
        target = resolve(path, here, known)
        if target is not None:
            found.add(target)

    at = 0
    while at < len(words):
        word = words[at]
        if word == "{":
            depth += 1
        elif word == "}":
            depth -= 1
            if inner and inner[-1] == depth:
                inner.pop()
        elif word == "mod" and words[at + 2 : at + 3] == ["{"]:
            inner.append(depth)
            at += 2
            continue
        elif word == "use":
            paths, at = leaves(words, at + 1, [])
            for path in paths:
                need(path)
                imported.update(path[-1:])
            continue
        elif re.match(r"[A-Za-z_]", word) and words[at + 1 : at + 2] == ["::"] and words[at - 1] != "::":
            path = []
            while re.match(r"[A-Za-z_]", words[at]):
                path.append(words[at])
                if words[at + 1] != "::":
                    break
                at += 2
            if path[0] not in imported:
                need(path)
        at += 1
    return found


def groups(graph):
    """Tarjan: all files that can be reached from each other."""
    index, low, stack, result = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for to in sorted(graph[node]):
            if to not in index:
                visit(to)
                low[node] = min(low[node], low[to])
            elif to in stack:
                low[node] = min(low[node], index[to])
        if low[node] == index[node]:
            group = []
            while True:
                group.append(stack.pop())
                if group[-1] == node:
                    break
            result.append(group)

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return [group for group in result if len(group) > 1]


def shortest_cycle(group, graph):
    best = None
    for start in sorted(group):
        paths = [[start]]
        seen = {start}
        while paths:
            path = paths.pop(0)
            for to in sorted(graph[path[-1]] & set(group)):
                if to == start and (best is None or len(path) < len(best)):
                    best = path
                if to not in seen:
                    seen.add(to)
                    paths.append(path + [to])
    return best


def main():
    root = sys.argv[1]
    known = modules(root, (), True)
    graph = {file: set() for file in known.values()}
    for here, file in known.items():
        for target in needs(file, here, known):
            if known[target] != file:
                graph[file].add(known[target])
    arrows = sum(map(len, graph.values()))
    bad = groups(graph)
    for group in bad:
        print(f"{len(group)} files need each other: {' '.join(sorted(group))}")
        cycle = shortest_cycle(group, graph)
        print("    " + " -> ".join(cycle + cycle[:1]))
    if len(known) < 5 or arrows < len(known):
        print(f"{root}: {len(known)} files and {arrows} arrows: this does not understand the source")
        bad = True
    sys.exit(1 if bad else 0)


main()
