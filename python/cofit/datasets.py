# SPDX-License-Identifier: BSD-3-Clause
"""Bundled data sets, generators of artificial ones, and svmlight files."""

import bz2
import gzip
import itertools
import os
import pathlib
import tempfile

import numpy as np

from . import _classes, _cofit, _data, _random, io
from ._composites import Bunch

_DATASETS = {row[0]: row for row in _cofit.datasets()}


def _path(name):
    """The file of a data set: in COFIT_DATASETS, or beside this package."""
    folder = os.environ.get("COFIT_DATASETS")
    folder = pathlib.Path(folder) if folder else pathlib.Path(__file__).with_name("data")
    return folder / _DATASETS[name][1]


def _spelling(name):
    """How scikit-learn spells the names of the columns, where the set is one of its own."""
    if name == "iris":
        return lambda column: column.replace("_cm", " (cm)").replace("_", " ")
    if name == "breast_cancer":
        return lambda column: column.replace("_", " ")
    if name == "wine":
        return lambda column: column.replace("od280_od315", "od280/od315")
    return lambda column: column


def _description(name):
    """The part of the folder's README that is about the set."""
    about = _DATASETS[name][3]
    readme = _path(name).with_name("README.md")
    lines = readme.read_text(encoding="utf-8").splitlines() if readme.exists() else []
    found = [line for line in lines if _DATASETS[name][1] in line]
    return "\n".join([f"{name}: {about}", "", *found])


def _read(name):
    X, y, _, _ = _cofit.read(_path(name), target=_DATASETS[name][2], n_threads=1)
    return X, y


def _coded(column):
    """Labels as 0, 1, ..., and their texts."""
    return column.values()[:, 0].astype(np.int64), np.array(column.dictionaries()[0])


def _target_parts(y):
    """The target: values, or codes and what they stand for."""
    if y.dictionaries()[0] is None:
        return {"target": y.values()[:, 0]}
    codes, names = _coded(y)
    return {"target": codes, "target_names": names}


def _frames(data, target, feature_names, targets):
    """X, y and both as pandas objects."""
    import pandas as pd

    if not isinstance(data, pd.DataFrame):
        data = pd.DataFrame(data, columns=list(feature_names))
    if np.ndim(target) == 2:
        y = pd.DataFrame(target, columns=targets)
    else:
        y = pd.Series(target, name=targets[0])
    return data, y, pd.concat([data, y], axis=1)


def _bunch(name, parts, return_X_y, as_frame):
    """The result of a loader: a Bunch, or (X, y)."""
    targets = parts.pop("_targets", ["target"])
    parts["frame"] = None
    if as_frame:
        parts["data"], parts["target"], parts["frame"] = _frames(
            parts["data"], parts["target"], parts["feature_names"], targets
        )
    if return_X_y:
        return parts["data"], parts["target"]
    parts["DESCR"] = _description(name)
    parts["filename"] = str(_path(name))
    parts["data_module"] = "cofit.data"
    return Bunch(parts)


def _load(name, return_X_y, as_frame):
    """A set of numbers with one target, labels or values."""
    X, y = _read(name)
    if any(dictionary is not None for dictionary in X.dictionaries()):
        return _load_table(name, X, y, return_X_y, as_frame)
    parts = {"data": X.values(), **_target_parts(y)}
    parts["feature_names"] = [_spelling(name)(column) for column in X.names()]
    return _bunch(name, parts, return_X_y, as_frame)


def _load_table(name, X, y, return_X_y, as_frame):
    """A set with columns of texts: an array of objects, or a frame."""
    parts = {"feature_names": X.names()}
    parts["data"] = io.to_frame(X) if as_frame else io._in_container(X, "array")
    parts.update(_target_parts(y))
    return _bunch(name, parts, return_X_y, as_frame)


_LOADER_DOC = """Loads the data set {name}: {summary}.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return (data, target) alone.
    as_frame : bool, default=False
        Data and target as pandas objects.

    Returns
    -------
    data : Bunch
        data, target, feature_names, target_names where the target is labels, frame, DESCR,
        filename; or (data, target).
    """


