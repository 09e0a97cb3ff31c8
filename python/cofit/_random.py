# SPDX-License-Identifier: BSD-3-Clause
"""random_state: what the library is lent of NumPy's generators, and how they get it back."""

import numbers

import numpy as np


def generator_of(value):
    """The RandomState behind a random_state: NumPy's own for None, none for a seed."""
    if value is None:
        return np.random.mtrand._rand
    return value if isinstance(value, np.random.RandomState) else None


def lend(value):
    """A seed, or the whole MT19937 state of a RandomState, as the library takes it."""
    if isinstance(value, numbers.Integral):
        return int(value)
    generator = generator_of(value)
    if generator is None:
        raise ValueError(f"{value!r} cannot be used to seed a numpy.random.RandomState instance")
    state = generator.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":  # its state means nothing to the library
        return int(generator.randint(2**32, dtype=np.uint32))
    inner = state["state"]
    return np.concatenate(
        [inner["key"].astype(np.float64), [inner["pos"], state["has_gauss"], state["gauss"]]]
    ).reshape(1, -1)


def give_back(value, state):
    """Moves the generator behind `value` to where the library's draws left it."""
    generator = generator_of(value)
    if generator is None or state is None:
        return
    if generator.get_state(legacy=False)["bit_generator"] != "MT19937":
        return
    key = state[:624].astype(np.uint32)
    generator.set_state(("MT19937", key, int(state[624]), int(state[625]), float(state[626])))


def move_on(value):
    """Draws once where the library keeps what it drew to itself."""
    generator = generator_of(value)
    if generator is not None:
        generator.random_sample()
