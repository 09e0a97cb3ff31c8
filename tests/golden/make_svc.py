#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/svc.h: scikit-learn's SVC on iris and wine, at a tight tolerance."""
import pathlib
import sys
import warnings

import numpy as np
import sklearn
from sklearn.svm import SVC

warnings.simplefilter("ignore")
w = sys.stdout.write
here = pathlib.Path(__file__).resolve().parents[2] / "datasets"


def load(name):
    rows = [line.split(",") for line in (here / f"{name}.csv").read_text().splitlines()[1:]]
    return np.array([[float(v) for v in r[:-1]] for r in rows]), np.unique([r[-1] for r in rows], return_inverse=True)[1]


def emit(name, a, kind="double"):
    flat = np.asarray(a).ravel()
    texts = [str(int(x)) for x in flat] if kind == "int" else [float(x).hex() for x in flat]
    w(f"static const {kind} {name}[] = {{\n")
    for i in range(0, len(texts), 4 if kind == "double" else 16):
        w(f"    {', '.join(texts[i:i + (4 if kind == 'double' else 16)])},\n")
    w("};\n")


w("/* SPDX-License-Identifier: BSD-3-Clause */\n")
w(f"/* Made by tests/golden/make_svc.py with scikit-learn {sklearn.__version__}. */\n\n")
w("""/*
 * spec is fitted to rows [first, last) of a data set (weighted: weights 1 + row % 3) and asked about
 * every eleventh of them. Coefficients only where they are unique (no row occurs twice).
 */
typedef struct golden_svc {
    const char *spec, *data;
    int first, last, weighted, n_support;
    const int *support, *labels;
    const double *coefficients, *intercept, *decisions, *probabilities, *sigmoids, *weights;
} golden_svc;

/* clang-format off */
""")

data = {"iris": load("iris"), "wine": load("wine")}
cases = [
    ("SVC", "iris", 0, 150, {}),
    ("SVC(decision_function_shape=ovo)", "iris", 0, 150, dict(decision_function_shape="ovo")),
    ("SVC(C=10, kernel=linear)", "iris", 0, 150, dict(C=10, kernel="linear")),
    ("SVC(kernel=poly, degree=2, coef0=1, gamma=0.2)", "iris", 0, 150,
     dict(kernel="poly", degree=2, coef0=1, gamma=0.2)),
    ("SVC(kernel=sigmoid, gamma=0.01, coef0=-0.5)", "iris", 0, 150,
     dict(kernel="sigmoid", gamma=0.01, coef0=-0.5)),
    ("SVC(break_ties=true, gamma=auto)", "iris", 0, 150, dict(break_ties=True, gamma="auto")),
    ("SVC", "wine", 59, 178, {}),
    ("SVC(C=0.1, kernel=linear)", "iris", 50, 150, dict(C=0.1, kernel="linear")),
    ("SVC(class_weight=balanced)", "wine", 0, 178, dict(class_weight="balanced")),
    ("SVC(gamma=1e-05)", "wine", 0, 178, dict(gamma=1e-05, weighted=True)),
    ("SVC(gamma=0.3)", "iris", 50, 150, dict(gamma=0.3, weighted=True)),
    ("SVC(probability=true, random_state=3)", "iris", 0, 150, dict(probability=True, random_state=3)),
    ("SVC(probability=true, random_state=0)", "wine", 59, 178, dict(probability=True, random_state=0)),
]
rows = []
for number, (spec, name, first, last, kwargs) in enumerate(cases):
    X, y = (a[first:last] for a in data[name])
    y = y - y.min()
    weighted = kwargs.pop("weighted", False)
    m = SVC(tol=1e-8, **kwargs).fit(X, y, sample_weight=1.0 + np.arange(first, last) % 3 if weighted else None)
    Q = X[::11]
    unique = len(np.unique(X, axis=0)) == len(X)
    parts = {"labels": m.predict(Q), "intercept": m.intercept_, "decisions": m.decision_function(Q)}
    if unique:
        parts |= {"support": m.support_, "coefficients": m.dual_coef_}
    if kwargs.get("probability"):
        # With two classes scikit-learn's coupling stops within 0.0025 of the sigmoid: the sigmoid itself is wanted.
        p = 1 / (1 + np.exp(-m.decision_function(Q) * m.probA_ + m.probB_)) if len(m.classes_) == 2 else None
        parts |= {"probabilities": m.predict_proba(Q) if p is None else np.c_[p, 1 - p],
                  "sigmoids": np.r_[m.probA_, m.probB_]}
    if kwargs.get("kernel") == "linear":
        parts |= {"weights": m.coef_}
    for part, values in parts.items():
        emit(f"{part}_{number}", values, "int" if part in ("labels", "support") else "double")
    fields = [f".{part} = {part}_{number}" for part in parts]
    rows.append(f'    {{.spec = "{spec}", .data = "{name}", .first = {first}, .last = {last}, '
                f'.weighted = {int(weighted)}, .n_support = {len(m.support_)}, {", ".join(fields)}}},\n')
w("static const golden_svc golden_svcs[] = {\n" + "".join(rows) + "};\n/* clang-format on */\n")
