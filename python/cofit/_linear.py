# SPDX-License-Identifier: BSD-3-Clause
"""Linear classifiers: coefficients as a sparse matrix."""

from ._base import Estimator, _not_fitted


class LinearClassifier(Estimator):
    """Base of the classifiers whose decision is linear in X."""

    def sparsify(self):
        """Shows `coef_` as a SciPy sparse matrix; predictions stay as they are. Returns self."""
        from scipy.sparse import csr_matrix

        if "_model" not in self.__dict__:
            raise _not_fitted(self, "sparsify")
        self.coef_ = csr_matrix(self.coef_)
        return self

    def densify(self):
        """Shows `coef_` as an array again. Returns self."""
        if "_model" not in self.__dict__:
            raise _not_fitted(self, "densify")
        self.__dict__.pop("coef_", None)
        return self
