#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/preprocessing.h: scalers and SimpleImputer of scikit-learn on small data."""
import sys
import warnings

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import MinMaxScaler, StandardScaler

warnings.simplefilter("ignore")
rng = np.random.RandomState(7)
w = sys.stdout.write


def number(x):
    x = float(x)
    return "GAP" if x != x else x.hex()


def emit(name, a):
    a = np.asarray(a, dtype=float)
    flat = [number(x) for x in a.ravel()]
    w(f"static const double {name}[{len(flat)}] = {{\n")
    for i in range(0, len(flat), 4):
        w(f"    {', '.join(flat[i:i + 4])},\n")
    w("};\n")


w("/* SPDX-License-Identifier: BSD-3-Clause */\n")
w(f"/* Made by tests/golden/make_preprocessing.py with scikit-learn {sklearn.__version__}. */\n\n")
w("#include <math.h>\n\n#define GAP (double)NAN\n\n/* clang-format off */\n")

n, d = 14, 6
X = rng.standard_normal((n, d)) * [1, 100, 1e-3, 1, 1, 5] + [0, 1e6, 5, 0, 2, -3]
X[:, 3] = 7.3
X[:, 5] = np.round(X[:, 5])
X[rng.random_sample(X.shape) < 0.2] = np.nan
X[0] = [1, 2, 3, 7.3, 5, 6]
weights = np.round(rng.random_sample(n) * 3, 1)
weights[[2, 5]] = 0
w(f"enum {{ ROWS = {n}, COLS = {d} }};\n")
emit("data", X)
emit("weights", weights)

for name, sw in (("plain", None), ("weighted", weights)):
    s = StandardScaler().fit(X, sample_weight=sw)
    emit(f"standard_{name}_mean", s.mean_)
    emit(f"standard_{name}_var", s.var_)
    emit(f"standard_{name}_scale", s.scale_)
    emit(f"standard_{name}_seen", s.n_samples_seen_)
    emit(f"standard_{name}_out", s.transform(X))
emit("standard_f32_out", StandardScaler().fit(X.astype(np.float32)).transform(X.astype(np.float32)))
Z = np.where(np.isnan(X) | (np.abs(X) < 0.5), 0, X)
Z[1, 4] = np.nan
S = sp.csr_matrix(Z)
emit("sparse_data", Z)
s = StandardScaler(with_mean=False).fit(S)
emit("standard_sparse_var", s.var_)
emit("standard_sparse_out", s.transform(S).toarray())
s = StandardScaler(with_mean=False).fit(S, sample_weight=weights)
emit("standard_sparse_weighted_var", s.var_)

s = MinMaxScaler(feature_range=(-1, 2)).fit(X[:9])
s.partial_fit(X[9:])
emit("minmax_scale", s.scale_)
emit("minmax_min", s.min_)
emit("minmax_out", s.transform(X))
emit("minmax_clipped", MinMaxScaler(clip=True).fit(X[:6]).transform(X))
emit("minmax_f32_out", MinMaxScaler().fit(X.astype(np.float32)).transform(X.astype(np.float32)))

E = X.copy()
E[:, 4] = np.nan
emit("empty_data", E)
for strategy in ("mean", "median", "most_frequent", "constant"):
    s = SimpleImputer(strategy=strategy, add_indicator=True).fit(E)
    emit(f"imputer_{strategy}_statistics", s.statistics_.astype(float))
    emit(f"imputer_{strategy}_out", s.transform(E))
    s = SimpleImputer(strategy=strategy, keep_empty_features=True).fit(E)
    emit(f"imputer_{strategy}_keep", s.transform(E))
    s = SimpleImputer(strategy=strategy).fit(S)
    emit(f"imputer_{strategy}_sparse_statistics", s.statistics_.astype(float))
    emit(f"imputer_{strategy}_sparse_out", s.transform(S).toarray())
V = np.round(rng.standard_normal((n, 3)))
emit("value_data", V)
s = SimpleImputer(missing_values=0, strategy="median", add_indicator=True).fit(V)
emit("imputer_value_out", s.transform(V))
emit("imputer_value_inverse", s.inverse_transform(s.transform(V)))
s = SimpleImputer(missing_values=-1, strategy="most_frequent", add_indicator=True).fit(sp.csr_matrix(V))
emit("imputer_value_sparse_out", s.transform(sp.csr_matrix(V)).toarray())
w("/* clang-format on */\n")
