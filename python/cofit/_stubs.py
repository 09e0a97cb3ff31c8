# SPDX-License-Identifier: BSD-3-Clause
"""Writes type stubs (.pyi) of every module from the registry."""

import importlib
import inspect
import pathlib
import re

from . import _base, _classes

_HEAD = """# Made by cofit._stubs from the registry.
from typing import Any, Callable, Literal, Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from typing_extensions import Self

"""

_KINDS = {
    "None": "None",
    "bool": "bool",
    "int": "int",
    "real": "float",
    "text": "str",
    "list": "Sequence[Any]",
    "tuple": "tuple[Any, ...]",
    "map": "Mapping[Any, Any]",
    "matrix": "ArrayLike",
    "estimator": "Any",
    "function": "Callable[..., Any]",
    "steps": "Sequence[Any]",
}

_ATTRIBUTES = {
    "real": "float",
    "int": "int",
    "bool": "bool",
    "text": "str",
    "strings": "list[str]",
    "matrix": "NDArray[Any]",
    "array": "NDArray[Any]",
    "matrices": "list[NDArray[Any]]",
}

_RESULTS = {
    "fit": "Self",
    "partial_fit": "Self",
    "set_output": "Self",
    "set_params": "Self",
    "sparsify": "Self",
    "densify": "Self",
    "score": "float",
    "predict": "NDArray[Any]",
    "decision_function": "NDArray[Any]",
    "get_feature_names_out": "NDArray[Any]",
    "get_params": "dict[str, Any]",
}


def _type_of(row):
    """The type of a parameter from what its row accepts."""
    types, words = [], []
    for alternative in row["accepts"].split("|"):
        word = alternative.strip().split(" ")[0]
        if word in _KINDS:
            types.append(_KINDS[word])
        elif re.fullmatch(r"[\w+-]+", word):
            words.append(word)
        else:
            return "Any"
    if words:
        types.append(f"Literal[{', '.join(map(repr, words))}]")
    if row["name"] in ("random_state", "cv", "scoring", "categories", "dtype"):
        return "Any"
    if "Literal" in types[-1:] or not types:
        return "Any"
    return " | ".join(dict.fromkeys(types))


def _default_text(value):
    simple = value is None or isinstance(value, (bool, int, str))
    return repr(value) if simple else "..."


def _argument(parameter, types):
    kind = types.get(parameter.name, "Any")
    prefix = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    if parameter.default is parameter.empty:
        return f"{prefix}{parameter.name}: {kind}"
    return f"{prefix}{parameter.name}: {kind} = {_default_text(parameter.default)}"


def _signature(name, function, types=None, result=None, is_method=False):
    parameters = list(inspect.signature(function).parameters.values())
    arguments = ["self"] if is_method else []
    starred = False
    for parameter in parameters[1:] if is_method else parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            arguments.append("*")
            starred = True
        arguments.append(_argument(parameter, types or {}))
    return f"def {name}({', '.join(arguments)}) -> {result or 'Any'}: ..."


def _members(cls):
    """Public functions and properties of a class and of its bases in this package."""
    for name in dir(cls):
        if name.startswith("_") and name not in ("__len__", "__getitem__"):
            continue
        member = inspect.getattr_static(cls, name)
        if isinstance(member, _base._Conditional):
            yield name, member.function
        elif inspect.isfunction(member):
            yield name, member
        elif isinstance(member, property):
            yield name, member


def _class_stub(cls):
    spec = getattr(cls, "_spec", None)
    bases = [base.__name__ for base in cls.__bases__ if base.__module__ == "builtins"]
    bases = [base for base in bases if base != "object"]
    lines = [f"class {cls.__name__}({', '.join(bases)}):" if bases else f"class {cls.__name__}:"]
    types = {name: _type_of(row) for name, row in spec.rows.items()} if spec else {}
    for name, attribute in spec.attributes.items() if spec else ():
        lines.append(f"    {name}: {_ATTRIBUTES.get(attribute['type'], 'Any')}")
    if spec and "splitter" not in spec.kind:
        lines.append("    n_features_in_: int")
        lines.append("    feature_names_in_: NDArray[np.object_]")
    if spec and "classifier" in spec.kind:
        lines.append("    classes_: NDArray[Any]")
    for parameter in spec.parameters.values() if spec else ():
        lines.append(f"    {parameter.name}: {types.get(parameter.name, 'Any')}")
    if "__init__" in vars(cls):
        lines.append("    " + _signature("__init__", cls.__init__, types, "None", True))
    for name, member in () if bases else _members(cls):
        if isinstance(member, property):
            lines.append(f"    @property\n    def {name}(self) -> Any: ...")
        else:
            result = _RESULTS.get(name) if spec else None
            lines.append("    " + _signature(name, member, result=result, is_method=True))
    return "\n".join(lines if len(lines) > 1 else [*lines, "    ..."]) + "\n"


def module_stub(module):
    """The text of a module's stub."""
    parts = [_HEAD]
    for name in module.__all__:
        item = getattr(module, name)
        if isinstance(item, type):
            parts.append(_class_stub(item))
        elif callable(item):
            parts.append(_signature(name, item) + "\n")
        else:
            parts.append(f"{name}: Any\n")
    return "\n".join(parts)


def write(folder):
    """Writes the stub of every public module into `folder`."""
    folder = pathlib.Path(folder)
    for name in _classes.module_names():
        module = importlib.import_module(f"cofit.{name}" if name else "cofit")
        (folder / f"{name or '__init__'}.pyi").write_text(module_stub(module))
