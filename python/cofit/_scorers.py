# SPDX-License-Identifier: BSD-3-Clause
"""Scorers: the library's by name, and those made from functions."""

import numbers
from functools import cache

import numpy as np

from . import _cofit, _data, _params
from ._base import Estimator, _not_fitted

_RESPONSES = ("predict", "predict_proba", ("decision_function", "predict_proba"))
_AVERAGES = (None, "binary", "micro", "macro", "weighted", None, "samples")
_MULTI_CLASS = (None, "ovr", "ovo")


@cache
def table():
    """The library's scorers by name."""
    return {row["name"]: row for row in _cofit.scorers()}


def _respond(estimator, methods, X):
    """The first method of the list that the estimator has, and what it says of X."""
    methods = (methods,) if isinstance(methods, str) else methods
    for name in methods:
        method = getattr(estimator, name, None)
        if method is not None:
            return name, method(X)
    raise AttributeError(f"{type(estimator).__name__} has none of {list(methods)}")


def _response(estimator, methods, X, pos_label=None):
    """Labels, or scores: of two classes those of the positive one alone."""
    name, found = _respond(estimator, methods, X)
    if name == "predict" or not hasattr(estimator, "classes_"):
        return found
    classes = estimator.classes_
    if isinstance(classes, list) or len(classes) != 2:
        return found
    positive = 1 if pos_label is None else int(np.flatnonzero(np.asarray(classes) == pos_label)[0])
    if name == "decision_function":
        return found if positive == 1 else -found
    return found[:, positive]


def _score_in_library(estimator, name, X, y, sample_weight):
    """The library's score of a fitted estimator of ours."""
    if "_model" not in estimator.__dict__:
        raise _not_fitted(estimator)
    X = estimator._prepare_X(X, reset=False)
    if y is not None:
        encode = _data.encode_labels if estimator._is_classifier else _data.real_y
        y = encode(np.asarray(y))
        y = y[0] if isinstance(y, tuple) else y
    weights = _data.prepare_weights(sample_weight, X.shape[0])
    return estimator._model.score(X, y, weights, name)


class _Scorer:
    """What all scorers are called with."""

    def __call__(self, estimator, X, y_true=None, sample_weight=None, **options):
        raise NotImplementedError


class NamedScorer(_Scorer):
    """A scorer of the library; greater is better."""

    def __init__(self, name):
        self.name = name

    def __call__(self, estimator, X, y_true=None, sample_weight=None):
        """The score of a fitted estimator on X and y_true."""
        if isinstance(estimator, Estimator) and _params.overridden(estimator) is None:
            return _score_in_library(estimator, self.name, X, y_true, sample_weight)
        row = table()[self.name]
        answer = _response(estimator, _RESPONSES[row["response"]], X)
        return row["sign"] * self._metric(row)(y_true, answer, **self._options(row, sample_weight))

    @staticmethod
    def _metric(row):
        from . import metrics

        return getattr(metrics, row["metric"])

    @staticmethod
    def _options(row, sample_weight):
        options = {
            "average": _AVERAGES[row["average"]],
            "multi_class": _MULTI_CLASS[row["multi_class"]],
            "k": row["k"],
            "sample_weight": sample_weight if row["takes_weights"] else None,
        }
        return {key: value for key, value in options.items() if value}

    def __eq__(self, other):
        return isinstance(other, NamedScorer) and other.name == self.name

    def __hash__(self):
        return hash(self.name)

    def __repr__(self):
        return f"get_scorer({self.name!r})"


class FunctionScorer(_Scorer):
    """A scorer out of a function of (y_true, y_pred)."""

    def __init__(self, function, sign, options, response_method):
        self._score_func = function
        self._sign = sign
        self._kwargs = options
        self._response_method = response_method

    def __call__(self, estimator, X, y_true=None, sample_weight=None, **options):
        """The score of a fitted estimator on X and y_true."""
        answer = _response(estimator, self._response_method, X, self._kwargs.get("pos_label"))
        options = {**self._kwargs, **options}
        if sample_weight is not None:
            options["sample_weight"] = sample_weight
        return self._sign * self._score_func(y_true, answer, **options)

    def __repr__(self):
        sign = "" if self._sign > 0 else ", greater_is_better=False"
        options = "".join(f", {key}={value}" for key, value in self._kwargs.items())
        return (
            f"make_scorer({self._score_func.__name__}{sign}, "
            f"response_method={self._response_method!r}{options})"
        )


class PassthroughScorer(_Scorer):
    """The estimator's own score."""

    def __init__(self, estimator):
        self._estimator = estimator

    def __call__(self, estimator, X, y_true=None, **options):
        """The score of a fitted estimator on X and y_true."""
        return estimator.score(X, y_true, **options)

    def __repr__(self):
        return f"{type(self._estimator).__name__}.score"


def get_scorer(scoring):
    """A scorer by its name.

    Parameters
    ----------
    scoring : str or callable
        A name of get_scorer_names(), or a scorer, which is returned as it is.

    Returns
    -------
    scorer : callable
        Called as ``scorer(estimator, X, y)``; greater is better.
    """
    if not isinstance(scoring, str):
        return scoring
    if scoring not in table():
        raise ValueError(
            f"{scoring!r} is not a valid scoring value. Use cofit.metrics.get_scorer_names() to "
            "get valid options."
        )
    return NamedScorer(scoring)


