# SPDX-License-Identifier: BSD-3-Clause
"""Parameters: nested names, clones, and their way into the library."""

import numbers
import sys

import numpy as np

from . import _base, _classes, _cofit, _data, _random
from ._errors import InvalidParameterError, resolve

_WORDS = ("passthrough", "drop")


# ---- nested names ----


def _is_steps(spec, name):
    row = spec.rows.get(name)
    return row is not None and row["type"] == "steps"


def _steps_row(spec):
    return next((name for name in spec.rows if _is_steps(spec, name)), None)


def _pairs(value):
    """(name, estimator) of a list of steps, as far as it is one."""
    if not isinstance(value, (list, tuple)):
        return []
    return [step[:2] for step in value if isinstance(step, (list, tuple)) and len(step) >= 2]


def nested(name, value, spec):
    """Parameters of the estimators in one parameter, by their nested names."""
    found = {}
    if _is_steps(spec, name):
        for step, child in _pairs(value):
            found[step] = child
            if hasattr(child, "get_params"):
                found.update({f"{step}__{k}": v for k, v in child.get_params().items()})
    elif hasattr(value, "get_params") and not isinstance(value, type):
        found.update({f"{name}__{k}": v for k, v in value.get_params().items()})
    return found


def child_names(estimator):
    """Names of the steps."""
    row = _steps_row(estimator._spec)
    return [step for step, _ in _pairs(getattr(estimator, row))] if row else []


def find_child(estimator, name):
    """The nested estimator of a name: a step, or the value of a parameter."""
    row = _steps_row(estimator._spec)
    if row:
        for step, child in _pairs(getattr(estimator, row)):
            if step == name and hasattr(child, "set_params"):
                return child
    child = getattr(estimator, name, None) if name in estimator._parameters() else None
    return child if hasattr(child, "set_params") else None


def replace_step(estimator, name, value):
    """Puts another estimator into a step; False where there is no such step."""
    row = _steps_row(estimator._spec)
    if not row or name not in child_names(estimator):
        return False
    steps = [
        (step[0], value, *step[2:]) if step[0] == name else step for step in getattr(estimator, row)
    ]
    setattr(estimator, row, steps)
    return True


def children(estimator):
    """Every nested estimator of a composite."""
    row = _steps_row(estimator._spec)
    return [child for _, child in _pairs(getattr(estimator, row))] if row else []


def clone_value(value):
    """A parameter for a clone: estimators are cloned, the rest is kept or copied."""
    if hasattr(value, "__sklearn_clone__") and not isinstance(value, type):
        return value.__sklearn_clone__()
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(clone_value(item) for item in value)
    if hasattr(value, "get_params") and not isinstance(value, type):
        return type(value)(**{k: clone_value(v) for k, v in value.get_params(deep=False).items()})
    if isinstance(value, np.random.RandomState):
        copy = np.random.RandomState()
        copy.set_state(value.get_state())
        return copy
    return value


def is_same(value, default):
    """Whether a value is the default, for repr."""
    if value is default:
        return True
    if type(value) is not type(default):
        return False
    try:
        return bool(value == default) or (value != value and default != default)
    except ValueError:
        return False


# ---- into the library ----


def return_random_state(estimator, model):
    """After a fit: a lent generator moves on, and the model's file does not hold its state.

    A model that drew nothing keeps the state of a RandomState: it may draw when it predicts.
    """
    if "random_state" in estimator._spec.rows:
        value, state = estimator.random_state, model.random_state
        if value is None or (state is not None and _random.generator_of(value) is not None):
            model.set("random_state", None)
        _random.give_back(value, state)
    row = _steps_row(estimator._spec)
    for step in children(estimator) if row else []:
        for value in _random_states(step):  # the library keeps to itself what they drew
            _random.move_on(value)


def _random_states(estimator):
    """Every random_state in an estimator."""
    found = estimator.get_params() if isinstance(estimator, _base.Estimator) else {}
    return [value for name, value in found.items() if name.split("__")[-1] == "random_state"]


def move_on_unseeded(estimator):
    """NumPy's own generator, after clones of an estimator without a seed were fitted."""
    if any(value is None for value in _random_states(estimator)):
        _random.move_on(None)


def _columns(columns, X):
    """Columns of a step as names and positions."""
    if callable(columns):
        columns = columns(X)
    if isinstance(columns, slice):
        if isinstance(columns.start, str) or isinstance(columns.stop, str):
            names = _data.labels_of(X)
            start = 0 if columns.start is None else names.index(columns.start)
            stop = len(names) if columns.stop is None else names.index(columns.stop) + 1
            return list(range(start, stop))
        return list(range(*columns.indices(_data.width(X))))
    columns = columns.tolist() if isinstance(columns, np.ndarray) else columns
    if hasattr(columns, "tolist"):
        columns = columns.tolist()
    if isinstance(columns, (list, tuple)) and columns and all(isinstance(c, bool) for c in columns):
        if len(columns) != _data.width(X):
            raise ValueError(f"{len(columns)} flags choose among the {_data.width(X)} columns of X")
        return [j for j, wanted in enumerate(columns) if wanted]
    return list(columns) if isinstance(columns, tuple) else columns


