"""Sums of products: convolutions, Kronecker and cross products, polynomials, weighted counts."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import as_array, handles
from lagviz.engine.recorded import Recorded, settled
from lagviz.engine.rules import put_back
from lagviz.engine.where import place
from lagviz.errors import MissingRuleError


@handles("convolve")
def _convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    if np.size(v) > np.size(a):
        a, v = v, a
    n, m = np.size(a), np.size(v)
    if m == 0 or mode not in {"full", "same", "valid"}:
        return np.convolve(np.zeros(n), np.zeros(m), mode)  # NumPy's own refusal
    # Each result reads a window of m numbers of a, which has zeros around it.
    around = np.zeros(m - 1, a.dtype)
    start, stop = {"full": (0, n + m - 1), "same": ((m - 1) // 2, (m - 1) // 2 + n), "valid": (m - 1, n)}[mode]
    windows = np.arange(start, stop)[:, None] + np.arange(m)
    return np.concatenate((around, a, around))[windows] @ v[::-1]


@handles("correlate")
def _correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    a, v = np.atleast_1d(a), np.atleast_1d(v)
    if np.size(v) > np.size(a):
        return np.convolve(v, a[::-1], mode)[::-1]
    return np.convolve(a, v[::-1], mode)


@handles("cross")
def _cross(  # noqa: PLR0917 - NumPy's order
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = np.moveaxis(as_array(a), axisa, -1), np.moveaxis(as_array(b), axisb, -1)
    if np.shape(a)[-1] != 3 or np.shape(b)[-1] != 3:  # noqa: PLR2004
        raise MissingRuleError(
            f"np.cross of vectors that have not three elements is not recorded, at {place()}. Of vectors with two write "
            "x[..., 0] * y[..., 1] - x[..., 1] * y[..., 0]."
        )
    after, before = [1, 2, 0], [2, 0, 1]
    return np.moveaxis(a[..., after] * b[..., before] - a[..., before] * b[..., after], -1, axisc)


@handles("kron")
def _kron(a: Any, b: Any) -> Any:
    a, b = as_array(a), as_array(b)
    ndim = max(np.ndim(a), np.ndim(b))
    shape_a, shape_b = ((1,) * (ndim - np.ndim(x)) + np.shape(x) for x in (a, b))
    apart_a = tuple(n for length in shape_a for n in (length, 1))
    apart_b = tuple(n for length in shape_b for n in (1, length))
    product = np.reshape(a, apart_a) * np.reshape(b, apart_b)
    return np.reshape(product, tuple(m * n for m, n in zip(shape_a, shape_b, strict=True)))


@handles("polyval")
def _polyval(p: Any, x: Any) -> Any:
    p, x = as_array(p), as_array(x)
    dtype = np.result_type(p, x)
    value: Any = np.zeros(np.shape(x), dtype)[()]
    for coefficient in astype(p, dtype):
        value = value * x + coefficient
    return value


@handles("vander")
def _vander(x: Any, N: int | None = None, increasing: bool = False) -> Any:  # noqa: N803 - NumPy's name
    exponents = np.arange(np.size(x) if N is None else settled(N), dtype=float)
    return np.expand_dims(x, -1) ** (exponents if increasing else exponents[::-1])


@handles("bincount")
def _bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Any:
    places, minlength = settled(x), settled(minlength)
    if not isinstance(weights, Recorded):
        return np.bincount(places, weights, minlength)
    if np.size(places) == 0:
        return np.bincount([], None, minlength)
    length = max(int(np.max(places, initial=-1)) + 1, minlength)
    return put_back(astype(weights, float), positions=np.asarray(places).astype(np.intp), size=length)
