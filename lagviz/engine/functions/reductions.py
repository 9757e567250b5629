"""Reductions with everything NumPy lets one say about them: axis, keepdims, dtype, where and initial."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import given, handles, refuse_options
from lagviz.engine.recorded import record_operation, settled
from lagviz.engine.rules import CUMPROD, CUMSUM, PROD, REDUCTIONS, Rule

#: What an element that `where` leaves out is replaced by.
_NEUTRAL = {"sum": 0.0, "prod": 1.0}
#: How a result is joined with `initial`.
_JOINED: dict[str, np.ufunc] = {"sum": np.add, "prod": np.multiply, "max": np.maximum, "min": np.minimum}


def _reduction(rule: Rule) -> Callable[..., Any]:
    def reduce(x: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **options: Any) -> Any:
        if out is not None or options:
            return _with_options(reduce, rule, x, {"axis": axis, "out": out, "keepdims": keepdims, **options})
        kept: dict[str, Any] = {}
        if axis is not None:
            kept["axis"] = settled(tuple(axis) if isinstance(axis, list) else axis)
        if keepdims is not False and given(keepdims):
            kept["keepdims"] = bool(keepdims)
        return record_operation(rule, (x,), kept)

    return reduce


def _with_options(reduce: Callable[..., Any], rule: Rule, x: Any, options: dict[str, Any]) -> Any:
    # np.sum, np.mean and np.prod have a dtype in third place, the extremes an `out`.
    if isinstance(options["out"], type | np.dtype | str):
        options["dtype"] = options.pop("out")
    dtype, where, initial = (options.pop(name, None) for name in ("dtype", "where", "initial"))
    axes = {name: options.pop(name) for name in ("axis", "keepdims")}
    refuse_options(rule.name, options)
    if dtype is not None:
        x = astype(x, dtype)
    if given(where) and where is not True:
        if rule.name == "mean":
            total = reduce(x=np.where(where, x, 0.0), **axes)
            share = np.mean(np.broadcast_to(where, np.shape(x)) * x.dtype.type(1), **axes)
            return total / share
        if rule.name in {"any", "all"}:
            x = np.where(where, x, rule.name == "all")
        else:
            neutral = _NEUTRAL.get(rule.name, initial if given(initial) else None)
            if neutral is None:
                refuse_options(rule.name, {"where": where})
            x = np.where(where, x, neutral)
    if not given(initial):
        return reduce(x, **axes)
    if rule.name in {"max", "min"} and np.size(x) == 0:
        length = np.ones(np.shape(x)).sum(**axes)  # nothing but the initial number is left
        return np.broadcast_to(initial, np.shape(length)) if np.ndim(length) else initial
    return _JOINED[rule.name](reduce(x, **axes), initial)


for _function, _rule in (*REDUCTIONS.items(), (np.prod, PROD)):
    handles(_function)(_reduction(_rule))


def _running(rule: Rule) -> Callable[..., Any]:
    def run(x: Any, axis: Any = None, dtype: Any = None, out: Any = None) -> Any:
        refuse_options(rule.name, {"out": out})
        x = np.atleast_1d(x if dtype is None else astype(x, dtype))
        return record_operation(rule, (x,), {} if axis is None else {"axis": settled(axis)})

    return run


for _name, _rule in {"cumsum": CUMSUM, "cumprod": CUMPROD}.items():
    handles(_name)(_running(_rule))


def _cumulative(running: Callable[..., Any], first: float) -> Callable[..., Any]:
    def run(x: Any, /, *, axis: Any = None, dtype: Any = None, out: Any = None, include_initial: bool = False) -> Any:
        axis = 0 if axis is None and np.ndim(x) == 1 else axis
        so_far = running(x, axis=axis, dtype=dtype, out=out)
        if not include_initial:
            return so_far
        shape = tuple(1 if at == axis % np.ndim(x) else n for at, n in enumerate(np.shape(x)))
        return np.concatenate((np.full(shape, first, so_far.dtype), so_far), axis=axis)

    return run


handles("cumulative_sum")(_cumulative(np.cumsum, 0.0))
handles("cumulative_prod")(_cumulative(np.cumprod, 1.0))


@handles("trace")
def _trace(  # noqa: PLR0917 - NumPy's order
    a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: Any = None
) -> Any:
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1, dtype=dtype, out=out)


@handles("ptp")
def _ptp(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False) -> Any:
    refuse_options("ptp", {"out": out})
    keepdims = given(keepdims) and keepdims
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)