def get_scorer_names():
    """The names of all scorers, sorted.

    Returns
    -------
    names : list of str
    """
    return sorted(table())


def make_scorer(score_func, *, response_method="predict", greater_is_better=True, **kwargs):
    """A scorer out of a metric.

    Parameters
    ----------
    score_func : callable
        Called as ``score_func(y_true, y_pred, **kwargs)``.
    response_method : str or list of str, default="predict"
        What is asked of the estimator: the first of the methods that it has.
    greater_is_better : bool, default=True
        False for losses, whose score is their negative.
    **kwargs
        Passed on to score_func.

    Returns
    -------
    scorer : callable
        Called as ``scorer(estimator, X, y)``.
    """
    methods = response_method if isinstance(response_method, str) else tuple(response_method)
    return FunctionScorer(score_func, 1 if greater_is_better else -1, kwargs, methods)


def check_scoring(estimator=None, scoring=None, *, allow_none=False, raise_exc=True):
    """A scorer out of what ``scoring`` can be.

    Parameters
    ----------
    estimator : estimator, default=None
        Whose score is meant where scoring is None.
    scoring : str, callable, list, tuple, set, dict or None, default=None
        One scorer, or several.
    allow_none : bool, default=False
        Return None for an estimator without a score.
    raise_exc : bool, default=True
        Whether a failing one of several scorers raises; its score is NaN else.

    Returns
    -------
    scorer : callable
        Of several scorers, a dict of scores.
    """
    if scoring is None and not hasattr(estimator, "score"):
        if allow_none:
            return None
        raise TypeError(
            "If no scoring is specified, the estimator passed should have a 'score' method. The "
            f"estimator {estimator!r} does not."
        )
    scorers, several = resolve(estimator, scoring)
    return MultiScorer(scorers, raise_exc) if several else scorers["score"]


class MultiScorer(_Scorer):
    """Several scorers as one that gives a dict."""

    def __init__(self, scorers, raise_exc=True):
        self._scorers = scorers
        self._raise_exc = raise_exc

    def __call__(self, estimator, X, y_true=None, **options):
        """The scores of a fitted estimator on X and y_true, by name."""
        scores = {}
        for name, scorer in self._scorers.items():
            try:
                scores[name] = scorer(estimator, X, y_true, **options)
            except Exception:
                if self._raise_exc:
                    raise
                scores[name] = np.nan
        return scores

    def __repr__(self):
        return f"MultiScorer({', '.join(repr(name) for name in self._scorers)})"


def _check_keys(scoring):
    keys = list(scoring)
    if not keys:
        raise ValueError(f"Empty list was given. {scoring!r}")
    if len(set(map(str, keys))) != len(keys):
        raise ValueError(f"Duplicate elements were found in the given list. {scoring!r}")
    if not all(isinstance(key, str) for key in keys):
        raise ValueError(f"The list/tuple/set elements and dict keys must be strings: {scoring!r}")


def resolve(estimator, scoring):
    """The scorers by key, and whether there are several; a single one's key is "score"."""
    if scoring is None:
        return {"score": PassthroughScorer(estimator)}, False
    if isinstance(scoring, MultiScorer):
        return scoring._scorers, True
    if isinstance(scoring, str) or callable(scoring):
        return {"score": get_scorer(scoring)}, False
    _check_keys(scoring)
    pairs = scoring.items() if isinstance(scoring, dict) else ((name, name) for name in scoring)
    return {key: get_scorer(scorer) for key, scorer in pairs}, True


class NoNumberError(ValueError):
    """A scorer gave no number: an error whatever error_score is."""


class SeveralScoresError(NoNumberError):
    """A function that is the only scorer gave a dict: its keys are scorers of their own."""

    def __init__(self, scorer, scores):
        super().__init__(f"{scorer} gives several scores")
        _check_keys(scores)
        self.scorers = {key: _EntryScorer(scorer, key) for key in scores}


class _EntryScorer(_Scorer):
    """One of the scores that a function gives as a dict."""

    def __init__(self, scorer, key):
        self._scorer = scorer
        self._key = key

    def __call__(self, estimator, X, *arguments, **options):
        """The score of a fitted estimator on X and y_true."""
        return self._scorer(estimator, X, *arguments, **options)[self._key]


def number(score, scorer, is_alone=False):
    """What a scorer gave, as a float."""
    if is_alone and isinstance(score, dict):
        raise SeveralScoresError(scorer, score)
    score = score.item() if hasattr(score, "item") and np.size(score) == 1 else score
    if not isinstance(score, numbers.Number):
        raise NoNumberError(
            f"scoring must return a number, got {score} ({type(score)}) instead. (scorer={scorer})"
        )
    return float(score)


def library_names(scorers):
    """The library's names of the scorers; None if one of them has none."""
    if all(isinstance(scorer, NamedScorer) for scorer in scorers.values()):
        return list(dict.fromkeys(scorer.name for scorer in scorers.values()))
    return None
