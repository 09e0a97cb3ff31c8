#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/dummy.h: scikit-learn's dummies on random labels and targets."""
import sys

import numpy as np
import sklearn
from sklearn.dummy import DummyClassifier, DummyRegressor

rng = np.random.RandomState(3)
N = 40
Y = np.stack([rng.choice([2, 5, 7], N, p=[0.2, 0.5, 0.3]), rng.choice([-1, 4], N), rng.choice([0, 1, 2, 3], N)], axis=1)
R = np.round(rng.standard_normal((N, 2)) * 4, 1)
W = rng.randint(0, 4, N).astype(float)
W[:3] = 0.25
X = np.zeros((N, 1))
w = sys.stdout.write


def emit(name, a, kind="double"):
    flat = [float(x).hex() if kind == "double" else str(int(x)) for x in np.asarray(a).ravel()]
    w(f"static const {kind} {name}[{len(flat)}] = {{\n")
    for i in range(0, len(flat), 8):
        w(f"    {', '.join(flat[i:i + 8])},\n")
    w("};\n")


w("/* SPDX-License-Identifier: BSD-3-Clause */\n")
w(f"/* Made by tests/golden/make_dummy.py with scikit-learn {sklearn.__version__} and NumPy {np.__version__}. */\n\n")
w(f"/* clang-format off */\nenum {{ ROWS = {N} }};\n")
emit("labels", Y)
emit("targets", R)
emit("weights", W)
for strategy in ("prior", "stratified", "uniform", "most_frequent", "constant"):
    kw = dict(strategy=strategy, random_state=11)
    constant = {"constant": [5, -1, 3]} if strategy == "constant" else {}
    c = DummyClassifier(**kw, **constant).fit(X, Y, sample_weight=W)
    emit(f"{strategy}_many", c.predict(X))
    emit(f"{strategy}_many_proba", np.hstack(c.predict_proba(X)))
    constant = {"constant": 7} if strategy == "constant" else {}
    c = DummyClassifier(**kw, **constant).fit(X, Y[:, 0])
    emit(f"{strategy}_one", c.predict(X))
    emit(f"{strategy}_one_proba", c.predict_proba(X))
for name, kw in (("mean", dict(strategy="mean")), ("median", dict(strategy="median")), ("quantile", dict(strategy="quantile", quantile=0.3)), ("high", dict(strategy="quantile", quantile=0.93))):
    emit(f"{name}_plain", DummyRegressor(**kw).fit(X, R).constant_)
    if name != "median":
        emit(f"{name}_weighted", DummyRegressor(**kw).fit(X, R, sample_weight=W).constant_)
whole = np.round(W)
emit("median_repeated", DummyRegressor(strategy="median").fit(np.repeat(X, whole.astype(int), axis=0), np.repeat(R, whole.astype(int), axis=0)).constant_)
w("/* clang-format on */\n")
