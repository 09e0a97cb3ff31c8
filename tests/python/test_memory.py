# SPDX-License-Identifier: BSD-3-Clause
"""Memory: nothing grows, nothing of the caller's is copied without need or written at all."""

import gc
import os
import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from sklearn.datasets import load_iris
from twins import MODULES, cf, quiet, sk
from twins import scipy_sparse as sp

X, Y = load_iris(return_X_y=True)
PLAIN = [
    n
    for n in MODULES
    if hasattr(getattr(sk, n), "fit")
    and n not in ("Pipeline", "ColumnTransformer", "FeatureUnion", "GridSearchCV")
]
CHAIN = "chain"


# Under AddressSanitizer freed memory waits in quarantine.
needs_true_sizes = pytest.mark.skipif(
    "asan" in os.environ.get("LD_PRELOAD", ""), reason="quarantine"
)


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def growth(work, warm_up=100, times=1000):
    """Bytes the process and Python's own heap grow by in `times` rounds.

    What a leak takes it takes every time: a first figure that is large is measured again.
    """
    for _ in range(warm_up):
        work()
    grown = _growth_once(work, times)
    for _ in range(2):
        if grown[0] > 1e6:
            grown = tuple(map(min, grown, _growth_once(work, times)))
    return grown


def _growth_once(work, times):
    gc.collect()
    tracemalloc.start()
    held, pages = tracemalloc.get_traced_memory()[0], resident()
    for _ in range(times):
        work()
    gc.collect()
    grown = resident() - pages, tracemalloc.get_traced_memory()[0] - held
    tracemalloc.stop()
    return grown


def make(name):
    if name == CHAIN:
        return cf.Pipeline([("s", cf.StandardScaler()), ("c", cf.LogisticRegression())])
    model = getattr(cf, name)()
    return model.set_params(n_init=1) if name == "KMeans" else model


@needs_true_sizes
@pytest.mark.parametrize("name", [*PLAIN, CHAIN])
def test_no_growth_over_fits(name):
    shown = (
        [a for a in getattr(cf, name)._spec.attributes if a.endswith("_")] if name in PLAIN else []
    )

    def work():
        model = quiet(make(name).fit, X, Y)
        quiet(model.predict if hasattr(model, "predict") else model.transform, X)
        for attribute in shown:
            getattr(model, attribute, None)

    pages, held = growth(work, times=300)
    assert pages < 3e6 and held < 2e5


@needs_true_sizes
def test_no_growth_over_a_thousand_fits_with_texts():
    texts = np.array([["a", "x"], ["b", "y"], ["c", "x"]] * 10, dtype=object)
    labels = np.array(["u", "v", "w"] * 10)

    def work():
        Z = cf.OneHotEncoder().fit_transform(texts)
        model = cf.LogisticRegression().fit(Z, labels)
        model.predict(Z), model.classes_, model.coef_

    pages, held = growth(work)
    assert pages < 3e6 and held < 2e5


BAD = X.copy()
BAD[3, 2] = np.nan


@needs_true_sizes
@pytest.mark.parametrize(
    "work",
    [
        lambda: cf.Ridge().fit(BAD, Y),
        lambda: cf.Ridge(alpha=-1).fit(X, Y),
        lambda: cf.SVC(kernel="no").fit(X, Y),
        lambda: cf.SVC().fit(X, np.zeros(150)),
        lambda: cf.Ridge().fit(X, Y[:-1]),
        lambda: cf.Ridge().predict(X),
        lambda: cf.Pipeline([("s", cf.StandardScaler()), ("c", cf.SVC(C=-1))]).fit(X, Y),
        lambda: cf.OneHotEncoder().fit([["a"], ["b"]]).transform([["c"]]),
        lambda: cf.StandardScaler().fit(X).transform(X[:, :2]),
        lambda: cf.KMeans(n_clusters=1000).fit(X),
        lambda: cf.Ridge().fit(sp.csr_matrix(BAD), Y),
        lambda: cf.LogisticRegression().fit([["a", 1.0], ["b"]], [0, 1]),
    ],
    ids=range(12),
)
def test_errors_leak_nothing(work):
    def fail():
        with pytest.raises((ValueError, TypeError)):
            work()

    pages, held = growth(fail, times=1000)
    assert pages < 3e6 and held < 3e5


def test_reference_counts_return():
    data, labels, weights = X.copy(), Y.copy(), np.ones(150)
    sparse = sp.csr_matrix(np.round(X))
    objects = [data, labels, weights, sparse.data, sparse.indices, sparse.indptr]
    before = [sys.getrefcount(o) for o in objects]
    model = cf.SVC().fit(data, labels, sample_weight=weights)
    model.predict(data), model.score(data, labels, weights), cf.Ridge().fit(sparse, labels)
    with pytest.raises(ValueError):
        model.predict(data[:, :2])
    del model
    gc.collect()
    assert [sys.getrefcount(o) for o in objects] == before


