# SPDX-License-Identifier: BSD-3-Clause
"""The classifier of tests/support/toy_centroid.h as a scikit-learn estimator."""
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class ToyCentroid(ClassifierMixin, BaseEstimator):
    def __init__(self, shrink=0.0, temperature=1.0, refuse=False):
        self.shrink = shrink
        self.temperature = temperature
        self.refuse = refuse

    def fit(self, X, y, sample_weight=None):
        if self.refuse and len(X) % 2 == 0:
            raise ValueError("refuses")
        w = np.ones(len(X)) if sample_weight is None else np.asarray(sample_weight)
        # A class without weight is not a class.
        X, y, w = np.asarray(X)[w > 0], np.asarray(y)[w > 0], w[w > 0]
        self.classes_ = np.unique(y)
        means = np.array([np.average(X[y == c], axis=0, weights=w[y == c]) for c in self.classes_])
        grand = np.average(X, axis=0, weights=w)
        self.means_ = (1 - self.shrink) * means + self.shrink * grand
        return self

    def _distances(self, X):
        return ((np.asarray(X)[:, None, :] - self.means_[None]) ** 2).sum(axis=2)

    def decision_function(self, X):
        d = self._distances(X)
        return d[:, 0] - d[:, 1] if len(self.classes_) == 2 else -d

    def predict_proba(self, X):
        d = self._distances(X) / self.temperature
        e = np.exp(d.min(axis=1, keepdims=True) - d)
        return e / e.sum(axis=1, keepdims=True)

    def predict_log_proba(self, X):
        return np.log(self.predict_proba(X))

    def predict(self, X):
        return self.classes_[self._distances(X).argmin(axis=1)]
