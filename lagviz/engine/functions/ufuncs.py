"""Ufuncs called with options, and their methods: reduce, accumulate, outer, reduceat and at."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import as_array, given
from lagviz.engine.recorded import FUNCTIONS, UFUNC_METHODS, record_operation, settled
from lagviz.engine.refusals import missing, missing_ufunc, ufunc_name, written_into
from lagviz.engine.rules import MATMUL, RUNNING, UFUNCS
from lagviz.engine.rules.special import special_rule
from lagviz.engine.where import place
from lagviz.errors import InPlaceError, MissingRuleError

#: Options that change no number.
_IMMATERIAL = ("casting", "order", "subok", "signature")

_REDUCE: dict[np.ufunc, Callable[..., Any]] = {
    np.add: np.sum,
    np.multiply: np.prod,
    np.maximum: np.max,
    np.minimum: np.min,
    np.logical_and: np.all,
    np.logical_or: np.any,
}
_ACCUMULATE: dict[np.ufunc, Callable[..., Any]] = {np.add: np.cumsum, np.multiply: np.cumprod}


def _material(ufunc: np.ufunc, options: dict[str, Any]) -> dict[str, Any]:
    """The options that say anything; writing into an array is refused."""
    out = options.get("out")
    if any(given(one) for one in (out if isinstance(out, tuple) else (out,))):
        raise written_into(ufunc.__name__)
    return {name: value for name, value in options.items() if given(value) and name not in (*_IMMATERIAL, "out")}


def _refuse_rest(called: str, options: dict[str, Any]) -> None:
    if options:
        raise MissingRuleError(
            f"np.{called} with {', '.join(options)}= is not recorded, at {place()}. Leave the option away."
        )


def _call(ufunc: np.ufunc, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    options = _material(ufunc, options)
    if options.get("where") is True:
        del options["where"]
    dtype = options.pop("dtype", None)
    _refuse_rest(ufunc.__name__, options)
    if dtype is not None:
        operands = tuple(astype(operand, dtype) for operand in operands)
    if ufunc in FUNCTIONS:
        return FUNCTIONS[ufunc](*operands)
    rule = MATMUL if ufunc is np.matmul else UFUNCS.get(ufunc) or special_rule(ufunc)
    if rule is None:
        raise missing_ufunc(ufunc)
    if ufunc is np.power and type(operands[1]) in {int, float} and operands[1] == 2:  # noqa: PLR2004
        return np.square(operands[0])
    return record_operation(rule, operands)


def _reduce(ufunc: np.ufunc, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    x, options = operands[0], {"axis": 0, **options}
    axis = settled(options.pop("axis"))
    options = _material(ufunc, options)
    if ufunc in _REDUCE:
        return _REDUCE[ufunc](x, axis=axis, **options)
    keepdims, dtype = options.pop("keepdims", False), options.pop("dtype", None)
    initial = options.pop("initial", None)
    _refuse_rest(f"{ufunc.__name__}.reduce", options)
    _must_be_binary(ufunc, "reduce")
    if ufunc in {np.power, np.float_power}:
        raise MissingRuleError(
            f"np.{ufunc.__name__}.reduce is not recorded, at {place()}: NumPy's own answer leaves factors out. Write a loop, or "
            f"np.{ufunc.__name__}.accumulate(x)[-1]."
        )
    if isinstance(axis, tuple) and len(axis) == 1:
        (axis,) = axis
    if axis is None and np.ndim(x) == 1:
        axis = 0
    is_number = np.ndim(x) == 0 and axis in {None, 0, -1}  # NumPy takes one for a single element
    if not is_number and not isinstance(axis, int):
        raise MissingRuleError(
            f"np.{ufunc.__name__}.reduce over several axes is not recorded, at {place()}. Reduce one axis after the other."
        )
    x = x if dtype is None else astype(x, dtype)
    parts = [x] if is_number else list(np.moveaxis(x, axis, 0))
    if initial is not None:
        parts.insert(0, initial)
    if not parts:
        return ufunc.reduce(np.zeros(np.shape(x)), axis=axis)  # NumPy's own answer, or refusal
    result = functools.reduce(ufunc, parts)
    return np.expand_dims(result, axis) if keepdims and not is_number else result


def _accumulate(ufunc: np.ufunc, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    x, *positional = operands
    options = {**dict(zip(("axis", "dtype", "out"), positional, strict=False)), **options}
    axis = settled(options.pop("axis", 0))
    options = _material(ufunc, options)
    dtype = options.pop("dtype", None)
    _refuse_rest(f"{ufunc.__name__}.accumulate", options)
    _must_be_binary(ufunc, "accumulate")
    x = x if dtype is None else astype(x, dtype)
    if ufunc in _ACCUMULATE:
        return _ACCUMULATE[ufunc](x, axis=axis)
    if ufunc in RUNNING:
        return record_operation(RUNNING[ufunc], (x,), {"axis": axis})
    parts = list(np.moveaxis(x, axis, 0))
    if not parts:
        return x
    so_far = parts[:1]
    for part in parts[1:]:
        so_far.append(ufunc(so_far[-1], part))
    return np.stack(so_far, axis=axis)


def _outer(ufunc: np.ufunc, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    x, y = (as_array(operand) for operand in operands)
    _must_be_binary(ufunc, "outer")
    return ufunc(np.reshape(x, np.shape(x) + (1,) * np.ndim(y)), y, **options)


def _reduceat(ufunc: np.ufunc, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    x, indices, *positional = operands
    options = {**dict(zip(("axis", "dtype", "out"), positional, strict=False)), **options}
    axis = settled(options.pop("axis", 0))
    options = _material(ufunc, options)
    _must_be_binary(ufunc, "reduceat")
    starts = [int(start) for start in settled(indices)]
    along = np.moveaxis(x, axis, 0)
    ends = [*starts[1:], len(along)]
    parts = [
        ufunc.reduce(along[start:end], axis=0, **options) if start < end else along[start]
        for start, end in zip(starts, ends, strict=True)
    ]
    return np.moveaxis(np.stack(parts), 0, axis)


def _at(ufunc: np.ufunc, operands: tuple[Any, ...], options: dict[str, Any]) -> NoReturn:
    del operands, options
    raise InPlaceError(
        f"np.{ufunc.__name__}.at writes into an array that exists, at {place()}. To add up what meets, write "
        "x + np.bincount(index, weights=values, minlength=len(x)); to replace, np.where(mask, new, old)."
    )


def _must_be_binary(ufunc: np.ufunc, method: str) -> None:
    if ufunc not in UFUNCS and ufunc not in FUNCTIONS:
        raise missing(f"{ufunc_name(ufunc)}.{method}")


UFUNC_METHODS.update(__call__=_call, reduce=_reduce, accumulate=_accumulate, outer=_outer, reduceat=_reduceat, at=_at)
