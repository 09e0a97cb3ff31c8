#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/k_means.h: what sklearn.cluster.KMeans finds on data the test makes again."""
import sys

import numpy as np
import scipy.sparse as sp
import sklearn
from sklearn.cluster import KMeans

# n, d, k, init, algorithm, seed, weighted, sparse, single, max_iter, tol, n_init
CASES = [
    (200, 3, 5, "given", "lloyd", 0, 0, 0, 0, 300, 1e-4, 1),
    (200, 3, 5, "given", "elkan", 0, 0, 0, 0, 300, 1e-4, 1),
    (300, 20, 7, "given", "lloyd", 0, 0, 0, 0, 300, 0.0, 1),
    (300, 20, 7, "given", "elkan", 0, 1, 0, 0, 300, 0.0, 1),
    (300, 20, 40, "given", "lloyd", 0, 0, 0, 0, 4, 0.0, 1),
    (300, 2, 9, "given", "lloyd", 0, 1, 0, 0, 3, 0.0, 1),
    (250, 15, 6, "given", "lloyd", 0, 0, 1, 0, 300, 1e-4, 1),
    (250, 15, 6, "given", "elkan", 0, 1, 1, 0, 300, 1e-4, 1),
    (300, 20, 7, "given", "lloyd", 0, 0, 0, 1, 300, 1e-4, 1),
    (200, 3, 5, "k-means++", "lloyd", 0, 0, 0, 0, 300, 1e-4, 1),
    (200, 3, 5, "k-means++", "lloyd", 1, 1, 0, 0, 300, 1e-4, 1),
    (300, 20, 60, "k-means++", "lloyd", 2, 0, 0, 0, 300, 1e-4, 1),
    (250, 15, 6, "k-means++", "lloyd", 3, 1, 1, 0, 300, 1e-4, 3),
    (300, 20, 7, "k-means++", "elkan", 4, 0, 0, 1, 300, 1e-4, 2),
    (200, 3, 30, "random", "lloyd", 5, 0, 0, 0, 300, 1e-4, 1),
    (200, 3, 5, "random", "lloyd", 6, 1, 0, 0, 300, 1e-4, 4),
    (250, 15, 1, "k-means++", "lloyd", 7, 0, 0, 0, 300, 1e-4, 1),
    (40, 3, 40, "k-means++", "lloyd", 8, 0, 0, 0, 300, 1e-4, 1),
]


def data(n, d, sparse):
    X = np.random.RandomState(n).standard_normal((n, d))
    i, j = np.mgrid[:n, :d]
    X += 3 * ((i * 7 + j * 3) % 5)
    if sparse:
        X[X < 5] = 0
    return X


w = sys.stdout.write
w("/* SPDX-License-Identifier: BSD-3-Clause */\n")
w(f"/* Made by tests/golden/make_k_means.py with scikit-learn {sklearn.__version__}. */\n\n")
w("#include <stdbool.h>\n\n/* clang-format off */\n")
w("static const struct k_means_case {\n    int n, d, k;\n    const char *init, *algorithm;\n    int seed;\n"
  "    bool weighted, sparse, single;\n    int max_iter;\n    double tol;\n    int n_init;\n"
  "    double inertia;\n    int n_iter;\n    double first_centre[3], score;\n    const char *labels; /* one character a row, from '0' */\n"
  "} k_means_cases[] = {\n")
for n, d, k, init, algorithm, seed, weighted, sparse, single, max_iter, tol, n_init in CASES:
    X = data(n, d, sparse)
    if single:
        X = X.astype(np.float32)
    weights = 0.5 + 0.5 * (np.arange(n) % 4) if weighted else None
    start = X[:k].copy() if init == "given" else init
    m = KMeans(k, init=start, algorithm=algorithm, random_state=seed, max_iter=max_iter, tol=tol, n_init=n_init)
    m.fit(sp.csr_matrix(X) if sparse else X, sample_weight=weights)
    first = [float(v).hex() for v in list(m.cluster_centers_[0].astype(float)) + [0, 0]][:3]
    score = m.score((sp.csr_matrix(X) if sparse else X)[: n // 2])
    w(f'    {{{n}, {d}, {k}, "{init}", "{algorithm}", {seed}, {weighted}, {sparse}, {single}, {max_iter}, {tol}, {n_init},\n'
      f'     {float(m.inertia_).hex()}, {m.n_iter_}, {{{", ".join(first)}}}, {float(score).hex()},\n     "')
    w("".join(chr(48 + c) for c in m.labels_).replace("\\", "\\\\") + '"},\n')
w("};\n/* clang-format on */\n")
