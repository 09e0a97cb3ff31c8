# SPDX-License-Identifier: BSD-3-Clause
"""Containers of transformed data: NumPy arrays, SciPy matrices, pandas and polars frames."""

import sys

import numpy as np

from ._cofit import Matrix

_CONTAINERS = ("default", "pandas", "polars")


def check_container(name):
    if name not in _CONTAINERS:
        raise ValueError(f"output config must be in {sorted(_CONTAINERS)}, got {name}")


def container_of(estimator):
    """The container asked for by set_output, or by scikit-learn's configuration."""
    own = estimator.__dict__.get("_sklearn_output_config")
    if own and "transform" in own:
        return own["transform"]
    config = sys.modules.get("sklearn._config")
    return config.get_config()["transform_output"] if config else "default"


def copy_config(estimator, made):
    """What set_output chose goes on to a clone or a part of an estimator."""
    if "_sklearn_output_config" in estimator.__dict__:
        made._sklearn_output_config = dict(estimator._sklearn_output_config)


def from_library(out, like=None):
    """An array or a SciPy matrix of what the library gave; texts as an array of objects. Sparse
    results of a SciPy sparse array are one too."""
    if type(out) is not Matrix:
        return out
    try:
        data, indices, indptr, shape = out.parts()
    except TypeError:
        return _texts(out)
    try:
        from scipy.sparse import csr_array, csr_matrix, spmatrix
    except ImportError:
        raise ImportError("the result is sparse: install SciPy, or ask for dense output") from None
    if len(data) < np.iinfo(np.int32).max:
        indptr = indptr.astype(np.int32)
    is_array = type(like).__module__.startswith("scipy.sparse") and not isinstance(like, spmatrix)
    result = (csr_array if is_array else csr_matrix)(shape, dtype=data.dtype)
    result.data, result.indices, result.indptr = data, indices, indptr
    result.has_canonical_format = True
    return result


def _texts(out):
    values, kinds = out.values(), out.kinds()
    result = values.astype(object)
    for j, dictionary in enumerate(out.dictionaries()):
        if dictionary is None:
            result[:, j] = _in_kind(values[:, j], kinds[j])
            continue
        codes = values[:, j]
        known = np.isfinite(codes) & (codes >= 0)
        result[known, j] = np.array(dictionary, dtype=object)[codes[known].astype(np.intp)]
        result[~known & ~np.isnan(codes), j] = None
    return result


def _in_kind(column, kind):
    """Numbers as the integers or truth values they came from, where they still are that."""
    if kind == "i" and ((np.abs(column) < 2**53) & (column == np.trunc(column))).all():
        return column.astype(np.int64)
    if kind == "b" and ((column == 0) | (column == 1)).all():
        return column.astype(bool)
    return column


def _columns(estimator, out):
    """The columns of the result, each in its own dtype; texts as a list with None for missing."""
    columns = [out[:, j] for j in range(out.shape[1])]
    if out.dtype.kind == "O":
        return [_numbers_or_texts(column) for column in columns]
    return [_in_kind(column, kind) for column, kind in zip(columns, estimator._model.kinds_out())]


def wrap(estimator, out, X, container):
    """`out` in the container asked for, with the index of X and the names of the columns."""
    if container == "default":
        return out
    if not isinstance(out, np.ndarray):
        raise ValueError(
            f"The transformer outputs a scipy sparse matrix. Try to set the transformer's "
            f"sparse_output=False or keep the default container: {container} holds dense data only"
        )
    names = estimator.get_feature_names_out()
    if container == "pandas":
        import pandas as pd

        index = X.index if hasattr(X, "iloc") else None  # lists have a method of that name
        frame = pd.DataFrame(out, columns=names, index=index, copy=False)
        if out.dtype.kind == "O":
            return frame.infer_objects()
        for j, kind in enumerate(estimator._model.kinds_out()):
            if kind != "f":
                frame.isetitem(j, _in_kind(out[:, j], kind))
        return frame
    import polars as pl

    columns = zip(names, _columns(estimator, out))
    return pl.DataFrame([pl.Series(name, column) for name, column in columns])


def _numbers_or_texts(column):
    """Objects as an array of numbers, or as a list of texts with None for what is missing."""
    if any(isinstance(item, str) for item in column):
        return [item if isinstance(item, str) else None for item in column]
    return np.array(column.tolist())
