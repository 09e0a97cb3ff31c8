# SPDX-License-Identifier: BSD-3-Clause
"""Rows of data of any kind: how many there are, and some of them."""

import numpy as np

from ._data import is_sparse


def count(X):
    """Rows of an array, a frame, a sparse matrix or a list."""
    if hasattr(X, "shape"):
        if len(X.shape) == 0:
            raise TypeError(f"Input should have at least 1 dimension, got a scalar: {X!r}")
        return int(X.shape[0])
    if not hasattr(X, "__len__"):
        raise TypeError(f"Expected sequence or array-like, got {type(X)}")
    return len(X)


def check_consistent(*arrays):
    """Raises scikit-learn's error unless all have as many rows."""
    lengths = [count(X) for X in arrays if X is not None]
    if len(set(lengths)) > 1:
        raise ValueError(f"Found input variables with inconsistent numbers of samples: {lengths}")


def indexable(X):
    """X in a form whose rows can be taken."""
    if is_sparse(X):
        return X.tocsr()
    if X is None or hasattr(X, "__getitem__") or hasattr(X, "iloc"):
        return X
    return np.array(X)


def take(X, rows):
    """The rows of X in that order, in X's own form."""
    if X is None:
        return None
    if hasattr(X, "iloc"):
        return X.take(rows, axis=0)
    if hasattr(X, "shape") or hasattr(X, "__dataframe__"):
        return X[rows]
    return [X[i] for i in rows]
