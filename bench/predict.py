#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Microseconds of predict on one row from Python: StandardScaler | LogisticRegression, 30 features.

usage: PYTHONPATH=build/python bench/predict.py      scikit-learn beside it, where it is installed
"""

import importlib
import statistics
import time

import numpy as np


def one_row(package):
    """The median microseconds of a call over 200 rounds of 100."""
    part = {
        name: importlib.import_module(f"{package}.{name}")
        for name in ("linear_model", "pipeline", "preprocessing")
    }
    rng = np.random.default_rng(0)
    X = rng.normal(size=(500, 30))
    y = (X[:, 0] > 0).astype(int)
    model = (
        part["pipeline"]
        .make_pipeline(
            part["preprocessing"].StandardScaler(), part["linear_model"].LogisticRegression()
        )
        .fit(X, y)
    )
    row, times = X[:1], []
    for _ in range(200):
        start = time.perf_counter()
        for _ in range(100):
            model.predict(row)
        times.append((time.perf_counter() - start) * 1e4)
    return statistics.median(times)


for name in ("cofit", "sklearn"):
    try:
        print(f"{name:8} {one_row(name):8.2f} us")
    except ImportError:
        print(f"{name:8} is not installed")
