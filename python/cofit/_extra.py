# SPDX-License-Identifier: BSD-3-Clause
"""Methods of a class beyond the common ones (apply, decision_path, ...), from its table."""

import collections

import numpy as np

from . import _cofit, _data, _output


def _result(out, shape):
    out = _output.from_library(out)
    if shape == "()":
        return out.item()
    flat = isinstance(out, np.ndarray) and "," not in shape
    return out.reshape(-1) if flat else out


def make_method(spec, method):
    """A method out of its row: X, then the arguments of the table."""
    name, outputs = method["name"], method["outputs"]
    defaults = {row["name"]: _cofit.parse_value(row["default"]) for row in method["args"]}

    several = collections.namedtuple(name, [o["name"] for o in outputs]) if outputs[1:] else None

    def call(self, X=None, *positional, **arguments):
        if "_model" not in self.__dict__:
            from ._base import _not_fitted

            raise _not_fitted(self, name)
        if len(positional) > len(defaults):
            raise TypeError(f"{name}() takes at most {1 + len(defaults)} arguments")
        arguments = {**dict(zip(defaults, positional)), **arguments}
        unknown = set(arguments) - set(defaults)
        if unknown:
            raise TypeError(f"{name}() got an unexpected keyword argument {sorted(unknown)[0]!r}")
        Xr = None if X is None else self._prepare_X(X, reset=False)
        if Xr is not None and Xr.shape[0] == 0:
            self._refuse_empty(X)
        given = {
            k: _data.real_y(v) if isinstance(v, (list, np.ndarray)) else v
            for k, v in arguments.items()
            if v is not None
        }
        found = self._model.call(name, given, Xr, len(outputs))
        results = [_result(out, o["shape"]) for out, o in zip(found, outputs)]
        return several(*results) if several else results[0]

    call.__name__ = name
    call.__qualname__ = f"{spec.name}.{name}"
    call.__doc__ = method["help"]
    return call
