# SPDX-License-Identifier: GPL-2.0
"""Where the points of the module are that KCOV can see."""

import bisect
import functools
import os
import struct

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
def module():
    return Elf(os.environ["KO"])
