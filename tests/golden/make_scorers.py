#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/scorers.h: every scorer on a toy classifier, 1e308 where scikit-learn raises."""
import os
import sys
import warnings

import numpy as np
from sklearn.metrics import get_scorer, get_scorer_names

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from toy_centroid import ToyCentroid  # noqa: E402

warnings.simplefilter("ignore")
# y is one column: the averages over the rows of several labels raise.
NAMES = get_scorer_names()


def problem(seed, labels, n=40, d=2):
    r = np.random.RandomState(seed)
    codes = r.randint(0, len(labels), n)
    X = np.round(r.standard_normal((n, d)) + 1.5 * codes[:, None], 3)
    return X, np.array(labels)[codes], np.round(r.random_sample(n) * 4) / 2


def score(name, model, X, y, w):
    scorer = get_scorer(name)
    try:
        if w is not None and scorer._accept_sample_weight():
            return float(scorer(model, X, y, sample_weight=w))
        return float(scorer(model, X, y))
    except Exception:
        return 1e308


def number(x):
    return "NAN" if np.isnan(x) else repr(float(x))


out = sys.stdout.write
out("/* SPDX-License-Identifier: BSD-3-Clause */\n/* Made by tests/golden/make_scorers.py with scikit-learn 1.9.1. */\n\n")
out("#include <math.h>\n#include <stdint.h>\n\n/* clang-format off */\n")
out("static const char *const scorer_names[] = {\n    " + ",\n    ".join(f'"{n}"' for n in NAMES) + ",\n};\n\n")
out(f"enum {{ SCORERS = {len(NAMES)} }};\n\nstatic const struct scorer_problem {{\n    int n, d;\n    double X[80];\n    int64_t y[40];\n    double w[40], plain[SCORERS], weighted[SCORERS];\n}} scorer_problems[] = {{\n")
for seed, labels in enumerate([[0, 1], [1, 2], [0, 1, 2], [5, 6, 8, 9]]):
    X, y, w = problem(seed, labels)
    model = ToyCentroid(shrink=0.25).fit(X, y)
    out(f"    {{{X.shape[0]}, {X.shape[1]},\n")
    for values in (X.ravel(), y, w, [score(n, model, X, y, None) for n in NAMES], [score(n, model, X, y, w) for n in NAMES]):
        out("     {" + ", ".join(number(v) if isinstance(v, float) else str(v) for v in values) + "},\n")
    out("    },\n")
out("};\n/* clang-format on */\n")
