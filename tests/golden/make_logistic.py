# SPDX-License-Identifier: BSD-3-Clause
"""Writes logistic.h: scikit-learn's logistic regressions, run to convergence.

usage: make_logistic.py > logistic.h
"""
import pathlib
import sys
import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

FOLDER = pathlib.Path(__file__).parents[2] / "datasets"


def table(name):
    """Standardised columns, and the last column as codes."""
    rows = [line.split(",") for line in (FOLDER / (name + ".csv")).read_text().split("\n")[1:] if line]
    X = np.array([[float(x) for x in row[:-1]] for row in rows])
    labels = sorted({row[-1] for row in rows})
    y = np.array([labels.index(row[-1]) for row in rows])
    return (X - X.mean(0)) / X.std(0), y


def weights(n):
    return 0.5 + (np.arange(n) * 7 % 5)


CASES = [  # name, table, weighted, parameters
    ("l2", "breast_cancer", False, dict(solver="newton-cholesky")),
    ("strong", "breast_cancer", False, dict(solver="newton-cholesky", C=0.01)),
    ("plain", "breast_cancer", False, dict(solver="newton-cholesky", C=50, fit_intercept=False)),
    ("balanced", "breast_cancer", True, dict(solver="newton-cholesky", class_weight="balanced")),
    ("liblinear", "breast_cancer", False, dict(solver="liblinear", intercept_scaling=3)),
    ("liblinear_l1", "breast_cancer", False, dict(solver="liblinear", l1_ratio=1, intercept_scaling=3)),
    ("elastic", "breast_cancer", False, dict(solver="saga", l1_ratio=0.5, C=0.1)),
    ("multinomial", "wine", False, dict(solver="newton-cholesky")),
    ("multinomial_weighted", "wine", True, dict(solver="newton-cholesky", C=20, fit_intercept=False)),
    ("multinomial_l1", "wine", False, dict(solver="saga", l1_ratio=1, C=0.5)),
    ("multinomial_elastic", "wine", True, dict(solver="saga", l1_ratio=0.3, C=0.2)),
]


def array(name, values):
    body = ", ".join(repr(float(v)) for v in np.ravel(values))
    return f"static const double {name}[] = {{{body}}};\n"


def main():
    warnings.simplefilter("ignore")
    out = ["/* SPDX-License-Identifier: BSD-3-Clause */\n/* Made by make_logistic.py. */\n",
           "/* clang-format off */\n"]
    for name, data, weighted, parameters in CASES:
        X, y = table(data)
        model = LogisticRegression(tol=1e-13, max_iter=200_000, random_state=0, **parameters)
        model.fit(X, y, sample_weight=weights(len(y)) if weighted else None)
        intercept = np.broadcast_to(model.intercept_, (len(model.coef_),))
        out.append(array(name + "_coef", model.coef_))
        out.append(array(name + "_intercept", intercept))
        if name in ("l2", "multinomial"):
            out.append(array(name + "_proba", model.predict_proba(X[:20])))
            out.append(array(name + "_decision", model.decision_function(X[:20])))
        print(name, model.n_iter_, file=sys.stderr)
    out.append("/* clang-format on */\n")
    sys.stdout.write("".join(out))


main()