def _make_loader(name):
    def load(*, return_X_y=False, as_frame=False):
        return _load(name, return_X_y, as_frame)

    load.__name__ = load.__qualname__ = f"load_{name}"
    load.__doc__ = _LOADER_DOC.format(name=name, summary=_DATASETS[name][3])
    return load


globals().update({f"load_{name}": _make_loader(name) for name in _DATASETS})


def load_breast_cancer(*, return_X_y=False, as_frame=False):
    X, y = _read("breast_cancer")
    codes, names = _coded(y)
    wanted = np.array(["malignant", "benign"])  # scikit-learn's order
    target = np.array([np.flatnonzero(wanted == text)[0] for text in names])[codes]
    parts = {"data": X.values(), "target": target, "target_names": wanted}
    parts["feature_names"] = np.array([_spelling("breast_cancer")(c) for c in X.names()])
    return _bunch("breast_cancer", parts, return_X_y, as_frame)


def load_diabetes(*, return_X_y=False, as_frame=False, scaled=True):
    """Loads the data set diabetes.

    Parameters
    ----------
    return_X_y : bool, default=False
        Return (data, target) alone.
    as_frame : bool, default=False
        Data and target as pandas objects.
    scaled : bool, default=True
        Centre the columns and divide them by their deviation times sqrt(n_samples).

    Returns
    -------
    data : Bunch
        data, target, feature_names, frame, DESCR, filename; or (data, target).
    """
    X, y = _read("diabetes")
    data = X.values()
    if scaled:
        data = data - data.mean(axis=0)
        data /= data.std(axis=0) * len(data) ** 0.5
    parts = {"data": data, "target": y.values()[:, 0], "feature_names": X.names()}
    return _bunch("diabetes", parts, return_X_y, as_frame)


def load_digits(*, n_class=10, return_X_y=False, as_frame=False):
    """Loads the data set digits.

    Parameters
    ----------
    n_class : int, default=10
        Only the digits below it.
    return_X_y : bool, default=False
        Return (data, target) alone.
    as_frame : bool, default=False
        Data and target as pandas objects.

    Returns
    -------
    data : Bunch
        data, target, feature_names, target_names, images, frame, DESCR, filename; or
        (data, target).
    """
    X, y = _read("digits")
    target = y.values()[:, 0].astype(np.int64)
    kept = target < n_class
    data = X.values()[kept]
    parts = {
        "data": data,
        "target": target[kept],
        "feature_names": X.names(),
        "target_names": np.arange(10),
        "images": data.reshape(-1, 8, 8),
    }
    return _bunch("digits", parts, return_X_y, as_frame)


def load_linnerud(*, return_X_y=False, as_frame=False):
    X, y = _read("linnerud")
    names = [column.replace("target_", "") for column in y.names()]
    parts = {
        "data": X.values(),
        "target": y.values(),
        "feature_names": X.names(),
        "target_names": names,
        "_targets": names,
    }
    return _bunch("linnerud", parts, return_X_y, as_frame)


for _name in ("breast_cancer", "linnerud"):
    globals()[f"load_{_name}"].__doc__ = _LOADER_DOC.format(name=_name, summary=_DATASETS[_name][3])


# ---- generators ----


def _made(random_state, made):
    """X, y and the extra result, after the generator got its state back."""
    X, y, extra, state = made
    _random.give_back(random_state, state)
    return X, y, extra


def _vector(values, dtype=np.float64):
    return None if values is None else np.ascontiguousarray(np.ravel(values), dtype=dtype)


def _or_none(value):
    """A count or share for the library, where 0 means the default."""
    return -1 if value == 0 else value


def _offset(name, value, default, n_features):
    """(a number, whether it is drawn, an array) of shift and scale."""
    if value is None:
        return default, True, None
    if np.ndim(value) == 0:
        if name == "scale" and value == 0:  # which means 1 in the library
            return default, False, np.zeros(n_features)
        return float(value), False, None
    return default, False, _vector(value)


