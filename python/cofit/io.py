# SPDX-License-Identifier: BSD-3-Clause
"""Tables from files and to files: CSV, TSV, svmlight, .npy, .npz, Matrix Market, each also .gz."""

import numpy as np

from . import _cofit, _data, _output, _run
from ._cofit import Matrix

_HEADERS = ("auto", True, False)  # as cf_header


def _list_columns(columns):
    """Columns as the library reads them: names quoted where they need it, separated by commas."""
    if columns is None:
        return None
    items = [columns] if isinstance(columns, (str, int)) else columns
    return ",".join(
        str(c) if isinstance(c, int) else '"' + c.replace("\\", "\\\\").replace('"', '\\"') + '"'
        for c in items
    )


def _column_values(matrix, j):
    """A column of a table: numbers, or texts with None where one is missing."""
    values = matrix.values()[:, j]
    dictionary = matrix.dictionaries()[j]
    if dictionary is None:
        return values
    texts = np.full(len(values), None, dtype=object)
    known = ~np.isnan(values)
    texts[known] = np.array(dictionary, dtype=object)[values[known].astype(np.intp)]
    return texts


def to_frame(matrix):
    """A Matrix as a pandas DataFrame.

    Parameters
    ----------
    matrix : Matrix
        A dense table of the library.

    Returns
    -------
    frame : pandas.DataFrame
        Text columns hold str, with None where a text is missing.
    """
    import pandas as pd

    n = matrix.shape[1]
    names = matrix.names() or [f"x{j}" for j in range(n)]
    columns = [pd.Series(_column_values(matrix, j), name=names[j]) for j in range(n)]
    return pd.concat(columns, axis=1) if columns else pd.DataFrame()


def _in_container(matrix, container):
    if matrix is None or container == "matrix":
        return matrix
    if container == "pandas":
        return to_frame(matrix)
    if container != "array":
        raise ValueError(f"container must be 'array', 'matrix' or 'pandas', got {container!r}")
    has_texts = any(d is not None for d in matrix.dictionaries())
    if has_texts:
        return np.column_stack(
            [_column_values(matrix, j).astype(object) for j in range(matrix.shape[1])]
        )
    try:
        return matrix.values()
    except TypeError:
        return _output.from_library(matrix)


def _target(matrix):
    """y as an array: one dimension where there is one column."""
    out = _in_container(matrix, "array")
    return out[:, 0] if out is not None and out.shape[1] == 1 else out


def read(
    path,
    *,
    target=None,
    drop=None,
    delimiter=None,
    header="auto",
    missing=(),
    numeric=None,
    categorical=None,
    text=None,
    n_features=None,
    format=None,
    max_rows=None,
    container="array",
):
    """Reads a table in the format that the path's extension tells.

    Parameters
    ----------
    path : str or path-like
        The file; '-' is standard input. gzip is recognised by its content.
    target : str, int or list of them, default=None
        Columns that become y, by name or position.
    drop : str, int or list of them, default=None
        Columns to leave out.
    delimiter : str, default=None
        Of CSV; None means a tab for .tsv, else a comma.
    header : bool or 'auto', default='auto'
        Whether the first row of a CSV file names the columns.
    missing : sequence of str, default=()
        Fields of a CSV file that mean missing, beside the empty one.
    numeric, categorical, text : str, int or list of them, default=None
        Columns of a CSV file that are so, whatever they look like.
    n_features : int, default=None
        Columns of an svmlight file; None means the largest index.
    format : str, default=None
        'csv', 'tsv', 'svmlight', 'npy', 'npz' or 'mtx'; None means by the extension.
    max_rows : int, default=None
        A file with more rows is refused.
    container : {'array', 'matrix', 'pandas'}, default='array'
        What X comes in. An array of a table with texts holds objects; a Matrix keeps names and
        categories, and estimators take it as it is.

    Returns
    -------
    X : ndarray, SciPy CSR matrix, Matrix or DataFrame
    y : ndarray or None
    """
    X, y, _, _ = _cofit.read(
        path,
        target=_list_columns(target),
        drop=_list_columns(drop),
        delimiter=delimiter,
        header=_HEADERS.index(header),
        missing=",".join(missing) or None,
        numeric=_list_columns(numeric),
        categorical=_list_columns(categorical),
        text=_list_columns(text),
        n_features=n_features or 0,
        format=format,
        max_rows=max_rows or 0,
        n_threads=_run.current()["n_threads"],
    )
    return _in_container(X, container), _target(y)


def read_csv(path, **options):
    """Reads a CSV file, whatever the path's extension; the options are those of read.

    Parameters
    ----------
    path : str or path-like
        The file.
    **options
        As of read.

    Returns
    -------
    X, y : as of read
    """
    return read(path, format="csv", **options)


def read_svmlight(path, **options):
    """Reads an svmlight file; the options are those of read.

    Parameters
    ----------
    path : str or path-like
        The file.
    **options
        As of read.

    Returns
    -------
    X : SciPy CSR matrix
    y : ndarray
    """
    return read(path, format="svmlight", **options)


def _ready(X, name):
    """X for writing: data frames and texts with their names and dictionaries."""
    if X is None or type(X) is Matrix:
        return X
    if hasattr(X, "to_frame") and not hasattr(X, "columns"):  # a Series
        X = X.to_frame()
    if not _data.is_sparse(X) and not _data.is_table(X):
        X = np.asarray(X)
        X = X.reshape(-1, 1) if X.ndim == 1 else X
        if X.dtype in (np.dtype(np.int64), np.dtype(np.int32)):
            return np.ascontiguousarray(X)
    return _data.prepare_X(X, "write", _data.column_names(X), name)


def write(path, X, y=None, *, delimiter=None, header="auto", format=None):
    """Writes a table in the format that the path's extension tells.

    Parameters
    ----------
    path : str or path-like
        The file; '-' is standard output, and .gz at its end compresses.
    X : array-like, sparse matrix, Matrix or DataFrame
        The table.
    y : array-like, default=None
        Behind X's columns in CSV and .npy, the array "y" of a .npz, the labels of svmlight.
    delimiter : str, default=None
        Of CSV; None means a tab for .tsv, else a comma.
    header : bool or 'auto', default='auto'
        Whether CSV gets a row of names; 'auto': if the columns have names.
    format : str, default=None
        'csv', 'tsv', 'svmlight', 'npy', 'npz' or 'mtx'; None means by the extension.
    """
    _cofit.write(
        path, _ready(X, "X"), _ready(y, "y"), None, delimiter, _HEADERS.index(header), format, 0
    )


def read_npz(path, name=None):
    """Reads one array of a .npz archive in its own dtype.

    Parameters
    ----------
    path : str or path-like
        The file.
    name : str, default=None
        Of the array; None means the sparse matrix, "X", "data", "arr_0" or the only one. A sparse
        matrix has no name in the file and is also read as "X".

    Returns
    -------
    array : ndarray of shape (n, k) or SciPy CSR matrix
    """
    return _in_container(_cofit.read_npz(path, name), "array")


def write_npz(path, **arrays):
    """Writes arrays as a .npz archive.

    Parameters
    ----------
    path : str or path-like
        The file.
    **arrays : array-like or sparse matrix
        By name; one of them may be sparse: it is stored as scipy.sparse.save_npz does, without its
        name.
    """
    _cofit.write_npz(path, {name: _ready(array, name) for name, array in arrays.items()})


__all__ = ["read", "read_csv", "read_npz", "read_svmlight", "to_frame", "write", "write_npz"]
