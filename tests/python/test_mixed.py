# SPDX-License-Identifier: BSD-3-Clause
"""Estimators of this package inside scikit-learn's tools, and the other way round."""

import numpy as np
import pytest
from twins import cf, sk

sklearn = pytest.importorskip("sklearn")
from sklearn import (  # noqa: E402
    calibration,
    datasets,
    ensemble,
    feature_selection,
    inspection,
    model_selection,
    multiclass,
)
from sklearn import pipeline as sk_pipeline  # noqa: E402
from sklearn.base import clone, is_classifier, is_clusterer, is_regressor  # noqa: E402

X, Y = datasets.load_iris(return_X_y=True)
D, T = datasets.load_diabetes(return_X_y=True)


def logistic(maker):
    return maker.LogisticRegression(max_iter=1000, tol=1e-8)


def test_pipeline_of_scikit_learn():
    ours = sk_pipeline.make_pipeline(cf.StandardScaler(), sk.MinMaxScaler(), cf.SVC(tol=1e-8)).fit(
        X, Y
    )
    theirs = sk_pipeline.make_pipeline(
        sk.StandardScaler(), sk.MinMaxScaler(), sk.SVC(tol=1e-8)
    ).fit(X, Y)
    np.testing.assert_allclose(
        ours.decision_function(X), theirs.decision_function(X), rtol=1e-4, atol=1e-4
    )
    np.testing.assert_array_equal(ours[:-1].transform(X).shape, X.shape)
    assert ours.set_params(svc__C=3.0).named_steps["svc"].C == 3.0


def test_grid_search_of_scikit_learn():
    grid = {"svc__C": [0.1, 1, 10], "svc__kernel": ["linear", "rbf"]}
    ours, theirs = (
        model_selection.GridSearchCV(
            sk_pipeline.Pipeline([("s", m.StandardScaler()), ("svc", m.SVC(tol=1e-7))]),
            grid,
            n_jobs=2,
        ).fit(X, Y)
        for m in (cf, sk)
    )
    np.testing.assert_allclose(
        ours.cv_results_["mean_test_score"], theirs.cv_results_["mean_test_score"], atol=0.01
    )
    assert ours.best_params_ == theirs.best_params_


@pytest.mark.parametrize("backend", ["loky", "threading", "multiprocessing"])
def test_cross_validation_in_processes_and_threads(backend):
    import joblib

    with joblib.parallel_backend(backend, n_jobs=2):
        ours = model_selection.cross_validate(
            logistic(cf), X, Y, scoring=["accuracy", "neg_log_loss"], return_estimator=True
        )
    theirs = model_selection.cross_validate(
        logistic(sk), X, Y, scoring=["accuracy", "neg_log_loss"]
    )
    for key in ("test_accuracy", "test_neg_log_loss"):
        np.testing.assert_allclose(ours[key], theirs[key], rtol=1e-2)
    assert all(e.predict(X).shape == (150,) for e in ours["estimator"])


def test_cross_val_score_and_predict():
    np.testing.assert_allclose(
        model_selection.cross_val_score(cf.Ridge(), D, T),
        model_selection.cross_val_score(sk.Ridge(), D, T),
    )
    np.testing.assert_allclose(
        model_selection.cross_val_predict(cf.LinearRegression(), D, T),
        model_selection.cross_val_predict(sk.LinearRegression(), D, T),
    )
    proba = model_selection.cross_val_predict(logistic(cf), X, Y, method="predict_proba")
    np.testing.assert_allclose(proba.sum(1), 1)


def test_learning_and_validation_curves():
    for m, out in ((cf, []), (sk, [])):
        sizes, train, test = model_selection.learning_curve(
            m.Ridge(alpha=0.1), D, T, train_sizes=[50, 100, 200]
        )
        curve = model_selection.validation_curve(
            m.Ridge(), D, T, param_name="alpha", param_range=[0.1, 1, 10]
        )
        out.append((train, test, *curve))
        if m is cf:
            ours = out[0]
    for a, b in zip(ours, out[0]):
        np.testing.assert_allclose(a, b, rtol=1e-6)


