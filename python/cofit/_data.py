# SPDX-License-Identifier: BSD-3-Clause
"""X, y and weights of any kind, made ready for the library without a copy where that can be."""

import math
import sys

import numpy as np

from ._cofit import Matrix
from ._errors import DataConversionWarning, warn

FLOATS = (np.dtype(np.float64), np.dtype(np.float32))
READY = FLOATS + (np.dtype(np.int64), np.dtype(np.int32))


def is_sparse(X):
    """True for SciPy's sparse matrices and arrays."""
    sparse = sys.modules.get("scipy.sparse")
    return sparse is not None and sparse.issparse(X)


def is_table(X):
    """True for data frames."""
    return hasattr(X, "columns") and (hasattr(X, "__arrow_c_stream__") or hasattr(X, "iloc"))


def labels_of(X):
    """The labels of a data frame's columns, whatever they are (Arrow's tables call them names)."""
    return list(X.column_names if hasattr(X, "column_names") else X.columns)


def width(X):
    """The number of columns."""
    return X.shape[1] if hasattr(X, "shape") else np.asarray(X).shape[1]


def column_names(X):
    """The names of a data frame's columns if all are texts, else None."""
    if not is_table(X):
        return None
    names = labels_of(X)
    kinds = sorted({type(name).__name__ for name in names})
    if len(kinds) > 1 and "str" in kinds:
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your "
            f"input has {kinds} as feature name / column name types. If you want feature names to "
            "be stored and validated, you must convert them all to strings, by using X.columns = "
            "X.columns.astype(str) for example. Otherwise you can remove feature / column names "
            "from your input data, or convert them all to a non-string data type."
        )
    return [str(name) for name in names] if names and kinds == ["str"] else None


def _number_array(X, name, owner):
    """An ndarray of float64 or float32, or of objects that hold texts."""
    array = np.asarray(X)
    kind = array.dtype.kind
    if kind == "c":
        raise ValueError(f"Complex data not supported\n{array}\n")
    if kind in "SV" or (kind == "M" or kind == "m"):
        raise ValueError(f"{name} has dtype {array.dtype}, which {owner} does not take")
    if kind == "U":
        return np.asarray(X, dtype=object)  # of a list: numbers beside texts stay numbers
    if kind == "O":
        return array if _holds_texts(array) else array.astype(np.float64)
    if array.dtype in READY and array.dtype.isnative:
        return array
    return array.astype(np.float64)


def _holds_texts(array):
    return any(isinstance(item, (str, bytes)) for item in array.flat)


def _check_2d(array, name, owner):
    if array.ndim == 2:
        return
    if array.ndim == 0:
        raise ValueError(
            f"Expected 2D array, got scalar array instead:\narray={array}.\n"
            "Reshape your data either using array.reshape(-1, 1) if your data has a single feature "
            "or array.reshape(1, -1) if it contains a single sample."
        )
    if array.ndim == 1:
        raise ValueError(
            f"Expected 2D array, got 1D array instead:\narray={array}.\n"
            "Reshape your data either using array.reshape(-1, 1) if your data has a single feature "
            "or array.reshape(1, -1) if it contains a single sample."
        )
    raise ValueError(f"Found array with dim {array.ndim}, while dim <= 2 is required by {owner}.")


def _ready(array):
    """The array itself if the library reads its strides and alignment, else a copy."""
    size = array.itemsize
    if array.flags.aligned and all(stride % size == 0 for stride in array.strides):
        return array
    return array.copy()


def _csr(X, name):
    import scipy.sparse as sp

    if X.ndim != 2:
        raise ValueError(f"{name} is sparse with {X.ndim} dimension(s); 2 are needed")
    if X.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{X}\n")
    if X.format != "csr":
        X = sp.csr_array(X)
    data = X.data if X.dtype in FLOATS else X.data.astype(np.float64)
    if not X.has_canonical_format:
        X = sp.csr_array((data, X.indices, X.indptr), shape=X.shape, copy=True)
        X.sum_duplicates()
        data = X.data
    if X.shape[1] > np.iinfo(np.int32).max:
        raise ValueError(f"{name} has {X.shape[1]} columns; at most 2147483647 are supported")
    return Matrix.csr(
        np.ascontiguousarray(data),
        np.ascontiguousarray(X.indices, dtype=np.int32),
        np.ascontiguousarray(X.indptr, dtype=np.int64),
        X.shape[0],
        X.shape[1],
    )


