# SPDX-License-Identifier: BSD-3-Clause
"""Wrong input of every sort: the right exception, words that help, never a crash."""

import datetime
import decimal

import cofit
import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_iris
from twins import MODULES, cf, quiet, sk
from twins import scipy_sparse as sp

X, Y = load_iris(return_X_y=True)
FITTING = [n for n in MODULES if hasattr(getattr(sk, n), "fit")]
PLAIN = [
    n for n in FITTING if n not in ("Pipeline", "ColumnTransformer", "FeatureUnion", "GridSearchCV")
]
ENCODERS = ("OneHotEncoder", "OrdinalEncoder", "SimpleImputer", "DummyClassifier", "DummyRegressor")


def raised(call, *arguments, kinds=ValueError):
    """Type and words of the exception that the call has to end with."""
    with pytest.raises(kinds) as found:
        call(*arguments)
    return found.type, str(found.value)


class Strange:
    """An object that refuses nearly everything."""

    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array of me")

    def __float__(self):
        raise RuntimeError("no number of me")


class Endless:
    def __len__(self):
        return 10**12

    def __getitem__(self, k):
        raise IndexError(k)


WRONG_X = {
    "None": None,
    "text": "text",
    "number": 3.0,
    "dict": {"a": [1, 2]},
    "set": {1.0, 2.0},
    "1-D": [1.0, 2.0],
    "3-D": np.zeros((3, 2, 2)),
    "ragged": [[1.0, 2.0], [3.0]],
    "complex": np.zeros((150, 4), complex),
    "datetime": np.zeros((150, 4), "M8[s]"),
    "timedelta": np.zeros((150, 4), "m8[s]"),
    "void": np.zeros((150, 4), "V8"),
    "record": np.zeros(150, [("a", float)]),
    "no rows": np.zeros((0, 4)),
    "no columns": np.zeros((150, 0)),
    "infinite": np.full((150, 4), np.inf),
    "huge int": [[10**400] * 4] * 150,
    "strange": Strange(),
    "strange items": [[Strange()] * 4] * 150,
    "lists as items": np.array([[[1], [2, 3]]] * 150, dtype=object),
    "class": dict,
    "function": len,
    "generator": (x for x in X),
    "scalar array": np.array(5.0),
    "sparse complex": sp.csr_matrix(np.ones((150, 4)) * 1j),
    "endless": Endless(),
    "bytes": b"abc",
    "ellipsis": ...,
}
RIGHT = (ValueError, TypeError, MemoryError, OverflowError, RuntimeError)


@pytest.mark.parametrize("kind", WRONG_X)
@pytest.mark.parametrize("name", PLAIN)
def test_wrong_X(name, kind):
    wrong = WRONG_X[kind]
    model = getattr(cf, name)()
    if name in ("DummyClassifier", "DummyRegressor"):
        with pytest.raises(RIGHT) if kind in ("None", "no rows") else quietly():
            quiet(model.fit, wrong, Y)
    else:
        with pytest.raises(RIGHT) as found:
            quiet(model.fit, wrong, Y)
        assert type(found.value) is not SystemError and (str(found.value) or kind == "endless")
    assert not hasattr(model, "n_features_in_") or name.startswith("Dummy")
    model = quiet(getattr(cf, name)().fit, np.abs(X), Y)
    method = "predict" if hasattr(model, "predict") else "transform"
    with quietly() if name.startswith("Dummy") or kind == "no rows" else pytest.raises(RIGHT):
        assert len(quiet(getattr(model, method), wrong).shape) in (1, 2)
    assert quiet(getattr(model, method), np.abs(X)).shape[0] == 150


class quietly:
    """Neither demands nor forbids an ordinary exception."""

    value = "allowed"

    def __enter__(self):
        return self

    def __exit__(self, kind, *rest):
        return kind is None or issubclass(kind, RIGHT)


WRONG_Y = {
    "None": None,
    "text": "text",
    "short": Y[:-1],
    "long": np.append(Y, 0),
    "3-D": np.zeros((150, 2, 2)),
    "nan": np.where(Y == 1, np.nan, Y),
    "infinite": np.where(Y == 1, np.inf, Y),
    "complex": Y * 1j,
    "empty": [],
    "dict": {"a": 1},
    "ragged": [[1], [2, 3]] * 75,
    "sparse": sp.csr_matrix(Y.reshape(-1, 1)),
    "mixed": np.array(["a", 1] * 75, dtype=object),
    "none inside": [None, "a"] * 75,
    "datetime": np.zeros(150, "M8[s]"),
    "strange": Strange(),
    "scalar": 3,
    "huge": [10**30] * 150,
    "objects": [Strange()] * 150,
}