def test_calibration():
    ours, theirs = (
        calibration.CalibratedClassifierCV(m.SVC(tol=1e-7), cv=3).fit(X, Y) for m in (cf, sk)
    )
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=2e-2)


def test_ensembles():
    for m in (cf, sk):
        voting = ensemble.VotingClassifier(
            [("a", logistic(m)), ("b", m.DecisionTreeClassifier(max_depth=1))], voting="soft"
        ).fit(X, Y)
        bagging = ensemble.BaggingClassifier(m.SVC(), n_estimators=5, random_state=0, n_jobs=2).fit(
            X, Y
        )
        stack = ensemble.StackingRegressor(
            [("r", m.Ridge())], final_estimator=m.LinearRegression()
        ).fit(D, T)
        boost = ensemble.AdaBoostClassifier(
            m.DecisionTreeClassifier(max_depth=1), n_estimators=5, random_state=0
        ).fit(X, Y)
        found = [
            voting.predict_proba(X),
            bagging.decision_function(X),
            stack.predict(D),
            boost.score(X, Y),
        ]
        if m is cf:
            ours = found
    for a, b in zip(ours, found):
        np.testing.assert_allclose(a, b, rtol=2e-2, atol=2e-2)


def test_multiclass_wrappers_and_selection():
    for wrapper in (multiclass.OneVsRestClassifier, multiclass.OneVsOneClassifier):
        assert (
            np.mean(
                wrapper(cf.SVC()).fit(X, Y).predict(X) == wrapper(sk.SVC()).fit(X, Y).predict(X)
            )
            > 0.98
        )
    ours, theirs = (
        feature_selection.RFE(m.LinearRegression(), n_features_to_select=3).fit(D, T)
        for m in (cf, sk)
    )
    np.testing.assert_array_equal(ours.support_, theirs.support_)
    ours, theirs = (feature_selection.SelectFromModel(m.Ridge()).fit(D, T) for m in (cf, sk))
    np.testing.assert_array_equal(ours.get_support(), theirs.get_support())


def test_inspection():
    ours, theirs = (
        inspection.permutation_importance(
            m.Ridge(alpha=0.1).fit(D, T), D, T, random_state=0, n_repeats=3, n_jobs=2
        )
        for m in (cf, sk)
    )
    np.testing.assert_allclose(ours.importances, theirs.importances, rtol=1e-6)
    ours, theirs = (
        inspection.partial_dependence(m.Ridge(alpha=0.1).fit(D, T), D, [2], method="brute")
        for m in (cf, sk)
    )
    np.testing.assert_allclose(ours["average"], theirs["average"])


def test_column_transformer_of_scikit_learn():
    ours, theirs = (
        sk.ColumnTransformer(
            [("a", m.StandardScaler(), [0, 1]), ("b", m.OneHotEncoder(), [2])], sparse_threshold=0
        ).fit(X, Y)
        for m in (cf, sk)
    )
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X))
    np.testing.assert_array_equal(ours.get_feature_names_out(), theirs.get_feature_names_out())


def test_kinds_and_clones():
    assert is_classifier(cf.SVC()) and is_regressor(cf.Ridge()) and is_clusterer(cf.KMeans())
    assert is_classifier(cf.Pipeline([("s", cf.StandardScaler()), ("c", cf.SVC())]))
    model = cf.SVC(C=3.0, class_weight={0: 1.0}).fit(X, Y)
    copy = clone(model)
    assert copy.get_params() == model.get_params() and not hasattr(copy, "support_")
    assert clone(cf.Pipeline([("s", cf.StandardScaler())])).steps[0][1] is not None
    with pytest.raises(TypeError):
        clone(cf.SVC)


@pytest.mark.parametrize(
    "make",
    [
        lambda: cf.Pipeline([("s", sk.StandardScaler()), ("r", cf.Ridge())]),
        lambda: cf.Pipeline([("s", cf.StandardScaler()), ("r", sk.Ridge())]),
        lambda: cf.ColumnTransformer([("s", sk.StandardScaler(), [0])]),
        lambda: cf.FeatureUnion([("s", sk.StandardScaler())]),
        lambda: cf.GridSearchCV(sk.Ridge(), {"alpha": [1.0]}),
    ],
)
def test_foreign_steps_are_told_where_to_go(make):
    with pytest.raises(TypeError, match="is sklearn's: use scikit-learn's own Pipeline"):
        make().fit(D, T)


