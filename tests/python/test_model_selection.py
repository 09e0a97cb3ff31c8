# SPDX-License-Identifier: BSD-3-Clause
"""cofit.model_selection against sklearn.model_selection."""

import inspect
import pickle
import warnings

import cofit
import cofit.metrics
import cofit.model_selection as ours
import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp
import sklearn.model_selection as theirs
from cofit.cluster import KMeans
from cofit.linear_model import LinearRegression, LogisticRegression, Ridge
from cofit.pipeline import make_pipeline
from cofit.preprocessing import StandardScaler
from cofit.svm import SVC
from cofit.tree import DecisionTreeClassifier
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import Ridge as ForeignRidge
from sklearn.metrics import f1_score
from sklearn.metrics import make_scorer as foreign_scorer
from sklearn.svm import SVC as ForeignSVC
from sklearn.tree import DecisionTreeClassifier as ForeignTree

pytestmark = pytest.mark.filterwarnings("ignore:The groups parameter is ignored")
IRIS = load_iris(return_X_y=True)
DIABETES = load_diabetes(return_X_y=True)
GROUPS = np.arange(150) // 7

SPLITTERS = [
    ("KFold", {"n_splits": 4}),
    ("KFold", {"n_splits": 4, "shuffle": True, "random_state": 1}),
    ("StratifiedKFold", {"n_splits": 3}),
    ("StratifiedKFold", {"n_splits": 3, "shuffle": True, "random_state": 2}),
    ("GroupKFold", {"n_splits": 3}),
    ("GroupKFold", {"n_splits": 3, "shuffle": True, "random_state": 1}),
    ("StratifiedGroupKFold", {"n_splits": 3}),
    ("StratifiedGroupKFold", {"n_splits": 3, "shuffle": True, "random_state": 1}),
    ("ShuffleSplit", {"n_splits": 3, "random_state": 3}),
    ("ShuffleSplit", {"n_splits": 3, "test_size": 20, "train_size": 0.5, "random_state": 3}),
    ("StratifiedShuffleSplit", {"n_splits": 3, "test_size": 0.3, "random_state": 3}),
    ("GroupShuffleSplit", {"n_splits": 3, "test_size": 0.3, "random_state": 3}),
    ("RepeatedKFold", {"n_splits": 3, "n_repeats": 2, "random_state": 4}),
    ("RepeatedStratifiedKFold", {"n_splits": 3, "n_repeats": 2, "random_state": 4}),
    ("LeaveOneGroupOut", {}),
    ("LeaveOneOut", {}),
    ("PredefinedSplit", {"test_fold": np.arange(150) % 4 - 1}),
    ("TimeSeriesSplit", {"n_splits": 4, "gap": 2, "test_size": 10, "max_train_size": 50}),
]


def pairs_equal(found, expected):
    found, expected = list(found), list(expected)
    assert len(found) == len(expected)
    for a, b in zip(found, expected):
        for x, y in zip(a, b):
            np.testing.assert_array_equal(x, y)
            assert x.dtype == y.dtype


@pytest.mark.parametrize("name, options", SPLITTERS)
def test_splitters(name, options):
    X, y = IRIS
    mine, other = getattr(ours, name)(**options), getattr(theirs, name)(**options)
    pairs_equal(mine.split(X, y, GROUPS), other.split(X, y, GROUPS))
    count = other.get_n_splits(X, y, GROUPS)
    assert mine.get_n_splits(X, y, GROUPS) == count
    assert repr(mine).split() == repr(other).split()  # theirs breaks lines
    pairs_equal(clone(mine).split(X, y, GROUPS), other.split(X, y, GROUPS))
    mine_arguments = list(inspect.signature(type(mine)).parameters.values())
    assert mine_arguments == list(inspect.signature(type(other)).parameters.values())
    text = np.array(["a", "b", "c"])[y]
    pairs_equal(mine.split(X, text, GROUPS.astype(str)), other.split(X, text, GROUPS.astype(str)))


