#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/linear_regression.h and ridge.h: least squares by NumPy and scikit-learn.

LinearRegression's own cut-off (tol) is switched off: the reference is the minimum-norm solution of
numpy.linalg.lstsq on centred data, or scikit-learn where the two agree by construction.
"""
import pathlib

import numpy as np
import scipy
import sklearn
from sklearn.datasets import load_diabetes, load_linnerud
from sklearn.linear_model import LinearRegression, Ridge

HERE = pathlib.Path(__file__).parent
HEAD = f"""/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Made by tests/golden/make_linear.py with NumPy {np.__version__}, SciPy {scipy.__version__},
 * scikit-learn {sklearn.__version__}.
 */

/* clang-format off */
"""


def array(name, values):
    flat = [float(v).__repr__() for v in np.ravel(values)]
    rows = [", ".join(flat[i:i + 5]) for i in range(0, len(flat), 5)]
    return f"static const double {name}[] = {{\n    " + ",\n    ".join(rows) + "};\n"


def deficient(n, d, rank, seed):
    """Small integers: every entry is exact, and so is the rank."""
    r = np.random.RandomState(seed)
    X = r.randint(-4, 5, size=(n, rank)) @ r.randint(-2, 3, size=(rank, d))
    X[:, -1] *= 64  # units that differ
    return X.astype(float), r.randint(-9, 10, size=(n, 2)).astype(float)


def minimum_norm(X, Y, centre=True):
    mx, my = (X.mean(0), Y.mean(0)) if centre else (np.zeros(X.shape[1]), np.zeros(Y.shape[1]))
    W, _, rank, s = np.linalg.lstsq(X - mx, Y - my, rcond=1e-11)
    return W.T, my - mx @ W, rank, s


def regression():
    out = HEAD
    for name, shape in {"tall": (30, 6, 4, 1), "wide": (5, 9, 3, 2), "full_wide": (6, 11, 6, 3)}.items():
        X, Y = deficient(*shape)
        W, b, rank, s = minimum_norm(X, Y)
        out += f"enum {{ {name}_n = {X.shape[0]}, {name}_d = {X.shape[1]}, {name}_rank = {rank} }};\n"
        out += array(name + "_X", X) + array(name + "_Y", Y) + array(name + "_coef", W) + array(name + "_intercept", b)
        s[rank:] = 0
        out += array(name + "_singular", s)
    X, y = load_diabetes(return_X_y=True, scaled=False)
    w = 1 + np.arange(len(y)) % 3
    for tag, kw in {"diabetes": {}, "diabetes_plain": {"fit_intercept": False}}.items():
        m = LinearRegression(tol=0, **kw).fit(X, y, w)
        out += array(tag + "_coef", m.coef_) + array(tag + "_intercept", m.intercept_)
        out += array(tag + "_singular", m.singular_)
    m = LinearRegression(positive=True).fit(X, y, w)
    out += array("diabetes_positive_coef", m.coef_) + array("diabetes_positive_intercept", m.intercept_)
    X, Y = load_linnerud(return_X_y=True)
    m = LinearRegression(tol=0).fit(X, Y)
    out += array("linnerud_coef", m.coef_) + array("linnerud_intercept", m.intercept_)
    (HERE / "linear_regression.h").write_text(out)


def ridge():
    out = HEAD
    X, y = load_diabetes(return_X_y=True, scaled=False)
    w = 1 + np.arange(len(y)) % 3
    m = Ridge(alpha=2.5, solver="svd").fit(X, y, w)
    out += array("diabetes_coef", m.coef_) + array("diabetes_intercept", m.intercept_)
    m = Ridge(alpha=2.5, solver="svd", fit_intercept=False).fit(X, y, w)
    out += array("diabetes_plain_coef", m.coef_)
    m = Ridge(alpha=50, positive=True, tol=1e-14, max_iter=10**6).fit(X, y, w)
    out += array("diabetes_positive_coef", m.coef_) + array("diabetes_positive_intercept", m.intercept_)
    m = Ridge(alpha=2.5, solver="svd").fit(X[:7], y[:7])
    out += array("wide_coef", m.coef_) + array("wide_intercept", m.intercept_)
    Z = (X - X.mean(0)) / X.std(0)
    for solver in ("lsqr", "sparse_cg"):  # stopped early: the same iterates
        m = Ridge(alpha=1.0, solver=solver, tol=1e-2).fit(Z, y)
        out += array(f"early_{solver}_coef", m.coef_)
        if solver == "lsqr":
            out += f"enum {{ early_lsqr_n_iter = {int(m.n_iter_[0])} }};\n"
    X, Y = load_linnerud(return_X_y=True)
    m = Ridge(alpha=[0.5, 0.0, 300.0], solver="cholesky").fit(X, Y)
    out += array("linnerud_coef", m.coef_) + array("linnerud_intercept", m.intercept_)
    (HERE / "ridge.h").write_text(out)


regression()
ridge()