def make_classification(
    n_samples=100,
    n_features=20,
    *,
    n_informative=2,
    n_redundant=2,
    n_repeated=0,
    n_classes=2,
    n_clusters_per_class=2,
    weights=None,
    flip_y=0.01,
    class_sep=1.0,
    hypercube=True,
    shift=0.0,
    scale=1.0,
    shuffle=True,
    random_state=None,
    return_X_y=True,
):
    """Normal clusters at the vertices of a hypercube.

    Parameters
    ----------
    n_samples, n_features : int, default=100, 20
        Shape of X.
    n_informative, n_redundant, n_repeated : int, default=2, 2, 0
        Features that tell the classes apart, linear combinations of them, copies of both.
    n_classes, n_clusters_per_class : int, default=2, 2
        Classes, and clusters of each.
    weights : array-like of shape (n_classes,) or (n_classes - 1,), default=None
        Shares of the classes; None means equal ones.
    flip_y : float, default=0.01
        Share of rows with a random label.
    class_sep : float, default=1.0
        Half the side of the hypercube.
    hypercube : bool, default=True
        False puts the clusters on a random polytope.
    shift, scale : float, ndarray of shape (n_features,) or None, default=0.0, 1.0
        Added to, and multiplied with, the features; None draws them.
    shuffle : bool, default=True
        Shuffle rows and features.
    random_state : int, RandomState instance or None, default=None
        Of the draws: the same as scikit-learn's.
    return_X_y : bool, default=True
        False returns a Bunch.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    """
    shift, draws_shift, shifts = _offset("shift", shift, 0.0, n_features)
    scale, draws_scale, scales = _offset("scale", scale, 1.0, n_features)
    parameters = {
        "n_samples": n_samples,
        "n_features": n_features,
        "n_informative": n_informative,
        "n_redundant": _or_none(n_redundant),
        "n_repeated": n_repeated,
        "n_classes": n_classes,
        "n_clusters_per_class": n_clusters_per_class,
        "flip_y": float(_or_none(flip_y)),
        "class_sep": float(_or_none(class_sep)),
    }
    X, y, _ = _made(
        random_state,
        _cofit.make_classification(
            random_state=_random.lend(random_state),
            weights=_vector(weights),
            polytope=not hypercube,
            random_shift=draws_shift,
            random_scale=draws_scale,
            no_shuffle=not shuffle,
            shift=shift,
            scale=scale,
            feature_shift=shifts,
            feature_scale=scales,
            **parameters,
        ),
    )
    return (X, y) if return_X_y else Bunch(X=X, y=y, parameters=parameters)


def make_regression(
    n_samples=100,
    n_features=100,
    *,
    n_informative=10,
    n_targets=1,
    bias=0.0,
    effective_rank=None,
    tail_strength=0.5,
    noise=0.0,
    shuffle=True,
    coef=False,
    random_state=None,
):
    """A random linear model.

    Parameters
    ----------
    n_samples, n_features : int, default=100, 100
        Shape of X.
    n_informative, n_targets : int, default=10, 1
        Features with a coefficient, columns of y.
    bias : float or array-like of shape (n_targets,), default=0.0
        Added to y.
    effective_rank : int, default=None
        Of X; None means well conditioned normal features.
    tail_strength : float, default=0.5
        Of the singular values beyond it.
    noise : float, default=0.0
        Standard deviation of the noise on y.
    shuffle : bool, default=True
        Shuffle rows and features.
    coef : bool, default=False
        Return the coefficients too.
    random_state : int, RandomState instance or None, default=None
        Of the draws: the same as scikit-learn's.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,) or (n_samples, n_targets)
    coef : ndarray of shape (n_features,) or (n_features, n_targets)
        With coef=True.
    """
    biases = np.ascontiguousarray(np.broadcast_to(np.asarray(bias, np.float64), (n_targets,)))
    X, y, truth = _made(
        random_state,
        _cofit.make_regression(
            random_state=_random.lend(random_state),
            n_samples=n_samples,
            n_features=n_features,
            n_informative=_or_none(n_informative),
            n_targets=n_targets,
            bias=biases,
            effective_rank=effective_rank or 0,
            tail_strength=float(_or_none(tail_strength)),
            noise=noise,
            no_shuffle=not shuffle,
        ),
    )
    truth = truth[:, 0] if n_targets == 1 else truth
    return (X, y, truth) if coef else (X, y)


