# SPDX-License-Identifier: BSD-3-Clause
"""Pickles, copies and model files of fitted and unfitted estimators; damaged ones."""

import copy
import io
import pickle

import cofit
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from twins import MODULES, cf, quiet, sk

X, CODES = load_iris(return_X_y=True)
Y = np.array(["setosa", "versicolor", "virginica"], dtype=object)[CODES]
PLAIN = [
    n
    for n in MODULES
    if hasattr(getattr(sk, n), "fit")
    and n not in ("Pipeline", "ColumnTransformer", "FeatureUnion", "GridSearchCV")
]


def models():
    for name in PLAIN:
        yield name, getattr(cf, name)()
    chain = cf.Pipeline([("s", cf.StandardScaler()), ("c", cf.LogisticRegression(C=2.0))])
    yield "chain", chain
    yield (
        "columns",
        cf.ColumnTransformer([("s", cf.StandardScaler(), [0, 1])], remainder="passthrough"),
    )
    yield "union", cf.FeatureUnion([("s", cf.StandardScaler()), ("m", cf.MinMaxScaler())])
    yield "search", cf.GridSearchCV(clone(chain), {"c__C": [0.1, 1.0]}, cv=2)


MODELS = dict(models())


def target(model):
    return CODES * 1.0 if "regressor" in type(model)._spec.kind else Y


def fitted(name):
    model = clone(MODELS[name])
    if "random_state" in model.get_params():
        model.set_params(random_state=0)
    return quiet(model.fit, X, target(model))


def answers(model):
    found = []
    for method in ("predict", "predict_proba", "decision_function", "transform"):
        if hasattr(model, method):
            out = quiet(getattr(model, method), X)
            found.append(out.toarray() if hasattr(out, "toarray") else out)
    return found


def joblib_round(model):
    joblib = pytest.importorskip("joblib")
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


WAYS = {"deepcopy": copy.deepcopy, "copy": copy.copy, "joblib": joblib_round}
WAYS.update(
    {f"pickle{p}": lambda m, p=p: pickle.loads(pickle.dumps(m, protocol=p)) for p in range(6)}
)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", MODELS)
def test_copies_answer_the_same(name, way):
    model = fitted(name)
    twin = WAYS[way](model)
    for a, b in zip(answers(twin), answers(model)):
        np.testing.assert_array_equal(a, b)
    assert repr(twin) == repr(model) and type(twin) is type(model)
    if hasattr(model, "classes_"):
        assert twin.classes_.dtype == model.classes_.dtype
    with pytest.raises(Exception, match="not fitted yet"):
        answers(WAYS[way](clone(model)))


@pytest.mark.parametrize("name", MODELS)
def test_files(name, tmp_path):
    model = fitted(name)
    for path in (tmp_path / "a.cofit", str(tmp_path / "b.cofit"), bytes(tmp_path / "ü.cofit")):
        model.save(path)
        twin = cofit.load(path)
        for a, b in zip(answers(twin), answers(model)):
            np.testing.assert_array_equal(a, b)
        assert type(twin) is type(model)
    again = tmp_path / "c.cofit"
    twin.save(again)
    assert again.read_bytes() == (tmp_path / "a.cofit").read_bytes()
    with pytest.raises(Exception, match="not fitted yet"):
        clone(model).save(tmp_path / "d.cofit")
    assert not (tmp_path / "d.cofit").exists()


def test_errors_of_files(tmp_path):
    with pytest.raises(FileNotFoundError, match="none.cofit"):
        cofit.load(tmp_path / "none.cofit")
    with pytest.raises(OSError):
        cofit.load(tmp_path)
    with pytest.raises(OSError):
        fitted("Ridge").save(tmp_path / "no" / "such.cofit")
    with pytest.raises(TypeError):
        cofit.load(3.5)
    (tmp_path / "text.cofit").write_text("not a model")
    with pytest.raises(ValueError, match="text.cofit"):
        cofit.load(tmp_path / "text.cofit")


def test_damaged_files_are_refused(tmp_path):
    model = fitted("chain")
    path = tmp_path / "m.cofit"
    model.save(path)
    whole = path.read_bytes()
    rng = np.random.RandomState(0)
    for k in rng.randint(0, len(whole), 200):
        path.write_bytes(whole[:k] + bytes([whole[k] ^ (1 << rng.randint(8))]) + whole[k + 1 :])
        with pytest.raises(ValueError):
            cofit.load(path)
        path.write_bytes(whole[:k])
        with pytest.raises(ValueError):
            cofit.load(path)


def test_damaged_pickles_are_refused():
    model = fitted("SVC")
    state = model.__getstate__()
    for broken in (
        state["_model"][:-1],
        b"",
        b"x" * 100,
        bytearray(state["_model"]),
        None,
        3,
        "text",
    ):
        twin = cf.SVC()
        try:
            twin.__setstate__({**state, "_model": broken})
        except (ValueError, TypeError, MemoryError):
            continue
        assert broken is None or broken == state["_model"]
    whole = pickle.dumps(model)
    for k in np.random.RandomState(1).randint(0, len(whole), 200):
        try:
            twin = pickle.loads(whole[:k] + bytes([whole[k] ^ 0x55]) + whole[k + 1 :])
            twin.predict(X)
        except Exception:
            pass


def test_another_version_warns():
    state = fitted("Ridge").__getstate__()
    state["_cofit_version"] = "0.0.1"
    with pytest.warns(UserWarning, match="0.0.1"):
        cf.Ridge().__setstate__(state)


def test_frames_and_attributes_in_pickles():
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"t": list("abca"), "n": [1, 2, 3, 4]})
    model = cf.OneHotEncoder(handle_unknown="ignore").fit(frame)
    twin = pickle.loads(pickle.dumps(model))
    assert list(twin.get_feature_names_out()) == list(model.get_feature_names_out())
    assert twin.categories_[1].dtype == model.categories_[1].dtype
    coef = pickle.loads(pickle.dumps(cf.Ridge().fit(X, CODES).coef_))
    np.testing.assert_array_equal(coef, cf.Ridge().fit(X, CODES).coef_)


def test_nested_fitted_state_survives():
    twin = pickle.loads(pickle.dumps(fitted("chain")))
    assert twin.named_steps["s"].mean_.shape == (4,) and twin["c"].classes_.tolist() == sorted(
        set(Y)
    )
    search = pickle.loads(pickle.dumps(fitted("search")))
    assert search.best_params_ in ({"c__C": 0.1}, {"c__C": 1.0})


def test_several_targets_come_back_from_files(tmp_path):
    y = np.column_stack([CODES, 1.0 - CODES])
    model = cf.Pipeline([("s", cf.StandardScaler()), ("r", cf.Ridge())]).fit(X, y)
    model.save(tmp_path / "m.cofit")
    loaded = cofit.load(tmp_path / "m.cofit")
    for twin in (model, loaded, pickle.loads(pickle.dumps(model))):
        assert twin[-1].coef_.shape == (2, 4) and twin[-1].intercept_.shape == (2,)
        np.testing.assert_array_equal(twin.predict(X), model.predict(X))
    assert (
        model[:1].transform(X).shape == X.shape
        and model[1:].predict(model[:1].transform(X)).shape == y.shape
    )


def test_nesting_costs_no_more_than_its_depth():
    model = cf.Ridge()
    for depth in range(25):
        model = cf.Pipeline([("inner", model)])
    assert model.fit(X, CODES).predict(X).shape == CODES.shape
