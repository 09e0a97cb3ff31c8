#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes lib/base/powers_of_five.h: the leading 128 bits of 5^q for q in [-342, 324].

Positive powers are truncated. Negative ones down to 5^-27 are rounded up, smaller ones truncated:
the form Eisel-Lemire needs (Lemire 2021, section 7); Schubfach adds 1 where it wants the ceiling.
"""

import sys

FIRST, LAST = -342, 324


def bits(q):
    if q >= 0:
        p = 5**q
        return p << (128 - p.bit_length()) if p.bit_length() <= 128 else p >> (p.bit_length() - 128)
    p = 5**-q
    z = (p - 1).bit_length()
    if q >= -27:
        return 2 ** (z + 127) // p + 1
    c = 2 ** (2 * z + 128) // p + 1
    return c >> (c.bit_length() - 128)


out = sys.stdout
out.write(
    "/* SPDX-License-Identifier: BSD-3-Clause */\n"
    "/*\n"
    " * Made by tools/make_powers_of_five.py: the leading 128 bits of 5^q, high word first, for "
    "number.c.\n"
    " */\n"
    "#ifndef COFIT_BASE_POWERS_OF_FIVE_H\n"
    "#define COFIT_BASE_POWERS_OF_FIVE_H\n\n"
    "#include <stdint.h>\n\n"
    f"enum {{ FIVE_FIRST = {FIRST}, FIVE_LAST = {LAST} }};\n\n"
    "/* clang-format off */\n"
    f"static const uint64_t powers_of_five[{LAST - FIRST + 1}][2] = {{\n"
)
cells = [
    f"{{0x{bits(q) >> 64:016x}, 0x{bits(q) & (2**64 - 1):016x}}}" for q in range(FIRST, LAST + 1)
]
for i in range(0, len(cells), 2):
    out.write("    " + ", ".join(cells[i : i + 2]) + ",\n")
out.write("};\n/* clang-format on */\n\n#endif\n")
