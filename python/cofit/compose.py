# SPDX-License-Identifier: BSD-3-Clause
"""ColumnTransformer, and what chooses its columns."""

import re

from . import _classes
from .pipeline import _name_steps


class make_column_selector:
    """Chooses columns of a data frame by dtype and by name; called with the frame at fit.

    Parameters
    ----------
    pattern : str, default=None
        A regular expression that the name contains.
    dtype_include, dtype_exclude : dtype or list of dtypes, default=None
        As of `pandas.DataFrame.select_dtypes`.
    """

    def __init__(self, pattern=None, *, dtype_include=None, dtype_exclude=None):
        self.pattern = pattern
        self.dtype_include = dtype_include
        self.dtype_exclude = dtype_exclude

    def __call__(self, df):
        if not hasattr(df, "iloc"):
            raise ValueError("make_column_selector can only be applied to pandas dataframes")
        row = df.iloc[:1]
        if self.dtype_include is not None or self.dtype_exclude is not None:
            row = row.select_dtypes(include=self.dtype_include, exclude=self.dtype_exclude)
        columns = row.columns
        if self.pattern is not None:
            columns = columns[columns.str.contains(re.compile(self.pattern), regex=True)]
        return columns.tolist()


def make_column_transformer(
    *transformers,
    remainder="drop",
    sparse_threshold=0.3,
    n_jobs=None,
    verbose=False,
    verbose_feature_names_out=True,
):
    """A ColumnTransformer of (transformer, columns) pairs, named by their classes."""
    named = _name_steps([transformer for transformer, _ in transformers])
    steps = [(name, t, columns) for (name, t), (_, columns) in zip(named, transformers)]
    return _classes.get_class("ColumnTransformer")(
        steps,
        remainder=remainder,
        sparse_threshold=sparse_threshold,
        n_jobs=n_jobs,
        verbose=verbose,
        verbose_feature_names_out=verbose_feature_names_out,
    )


__all__ = ["make_column_selector", "make_column_transformer"]
__getattr__ = _classes.install(globals())
