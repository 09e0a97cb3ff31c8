# SPDX-License-Identifier: BSD-3-Clause
"""Classical machine learning in C with scikit-learn's names, parameters and meaning.

Every class is made from the library's own tables: ``from cofit.linear_model import Ridge`` is used
as scikit-learn's class of that name. `load` reads a model file, whoever wrote it; `parse` reads the
spec language; `run_options` gives the calls under it a progress callback, a deadline or threads.
"""

from . import _classes
from ._base import load, parse
from ._cofit import version as __version__  # noqa: F401
from ._errors import Cancelled, ConvergenceWarning, NotFittedError
from ._run import run_options

__all__ = [
    "Cancelled",
    "ConvergenceWarning",
    "NotFittedError",
    "load",
    "parse",
    "run_options",
    "show_classes",
]

show_classes = _classes.show_classes
__getattr__ = _classes.install(globals())
_classes.make_modules()
