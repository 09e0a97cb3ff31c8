#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/random.h: draws of numpy.random.RandomState for several seeds."""
import sys

import numpy as np

SEEDS = [0, 1, 42, 123456789, 4294967295]
RANGES = [(0, 1), (0, 10), (-5, 3), (0, 2**31), (0, 2**32), (0, 2**32 + 1), (-(2**63), 2**63 - 1), (7, 2**40)]


def case(seed):
    r = np.random.RandomState(seed)
    out = {"words": r.randint(0, 2**32, size=5, dtype=np.uint32), "doubles": r.random_sample(5)}
    out["ints"] = [int(r.randint(low, high, dtype=np.int64)) for low, high in RANGES for _ in range(3)]
    out["normals"] = r.standard_normal(7)
    out["doubles_after"] = r.random_sample(2)
    x = np.arange(100, 117)
    r.shuffle(x)
    out["shuffled"] = x
    out["permutation"] = r.permutation(23)
    out["chosen"] = r.choice(50, 6, replace=False)
    out["far"] = np.array([r.random_sample(2000)[-1], r.standard_normal(1001)[-1], r.standard_normal()])
    state = r.get_state()
    out["state"] = [int(state[1][0]), int(state[1][623]), int(state[2])]
    return out


def text(name, v):
    if name == "words":
        return ", ".join(f"{int(x)}u" for x in v)
    if name in ("doubles", "normals", "doubles_after", "far"):
        return ", ".join(float(x).hex() for x in v)
    return ", ".join(f"INT64_C({int(x)})" if int(x) > -(2**63) else "INT64_MIN" for x in v)


TYPES = {"words": "uint32_t", "doubles": "double", "normals": "double", "doubles_after": "double", "far": "double"}
w = sys.stdout.write
w("/* SPDX-License-Identifier: BSD-3-Clause */\n/* Made by tests/golden/make_random.py with NumPy " + np.__version__ + ". */\n\n")
w("#include <stdint.h>\n\n/* clang-format off */\n")
cases = [(s, case(s)) for s in SEEDS]
w("static const struct random_range { int64_t low, high; } random_ranges[] = {\n")
for low, high in RANGES:
    w(f"    {{{'INT64_MIN' if low == -(2**63) else f'INT64_C({low})'}, INT64_C({high})}},\n")
w("};\n\nstatic const struct random_case {\n    uint32_t seed;\n")
for name, v in cases[0][1].items():
    w(f"    {TYPES.get(name, 'int64_t')} {name}[{len(v)}];\n")
w("} random_cases[] = {\n")
for seed, c in cases:
    w(f"    {{{seed}u,\n")
    for name, v in c.items():
        w(f"     {{{text(name, v)}}},\n")
    w("    },\n")
w("};\n/* clang-format on */\n")