@pytest.mark.parametrize("name, options", [s for s in SPLITTERS if s[0] != "TimeSeriesSplit"])
def test_splitters_in_scikit_learn(name, options):
    X, y = IRIS
    results = [
        theirs.cross_val_score(SVC(), X, y, groups=GROUPS, cv=getattr(module, name)(**options))
        for module in (ours, theirs)
        if name != "LeaveOneOut"
    ]
    np.testing.assert_array_equal(*(results or ([], [])))


def test_ignored_groups_warn():
    with pytest.warns(UserWarning, match="ignored by KFold"):
        list(ours.KFold(3).split(IRIS[0], groups=GROUPS))
    with pytest.warns(UserWarning, match="ignored by KFold"):
        list(ours.KFold(3).split(IRIS[0], groups=[None] * len(IRIS[0])))


def test_splitter_errors():
    X, y = IRIS
    for splitter, args in (
        (ours.KFold(151), (X, y)),
        (ours.KFold(1), (X, y)),
        (ours.KFold(random_state=0), (X, y)),
        (ours.GroupKFold(3), (X, y)),
        (ours.KFold(3), (X, y[:-1])),
        (ours.StratifiedKFold(3), (X, y + 0.5)),
    ):
        with pytest.raises(ValueError):
            list(splitter.split(*args))


@pytest.mark.parametrize(
    "options",
    [
        {"random_state": 0},
        {"random_state": 0, "test_size": 0.33},
        {"random_state": 0, "test_size": 20, "train_size": 50},
        {"shuffle": False},
        {"random_state": 0, "stratify": IRIS[1]},
        {"random_state": 1, "stratify": np.array(["a", "b", "c"])[IRIS[1]], "test_size": 0.4},
        {"random_state": 1, "stratify": np.column_stack([IRIS[1], IRIS[1] % 2])},
    ],
)
def test_train_test_split(options):
    X, y = IRIS
    inputs = [
        X,
        y.tolist(),
        pd.DataFrame(X, index=np.arange(150) + 7),
        pd.Series(y),
        sp.csr_matrix(X),
        sp.coo_matrix(X),
        y,
    ]
    found = ours.train_test_split(*inputs, **options)
    expected = theirs.train_test_split(*inputs, **options)
    assert len(found) == len(expected) == 14
    for a, b in zip(found, expected):
        assert type(a) is type(b)
        if isinstance(a, (pd.DataFrame, pd.Series)):
            assert a.equals(b)
        else:
            dense = (c.toarray() if sp.issparse(c) else c for c in (a, b))
            np.testing.assert_array_equal(*dense)


def test_train_test_split_errors():
    for args, options in (
        ([], {}),
        ([[1, 2], [1, 2, 3]], {}),
        ([[1, 2, 3]], {"test_size": 5}),
        ([[1, 2, 3]], {"shuffle": False, "stratify": [0, 0, 1]}),
        ([[1, 2, 3, 4]], {"stratify": [0, 1, 1, 1]}),
    ):
        with pytest.raises(ValueError):
            ours.train_test_split(*args, **options)


def comparable(result):
    return {k: v for k, v in result.items() if "time" not in k}


CV = [
    None,
    3,
    ours.KFold(4),
    theirs.KFold(4),
    ours.KFold(3, shuffle=True, random_state=0),
    list(theirs.KFold(3).split(IRIS[0])),
    "masks",
]


@pytest.mark.parametrize("cv", CV)
@pytest.mark.parametrize("scoring", [None, "accuracy", ["accuracy", "f1_macro"], {"a": "accuracy"}])
def test_cross_validate(cv, scoring):
    X, y = IRIS
    if isinstance(cv, str):
        cv = [(np.arange(150) % 3 != k, np.arange(150) % 3 == k) for k in range(3)]
        cv = [tuple(np.flatnonzero(side) for side in fold) for fold in cv]
    options = {"cv": cv, "scoring": scoring, "return_train_score": True, "return_indices": True}
    found = ours.cross_validate(SVC(), X, y, **options)
    expected = theirs.cross_validate(SVC(), X, y, **options)
    assert list(found) == list(expected)
    for key, value in comparable(expected).items():
        if key == "indices":
            pairs_equal(zip(*found[key].values()), zip(*value.values()))
            continue
        np.testing.assert_allclose(found[key], value, rtol=1e-12)
        assert found[key].dtype == value.dtype