def make_blobs(
    n_samples=100,
    n_features=2,
    *,
    centers=None,
    cluster_std=1.0,
    center_box=(-10.0, 10.0),
    shuffle=True,
    random_state=None,
    return_centers=False,
):
    """Isotropic normal blobs.

    Parameters
    ----------
    n_samples : int or sequence of int, default=100
        Rows in all, or of each blob.
    n_features : int, default=2
        Columns.
    centers : int or array-like of shape (n_centers, n_features), default=None
        How many, or where; None means 3, or one a number of rows.
    cluster_std : float or sequence of float, default=1.0
        Standard deviations.
    center_box : tuple of (min, max), default=(-10.0, 10.0)
        Where drawn centres lie.
    shuffle : bool, default=True
        Shuffle the rows.
    random_state : int, RandomState instance or None, default=None
        Of the draws: the same as scikit-learn's.
    return_centers : bool, default=False
        Return the centres too.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    centers : ndarray of shape (n_centers, n_features)
        With return_centers=True.
    """
    per_blob = None if np.ndim(n_samples) == 0 else _vector(n_samples, np.int64)
    given = None
    if centers is not None and np.ndim(centers) > 0:
        given = np.ascontiguousarray(centers, dtype=np.float64)
    count = 3 if per_blob is None else len(per_blob)
    if centers is not None:
        count = int(centers) if given is None else len(given)
    if per_blob is not None and len(per_blob) != count:
        raise ValueError(
            f"Length of `n_samples` not consistent with number of centers. Got n_samples = "
            f"{n_samples} and centers = {centers}"
        )
    if np.ndim(cluster_std) > 0 and len(cluster_std) != count:
        raise ValueError(
            "Length of `clusters_std` not consistent with number of centers. Got centers = "
            f"{centers} and cluster_std = {cluster_std}"
        )
    stds = np.ascontiguousarray(np.broadcast_to(np.asarray(cluster_std, np.float64), (count,)))
    X, y, found = _made(
        random_state,
        _cofit.make_blobs(
            random_state=_random.lend(random_state),
            n_samples=n_samples if per_blob is None else 0,
            n_features=n_features,
            n_centers=count,
            samples_per_blob=per_blob,
            centers=given,
            stds=stds,
            low=center_box[0],
            high=center_box[1],
            no_shuffle=not shuffle,
        ),
    )
    return (X, y, found) if return_centers else (X, y)


def _make_shapes(is_circles, n_samples, shuffle, noise, random_state, factor):
    """Both kinds of two shapes; n_samples is a number, or one of each shape."""
    outer = inner = 0
    if np.ndim(n_samples) > 0:
        if len(n_samples) != 2:
            raise ValueError("When a tuple, n_samples must have exactly two elements.")
        outer, inner = n_samples
        n_samples = 0
    X, y, _ = _made(
        random_state,
        _cofit.make_shapes(
            is_circles,
            _random.lend(random_state),
            n_samples,
            outer,
            inner,
            not shuffle,
            0.0 if noise is None else noise,
            float(_or_none(factor)),
        ),
    )
    return X, y


def make_moons(n_samples=100, *, shuffle=True, noise=None, random_state=None):
    """Two interleaving half circles.

    Parameters
    ----------
    n_samples : int or tuple of two int, default=100
        Rows in all, or of each moon.
    shuffle : bool, default=True
        Shuffle the rows.
    noise : float, default=None
        Standard deviation of the noise.
    random_state : int, RandomState instance or None, default=None
        Of the draws: the same as scikit-learn's.

    Returns
    -------
    X : ndarray of shape (n_samples, 2)
    y : ndarray of shape (n_samples,)
    """
    return _make_shapes(False, n_samples, shuffle, noise, random_state, 1)


