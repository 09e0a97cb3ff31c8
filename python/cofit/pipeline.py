# SPDX-License-Identifier: BSD-3-Clause
"""Pipeline, FeatureUnion and the functions that name their steps."""

from . import _classes


def _name_steps(estimators):
    names = [e if isinstance(e, str) else type(e).__name__.lower() for e in estimators]
    numbered = []
    for k, name in enumerate(names):
        if names.count(name) > 1:
            name = f"{name}-{names[: k + 1].count(name)}"
        numbered.append(name)
    return list(zip(numbered, estimators))


def make_pipeline(*steps, memory=None, transform_input=None, verbose=False):
    """A Pipeline of the estimators, its steps named by their classes in lower case."""
    return _classes.get_class("Pipeline")(
        _name_steps(steps), memory=memory, transform_input=transform_input, verbose=verbose
    )


def make_union(*transformers, n_jobs=None, verbose=False):
    """A FeatureUnion of the transformers, named by their classes in lower case."""
    return _classes.get_class("FeatureUnion")(
        _name_steps(transformers), n_jobs=n_jobs, verbose=verbose
    )


__all__ = ["make_pipeline", "make_union"]
__getattr__ = _classes.install(globals())
