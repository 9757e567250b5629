"""Functions of one or two numbers that stay with Python's floats where they can, and take arrays as NumPy does.

`math.tanh(0.5)` takes a twentieth of the time of `np.tanh(0.5)`. Where it refuses (log of 0, overflow), NumPy's answer and
NumPy's warning are what the reader's own program would have got.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine.rules.rule import is_recorded

__all__ = [
    "cos",
    "cosh",
    "divide",
    "exp",
    "log",
    "maximum",
    "minimum",
    "power",
    "quick",
    "sign",
    "sin",
    "sinh",
    "wins",
]


def quick(fast: Callable[[float], float], ufunc: np.ufunc) -> Callable[[Any], Any]:
    """A function of the math module for Python's floats, and a ufunc for the rest."""

    def compute(x: Any) -> Any:
        if type(x) is float:
            try:
                return fast(x)
            except (ValueError, OverflowError):
                return float(ufunc(x))
        return ufunc(x)

    return compute


cos = quick(math.cos, np.cos)
exp = quick(math.exp, np.exp)
log = quick(math.log, np.log)
sin = quick(math.sin, np.sin)
sinh = quick(math.sinh, np.sinh)
cosh = quick(math.cosh, np.cosh)


def divide(x: Any, y: Any) -> Any:
    """Quotient, also by 0."""
    try:
        return x / y
    except ZeroDivisionError:
        return float(np.divide(x, y))


def power(x: Any, y: Any) -> Any:
    """Power among the real numbers."""
    try:
        z = x**y
    except (ZeroDivisionError, OverflowError):
        return float(np.power(float(x), float(y)))
    # Python answers (-8.0) ** 0.5 with a complex number, NumPy with NaN and a warning.
    return float(np.power(x, y)) if type(z) is complex else z


def maximum(x: Any, y: Any) -> Any:
    """The larger of two."""
    if type(x) is float and type(y) is float:
        return x if x >= y or x != x else y  # a NaN wins, as in NumPy  # noqa: PLR0124
    return np.maximum(x, y)


def minimum(x: Any, y: Any) -> Any:
    """The smaller of two."""
    if type(x) is float and type(y) is float:
        return x if x <= y or x != x else y  # noqa: PLR0124
    return np.minimum(x, y)


def wins(x: Any, y: Any) -> Any:
    """1 where x > y, a half where they tie, else 0."""
    if type(x) is float and type(y) is float:
        return 1.0 if x > y else 0.5 if x == y else 0.0
    if np.ndim(x) == np.ndim(y) == 0 and not is_recorded(x) and not is_recorded(y):
        return 1.0 if x > y else 0.5 if x == y else 0.0
    return np.where(np.greater(x, y), 1.0, np.where(np.equal(x, y), 0.5, 0.0))


def sign(x: Any) -> Any:
    """The sign as a real number that no derivative passes through."""
    return np.sign(x) * 1.0