def make_circles(n_samples=100, *, shuffle=True, noise=None, random_state=None, factor=0.8):
    """A circle inside another.

    Parameters
    ----------
    n_samples : int or tuple of two int, default=100
        Rows in all, or of the outer and the inner circle.
    shuffle : bool, default=True
        Shuffle the rows.
    noise : float, default=None
        Standard deviation of the noise.
    random_state : int, RandomState instance or None, default=None
        Of the draws: the same as scikit-learn's.
    factor : float, default=0.8
        Inner over outer radius, in [0, 1).

    Returns
    -------
    X : ndarray of shape (n_samples, 2)
    y : ndarray of shape (n_samples,)
    """
    return _make_shapes(True, n_samples, shuffle, noise, random_state, factor)


def make_friedman1(n_samples=100, n_features=10, *, noise=0.0, random_state=None):
    """Friedman's first problem.

    Parameters
    ----------
    n_samples, n_features : int, default=100, 10
        Shape of X; five features count.
    noise : float, default=0.0
        Standard deviation of the noise on y.
    random_state : int, RandomState instance or None, default=None
        Of the draws: the same as scikit-learn's.

    Returns
    -------
    X : ndarray of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,)
    """
    lent = _random.lend(random_state)
    made = _cofit.make_friedman1(lent, n_samples, n_features, float(noise))
    return _made(random_state, made)[:2]


# ---- svmlight ----


def _open(f):
    """A path, a descriptor or a file-like object as a binary stream; and whether to close it."""
    if hasattr(f, "read"):
        return f, False
    if isinstance(f, int):
        return open(f, "rb", closefd=False), True
    kind = os.path.splitext(os.fspath(f))[1]
    kind = os.fsdecode(kind)
    return {".gz": gzip.open, ".bz2": bz2.open}.get(kind, open)(f, "rb"), True


def _part(stream, offset, length):
    """The whole lines of a part of a file; the first belongs to the part before."""
    if offset > 0:
        stream.seek(offset)
        stream.readline()
    if length <= 0:
        return stream.read()
    lines, at = [], stream.tell()
    for line in stream:
        lines.append(line)
        at += len(line)
        if at > offset + length and line.partition(b"#")[0].split():
            break
    return b"".join(lines)


def _without_labels(data):
    """Lists of labels as tuples, and the lines with a 0 in their place."""
    labels, lines = [], []
    for line in data.split(b"\n"):
        parts = line.partition(b"#")[0].split(None, 1)
        if not parts:
            lines.append(line)
        elif b":" in parts[0]:
            labels.append(())
            lines.append(b"0 " + line)
        else:
            try:
                labels.append(tuple(sorted(float(item) for item in parts[0].split(b","))))
            except ValueError:
                number = len(lines) + 1
                raise ValueError(
                    f"line {number}: {parts[0].decode()!r} is no list of labels"
                ) from None
            lines.append(b"0 " + (parts[1] if len(parts) > 1 else b""))
    return labels, b"\n".join(lines)


def _is_blank(data):
    return not any(line.partition(b"#")[0].split() for line in data.splitlines())


def _read_svmlight(f, multilabel, base, offset, length):
    """(X with a column an index, y, query ids) of one file."""
    import scipy.sparse as sp

    labels, options = None, {"index_base": base, "format": "svmlight"}
    whole = offset <= 0 and length <= 0 and not multilabel
    if whole and isinstance(f, (str, os.PathLike)) and not os.fspath(f).endswith(".bz2"):
        table = _cofit.read(f, **options)
    else:
        stream, closes = _open(f)
        try:
            data = _part(stream, offset, length)
        finally:
            if closes:
                stream.close()
        if multilabel:
            labels, data = _without_labels(data)
        if not whole and _is_blank(data):
            nothing = np.array([])
            return sp.csr_matrix((0, 0)), labels or nothing, nothing.astype(np.int64)
        with tempfile.NamedTemporaryFile(suffix=".svm") as copy:
            copy.write(data)
            copy.flush()
            table = _cofit.read(copy.name, **options)
    queries = np.array([]) if table[3] is None else table[3].values()[:, 0]
    y = table[1].values()[:, 0] if labels is None else labels
    return io._in_container(table[0], "array"), y, queries.astype(np.int64)


