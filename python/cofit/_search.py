# SPDX-License-Identifier: BSD-3-Clause
"""Searches: what scikit-learn takes for cv and scoring, and its table of results."""

import numbers
import threading

import numpy as np

from . import _base, _classes, _cofit, _data, _params, _rows, _run, _splitters, _validation
from ._base import Estimator
from ._errors import Cancelled, warn
from ._scorers import (
    NoNumberError,
    PassthroughScorer,
    SeveralScoresError,
    library_names,
    number,
    resolve,
)


class _Plan:
    """What a search hands to the library."""

    def __init__(self, search, scorers=None):
        """scorers: several that stand for the one in search.scoring."""
        self.owner = type(search).__name__
        self.scorers, self.several = (
            resolve(search.estimator, search.scoring) if scorers is None else (scorers, True)
        )
        self.own = isinstance(next(iter(self.scorers.values())), PassthroughScorer)
        named = None if self.own else library_names(self.scorers)
        self.calls = not self.own and named is None  # one of them is a function of Python's
        self.names = named
        if self.calls:
            self.names = list(self.scorers) if self.several else [_name_of(self.scorers["score"])]
        self.set_scoring(self.names)
        self.keys = {key: self.name_of(key) for key in self.scorers} if self.several else None
        self.chooses = callable(search.refit)
        self.refit = not self.chooses and self._refit(search)
        self.failure = None

    def set_scoring(self, items):
        """The names of the scorers, or what stands for them."""
        self.scoring = items if self.several else (items or [None])[0]

    def name_of(self, key):
        """The library's name of a scorer by its key in scoring."""
        return key if self.calls else self.scorers[key].name

    def _refit(self, search):
        refit = search.refit
        if self.several and isinstance(refit, str) and refit in self.scorers:
            return self.name_of(refit)
        if self.several and refit:
            raise ValueError(
                "For multi-metric scoring, the parameter refit must be set to a scorer key or to "
                "False when no best_estimator_ is needed. Got: " + repr(refit)
            )
        return bool(refit)

    def take_data(self, search, X, y, groups):
        """For a search that is fitted to X and y itself."""
        self.cv = self._cv(search, X, y, groups)
        if self.calls:
            asked = _Asked(self, search, X, y)
            scorers = zip(self.names, self.scorers.values())
            self.set_scoring([_cofit.scorer(name, asked.by(scorer)) for name, scorer in scorers])
        if self.chooses:
            self.refit = _cofit.chooser("refit", self._chooser(search))

    def _chooser(self, search):
        """The function the library asks for the place of the best candidate."""

        def choose(found, times):
            try:
                found = _base._plain(found)
                candidates = search._candidates(found)
                results = _make_results(found, _base._plain(times), candidates, self.keys)
                best = search.refit(results)
                if not isinstance(best, numbers.Integral):
                    raise TypeError("best_index_ returned is not an integer")
                if not 0 <= best < len(results["params"]):
                    raise IndexError("best_index_ index out of range")
                return int(best)
            except BaseException as error:
                self.failure = error
                return None

        return _run.without_options(choose)

    @staticmethod
    def _cv(search, X, y, groups):
        """A number or a splitter of ours with a seed as it is; else every fold."""
        cv = search.cv
        if cv is None or isinstance(cv, numbers.Integral):
            return cv
        if isinstance(cv, _splitters.Splitter) and not _params.overrides(cv, "split"):
            fixed = isinstance(getattr(cv, "random_state", None), numbers.Integral)
            if fixed or not cv._draws():
                return cv
        kind = _validation.is_classifier(search.estimator)
        return _splitters.list_folds(_splitters.check_cv(cv, y, classifier=kind), X, y, groups)

    def take_no_data(self, search):
        """For a search that is part of another estimator, which cuts the rows it gets."""
        if self.calls:
            raise TypeError(
                f"{self.owner} inside another estimator takes scorers by name "
                "(cofit.metrics.get_scorer_names), not functions"
            )
        if self.chooses:
            raise TypeError(f"{self.owner} inside another estimator takes no function for refit")
        self.cv = _splitters.known(search.cv)
        if self.cv is NotImplemented:
            raise TypeError(
                f"{self.owner} inside another estimator takes a number or a splitter for cv, not "
                f"{search.cv!r}"
            )


