# SPDX-License-Identifier: BSD-3-Clause
"""What every Python class does: parameters, fit, predict, attributes, pickles.

The C object is made in `fit` from the parameters as they are then; the fitted one is kept in
``_model`` and never written again, but by partial_fit and warm starts.
"""

import json
import types

import numpy as np

from . import _classes, _cofit, _data, _docs, _output, _params, _run
from ._cofit import Matrix
from ._errors import NotFittedError, resolve, warn

_FIT, _PARTIAL_FIT, _FIT_TRANSFORM, _FIT_PREDICT = range(4)
_SLOTS = {
    "predict": 0,
    "predict_proba": 1,
    "predict_log_proba": 2,
    "decision_function": 3,
    "transform": 4,
    "inverse_transform": 5,
    "score_samples": 6,
}


_MINUS_ONE_IS_NONE = {"drop_idx_"}


def _not_fitted(estimator, method=None):
    return resolve(NotFittedError)(
        f"This {type(estimator).__name__} instance is not fitted yet. Call 'fit' with appropriate "
        f"arguments before using {method or 'this estimator'}."
    )


class Parameterised:
    """An object whose parameters are the arguments of its constructor."""

    _spec = None

    @classmethod
    def _parameters(cls):
        """The arguments of the constructor by name, which a subclass may have written itself."""
        if "_arguments" not in cls.__dict__:
            made = _classes.get_class(cls._spec.name)
            is_own = cls.__init__ is not made.__init__
            cls._arguments = _classes.arguments_of(cls) if is_own else cls._spec.parameters
        return cls._arguments

    def get_params(self, deep=True):
        """The parameters by name; with `deep` those of nested ones too, as name__parameter."""
        params = {name: getattr(self, name) for name in self._parameters()}
        if deep:
            for name, value in list(params.items()):
                params.update(_params.nested(name, value, self._spec))
        return params

    def set_params(self, **params):
        """Sets parameters by name (nested ones as name__parameter); returns self."""
        nested = {}
        for key, value in params.items():
            name, _, rest = key.partition("__")
            if rest:
                nested.setdefault(name, {})[rest] = value
            elif name in self._parameters():
                setattr(self, name, value)
            elif not _params.replace_step(self, name, value):
                self._unknown_parameter(name)
        for name, values in nested.items():
            child = _params.find_child(self, name)
            if child is None:
                self._unknown_parameter(name)
            child.set_params(**values)
        return self

    def _unknown_parameter(self, name):
        valid = sorted([*self._parameters(), *_params.child_names(self)])
        raise ValueError(
            f"Invalid parameter {name!r} for estimator {self}. Valid parameters are: {valid!r}."
        )

    def _to_library(self, X=None):
        """The C object with these parameters."""
        model = _cofit.Estimator(self._spec.name)
        _params.configure(self, model, X)
        return model

    def __repr__(self):
        shown = []
        for name, parameter in self._parameters().items():
            value = getattr(self, name, parameter.default)
            if parameter.is_required or not _params.is_same(value, parameter.default):
                shown.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"

    def _repr_html_(self):
        from ._html import estimator_html

        return estimator_html(self)

    def __sklearn_clone__(self):
        made = type(self)(
            **{
                name: _params.clone_value(value)
                for name, value in self.get_params(deep=False).items()
            }
        )
        _output.copy_config(self, made)
        return made


