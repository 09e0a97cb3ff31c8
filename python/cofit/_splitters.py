# SPDX-License-Identifier: BSD-3-Clause
"""Splitters: KFold and its kin, and folds that were made elsewhere."""

import numbers

import numpy as np

from . import _classes, _cofit, _random, _rows
from ._base import Parameterised
from ._data import encode_labels
from ._errors import warn


def _labels(values):
    """A column of labels or groups, ready for the library."""
    if values is None:
        return None
    values = np.asarray(values)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values.ravel()
    if values.ndim != 1:
        raise ValueError(
            f"Supported target types are: ('binary', 'multiclass'). Got an array of shape "
            f"{values.shape} instead."
        )
    return encode_labels(values)[0]


_COUNTS = {
    "LeaveOneOut": lambda splitter, X, y, groups: _rows.count(X),
    "LeaveOneGroupOut": lambda splitter, X, y, groups: len(np.unique(groups)),
    "PredefinedSplit": lambda splitter, X, y, groups: len(
        np.setdiff1d(np.asarray(splitter.test_fold), [-1])
    ),
}


class Splitter(Parameterised):
    """Base of the splitters: usable as ``cv`` here and in scikit-learn."""

    def _draws(self):
        """Whether split draws from random_state."""
        return "random_state" in self._spec.rows and getattr(self, "shuffle", True)

    def _to_library(self, X=None):
        model = _cofit.Estimator(self._spec.name)
        for name in self._spec.rows:
            value = getattr(self, name)
            if name == "random_state" and (value is not None or self._draws()):
                value = _random.lend(value)
            elif name == "test_fold":
                value = np.asarray(value, dtype=np.int64)
            model.set(name, value)
        return model

    def split(self, X, y=None, groups=None):
        """Yields the (train, test) row indices of every fold.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Only its number of rows counts.
        y : array-like of shape (n_samples,), default=None
            Labels, for stratified splitters.
        groups : array-like of shape (n_samples,), default=None
            Groups of the rows, for group-wise splitters.

        Yields
        ------
        train, test : ndarray
            Indices of the rows to fit and to test on.
        """
        _rows.check_consistent(X, y, groups)
        name = self._spec.name
        if groups is not None and "Group" not in name:
            warn(UserWarning, f"The groups parameter is ignored by {name}")
            groups = None
        y = _labels(y) if "requires_y" in self._spec.tags else None
        model = self._to_library()
        folds, state = _cofit.split(model, _rows.count(X), y, _labels(groups))
        if self._draws():
            _random.give_back(self.random_state, state)
        yield from folds

    def get_n_splits(self, X=None, y=None, groups=None):
        """The number of folds.

        Parameters
        ----------
        X, y, groups : array-like, default=None
            As for split; needed only where the number depends on them.

        Returns
        -------
        n_splits : int
        """
        if "n_splits" in self._spec.rows:
            return int(self.n_splits) * int(getattr(self, "n_repeats", 1))
        needed = {"LeaveOneOut": ("X", X), "LeaveOneGroupOut": ("groups", groups)}
        name, value = needed.get(self._spec.name, (None, True))
        if value is None:
            raise ValueError(f"The '{name}' parameter should not be None.")
        return int(_COUNTS[self._spec.name](self, X, y, groups))

    def __repr__(self):
        names = sorted(self._parameters())
        with np.printoptions(precision=5, threshold=64, edgeitems=2):
            shown = ", ".join(f"{n}={getattr(self, n)!r}" for n in names)
        return f"{type(self).__name__}({shown})"


class _Listed:
    """An iterable of (train, test) as a splitter."""

    def __init__(self, folds):
        self.folds = list(folds)

    def split(self, X=None, y=None, groups=None):
        yield from self.folds

    def get_n_splits(self, X=None, y=None, groups=None):
        return len(self.folds)


def _has_classes(y):
    """Whether y is one column of labels, as scikit-learn tells it."""
    y = np.asarray(y)
    if y.ndim == 2 and y.shape[1] == 1:
        y = y.ravel()
    return y.ndim == 1 and not (y.dtype.kind == "f" and np.any(y != np.floor(y)))


def check_cv(cv=5, y=None, *, classifier=False, shuffle=False, random_state=None):
    """A splitter out of what ``cv`` can be.

    Parameters
    ----------
    cv : int, splitter or iterable of (train, test), default=5
        A number of folds, or what makes them; None means 5.
    y : array-like, default=None
        The target of supervised problems.
    classifier : bool, default=False
        Whether a number of folds is stratified by the labels in y.
    shuffle : bool, default=False
        Whether a number of folds shuffles the rows first.
    random_state : int, RandomState instance or None, default=None
        Of that shuffle.

    Returns
    -------
    splitter : object with split and get_n_splits
    """
    cv = 5 if cv is None else cv
    if isinstance(cv, numbers.Integral):
        stratified = classifier and y is not None and _has_classes(y)
        made = _classes.get_class("StratifiedKFold" if stratified else "KFold")
        return made(int(cv), shuffle=shuffle, random_state=random_state)
    if isinstance(cv, str) or not (hasattr(cv, "split") or hasattr(cv, "__iter__")):
        raise ValueError(
            "Expected `cv` as an integer, a cross-validation object (from "
            "cofit.model_selection), or an iterable yielding (train, test) splits as arrays of "
            f"indices. Got {cv}."
        )
    return cv if hasattr(cv, "split") else _Listed(cv)


def known(cv):
    """What ``cv`` is to the library, which then makes the folds; NotImplemented if nothing."""
    if cv is None or isinstance(cv, (numbers.Integral, Splitter)):
        return cv
    name = type(cv).__name__
    entry = _classes.specs().get(name)
    if (
        type(cv).__module__.split(".")[0] != "sklearn"
        or not entry
        or "splitter" not in entry["kind"]
    ):
        return NotImplemented
    made = _classes.get_class(name)
    return made(**{key: getattr(cv, key) for key in made._spec.parameters})


def _index_array(rows, n):
    """Rows as int64: from integers or from a mask; negative ones count from the end."""
    rows = np.asarray(rows)
    if rows.dtype.kind == "b":
        rows = np.flatnonzero(rows)
    rows = np.ascontiguousarray(rows, dtype=np.int64)
    return np.where(rows < 0, rows + n, rows) if rows.size and rows.min() < 0 else rows


def list_folds(cv, X, y, groups):
    """Every fold of a splitter as a pair of int64 arrays."""
    n = _rows.count(X)
    folds = cv.split(X, y) if groups is None else cv.split(X, y, groups)
    return [(_index_array(train, n), _index_array(test, n)) for train, test in folds]
