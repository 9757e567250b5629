"""What NumPy's functions do with recorded values: which rule each one is, and with which operands and options.

NumPy hands a function over by ``__array_function__``; here its arguments are sorted into operands (which may carry a
gradient) and options (which may not). Functions that are short combinations of others are written as such.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lagviz.engine.handling import handles, refuse_options
from lagviz.engine.recorded import FUNCTIONS, Array, Recorded, record_operation, settled
from lagviz.engine.refusals import missing
from lagviz.engine.rules import (
    CONCATENATE,
    OUTER,
    REDUCTIONS,
    SELECTIONS,
    STACK,
    WHERE,
    Rule,
    plain,
)
from lagviz.engine.where import place
from lagviz.errors import InputError, MissingRuleError

__all__ = ["array", "has_recorded", "where"]

_ABSENT = object()


def _reduction(rule: Rule) -> Callable[..., Any]:
    def reduce(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **options: Any) -> Any:
        # np.sum and np.mean have a dtype in third place, the extremes an `out`; neither is recorded.
        if out is not None or options:
            refuse_options(rule.name, {"out": out, **options})
        kept: dict[str, Any] = {}
        if axis is not None:
            kept["axis"] = settled(tuple(axis) if isinstance(axis, list) else axis)
        if keepdims is not False and keepdims is not np._NoValue:  # noqa: SLF001
            kept["keepdims"] = bool(keepdims)
        return record_operation(rule, (x,), kept)

    return reduce


for _function, _rule in REDUCTIONS.items():
    FUNCTIONS[_function] = _reduction(_rule)

# Names of the options of one-operand selections, in NumPy's order.
_OPTIONS: dict[str, tuple[str, ...]] = {
    "reshape": ("shape",),
    "ravel": (),
    "expand_dims": ("axis",),
    "squeeze": ("axis",),
    "transpose": ("axes",),
    "swapaxes": ("axis1", "axis2"),
    "moveaxis": ("source", "destination"),
    "broadcast_to": ("shape",),
    "flip": ("axis",),
    "roll": ("shift", "axis"),
    "repeat": ("repeats", "axis"),
    "tile": ("reps",),
    "diag": ("k",),
}


def _selection(rule: Rule) -> Callable[..., Any]:
    names = _OPTIONS[rule.name]

    def select(x: Any, *positional: Any, **options: Any) -> Any:
        kept = dict(zip(names, positional, strict=False))
        kept |= {name: options.pop(name) for name in names if name in options}
        if len(positional) > len(names) or options.pop("order", "C") not in {"C", None}:
            raise MissingRuleError(f"np.{rule.name} in another order than C is not recorded, at {place()}.")
        options.pop("copy", None)
        options.pop("subok", None)
        refuse_options(rule.name, options)
        return record_operation(rule, (x,), {name: settled(value) for name, value in kept.items() if value is not None})

    return select


for _function, _rule in SELECTIONS.items():
    FUNCTIONS[_function] = _selection(_rule)


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
        raise missing("np.where with a condition alone")
    operands = tuple(np.asarray(part) if isinstance(part, list | tuple) else part for part in (condition, x, y))
    return record_operation(WHERE, operands)


def _sequence(parts: Any) -> tuple[Any, ...]:
    return tuple(np.asarray(part) if isinstance(part, list | tuple) else part for part in parts)


@handles(np.concatenate)
def _concatenate(parts: Sequence[Any], axis: int | None = 0, **options: Any) -> Any:
    refuse_options("concatenate", {key: value for key, value in options.items() if key != "casting"})
    return record_operation(CONCATENATE, _sequence(parts), {"axis": axis} if axis != 0 else {})


@handles(np.stack)
def _stack(parts: Sequence[Any], axis: int = 0, **options: Any) -> Any:
    refuse_options("stack", {key: value for key, value in options.items() if key != "casting"})
    return record_operation(STACK, _sequence(parts), {"axis": axis} if axis != 0 else {})


@handles(np.vstack)
def _vstack(parts: Sequence[Any], **options: Any) -> Any:
    refuse_options("vstack", options)
    return np.concatenate([np.atleast_2d(part) for part in parts], axis=0)


@handles(np.hstack)
def _hstack(parts: Sequence[Any], **options: Any) -> Any:
    refuse_options("hstack", options)
    parts = [np.atleast_1d(part) for part in parts]
    return np.concatenate(parts, axis=0 if parts and np.ndim(parts[0]) == 1 else 1)


@handles(np.column_stack)
def _column_stack(parts: Sequence[Any]) -> Any:
    return np.concatenate([np.expand_dims(part, -1) if np.ndim(part) == 1 else part for part in parts], axis=1)


@handles(np.atleast_1d)
def _atleast_1d(x: Any) -> Any:
    return np.reshape(x, (1,)) if np.ndim(x) == 0 else x


@handles(np.atleast_2d)
def _atleast_2d(x: Any) -> Any:
    return x if np.ndim(x) > 1 else np.reshape(x, (1, -1))


@handles(np.copy)
def _copy(x: Any, **_options: Any) -> Any:
    return x  # nothing writes into a recorded array


@handles("outer", "linalg.outer")
def _outer(x: Any, y: Any, out: Any = None) -> Any:
    refuse_options("outer", {"out": out})
    return record_operation(OUTER, (x, y))


@handles(np.clip)
def _clip(x: Any, a_min: Any = None, a_max: Any = None, **options: Any) -> Any:
    low, high = options.pop("min", a_min), options.pop("max", a_max)
    refuse_options("clip", options)
    x = x if low is None else np.maximum(x, low)
    return x if high is None else np.minimum(x, high)


@handles(np.var)
def _var(x: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False, **options: Any) -> Any:
    refuse_options("var", options)
    deviation = x - np.mean(x, axis=axis, keepdims=True)
    total = np.sum(deviation**2, axis=axis, keepdims=keepdims)
    return total / (np.size(x) / max(np.size(plain(total)), 1) - ddof)


@handles(np.std)
def _std(x: Any, axis: Any = None, *, ddof: int = 0, keepdims: bool = False, **options: Any) -> Any:
    refuse_options("std", options)
    return np.sqrt(np.var(x, axis=axis, ddof=ddof, keepdims=keepdims))


# Questions about a value that no gradient passes through are answered from the value itself.
for _function in (
    np.shape,
    np.ndim,
    np.size,
    np.zeros_like,
    np.ones_like,
    np.full_like,
    np.result_type,
    np.iscomplexobj,
):

    def _answer(*arguments: Any, _function: Any = _function, **options: Any) -> Any:
        return _function(*(plain(argument) for argument in arguments), **options)

    FUNCTIONS[_function] = _answer


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
        return values if isinstance(values, Array) else np.asarray(values)
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
