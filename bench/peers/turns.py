"""Processor time of single fits that take turns between processes that stay, and its ratios.

usage: turns.py [--turns 7] [--sides cofit,sklearnex] WORKLOAD ...

Each side is a process that loads the data once; the sides fit and predict in turn. A figure is the
least processor time of fit plus predict or transform, which hardly depends on who else is on the
machine. With OMP_NUM_THREADS=1 nobody waits at a barrier, so that it is work alone.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def serve(side, workload):
    """Fits once for every line of standard input and answers with the processor time."""
    sys.path.insert(0, str(HERE))
    import numpy as np
    import worker
    import workloads as wl

    cls, kwargs = worker.resolve(side, workload)
    X, y, Xt, _ = wl.load(workload)
    _, _, module, _, _, timed = wl.W[workload]
    if kwargs.get("init") == "rows":
        rows = np.random.RandomState(0).choice(len(X), kwargs["n_clusters"], replace=False)
        kwargs = dict(kwargs, init=X[rows].copy())
    args = (X,) if module in ("preprocessing", "impute", "cluster") else (X, y)

    def used():
        r = resource.getrusage(resource.RUSAGE_SELF)
        return r.ru_utime + r.ru_stime

    for _ in sys.stdin:
        before = used()
        model = cls(**kwargs).fit(*args)
        if "predict" in timed:
            model.predict(Xt)
        if "transform" in timed:
            model.transform(X)
        print(used() - before, flush=True)


def measure(workload, sides, turns):
    """The least seconds of each side; the first turn only warms up."""
    processes = {
        side: subprocess.Popen(
            [sys.executable, __file__, "--serve", side, workload],
            text=True,
            bufsize=1,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for side in sides
    }
    least = dict.fromkeys(sides, float("inf"))
    try:
        for turn in range(turns + 1):
            for side, p in processes.items():
                p.stdin.write("\n")
                seconds = float(p.stdout.readline())
                least[side] = min(least[side], seconds if turn else float("inf"))
    finally:
        for p in processes.values():
            p.kill()
    return least


def main():
    ap = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    ap.add_argument("--sides", default="cofit,sklearnex")
    ap.add_argument("--turns", type=int, default=7)
    ap.add_argument("--serve", nargs=2, help=argparse.SUPPRESS)
    ap.add_argument("workload", nargs="*")
    a = ap.parse_args()
    if a.serve:
        return serve(*a.serve)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for workload in a.workload:
        least = measure(workload, a.sides.split(","), a.turns)
        for side, seconds in least.items():
            print(
                f"{workload:18} {side:10} {seconds * 1000:8.0f} ms   "
                f"{seconds / least['cofit']:.2f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