class Estimator(Parameterised):
    """Base of all estimators."""

    # ---- fit ----

    def _suits_library(self):
        """Whether the library can fit it as a part of something else."""
        return _params.overridden(self) is None

    def _prepare_X(self, X, reset):
        names = _data.column_names(X)
        if not reset:
            self._check_names(names)
        return _data.prepare_X(X, type(self).__name__, names)

    def _check_names(self, names):
        """scikit-learn's rules: strict names, but for classes that choose columns by name."""
        known = self._model.names_in()
        name = type(self).__name__
        if names is None or _params.selects_by_name(self):
            return
        if known is None:
            warn(UserWarning, f"X has feature names, but {name} was fitted without feature names")
        elif known != names:
            raise ValueError(_names_message(known, names))

    def _prepare_y(self, y, traits):
        """y ready, its Labels, and whether a single column of it stays a column."""
        if y is None:
            if "requires_y" in traits["tags"]:
                raise ValueError(
                    f"{type(self).__name__} requires y to be passed, but the target y is None."
                )
            return None, None, False
        is_label = "classifier" in traits["kind"]
        if not is_label and not {"regressor", "meta"} & set(traits["kind"]):
            return None, None, False
        meta = "meta" in self._spec.kind
        y = np.asarray(y) if not _data.is_sparse(y) and not isinstance(y, np.ndarray) else y
        if not _data.is_sparse(y):
            y = _data.shape_y(y, "multi_output" in traits["tags"] or (meta and not is_label))
        if is_label:
            ready, labels = _data.encode_labels(y)
        elif "regressor" in traits["kind"] or y.dtype.kind in "biufc":
            ready, labels = _data.real_y(y), None
        else:  # only the children of a composite know what they make of it
            ready, labels = _data.encode_labels(y)[0], None
        return ready, labels, np.ndim(y) == 2 and (y.shape[1] > 1 or _params.keeps_2d(self))

    def _run_fit(self, mode, X, y, sample_weight=None, groups=None, classes=None, **validation):
        goes_on = "_model" in self.__dict__ and (
            mode == _PARTIAL_FIT or getattr(self, "warm_start", False)
        )
        model = self._go_on() if goes_on else self._to_library(X)
        traits = json.loads(model.traits())
        names = _data.column_names(X)
        if mode == _PARTIAL_FIT and goes_on:
            self._check_names(names)
        Xr = _data.prepare_X(X, type(self).__name__, names)
        yr, labels, y_2d = self._prepare_y(y, traits)
        if yr is not None and yr.shape[0] != Xr.shape[0]:
            raise ValueError(
                "Found input variables with inconsistent numbers of samples: "
                f"{[Xr.shape[0], yr.shape[0]]}"
            )
        if Xr.shape[0] == 0:
            self._refuse_empty(X)
        options = _run.current(getattr(self, "n_jobs", None))
        if sample_weight is not None:
            options["sample_weight"] = _data.prepare_weights(sample_weight, Xr.shape[0])
        if groups is not None:
            options["groups"] = _data.encode_labels(np.asarray(groups))[0]
        if classes is not None:
            options["classes"] = _data.encode_labels(np.asarray(classes))[0]
        out = model.fit(mode, Xr, yr, y_2d=y_2d, **options)
        _params.return_random_state(self, model)
        dtypes = None
        if {"categorical", "any_input"} & self._spec.tags:
            dtypes = _data.column_dtypes(X)
        self._accept(model, labels, dtypes)
        return out

    def _go_on(self):
        """The fitted C object, to be fitted further: a copy where arrays still show its memory."""
        model = self._model
        if model.in_use:
            model = _cofit.Estimator.from_bytes(model.to_bytes())
        _params.configure(self, model, None)
        return model

    def _refuse_empty(self, X):
        owner = _params.first_checked(self)
        if owner is not None:
            raise ValueError(
                f"Found array with 0 sample(s) (shape={(0, _data.width(X))}) while a minimum of 1 "
                f"is required by {type(owner).__name__}."
            )

    def _accept(self, model, labels, dtypes=None):
        """Keeps a fitted model, and lets the steps of a Pipeline show theirs.

        `dtypes` are those of the columns of X in fit, where they are known and matter.
        """
        state = self.__dict__
        is_classifier = "classifier" in json.loads(model.traits())["kind"]
        for name in self._spec.attributes:
            state.pop(name, None)  # what a user, or sparsify, put before an attribute
        state["_model"] = model
        state["_labels"] = labels if is_classifier else None
        state["_y_2d"] = not model.y_is_1d
        state["_is_classifier"] = is_classifier
        state["_n_targets"] = _params.n_targets(model) if is_classifier else 0
        state["_X_dtypes"] = dtypes
        _params.adopt_steps(self, model, labels)

    def _dtypes(self):
        """Those of the columns of X in fit, of a class that shows entries of X; or None."""
        return self.__dict__.get("_X_dtypes") if "meta" not in self._spec.kind else None

    def _own_score(self, X, y):
        """The score, where it is not the library's."""
        return None

    # ---- predict and its kin ----

    def _apply(self, slot, X, ndim=1):
        model = self.__dict__.get("_model")
        if model is None:
            raise _not_fitted(self)
        try:
            out = model.apply(slot, X, ndim)
            if out is NotImplemented:
                X = self._prepare_X(X, reset=False)
                out = model.apply(slot, X, ndim)
        except ValueError:
            _data.raise_if_nonfinite(X, self)
            raise
        if out.shape[0] == 0:
            self._refuse_empty(X)
        return out

    def _decode(self, out):
        """Labels of a classifier in y's own dtype."""
        labels = self._labels
        if labels is None:
            if type(out) is not Matrix:
                return out
            labels = self.__dict__["_labels"] = _data.Labels.of_model(self._model, out.shape[1])
        out = labels.decode(out)
        return out[:, 0] if out.ndim == 2 and out.shape[1] == 1 and not self._y_2d else out

    # ---- what was learned ----

    def __getattr__(self, name):
        # Only for names without an ordinary attribute; cheap and silent for private ones.
        if name.endswith("_") and not name.startswith("_"):
            model = self.__dict__.get("_model")
            if model is not None:
                return self._attribute(model, name)
            if name in self._spec.attributes or name in ("n_features_in_", "classes_"):
                raise _not_fitted_attribute(self, name)
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")

    def _attribute(self, model, name):
        if name == "n_features_in_":
            return self._width(model)
        if name == "feature_names_in_":
            names = model.names_in()
            if names is None:
                raise AttributeError(f"{type(self).__name__} was fitted without feature names")
            return np.array(names, dtype=object)
        if name == "classes_" and self._is_classifier:
            return self._classes(model)
        if name not in self._spec.attributes:
            return self._group(model, name)
        try:
            return self._read(model, name)
        except (ValueError, TypeError) as error:
            raise AttributeError(str(error)) from None

    def _width(self, model):
        width = model.n_features_in
        if width == 0:
            raise AttributeError(f"{type(self).__name__} has no n_features_in_")
        return width

    def _classes(self, model):
        count = self._n_targets
        labels = self._labels or _data.Labels.of_model(model, count)
        found = [labels.classes(model, t) for t in range(count)]
        return found[0] if count == 1 else found

    def _group(self, model, name):
        """``tree_`` as an object of the attributes ``tree_*_``."""
        members = [a for a in self._spec.attributes if a.startswith(name)]
        if not members:
            raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'")
        return types.SimpleNamespace(
            **{member[len(name) : -1]: self._read(model, member) for member in members}
        )

    def _read(self, model, name):
        kind = self._spec.attributes[name]["type"]
        if kind == "estimator":
            dtypes = self.__dict__.get("_X_dtypes") if "meta" in self._spec.kind else None
            return from_library(model.child(name), self._labels, dtypes)
        if kind == "estimators":
            return _params.fitted_children(self, model)
        ndim = self._spec.ndim(name, not self._y_2d)
        value = model.attribute(name, -1 if ndim is None else ndim)
        if kind == "int":
            return int(value)
        if kind == "bool":
            return bool(value)
        if isinstance(value, np.ndarray) and value.size == 0 and self._spec.may_lack(name):
            return None
        if name in _MINUS_ONE_IS_NONE:
            return np.array([None if k < 0 else int(k) for k in value], dtype=object)
        value = _plain(value)
        if kind == "matrices":
            value = [None if np.size(item) == 0 else item for item in value]
            return _data.in_dtypes(value, self._dtypes())
        if kind == "value":
            return _column(value)
        if self._spec.attributes[name]["shape"] == "(n_all_classes)" and self._n_targets > 1:
            counts = [len(classes) for classes in self._classes(model)]
            return np.split(value.reshape(-1), np.cumsum(counts)[:-1])
        return value.reshape(-1) if ndim == 1 else value

    def __sklearn_is_fitted__(self):
        return "_model" in self.__dict__

    def __sklearn_tags__(self):
        from ._tags import make_tags

        model = self.__dict__.get("_model")
        traits = json.loads((model or _params.shape_of(self)).traits())
        return make_tags(traits, "meta" in self._spec.kind)

    def _has_method(self, name):
        model = self.__dict__.get("_model")
        return (model or _params.shape_of(self)).has_method(name)

    # ---- files ----

    def save(self, path):
        """Writes the fitted model to a file that `cofit.load` and the program cofit read."""
        if "_model" not in self.__dict__:
            raise _not_fitted(self, "save")
        self._model.save(path)

    def __getstate__(self):
        state = dict(self.__dict__)
        model = state.pop("_model", None)
        if model is not None:
            state["_model"] = model.to_bytes()
        state["_cofit_version"] = _cofit.version
        return state

    def __setstate__(self, state):
        state = dict(state)
        version = state.pop("_cofit_version", None)
        if version != _cofit.version:
            warn(UserWarning, f"a pickle of cofit {version} is read by cofit {_cofit.version}")
        model = state.pop("_model", None)
        self.__dict__.update(state)
        if model is not None:
            self.__dict__["_model"] = _cofit.Estimator.from_bytes(model)
            _params.adopt_steps(self, self._model, self._labels)