def _name_of(scorer):
    return getattr(scorer, "__name__", None) or type(scorer).__name__


class _Asked:
    """What the library asks Python's scorers: of a fitted candidate and some rows of X and y.

    It asks from its threads; the answers are given one after the other.
    """

    def __init__(self, plan, search, X, y):
        self.plan = plan
        self.raises = search.error_score == "raise"
        self.X, self.y = _rows.indexable(X), _rows.indexable(y)
        self.lock = threading.Lock()
        self.labels = None
        if y is not None and _validation.is_classifier(search.estimator):
            self.labels = _data.encode_labels(np.asarray(y))[1]

    def by(self, scorer):
        """The function for one of the scorers: the score, or a text that says why there is none."""

        def ask(model, rows):
            with self.lock:
                if self.plan.failure is not None:
                    return None
                try:
                    return self._score(scorer, model, rows)
                except Exception as error:
                    if not self.raises and not isinstance(error, NoNumberError):
                        return f"{type(error).__name__}: {error}"
                    self.plan.failure = error
                except BaseException as error:
                    self.plan.failure = error
                return None

        return _run.without_options(ask)

    def _score(self, scorer, model, rows):
        estimator = _base.from_library(model, self.labels)
        X, y = _rows.take(self.X, rows), _rows.take(self.y, rows)
        score = scorer(estimator, X) if y is None else scorer(estimator, X, y)
        return number(score, scorer, not self.plan.several)


class Search(Estimator):
    """Base of the searches."""

    def _to_library(self, X=None):
        plan = self.__dict__.get("_plan")
        values = {name: getattr(self, name) for name in self._spec.parameters}
        if plan is None and X is not None:  # to be fitted by the estimator it is part of
            plan = self._plan_without_data()
        if plan is None:  # asked for its traits
            values.update(cv=None, scoring="accuracy" if self.scoring is not None else None)
            values.update(refit=bool(self.refit))
        else:
            values.update(cv=plan.cv, scoring=plan.scoring, refit=plan.refit)
        return Estimator._to_library(_classes.get_class(self._spec.name)(**values), X)

    def _plan_without_data(self):
        plan = _Plan(self)
        plan.take_no_data(self)
        return plan

    def _suits_library(self):
        """Whether another estimator of the library can fit it."""
        if not Estimator._suits_library(self):
            return False
        try:
            self._plan_without_data()
        except TypeError:
            return False
        return True

    def _run_fit(self, mode, X, y, sample_weight=None, groups=None, **options):
        given = {"sample_weight": sample_weight, "groups": groups, **options}
        try:
            return self._run_plan(_Plan(self), mode, X, y, **given)
        except SeveralScoresError as found:
            return self._run_plan(_Plan(self, found.scorers), mode, X, y, **given)

    def _run_plan(self, plan, mode, X, y, sample_weight, groups, **options):
        state = self.__dict__
        state.pop("_results", None)
        plan.take_data(self, X, y, groups)
        state["_plan"] = plan
        out = None
        try:
            out = Estimator._run_fit(
                self, mode, X, y, sample_weight=sample_weight, groups=groups, **options
            )
        except Cancelled:
            if plan.failure is None:
                raise
        finally:
            del state["_plan"]
        if plan.failure is not None:
            raise plan.failure
        _params.move_on_unseeded(self.estimator)
        state["_scorers"] = plan.keys
        if isinstance(plan.cv, list):
            self._model.set("cv", None)  # a model file need not hold the folds
        state["_calls"] = plan.calls
        if plan.calls:
            plan.set_scoring(plan.names)  # and cannot hold functions
            self._model.set("scoring", plan.scoring)
        if plan.chooses:
            self._model.set("refit", True)
        state["_results"] = self._read_results(self._model)
        _tell_holes(state["_results"])
        return out

    def _candidates(self, found):
        from .model_selection import ParameterGrid

        if "param_grid" in self._spec.rows:
            return list(ParameterGrid(self.param_grid))
        return found["params"]

    def _read_results(self, model):
        found = self._read(model, "cv_results_")
        keys = self.__dict__.get("_scorers")
        if keys is None and isinstance(self.scoring, (list, tuple)):  # read from a file
            keys = {name: name for name in self.scoring}
        times = self._read(model, "cv_times_") or {}
        return _make_results(found, times, self._candidates(found), keys)

    def _own_score(self, X, y):
        """The score by a function of Python's, or None."""
        if not self.__dict__.get("_calls"):
            return None
        scorers, several = resolve(self.estimator, self.scoring)
        if self.multimetric_ and callable(self.refit):
            return None  # the library says what is missing
        score = scorers[self.refit if several else "score"](self.best_estimator_, X, y)
        return score[self.refit] if self.multimetric_ and not several else score

    def _attribute(self, model, name):
        if name == "cv_results_":
            state = self.__dict__
            if "_results" not in state:
                state["_results"] = self._read_results(model)
            return state["_results"]
        if name == "scorer_":
            scorers, several = resolve(self.estimator, self.scoring)
            return scorers if several else scorers["score"]
        if name in ("best_params_", "best_score_", "best_index_"):
            return self._best(model, name)
        if name in ("best_estimator_", "refit_time_") and not self.refit:
            raise AttributeError(f"{type(self).__name__} has no {name} with refit=False")
        return Estimator._attribute(self, model, name)

    def _best(self, model, name):
        index = int(self._read(model, "best_index_"))
        if index < 0:
            raise AttributeError(f"{type(self).__name__} has no {name}: no metric chose")
        if name == "best_index_":
            return index
        if name == "best_score_" and callable(self.refit):
            raise AttributeError(f"{type(self).__name__} has no {name}: a function chose")
        if name == "best_score_":
            return float(self._read(model, name))
        return self._attribute(model, "cv_results_")["params"][index]


