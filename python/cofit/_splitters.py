# SPDX-License-Identifier: BSD-3-Clause
"""Splitters: KFold and its kin."""

from ._base import Parameterised


class Splitter(Parameterised):
    """Base of the splitters."""
