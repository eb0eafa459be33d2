"""The array library of the inputs, 64-bit floats at the door, and the one switch that turns JAX to 64 bits."""

from types import ModuleType
from typing import Any

import numpy as np

from liftspan.errors import InvalidInput

Array = Any  # a NumPy or JAX array; the numerics use what both share


def array_namespace(*arrays: Array) -> ModuleType:
    """NumPy, or `jax.numpy` as soon as one input is a JAX array (traced ones included)."""
    for array in arrays:
        if hasattr(array, "__array_namespace__") and not isinstance(array, np.ndarray | np.generic):
            return array.__array_namespace__()
    return np


def in_order(array: Array) -> Array:
    """The same array with its last axis innermost in memory, as BLAS wants it; only NumPy knows an order.

    Products of small arrays with an axis of draws often come out with the draws innermost, and then a matrix product is
    a hundred times slower.
    """
    return np.ascontiguousarray(array) if isinstance(array, np.ndarray) else array


def floats(value: Any) -> np.ndarray:
    """A float64 NumPy array: inputs pass this door once, then keep their type."""
    return np.asarray(value, dtype=np.float64)


def use_jax_64_bit() -> None:
    """Switch JAX to float64; every entry that uses JAX calls this before its first array.

    Raises InvalidInput where the extra `fit` is not installed: answers do not need it, fits do.
    """
    try:
        import jax
    except ModuleNotFoundError as error:
        problem = f'{error.name} is not installed; fits need it: pip install -c constraints/py311.txt ".[fit]"'
        raise InvalidInput([problem]) from None

    jax.config.update("jax_enable_x64", True)