@pytest.mark.parametrize("kind", WRONG_Y)
@pytest.mark.parametrize(
    "name",
    [
        "Ridge",
        "LinearRegression",
        "LogisticRegression",
        "SVC",
        "DecisionTreeClassifier",
        "DecisionTreeRegressor",
        "DummyClassifier",
        "DummyRegressor",
    ],
)
def test_wrong_y(name, kind):
    wrong = WRONG_Y[kind]
    regressor = "Regress" in name and name != "LogisticRegression" or name == "Ridge"
    if kind == "huge" and regressor:
        assert quiet(getattr(cf, name)().fit, X, wrong).predict(X[:1])[0] == pytest.approx(1e30)
        return
    dates = kind == "datetime" and "Classifier" in name  # labels of one class
    with quietly() if dates else pytest.raises(RIGHT) as found:
        quiet(getattr(cf, name)().fit, X, wrong)
    assert type(found.value) is not SystemError and str(found.value)


WRONG_WEIGHTS = [
    "text",
    [1.0],
    np.zeros((150, 2)),
    np.full(150, np.nan),
    np.full(150, np.inf),
    np.full(150, -1.0),
    {"a": 1},
    np.full(150, 1j),
    np.array(["a"] * 150),
    [None] * 150,
    Strange(),
    np.zeros(150),
]


@pytest.mark.parametrize("weights", WRONG_WEIGHTS, ids=range(len(WRONG_WEIGHTS)))
@pytest.mark.parametrize(
    "name", ["Ridge", "SVC", "KMeans", "StandardScaler", "DecisionTreeClassifier"]
)
def test_wrong_weights(name, weights):
    zeros = (
        isinstance(weights, np.ndarray)
        and weights.dtype == float
        and weights.ndim == 1
        and (weights <= 0).all()
    )
    with quietly() if zeros else pytest.raises(RIGHT) as found:
        quiet(getattr(cf, name)().fit, X, Y, sample_weight=weights)
    assert zeros or str(found.value)


WRONG_VALUES = [
    None,
    "no",
    -1,
    -1.5,
    0,
    10**30,
    float("nan"),
    float("inf"),
    1j,
    [],
    [1, 2],
    {},
    {"a": 1},
    (),
    Strange(),
    object,
    len,
    np.zeros(3),
    np.zeros((2, 2)),
    np.array("no"),
    b"bytes",
    True,
    decimal.Decimal(1),
    datetime.date(2020, 1, 1),
    "ü\0x",
    "\ud800",
    [[[]]],
    np.float32(0.5),
    range(3),
    X,
    {1: {2: {3: 4}}},
    cofit,
    set(),
    slice(1),
    sk.Ridge(),
    cf.Ridge,
    ...,
]


def accepts(name, parameter, value):
    """What scikit-learn's own checks of parameters say."""
    try:
        quiet(getattr(sk, name)(**{parameter: value})._validate_params)
    except Exception:
        return False
    return True


@pytest.mark.parametrize("name", PLAIN)
def test_wrong_parameters(name):
    ignored = {"n_jobs", "verbose", "copy", "copy_X", "copy_x"}
    for parameter in getattr(cf, name)().get_params():
        if parameter in ignored:
            continue
        for value in WRONG_VALUES:
            model = getattr(cf, name)(**{parameter: value})
            assert model.get_params()[parameter] is value
            repr(model)
            try:
                with cofit.run_options(deadline=5):
                    quiet(model.fit, np.abs(X[:60]), Y[:60] % 2)
            except TimeoutError:
                raise AssertionError((parameter, value)) from None
            except RIGHT as error:
                assert str(error), (parameter, value)
                if not accepts(name, parameter, value) and not isinstance(
                    error, (MemoryError, RuntimeError)
                ):
                    assert isinstance(error, (ValueError, TypeError))
                    assert parameter in str(error) or name in str(error), (
                        parameter,
                        value,
                        str(error),
                    )
            except SystemError:
                raise
            except Exception as error:
                raise AssertionError((parameter, value, error)) from error


@pytest.mark.parametrize(
    "name, parameter, value",
    [
        ("Ridge", "alpha", -1.0),
        ("SVC", "C", 0.0),
        ("SVC", "kernel", "no"),
        ("KMeans", "n_clusters", 0),
        ("KMeans", "n_clusters", 2.5),
        ("LogisticRegression", "solver", "newton"),
        ("LogisticRegression", "tol", -1),
        ("DecisionTreeClassifier", "max_depth", 0),
        ("DecisionTreeClassifier", "criterion", 3),
        ("MinMaxScaler", "feature_range", 5),
        ("SimpleImputer", "strategy", "mode"),
        ("OneHotEncoder", "handle_unknown", "no"),
        ("DummyClassifier", "strategy", "no"),
        ("LinearRegression", "fit_intercept", "yes"),
        ("Ridge", "random_state", "seed"),
        ("SVC", "class_weight", "no"),
        ("SVC", "gamma", -1.0),
    ],
)
def test_wrong_parameters_are_refused_as_scikit_learn_does(name, parameter, value):
    for maker in (sk, cf):
        with pytest.raises((ValueError, TypeError)) as found:
            quiet(getattr(maker, name)(**{parameter: value}).fit, np.abs(X), Y)
    assert isinstance(found.value, ValueError)
    assert name in str(found.value) and parameter in str(found.value)


