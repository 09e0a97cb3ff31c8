#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Reads tables of about 50 MB with pandas' default reader and with cofit, in turn.

usage: bench_csv.py [BUILD]

Each reads in a process of its own, the best of seven times, three such rounds in turn (the best
round counts, so that a busy machine hits both). Needs NumPy and pandas. The threads are those of
OMP_NUM_THREADS for cofit; pandas uses what it uses (3.1 reads on several).
"""

import os
import subprocess
import sys
import tempfile

PANDAS = """
import sys, time, pandas
best = 1e9
for _ in range(7):
    t = time.perf_counter()
    d = pandas.read_csv(sys.argv[1])
    best = min(best, time.perf_counter() - t)
print(len(d), d.shape[1], best * 1e3)
"""


def tables(folder):
    import numpy as np
    import pandas as pd

    r = np.random.default_rng(0)
    n = 140000
    A = r.standard_normal((n, 20))
    names = ["x%d" % j for j in range(20)]

    def write(name, frame, **options):
        path = os.path.join(folder, name + ".csv")
        frame.to_csv(path, index=False, **options)
        return name, path

    yield write("17 digits", pd.DataFrame(A, columns=names))
    yield write("6 digits", pd.DataFrame(np.tile(A, (2, 1)), columns=names), float_format="%.6g")
    yield write("exponents", pd.DataFrame(A, columns=names), float_format="%.16e")
    yield write("integers", pd.DataFrame(r.integers(-9999, 99999, (4 * n, 16)), columns=names[:16]))
    mixed = pd.DataFrame(np.round(A[:, :6], 3), columns=names[:6])
    mixed["colour"] = r.choice(["red", "green", "blue"], n)
    mixed["note"] = ['row %d, "quoted"' % i for i in range(n)]
    yield write("texts", pd.concat([mixed] * 5))


def run(command):
    return [
        float(v)
        for v in subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    ]


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    with tempfile.TemporaryDirectory() as folder:
        print("%-12s %8s %10s %10s %8s" % ("table", "MB", "pandas ms", "cofit ms", "ratio"))
        for name, path in tables(folder):
            theirs, ours = [], []
            for _ in range(3):
                theirs.append(run([sys.executable, "-W", "ignore", "-c", PANDAS, path]))
                ours.append(run([os.path.join(build, "bench", "bench_csv"), path]))
            assert theirs[0][:2] == ours[0][:2], (theirs[0], ours[0])
            a, b = (min(t[2] for t in times) for times in (theirs, ours))
            print(
                "%-12s %8.1f %10.1f %10.1f %8.2f" % (name, os.path.getsize(path) / 1e6, a, b, a / b)
            )
            os.remove(path)


if __name__ == "__main__":
    main()
