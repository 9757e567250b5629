"""Arrays put together: stacks, blocks, appended parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import handles, refuse_options
from lagviz.engine.recorded import record_operation
from lagviz.engine.rules import CONCATENATE, STACK


def _parts(parts: Any) -> tuple[Any, ...]:
    # `isinstance` would ask each recorded part, and there may be many, what it counts as.
    return tuple([np.asarray(part) if issubclass(type(part), _SEQUENCES) else part for part in parts])


_SEQUENCES = (list, tuple)


def _dtype(name: str, out: Any, options: dict[str, Any]) -> Any:
    """The dtype, if one was asked for; other options are refused."""
    if out is None and not options:
        return None
    dtype = options.pop("dtype", None)
    refuse_options(name, {"out": out, **{key: value for key, value in options.items() if key != "casting"}})
    return dtype


@handles("concatenate")
def _concatenate(parts: Sequence[Any], axis: int | None = 0, out: Any = None, **options: Any) -> Any:
    dtype = _dtype("concatenate", out, options)
    joined = record_operation(CONCATENATE, _parts(parts), {"axis": axis} if axis != 0 else {})
    return joined if dtype is None else astype(joined, dtype)


@handles("stack")
def _stack(parts: Sequence[Any], axis: int = 0, out: Any = None, **options: Any) -> Any:
    dtype = _dtype("stack", out, options)
    joined = record_operation(STACK, _parts(parts), {"axis": axis} if axis != 0 else {})
    return joined if dtype is None else astype(joined, dtype)


@handles("vstack")
def _vstack(parts: Sequence[Any], **options: Any) -> Any:
    return np.concatenate([np.atleast_2d(part) for part in _parts(parts)], axis=0, **options)


@handles("hstack")
def _hstack(parts: Sequence[Any], **options: Any) -> Any:
    parts = [np.atleast_1d(part) for part in _parts(parts)]
    return np.concatenate(parts, axis=0 if parts and np.ndim(parts[0]) == 1 else 1, **options)


@handles("dstack")
def _dstack(parts: Sequence[Any]) -> Any:
    return np.concatenate([np.atleast_3d(part) for part in _parts(parts)], axis=2)


@handles("column_stack")
def _column_stack(parts: Sequence[Any]) -> Any:
    parts = [np.reshape(part, (-1, 1)) if np.ndim(part) < 2 else part for part in _parts(parts)]  # noqa: PLR2004
    return np.concatenate(parts, axis=1)


@handles("append")
def _append(arr: Any, values: Any, axis: int | None = None) -> Any:
    arr, values = _parts((arr, values))
    if axis is None:
        return np.concatenate((np.ravel(arr), np.ravel(values)))
    return np.concatenate((arr, values), axis=axis)


@handles("block")
def _block(arrays: Any) -> Any:
    depth, ndim = _depth(arrays), _most_axes(arrays)
    axes = max(depth, ndim)

    def join(part: Any, level: int) -> Any:
        if not isinstance(part, list):
            return np.reshape(part, (1,) * (axes - np.ndim(part)) + np.shape(part))
        return np.concatenate([join(one, level - 1) for one in part], axis=-level)

    return join(arrays, depth)


def _depth(part: Any) -> int:
    return 1 + max(_depth(one) for one in part) if isinstance(part, list) else 0


def _most_axes(part: Any) -> int:
    return max(_most_axes(one) for one in part) if isinstance(part, list) else np.ndim(part)