def _not_fitted_attribute(estimator, name):
    return AttributeError(f"{type(estimator).__name__} has no {name} before fit")


def _names_message(known, names):
    """scikit-learn's message for columns that are not those of fit."""
    unexpected = [n for n in sorted(names) if n not in set(known)]
    missing = [n for n in sorted(known) if n not in set(names)]

    def some(which):
        shown = "".join(f"- {n}\n" for n in which[:5])
        return shown + ("- ...\n" if len(which) > 5 else "")

    message = "The feature names should match those that were passed during fit.\n"
    if unexpected:
        message += "Feature names unseen at fit time:\n" + some(unexpected)
    if missing:
        message += "Feature names seen at fit time, yet now missing:\n" + some(missing)
    if not missing and not unexpected:
        message += "Feature names must be in the same order as they were in fit.\n"
    return message


def _plain(value):
    """Matrices with dictionaries as arrays of texts, in lists and maps too."""
    if type(value) is Matrix:
        out = _output.from_library(value)
        return out[:, 0] if out.shape[1] == 1 else out
    if isinstance(value, list):
        return [_column(_plain(item)) for item in value]
    if isinstance(value, dict):
        return {key: _column(_plain(item)) for key, item in value.items()}
    return value


def _column(value):
    is_column = isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] == 1
    return value[:, 0] if is_column else value


