"""`where` and `array`, by names of lagviz's own: choosing by a condition, and building an array of recorded numbers.

NumPy hands `np.where` over; `np.array` asks nobody, so it cannot be recorded. The other functions of NumPy are taught in
`lagviz.engine.functions`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.engine.functions.selections import positions_where
from lagviz.engine.handling import handles
from lagviz.engine.recorded import Recorded, record_operation
from lagviz.engine.rules import WHERE, is_array, plain
from lagviz.engine.where import place
from lagviz.errors import InputError

__all__ = ["array", "has_recorded", "where"]

_ABSENT = object()


@handles(np.where)
def where(condition: Any, x: Any = _ABSENT, y: Any = _ABSENT) -> Any:
    """Choose elements of ``x`` where ``condition`` holds, else of ``y``: the indicator function in a program.

    It selects, and never multiplies 0 by NaN; the side that was not taken has no entry in A.

    Parameters
    ----------
    condition : bool or array_like of bool
    x, y : number or array_like
        Broadcast against the condition.

    Returns
    -------
    number or ndarray
        Recorded, if anything it reads is.

    Examples
    --------
    >>> import lagviz as lv
    >>> lv.grad(lambda x: lv.where(x > 0, x, 0.1 * x))(-2.0)
    0.1
    """
    if x is _ABSENT or y is _ABSENT:
        return positions_where(condition)
    operands = tuple(np.asarray(part) if isinstance(part, list | tuple) else part for part in (condition, x, y))
    chosen = record_operation(WHERE, operands)
    # Of plain numbers a number, as of recorded ones.
    return chosen[()] if is_array(chosen) and not chosen.ndim else chosen


def array(values: Any) -> Any:
    """Build an array out of recorded numbers and arrays, nested as for ``np.array``.

    Parameters
    ----------
    values : nested sequence of number or ndarray
        Recorded or not; all of one shape at each depth.

    Returns
    -------
    ndarray
        Recorded if anything in it is; otherwise an ordinary array.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.grad(lambda x: np.sum(lv.array([x, 2 * x]) ** 2))(3.0)
    30.0
    """
    if isinstance(values, Recorded) or not isinstance(values, list | tuple):
        return values if isinstance(values, Recorded) else np.asarray(values)
    if not has_recorded(values):
        return np.asarray(values)
    parts = [array(part) if isinstance(part, list | tuple) else part for part in values]
    shapes = list(dict.fromkeys(np.shape(plain(part)) for part in parts))
    if len(shapes) > 1:
        raise InputError(
            f"lv.array was given parts of different shapes, {shapes[0]} and {shapes[1]}, at {place()}. Every part of one "
            "depth must have the same; keep a ragged list as a list."
        )
    return np.stack(parts)


def has_recorded(values: Any) -> bool:
    """Whether anything in nested lists, tuples and dicts is recorded."""
    if isinstance(values, dict):
        values = list(values.values())
    if isinstance(values, list | tuple):
        return any(has_recorded(part) for part in values)
    return isinstance(values, Recorded)
