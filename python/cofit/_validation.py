# SPDX-License-Identifier: BSD-3-Clause
"""Cross-validation: in the library for our estimators, in a Python loop for anything else."""

import json
import sys
import time

import numpy as np

from . import _base, _cofit, _data, _output, _params, _rows, _run
from ._base import Estimator
from ._errors import FitFailedWarning, warn
from ._scorers import PassthroughScorer, SeveralScoresError, library_names, number, resolve
from ._splitters import check_cv, list_folds


def is_classifier(estimator):
    """Whether the estimator, as configured, predicts labels."""
    if isinstance(estimator, Estimator):
        return "classifier" in json.loads(_params.shape_of(estimator).traits())["kind"]
    base = sys.modules.get("sklearn.base")
    return bool(base and base.is_classifier(estimator))


def _clone(estimator):
    base = sys.modules.get("sklearn.base")
    if base is not None and not isinstance(estimator, Estimator):
        return base.clone(estimator)
    return _params.clone_value(estimator)


class _Problem:
    """What all ways of cross-validation begin with."""

    def __init__(self, estimator, X, y, groups, cv, params):
        _rows.check_consistent(X, y, groups)
        self.estimator = estimator
        self.X, self.y = _rows.indexable(X), _rows.indexable(y)
        self.groups = groups
        self.params = {} if params is None else params
        splitter = check_cv(cv, y, classifier=is_classifier(estimator))
        self.folds = list_folds(splitter, self.X, self.y, groups)

    def suits_library(self):
        """Whether the estimator is ours, whole, and is given no more than weights."""
        ours = isinstance(self.estimator, Estimator) and self.estimator._suits_library()
        return ours and set(self.params) <= {"sample_weight"}

    def ready(self, n_jobs):
        """Arguments of the extension's calls, and the labels to decode with."""
        estimator, owner = self.estimator, type(self.estimator).__name__
        model = estimator._to_library(self.X)
        X = _data.prepare_X(self.X, owner, _data.column_names(self.X))
        y, labels, y_2d = estimator._prepare_y(self.y, json.loads(model.traits()))
        if y is None and self.y is not None:  # not for fitting, but scorers may want it
            y = _data.encode_labels(np.asarray(self.y))[0]
        options = _run.current(n_jobs)
        weights = self.params.get("sample_weight")
        options["sample_weight"] = _data.prepare_weights(weights, X.shape[0])
        _params.move_on_unseeded(estimator)
        return (model, X, y, self.folds), options, labels, y_2d

    def part(self, rows):
        """Some rows of X and y, and of the parameters of fit that have a value a row."""
        n = _rows.count(self.X)
        params = {
            name: _rows.take(value, rows)
            if hasattr(value, "__len__") and not isinstance(value, str) and len(value) == n
            else value
            for name, value in self.params.items()
        }
        return _rows.take(self.X, rows), _rows.take(self.y, rows), params

    def fit(self, train):
        """A clone fitted to some rows."""
        X, y, params = self.part(train)
        made = _clone(self.estimator)
        made.fit(X, **params) if y is None else made.fit(X, y, **params)
        return made


# ---- scores ----


def _scores_in_library(problem, scorers, names, n_jobs, settings):
    arguments, options, labels, _ = problem.ready(n_jobs)
    test, train, fit_time, score_time, models = _cofit.cross_validate(
        *arguments,
        scoring=names,
        error_score=None if settings["error_score"] == "raise" else settings["error_score"],
        return_train_score=settings["return_train_score"],
        return_estimator=settings["return_estimator"],
        **options,
    )
    rows = [0 if names is None else names.index(scorer.name) for scorer in scorers.values()]
    result = {"fit_time": fit_time, "score_time": score_time}
    if settings["return_estimator"]:
        result["estimator"] = [
            None if model is None else _base.from_library(model, labels) for model in models
        ]
    tables = {"test": test, "train": train}
    return result, {side: [table[k] for k in rows] for side, table in tables.items() if table.size}


def _score(scorers, model, X, y, settings):
    """The scores of a fitted model, error_score for those that fail."""
    found, error_score = [], settings["error_score"]
    for scorer in scorers.values():
        try:
            score = scorer(model, X, y) if y is not None else scorer(model, X)
        except Exception as error:
            if error_score == "raise":
                raise
            warn(
                UserWarning,
                f"Scoring failed. The score on this train-test partition will be set "
                f"to {error_score}: {error}",
            )
            score = float(error_score)
        found.append(number(score, scorer, not settings["several"]))
    return found