def from_library(model, labels=None, dtypes=None):
    """The Python object of a C object."""
    cls = _classes.get_class(model.class_name)
    estimator = cls(
        **{name: _params.row_from_library(name, model.get(name)) for name in cls._spec.rows}
    )
    if model.is_fitted:
        estimator._accept(model, labels, dtypes)
    return estimator


def load(path):
    """The estimator in a model file, whether Python, C or the program wrote it."""
    return from_library(_cofit.Estimator.load(path))


def parse(spec):
    """An unfitted estimator from the spec language: ``parse("StandardScaler | SVC(C=10)")``."""
    return from_library(_cofit.Estimator.parse(spec))


# ---- the methods of a class: those its table has ----


def _fit(self, X, y, **options):
    self._run_fit(_FIT, X, y, **options)
    return self


def _partial_fit(self, X, y, **options):
    self._run_fit(_PARTIAL_FIT, X, y, **options)
    return self


def _fit_transform(self, X, y, **options):
    if _params.overrides(self, "fit", "transform"):
        given = {name: value for name, value in options.items() if value is not None}
        fitted = self.fit(X, **given) if y is None else self.fit(X, y, **given)
        return fitted.transform(X)
    out = _output.from_library(self._run_fit(_FIT_TRANSFORM, X, y, **options), X)
    return _output.wrap(self, out, X, _output.container_of(self))


