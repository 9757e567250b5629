"""Functions of values along an axis: differences, slopes, integrals, unwrapped angles."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import as_array, handles
from lagviz.engine.recorded import settled


@handles("diff")
def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = np._NoValue, append: Any = np._NoValue) -> Any:  # noqa: SLF001
    a = np.moveaxis(as_array(a), axis, -1)
    ends = [end for end in (prepend, append) if end is not np._NoValue]  # noqa: SLF001
    if ends:
        shaped = [
            np.broadcast_to(end, (*np.shape(a)[:-1], 1)) if np.ndim(end) == 0 else np.moveaxis(as_array(end), axis, -1)
            for end in ends
        ]
        parts = [shaped[0], a] if prepend is not np._NoValue else [a]  # noqa: SLF001
        a = np.concatenate([*parts, shaped[-1]] if append is not np._NoValue else parts, axis=-1)  # noqa: SLF001
    for _ in range(n):
        a = a[..., 1:] - a[..., :-1]
    return np.moveaxis(a, -1, axis)


@handles("ediff1d")
def _ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    ary = as_array(ary)
    parts = [np.diff(np.ravel(ary))]
    if to_begin is not None:
        parts.insert(0, np.ravel(astype(as_array(to_begin), ary.dtype)))
    if to_end is not None:
        parts.append(np.ravel(astype(as_array(to_end), ary.dtype)))
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


@handles("gradient")
def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    f = as_array(f)
    axes = tuple(range(np.ndim(f))) if axis is None else tuple(int(one) for one in np.atleast_1d(settled(axis)))
    spacings = varargs or (1.0,)
    if len(spacings) == 1:
        spacings *= len(axes)
    if len(spacings) != len(axes):
        return np.gradient(np.empty(np.shape(f)), *(np.empty(()) for _ in varargs), axis=axes)  # NumPy's own refusal
    dtype = f.dtype if f.dtype.kind == "f" else np.dtype(float)  # spacings in double precision do not lift it
    found = [
        astype(np.moveaxis(_slopes(np.moveaxis(f, one, -1), as_array(spacing), edge_order), -1, one), dtype)
        for one, spacing in zip(axes, spacings, strict=True)
    ]
    return found[0] if len(found) == 1 else tuple(found)


def _slopes(f: Any, spacing: Any, edge_order: int) -> Any:
    """Central differences along the last axis of knots that need not be evenly apart, and one-sided ones at the ends.

    Source: the documentation of ``numpy.gradient``, after Fornberg, Math. Comp. 51 (1988).
    """
    n = np.shape(f)[-1]
    if n < edge_order + 1 or edge_order > 2:  # noqa: PLR2004
        return np.gradient(np.zeros(n), edge_order=edge_order)  # type: ignore[call-overload] # NumPy's own refusal
    d = (
        np.broadcast_to(astype(spacing, np.result_type(f, 1.0)), (n - 1,))
        if np.ndim(spacing) == 0
        else spacing[1:] - spacing[:-1]
    )
    before, after = d[:-1], d[1:]
    inner = (
        f[..., 2:] * (before / (after * (before + after)))
        + f[..., 1:-1] * ((after - before) / (before * after))
        - f[..., :-2] * (after / (before * (before + after)))
    )
    if edge_order == 1:
        first, last = (f[..., 1] - f[..., 0]) / d[0], (f[..., -1] - f[..., -2]) / d[-1]
    else:
        first = _edge(f[..., 0], f[..., 1], f[..., 2], d[0], d[1])
        last = -_edge(f[..., -1], f[..., -2], f[..., -3], d[-1], d[-2])
    return np.concatenate((np.expand_dims(first, -1), inner, np.expand_dims(last, -1)), axis=-1)


def _edge(f0: Any, f1: Any, f2: Any, d0: Any, d1: Any) -> Any:
    """The slope at f0 of the parabola through three knots, d0 and d1 apart."""
    return -f0 * (2 * d0 + d1) / (d0 * (d0 + d1)) + f1 * (d0 + d1) / (d0 * d1) - f2 * d0 / (d1 * (d0 + d1))


@handles("trapezoid", "trapz")
def _trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Any:
    y = np.moveaxis(as_array(y), axis, -1)
    if x is not None:
        x = as_array(x)
        dx = np.diff(x if np.ndim(x) == 1 else np.moveaxis(x, axis, -1), axis=-1)
    return np.sum(dx * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


@handles("unwrap")
def _unwrap(p: Any, discont: Any = None, axis: int = -1, *, period: Any = 2 * np.pi) -> Any:
    p = np.moveaxis(as_array(p), axis, -1)
    discont = period / 2 if discont is None else discont
    steps = np.diff(p, axis=-1)
    wrapped = np.mod(steps + period / 2, period) - period / 2
    wrapped = np.where((wrapped == -period / 2) & (steps > 0), period / 2, wrapped)
    turns = np.where(np.abs(steps) < discont, 0.0, wrapped - steps)
    return np.moveaxis(np.concatenate((p[..., :1], p[..., 1:] + np.cumsum(turns, axis=-1)), axis=-1), -1, axis)


@handles("apply_along_axis")
def _apply_along_axis(func1d: Any, axis: int, arr: Any, *args: Any, **kwargs: Any) -> Any:
    lines = np.moveaxis(arr, axis, -1)
    heads = np.shape(lines)[:-1]
    parts = [as_array(func1d(lines[at], *args, **kwargs)) for at in np.ndindex(heads)]
    whole = np.reshape(np.stack(parts), heads + np.shape(parts[0]))
    own = np.ndim(parts[0])
    return np.moveaxis(whole, tuple(range(-own, 0)), tuple(range(axis % np.ndim(arr), axis % np.ndim(arr) + own)))
