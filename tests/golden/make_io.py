#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Writes tests/golden/io/ (files by NumPy, SciPy and scikit-learn) and tests/golden/io.h (what is in
them, and what pandas reads from the bundled CSV files)."""
import os
import sys

import numpy as np
import pandas as pd
import scipy
import scipy.io
import scipy.sparse as sp
import sklearn
from sklearn.datasets import dump_svmlight_file

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "io")
DATA = os.path.join(HERE, "..", "..", "datasets")


def numbers(values):
    def one(v):
        v = float(v)
        return "NAN" if v != v else ("%s" % v.hex() if np.isfinite(v) else ("-" if v < 0 else "") + "INFINITY")
    return ", ".join(one(v) for v in np.ravel(values))


def array(name, A):
    A = np.atleast_2d(np.asarray(A, dtype=float))
    return "static const double %s[%d][%d] = {%s};\n" % (name, *A.shape, ", ".join("{%s}" % numbers(r) for r in A))


def npy_files():
    """One archive with every type in both byte orders and both layouts; .npy files of each version."""
    arrays = {}
    for code in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
        base = np.arange(12).reshape(3, 4) - (5 if code[0] in "fi" else 0)
        if code[0] == "f":
            base = base * 1.25
        for order, mark in (("le", "<"), ("be", ">")):
            A = base.astype(np.dtype(mark + code if code[1] != "1" else code))
            arrays["%s_%s_c" % (code, order)] = A
            arrays["%s_%s_f" % (code, order)] = np.asfortranarray(A)
    arrays["vector"] = np.array([1.5, -2.5, np.nan])
    arrays["scalar"] = np.array(7.25)
    arrays["empty"] = np.zeros((0, 4))
    arrays["large"] = np.array([1, 2**64 - 1], dtype="u8")
    arrays["halves"] = np.array([0.0, -0.0, 6e-8, 6.1e-5, 65504, np.inf, -np.inf, 0.333], dtype="f2")
    np.savez(os.path.join(OUT, "arrays.npz"), **arrays)
    np.savez_compressed(os.path.join(OUT, "packed.npz"), X=np.arange(2000.0).reshape(500, 4), y=np.arange(500) % 3)
    for version in (1, 2, 3):
        with open(os.path.join(OUT, "version%d.npy" % version), "wb") as f:
            np.lib.format.write_array(f, np.arange(6.0).reshape(2, 3), version=(version, 0))
    bad = {"objects": np.array([{}, None], dtype=object), "complex": np.array([1j]), "cube": np.zeros((2, 2, 2)),
           "texts": np.array(["a", "b"]), "structures": np.zeros(2, dtype=[("a", "f8"), ("b", "i4")])}
    np.savez(os.path.join(OUT, "refused.npz"), **bad)
    return array("golden_halves", arrays["halves"].astype(float))


def sparse_files():
    r = np.random.RandomState(0)
    A = np.where(r.rand(7, 5) < 0.4, np.round(r.randn(7, 5), 3), 0.0)
    S = sp.csr_matrix(A)
    sp.save_npz(os.path.join(OUT, "csr.npz"), S)
    sp.save_npz(os.path.join(OUT, "csc.npz"), sp.csc_matrix(A), compressed=False)
    sp.save_npz(os.path.join(OUT, "csr32.npz"), S.astype("f4"))
    mixed = sp.csr_matrix((np.array([1.0, 2.0, 4.0, 8.0]), np.array([3, 1, 3, 0]), np.array([0, 3, 3, 4])), shape=(3, 5))
    sp.save_npz(os.path.join(OUT, "unsorted.npz"), mixed)
    sp.save_npz(os.path.join(OUT, "coo.npz"), sp.coo_matrix(A))
    scipy.io.mmwrite(os.path.join(OUT, "real.mtx"), sp.coo_matrix(A), comment="two\nlines")
    scipy.io.mmwrite(os.path.join(OUT, "dense.mtx"), A)
    scipy.io.mmwrite(os.path.join(OUT, "integer.mtx"), sp.coo_matrix(np.round(A * 10).astype(int)))
    scipy.io.mmwrite(os.path.join(OUT, "pattern.mtx"), sp.coo_matrix(A), field="pattern")
    G = A.T @ A
    scipy.io.mmwrite(os.path.join(OUT, "symmetric.mtx"), sp.coo_matrix(G), symmetry="symmetric", precision=17)
    scipy.io.mmwrite(os.path.join(OUT, "symmetric_dense.mtx"), G, symmetry="symmetric", precision=17)
    K = np.triu(A[:5, :5], 1)
    K = K - K.T
    scipy.io.mmwrite(os.path.join(OUT, "skew.mtx"), sp.coo_matrix(K), symmetry="skew-symmetric")
    scipy.io.mmwrite(os.path.join(OUT, "skew_dense.mtx"), K, symmetry="skew-symmetric")
    scipy.io.mmwrite(os.path.join(OUT, "complex.mtx"), sp.coo_matrix(A * 1j))
    y = r.randint(0, 3, 7)
    dump_svmlight_file(S, y, os.path.join(OUT, "zero.svm"), zero_based=True)
    dump_svmlight_file(S, y, os.path.join(OUT, "one.svm"), zero_based=False, comment="a comment\nof two lines", query_id=np.array([1, 1, 1, 2, 2, 5, 5]))
    dump_svmlight_file(S, np.array([[1, 0], [1, 1], [0, 1], [0, 0], [1, 0], [0, 1], [1, 1]]), os.path.join(OUT, "multi.svm"), multilabel=True)
    names = {"golden_sparse": A, "golden_unsorted": mixed.toarray(), "golden_gram": G, "golden_skew": K, "golden_labels": y}
    return "".join(array(n, v) for n, v in names.items())


def column_facts(s):
    """Kind, categories, missing, and a sum no reader gets right by luck: of bits, or of code * row."""
    missing = int(s.isna().sum())
    if pd.api.types.is_numeric_dtype(s):
        v = s.to_numpy(dtype=float)
        bits = v[~np.isnan(v)].view(np.uint64)
        return "N", 0, missing, int(bits.sum(dtype=np.uint64))
    texts = s.dropna().astype(str)
    levels = sorted(set(texts), key=lambda t: t.encode())
    if len(levels) > max(50, len(texts) // 20) or sum(len(t.encode()) for t in levels) > 64 * len(levels):
        levels = list(dict.fromkeys(texts))
        kind = "T"
    else:
        kind = "C"
    code = {t: k for k, t in enumerate(levels)}
    total = sum(code[t] * (i + 1) for i, t in s.items() if isinstance(t, str))
    return kind, len(levels), missing, total % 2**64


def csv_facts():
    rows, cols = [], []
    for file in sorted(os.listdir(DATA)):
        if not file.endswith((".csv", ".csv.gz")):
            continue
        d = pd.read_csv(os.path.join(DATA, file), keep_default_na=False, na_values=[""])
        rows.append('    {"%s", %d, %d, %d},\n' % (file, len(d), d.shape[1], len(cols)))
        for name in d.columns:
            kind, levels, missing, total = column_facts(d[name])
            cols.append("    {\"%s\", '%s', %d, %d, %dULL},\n" % (name, kind, levels, missing, total))
    return ("static const struct {\n    const char *name;\n    char kind;\n    int levels, missing;\n    unsigned long long sum;\n"
            "} golden_columns[] = {\n" + "".join(cols) + "};\n"
            "static const struct {\n    const char *file;\n    int rows, cols, first;\n} golden_files[] = {\n" + "".join(rows) + "};\n")


def main():
    os.makedirs(OUT, exist_ok=True)
    with open(os.path.join(HERE, "io.h"), "w") as f:
        f.write("/* SPDX-License-Identifier: BSD-3-Clause */\n/* Made by make_io.py: NumPy %s, SciPy %s, scikit-learn %s, pandas %s. */\n#include <math.h>\n\n/* clang-format off */\n"
                % (np.__version__, scipy.__version__, sklearn.__version__, pd.__version__))
        f.write(npy_files() + sparse_files() + csv_facts())


if __name__ == "__main__":
    sys.exit(main())