def _fit_predict(self, X, y, **options):
    out = self._run_fit(_FIT_PREDICT, X, y, **options)
    out = self._decode(out) if self._is_classifier else _output.from_library(out)
    return out[:, 0] if out.ndim == 2 and out.shape[1] == 1 else out


def _predict(self, X):
    out = self._apply(0, X, 2 if self.__dict__.get("_y_2d") else 1)
    return self._decode(out) if self._is_classifier else out


def _by_target(self, out):
    """Columns of several targets as a list, one array a target."""
    if self._n_targets < 2:
        return out
    ends = np.cumsum([len(c) for c in self.classes_])[:-1]
    return [np.ascontiguousarray(part) for part in np.split(out, ends, axis=1)]


def _predict_proba(self, X):
    return _by_target(self, self._apply(1, X, 2))


def _predict_log_proba(self, X):
    return _by_target(self, self._apply(2, X, 2))


def _decision_function(self, X):
    return self._apply(3, X, 1)


def _transform(self, X):
    out = _output.from_library(self._apply(4, X, 2), X)
    container = _output.container_of(self)
    return out if container == "default" else _output.wrap(self, out, X, container)


def _inverse_transform(self, X):
    if "_model" not in self.__dict__:
        raise _not_fitted(self)
    like, X = X, _data.prepare_X(X, type(self).__name__)
    out = _output.from_library(self._apply(5, X, 2), like)
    return _data.in_common_dtype(out, self._dtypes())


def _score_samples(self, X):
    return self._apply(6, X, 1)


def _score_predictions(self, X, y, sample_weight):
    """Accuracy or R^2 of what a subclass predicts."""
    from .metrics import accuracy_score, r2_score

    metric = accuracy_score if self._is_classifier else r2_score
    return metric(y, self.predict(X), sample_weight=sample_weight)


def _score(self, X, y=None, sample_weight=None):
    if "_model" not in self.__dict__:
        raise _not_fitted(self)
    own = self._own_score(X, y)
    if own is not None:
        return own
    if _params.overrides(self, "predict"):
        return _score_predictions(self, X, y, sample_weight)
    Xr = self._prepare_X(X, reset=False)
    if y is not None:
        y = _data.encode_labels(np.asarray(y))[0] if self._is_classifier else _data.real_y(y)
    return self._model.score(Xr, y, _data.prepare_weights(sample_weight, Xr.shape[0]))


def _get_feature_names_out(self, input_features=None):
    """Names of transform's columns; `input_features`, when given, must be those of fit."""
    if "_model" not in self.__dict__:
        raise _not_fitted(self, "get_feature_names_out")
    model = self._model
    if input_features is not None:
        given, known = list(input_features), model.names_in()
        if known is not None and given != known:
            raise ValueError("input_features is not equal to feature_names_in_")
        if len(given) != model.n_features_in:
            raise ValueError(
                "input_features should have length equal to number of features "
                f"({model.n_features_in}), got {len(given)}"
            )
        if known is None:
            return np.array(_params.rename_outputs(self, model, given), dtype=object)
    return np.array(model.names_out(), dtype=object)


def _set_output(self, *, transform=None):
    """Chooses the container of transform's results: "default", "pandas" or "polars"."""
    if transform is not None:
        _output.check_container(transform)
        self.__dict__.setdefault("_sklearn_output_config", {})["transform"] = transform
        for child in _params.children(self):
            if hasattr(child, "set_output"):
                child.set_output(transform=transform)
    return self


_APPLIED = {
    "predict": _predict,
    "predict_proba": _predict_proba,
    "predict_log_proba": _predict_log_proba,
    "decision_function": _decision_function,
    "transform": _transform,
    "inverse_transform": _inverse_transform,
    "score_samples": _score_samples,
    "score": _score,
}