PEAK = """
import resource, sys
import numpy as np
import cofit.preprocessing, cofit.linear_model
X = np.random.RandomState(0).standard_normal((650_000, 40))
y = X[:, 0].copy()
X[:5] = X[5:10]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
made = eval(sys.argv[1])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


@pytest.mark.parametrize(
    "work",
    [
        "cofit.preprocessing.StandardScaler().fit(X)",
        "cofit.preprocessing.MinMaxScaler().fit(X)",
        "cofit.preprocessing.StandardScaler().fit(np.asfortranarray(X[:1000]))",
        "cofit.linear_model.Ridge().fit(X, y)",
        "cofit.linear_model.LinearRegression().fit(X, y)",
        "cofit.preprocessing.StandardScaler().fit(X[::2, ::2])",
    ],
)
def test_a_large_array_is_not_copied(work):
    out = subprocess.run(
        [sys.executable, "-c", PEAK, work], capture_output=True, text=True, check=True
    )
    assert float(out.stdout) < 60, "megabytes beside the 208 of X"


def test_transform_writes_only_its_result():
    code = PEAK.replace(
        "made = eval", "model = cofit.preprocessing.StandardScaler().fit(X[:100])\nmade = eval"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, "model.transform(X)"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(out.stdout) < 260


def forms(dense):
    """The same matrix in SciPy's ways of holding it."""
    csr = sp.csr_matrix(dense)
    yield (
        "int64",
        sp.csr_matrix(
            (csr.data, csr.indices.astype(np.int64), csr.indptr.astype(np.int64)), shape=csr.shape
        ),
    )
    yield "int32", csr
    yield "csc", csr.tocsc()
    yield "coo", csr.tocoo()
    twice = sp.csr_matrix(
        (np.repeat(csr.data / 2, 2), np.repeat(csr.indices, 2), csr.indptr * 2), shape=csr.shape
    )
    yield "duplicates", twice
    order = np.concatenate([np.arange(a, b)[::-1] for a, b in zip(csr.indptr, csr.indptr[1:])])
    unsorted = sp.csr_matrix((csr.data[order], csr.indices[order], csr.indptr), shape=csr.shape)
    unsorted.has_sorted_indices = False
    yield "unsorted", unsorted
    yield "float32", csr.astype(np.float32)
    yield "integers", csr.astype(np.int64)
    yield "array", sp.csr_array(csr)
    yield (
        "explicit zeros",
        sp.csr_matrix(
            (
                np.append(csr.data, 0.0),
                np.append(csr.indices, 0),
                np.append(csr.indptr[:-1], csr.nnz + 1),
            ),
            shape=csr.shape,
        ),
    )


@pytest.mark.parametrize(
    "form, S", forms(np.where(X > 2, np.round(X), 0)), ids=lambda v: v if isinstance(v, str) else ""
)
def test_sparse_forms_are_read_and_left_alone(form, S):
    parts = {k: v.copy() for k, v in vars(S).items() if isinstance(v, np.ndarray)}
    dense = S.toarray()
    for model, method in (
        (cf.Ridge(solver="sparse_cg", tol=1e-12), "predict"),
        (cf.SVC(), "decision_function"),
        (cf.SimpleImputer(missing_values=-1), "transform"),
        (cf.StandardScaler(with_mean=False), "transform"),
    ):
        out = getattr(model.fit(S, Y), method)(S)
        wanted = getattr(type(model)(**model.get_params()).fit(dense, Y), method)(dense)
        out = out.toarray() if sp.issparse(out) else out
        np.testing.assert_allclose(out, wanted, rtol=1e-4, atol=1e-3)
    for name, value in parts.items():
        np.testing.assert_array_equal(getattr(S, name), value, err_msg=name)


def test_broken_sparse_matrices_are_refused():
    S = sp.csr_matrix(np.round(X))
    for part, wrong in (("indices", 99), ("indices", -1), ("indptr", 10**6), ("indptr", -5)):
        T = S.copy()
        getattr(T, part)[7] = wrong
        T.has_sorted_indices = T.has_canonical_format = True
        with pytest.raises((ValueError, TypeError)):
            cf.Ridge().fit(T, Y)
    T = S.copy()
    T.data = T.data[:-3]
    with pytest.raises((ValueError, TypeError)):
        cf.Ridge().fit(T, Y)
    with pytest.raises(ValueError):
        cf.Ridge().fit(sp.csr_matrix((0, 4)), Y[:0])


@pytest.mark.parametrize("name", PLAIN)
def test_the_input_is_never_written(name):
    data, labels = X.copy(), Y.astype(float)
    model = quiet(getattr(cf, name)().fit, data, labels)
    for method in ("predict", "transform", "fit_transform", "fit_predict"):
        if hasattr(model, method):
            quiet(getattr(model, method), data)
    np.testing.assert_array_equal(data, X)
    np.testing.assert_array_equal(labels, Y)


@needs_true_sizes
def test_computed_attributes_are_given_back():
    wide = np.random.RandomState(0).standard_normal((20, 50_000))
    model = cf.SVC(kernel="linear").fit(wide, np.arange(20) % 2)
    pages, held = growth(lambda: model.coef_.sum(), warm_up=5, times=50)
    assert pages < 3e6 and held < 1e5
