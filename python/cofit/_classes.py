# SPDX-License-Identifier: BSD-3-Clause
"""Classes and modules made from the registry of the library, when they are first asked for."""

import importlib.util
import json
import pkgutil
import sys
import types

from . import _base, _cofit, _docs

_MISSING = object()


class Parameter:
    """An argument of a constructor: a row of the class's table, or one that only Python has."""

    def __init__(self, name, default, row=None):
        self.name = name
        self.default = default
        self.row = row

    @property
    def is_required(self):
        return self.default is _MISSING


class Spec:
    """One entry of the registry, with what a Python class needs of it."""

    def __init__(self, entry):
        self.entry = entry
        self.name = entry["name"]
        self.module = entry["module"]
        self.kind = frozenset(entry["kind"])
        self.tags = frozenset(entry["tags"])
        self.methods = frozenset(entry["methods"])
        self.conditional = entry["conditional"]
        self.extra_methods = {m["name"]: m for m in entry["extra_methods"]}
        self.attributes = {a["name"]: a for a in entry["attributes"]}
        self.keeps_2d = any(";" in (a["shape"] or "") for a in entry["attributes"])
        self.parameters, self.positional = self._read_signature()
        self.rows = {p.name: p.row for p in self.parameters.values() if p.row is not None}

    def _read_signature(self):
        rows = {row["name"]: row for row in self.entry["params"]}
        parameters, positional, keyword_only = {}, 0, False
        for item in (self.entry["signature"] or "").split(","):
            name, _, literal = item.strip().partition("=")
            if name == "*" or not name:
                keyword_only = True
                continue
            required = name.endswith("!")
            name = name.rstrip("!")
            row = rows.pop(name, None)
            text = literal if row is None else row["default"]
            default = _MISSING if required else _cofit.parse_value(text)
            parameters[name] = Parameter(name, default, row)
            positional += not keyword_only
        for name, row in rows.items():
            parameters[name] = Parameter(name, _cofit.parse_value(row["default"]), row)
        return parameters, positional

    def ndim(self, name, y_is_1d):
        """Dimensions of an attribute in Python; None: a number if it has one element, else 1."""
        attribute = self.attributes[name]
        if attribute["type"] not in ("matrix", "array"):
            return 0
        shape = attribute["shape"] or "(?, ?)"
        forms = shape.split(";")
        form = forms[0 if y_is_1d else -1].strip()
        if form == "?":
            return None
        return 0 if form == "()" else 1 + form.count(",")

    def may_lack(self, name):
        """Whether an empty array says that this fit gave the attribute no value."""
        attribute = self.attributes[name]
        return attribute["type"] == "array" or "?" not in (attribute["shape"] or "?")


def _make_init(spec):
    """A constructor that stores its arguments as they are, with a real signature."""
    arguments, body, defaults = ["self"], [], {"__name__": __name__}
    for k, parameter in enumerate(spec.parameters.values()):
        if k == spec.positional:
            arguments.append("*")
        if parameter.is_required:
            arguments.append(parameter.name)
        else:
            defaults[f"_{k}"] = parameter.default
            arguments.append(f"{parameter.name}=_{k}")
        body.append(f"    self.{parameter.name} = {parameter.name}\n")
    source = f"def __init__({', '.join(arguments)}):\n{''.join(body) or '    pass'}"
    exec(source, defaults)
    return defaults["__init__"]


def _make_class(spec):
    namespace = {
        "__init__": _make_init(spec),
        "__doc__": _docs.class_doc(spec),
        "__module__": f"cofit.{spec.module}",
        "__qualname__": spec.name,
        "_spec": spec,
    }
    namespace.update(_base.methods_of(spec))
    return type(spec.name, _base.bases_of(spec), namespace)


def arguments_of(cls):
    """The arguments of a constructor that a subclass wrote, as `Spec.parameters` are."""
    import inspect

    found = {}
    for name, argument in list(inspect.signature(cls.__init__).parameters.items())[1:]:
        if argument.kind is argument.VAR_POSITIONAL:
            raise RuntimeError(
                f"{cls.__name__} must name every parameter in the signature of its constructor: "
                f"*{name} has no names"
            )
        if argument.kind is argument.VAR_KEYWORD:
            found = {**found, **{k: p for k, p in cls._spec.parameters.items() if k not in found}}
        else:
            is_required = argument.default is argument.empty
            found[name] = Parameter(name, _MISSING if is_required else argument.default)
    return found


_specs = None
_made = {}


def specs():
    """Every class of the registry by name."""
    global _specs
    if _specs is None:
        _specs = {entry["name"]: entry for entry in json.loads(_cofit.registry())}
    return _specs


def get_class(name):
    """The Python class of a registered name."""
    found = _made.get(name)
    if found is None:
        found = _made[name] = _make_class(Spec(specs()[name]))
    return found


def show_classes():
    """The names of all classes with their modules, as a dict."""
    return {name: f"cofit.{entry['module']}" for name, entry in specs().items()}


def install(module_globals):
    """A module's ``__getattr__`` that finds the registry's classes; also sets ``__dir__``."""
    name = module_globals["__name__"]
    short = name.partition(".")[2]
    own = [n for n, entry in specs().items() if entry["module"] == short]
    module_globals.setdefault("__all__", [])
    module_globals["__all__"] = sorted([*module_globals["__all__"], *own])

    def __getattr__(attribute):
        if attribute in own:
            module_globals[attribute] = get_class(attribute)
            return module_globals[attribute]
        if not short and (attribute in _modules() or _is_written(attribute)):
            return importlib.import_module(f"cofit.{attribute}")
        raise AttributeError(f"module '{name}' has no attribute '{attribute}'")

    module_globals["__dir__"] = lambda: sorted({*module_globals, *own})
    return __getattr__


def module_names():
    """Every public module: the registry's, those that files write, and "" for the package."""
    written = [m.name for m in pkgutil.iter_modules(sys.modules["cofit"].__path__)]
    return sorted({"", *_modules(), *(n for n in written if not n.startswith("_"))})


def _modules():
    return {entry["module"] for entry in specs().values()}


def _is_written(name):
    return not name.startswith("_") and importlib.util.find_spec(f"cofit.{name}") is not None


def make_modules():
    """Puts a module into sys.modules for each of the registry's that no file writes."""
    for short in _modules():
        name = f"cofit.{short}"
        if name in sys.modules or importlib.util.find_spec(name) is not None:
            continue
        module = types.ModuleType(name, f"scikit-learn's sklearn.{short}, made from the registry.")
        module.__getattr__ = install(module.__dict__)
        sys.modules[name] = module
