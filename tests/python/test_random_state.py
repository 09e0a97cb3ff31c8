# SPDX-License-Identifier: BSD-3-Clause
"""A RandomState is lent and comes back where scikit-learn would leave it; None is NumPy's own."""

import cofit.cluster
import cofit.datasets
import cofit.dummy
import cofit.model_selection as ours
import numpy as np
import pytest
import sklearn.cluster
import sklearn.datasets
import sklearn.dummy
import sklearn.model_selection as theirs
import sklearn.svm
from cofit.pipeline import make_pipeline
from cofit.preprocessing import StandardScaler
from cofit.svm import SVC
from cofit.tree import DecisionTreeClassifier

pytestmark = pytest.mark.filterwarnings("ignore:The groups parameter is ignored")
R = np.random.RandomState(0)
X, Y = R.randn(90, 3), np.arange(90) % 3
GROUPS = np.arange(90) // 5


def state_of(generator):
    state = generator.get_state(legacy=False)
    return state["state"]["key"].tolist(), state["state"]["pos"], state["has_gauss"], state["gauss"]


def generators(odd):
    """Two equal generators, with a kept normal deviate where `odd`."""
    pair = [np.random.RandomState(7) for _ in range(2)]
    for generator in pair:
        generator.randn(3 if odd else 2)
    return pair


SPLITTERS = [
    ("KFold", {"shuffle": True}),
    ("StratifiedKFold", {"shuffle": True}),
    ("GroupKFold", {"shuffle": True}),
    ("StratifiedGroupKFold", {"shuffle": True}),
    ("ShuffleSplit", {}),
    ("StratifiedShuffleSplit", {}),
    ("GroupShuffleSplit", {}),
    ("RepeatedKFold", {"n_repeats": 2}),
    ("RepeatedStratifiedKFold", {"n_repeats": 2}),
]


@pytest.mark.parametrize("name, options", SPLITTERS)
@pytest.mark.parametrize("odd", [False, True])
def test_splitters(name, options, odd):
    mine, other = generators(odd)
    for _ in range(2):
        found = list(getattr(ours, name)(random_state=mine, **options).split(X, Y, GROUPS))
        expected = list(getattr(theirs, name)(random_state=other, **options).split(X, Y, GROUPS))
        for a, b in zip(found, expected, strict=True):
            np.testing.assert_array_equal(a[1], b[1])
        assert state_of(mine) == state_of(other)


@pytest.mark.parametrize("name, options", SPLITTERS)
def test_splitters_with_numpys_own(name, options):
    results = []
    for module in (ours, theirs):
        np.random.seed(3)
        folds = list(getattr(module, name)(**options).split(X, Y, GROUPS))
        results.append((np.concatenate([test for _, test in folds]).tolist(), np.random.rand()))
    assert results[0] == results[1]


@pytest.mark.parametrize("options", [{}, {"stratify": Y}, {"shuffle": False}])
def test_train_test_split(options):
    mine, other = generators(True)
    found = ours.train_test_split(X, random_state=mine, **options)
    expected = theirs.train_test_split(X, random_state=other, **options)
    np.testing.assert_array_equal(found[1], expected[1])
    assert state_of(mine) == state_of(other)


GENERATORS = [
    "make_classification",
    "make_regression",
    "make_blobs",
    "make_moons",
    "make_circles",
    "make_friedman1",
]


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("odd", [False, True])
def test_generators(name, odd):
    options = {"noise": 0.3} if name in ("make_moons", "make_circles", "make_friedman1") else {}
    mine, other = generators(odd)
    for _ in range(2):
        found = getattr(cofit.datasets, name)(51, random_state=mine, **options)
        expected = getattr(sklearn.datasets, name)(51, random_state=other, **options)
        np.testing.assert_allclose(found[0], expected[0], rtol=1e-10, atol=1e-12)
        assert state_of(mine)[:3] == state_of(other)[:3]
        assert state_of(mine)[3] == pytest.approx(state_of(other)[3])


@pytest.mark.parametrize("init", ["k-means++", "random"])
def test_k_means(init):
    mine, other = generators(False)
    options = {"n_clusters": 4, "n_init": 2, "init": init}
    found = cofit.cluster.KMeans(random_state=mine, **options).fit(X)
    expected = sklearn.cluster.KMeans(random_state=other, **options).fit(X)
    np.testing.assert_allclose(found.cluster_centers_, expected.cluster_centers_, rtol=1e-9)
    assert state_of(mine) == state_of(other)


@pytest.mark.parametrize("probability", [False, True])
def test_svc(probability):
    mine, other = generators(False)
    SVC(random_state=mine, probability=probability).fit(X, Y)
    sklearn.svm.SVC(random_state=other).fit(X, Y)
    assert state_of(mine) == state_of(other)


def test_draws_of_a_prediction():
    mine, other = generators(False)
    found = cofit.dummy.DummyClassifier(strategy="stratified", random_state=mine).fit(X, Y)
    expected = sklearn.dummy.DummyClassifier(strategy="stratified", random_state=other).fit(X, Y)
    np.testing.assert_array_equal(found.predict(X), expected.predict(X))


def test_others_move_on():
    mine, other = generators(False)
    DecisionTreeClassifier(random_state=mine).fit(X, Y)
    assert state_of(mine) != state_of(other)


def test_steps_move_on():
    mine, other = generators(False)
    model = make_pipeline(StandardScaler(), DecisionTreeClassifier(random_state=mine))
    model.fit(X, Y)
    assert state_of(mine) != state_of(other)
    assert model[-1].random_state is mine


def test_seeds_leave_numpys_own_alone():
    np.random.seed(5)
    before = state_of(np.random.mtrand._rand)
    DecisionTreeClassifier(random_state=0).fit(X, Y)
    list(ours.KFold(3, shuffle=True, random_state=0).split(X))
    assert state_of(np.random.mtrand._rand) == before
    ours.cross_val_score(DecisionTreeClassifier(), X, Y)
    assert state_of(np.random.mtrand._rand) != before


def test_other_generators():
    lent = np.random.RandomState(np.random.PCG64(1))
    before = lent.get_state(legacy=False)
    list(ours.ShuffleSplit(2, random_state=lent).split(X))
    assert lent.get_state(legacy=False) != before
    with pytest.raises(ValueError, match="cannot be used to seed"):
        list(ours.ShuffleSplit(2, random_state=np.random.default_rng(0)).split(X))


def test_a_fit_keeps_no_state():
    model = DecisionTreeClassifier(random_state=np.random.RandomState(0)).fit(X, Y)
    search = ours.GridSearchCV(DecisionTreeClassifier(), {"max_depth": [2, 3]}).fit(X, Y)
    assert search.best_estimator_.random_state is None
    assert isinstance(model.random_state, np.random.RandomState)