def load_svmlight_file(
    f,
    *,
    n_features=None,
    dtype=np.float64,
    multilabel=False,
    zero_based="auto",
    query_id=False,
    offset=0,
    length=-1,
):
    """Reads a file in svmlight form.

    Parameters
    ----------
    f : str, path-like, file-like or int
        The file, also .gz and .bz2; a file-like object is in binary mode, an int is a descriptor.
    n_features : int, default=None
        Columns; None means the largest index.
    dtype : dtype, default=np.float64
        Of X.
    multilabel : bool, default=False
        Whether a line begins with any number of labels.
    zero_based : bool or 'auto', default='auto'
        Whether the first column has index 0; 'auto' means unless no index is 0.
    query_id : bool, default=False
        Return the query of each row too.
    offset : int, default=0
        Where to begin: at the first whole line behind this many bytes.
    length : int, default=-1
        The line that reaches beyond `offset + length` bytes is the last; -1 means all are read.

    Returns
    -------
    X : SciPy CSR matrix of shape (n_samples, n_features)
    y : ndarray of shape (n_samples,), or list of tuples
    query_id : ndarray of shape (n_samples,)
        With query_id=True.
    """
    return tuple(
        load_svmlight_files(
            [f],
            n_features=n_features,
            dtype=dtype,
            multilabel=multilabel,
            zero_based=zero_based,
            query_id=query_id,
            offset=offset,
            length=length,
        )
    )


def load_svmlight_files(
    files,
    *,
    n_features=None,
    dtype=np.float64,
    multilabel=False,
    zero_based="auto",
    query_id=False,
    offset=0,
    length=-1,
):
    """Reads files in svmlight form that have the same columns.

    Parameters
    ----------
    files : list of str, path-like, file-like or int
        The files, each as load_svmlight_file takes it.
    n_features : int, default=None
        Columns; None means the largest index of all files.
    dtype : dtype, default=np.float64
        Of X.
    multilabel : bool, default=False
        Whether a line begins with any number of labels.
    zero_based : bool or 'auto', default='auto'
        Whether the first column has index 0; 'auto' means unless no file has an index 0.
    query_id : bool, default=False
        Return the query of each row too.
    offset, length : int, default=0, -1
        The part of each file that is read.

    Returns
    -------
    [X1, y1, ..., Xn, yn], or [X1, y1, q1, ..., Xn, yn, qn] with query_id=True : list
    """
    import scipy.sparse as sp

    if offset > 0 or length > 0:
        if n_features is None:
            raise ValueError("n_features is required when offset or length is specified.")
        zero_based = zero_based is not False
    if zero_based not in (True, False, "auto"):
        raise ValueError(f"zero_based must be True, False or 'auto', got {zero_based!r}")
    base = 2 if zero_based is False else 1
    found = [_read_svmlight(f, multilabel, base, offset, length) for f in files]
    shift = int(zero_based == "auto" and all(X.nnz and X.indices.min() > 0 for X, _, _ in found))
    seen = max(X.shape[1] - shift for X, _, _ in found)
    if n_features is not None and n_features < seen:
        raise ValueError(
            f"n_features was set to {n_features}, but input file contains {seen} features"
        )
    result = []
    for X, y, queries in found:
        data, indices = X.data.astype(dtype, copy=False), X.indices - shift if shift else X.indices
        shape = (X.shape[0], seen if n_features is None else n_features)
        result += [sp.csr_matrix((data, indices, X.indptr), shape=shape), y]
        result += [queries] if query_id else []
    return result


def _comment_lines(comment, zero_based):
    text = comment.encode("utf-8") if isinstance(comment, str) else comment
    text.decode("utf-8" if isinstance(comment, str) else "ascii")
    if b"\0" in text:
        raise ValueError("comment string contains NUL byte")
    yield f"# Generated by dump_svmlight_file from cofit {_cofit.version}\n".encode()
    yield b"# Column indices are %s-based\n" % (b"zero" if zero_based else b"one")
    yield b"#\n"
    for line in text.splitlines():
        yield b"# %s\n" % line


def _number_form(array):
    return "%d" if array.dtype.kind in "biu" else "%.16g"