def test_names_of_parameters():
    with pytest.raises(TypeError, match="alfa"):
        cf.Ridge(alfa=1)
    with pytest.raises(TypeError, match="positional"):
        cf.Ridge(1.0, True)
    with pytest.raises(ValueError, match="Invalid parameter 'alfa' for estimator Ridge"):
        cf.Ridge().set_params(alfa=1)
    with pytest.raises(ValueError, match="Invalid parameter"):
        cf.Pipeline([("r", cf.Ridge())]).set_params(q__alpha=1)
    with pytest.raises(ValueError, match="Invalid parameter 'beta'"):
        cf.Pipeline([("r", cf.Ridge())]).set_params(r__beta=1)


@pytest.mark.parametrize(
    "steps",
    [
        None,
        3,
        "text",
        [],
        [3],
        [("a",)],
        [("a", 3)],
        [("a", None)],
        [(1, "passthrough")],
        [("a", cf.Ridge)],
        [("a__b", cf.Ridge())],
        [("a", cf.Ridge()), ("a", cf.Ridge())],
        [("a", cf.Ridge()), ("b", cf.Ridge())],
        {"a": cf.Ridge()},
        [("a", cf.StandardScaler(), 3, 4, 5)],
        [("steps", cf.Ridge())],
    ],
    ids=str,
)
@pytest.mark.parametrize("name", ["Pipeline", "FeatureUnion", "ColumnTransformer"])
def test_wrong_steps(name, steps):
    model = getattr(cf, name)(steps)
    repr(model)
    passes = (
        isinstance(steps, list)
        and len(steps) == 1
        and isinstance(steps[0], tuple)
        and steps[0] == ("a", None)
    )
    with quietly() if passes or steps == [] else pytest.raises((ValueError, TypeError)) as found:
        model.fit(X, Y)
    assert passes or str(found.value)


@pytest.mark.parametrize(
    "columns",
    [
        None,
        7,
        -9,
        "a",
        ["a"],
        [0, "a"],
        [99],
        1.5,
        [1.5],
        {"a": 1},
        slice("a", "b"),
        [True],
        lambda X: 1 / 0,
        object(),
        [None],
        np.zeros((2, 2)),
        [[0]],
        slice(0, 2, 0),
    ],
    ids=str,
)
def test_wrong_columns(columns):
    model = cf.ColumnTransformer([("s", cf.StandardScaler(), columns)])
    repr(model)
    with pytest.raises((ValueError, TypeError, ZeroDivisionError, AttributeError)) as found:
        model.fit(X)
    assert str(found.value)


def test_deep_nesting_is_an_error_not_a_crash():
    nested = []
    for _ in range(100_000):
        nested = [nested]
    model = cf.SVC(class_weight=nested)
    with pytest.raises((ValueError, TypeError, RecursionError)):
        model.fit(X, Y)
    circle = {}
    circle[1] = circle
    with pytest.raises((ValueError, TypeError, RecursionError)):
        cf.SVC(class_weight=circle).fit(X, Y)
    chain = cf.StandardScaler()
    for _ in range(60):
        chain = cf.Pipeline([("s", chain)])
    with quietly():
        chain.fit(X)


@pytest.mark.parametrize("arguments", [(), (X,), (X, Y, Y, Y, Y), ()], ids=str)
def test_missing_arguments(arguments):
    with pytest.raises((TypeError, ValueError)):
        cf.Ridge().fit(*arguments)


def test_unfitted_use():
    for name in PLAIN:
        model = getattr(cf, name)()
        for method in (
            "predict",
            "predict_proba",
            "transform",
            "inverse_transform",
            "decision_function",
            "score",
            "get_feature_names_out",
        ):
            if hasattr(model, method):
                with pytest.raises(
                    (ValueError, AttributeError), match=f"This {name} instance is not fitted yet"
                ):
                    getattr(model, method)(
                        *([] if method.startswith("get") else [X, Y] if method == "score" else [X])
                    )


