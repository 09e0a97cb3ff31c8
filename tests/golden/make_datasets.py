#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/datasets.h: small problems of scikit-learn's generators, options as C text."""
import sys

import numpy as np
import sklearn
from sklearn import datasets as ds

FLAGS = {"shuffle": ("no_shuffle", True), "hypercube": ("polytope", True)}
RENAMED = {"centers": "n_centers"}
CENTERS = np.array([[1.0, 2.0, 3.0], [-4.0, 0.5, 2.5]])

CASES = {
    "classification": (ds.make_classification, [
        dict(n_samples=13),
        dict(n_samples=11, n_features=7, n_informative=3, n_redundant=2, n_repeated=2, n_classes=3, random_state=1),
        dict(n_samples=17, n_features=5, n_informative=4, n_redundant=0, n_clusters_per_class=1, weights=[0.7], flip_y=0.3, random_state=2),
        dict(n_samples=12, n_features=6, n_classes=3, n_clusters_per_class=1, weights=[0.2, 0.3, 0.5], shuffle=False, hypercube=False, shift=None, scale=None, random_state=3),
        dict(n_samples=9, n_features=40, n_informative=35, n_redundant=1, class_sep=2.5, shift=0.5, scale=3.0, random_state=4),
        dict(n_samples=16, n_features=10, n_informative=10, n_redundant=0, n_classes=4, n_clusters_per_class=3, flip_y=0, random_state=5),
        dict(n_samples=8, n_features=3, n_informative=2, n_redundant=0, n_clusters_per_class=1, random_state=42),
    ]),
    "regression": (ds.make_regression, [
        dict(n_samples=7, n_features=12),
        dict(n_samples=9, n_features=5, n_informative=3, n_targets=2, bias=1.5, noise=2.0, random_state=1),
        dict(n_samples=8, n_features=6, effective_rank=2, tail_strength=0.25, shuffle=False, random_state=2),
        dict(n_samples=5, n_features=7, effective_rank=3, noise=0.5, random_state=3),
        dict(n_samples=4, n_features=4, effective_rank=1, random_state=4),
    ]),
    "blobs": (ds.make_blobs, [
        dict(n_samples=10),
        dict(n_samples=11, n_features=3, centers=4, cluster_std=0.5, center_box=(-1.0, 2.0), random_state=1),
        dict(n_samples=7, centers=CENTERS, cluster_std=[0.5, 2.0], shuffle=False, random_state=2),
        dict(n_samples=[2, 4, 3], random_state=3),
    ]),
    "moons": (ds.make_moons, [
        dict(n_samples=9),
        dict(n_samples=8, noise=0.1, random_state=1),
        dict(n_samples=(3, 5), shuffle=False, random_state=2),
    ]),
    "circles": (ds.make_circles, [
        dict(n_samples=9),
        dict(n_samples=8, noise=0.1, factor=0.3, random_state=1),
        dict(n_samples=(3, 5), shuffle=False, random_state=2),
    ]),
    "friedman": (ds.make_friedman1, [
        dict(n_samples=5),
        dict(n_samples=6, n_features=7, noise=1.5, random_state=1),
    ]),
}


def literal(v):
    return float(v).hex() if isinstance(v, float) else str(v)


def option(k, v, kw):
    if k == "random_state":
        return f".random_state = {{.kind = CF_VALUE_INT, .as.i = {v}}}"
    if k in ("shuffle", "hypercube"):
        return f".{FLAGS[k][0]} = true"
    if k in ("shift", "scale") and v is None:
        return f".random_{k} = true"
    if k == "weights":
        return f".n_weights = {len(v)}, .weights = (const double[]){{{', '.join(map(literal, v))}}}"
    if k == "n_redundant" and v == 0 or k == "flip_y" and v == 0:
        return f".{k} = -1"
    if k == "n_samples" and isinstance(v, tuple):
        return f".n_outer = {v[0]}, .n_inner = {v[1]}"
    if k == "n_samples" and isinstance(v, list):
        return f".n_centers = {len(v)}, .samples_per_blob = (const cf_index[]){{{', '.join(map(str, v))}}}"
    if k == "centers" and not isinstance(v, int):
        return ".centers = &given_centers"
    if k == "cluster_std" and isinstance(v, list):
        return f".cluster_stds = (const double[]){{{', '.join(map(literal, v))}}}"
    if k == "center_box":
        return f".center_box = {{{literal(v[0])}, {literal(v[1])}}}"
    return f".{RENAMED.get(k, k)} = {literal(v)}"


def numbers(a):
    flat = [float(x).hex() for x in np.asarray(a, dtype=float).ravel()]
    return "(const double[]){\n" + "".join(f"      {', '.join(flat[i:i + 4])},\n" for i in range(0, len(flat), 4)) + "     }"


w = sys.stdout.write
w("/* SPDX-License-Identifier: BSD-3-Clause */\n")
w(f"/* Made by tests/golden/make_datasets.py with scikit-learn {sklearn.__version__} and NumPy {np.__version__}. */\n\n")
w('#include "cofit/datasets.h"\n\n/* clang-format off */\n')
w(f"static const double given_numbers[] = {{{', '.join(float(x).hex() for x in CENTERS.ravel())}}};\n")
w("static const cf_matrix given_centers = {.rows = 2, .cols = 3, .values = (double *)(uintptr_t)given_numbers,\n"
  "    .row_stride = 3, .col_stride = 1};\n")
STRUCTS = {"moons": "shapes", "circles": "shapes"}
for name, (make, cases) in CASES.items():
    w(f"\nstatic const struct {name}_case {{\n    cf_{STRUCTS.get(name, name)}_options options;\n"
      "    cf_index n, d, k;\n    const double *X, *y, *extra;\n")
    w(f"}} {name}_cases[] = {{\n")
    for kw in cases:
        kw = {"random_state": 0, **kw}
        extra = {"regression": {"coef": True}, "blobs": {"return_centers": True}}.get(name, {})
        got = make(**kw, **extra)
        X, y = got[0], np.asarray(got[1])
        k = 1 if y.ndim == 1 else y.shape[1]
        w("    {{" + ", ".join(option(o, v, kw) for o, v in kw.items() if not (o == "shuffle" and v)) + "},\n")
        w(f"     {X.shape[0]}, {X.shape[1]}, {k},\n     {numbers(X)},\n     {numbers(y)},\n")
        w(f"     {numbers(got[2]) if len(got) > 2 else 'NULL'}}},\n")
    w("};\n")
w("/* clang-format on */\n")