def test_cross_validate_paths_agree():
    X, y = IRIS
    text = np.array(["x", "y", "z"])[y]
    slow = cofit.metrics.make_scorer(cofit.metrics.accuracy_score)
    model = make_pipeline(StandardScaler(), LogisticRegression())
    fast = ours.cross_validate(model, X, text, scoring="accuracy", return_estimator=True)
    loop = ours.cross_validate(model, X, text, scoring=slow, return_estimator=True)
    np.testing.assert_array_equal(fast["test_score"], loop["test_score"])
    for a, b in zip(fast["estimator"], loop["estimator"]):
        np.testing.assert_array_equal(a.predict(X), b.predict(X))
        assert a.predict(X).dtype == text.dtype


def test_cross_validate_weights():
    X, y = DIABETES
    w = np.random.RandomState(0).rand(len(y))
    found = ours.cross_validate(Ridge(), X, y, params={"sample_weight": w})
    expected = theirs.cross_validate(ForeignRidge(), X, y, params={"sample_weight": w})
    np.testing.assert_allclose(found["test_score"], expected["test_score"], rtol=1e-9)


def test_cross_validate_foreign():
    X, y = DIABETES
    scoring = ["r2", "neg_mean_squared_error"]
    found = ours.cross_validate(ForeignRidge(), X, y, scoring=scoring, return_train_score=True)
    expected = theirs.cross_validate(ForeignRidge(), X, y, scoring=scoring, return_train_score=True)
    for key, value in comparable(expected).items():
        np.testing.assert_allclose(found[key], value, rtol=1e-10)


def test_cross_validate_failures():
    X, y = IRIS
    with pytest.raises(ValueError):
        ours.cross_validate(SVC(C=-1), X, y)
    with pytest.raises(ValueError), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ours.cross_validate(SVC(), X, np.zeros(150, dtype=int), cv=ours.KFold(3))
    one_class = np.r_[np.zeros(50, dtype=int), y[50:]]
    cv = [(np.arange(40), np.arange(40, 60)), (np.arange(30, 150), np.arange(30))]
    with pytest.warns(RuntimeWarning):
        found = ours.cross_val_score(SVC(), X, one_class, cv=cv, error_score=-7.0)
    assert found[0] == -7.0 and found[1] > 0
    with pytest.raises(ValueError, match="greater than one"):
        ours.cross_val_score(SVC(), X, one_class, cv=cv, error_score="raise")
    with pytest.raises(ValueError):
        ours.cross_val_score(SVC(), X, y, scoring="accurate")
    for score in ("a", {"a": 1.0}):
        with pytest.raises(ValueError, match="scoring must return a number"):
            ours.cross_val_score(SVC(), X, y, scoring=lambda e, X, y, score=score: score)
    one = ours.cross_val_score(SVC(), X, y, scoring=lambda e, X, y: np.array([1.0]))
    assert one.tolist() == [1.0] * 5
    with pytest.raises(ValueError, match="cv"):
        ours.cross_val_score(SVC(), X, y, cv="five")


def test_cross_validate_unsupervised():
    X, _ = IRIS
    found = ours.cross_val_score(KMeans(3, n_init=1, random_state=0), X, cv=3)
    expected = theirs.cross_val_score(KMeans(3, n_init=1, random_state=0), X, cv=3)
    np.testing.assert_allclose(found, expected, rtol=1e-12)


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function"]
)
@pytest.mark.parametrize("kind", ["three", "two", "text"])
def test_cross_val_predict(method, kind):
    X, y = IRIS
    X, y = (X[:100], y[:100]) if kind == "two" else (X, y)
    y = np.array(["a", "b", "c"])[y] if kind == "text" else y
    model = LogisticRegression()
    found = ours.cross_val_predict(model, X, y, method=method)
    expected = theirs.cross_val_predict(model, X, y, method=method)
    assert found.shape == expected.shape and found.dtype == expected.dtype
    if method == "predict":
        np.testing.assert_array_equal(found, expected)
    else:
        np.testing.assert_allclose(found, expected, rtol=1e-9)


