#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/encoders.h: scikit-learn's encoders on a small table of texts and numbers."""
import sys
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

warnings.simplefilter("ignore")
rng = np.random.RandomState(5)
N, TRAIN = 34, 24
color = rng.choice(["red", "green", "blue", "grey", "black"], N, p=[0.4, 0.3, 0.1, 0.1, 0.1]).astype(object)
size = rng.choice([-1.5, 0.0, 2.0, 3.0, 10.0], N, p=[0.1, 0.3, 0.3, 0.2, 0.1])
flag = rng.choice(["yes", "no"], N).astype(object)
color[[3, 8, 30]] = np.nan
size[[5, 29]] = np.nan
color[[25, 31]] = "purple"
size[[26, 31]] = 7.25
size[27] = 2.5
X = pd.DataFrame({"color": color, "size": size, "flag": flag})
train, test = X[:TRAIN], X[TRAIN:]
known = X[:TRAIN].copy()
given = [["red", "green", "blue", "grey", "black", "purple", np.nan], [-1.5, 0.0, 2.0, 2.5, 3.0, 7.25, 10.0, np.nan], ["yes", "no"]]
GIVEN = "[[red, green, blue, grey, black, purple, nan], [-1.5, 0, 2, 2.5, 3, 7.25, 10, nan], [yes, no]]"
ignore = dict(handle_unknown="ignore")
rare = dict(handle_unknown="infrequent_if_exist")

# class, spec arguments, keyword arguments, on the rows that hold unknown categories
CASES = [
    (OneHotEncoder, "", {}, False),
    (OneHotEncoder, "handle_unknown=ignore", ignore, True),
    (OneHotEncoder, "drop=first", dict(drop="first"), False),
    (OneHotEncoder, "drop=if_binary", dict(drop="if_binary"), False),
    (OneHotEncoder, "drop=if_binary, handle_unknown=ignore", dict(drop="if_binary", **ignore), True),
    (OneHotEncoder, "drop=[green, 2, yes]", dict(drop=["green", 2.0, "yes"]), False),
    (OneHotEncoder, "drop=[None, nan, no]", dict(drop=[np.nan, np.nan, "no"]), False),
    (OneHotEncoder, f"categories={GIVEN}", dict(categories=given), True),
    (OneHotEncoder, f"categories={GIVEN}, drop=first", dict(categories=given, drop="first"), True),
    (OneHotEncoder, "min_frequency=4, handle_unknown=infrequent_if_exist", dict(min_frequency=4, **rare), True),
    (OneHotEncoder, "min_frequency=0.2, handle_unknown=ignore", dict(min_frequency=0.2, **ignore), True),
    (OneHotEncoder, "max_categories=3", dict(max_categories=3), False),
    (OneHotEncoder, "max_categories=3, drop=first, handle_unknown=infrequent_if_exist", dict(max_categories=3, drop="first", **rare), True),
    (OneHotEncoder, "max_categories=1, handle_unknown=infrequent_if_exist", dict(max_categories=1, **rare), True),
    (OneHotEncoder, "max_categories=4, min_frequency=3, drop=if_binary, handle_unknown=warn", dict(max_categories=4, min_frequency=3, drop="if_binary", handle_unknown="warn"), True),
    (OrdinalEncoder, "", {}, False),
    (OrdinalEncoder, "encoded_missing_value=-1", dict(encoded_missing_value=-1), False),
    (OrdinalEncoder, "handle_unknown=use_encoded_value, unknown_value=-2", dict(handle_unknown="use_encoded_value", unknown_value=-2), True),
    (OrdinalEncoder, "handle_unknown=use_encoded_value, unknown_value=nan, encoded_missing_value=99", dict(handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=99), True),
    (OrdinalEncoder, f"categories={GIVEN}", dict(categories=given), True),
    (OrdinalEncoder, "min_frequency=4", dict(min_frequency=4), False),
    (OrdinalEncoder, "max_categories=2, handle_unknown=use_encoded_value, unknown_value=-1", dict(max_categories=2, handle_unknown="use_encoded_value", unknown_value=-1), True),
]

w = sys.stdout.write
w("/* SPDX-License-Identifier: BSD-3-Clause */\n")
w(f"/* Made by tests/golden/make_encoders.py with scikit-learn {sklearn.__version__}. */\n\n")
w("#include <math.h>\n#include <stdbool.h>\n\n#define GAP (double)NAN\n\n/* clang-format off */\n")
w(f"enum {{ ROWS = {N}, TRAIN = {TRAIN} }};\n")
texts = {j: sorted({v for v in X.iloc[:, j] if isinstance(v, str)}) for j in (0, 2)}
for j in (0, 2):
    w(f"static const char *const texts_{j}[{len(texts[j])}] = {{{', '.join(f'{chr(34)}{t}{chr(34)}' for t in texts[j])}}};\n")


def cell(j, v):
    if v != v:
        return "GAP"
    return str(texts[j].index(v)) if j in texts else float(v).hex()


def shown(v):
    return '"-"' if v is None or v != v else f'"{v}"'


w("static const double cells[ROWS * 3] = {\n")
for i in range(N):
    w(f"    {', '.join(cell(j, X.iloc[i, j]) for j in range(3))},\n")
w("};\n\nstatic const struct encoder_case {\n    const char *spec;\n    bool on_test;\n    int n_out;\n"
  "    const char *const *names;\n    const double *out;\n    const char *const *inverse;\n} encoder_cases[] = {\n")
for cls, spec, kw, on_test in CASES:
    e = cls(**kw).fit(train)
    rows = test if on_test else known
    Z = e.transform(rows)
    # scikit-learn's OrdinalEncoder miscounts the infrequent ones of a column with missing entries
    sound = cls is OneHotEncoder or not ({"min_frequency", "max_categories"} & set(kw))
    back = e.inverse_transform(Z.copy()) if sound else None
    Z = Z.toarray() if hasattr(Z, "toarray") else Z
    names = e.get_feature_names_out()
    w(f'    {{"{cls.__name__}({spec})", {str(on_test).lower()}, {len(names)},\n')
    w(f"     (const char *const[]){{{', '.join(shown(n) for n in names)}}},\n     (const double[]){{\n")
    for row in Z:
        w("      " + ", ".join("GAP" if v != v else str(int(v)) for v in row) + ",\n")
    if back is None:
        w("     },\n     NULL},\n")
        continue
    w("     },\n     (const char *const[]){\n")
    for row in back:
        w("      " + ", ".join(shown(v) for v in row) + ",\n")
    w("     }},\n")
w("};\n/* clang-format on */\n")