def _is_missing(item):
    return (
        item is None
        or (isinstance(item, float) and math.isnan(item))
        or repr(item) in ("<NA>", "NaT")
    )


def _text_codes(items, where):
    """Codes of a sequence of texts, missing as NaN, and the sorted dictionary."""
    missing = np.fromiter((_is_missing(item) for item in items), dtype=bool, count=len(items))
    present = [item for item, gone in zip(items, missing) if not gone]
    for item in present:
        if not isinstance(item, str):
            raise TypeError(
                f"{where} mixes texts with {type(item).__name__}: every entry must be a string, or "
                "every one a number"
            )
    texts, inverse = np.unique(np.asarray(present, dtype=object), return_inverse=True)
    codes = np.full(len(items), np.nan)
    codes[~missing] = inverse
    return codes, texts.tolist()


def _coded_column(column, where):
    """Numbers, no dictionary and their kind, or codes, the dictionary and "f"; of objects."""
    if any(isinstance(item, str) for item in column):
        return *_text_codes(column, where), "f"
    kind = np.asarray([item for item in column if not _is_missing(item)]).dtype.kind
    numbers = [np.nan if _is_missing(item) else item for item in column]
    return np.asarray(numbers, dtype=np.float64), None, kind


def _coded_matrix(columns, names):
    """A Matrix out of arrays of numbers or objects."""
    values, dictionaries, kinds = [], [], []
    for j, column in enumerate(columns):
        where = f"column '{names[j]}'" if names else f"column {j}"
        if column.dtype.kind == "O":
            codes, dictionary, kind = _coded_column(column, where)
        elif column.dtype.kind in "biuf":
            codes, dictionary, kind = column, None, column.dtype.kind
        else:
            raise TypeError(f"{where} has dtype {column.dtype}, which is neither number nor text")
        values.append(codes.astype(np.float64, copy=False))
        dictionaries.append(dictionary)
        kinds.append(kind)
    return Matrix.dense(np.column_stack(values), names, dictionaries, "".join(kinds))


def _table_columns(X):
    """The columns of a data frame as arrays of numbers or objects."""
    for j in range(X.shape[1]):  # not by name: names may repeat
        column = X.iloc[:, j]
        if hasattr(column, "cat") and hasattr(column, "astype"):
            yield np.asarray(column.astype(object))
        else:
            array = column.to_numpy()
            yield array if array.dtype.kind in "biuf" else np.asarray(array, dtype=object)


def _pandas_table(X, names):
    if all(isinstance(dtype, np.dtype) and dtype.kind in "biuf" for dtype in X.dtypes):
        array = X.to_numpy()
        array = _ready(array if array.dtype in READY else array.astype(np.float64))
        kinds = "".join(dtype.kind for dtype in X.dtypes)
        known = names or kinds.strip("f")
        return Matrix.dense(array, names, None, kinds) if known else array
    if names and "pyarrow" in sys.modules:
        try:
            capsule = X.reset_index(drop=True).__arrow_c_stream__()
        except Exception:  # what Arrow cannot hold: the message is better below
            pass
        else:
            return Matrix.from_arrow(capsule)
    return _coded_matrix(list(_table_columns(X)), names)


def _table(X, names):
    """A data frame as a Matrix: numbers of pandas in one block as they are, the rest by Arrow."""
    if hasattr(X, "iloc"):
        return _pandas_table(X, names)
    return Matrix.from_arrow(X.__arrow_c_stream__())


