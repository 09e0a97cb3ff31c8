# SPDX-License-Identifier: BSD-3-Clause
"""Trees: `tree_` as scikit-learn's arrays."""

import numpy as np

from ._base import Estimator


class Tree(Estimator):
    """Base of the classes that hold one tree."""

    def _group(self, model, name):
        group = Estimator._group(self, model, name)
        if name != "tree_":
            return group
        counts = [1] * group.value.shape[1]
        if self._is_classifier:
            counts = [len(self._labels_of(model, t)) for t in range(self._n_targets)]
        group.n_features = self._width(model)
        group.n_outputs, group.max_n_classes = len(counts), max(counts)
        group.n_classes = np.array(counts, dtype=np.intp)
        group.value = _by_output(group.value, counts)
        return group

    def _labels_of(self, model, target):
        found = model.classes(target)
        return found.values() if hasattr(found, "values") else found


def _by_output(value, counts):
    """(nodes, values of all outputs) as (nodes, outputs, most values), filled up with zeros."""
    if min(counts) == max(counts):
        return value.reshape(len(value), len(counts), counts[0])
    out = np.zeros((len(value), len(counts), max(counts)))
    ends = np.cumsum(counts)[:-1]
    for t, part in enumerate(np.split(value, ends, axis=1)):
        out[:, t, : counts[t]] = part
    return out
