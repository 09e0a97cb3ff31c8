# SPDX-License-Identifier: BSD-3-Clause
"""Options of long calls that scikit-learn's signatures have no place for."""

import os
import threading

_local = threading.local()


class run_options:
    """Gives every long call of this thread inside the ``with`` block some options.

    Parameters
    ----------
    progress : callable, default=None
        Called as ``progress(fraction, stage)`` with a fraction in [0, 1]; a true answer stops the
        call with `Cancelled`.
    deadline : float, default=None
        Seconds that each call may take; a longer one fails with TimeoutError and leaves no model.
    n_threads : int, default=None
        Threads a call may use; fewer where ``n_jobs`` says so.
    """

    def __init__(self, *, progress=None, deadline=None, n_threads=None):
        self._options = {"progress": progress, "deadline": deadline or 0.0, "n_threads": n_threads}

    def __enter__(self):
        self._before = getattr(_local, "options", None)
        _local.options = self._options
        return self

    def __exit__(self, *exc_info):
        _local.options = self._before


def without_options(function):
    """`function`, whose own calls of the package have no options: progress would call itself."""

    def call(*arguments):
        before, _local.options = getattr(_local, "options", None), None
        try:
            return function(*arguments)
        finally:
            _local.options = before

    return call


def thread_count(n_jobs):
    """What n_jobs allows: 0 = all."""
    if n_jobs is None or n_jobs == -1:
        return 0
    if n_jobs < 0:
        return max(1, (os.cpu_count() or 1) + 1 + n_jobs)
    if n_jobs == 0:
        raise ValueError("n_jobs == 0 has no meaning")
    return int(n_jobs)


def current(n_jobs=None):
    """The keyword arguments of the calling thread's options, for the extension's long calls."""
    options = getattr(_local, "options", None)
    threads = thread_count(n_jobs)
    if options is None:
        return {"n_threads": threads}
    limit = options["n_threads"] or 0
    return {
        "progress": options["progress"] and without_options(options["progress"]),
        "deadline": options["deadline"],
        "n_threads": min(limit, threads) if limit and threads else limit or threads,
    }
