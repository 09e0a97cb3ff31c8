# SPDX-License-Identifier: BSD-3-Clause
"""Splits, cross-validation and searches: scikit-learn's sklearn.model_selection."""

import itertools
import math

import numpy as np

from . import _classes, _cofit, _random, _rows
from ._splitters import _labels, check_cv
from ._validation import cross_val_predict, cross_val_score, cross_validate


def train_test_split(
    *arrays, test_size=None, train_size=None, random_state=None, shuffle=True, stratify=None
):
    """Cuts the rows of several arrays into those to train and those to test on.

    Parameters
    ----------
    *arrays : sequence of arrays, frames, sparse matrices or lists
        All with as many rows.
    test_size, train_size : float, int or None, default=None
        Shares or numbers of rows; without both, a quarter is tested.
    random_state : int, RandomState instance or None, default=None
        Of the shuffle.
    shuffle : bool, default=True
        Whether the rows are shuffled first.
    stratify : array-like, default=None
        Labels whose shares both sides keep.

    Returns
    -------
    splitting : list
        The train and the test rows of each array, each in the form of its array.
    """
    if not arrays:
        raise ValueError("At least one array required as input")
    arrays = [_rows.indexable(X) for X in arrays]
    _rows.check_consistent(*arrays, stratify)
    if not shuffle and stratify is not None:
        raise ValueError("Stratified train/test split is not implemented for shuffle=False")
    lent = _random.lend(random_state) if shuffle else None
    folds, state = _cofit.train_test_split(
        _rows.count(arrays[0]), test_size, train_size, lent, not shuffle, _strata(stratify)
    )
    _random.give_back(random_state, state)
    train, test = folds[0]
    return [part for X in arrays for part in (_rows.take(X, train), _rows.take(X, test))]


def _strata(stratify):
    """One label a row; those of several columns count together."""
    if stratify is None:
        return None
    stratify = np.asarray(stratify)
    if stratify.ndim == 2 and stratify.shape[1] > 1:
        stratify = np.array([" ".join(row.astype("str")) for row in stratify])
    return _labels(stratify)


class ParameterGrid:
    """Every combination of listed parameter values, in the order a grid search tries them.

    Parameters
    ----------
    param_grid : dict of str to sequence, or sequence of such
        Values by parameter name.
    """

    def __init__(self, param_grid):
        grids = [param_grid] if isinstance(param_grid, dict) else param_grid
        if not isinstance(grids, (list, tuple)):
            raise TypeError(f"Parameter grid should be a dict or a list, got: {param_grid!r}")
        for grid in grids:
            if not isinstance(grid, dict):
                raise TypeError(f"Parameter grid is not a dict ({grid!r})")
            for key, values in grid.items():
                self._check(key, values)
        self.param_grid = grids

    @staticmethod
    def _check(key, values):
        if isinstance(values, np.ndarray) and values.ndim > 1:
            raise ValueError(f"Parameter array for {key!r} should be one-dimensional")
        if isinstance(values, str) or not hasattr(values, "__getitem__"):
            raise TypeError(
                f"Parameter grid for parameter {key!r} needs to be a list or a numpy array, but "
                f"got {values!r} (of type {type(values).__name__}) instead. Single values need to "
                "be wrapped in a list with one element."
            )
        if len(values) == 0:
            raise ValueError(f"Parameter grid for {key!r} need to be a non-empty sequence")

    def __iter__(self):
        for grid in self.param_grid:
            keys = sorted(grid)
            for values in itertools.product(*(grid[key] for key in keys)):
                yield dict(zip(keys, values))

    def __len__(self):
        return sum(math.prod(len(values) for values in grid.values()) for grid in self.param_grid)

    def __getitem__(self, index):
        """The parameters that iteration gives at this place."""
        for grid in self.param_grid:
            count = math.prod(len(values) for values in grid.values())
            if index < count:
                found = {}
                for key in sorted(grid, reverse=True):
                    index, at = divmod(index, len(grid[key]))
                    found[key] = grid[key][at]
                return found
            index -= count
        raise IndexError("ParameterGrid index out of range")


class ParameterSampler:
    """Parameters drawn from lists and distributions.

    Parameters
    ----------
    param_distributions : dict of str to sequence or distribution, or list of such
        A distribution has scipy's ``rvs(random_state=...)``.
    n_iter : int
        How many are drawn; from lists alone, without repetition.
    random_state : int, RandomState instance or None, default=None
        Of the draws.
    """

    def __init__(self, param_distributions, n_iter, *, random_state=None):
        given = param_distributions
        self.param_distributions = [given] if isinstance(given, dict) else given
        self.n_iter = n_iter
        self.random_state = random_state

    def _are_lists(self):
        return not any(hasattr(v, "rvs") for d in self.param_distributions for v in d.values())

    def __iter__(self):
        state = self.random_state
        generator = _random.generator_of(state) or np.random.RandomState(state)
        if self._are_lists():
            yield from self._from_grid(generator)
            return
        for _ in range(self.n_iter):
            chosen = self.param_distributions[generator.randint(len(self.param_distributions))]
            yield {
                key: v.rvs(random_state=generator)
                if hasattr(v, "rvs")
                else v[generator.randint(len(v))]
                for key, v in sorted(chosen.items())
            }

    def _from_grid(self, generator):
        grid = ParameterGrid(self.param_distributions)
        count = min(len(grid), self.n_iter)
        for index in _sample(len(grid), count, generator):
            yield grid[int(index)]

    def __len__(self):
        if self._are_lists():
            return min(self.n_iter, len(ParameterGrid(self.param_distributions)))
        return self.n_iter


def _sample(n, count, generator):
    """Distinct numbers below n, by scikit-learn's choice among its three ways."""
    if n and 0.01 < count / n < 0.99:
        return generator.permutation(n)[:count]
    if count / n >= 0.99:  # a reservoir
        kept = np.arange(count)
        for i in range(count, n):
            j = generator.randint(0, i + 1)
            if j < count:
                kept[j] = i
        return kept
    seen, found = set(), []
    while len(found) < count:
        j = generator.randint(n)
        if j not in seen:
            seen.add(j)
            found.append(j)
    return found


__all__ = [
    "ParameterGrid",
    "ParameterSampler",
    "check_cv",
    "cross_val_predict",
    "cross_val_score",
    "cross_validate",
    "train_test_split",
]
__getattr__ = _classes.install(globals())