def _check_names(names, spec):
    """Names under which nested parameters can be set, in scikit-learn's words."""
    names = [name for name in names if isinstance(name, str)]
    conflicts = sorted(set(names) & set(spec.parameters))
    if conflicts:
        raise ValueError(f"Estimator names conflict with constructor arguments: {conflicts!r}")
    invalid = [name for name in names if "__" in name]
    if invalid:
        raise ValueError(f"Estimator names must not contain __: got {invalid!r}")


def _step(step, owner, X):
    if not isinstance(step, (list, tuple)) or len(step) not in (2, 3):
        raise TypeError(f"{owner}: {step!r} is no (name, estimator) pair, nor one with columns")
    made = (step[0], to_library("passthrough" if step[1] is None else step[1], owner, X))
    return (*made, _columns(step[2], X)) if len(step) > 2 else made


def to_library(value, owner, X=None):
    """A parameter's value as the extension takes it."""
    if isinstance(value, _base.Parameterised):
        method = overridden(value)
        if method is not None:
            raise TypeError(
                f"{owner} runs in the library, which does not call "
                f"{type(value).__name__}.{method}: use scikit-learn's own Pipeline, "
                "ColumnTransformer or search for such a class"
            )
        return value._to_library(X)
    if hasattr(value, "fit") and not isinstance(value, type):
        module = type(value).__module__.split(".")[0]
        raise TypeError(
            f"{owner} takes estimators of cofit; {type(value).__name__} is {module}'s: use "
            "scikit-learn's own Pipeline, ColumnTransformer or search for a mixed one"
        )
    if isinstance(value, (list, tuple)):
        return type(value)(to_library(item, owner, X) for item in value)
    if isinstance(value, dict):
        return {key: to_library(item, owner, X) for key, item in value.items()}
    if isinstance(value, (np.dtype, type)):
        return np.dtype(value).name
    if isinstance(value, np.ndarray) and value.dtype.kind in "fiu" and value.dtype.itemsize != 8:
        return value.astype(np.float64 if value.dtype.kind == "f" else np.int64)
    pandas = sys.modules.get("pandas")
    return np.nan if pandas is not None and value is pandas.NA else value


def overrides(estimator, *methods):
    """Whether a subclass has its own version of one of the methods."""
    own, made = type(estimator), _classes.get_class(estimator._spec.name)
    return own is not made and any(
        getattr(own, name, None) is not getattr(made, name, None) for name in methods
    )


def overridden(estimator):
    """The first method that a subclass has its own version of, or None."""
    names = (*_base._FITTING, *_base._APPLIED, "split")
    return next((name for name in names if overrides(estimator, name)), None)


def _set(estimator, model, name, value, X):
    row, owner = estimator._spec.rows[name], type(estimator).__name__
    if row["type"] == "steps":
        steps = [_step(step, owner, X) for step in value]
        _check_names([step[0] for step in steps], estimator._spec)
        model.set(name, steps)
    elif name == "random_state":
        model.set(name, _random.lend(value))
    elif callable(value) and "function" in (row["accepts"] or ""):
        model.set(name, _cofit.statistic(f"{owner}: {name}", value))
    else:
        model.set(name, to_library(value, owner, X))


def configure(estimator, model, X):
    """Sets every parameter of the C object."""
    for name in estimator._spec.rows:
        value = getattr(estimator, name)
        try:
            _set(estimator, model, name, value, X)
        except (ValueError, TypeError) as error:
            message = str(error)
            if not message.startswith(("step ", type(estimator).__name__)):
                message = f"The {name!r} parameter of {type(estimator).__name__}: {message}"
            raise resolve(InvalidParameterError)(message) from None


def shape_of(estimator):
    """An unfitted C object as configured, or with defaults while parameters are wrong."""
    try:
        return estimator._to_library()
    except (ValueError, TypeError):
        return _cofit.Estimator(estimator._spec.name)


def from_library(value):
    """A parameter's value out of the library."""
    if type(value) is _cofit.Estimator:
        return _base.from_library(value)
    if isinstance(value, (list, tuple)):
        return type(value)(from_library(item) for item in value)
    if isinstance(value, dict):
        return {key: from_library(item) for key, item in value.items()}
    return value


def row_from_library(name, value):
    """The same for one row: a state that was lent for a fit is no parameter of the user's."""
    lent = name == "random_state" and isinstance(value, np.ndarray)
    return None if lent else from_library(value)


# ---- what a composite is made of ----


def _last(estimator):
    """The estimator that gives a composite its kind, or None."""
    row = _steps_row(estimator._spec)
    if row:
        pairs = _pairs(getattr(estimator, row))
        return pairs[-1][1] if pairs else None
    return getattr(estimator, "estimator", None)


