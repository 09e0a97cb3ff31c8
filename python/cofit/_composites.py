# SPDX-License-Identifier: BSD-3-Clause
"""Pipeline, FeatureUnion and ColumnTransformer: estimators with named steps."""

import numpy as np

from . import _output, _params
from ._base import Estimator


class Bunch(dict):
    """A dict whose keys are attributes too."""

    def __getattr__(self, key):
        try:
            return self[key]
        except KeyError:
            raise AttributeError(key) from None


class Composite(Estimator):
    """Base of the classes with a row of steps."""

    def _steps(self):
        return getattr(self, _params._steps_row(self._spec))

    @property
    def named_steps(self):
        """The steps by name."""
        return Bunch((step[0], step[1]) for step in self._steps())

    named_transformers = named_steps

    def __len__(self):
        return len(self._steps())

    def __getitem__(self, key):
        """A step by name or position, or a part of a Pipeline by slice."""
        steps = self._steps()
        if isinstance(key, slice):
            if "steps" not in self._spec.rows:
                raise TypeError(f"a {type(self).__name__} has no parts by slice")
            if key.step not in (None, 1):
                raise ValueError("Pipeline slicing only supports a step of 1")
            return self._part(key)
        return self.named_steps[key] if isinstance(key, str) else steps[key][1]

    def _part(self, which):
        steps = self._steps()
        params = self.get_params(deep=False)
        part = type(self)(**{**params, _params._steps_row(self._spec): steps[which]})
        _output.copy_config(self, part)
        model = self.__dict__.get("_model")
        if model is not None and part._steps():
            begin, end, _ = which.indices(len(steps))
            part._accept(model.part(begin, end), self._labels)
        return part

    @property
    def named_transformers_(self):
        """The fitted transformers by name."""
        return Bunch((name, child) for name, child, *_ in self.transformers_)

    @property
    def output_indices_(self):
        """The columns of transform's result that each transformer gives, as slices by name."""
        if "columns_" not in self._spec.attributes:
            raise AttributeError(
                f"'{type(self).__name__}' object has no attribute 'output_indices_'"
            )
        ends = np.cumsum(self.widths_).tolist()
        places = {
            name: slice(end - width, end) if width else slice(0, 0)
            for name, width, end in zip(self.branch_names_, self.widths_.tolist(), ends)
        }
        places.setdefault("remainder", slice(0, 0))
        return dict(sorted(places.items(), key=lambda item: item[1] == slice(0, 0)))