_FITTING = {
    "fit": _fit,
    "partial_fit": _partial_fit,
    "fit_transform": _fit_transform,
    "fit_predict": _fit_predict,
}


class _Conditional:
    """A method that instances have or lack by their parameters (probabilities of an SVC)."""

    def __init__(self, name, function):
        self.name = name
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance, owner=None):
        if instance is None:
            return self.function
        if not instance._has_method(self.name):
            raise AttributeError(
                f"'{type(instance).__name__}' object, as configured, has no attribute '{self.name}'"
            )
        return types.MethodType(self.function, instance)


def _fitting_method(name, spec):
    """fit and its kin with the arguments the class takes."""
    requires_y, meta = "requires_y" in spec.tags, "meta" in spec.kind
    target = "y" if requires_y and name != "fit_transform" else "y=None"
    arguments = ["self", "X", target]
    passed = []
    if name == "partial_fit" and "classifier" in spec.kind:
        arguments.append("classes=None")
        passed.append("classes")
    encodes = {"categorical", "transformer"} <= spec.tags | spec.kind  # no weights in scikit-learn
    if meta or ("sample_weight" in spec.tags and not encodes):
        arguments.append("sample_weight=None")
        passed.append("sample_weight")
    if meta:
        arguments.append("groups=None")
        passed.append("groups")
    options = "".join(f", {p}={p}" for p in passed)
    namespace = {"call": _FITTING[name], "__name__": __name__}
    source = f"def {name}({', '.join(arguments)}):\n    return call(self, X, y{options})"
    exec(source, namespace)
    return namespace[name]


def _applied_method(name):
    function = types.FunctionType(
        _APPLIED[name].__code__, globals(), name, _APPLIED[name].__defaults__
    )
    return function


def _method_names(spec):
    names = {n for n in _APPLIED if n in spec.methods}
    if "predict_proba" in names:
        names.add("predict_log_proba")
    fitting = {"fit"} | {n for n in ("partial_fit", "fit_predict") if n in spec.methods}
    if "transform" in spec.methods:
        fitting.add("fit_transform")
    return names, fitting


def _extra_method(spec, method):
    from ._extra import make_method

    return make_method(spec, method)


def methods_of(spec):
    """The methods of a class by name."""
    if "splitter" in spec.kind:
        return {}
    applied, fitting = _method_names(spec)
    made = {name: _applied_method(name) for name in applied}
    made.update({name: _fitting_method(name, spec) for name in fitting})
    if "transform" in applied:
        made["get_feature_names_out"] = types.FunctionType(
            _get_feature_names_out.__code__,
            globals(),
            "get_feature_names_out",
            _get_feature_names_out.__defaults__,
        )
        made["get_feature_names_out"].__doc__ = _get_feature_names_out.__doc__
        made["set_output"] = _set_output
    for name, function in made.items():
        function.__doc__ = _docs.METHODS.get(name, function.__doc__)
        function.__qualname__ = f"{spec.name}.{name}"
        function.__module__ = f"cofit.{spec.module}"
    if spec.conditional:
        for name in applied | (fitting - {"fit"}):
            made[name] = _Conditional(name, made[name])
    for name, method in spec.extra_methods.items():
        made[name] = _extra_method(spec, method)
    return made


def bases_of(spec):
    """The bases of a class, by its kinds and the types of its rows."""
    if "splitter" in spec.kind:
        from ._splitters import Splitter

        return (Splitter,)
    if "meta" in spec.kind and "cv" in spec.rows:
        from ._search import Search

        return (Search,)
    if any(row["type"] == "steps" for row in spec.rows.values()):
        from ._composites import Composite

        return (Composite,)
    if "tree_value_" in spec.attributes:
        from ._tree import Tree

        return (Tree,)
    if "classifier" in spec.kind and spec.module == "linear_model":
        from ._linear import LinearClassifier

        return (LinearClassifier,)
    return (Estimator,)