def test_cross_val_predict_others():
    X, y = DIABETES
    both = np.column_stack([y, y**2])
    for target in (y, both):
        found = ours.cross_val_predict(LinearRegression(), X, target, cv=4)
        expected = theirs.cross_val_predict(LinearRegression(), X, target, cv=4)
        np.testing.assert_allclose(found, expected, rtol=1e-10)
        assert found.shape == expected.shape
    found = ours.cross_val_predict(ForeignRidge(), X, y, cv=theirs.KFold(3))
    np.testing.assert_allclose(
        found, theirs.cross_val_predict(ForeignRidge(), X, y, cv=theirs.KFold(3)), rtol=1e-10
    )
    labels = np.column_stack([IRIS[1], IRIS[1] > 0])
    for method in ("predict", "predict_proba"):
        answers = [
            m.cross_val_predict(tree(random_state=0, max_depth=1), IRIS[0], labels, method=method)
            for m, tree in ((ours, DecisionTreeClassifier), (theirs, ForeignTree))
        ]
        np.testing.assert_allclose(np.hstack(answers[0]), np.hstack(answers[1]), rtol=1e-10)
    with pytest.raises(ValueError, match="partitions"):
        ours.cross_val_predict(Ridge(), X, y, cv=ours.ShuffleSplit(3))


def test_check_cv():
    y = IRIS[1]
    assert type(ours.check_cv(3, y, classifier=True)) is ours.StratifiedKFold
    assert type(ours.check_cv(3, y + 0.5, classifier=True)) is ours.KFold
    assert type(ours.check_cv(None, y)) is ours.KFold
    assert ours.check_cv([([0], [1])]).get_n_splits() == 1
    splitter = theirs.KFold(3)
    assert ours.check_cv(splitter) is splitter


GRIDS = [
    {"C": [1, 10], "kernel": ["linear", "rbf"]},
    [{"kernel": ["linear"], "C": [1.0]}, {"kernel": ["rbf"], "gamma": ["scale", 0.1]}],
]


@pytest.mark.parametrize("grid", GRIDS)
def test_parameter_grid(grid):
    mine, other = ours.ParameterGrid(grid), theirs.ParameterGrid(grid)
    assert list(mine) == list(other) and len(mine) == len(other)
    assert [mine[i] for i in range(len(mine))] == list(other)
    with pytest.raises(IndexError):
        mine[len(mine)]
    for wrong in ({"C": 1}, {"C": []}, {"C": "ab"}, 3):
        with pytest.raises((TypeError, ValueError)):
            ours.ParameterGrid(wrong)


def test_parameter_sampler():
    from scipy.stats import uniform

    for n in (2, 50, 100):
        options = {"a": list(range(20)), "b": list(range(5))}
        for dist in (options, {**options, "c": uniform(0, 1)}, [options, {"d": uniform()}]):
            mine = ours.ParameterSampler(dist, n, random_state=3)
            assert list(mine) == list(theirs.ParameterSampler(dist, n, random_state=3))
            assert len(mine) == n


