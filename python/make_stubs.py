# SPDX-License-Identifier: BSD-3-Clause
"""Writes the stubs with the package just built. usage: make_stubs.py PACKAGES_FOLDER OUT

The folder goes into sys.path here: PYTHONPATH is where pip's isolated builds find NumPy.
"""

import importlib
import sys

sys.path.insert(0, sys.argv[1])
importlib.import_module("cofit._stubs").write(sys.argv[2])
