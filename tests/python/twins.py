# SPDX-License-Identifier: BSD-3-Clause
"""Pairs of the same class, scikit-learn's and ours, and a comparison of all that they show."""

import importlib
import inspect
import types
import warnings

import numpy as np
import pytest

sklearn = pytest.importorskip("sklearn")
scipy_sparse = pytest.importorskip("scipy.sparse")

import cofit  # noqa: E402

MODULES = {name: module.partition(".")[2] for name, module in cofit.show_classes().items()}


class Maker:
    """`sk.Ridge` and `cf.Ridge`: classes by name alone."""

    def __init__(self, package):
        self.package = package

    def __getattr__(self, name):
        return getattr(importlib.import_module(f"{self.package}.{MODULES[name]}"), name)


sk, cf = Maker("sklearn"), Maker("cofit")


def make(value, maker):
    """Builds nested ("Class", {params}) descriptions; anything else stands for itself."""
    if isinstance(value, tuple) and len(value) == 2 and value[0] in MODULES:
        params = {name: make(item, maker) for name, item in value[1].items()}
        return getattr(maker, value[0])(**params)
    if isinstance(value, (list, tuple)):
        return type(value)(make(item, maker) for item in value)
    return value


def quiet(function, *args, **kwargs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return function(*args, **kwargs)


def public_attributes(fitted):
    """Names of what a fitted scikit-learn object shows: what fit set, and its properties."""
    names = {n for n in vars(fitted) if n.endswith("_")}
    names |= {
        n
        for n, _ in inspect.getmembers(type(fitted), lambda m: isinstance(m, property))
        if n.endswith("_")
    }
    found = {}
    for name in sorted(n for n in names if not n.startswith("_")):
        try:
            found[name] = quiet(getattr, fitted, name)
        except AttributeError:
            pass
    return found


def same(ours, theirs, where, rtol=1e-6, atol=1e-9):
    """Asserts equal type, dtype, shape and values, in depth."""
    if scipy_sparse.issparse(theirs):
        assert scipy_sparse.issparse(ours) and ours.format == theirs.format, where
        assert ours.dtype == theirs.dtype, f"{where}: {ours.dtype} is not {theirs.dtype}"
        return same(ours.toarray(), theirs.toarray(), where, rtol, atol)
    if isinstance(theirs, np.ndarray):
        return _same_array(ours, theirs, where, rtol, atol)
    if isinstance(theirs, (list, tuple)):
        assert isinstance(ours, type(theirs)), f"{where}: {type(ours)} is not {type(theirs)}"
        assert len(ours) == len(theirs), f"{where}: {len(ours)} items, not {len(theirs)}"
        for k, (a, b) in enumerate(zip(ours, theirs)):
            same(a, b, f"{where}[{k}]", rtol, atol)
        return None
    if isinstance(theirs, dict):
        assert isinstance(ours, dict) and list(ours) == list(theirs), (
            f"{where}: {ours!r} {theirs!r}"
        )
        for key in theirs:
            same(ours[key], theirs[key], f"{where}[{key!r}]", rtol, atol)
        return None
    if theirs is None:
        assert ours is None, f"{where}: {ours!r} is not None"
        return None
    return _same_scalar(ours, theirs, where, rtol, atol)


def _same_array(ours, theirs, where, rtol, atol):
    assert isinstance(ours, np.ndarray), f"{where}: {type(ours).__name__} is no array: {ours!r}"
    assert ours.shape == theirs.shape, f"{where}: shape {ours.shape} is not {theirs.shape}"
    assert ours.dtype == theirs.dtype, f"{where}: dtype {ours.dtype} is not {theirs.dtype}"
    if theirs.dtype.kind in "fc":
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol, err_msg=where)
    elif theirs.dtype.kind == "O":
        for k, (a, b) in enumerate(zip(ours.ravel(), theirs.ravel())):
            same(a, b, f"{where}[{k}]", rtol, atol)
    else:
        np.testing.assert_array_equal(ours, theirs, err_msg=where)


def _same_scalar(ours, theirs, where, rtol, atol):
    if hasattr(theirs, "get_params") and not isinstance(theirs, type):
        assert type(ours).__name__ == type(theirs).__name__, where
        return
    if isinstance(theirs, (bool, np.bool_, str)):
        assert ours == theirs and isinstance(ours, (type(theirs), bool)), (
            f"{where}: {ours!r} is not {theirs!r}"
        )
        return
    if isinstance(theirs, (float, int, np.number)):
        wanted = (
            (int, np.integer) if isinstance(theirs, (int, np.integer)) else (float, np.floating)
        )
        assert isinstance(ours, wanted), f"{where}: {type(ours)} is not {type(theirs)}"
        np.testing.assert_allclose(ours, theirs, rtol=rtol, atol=atol, err_msg=where)
        return
    assert isinstance(ours, (type(theirs), types.SimpleNamespace)) or ours == theirs, where


def same_attributes(ours, theirs, but=(), **tolerance):
    """Everything scikit-learn's object shows exists here with an equal value."""
    wrong = []
    for name, value in public_attributes(theirs).items():
        if name in but:
            continue
        try:
            mine = getattr(ours, name)
        except AttributeError as error:
            wrong.append(f"missing: {error}")
            continue
        try:
            same(mine, value, name, **tolerance)
        except AssertionError as error:
            wrong.append(" ".join(str(error).split())[:500])
    assert not wrong, "\n".join(wrong)


def fit_both(spec, X, y=None, **options):
    """scikit-learn's and our object of a description, fitted to the same data."""
    theirs, ours = make(spec, sk), make(spec, cf)
    quiet(theirs.fit, X, y, **options)
    quiet(ours.fit, X, y, **options)
    return ours, theirs


METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function", "transform")


def same_answers(ours, theirs, X, rtol=1e-6, atol=1e-8):
    """Every method scikit-learn's object has gives the same."""
    compared = 0
    for method in METHODS:
        if not hasattr(theirs, method):
            assert not hasattr(ours, method), f"{method} should not exist"
            continue
        a, b = quiet(getattr(ours, method), X), quiet(getattr(theirs, method), X)
        same(a, b, method, rtol, atol)
        compared += 1
    assert compared