def _make_results(found, times, candidates, keys):
    """cv_results_ with scikit-learn's keys, in its order, and its dtypes.

    found and times are the library's tables; keys are those of scoring with the library's names of
    their scorers, or None for a single one.
    """
    nothing = np.full(len(candidates), np.nan)
    results = {
        key: times.get(key, nothing)
        for key in ("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time")
    }
    results.update(_masked_params(candidates))
    results["params"] = candidates
    for key, name in (keys or {"score": "score"}).items():
        splits = [f"split{k}" for k in range(len(found)) if f"split{k}_test_{name}" in found]
        parts = [*splits, "mean", "std", "rank"]
        for side in ("test", "train"):
            for part in parts:
                column = found.get(f"{part}_{side}_{name}")
                if column is not None:
                    results[f"{part}_{side}_{key}"] = np.array(column)
    return results


def _tell_holes(results):
    """Warns of candidates whose scores are not all numbers."""
    for key, means in results.items():
        if key.startswith(("mean_test_", "mean_train_")) and not np.isfinite(means).all():
            side = key.split("_")[1]
            warn(UserWarning, f"One or more of the {side} scores are non-finite: {means}")


def _masked_params(candidates):
    """param_NAME: masked arrays over the candidates, masked where one has no such parameter."""
    columns = {}
    for k, params in enumerate(candidates):
        for name, value in params.items():
            columns.setdefault(f"param_{name}", {})[k] = value
    return {key: _masked(column, len(candidates)) for key, column in columns.items()}


def _masked(column, n):
    try:
        array = np.array(list(column.values()))
        dtype = array.dtype if array.dtype.kind != "U" and array.ndim == 1 else np.dtype(object)
    except ValueError:
        dtype = np.dtype(object)
    masked = np.ma.MaskedArray(np.empty(n, dtype=dtype), mask=True)
    for k, value in column.items():
        masked[k] = value
    return masked