def searched(module, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return module.GridSearchCV(**options).fit(*IRIS)


@pytest.mark.parametrize("grid", GRIDS)
@pytest.mark.parametrize(
    "cv", [None, 3, ours.KFold(3, shuffle=True, random_state=0), theirs.StratifiedKFold(4), "list"]
)
def test_grid_search(grid, cv):
    cv = list(theirs.KFold(3, shuffle=True, random_state=1).split(IRIS[0])) if cv == "list" else cv
    options = {"estimator": SVC(), "param_grid": grid, "cv": cv, "return_train_score": True}
    compare_searches(searched(ours, **options), searched(theirs, **options))


@pytest.mark.parametrize(
    "scoring, refit",
    [
        ("f1_macro", True),
        (["accuracy", "f1_macro"], "f1_macro"),
        (("accuracy",), "accuracy"),
        ({"one": "accuracy", "two": "f1_macro", "three": "accuracy"}, "three"),
        (["accuracy", "f1_macro"], False),
        (None, False),
    ],
)
def test_grid_search_scoring(scoring, refit):
    options = {"estimator": SVC(), "param_grid": GRIDS[0], "scoring": scoring, "refit": refit}
    compare_searches(searched(ours, **options), searched(theirs, **options))


def compare_searches(mine, other):
    assert list(mine.cv_results_) == list(other.cv_results_)
    for key, expected in other.cv_results_.items():
        found = mine.cv_results_[key]
        assert type(found) is type(expected), key
        if "time" in key:
            assert np.all(found >= 0)
        elif key == "params":
            assert found == expected
        else:
            assert found.dtype == expected.dtype, key
            if isinstance(expected, np.ma.MaskedArray):
                np.testing.assert_array_equal(found.mask, expected.mask)
                assert found.tolist() == expected.tolist()
            else:
                np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-15)
    for name in ("best_index_", "best_score_", "best_params_", "n_splits_", "multimetric_"):
        assert hasattr(mine, name) == hasattr(other, name), name
        if hasattr(other, name):
            assert getattr(mine, name) == pytest.approx(getattr(other, name)), name
    assert hasattr(mine, "best_estimator_") == hasattr(other, "best_estimator_")
    if hasattr(other, "best_estimator_"):
        np.testing.assert_array_equal(mine.predict(IRIS[0]), other.predict(IRIS[0]))
        assert mine.score(*IRIS) == pytest.approx(other.score(*IRIS))
        assert mine.refit_time_ >= 0


def test_grid_search_keeps_its_results():
    mine = searched(ours, estimator=SVC(), param_grid=GRIDS[1], cv=theirs.KFold(3, shuffle=True))
    again = pickle.loads(pickle.dumps(mine))
    assert list(again.cv_results_) == list(mine.cv_results_)
    np.testing.assert_array_equal(again.predict(IRIS[0]), mine.predict(IRIS[0]))
    assert again.best_params_ == mine.best_params_
    assert mine.scorer_(mine, *IRIS) == pytest.approx(mine.score(*IRIS))


def macro(estimator, X, y):
    return f1_score(y, estimator.predict(X), average="macro")


MACRO = cofit.metrics.make_scorer(cofit.metrics.f1_score, average="macro")


@pytest.mark.parametrize(
    "scoring, refit",
    [
        (macro, True),
        (MACRO, True),
        (foreign_scorer(f1_score, average="macro"), False),
        ({"one": MACRO, "accuracy": macro, "two": "accuracy"}, "accuracy"),
        ({"one": MACRO, "two": "accuracy"}, False),
    ],
)
@pytest.mark.parametrize("cv", [3, theirs.ShuffleSplit(3, random_state=0)])
def test_grid_search_takes_functions(scoring, refit, cv):
    options = {"estimator": SVC(), "param_grid": GRIDS[0], "scoring": scoring, "refit": refit}
    options.update(cv=cv, return_train_score=True)
    mine = searched(ours, **options)
    compare_searches(mine, searched(theirs, **options))
    again = pickle.loads(pickle.dumps(mine))
    assert list(again.cv_results_) == list(mine.cv_results_)
    if refit:
        assert again.score(*IRIS) == mine.score(*IRIS)


def simplest(results):
    """The candidate of the smallest C within a deviation of the best mean."""
    key = "score" if "mean_test_score" in results else "f1"
    mean, std = results[f"mean_test_{key}"], results[f"std_test_{key}"]
    enough = mean >= (mean - std)[np.argmax(mean)]
    candidates = [
        params["C"] if good else np.inf for params, good in zip(results["params"], enough)
    ]
    return int(np.argmin(candidates))


@pytest.mark.parametrize(
    "scoring", [None, "f1_macro", macro, {"f1": macro, "accuracy": "accuracy"}]
)
def test_refit_may_be_a_function(scoring, tmp_path):
    options = {"estimator": SVC(), "param_grid": {"C": [0.01, 0.1, 1.0, 10.0]}, "cv": 3}
    options.update(scoring=scoring, refit=simplest)
    mine, other = searched(ours, **options), searched(theirs, **options)
    if isinstance(scoring, dict):
        with pytest.raises(ValueError, match="refit chose by a function"):
            mine.score(*IRIS)
        mine.score = other.score = lambda X, y: 0
    compare_searches(mine, other)
    assert not hasattr(mine, "best_score_")
    mine.__dict__.pop("score", None)
    for again in (pickle.loads(pickle.dumps(mine)), saved_and_loaded(mine, tmp_path)):
        assert again.best_index_ == mine.best_index_
        np.testing.assert_array_equal(again.predict(IRIS[0]), mine.predict(IRIS[0]))


