# SPDX-License-Identifier: BSD-3-Clause
"""Options of scikit-learn's metrics as the library takes them."""

import math

import numpy as np

from . import _data

# The order is that of the enumerations in metrics.h.
_AVERAGES = ("binary", "micro", "macro", "weighted", None, "samples")
_NORMALIZE = (None, "true", "pred", "all")
_RATINGS = (None, "linear", "quadratic")
_MULTI_CLASS = ("raise", "ovr", "ovo")
_MULTIOUTPUT = ("uniform_average", "variance_weighted")
_ENTROPY_AVERAGES = ("arithmetic", "geometric", "min", "max")


def _choice(name, value, words, first=0):
    """The number of one of the words."""
    if value is not None and not isinstance(value, str) or value not in words:
        raise ValueError(f"The {name!r} parameter must be one of {list(words)}. Got {value!r}.")
    return first + words.index(value)


def labels(values):
    """Labels of any type, or an indicator matrix, ready for the library."""
    values = values.toarray() if _data.is_sparse(values) else np.asarray(values)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values.ravel()
    return _data.encode_labels(values)[0]


def numbers(values):
    """Scores or probabilities, ready for the library."""
    values = np.asarray(values)
    return _data.real_y(values.astype(np.float64) if values.dtype.kind in "Ob" else values)


def _zero_division(value):
    if isinstance(value, str):
        return _choice("zero_division", value, ("warn",))
    if isinstance(value, float) and math.isnan(value):
        return 3
    if value in (0, 1):
        return 1 + int(value)
    raise ValueError(f"The 'zero_division' parameter must be 'warn', 0, 1 or nan. Got {value!r}.")


def _multioutput(value):
    if isinstance(value, str):
        return {"multioutput": _choice("multioutput", value, _MULTIOUTPUT)}
    return {"output_weights": np.ascontiguousarray(value, dtype=np.float64)}


def _beta(value):
    if not value >= 0:
        raise ValueError(f"The 'beta' parameter must be in the range [0, inf). Got {value!r}.")
    return -1.0 if value == 0 else float(value)  # 0 means 1 in the library


def _positive(value):
    """None where the library's own rule applies: 1, or the greater label."""
    if value is None or (isinstance(value, (int, np.integer)) and value == 1):
        return None
    return str(int(value)) if isinstance(value, (bool, np.bool_)) else str(value)


def _max_fpr(value):
    if value is not None and not 0 < value <= 1:
        raise ValueError(f"The 'max_fpr' parameter must be in the range (0, 1]. Got {value!r}.")
    return 0.0 if value is None else float(value)


_CONVERTED = {
    "labels": lambda v: {} if v is None else {"labels": labels(v)},
    "pos_label": lambda v: {"pos_label": _positive(v)},
    "average": lambda v: {"average": _choice("average", v, _AVERAGES, 1)},
    "zero_division": lambda v: {"zero_division": _zero_division(v)},
    "beta": lambda v: {"beta": _beta(v)},
    "adjusted": lambda v: {"adjusted": bool(v)},
    "weights": lambda v: {"ratings": _choice("weights", v, _RATINGS)},
    "multi_class": lambda v: {"multi_class": _choice("multi_class", v, _MULTI_CLASS)},
    "max_fpr": lambda v: {"max_fpr": _max_fpr(v)},
    "k": lambda v: {"k": int(v)},
    "multioutput": _multioutput,
    "force_finite": lambda v: {"not_force_finite": not v},
    "average_method": lambda v: {
        "entropy_average": _choice("average_method", v, _ENTROPY_AVERAGES)
    },
    "normalize": lambda v: (
        {} if isinstance(v, bool) else {"normalize": _choice("normalize", v, _NORMALIZE)}
    ),
    "drop_intermediate": lambda v: {"drop_intermediate": bool(v), "keep_intermediate": not v},
    "target_names": lambda v: {"target_names": v},
}


def convert(options, n_samples):
    """The extension's keyword arguments; what has no place in the library is left out."""
    converted = {}
    for name, value in options.items():
        if name == "sample_weight":
            converted[name] = _data.prepare_weights(value, n_samples)
        elif name in _CONVERTED:
            converted.update(_CONVERTED[name](value))
    return converted
