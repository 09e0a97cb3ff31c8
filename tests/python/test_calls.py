# SPDX-License-Identifier: BSD-3-Clause
"""Calls as such: interrupts, progress, deadlines, warnings, threads, forks, lifetimes."""

import gc
import multiprocessing
import signal
import subprocess
import sys
import threading
import time
import warnings

import cofit
import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from twins import cf, quiet

X, Y = load_iris(return_X_y=True)
RNG = np.random.RandomState(0)
BIG = RNG.standard_normal((4000, 20))
BIG_Y = (BIG[:, 0] * BIG[:, 1] + 0.5 * RNG.standard_normal(4000) > 0).astype(int)


def long_model():
    """Several seconds, were it left alone."""
    return cf.SVC(C=1e6, tol=1e-8, gamma=1.0)


def long_fit():
    return long_model().fit(
        np.tile(BIG, (5, 1)) + 1e-3 * RNG.standard_normal((20000, 20)), np.tile(BIG_Y, 5)
    )


INTERRUPTED = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # shells let background jobs ignore it
sys.path.insert(0, {path!r})
import test_calls
print("begins", flush=True)
start = time.time()
try:
    test_calls.long_fit()
    print("finished")
except KeyboardInterrupt:
    print("interrupted", flush=True)
model = test_calls.cf.Ridge().fit(test_calls.X, test_calls.Y)
print(model.predict(test_calls.X).shape, flush=True)
try:
    time.sleep(5)
except KeyboardInterrupt:
    print("python's own handler is back")
