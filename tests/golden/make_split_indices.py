#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/split_indices.h: hashes of the indices of scikit-learn's splitters, 0 where they raise.

y and groups are drawn from RandomState(seed) here and in the test. The hash (FNV-1a, 64 bits, over
little-endian 64-bit words) covers the folds in order: rows that train, their indices, rows that are
tested, theirs.
"""
import sys
import warnings

import numpy as np
from sklearn import model_selection as ms

warnings.simplefilter("ignore")


def spec(name, params):
    text = {None: "None", True: "true", False: "false"}
    return f"{name}({', '.join(f'{k}={text.get(v, v) if isinstance(v, (bool, type(None))) else v}' for k, v in params.items())})"


def fnv(words):
    h = 14695981039346656037
    for b in np.array(words, dtype="<i8").tobytes():
        h = ((h ^ b) * 1099511628211) & 0xFFFFFFFFFFFFFFFF
    return h


def hash_folds(folds):
    words = []
    for train, test in folds:
        words += [len(train), *map(int, train), len(test), *map(int, test)]
    return fnv(words)


def data(seed, n, classes, groups):
    r = np.random.RandomState(seed)
    return r.randint(0, classes, n), r.randint(0, groups, n)


SHUFFLED = [dict(shuffle=True, random_state=s) for s in (0, 7, 4294967295)]
SIZES = [{}, dict(test_size=0.3), dict(test_size=5), dict(train_size=0.55), dict(test_size=0.2, train_size=0.3), dict(test_size=3, train_size=4),
         dict(test_size=1), dict(train_size=2), dict(test_size=0.9, train_size=0.3), dict(test_size=500)]
SPLITTERS = []
for k in (2, 3, 5, 10):
    for extra in [{}] + SHUFFLED:
        for name in ("KFold", "StratifiedKFold", "GroupKFold", "StratifiedGroupKFold"):
            SPLITTERS.append((name, dict(n_splits=k, **extra)))
    SPLITTERS.append(("TimeSeriesSplit", dict(n_splits=k)))
    SPLITTERS.append(("TimeSeriesSplit", dict(n_splits=k, gap=2)))
    SPLITTERS.append(("TimeSeriesSplit", dict(n_splits=k, test_size=2, max_train_size=4)))
for name in ("RepeatedKFold", "RepeatedStratifiedKFold"):
    SPLITTERS += [(name, dict(n_splits=3, n_repeats=4, random_state=s)) for s in (0, 11)]
for name in ("ShuffleSplit", "StratifiedShuffleSplit", "GroupShuffleSplit"):
    SPLITTERS += [(name, dict(n_splits=3, random_state=s, **size)) for size in SIZES for s in (0, 12)]
SPLITTERS += [("LeaveOneOut", {}), ("LeaveOneGroupOut", {})]
PROBLEMS = [(0, 12, 2, 6), (1, 31, 3, 9), (2, 100, 4, 17), (3, 57, 11, 5), (4, 7, 7, 7), (5, 300, 2, 120)]

w = sys.stdout.write
w("/* SPDX-License-Identifier: BSD-3-Clause */\n/* Made by tests/golden/make_split_indices.py with scikit-learn 1.9.1. */\n\n#include <stdint.h>\n\n/* clang-format off */\n")
w("static const struct split_problem { uint32_t seed; int n, classes, groups; } split_problems[] = {\n")
for p in PROBLEMS:
    w("    {%d, %d, %d, %d},\n" % p)
w("};\n\nenum { SPLIT_PROBLEMS = %d };\n\nstatic const struct split_case {\n    const char *spec;\n    uint64_t hashes[SPLIT_PROBLEMS];\n} split_cases[] = {\n" % len(PROBLEMS))
errors = 0
for name, params in SPLITTERS:
    hashes = []
    for seed, n, classes, groups in PROBLEMS:
        y, g = data(seed, n, classes, groups)
        try:
            args = dict(groups=g) if "Group" in name else {}
            hashes.append(hash_folds(getattr(ms, name)(**params).split(np.zeros((n, 1)), y, **args)))
        except ValueError:
            hashes.append(0)
            errors += 1
    w('    {"%s", {%s}},\n' % (spec(name, params), ", ".join(f"UINT64_C({h})" for h in hashes)))
w("};\n\n/* train_test_split of problem 2: sizes, seed, stratified, shuffled. */\nstatic const struct once_case {\n    const char *test_size, *train_size;\n    int seed, stratified, shuffled;\n    uint64_t hash;\n} once_cases[] = {\n")
seed, n, classes, groups = PROBLEMS[2]
y, g = data(seed, n, classes, groups)
for size in SIZES:
    for s in (0, 42):
        for stratified in (0, 1):
            for shuffled in (0, 1):
                try:
                    train, test = ms.train_test_split(np.arange(n), random_state=s, stratify=y if stratified else None, shuffle=bool(shuffled), **size)
                    h = hash_folds([(train, test)])
                except ValueError:
                    h = 0
                w('    {"%s", "%s", %d, %d, %d, UINT64_C(%d)},\n' % (size.get("test_size"), size.get("train_size"), s, stratified, shuffled, h))
w("};\n/* clang-format on */\n")
print("cases", len(SPLITTERS) * len(PROBLEMS), "errors", errors, file=sys.stderr)