def saved_and_loaded(estimator, folder):
    estimator.save(folder / "model.cofit")
    return cofit.load(folder / "model.cofit")


def right_and_wrong(estimator, X, y):
    hits = estimator.predict(X) == y
    return {"share": np.mean(hits), "wrong": -float(np.sum(~hits))}


@pytest.mark.parametrize("refit", ["share", "wrong", False, lambda results: 1])
def test_a_function_may_give_several_scores(refit):
    options = {"estimator": SVC(), "param_grid": {"C": [0.01, 0.1, 1.0]}, "cv": 3, "refit": refit}
    options.update(scoring=right_and_wrong, return_train_score=True)
    mine, other = searched(ours, **options), searched(theirs, **options)
    if callable(refit):
        mine.score = other.score = lambda X, y: 0
    compare_searches(mine, other)
    with pytest.raises(ValueError, match="multi-metric"):
        searched(ours, **{**options, "refit": True})
    for estimator in (SVC(), ForeignSVC()):
        given = {"cv": 3, "scoring": right_and_wrong, "return_train_score": True}
        found = ours.cross_validate(estimator, *IRIS, **given)
        expected = theirs.cross_validate(ForeignSVC(), *IRIS, **given)
        assert set(found) == set(expected)
        for key in ("test_share", "test_wrong", "train_share", "train_wrong"):
            np.testing.assert_allclose(found[key], expected[key])
    for scoring in (right_and_wrong, {"one": right_and_wrong}):
        check = ours.cross_val_score if callable(scoring) else ours.cross_validate
        with pytest.raises(ValueError, match="scoring must return a number"):
            check(SVC(), *IRIS, scoring=scoring)


@pytest.mark.parametrize(
    "choice, error",
    [("0", TypeError), (1.0, TypeError), (4, IndexError), (-1, IndexError), (1 << 70, IndexError)],
)
def test_refit_has_to_choose_a_candidate(choice, error):
    options = {"estimator": SVC(), "param_grid": {"C": [0.1, 1.0]}, "refit": lambda _: choice}
    with pytest.raises(error, match="best_index_"):
        searched(theirs, **options)
    with pytest.raises(error, match="best_index_"):
        searched(ours, **options)


def test_refit_that_fails():
    def fails(results):
        raise ZeroDivisionError(len(results["params"]))

    with pytest.raises(ZeroDivisionError, match="^2$"):
        searched(ours, estimator=SVC(), param_grid={"C": [0.1, 1.0]}, refit=fails)
    chain = make_pipeline(ours.GridSearchCV(SVC(), {"C": [1.0]}, refit=fails))
    with pytest.raises(ValueError, match="takes no function for refit"):
        chain.fit(*IRIS)


def test_functions_get_the_callers_rows(tmp_path):
    frame = pd.DataFrame(IRIS[0], columns=list("abcd"), index=np.arange(150) + 1000)
    y = pd.Series(np.array(["x", "y", "z"])[IRIS[1]], index=frame.index)
    seen = []

    def score(estimator, X, y):
        assert list(X.columns) == list("abcd") and X.index.equals(y.index)
        assert set(estimator.predict(X)) <= {"x", "y", "z"}
        seen.append((estimator.C, X.index))
        return estimator.score(X, y)

    search = ours.GridSearchCV(SVC(), {"C": [0.1, 1.0]}, scoring=score, cv=3).fit(frame, y)
    assert len(seen) == 6 and {C for C, _ in seen} == {0.1, 1.0}
    expected = ours.GridSearchCV(SVC(), {"C": [0.1, 1.0]}, scoring="accuracy", cv=3).fit(frame, y)
    for key in ("mean_test_score", "rank_test_score"):
        np.testing.assert_array_equal(search.cv_results_[key], expected.cv_results_[key])
    assert search.score(frame, y) == expected.score(frame, y) and len(seen) == 7
    search.save(tmp_path / "search.cofit")
    loaded = cofit.load(tmp_path / "search.cofit")
    assert list(loaded.cv_results_) == list(search.cv_results_)


