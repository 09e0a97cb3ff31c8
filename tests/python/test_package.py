# SPDX-License-Identifier: BSD-3-Clause
"""The package as such: signatures, docs, stubs, representations, import time."""

import importlib
import inspect
import pathlib
import subprocess
import sys

import cofit
import numpy as np
import pytest

CLASSES = cofit.show_classes()
NUMPY_AND_COFIT = """
import sys, time
import numpy
start = time.perf_counter()
import cofit
print(time.perf_counter() - start)
heavy = {"scipy", "sklearn", "pandas", "polars", "pyarrow", "inspect"} & set(sys.modules)
print(sorted(heavy - set(sys.argv[1:])))
"""


def load(name):
    return getattr(importlib.import_module(CLASSES[name]), name)


def twin_class(name):
    sklearn = pytest.importorskip("sklearn")
    return getattr(importlib.import_module(CLASSES[name].replace("cofit", sklearn.__name__)), name)


@pytest.mark.parametrize("name", CLASSES)
def test_signature_is_that_of_scikit_learn(name):
    theirs = {
        k: p
        for k, p in inspect.signature(twin_class(name)).parameters.items()
        if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    }
    ours = inspect.signature(load(name)).parameters
    assert list(ours)[: len(theirs)] == list(theirs)
    for parameter in theirs.values():
        own = ours[parameter.name]
        assert own.kind == parameter.kind, parameter.name
        assert (own.default is own.empty) == (parameter.default is parameter.empty)
        same = own.default == parameter.default or (
            parameter.name == "dtype" and np.dtype(own.default) == np.dtype(parameter.default)
        )
        both_nan = own.default != own.default and parameter.default != parameter.default
        reason_known = (name, parameter.name) in {("SVC", "probability")}
        assert same or both_nan or parameter.default is own.default or reason_known, parameter.name
    extra = list(ours.values())[len(theirs) :]
    assert all(p.kind is p.KEYWORD_ONLY for p in extra)


@pytest.mark.parametrize("name", CLASSES)
def test_docstring_has_every_parameter_and_attribute(name):
    cls = load(name)
    doc = inspect.getdoc(cls)
    parameters, _, rest = doc.partition("\nAttributes\n")
    for parameter in inspect.signature(cls).parameters:
        assert f"\n{parameter} : " in parameters
    for attribute in cls._spec.attributes:
        assert f"\n{attribute} : " in "\n" + rest
    for method in ("fit", "predict", "transform"):
        if hasattr(cls, method):
            assert getattr(cls, method).__doc__


@pytest.mark.parametrize("name", CLASSES)
def test_modules_list_their_classes(name):
    module = importlib.import_module(CLASSES[name])
    assert name in dir(module) and name in module.__all__
    assert load(name).__module__ == CLASSES[name]


def test_unknown_names_are_attribute_errors():
    with pytest.raises(AttributeError, match="has no attribute 'Rigde'"):
        importlib.import_module("cofit.linear_model").Rigde
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        cofit.nothing


def test_import_is_lean():
    out = subprocess.run(
        [sys.executable, "-c", NUMPY_AND_COFIT, "inspect"], capture_output=True, text=True
    )
    assert out.stdout.splitlines()[1:] == ["[]"], out.stderr


def test_stubs_are_whole():
    import ast

    folder = pathlib.Path(cofit.__file__).parent
    assert (folder / "py.typed").exists()
    for name, module in CLASSES.items():
        stub = folder / f"{module.partition('.')[2]}.pyi"
        tree = ast.parse(stub.read_text())
        found = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        assert name in found


def test_stubs_satisfy_mypy(tmp_path):
    pytest.importorskip("mypy")
    program = tmp_path / "program.py"
    program.write_text(
        "from cofit.linear_model import Ridge\n"
        "from cofit.pipeline import make_pipeline\n"
        "model = Ridge(alpha=0.5, solver='svd').fit([[0.0], [1.0]], [0.0, 1.0])\n"
        "score: float = model.score([[0.0]], [0.0])\n"
        "Ridge(tol='no')\n"
    )
    folder = pathlib.Path(cofit.__file__).parent.parent
    out = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"), str(program)],
        capture_output=True,
        text=True,
        env={} if folder.name == "site-packages" else {"MYPYPATH": str(folder)},
    )
    errors = [line for line in out.stdout.splitlines() if "program.py" in line and "error" in line]
    assert len(errors) == 1 and "program.py:5" in errors[0] and '"tol"' in errors[0], out.stdout


def test_repr_shows_what_differs():
    from cofit.linear_model import Ridge
    from cofit.pipeline import make_pipeline
    from cofit.preprocessing import StandardScaler

    assert repr(Ridge()) == "Ridge()"
    assert repr(Ridge(alpha=2.0, solver="svd")) == "Ridge(alpha=2.0, solver='svd')"
    pipe = make_pipeline(StandardScaler(), Ridge(alpha=3))
    assert repr(pipe) == (
        "Pipeline(steps=[('standardscaler', StandardScaler()), ('ridge', Ridge(alpha=3))])"
    )


def test_html_names_every_step_and_escapes():
    from cofit.compose import make_column_transformer
    from cofit.linear_model import LogisticRegression
    from cofit.pipeline import make_pipeline
    from cofit.preprocessing import OneHotEncoder, StandardScaler

    table = make_column_transformer((StandardScaler(), ["<age>"]), (OneHotEncoder(), [1, 2]))
    text = make_pipeline(table, LogisticRegression(C=0.25))._repr_html_()
    for word in ("StandardScaler", "OneHotEncoder", "LogisticRegression", "0.25", "&lt;age&gt;"):
        assert word in text
    assert "<age>" not in text


def test_spec_language_round_trip():
    model = cofit.parse("StandardScaler | SVC(C=10, gamma=0.5)")
    assert type(model).__name__ == "Pipeline"
    assert model.get_params()["svc__C"] == 10.0 and model.get_params()["svc__gamma"] == 0.5