def keeps_2d(estimator):
    """Whether a column vector y gives two-dimensional coefficients and predictions."""
    if "meta" not in estimator._spec.kind:
        return estimator._spec.keeps_2d and "ravels_y" not in estimator._spec.tags
    last = _last(estimator)
    return isinstance(last, _base.Estimator) and keeps_2d(last)


def selects_by_name(estimator):
    """Whether the class, or its first step, picks columns by name."""
    spec = estimator._spec
    row = _steps_row(spec)
    if row is None:
        return False
    steps = getattr(estimator, row)
    if any(len(step) > 2 for step in steps):
        return True
    first = steps[0][1] if steps else None
    return isinstance(first, _base.Estimator) and selects_by_name(first)


def n_targets(model):
    """Targets of a fitted classifier."""
    count = 0
    while True:
        try:
            model.classes(count)
        except (ValueError, AttributeError):
            return count
        count += 1


def _child(model, name):
    """A fitted step, or None where the step passes or drops."""
    try:
        return model.child(name)
    except (ValueError, TypeError, AttributeError):
        return None


def _child_object(estimator, model, k, name):
    child = _child(model, name)
    if child is None:
        return None
    return _base.from_library(child, estimator._labels, _dtypes_of_step(estimator, model, k))


def _dtypes_of_step(estimator, model, k):
    """The dtypes of the columns of X that step k was fitted to; None where they are not X's own."""
    dtypes = estimator.__dict__.get("_X_dtypes")
    if dtypes is None or "columns_" in estimator._spec.attributes:
        if dtypes is None or len(dtypes) != model.n_features_in:
            return None
        places = model.attribute("columns_", 0)[k].reshape(-1).astype(int).tolist()
        return [dtypes[j] for j in places]
    row = _steps_row(estimator._spec)
    if row == "steps" and any(
        s[1] not in (None, "passthrough") for s in getattr(estimator, row)[:k]
    ):
        return None
    return dtypes


def adopt_steps(estimator, model, labels):
    """The steps of a fitted Pipeline or FeatureUnion become fitted, as in scikit-learn."""
    row = _steps_row(estimator._spec)
    for k, step in enumerate(getattr(estimator, row) if row else []):
        if len(step) == 2 and isinstance(step[1], _base.Estimator):
            child = _child(model, step[0])
            if child is not None:
                step[1]._accept(child, labels, _dtypes_of_step(estimator, model, k))


def first_checked(estimator):
    """The estimator that checks X first, or None where none does."""
    if {"poor_score", "categorical"} <= estimator._spec.tags:  # it never looks at X
        return None
    if "any_input" not in estimator._spec.tags:
        return estimator
    row = _steps_row(estimator._spec)
    children = [step[1] for step in getattr(estimator, row)] if row else []
    children = children or [getattr(estimator, "estimator", None)]
    inner = [child for child in children if isinstance(child, _base.Estimator)]
    return first_checked(inner[0]) if inner else None


def fitted_children(estimator, model):
    """The fitted steps as scikit-learn's lists of tuples."""
    row = _steps_row(estimator._spec)
    found = []
    for k, step in enumerate(getattr(estimator, row)):
        child = _child_object(estimator, model, k, step[0])
        found.append((step[0], step[1] if child is None else child, *step[2:]))
    if "branch_names_" in estimator._spec.attributes:
        found += _further_branches(estimator, model, found)
    return found


def _further_branches(estimator, model, found):
    """What became of the columns no step names, with their names where the steps use names."""
    names = model.attribute("branch_names_", 0)
    columns = [column for _, _, *rest in found for column in _listed(rest)]
    known = model.names_in() if columns and all(isinstance(c, str) for c in columns) else None
    further = []
    for k, name in enumerate(names[len(found) :], len(found)):
        child = _child_object(estimator, model, k, name)
        role = model.attribute("roles_", 1)[k]
        places = model.attribute("columns_", 0)[k].reshape(-1).astype(int).tolist()
        further.append(
            (
                name,
                child or ("passthrough" if role == 1 else "drop"),
                [known[j] for j in places] if known else places,
            )
        )
    return further


def _listed(rest):
    if not rest or callable(rest[0]) or isinstance(rest[0], slice):
        return []
    return [rest[0]] if isinstance(rest[0], (str, numbers.Integral)) else list(rest[0])


def rename_outputs(estimator, model, given):
    """transform's column names for other names of the input columns of an unnamed fit."""
    defaults = [f"x{j}" for j in range(model.n_features_in)]
    renamed = []
    for name in model.names_out():
        prefix, _, rest = name.rpartition("__")
        base, mark, tail = rest.partition("_")
        if base in defaults:
            base = given[defaults.index(base)]
        renamed.append((prefix + "__" if prefix else "") + base + mark + tail)
    return renamed