def test_functions_that_fail():
    def fails(estimator, X, y):
        raise KeyError(estimator.C)

    options = {"estimator": SVC(), "param_grid": {"C": [0.5]}, "cv": 2}
    with pytest.raises(KeyError) as caught:
        searched(ours, scoring=fails, error_score="raise", **options)
    assert caught.value.args == (0.5,) and caught.value.__cause__ is None
    with pytest.raises(ValueError, match="scoring must return a number, got text"):
        searched(ours, scoring=lambda e, X, y: "text", **options)
    with pytest.raises(KeyboardInterrupt):
        searched(ours, scoring=interrupt, **options)
    search = ours.GridSearchCV(scoring=fails, error_score=-1, **options)
    with pytest.warns(UserWarning, match="Scoring failed.*KeyError: 0.5"):
        search.fit(*IRIS)
    assert search.best_score_ == -1
    with pytest.raises(KeyError):
        search.score(*IRIS)


def interrupt(estimator, X, y):
    raise KeyboardInterrupt


@pytest.mark.parametrize("cv", [3, theirs.KFold(3), ours.StratifiedKFold(3)])
@pytest.mark.parametrize("scoring", [None, "f1_macro", macro])
def test_nested_search(cv, scoring):
    """The inner search has its own folds and scorer, whoever cuts the rows."""
    options = {"param_grid": {"C": [0.001, 0.01, 0.1]}, "cv": cv, "scoring": scoring}
    outer = ours.KFold(4, shuffle=True, random_state=1)
    found = ours.cross_val_score(ours.GridSearchCV(SVC(), **options), *IRIS, cv=outer)
    expected = theirs.cross_val_score(theirs.GridSearchCV(SVC(), **options), *IRIS, cv=outer)
    np.testing.assert_allclose(found, expected, rtol=1e-12)
    chain = make_pipeline(StandardScaler(), ours.GridSearchCV(SVC(), **options))
    if callable(scoring):
        with pytest.raises(ValueError, match="inside another estimator takes scorers by name"):
            chain.fit(*IRIS)
        return
    other = theirs.GridSearchCV(SVC(), **options).fit(
        StandardScaler().fit_transform(IRIS[0]), IRIS[1]
    )
    assert chain.fit(*IRIS)[-1].best_params_ == other.best_params_
    assert chain[-1].n_splits_ == 3


def test_grid_search_refuses():
    with pytest.raises(ValueError, match="multi-metric"):
        searched(ours, estimator=SVC(), param_grid=GRIDS[0], scoring=["accuracy"])
    with pytest.raises(AttributeError):
        _ = searched(ours, estimator=SVC(), param_grid=GRIDS[0], refit=False).best_estimator_


@pytest.mark.parametrize(
    "name",
    [
        "cross_validate",
        "cross_val_score",
        "cross_val_predict",
        "check_cv",
        "train_test_split",
        "ParameterGrid",
        "ParameterSampler",
    ],
)
def test_signatures(name):
    mine, other = (inspect.signature(getattr(m, name)) for m in (ours, theirs))
    assert str(mine) == str(other)
    assert "Parameters\n" in inspect.getdoc(getattr(ours, name))


def test_searches_tell_of_scores_that_are_no_numbers():
    X, y = load_diabetes(return_X_y=True)
    told = []
    for module, estimator in ((ours, Ridge()), (theirs, ForeignRidge())):
        search = module.GridSearchCV(
            estimator, {"alpha": [1.0, -1.0]}, cv=3, return_train_score=True
        )
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            search.fit(X, y)
        texts = [str(w.message).split(":")[0] for w in caught]
        told.append([text for text in texts if "non-finite" in text])
    assert (
        told[0]
        == told[1]
        == [f"One or more of the {s} scores are non-finite" for s in ("test", "train")]
    )