def prepare_X(X, owner, names=None, name="X"):
    """X as an array or Matrix the library takes; `owner` begins the messages."""
    if type(X) is Matrix:
        return X
    if is_sparse(X):
        return _csr(X, name)
    if is_table(X):
        return _table(X, names)
    given = np.asarray(X)
    array = _number_array(X if given.dtype.kind == "U" else given, name, owner)
    _check_2d(array, name, owner)
    if array.dtype.kind == "O":
        return _coded_matrix([array[:, j] for j in range(array.shape[1])], None)
    kind = given.dtype.kind
    if given.dtype not in READY and kind in "biu":  # of int64 the library itself sees it
        return Matrix.dense(_ready(array), None, None, kind * array.shape[1])
    return _ready(array)


def column_dtypes(X):
    """The dtype of each column of X, as NumPy has it; None where X has none."""
    if type(X) is Matrix or is_sparse(X):
        return None
    if is_table(X):
        return list(X.dtypes) if hasattr(X, "iloc") else [None] * len(labels_of(X))
    array = np.asarray(X)
    return [array.dtype] * array.shape[1]


def in_dtypes(columns, dtypes):
    """Entries of X, a list with an array a column, in the dtypes X had in fit."""
    if dtypes is None or len(dtypes) != len(columns):
        return columns
    return [
        column.astype(dtype) if _is_cast(column, dtype) else column
        for column, dtype in zip(columns, dtypes)
    ]


def in_common_dtype(out, dtypes):
    """Rows of X in the dtype that holds all its columns."""
    dtypes = [d for d in dtypes or () if isinstance(d, np.dtype)]
    if not dtypes or not isinstance(out, np.ndarray) or out.dtype.kind not in "biuf":
        return out
    common = np.result_type(*dtypes)
    return (
        out.astype(common, copy=False)
        if common.kind in "biuf" and not _has_nan(out, common)
        else out
    )


def _has_nan(out, dtype):
    return dtype.kind != "f" and np.isnan(out).any()


def _is_cast(column, dtype):
    numbers = isinstance(column, np.ndarray) and column.dtype.kind in "biuf"
    return numbers and isinstance(dtype, np.dtype) and dtype.kind in "biuf"


class Labels:
    """How the labels of y are told to the library, and its answers turned back.

    Numbers of 32 and 64 bits pass as they are. Other numbers are cast and cast back; texts become
    codes with a dictionary, so that the model file holds the texts.
    """

    def __init__(self, dtypes):
        self.dtypes = dtypes

    @classmethod
    def of_model(cls, model, n_targets):
        """Those of a model that was read from a file."""
        found = [model.classes(t) for t in range(n_targets)]
        return cls([np.dtype(object) if type(c) is Matrix else c.dtype for c in found])

    def classes(self, model, target):
        """The sorted labels of a target in y's own dtype."""
        found = model.classes(target)
        dtype = self.dtypes[target]
        if type(found) is not Matrix:
            return found.reshape(-1).astype(dtype, copy=True)
        return np.array(found.dictionaries()[0], dtype=dtype)

    def decode(self, out):
        """Labels (n, n_targets) from what predict gave."""
        if type(out) is not Matrix:
            return out.astype(self.dtypes[0], copy=False)
        codes = out.values()
        columns = []
        for t, dictionary in enumerate(out.dictionaries()):
            if dictionary is None:
                columns.append(codes[:, t].astype(self.dtypes[t]))
            else:
                texts = np.array(dictionary, dtype=self.dtypes[t])
                columns.append(texts[codes[:, t].astype(np.intp)])
        return columns[0].reshape(-1, 1) if len(columns) == 1 else np.column_stack(columns)


