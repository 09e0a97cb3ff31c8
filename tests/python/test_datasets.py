# SPDX-License-Identifier: BSD-3-Clause
"""cofit.datasets and cofit.io against scikit-learn, NumPy, SciPy and pandas."""

import bz2
import gzip
import inspect
import io as streams
import os

import cofit.datasets as ours
import cofit.io
import numpy as np
import pandas as pd
import pytest
import scipy.io
import scipy.sparse as sp
import sklearn.datasets as theirs

SHARED = ["iris", "wine", "breast_cancer", "diabetes", "digits", "linnerud"]
SIZES = {"auto_mpg": (398, 8), "concrete": (1030, 8), "diamonds": (53940, 9), "penguins": (344, 6)}


@pytest.mark.parametrize("name", SHARED)
@pytest.mark.parametrize("as_frame", [False, True])
def test_loaders_of_scikit_learn(name, as_frame):
    mine = getattr(ours, f"load_{name}")(as_frame=as_frame)
    other = getattr(theirs, f"load_{name}")(as_frame=as_frame)
    np.testing.assert_allclose(mine.data, other.data, rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(mine.target, other.target)
    assert list(mine.feature_names) == list(other.feature_names)
    if "target_names" in other:
        assert list(mine.target_names) == list(other.target_names)
    assert set(other) - set(mine) <= {"data_filename", "target_filename", "data_module"}
    if as_frame:
        assert list(mine.frame.columns) == list(other.frame.columns)
        assert mine.target.dtypes is not None and mine.frame.shape == other.frame.shape
    else:
        assert mine.target.dtype == other.target.dtype and mine.frame is None
    X, y = getattr(ours, f"load_{name}")(return_X_y=True, as_frame=as_frame)
    assert type(X) is type(mine.data) and len(y) == len(mine.target)
    assert name in mine.DESCR and pd.read_csv(mine.filename).shape[0] == len(mine.data)


def test_options_of_loaders():
    np.testing.assert_array_equal(
        ours.load_digits(n_class=3).images, theirs.load_digits(n_class=3).images
    )
    np.testing.assert_allclose(
        ours.load_diabetes(scaled=False).data, theirs.load_diabetes(scaled=False).data
    )


@pytest.mark.parametrize("name", SIZES)
def test_other_loaders(name):
    mine = getattr(ours, f"load_{name}")(as_frame=True)
    expected = pd.read_csv(mine.filename)
    assert mine.data.shape == SIZES[name]
    for column in mine.data:
        if mine.data[column].dtype == np.float64:
            np.testing.assert_array_equal(mine.data[column], expected[column])
        else:
            found, texts = mine.data[column].astype(object), expected[column].astype(object)
            np.testing.assert_array_equal(found.isna(), texts.isna())
            assert found[found.notna()].tolist() == texts[texts.notna()].tolist()
    target = mine.target if "target_names" not in mine else mine.target_names[mine.target]
    np.testing.assert_array_equal(target, expected["target"])
    X, y = getattr(ours, f"load_{name}")(return_X_y=True)
    assert X.shape == SIZES[name] and len(y) == len(X)


GENERATED = [
    ("make_classification", {}),
    ("make_classification", {"n_classes": 3, "n_informative": 4, "weights": [0.2, 0.3]}),
    ("make_classification", {"flip_y": 0}),
    ("make_classification", {"hypercube": False, "shift": None, "scale": None, "n_repeated": 2}),
    (
        "make_classification",
        {
            "shift": np.arange(20.0),
            "scale": 2.0,
            "shuffle": False,
            "class_sep": 0.5,
            "n_redundant": 0,
            "n_clusters_per_class": 1,
        },
    ),
    ("make_regression", {"n_features": 12, "coef": True, "noise": 2.0, "bias": 3.0}),
    ("make_regression", {"n_targets": 2, "bias": 1.5, "shuffle": False, "coef": True}),
    ("make_regression", {"effective_rank": 5, "tail_strength": 0.2, "n_informative": 3}),
    ("make_blobs", {"return_centers": True}),
    ("make_blobs", {"n_samples": [5, 7, 2], "cluster_std": [0.1, 1.0, 2.0], "shuffle": False}),
    ("make_blobs", {"centers": [[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]], "center_box": (0.0, 1.0)}),
    ("make_blobs", {"centers": 5, "n_features": 4, "center_box": (0.0, 1.0)}),
    ("make_moons", {"noise": 0.1}),
    ("make_moons", {"n_samples": (10, 5), "shuffle": False}),
    ("make_circles", {"noise": 0.1, "factor": 0.0}),
    ("make_circles", {"n_samples": (10, 5), "factor": 0.5}),
    ("make_friedman1", {"noise": 1.0, "n_features": 6}),
]


@pytest.mark.parametrize("name, options", GENERATED)
def test_generators(name, options):
    found = getattr(ours, name)(**options, random_state=4)
    expected = getattr(theirs, name)(**options, random_state=4)
    assert len(found) == len(expected)
    for a, b in zip(found, expected):
        np.testing.assert_allclose(a, b, rtol=1e-8, atol=1e-10)
        assert a.dtype == b.dtype and a.shape == b.shape


@pytest.mark.parametrize("name", [n for n in ours.__all__ if hasattr(theirs, n)])
def test_signatures(name):
    mine, other = (inspect.signature(getattr(m, name)) for m in (ours, theirs))
    assert str(mine) == str(other)
    assert "Parameters\n" in inspect.getdoc(getattr(ours, name))


def test_generators_refuse():
    for name, options in (
        ("make_blobs", {"n_samples": [1, 2], "centers": 3}),
        ("make_blobs", {"cluster_std": [1.0]}),
        ("make_circles", {"factor": 1.0}),
        ("make_moons", {"n_samples": (1, 2, 3)}),
        ("make_classification", {"n_features": 3, "n_informative": 5}),
    ):
        with pytest.raises(ValueError):
            getattr(ours, name)(**options)


def sparse(seed=0):
    return sp.random(30, 8, 0.3, format="csr", random_state=np.random.RandomState(seed))


@pytest.mark.parametrize("zero_based", [True, False])
def test_svmlight(tmp_path, zero_based):
    X, y, q = sparse(), np.arange(30) % 4, np.arange(30) // 10
    path, other = tmp_path / "a.svm", tmp_path / "b.svm"
    ours.dump_svmlight_file(X, y, path, zero_based=zero_based, query_id=q)
    theirs.dump_svmlight_file(X, y, str(other), zero_based=zero_based, query_id=q)
    for file in (path, other):
        options = {"zero_based": zero_based, "query_id": True, "n_features": 8}
        for a, b in zip(
            ours.load_svmlight_file(file, **options),
            theirs.load_svmlight_file(str(file), **options),
            strict=True,
        ):
            dense = (c.toarray() if sp.issparse(c) else c for c in (a, b))
            np.testing.assert_allclose(*dense, rtol=1e-12)
    stream = streams.BytesIO()
    ours.dump_svmlight_file(X.toarray(), y, stream, zero_based=zero_based)
    stream.seek(0)
    found = ours.load_svmlight_file(stream, n_features=8, zero_based=zero_based)
    np.testing.assert_allclose(found[0].toarray(), X.toarray())
    assert ours.load_svmlight_file(path, dtype=np.float32)[0].dtype == np.float32


def texts_of(*arguments, **options):
    """What both packages write."""
    found = []
    for module in (ours, theirs):
        stream = streams.BytesIO()
        module.dump_svmlight_file(*arguments, stream, **options)
        found.append(stream.getvalue())
    return found


def test_svmlight_texts_are_scikit_learns():
    r = np.random.RandomState(0)
    X, y = r.randn(40, 6) * (r.rand(40, 6) < 0.5), r.randint(3, size=40)
    X[7] = 0
    X[8, 0], X[8, 1] = 9.95, 1e12
    several = r.rand(40, 4) < 0.4
    for data in (
        X,
        X.astype(np.float32),
        np.round(X * 5).astype(int),
        sp.csr_matrix(X),
        sp.csc_matrix(X),
    ):
        for options in ({}, {"zero_based": False}, {"query_id": np.arange(40) // 7}):
            mine, other = texts_of(data, y, **options)
            assert mine == other
        mine, other = texts_of(data, y + 0.25)
        assert mine == other
        for labels in (several.astype(int), sp.csr_matrix(several.astype(int))):
            mine, other = texts_of(data, labels, multilabel=True)
            assert mine == other
    for comment in ("two\nlines é", b"bytes"):
        mine, other = (text.split(b"\n", 1) for text in texts_of(X, y, comment=comment))
        assert mine[1] == other[1] and mine[0].startswith(
            b"# Generated by dump_svmlight_file from cofit"
        )
    for options in ({"comment": "a\0"}, {"comment": "é".encode()}, {"query_id": [1]}):
        for module in (ours, theirs):
            with pytest.raises(ValueError):
                module.dump_svmlight_file(X, y, streams.BytesIO(), **options)
    with pytest.raises(ValueError, match="expected y of shape"):
        ours.dump_svmlight_file(X, several, streams.BytesIO())


def same_tables(mine, other):
    assert len(mine) == len(other)
    for a, b in zip(mine, other):
        if isinstance(b, list):
            assert a == b
        elif sp.issparse(b):
            assert a.shape == b.shape and a.dtype == b.dtype
            np.testing.assert_array_equal(a.toarray(), b.toarray())
        else:
            assert a.dtype == b.dtype
            np.testing.assert_array_equal(a, b)


def test_parts_of_svmlight_files(tmp_path):
    X, y = sparse(3), np.arange(30) % 4
    path = tmp_path / "a.svm"
    theirs.dump_svmlight_file(X, y, str(path), query_id=y, comment="top\nsecond")
    size, rows = path.stat().st_size, []
    for count in (1, 3, 7, 100):
        edges = [size * k // count for k in range(count + 1)]
        for begin, end in zip(edges, edges[1:]):
            options = {"offset": begin, "length": end - begin, "n_features": 8, "query_id": True}
            part = ours.load_svmlight_file(path, **options)
            same_tables(part, theirs.load_svmlight_file(str(path), **options))
            rows.append(part[0].shape[0])
        assert sum(rows) == 30 or count == 100  # parts of less than a line overlap
        rows = []
    same_tables(
        ours.load_svmlight_file(path, offset=200, n_features=9),
        theirs.load_svmlight_file(str(path), offset=200, n_features=9),
    )
    with pytest.raises(ValueError, match="n_features is required"):
        ours.load_svmlight_file(path, offset=3)
    with pytest.raises(ValueError, match="n_features was set to 3, but input file contains 8"):
        ours.load_svmlight_file(path, n_features=3)


@pytest.mark.parametrize(
    "suffix, opened", [(".svm", open), (".svm.gz", gzip.open), (".svm.bz2", bz2.open)]
)
def test_multilabel_and_several_svmlight_files(tmp_path, suffix, opened):
    texts = [b"1,3 2:1.5 5:-2 # a\n\n# b\n 2:4\n0 7:1\n3,1\n", b"1 1:1\n,2:3 2:2\n", b"4 1:1 2:2\n"]
    paths = [str(tmp_path / f"{k}{suffix}") for k in range(3)]
    for path, text in zip(paths, texts):
        with opened(path, "wb") as stream:
            stream.write(text)
    for options in ({}, {"zero_based": False}, {"zero_based": True}, {"n_features": 20}):
        for part in (paths[:1], paths[2:], [paths[0], paths[2]]):
            same_tables(
                ours.load_svmlight_files(part, multilabel=True, **options),
                theirs.load_svmlight_files(part, multilabel=True, **options),
            )
    same_tables(
        ours.load_svmlight_file(paths[2], dtype=np.float32),
        theirs.load_svmlight_file(paths[2], dtype=np.float32),
    )
    with pytest.raises(ValueError):
        ours.load_svmlight_file(paths[1], multilabel=True)
    descriptor = os.open(paths[2], os.O_RDONLY)
    if suffix == ".svm":
        same_tables(ours.load_svmlight_file(descriptor), theirs.load_svmlight_file(paths[2]))
    os.close(descriptor)


def test_csv(tmp_path):
    frame = pd.DataFrame({"a": [1.5, np.nan, 3.0], "with, comma": ["x", None, "é"], "y": [1, 0, 1]})
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    X, y = cofit.io.read_csv(path, target="y")
    assert X.dtype == object and y.tolist() == [1.0, 0.0, 1.0]
    assert X[0].tolist() == [1.5, "x"] and X[1, 1] is None
    table, _ = cofit.io.read_csv(path, target="y", container="pandas")
    pd.testing.assert_frame_equal(table, frame[["a", "with, comma"]], check_dtype=False)
    numbers, _ = cofit.io.read_csv(path, target=["y"], drop="with, comma")
    np.testing.assert_array_equal(numbers[:, 0], frame["a"])
    matrix, _ = cofit.io.read(path, target=-1, container="matrix")
    assert matrix.names() == ["a", "with, comma"]
    cofit.io.write(tmp_path / "u.csv.gz", matrix)
    again = pd.read_csv(tmp_path / "u.csv.gz")
    pd.testing.assert_frame_equal(again, frame[["a", "with, comma"]], check_dtype=False)
    with pytest.raises(ValueError, match="no column"):
        cofit.io.read_csv(path, target="z")
    with pytest.raises(OSError):
        cofit.io.read_csv(tmp_path / "none.csv")


def test_options_of_csv(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("1;a;?\n2;b;7\n")
    X, _ = cofit.io.read_csv(path, delimiter=";", header=False, missing=["?"])
    assert X[:, 1].tolist() == ["a", "b"] and np.isnan(X[0, 2])
    X, _ = cofit.io.read_csv(path, delimiter=";", header=False, missing=["?"], categorical=[0])
    assert X[:, 0].tolist() == ["1", "2"]
    with pytest.raises(ValueError):
        cofit.io.read_csv(path, delimiter=";", header=False, max_rows=1)


def test_numpy_files(tmp_path):
    r = np.random.RandomState(1)
    for X in (r.rand(5, 3), r.rand(5, 3).astype(np.float32), r.randint(9, size=(5, 3))):
        cofit.io.write(tmp_path / "x.npy", X)
        np.testing.assert_array_equal(np.load(tmp_path / "x.npy"), X)
        np.testing.assert_array_equal(cofit.io.read(tmp_path / "x.npy")[0], X)
    cofit.io.write_npz(tmp_path / "x.npz", first=X, second=np.arange(4.0))
    with np.load(tmp_path / "x.npz") as archive:
        np.testing.assert_array_equal(archive["first"], X)
    np.testing.assert_array_equal(cofit.io.read_npz(tmp_path / "x.npz", "first"), X)
    S = sparse()
    sp.save_npz(tmp_path / "s.npz", S)
    np.testing.assert_array_equal(cofit.io.read_npz(tmp_path / "s.npz").toarray(), S.toarray())


def test_matrix_market(tmp_path):
    S = sparse(2)
    cofit.io.write(tmp_path / "s.mtx", S)
    np.testing.assert_allclose(scipy.io.mmread(tmp_path / "s.mtx").toarray(), S.toarray())
    found, _ = cofit.io.read(tmp_path / "s.mtx")
    np.testing.assert_allclose(found.toarray(), S.toarray())


def test_svmlight_by_name(tmp_path):
    X, y = sparse(3), np.arange(30.0)
    cofit.io.write(tmp_path / "a.libsvm", X, y)
    found, target = cofit.io.read_svmlight(tmp_path / "a.libsvm", n_features=8)
    np.testing.assert_allclose(found.toarray(), X.toarray())
    np.testing.assert_array_equal(target, y)