@pytest.mark.parametrize("name", PLAIN)
def test_no_rows(name):
    """scikit-learn's words where there is nothing to answer for."""
    known = quiet(getattr(sk, name)().fit, X, Y), quiet(getattr(cf, name)().fit, X, Y)
    for method in (
        "predict",
        "predict_proba",
        "transform",
        "inverse_transform",
        "decision_function",
        "apply",
    ):
        if not hasattr(known[0], method) or not hasattr(known[1], method):
            continue
        nothing = np.zeros(
            (0, known[0].transform(X[:1]).shape[1] if method.startswith("inv") else 4)
        )
        try:
            quiet(getattr(known[0], method), nothing)
        except ValueError as error:
            with pytest.raises(ValueError) as found:
                getattr(known[1], method)(nothing)
            if name not in ENCODERS:  # theirs does not name itself in inverse_transform
                assert str(found.value).startswith(str(error)[:-1])
        else:
            assert len(getattr(known[1], method)(nothing)) == 0


def test_no_rows_in_composites():
    import pandas as pd

    nothing = pd.DataFrame(X[:0], columns=list("abcd"))
    frame = pd.DataFrame(X, columns=list("abcd"))
    for make in (
        lambda m: m.Pipeline([("scaler", m.StandardScaler()), ("ridge", m.Ridge())]),
        lambda m: m.Pipeline([("no", "passthrough"), ("ridge", m.Ridge())]),
        lambda m: m.GridSearchCV(m.Ridge(), {"alpha": [1.0]}, cv=2),
        lambda m: m.FeatureUnion([("a", m.MinMaxScaler())]),
    ):
        fitted = [make(maker).fit(frame, Y) for maker in (sk, cf)]
        words = [raised(getattr(m, "predict", None) or m.transform, nothing)[1] for m in fitted]
        assert words[0] == words[1]


def test_sparse_is_not_centred():
    S = sp.csr_matrix(X)
    for case in (
        lambda m: m.StandardScaler().fit(S),
        lambda m: m.StandardScaler().fit(X).transform(S),
        lambda m: m.StandardScaler().fit(X).inverse_transform(S),
    ):
        words = [raised(case, maker)[1] for maker in (sk, cf)]
        assert words[0] == words[1]
    chain = cf.Pipeline([("scaler", cf.StandardScaler()), ("ridge", cf.Ridge())])
    with pytest.raises(ValueError, match="Cannot center sparse matrices"):
        chain.fit(S, Y)


def test_messages_of_scikit_learn():
    bad = X.copy()
    bad[0, 0] = np.nan
    cases = [
        lambda m: m.Ridge().fit(bad, Y),
        lambda m: m.SVC().fit(np.where(X > 7, np.inf, X), Y),
        lambda m: m.Ridge().fit(X, Y[:-1]),
        lambda m: m.Ridge().fit(X, Y).predict(X[:, :2]),
        lambda m: m.Ridge().fit(X, Y).predict(X[0]),
        lambda m: m.Ridge().fit(X, None),
        lambda m: m.Ridge().predict(X),
        lambda m: m.Ridge().fit(np.zeros((3, 2, 2)), [1, 2, 3]),
        lambda m: m.MinMaxScaler().fit(np.zeros((2, 0))),
        lambda m: m.OneHotEncoder().fit([["a"]]).transform([["b"]]),
        lambda m: m.SVC().fit(X, np.zeros(150)),
    ]
    for k, case in enumerate(cases):
        kinds = (ValueError, TypeError, AttributeError)
        words = [raised(quiet, case, maker, kinds=kinds) for maker in (sk, cf)]
        assert words[0][0] is words[1][0] or issubclass(words[1][0], words[0][0]), (k, words)
        first = words[0][1].split("\n")[0].split(".")[0].lower()
        shared = set(first.split()) & set(words[1][1].lower().split())
        assert len(shared) >= len(first.split()) * 0.25, (k, words)


@pytest.mark.parametrize("dtype", [np.int64, np.uint64])
@pytest.mark.parametrize("framed", [False, True])
@pytest.mark.parametrize("name", ["OneHotEncoder", "OrdinalEncoder"])
def test_integers_that_doubles_do_not_tell_apart(name, framed, dtype):
    """Categories are never merged; numbers may be rounded."""
    ids = np.array([[2**62 + 1], [2**62], [7]], dtype)
    ids = pd.DataFrame(ids, columns=["id"]) if framed else ids
    with pytest.raises(ValueError, match=r"holds whole numbers of 2\^53 or more"):
        getattr(cf, name)().fit(ids)
    chain = cf.ColumnTransformer([("ids", getattr(cf, name)(), [0])])
    with pytest.raises(ValueError, match=r"holds whole numbers of 2\^53 or more"):
        chain.fit(ids)
    assert cf.StandardScaler().fit_transform(ids).shape == (3, 1)
    assert len(getattr(cf, name)().fit(ids.astype(str)).categories_[0]) == 3
