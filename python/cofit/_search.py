# SPDX-License-Identifier: BSD-3-Clause
"""Searches: what scikit-learn takes for cv and scoring, and its table of results."""

import numbers

import numpy as np

from . import _params, _splitters, _validation
from ._base import Estimator
from ._scorers import PassthroughScorer, library_names, resolve


class _Plan:
    """What one fit of a search hands to the library."""

    def __init__(self, search, X, y, groups):
        self.scorers, self.several = resolve(search.estimator, search.scoring)
        self.own = isinstance(next(iter(self.scorers.values())), PassthroughScorer)
        self.names = None if self.own else library_names(self.scorers)
        if not self.own and self.names is None:
            raise TypeError(
                f"{type(search).__name__} takes scorers by name (cofit.metrics.get_scorer_names); "
                "use scikit-learn's search, which accepts cofit's estimators, for a callable"
            )
        self.scoring = self.names if self.several else (self.names or [None])[0]
        self.refit = self._refit(search)
        self.cv = self._cv(search, X, y, groups)

    def _refit(self, search):
        refit = search.refit
        if callable(refit):
            raise TypeError(f"{type(search).__name__} does not take a callable refit")
        if self.several and isinstance(refit, str) and refit in self.scorers:
            return self.scorers[refit].name
        if self.several and refit:
            raise ValueError(
                "For multi-metric scoring, the parameter refit must be set to a scorer key or to "
                "False when no best_estimator_ is needed. Got: " + repr(refit)
            )
        return bool(refit)

    @staticmethod
    def _cv(search, X, y, groups):
        """A number or a splitter of ours with a seed as it is; else every fold."""
        cv = search.cv
        if cv is None or isinstance(cv, numbers.Integral):
            return cv
        if isinstance(cv, _splitters.Splitter):
            fixed = isinstance(getattr(cv, "random_state", None), numbers.Integral)
            if fixed or not cv._draws():
                return cv
        kind = _validation.is_classifier(search.estimator)
        return _splitters.list_folds(_splitters.check_cv(cv, y, classifier=kind), X, y, groups)


class Search(Estimator):
    """Base of the searches."""

    def _to_library(self, X=None):
        plan = self.__dict__.get("_plan")
        values = self.get_params(deep=False)
        if plan is None:  # asked for its traits, not to be fitted
            values.update(cv=None, scoring="accuracy" if self.scoring is not None else None)
            values.update(refit=bool(self.refit))
        else:
            values.update(cv=plan.cv, scoring=plan.scoring, refit=plan.refit)
        return Estimator._to_library(type(self)(**values), X)

    def _run_fit(self, mode, X, y, sample_weight=None, groups=None, **options):
        state = self.__dict__
        state.pop("_results", None)
        plan = state["_plan"] = _Plan(self, X, y, groups)
        try:
            out = Estimator._run_fit(
                self, mode, X, y, sample_weight=sample_weight, groups=groups, **options
            )
        finally:
            del state["_plan"]
        _params.move_on_unseeded(self.estimator)
        state["_scorers"], state["_several"] = plan.scorers, plan.several
        if isinstance(plan.cv, list):
            self._model.set("cv", None)  # a model file need not hold the folds
        state["_results"] = self._make_results(self._model)
        return out

    def _candidates(self, model):
        from .model_selection import ParameterGrid

        if "param_grid" in self._spec.rows:
            return list(ParameterGrid(self.param_grid))
        return self._read(model, "cv_results_")["params"]

    def _make_results(self, model):
        """cv_results_ with scikit-learn's keys, in its order, and its dtypes."""
        found = self._read(model, "cv_results_")
        times = self._read(model, "cv_times_") or {}
        candidates = self._candidates(model)
        nothing = np.full(len(candidates), np.nan)
        results = {
            key: times.get(key, nothing)
            for key in ("mean_fit_time", "std_fit_time", "mean_score_time", "std_score_time")
        }
        results.update(_masked_params(candidates))
        results["params"] = candidates
        n_splits = int(self._read(model, "n_splits_"))
        for key, name in self._metric_keys().items():
            for side in ("test", "train"):
                parts = [f"split{k}" for k in range(n_splits)] + ["mean", "std", "rank"]
                for part in parts:
                    column = found.get(f"{part}_{side}_{name}")
                    if column is not None:
                        results[f"{part}_{side}_{key}"] = np.array(column)
        return results

    def _metric_keys(self):
        """The keys of scoring and the library's names of their scorers."""
        scorers, several = self.__dict__.get("_scorers"), self.__dict__.get("_several")
        if scorers is None:  # read from a file
            scorers, several = resolve(self.estimator, self.scoring)
        return {k: s.name for k, s in scorers.items()} if several else {"score": "score"}

    def _attribute(self, model, name):
        if name == "cv_results_":
            state = self.__dict__
            if "_results" not in state:
                state["_results"] = self._make_results(model)
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
        if name == "best_score_":
            return float(self._read(model, name))
        return self._attribute(model, "cv_results_")["params"][index]


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
