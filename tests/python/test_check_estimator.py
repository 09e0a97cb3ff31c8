# SPDX-License-Identifier: BSD-3-Clause
"""scikit-learn's own conformance suite over every class.

The instances are twins of those scikit-learn's suite builds for its class of that name, composites
and searches with estimators of cofit inside. The failures allowed are those scikit-learn marks as
expected for its own class, and no check that scikit-learn's class runs may be missing.
"""

import importlib
import inspect
from functools import partial

import pytest

sklearn = pytest.importorskip("sklearn")

import cofit  # noqa: E402
from sklearn.exceptions import SkipTestWarning  # noqa: E402
from sklearn.utils import get_tags  # noqa: E402
from sklearn.utils._test_common.instance_generator import (  # noqa: E402
    _construct_instances,
    _get_expected_failed_checks,
)
from sklearn.utils.estimator_checks import (  # noqa: E402
    _yield_clustering_checks,
    check_class_weight_balanced_linear_classifier,
    estimator_checks_generator,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.filterwarnings(f"ignore::{SkipTestWarning.__module__}.SkipTestWarning"),
]

# What a class without a twin becomes in the instances of the searches.
STAND_INS = {"PCA": ("preprocessing", "StandardScaler")}

# Asked of scikit-learn's class only where array API dispatch is switched on, and skipped elsewhere.
SKIPPED_BY_BOTH = {
    "check_array_api_input",
    "check_array_api_mixed_inputs",
    "check_array_api_same_namespace",
}


def sklearn_class(name):
    module = cofit.show_classes()[name].partition(".")[2]
    return getattr(importlib.import_module(f"sklearn.{module}"), name)


def twin(value):
    """The same object of cofit's classes."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        name = type(value).__name__
        if name in STAND_INS:
            module, name = STAND_INS[name]
            return getattr(importlib.import_module(f"cofit.{module}"), name)()
        module = type(value).__module__.split(".")[1]
        given = value.get_params(deep=False)
        defaults = inspect.signature(type(value)).parameters
        params = {k: twin(v) for k, v in given.items() if v is not defaults[k].default}
        return getattr(importlib.import_module(f"cofit.{module}"), name)(**params)
    if isinstance(value, (list, tuple)):
        return type(value)(twin(item) for item in value)
    return value


def estimators():
    for name in cofit.show_classes():
        cls = sklearn_class(name)
        if hasattr(cls, "fit"):
            for instance in _construct_instances(cls):
                yield instance, twin(instance)


PAIRS = list(estimators())


def key(check):
    return check.func.__name__, tuple(sorted(check.keywords.items(), key=str))


def checks_of(estimator):
    """The suite's checks, with those it asks only of subclasses of its own mixins."""
    found = [check for _, check in estimator_checks_generator(estimator, legacy=True)]
    extra = []
    if get_tags(estimator).estimator_type == "clusterer":
        extra += _yield_clustering_checks(estimator)
    if hasattr(estimator, "sparsify") and "class_weight" in estimator.get_params():
        extra.append(check_class_weight_balanced_linear_classifier)
    known = {key(check) for check in found}
    extra = [partial(check, type(estimator).__name__) for check in extra]
    return found + [check for check in extra if key(check) not in known]


def parameters():
    for theirs, ours in PAIRS:
        expected = _get_expected_failed_checks(theirs)
        for check in checks_of(ours):
            name = check.func.__name__
            marks = [pytest.mark.xfail(reason=expected[name])] if name in expected else []
            keywords = "".join(f",{k}={v}" for k, v in check.keywords.items())
            yield pytest.param(ours, check, marks=marks, id=f"{ours!r:.60}-{name}{keywords}")


@pytest.mark.parametrize("estimator, check", parameters())
def test_check_estimator(estimator, check):
    from sklearn.base import clone

    check(clone(estimator))


@pytest.mark.parametrize("theirs, ours", [pytest.param(t, o, id=f"{o!r:.80}") for t, o in PAIRS])
def test_no_check_is_missing(theirs, ours):
    mine = {key(check) for check in checks_of(ours)}
    missing = [key(c) for c in checks_of(theirs) if key(c) not in mine]
    assert [m for m in missing if m[0] not in SKIPPED_BY_BOTH] == []
