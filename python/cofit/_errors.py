# SPDX-License-Identifier: BSD-3-Clause
"""What statuses and warnings of the library become: scikit-learn's types once it is imported."""

import errno
import os
import sys
import warnings


class NotFittedError(ValueError, AttributeError):
    """The estimator was used before fit."""


class InvalidParameterError(ValueError, TypeError):
    """A parameter has a value the estimator does not take."""


class ConvergenceWarning(UserWarning):
    """A solver stopped before it converged."""


class DataConversionWarning(UserWarning):
    """Data were converted to what the estimator takes."""


class UndefinedMetricWarning(UserWarning):
    """A metric is not defined for the data."""


class FitFailedWarning(RuntimeWarning):
    """A fit inside a cross-validation failed."""


class Cancelled(RuntimeError):
    """A progress callback asked the call to stop."""


def resolve(cls):
    """scikit-learn's class of the same name where scikit-learn is imported, else `cls`."""
    for module in ("sklearn.exceptions", "sklearn.utils._param_validation"):
        found = getattr(sys.modules.get(module), cls.__name__, None)
        if found is not None:
            return found
    return cls


_EXCEPTIONS = {
    "CF_ERR_MEMORY": MemoryError,
    "CF_ERR_ARGUMENT": ValueError,
    "CF_ERR_NAME": ValueError,
    "CF_ERR_SHAPE": ValueError,
    "CF_ERR_TYPE": TypeError,
    "CF_ERR_DATA": ValueError,
    "CF_ERR_NOT_FITTED": NotFittedError,
    "CF_ERR_UNSUPPORTED": ValueError,
    "CF_ERR_NUMERIC": ArithmeticError,
    "CF_ERR_IO": OSError,
    "CF_ERR_FORMAT": ValueError,
    "CF_ERR_LIMIT": ValueError,
    "CF_ERR_CANCELLED": Cancelled,
    "CF_ERR_DEADLINE": TimeoutError,
}

_SYSTEM = {
    FileNotFoundError: errno.ENOENT,
    PermissionError: errno.EACCES,
    IsADirectoryError: errno.EISDIR,
}

_WARNINGS = {
    "CONVERGENCE": ConvergenceWarning,
    "DATA": UserWarning,
    "UNDEFINED_METRIC": UndefinedMetricWarning,
    "DEPRECATED": FutureWarning,
    "FIT_FAILED": FitFailedWarning,
}


_WORDED = {  # what the library says: what scikit-learn raises
    "StandardScaler: X is sparse; the class takes dense data only": ValueError(
        "Cannot center sparse matrices: pass `with_mean=False` instead. See docstring for "
        "motivation and alternatives."
    ),
    "StandardScaler: cannot uncenter a sparse matrix: set with_mean=false": ValueError(
        "Cannot uncenter sparse matrices: pass `with_mean=False` instead See docstring for "
        "motivation and alternatives."
    ),
}


def exception(status, message):
    """The exception of a failed call; called by the extension module."""
    for ours, theirs in _WORDED.items():
        if message.endswith(ours):
            return type(theirs)(message[: -len(ours)] + str(theirs))
    kind = _EXCEPTIONS.get(status, RuntimeError)
    if kind is OSError:
        kind = next((k for k, code in _SYSTEM.items() if message.endswith(os.strerror(code))), kind)
    return resolve(kind)(message)


def _outside_level():
    """The stack level, for warnings.warn, of the first frame that is not of this package."""
    frame, level = sys._getframe(1), 1
    while frame is not None and frame.f_globals.get("__name__", "").split(".")[0] == "cofit":
        frame, level = frame.f_back, level + 1
    return level


def warn(kind, message):
    """Passes a warning of the library, or of this package, on to Python."""
    category = kind if isinstance(kind, type) else _WARNINGS[kind]
    warnings.warn(message, resolve(category), stacklevel=_outside_level())