def _one_fold(problem, scorers, fold, settings):
    """(model or None, fit time, score time, test scores, train scores)."""
    error_score = settings["error_score"]
    begin = time.perf_counter()
    try:
        model = problem.fit(fold[0])
    except Exception as error:
        if error_score == "raise":
            raise
        warn(
            FitFailedWarning,
            f"Estimator fit failed. The score on this train-test partition will "
            f"be set to {error_score}: {error}",
        )
        nothing = [float(error_score)] * len(scorers)
        return None, time.perf_counter() - begin, 0.0, nothing, nothing
    fitted = time.perf_counter()
    test = _score(scorers, model, *problem.part(fold[1])[:2], settings)
    scored = time.perf_counter()
    train = []
    if settings["return_train_score"]:
        train = _score(scorers, model, *problem.part(fold[0])[:2], settings)
    return model, fitted - begin, scored - fitted, test, train


def _scores_in_python(problem, scorers, settings):
    rows = [_one_fold(problem, scorers, fold, settings) for fold in problem.folds]
    models, fit_time, score_time, test, train = zip(*rows)
    if all(model is None for model in models):
        raise ValueError(f"All the {len(models)} fits failed.")
    result = {"fit_time": np.array(fit_time), "score_time": np.array(score_time)}
    if settings["return_estimator"]:
        result["estimator"] = list(models)
    tables = {"test": np.array(test).T}
    if settings["return_train_score"]:
        tables["train"] = np.array(train).T
    return result, tables


def cross_validate(
    estimator,
    X,
    y=None,
    *,
    groups=None,
    scoring=None,
    cv=None,
    n_jobs=None,
    verbose=0,
    params=None,
    pre_dispatch="2*n_jobs",
    return_train_score=False,
    return_estimator=False,
    return_indices=False,
    error_score=np.nan,
):
    """Scores and times of an estimator on the folds of a cross-validation.

    Folds run in parallel inside the library where the estimator is cofit's and the scorers are
    named; anything else runs in a Python loop, one fold after the other.

    Parameters
    ----------
    estimator : estimator
        What is fitted; it stays as it is.
    X : array-like of shape (n_samples, n_features)
        The data.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        The target.
    groups : array-like of shape (n_samples,), default=None
        Groups of the rows, for group-wise splitters.
    scoring : str, callable, list, tuple, or dict, default=None
        One scorer or several, also as a function that gives a dict of scores; None means the
        estimator's own score.
    cv : int, splitter or iterable, default=None
        Folds (stratified for classifiers), or what makes them; None means 5.
    n_jobs : int, default=None
        Threads the call may use; None and -1 mean all.
    verbose : int, default=0
        Accepted, without effect: run_options has a progress callback.
    params : dict, default=None
        Passed to fit; what has a value a row is cut with the rows.
    pre_dispatch : int or str, default='2*n_jobs'
        Accepted, without effect.
    return_train_score : bool, default=False
        Score the training rows too.
    return_estimator : bool, default=False
        Return the fitted estimators.
    return_indices : bool, default=False
        Return the rows of the folds.
    error_score : 'raise' or numeric, default=np.nan
        The score of a fit that fails.

    Returns
    -------
    scores : dict of arrays of shape (n_splits,)
        ``test_score`` (or ``test_NAME``), ``train_score``, ``fit_time``, ``score_time``,
        ``estimator``, ``indices``.
    """
    problem = _Problem(estimator, X, y, groups, cv, params)
    scorers, several = resolve(estimator, scoring)
    settings = {
        "several": several,
        "return_train_score": return_train_score,
        "return_estimator": return_estimator,
        "error_score": error_score,
    }
    own = isinstance(next(iter(scorers.values())), PassthroughScorer)
    names = None if own else library_names(scorers)
    if problem.suits_library() and (own or names):
        result, tables = _scores_in_library(problem, scorers, names, n_jobs, settings)
    else:
        try:
            result, tables = _scores_in_python(problem, scorers, settings)
        except SeveralScoresError as found:
            scorers, settings["several"] = found.scorers, True
            result, tables = _scores_in_python(problem, scorers, settings)
    if return_indices:
        train, test = zip(*problem.folds)
        result["indices"] = {"train": train, "test": test}
    for k, key in enumerate(scorers):
        for side, rows in tables.items():
            result[f"{side}_{key}"] = np.array(rows[k], dtype=np.float64)
    return result


def cross_val_score(
    estimator,
    X,
    y=None,
    *,
    groups=None,
    scoring=None,
    cv=None,
    n_jobs=None,
    verbose=0,
    params=None,
    pre_dispatch="2*n_jobs",
    error_score=np.nan,
):
    """The test scores of cross_validate.

    Parameters
    ----------
    estimator : estimator
        What is fitted; it stays as it is.
    X : array-like of shape (n_samples, n_features)
        The data.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        The target.
    groups : array-like of shape (n_samples,), default=None
        Groups of the rows, for group-wise splitters.
    scoring : str or callable, default=None
        The scorer; None means the estimator's own score.
    cv : int, splitter or iterable, default=None
        Folds (stratified for classifiers), or what makes them; None means 5.
    n_jobs : int, default=None
        Threads the call may use.
    verbose, pre_dispatch : object
        Accepted, without effect.
    params : dict, default=None
        Passed to fit.
    error_score : 'raise' or numeric, default=np.nan
        The score of a fit that fails.

    Returns
    -------
    scores : ndarray of shape (n_splits,)
    """
    if scoring is not None and not isinstance(scoring, str) and not callable(scoring):
        raise ValueError(f"scoring must be a str or a callable. Got {scoring!r} instead.")
    results = cross_validate(
        estimator,
        X,
        y,
        groups=groups,
        scoring={"score": scoring} if callable(scoring) else scoring,  # which has to give a number
        cv=cv,
        n_jobs=n_jobs,
        params=params,
        error_score=error_score,
    )
    return results["test_score"]