def _label_texts(y, multilabel):
    """The text in front of each row: a number, or the columns of an indicator matrix."""
    is_sparse = _data.is_sparse(y)
    if multilabel:
        rows = (
            y[i].indices[y[i].data != 0] if is_sparse else np.flatnonzero(y[i])
            for i in range(y.shape[0])
        )
        return (",".join(map(str, sorted(row.tolist()))) for row in rows)
    values = (y.toarray().ravel() if is_sparse else y).tolist()
    return map(_number_form(y).__mod__, values)


def _row_lines(X, labels, first, query_id):
    """The lines of the rows of a CSR matrix."""
    entry = f"%d:{_number_form(X)}"
    ends = X.indptr.tolist()
    for i, label in enumerate(labels):
        part = slice(ends[i], ends[i + 1])
        pairs = zip((X.indices[part] + first).tolist(), X.data[part].tolist())
        query = "" if query_id is None else f" qid:{query_id[i]}"
        yield f"{label}{query} {' '.join(map(entry.__mod__, pairs))}\n".encode()


def _checked_rows(X, y, query_id, multilabel):
    """X as CSR with sorted indices, y and query_id as arrays, of as many rows."""
    import scipy.sparse as sp

    y = y.tocsr() if _data.is_sparse(y) else np.asarray(y)
    if _data.is_sparse(y) and y.shape[1] != 1 and not multilabel:
        raise ValueError(f"expected y of shape (n_samples, 1), got {y.shape!r}")
    if not _data.is_sparse(y) and y.ndim != 1 and not multilabel:
        raise ValueError(f"expected y of shape (n_samples,), got {y.shape!r}")
    if not _data.is_sparse(X):
        X = np.asarray(X)
        _data._check_2d(X, "X", "dump_svmlight_file")
    X = sp.csr_matrix(X if X.dtype.kind in "biuf" else X.astype(np.float64))
    if X.shape[0] != y.shape[0]:
        raise ValueError(
            f"X.shape[0] and y.shape[0] should be the same, got {X.shape[0]!r} and {y.shape[0]!r} "
            "instead."
        )
    if not (np.isfinite(X.data).all() and np.isfinite(y.data if _data.is_sparse(y) else y).all()):
        raise ValueError("Input contains NaN or infinity.")
    if query_id is not None:
        query_id = np.asarray(query_id)
        if query_id.shape != (y.shape[0],):
            raise ValueError(f"expected query_id of shape (n_samples,), got {query_id.shape!r}")
        query_id = query_id.astype(np.int64).tolist()
    return X if X.has_sorted_indices else X.sorted_indices(), y, query_id


def dump_svmlight_file(X, y, f, *, zero_based=True, comment=None, query_id=None, multilabel=False):
    """Writes a file in svmlight form, with 16 digits: cofit.io.write is exact, and faster.

    Parameters
    ----------
    X : array-like or sparse matrix of shape (n_samples, n_features)
        The rows; zeros that are not stored are left out.
    y : array-like or sparse matrix of shape (n_samples,), (n_samples, 1) or (n_samples, n_labels)
        The labels; an indicator matrix with multilabel=True.
    f : str, path-like or file-like
        The file; a file-like object is in binary mode.
    zero_based : bool, default=True
        Whether the first column has index 0.
    comment : str or bytes, default=None
        Lines for the top of the file, behind one that names the writer.
    query_id : array-like of shape (n_samples,), default=None
        The query of each row.
    multilabel : bool, default=False
        Whether rows have any number of labels: the columns of y that are not 0.
    """
    X, y, query_id = _checked_rows(X, y, query_id, multilabel)
    head = list(_comment_lines(comment, zero_based)) if comment is not None else []
    rows = _row_lines(X, _label_texts(y, multilabel), 0 if zero_based else 1, query_id)
    if hasattr(f, "write"):
        f.writelines(itertools.chain(head, rows))
        return
    with open(f, "wb") as stream:
        stream.writelines(itertools.chain(head, rows))


__all__ = [
    *(f"load_{name}" for name in _DATASETS),
    "dump_svmlight_file",
    "load_svmlight_file",
    "load_svmlight_files",
    "make_blobs",
    "make_circles",
    "make_classification",
    "make_friedman1",
    "make_moons",
    "make_regression",
]
__getattr__ = _classes.install(globals())