def test_metadata_free_search_with_halving_and_random():
    from sklearn.experimental import enable_halving_search_cv  # noqa: F401

    for search in (model_selection.RandomizedSearchCV, model_selection.HalvingGridSearchCV):
        options = {"n_iter": 2} if search is model_selection.RandomizedSearchCV else {}
        found = search(cf.Ridge(), {"alpha": [0.1, 1.0, 10.0]}, random_state=0, **options).fit(D, T)
        assert found.best_estimator_.predict(D).shape == T.shape


def test_scorers_and_displays():
    from sklearn.metrics import check_scoring, get_scorer

    model = logistic(cf).fit(X, Y)
    for name in ("accuracy", "neg_log_loss", "roc_auc_ovr", "f1_macro"):
        assert get_scorer(name)(model, X, Y) == pytest.approx(
            get_scorer(name)(logistic(sk).fit(X, Y), X, Y), rel=1e-2
        )
    assert check_scoring(model)(model, X, Y) == model.score(X, Y)


def subclasses(maker):
    """Classes of users: one with a constructor of its own, two with a method of their own."""

    class Named(maker.Ridge):
        def __init__(self, alpha=1.0, *, label="none"):
            super().__init__(alpha)
            self.label = label

    class Doubled(maker.Ridge):
        def predict(self, X):
            return 2 * super().predict(X)

    class Moved(maker.StandardScaler):
        def transform(self, X):
            return super().transform(X) + 1

    return Named, Doubled, Moved


def test_subclasses_have_the_parameters_of_their_constructor():
    Named = subclasses(cf)[0]
    model = Named(2.0, label="a")
    assert model.get_params() == {"alpha": 2.0, "label": "a"}
    assert repr(model) == "Named(alpha=2.0, label='a')"
    assert model.set_params(label="b").label == "b"
    assert clone(model).get_params() == model.get_params()
    assert "label" in model._repr_html_()
    with pytest.raises(ValueError, match="Invalid parameter 'solver'"):
        model.set_params(solver="svd")
    search = model_selection.GridSearchCV(Named(), {"label": ["c"], "alpha": [1.0, 9.0]})
    assert search.fit(D, T).best_estimator_.label == "c"

    class Fixed(cf.GridSearchCV):
        def __init__(self, alphas=(1.0, 2.0)):
            super().__init__(cf.Ridge(), {"alpha": list(alphas)})
            self.alphas = alphas

    assert clone(Fixed((0.5,))).fit(D, T).best_params_ == {"alpha": 0.5}


def test_methods_of_subclasses_are_called():
    answers = []
    for maker in (sk, cf):
        _, Doubled, Moved = subclasses(maker)
        model = Doubled().fit(D, T)
        answers.append(
            [
                model.score(D, T),
                *maker_scores(Doubled(), maker),
                *Moved().fit_transform(D)[0],
                *sk_pipeline.make_pipeline(Moved(), Doubled()).fit(D, T).predict(D[:3]),
            ]
        )
    np.testing.assert_allclose(*answers, rtol=1e-6)


def maker_scores(model, maker):
    from cofit.model_selection import cross_val_score

    score = model_selection.cross_val_score if maker is sk else cross_val_score
    return [*score(model, D, T), *score(model, D, T, scoring="neg_mean_squared_error")]


def test_own_composites_refuse_methods_of_subclasses():
    _, Doubled, Moved = subclasses(cf)
    for composite in (
        cf.Pipeline([("moved", Moved()), ("ridge", cf.Ridge())]),
        cf.GridSearchCV(Doubled(), {"alpha": [1.0]}),
    ):
        with pytest.raises(TypeError, match="use scikit-learn's own Pipeline"):
            composite.fit(D, T)

    class Half(cf.KFold):
        def split(self, X, y=None, groups=None):
            yield np.arange(200), np.arange(200, len(X))

    assert cf.GridSearchCV(cf.Ridge(), {"alpha": [1.0]}, cv=Half()).fit(D, T).n_splits_ == 1