# ---- predictions ----

_CLASS_SCORES = ("predict_proba", "predict_log_proba", "decision_function")


def _check_partition(folds, n):
    tested = np.concatenate([test for _, test in folds])
    if len(tested) != n or not np.array_equal(np.sort(tested), np.arange(n)):
        raise ValueError("cross_val_predict only works for partitions")


def _predict_in_library(problem, method, n_jobs):
    arguments, options, labels, y_2d = problem.ready(n_jobs)
    out = _cofit.cross_val_predict(*arguments, method=method, **options)
    if method == "predict" and labels is not None:
        out = labels.decode(out)
    out = _output.from_library(out)
    flat = isinstance(out, np.ndarray) and out.ndim == 2 and out.shape[1] == 1
    return out[:, 0] if flat and not y_2d and method not in ("transform", "predict_proba") else out


def _coded(y):
    """Labels as their places among all labels of the target, and these places, target by target."""
    columns = [y] if y.ndim == 1 else list(y.T)
    found = [np.unique(column, return_inverse=True) for column in columns]
    codes = [places for _, places in found]
    y = codes[0] if len(codes) == 1 else np.column_stack(codes)
    return y, [np.arange(len(labels)) for labels, _ in found]


def _spread(answer, found, classes, method):
    """The columns of a fold's class scores, put where its classes stand among all."""
    if len(found) == len(classes):
        return answer
    fill = {"predict_proba": 0.0}.get(method, np.finfo(answer.dtype).min)
    wide = np.full((len(answer), len(classes)), fill, dtype=answer.dtype)
    wide[:, np.searchsorted(classes, found)] = answer.reshape(len(answer), -1)
    return wide


def _predict_in_python(problem, method):
    encoded = method in _CLASS_SCORES and problem.y is not None
    classes = None
    if encoded:
        problem.y, classes = _coded(np.asarray(problem.y))
    parts = []
    for train, test in problem.folds:
        model = problem.fit(train)
        answer = getattr(model, method)(problem.part(test)[0])
        if encoded:
            found = getattr(model, "classes_", classes if len(classes) > 1 else classes[0])
            if len(classes) == 1:
                answer = _spread(answer, found, classes[0], method)
            else:
                answer = [_spread(*of, method) for of in zip(answer, found, classes)]
        parts.append(answer)
    order = np.argsort(np.concatenate([test for _, test in problem.folds]), kind="stable")
    if _data.is_sparse(parts[0]):
        import scipy.sparse as sp

        return sp.vstack(parts, format=parts[0].format)[order]
    if isinstance(parts[0], list):  # an array a target
        return [np.concatenate(of)[order] for of in zip(*parts)]
    return np.concatenate(parts)[order]


def cross_val_predict(
    estimator,
    X,
    y=None,
    *,
    groups=None,
    cv=None,
    n_jobs=None,
    verbose=0,
    params=None,
    pre_dispatch="2*n_jobs",
    method="predict",
):
    """For every row, what an estimator fitted without it says of it.

    Parameters
    ----------
    estimator : estimator
        What is fitted; it stays as it is.
    X : array-like of shape (n_samples, n_features)
        The data.
    y : array-like of shape (n_samples,) or (n_samples, n_outputs), default=None
        The target.
    groups : array-like of shape (n_samples,), default=None
        Groups of the rows, for group-wise splitters.
    cv : int, splitter or iterable, default=None
        Folds (stratified for classifiers), or what makes them; None means 5.
    n_jobs : int, default=None
        Threads the call may use.
    verbose, pre_dispatch : object
        Accepted, without effect.
    params : dict, default=None
        Passed to fit.
    method : str, default='predict'
        'predict', 'predict_proba', 'predict_log_proba', 'decision_function' or 'transform'.
        What is asked; columns of scores follow the sorted labels of all of y.

    Returns
    -------
    predictions : ndarray
    """
    problem = _Problem(estimator, X, y, groups, cv, params)
    _check_partition(problem.folds, _rows.count(problem.X))
    several = method in _CLASS_SCORES and np.ndim(problem.y) == 2
    if problem.suits_library() and not several:
        return _predict_in_library(problem, method, n_jobs)
    return _predict_in_python(problem, method)