"""


def test_interrupt_stops_a_fit_and_nothing_else():
    import os

    program = INTERRUPTED.format(path=os.path.dirname(__file__))
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "begins\n"
    time.sleep(1.0)
    child.send_signal(signal.SIGINT)
    start = time.time()
    assert child.stdout.readline() == "interrupted\n"
    assert time.time() - start < 2
    assert child.stdout.readline() == "(150,)\n"
    time.sleep(0.3)
    child.send_signal(signal.SIGINT)
    assert child.stdout.readline() == "python's own handler is back\n"
    assert child.wait(10) == 0


def test_progress_rises_to_one():
    seen = []
    with cofit.run_options(
        progress=lambda fraction, stage: seen.append((fraction, stage)), n_threads=1
    ):
        cf.GridSearchCV(cf.SVC(), {"C": [0.1, 1.0, 10.0]}, cv=3).fit(X, Y)
    fractions = [f for f, _ in seen]
    assert (
        len(seen) >= 3
        and fractions == sorted(fractions)
        and 0 <= fractions[0]
        and fractions[-1] <= 1
    )
    assert all(isinstance(stage, str) for _, stage in seen)
    before = len(seen)
    cf.GridSearchCV(cf.SVC(), {"C": [1.0]}, cv=3).fit(X, Y)
    assert len(seen) == before


def test_progress_stops_a_call():
    model = cf.GridSearchCV(cf.SVC(), {"C": [0.1, 1.0, 10.0]}, cv=3)
    with cofit.run_options(progress=lambda fraction, stage: True, n_threads=1):
        with pytest.raises(cofit.Cancelled):
            model.fit(X, Y)
    assert not hasattr(model, "best_params_")
    assert model.fit(X, Y).best_params_


def test_an_exception_of_progress_comes_out():
    class Mine(Exception):
        pass

    def fail(fraction, stage):
        raise Mine(stage)

    model = cf.GridSearchCV(cf.SVC(), {"C": [0.1, 1.0]}, cv=3)
    with cofit.run_options(progress=fail, n_threads=1), pytest.raises(Mine) as found:
        model.fit(X, Y)
    assert any(entry.name == "fail" for entry in found.traceback)
    assert model.fit(X, Y)


def test_a_fitted_model_survives_a_stopped_fit():
    model = cf.GridSearchCV(cf.SVC(), {"C": [0.1, 1.0]}, cv=3).fit(X, Y)
    before = model.predict(X)
    # one thread: with several, the one that may call back can come too late to stop anything
    stop = cofit.run_options(progress=lambda *_: True, n_threads=1)
    with stop, pytest.raises(cofit.Cancelled):
        model.fit(X, Y)
    np.testing.assert_array_equal(model.predict(X), before)


def test_deadline():
    start = time.time()
    model = long_model()
    with cofit.run_options(deadline=0.3), pytest.raises(TimeoutError):
        model.fit(BIG, BIG_Y)
    assert time.time() - start < 3 and not hasattr(model, "support_")
    with cofit.run_options(deadline=60):
        cf.Ridge().fit(X, Y)


def test_options_nest_and_end():
    with cofit.run_options(n_threads=1):
        with cofit.run_options(deadline=1e-9), pytest.raises(TimeoutError):
            cf.GridSearchCV(cf.SVC(), {"C": [0.1, 1.0]}).fit(X, Y)
        cf.GridSearchCV(cf.SVC(), {"C": [0.1, 1.0]}).fit(X, Y)


def test_warnings_are_those_of_scikit_learn():
    model = cf.LogisticRegression(max_iter=1)
    with pytest.warns(ConvergenceWarning) as found:
        model.fit(X, Y)
    assert len(found) == 1 and found[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning):
            model.fit(X, Y)
        cf.LogisticRegression(max_iter=1000).fit(X, Y)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("once")
        for _ in range(3):
            model.fit(X, Y)
    assert len(seen) == 1
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("ignore")
        model.fit(X, Y)
    assert seen == []


def test_a_warning_as_an_error_leaves_the_object_usable():
    model = cf.LogisticRegression(max_iter=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ConvergenceWarning):
            model.fit(X, Y)
    assert quiet(model.fit, X, Y).predict(X).shape == (150,)


def test_other_threads_run_during_a_fit():
    ticks, stop = [], threading.Event()

    def tick():
        while not stop.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.005)

    thread = threading.Thread(target=tick)
    thread.start()
    begin = time.perf_counter()
    with cofit.run_options(deadline=1.0), pytest.raises(TimeoutError):
        long_fit()
    end = time.perf_counter()
    stop.set()
    thread.join()
    during = [t for t in ticks if begin < t < end]
    assert len(during) > 20
    assert max(np.diff(during)) < 0.5


def in_threads(count, function):
    errors = []

    def run(k):
        try:
            function(k)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.parametrize(
    "name", ["SVC", "LogisticRegression", "DecisionTreeClassifier", "KMeans", "StandardScaler"]
)
def test_one_model_answers_many_threads(name):
    model = getattr(cf, name)().fit(X, Y)
    method = getattr(model, "predict" if hasattr(model, "predict") else "transform")
    wanted = method(X)

    def ask(_):
        for _ in range(200):
            np.testing.assert_array_equal(method(X), wanted)

    assert in_threads(8, ask) == []


def test_fits_in_threads_give_the_same():
    wanted = cf.LogisticRegression().fit(X, Y).coef_.copy()
    errors = in_threads(
        6,
        lambda k: [
            np.testing.assert_array_equal(cf.LogisticRegression().fit(X, Y).coef_, wanted)
            for _ in range(20)
        ],
    )
    assert errors == []


def test_one_object_in_two_threads_is_safe():
    model = cf.LogisticRegression(warm_start=True).fit(X, Y)

    def work(k):
        for _ in range(30):
            model.fit(X, Y) if k % 2 else model.predict(X)

    errors = in_threads(4, work)
    assert all(isinstance(e, RuntimeError) and "thread" in str(e) for e in errors)
    assert model.fit(X, Y).score(X, Y) > 0.9


def in_child(queue, model):
    queue.put((model.predict(X).tolist(), cf.KMeans(3, random_state=0).fit(BIG).inertia_))


def test_fork_after_a_fit():
    context = multiprocessing.get_context("fork")
    inertia = cf.KMeans(3, random_state=0).fit(BIG).inertia_
    model = cf.SVC().fit(X, Y)
    queue = context.Queue()
    child = context.Process(target=in_child, args=(queue, model))
    child.start()
    labels, theirs = queue.get(timeout=60)
    child.join(60)
    assert child.exitcode == 0
    assert labels == model.predict(X).tolist() and theirs == inertia


def test_arrays_outlive_the_model():
    model = cf.StandardScaler().fit(BIG)
    mean, wanted = model.mean_, BIG.mean(0)
    tree = cf.DecisionTreeClassifier(random_state=0).fit(X, Y)
    value, importances = tree.tree_.value, tree.feature_importances_
    copies = value.copy(), importances.copy()
    del model, tree
    gc.collect()
    junk = [cf.StandardScaler().fit(BIG + k) for k in range(20)]
    np.testing.assert_allclose(mean, wanted, atol=1e-12)
    np.testing.assert_array_equal(value, copies[0])
    np.testing.assert_array_equal(importances, copies[1])
    del junk


def test_attributes_cannot_be_written_through():
    model = cf.Ridge().fit(X, Y * 1.0)
    before = model.predict(X)
    with pytest.raises(ValueError, match="read-only"):
        model.coef_[0] = 1.0
    with pytest.raises(ValueError):
        model.coef_.flags.writeable = True
    np.testing.assert_array_equal(model.predict(X), before)


def test_partial_fit_while_an_array_is_alive():
    model = cf.StandardScaler().partial_fit(X[:70])
    mean, wanted = model.mean_, X[:70].mean(0)
    model.partial_fit(X[70:])
    np.testing.assert_allclose(mean, wanted)
    np.testing.assert_allclose(model.mean_, X.mean(0))
    kept = model.mean_
    model.fit(BIG)
    np.testing.assert_allclose(kept, X.mean(0))


def test_warm_start():
    model = cf.LogisticRegression(warm_start=True, max_iter=2)
    quiet(model.fit, X, Y)
    first = model.coef_
    copy = first.copy()
    steps = [quiet(model.fit, X, Y).coef_.copy() for _ in range(40)]
    np.testing.assert_array_equal(first, copy)
    full = cf.LogisticRegression(max_iter=1000, tol=1e-8).fit(X, Y).coef_
    assert abs(steps[-1] - full).max() < 1e-2 < abs(copy - full).max()
    model.set_params(warm_start=False)
    np.testing.assert_array_equal(quiet(model.fit, X, Y).coef_, copy)


def test_n_jobs_does_not_change_the_answer():
    wanted = cf.KMeans(4, random_state=0).fit(BIG).cluster_centers_.copy()
    for threads in (1, 2, 8):
        with cofit.run_options(n_threads=threads):
            np.testing.assert_array_equal(
                cf.KMeans(4, random_state=0).fit(BIG).cluster_centers_, wanted
            )
    for n_jobs in (None, 1, -1, -2, 4):
        cf.LinearRegression(n_jobs=n_jobs).fit(X, Y)
    with pytest.raises(ValueError, match="n_jobs"):
        cf.LinearRegression(n_jobs=0).fit(X, Y)


def test_recursive_use_from_a_callback():
    inner = []

    def call(fraction, stage):
        inner.append(cf.Ridge().fit(X, Y).score(X, Y))

    with cofit.run_options(progress=call, n_threads=1):
        cf.GridSearchCV(cf.SVC(), {"C": [1.0, 2.0]}, cv=2).fit(X, Y)
    assert inner


def test_nothing_is_read_while_another_call_fits():
    """Between the batches of one thread another may ask: it is told, and reads no freed memory."""
    scaler, said = cf.StandardScaler().fit(X), []

    def ask(*_):
        try:
            said.append(scaler.mean_)
        except RuntimeError as error:
            said.append(str(error))

    with cofit.run_options(progress=ask):
        scaler.partial_fit(X)
    assert said == ["the estimator is being fitted by another thread"] * len(said)
    assert said
    assert scaler.n_samples_seen_ == 2 * len(X)


def test_warnings_of_a_failed_call_do_not_come_with_the_next():
    model = cf.LogisticRegression(max_iter=1)

    def stop(fraction, stage):
        raise KeyError("enough")

    with pytest.raises(KeyError), cofit.run_options(progress=stop), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(X, Y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cf.StandardScaler().fit(X)


def test_a_value_may_change_while_it_is_read():
    weights = {}

    class Changing:
        def __index__(self):
            weights.clear()
            return 1

    weights.update({0: Changing(), 1: 2, 2: 3})
    assert cf.DecisionTreeClassifier(class_weight=weights).fit(X, Y).get_depth() > 1


def test_a_statistic_of_the_callers_own():
    from sklearn.impute import SimpleImputer

    holes = np.where(np.random.RandomState(1).rand(*X.shape) < 0.2, np.nan, X)
    ours = cf.SimpleImputer(strategy=np.max).fit(holes)
    theirs = SimpleImputer(strategy=np.max).fit(holes)
    np.testing.assert_array_equal(ours.statistics_, theirs.statistics_)
    np.testing.assert_array_equal(ours.transform(holes), theirs.transform(holes))

    def fails(column):
        raise KeyError("no such number")

    with pytest.raises(ValueError, match="SimpleImputer: strategy: KeyError: 'no such number'"):
        cf.SimpleImputer(strategy=fails).fit(holes)