def _label_array(y):
    if is_sparse(y):
        raise TypeError("Sparse data was passed for y, but dense data is required.")
    y = np.asarray(y)
    if y.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{y}\n")
    if y.dtype.kind == "S":
        raise TypeError(
            "Support for labels represented as bytes is not supported. Convert the labels to a "
            "string or integer format."
        )
    if y.dtype.kind in "mM":  # their ticks, which the dtype makes dates of again
        if np.isnat(y).any():
            raise ValueError("Input y contains NaN.")
        y = y.astype(np.int64)
    if y.dtype.kind == "O":
        items = y.ravel().tolist()
        if any(_is_missing(item) for item in items):
            raise ValueError("Input y contains NaN.")
        kinds = {isinstance(item, str) for item in items}
        if len(kinds) > 1:
            raise TypeError(
                "Encoders require their input argument must be uniformly strings or numbers."
            )
        if kinds == {False}:
            numbers = np.asarray(items)
            if numbers.dtype.kind not in "biuf":
                raise ValueError("Unknown label type: unknown")
            y = numbers.reshape(y.shape)
    return y


def encode_labels(y):
    """y of a classifier, ready, and its `Labels` (None where nothing needs to be turned back)."""
    given = y.dtype if isinstance(y, np.ndarray) else None
    y = _label_array(y)
    if y.dtype in READY and y.dtype.isnative and given in (None, y.dtype):
        return _ready(y), None
    columns = [y] if y.ndim == 1 else [y[:, t] for t in range(y.shape[1])]
    dtype = y.dtype if given is None else given
    if y.dtype.kind in "biuf":
        wide = np.float64 if y.dtype.kind == "f" else np.int64
        if y.dtype.kind == "u" and y.size and y.max() > np.iinfo(np.int64).max:
            raise ValueError("y holds an integer beyond the range of int64")
        return y.astype(wide), Labels([dtype] * len(columns))
    coded = [_text_codes([str(item) for item in c.tolist()], "y") for c in columns]
    values = np.column_stack([codes for codes, _ in coded])
    return Matrix.dense(values, None, [texts for _, texts in coded]), Labels([dtype] * len(columns))


def real_y(y):
    """y of anything but a classifier, ready."""
    if is_sparse(y):
        raise TypeError("Sparse data was passed for y, but dense data is required.")
    y = np.asarray(y)
    if y.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{y}\n")
    if y.dtype in READY and y.dtype.isnative:
        return _ready(y)
    if y.dtype.kind in "mMV":
        raise ValueError(f"y has dtype {y.dtype}, which is no number")
    return y.astype(np.float64)


def shape_y(y, several):
    """1-D or 2-D y; a column counts as 1-D, with a warning where one target is all there is."""
    if y.ndim == 2 and y.shape[1] == 1 and not several:
        warn(
            DataConversionWarning,
            "A column-vector y was passed when a 1d array was expected. Please change the shape of "
            "y to (n_samples,), for example using ravel().",
        )
        return y.ravel()
    if y.ndim > 2 or y.ndim == 0 or (y.ndim == 2 and not several):
        raise ValueError(f"y should be a 1d array, got an array of shape {y.shape} instead.")
    return y


def prepare_weights(sample_weight, n_samples):
    """Weights as float64 of shape (n,); a number stands for all rows."""
    if sample_weight is None:
        return None
    weights = np.asarray(sample_weight)
    if weights.ndim == 0:
        return np.full(n_samples, float(weights))
    if weights.ndim != 1:
        raise ValueError("Sample weights must be 1D array or scalar")
    if weights.shape[0] != n_samples:
        raise ValueError(f"sample_weight.shape == {weights.shape}, expected {(n_samples,)}!")
    return _ready(weights if weights.dtype in FLOATS else weights.astype(np.float64))


def raise_if_nonfinite(X, estimator):
    """NaN and infinity are reported before a wrong width, as scikit-learn does."""
    traits = estimator.__sklearn_tags__().input_tags if "sklearn" in sys.modules else None
    if traits is None or traits.allow_nan or not isinstance(X, np.ndarray):
        return
    if X.dtype.kind == "f" and not np.isfinite(X).all():
        what = "NaN" if np.isnan(X).any() else "infinity"
        raise ValueError(f"Input X contains {what}.")
