"""Averages, variances, quantiles, and the reductions that pass over NaN: short combinations of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import as_array, given, handles, refuse_options
from lagviz.engine.recorded import settled
from lagviz.engine.where import place
from lagviz.errors import MissingRuleError


@handles("var")
def _var(x: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, **options: Any) -> Any:
    ddof = _freedom(options)
    refuse_options("var", options)
    deviation = x - np.mean(x, axis=axis, dtype=dtype, keepdims=True)
    total = np.sum(deviation**2, axis=axis, dtype=dtype, keepdims=given(keepdims) and keepdims)
    # No more numbers than are taken away: NumPy's answer is NaN, or infinite.
    return np.divide(total, max(np.size(x) / max(np.size(total), 1) - ddof, 0.0))


def _freedom(options: dict[str, Any]) -> float:
    ddof, correction = options.pop("ddof", 0), options.pop("correction", None)
    freedom: float = correction if given(correction) else ddof
    return freedom


@handles("std")
def _std(x: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, **options: Any) -> Any:
    ddof = _freedom(options)
    refuse_options("std", options)
    variance = np.var(x, axis=axis, dtype=dtype, ddof=ddof, keepdims=given(keepdims) and keepdims)
    # Of one number it is 0, or NaN, whatever the number: there is no slope, where the root has an infinite one.
    return variance if np.size(variance) == np.size(x) else np.sqrt(variance)


@handles("average")
def _average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: Any = False) -> Any:
    keepdims = given(keepdims) and keepdims
    if isinstance(a, list | tuple):
        a = np.asarray(a)
    if weights is None:
        mean = np.mean(a, axis=axis, keepdims=keepdims)
        count = np.size(a) / max(np.size(mean), 1)
        return (mean, np.full(np.shape(mean), count)[()]) if returned else mean
    if isinstance(weights, list | tuple):
        weights = np.asarray(weights)
    if np.shape(weights) != np.shape(a):
        if axis is None or isinstance(axis, tuple):
            raise MissingRuleError(
                f"np.average of an array of shape {np.shape(a)} with weights of shape {np.shape(weights)} is not recorded "
                f"without a single axis, at {place()}. Say which axis they belong to, or give weights of the same shape."
            )
        shape = tuple(n if at == axis % np.ndim(a) else 1 for at, n in enumerate(np.shape(a)))
        weights = np.broadcast_to(np.reshape(weights, shape), np.shape(a))
    total = np.sum(weights, axis=axis, keepdims=keepdims)
    mean = np.sum(a * weights, axis=axis, keepdims=keepdims) / total
    return (mean, total) if returned else mean


@handles("cov")
def _cov(
    m: Any, y: Any = None, rowvar: bool = True, bias: bool = False, ddof: int | None = None, **options: Any
) -> Any:
    refuse_options("cov", options)
    m = np.atleast_2d(astype(as_array(m), float))
    m = m if rowvar or np.shape(m)[0] == 1 else np.transpose(m)
    if y is not None:
        y = np.atleast_2d(astype(as_array(y), float))
        m = np.concatenate((m, y if rowvar or np.shape(y)[0] == 1 else np.transpose(y)), axis=0)
    ddof = (0 if bias else 1) if ddof is None else ddof
    deviation = m - np.mean(m, axis=1, keepdims=True)
    product = deviation @ np.transpose(deviation)
    product = np.divide(product, max(np.shape(m)[1] - ddof, 0))
    return product[0, 0] if np.shape(product) == (1, 1) else product


@handles("corrcoef")
def _corrcoef(x: Any, y: Any = None, rowvar: bool = True, **options: Any) -> Any:
    refuse_options("corrcoef", options)
    covariance = np.cov(x, y, rowvar)
    if np.ndim(covariance) == 0:
        return covariance / covariance
    deviation = np.sqrt(np.diagonal(covariance))
    return covariance / np.expand_dims(deviation, 1) / deviation


# --- quantiles ------------------------------------------------------------------------------------------------------------


def _last(x: Any, axis: Any) -> tuple[Any, tuple[int, ...]]:
    """The axes in question as one last axis; and the shape of a result that keeps them with length 1."""
    axes = tuple(range(np.ndim(x))) if axis is None else tuple(one % np.ndim(x) for one in np.atleast_1d(axis))
    kept = tuple(1 if at in axes else n for at, n in enumerate(np.shape(x)))
    x = np.moveaxis(x, axes, tuple(range(-len(axes), 0)))
    return np.reshape(x, (*np.shape(x)[: np.ndim(x) - len(axes)], -1)), kept


@handles("median")
def _median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: Any = False) -> Any:
    del overwrite_input
    refuse_options("median", {"out": out})
    flat, kept = _last(a, axis)
    ordered = np.sort(flat, axis=-1)
    n = np.shape(ordered)[-1]
    if n == 0:
        return np.mean(flat, axis=-1)  # NaN, and NumPy's warning
    middle = np.mean(ordered[..., (n - 1) // 2 : n // 2 + 1], axis=-1)
    middle = np.where(np.isnan(ordered[..., -1]), np.nan, middle)  # NaN is sorted to the end
    return np.reshape(middle, kept) if given(keepdims) and keepdims else middle


@handles("quantile")
def _quantile(a: Any, q: Any, axis: Any = None, keepdims: Any = False, **options: Any) -> Any:
    if options.pop("method", "linear") != "linear":
        raise MissingRuleError(
            f"np.quantile is recorded with method='linear' alone, at {place()}. Leave the option away."
        )
    options.pop("overwrite_input", None)
    refuse_options("quantile", options)
    flat, kept = _last(a, axis)
    ordered = np.sort(flat, axis=-1)
    last = np.shape(ordered)[-1] - 1
    at = q * last if np.ndim(q) == 0 else np.asarray(q) * last
    below = settled(astype(np.clip(np.floor(at), 0, last), int))
    above = np.minimum(below + 1, last)
    low, high = ordered[..., below], ordered[..., above]
    largest = ordered[..., -1:] if np.ndim(at) else ordered[..., -1]  # NaN is sorted to the end
    between = np.where(np.isnan(largest), np.nan, low + (high - low) * (at - below))
    front = tuple(range(np.ndim(at)))  # where NumPy has the axes of q
    between = np.moveaxis(between, tuple(axis - np.ndim(at) for axis in front), front)
    return np.reshape(between, np.shape(at) + kept) if given(keepdims) and keepdims else between


@handles("percentile")
def _percentile(a: Any, q: Any, axis: Any = None, **options: Any) -> Any:
    return np.quantile(a, (np.asarray(q) if isinstance(q, list | tuple) else q) / 100, axis, **options)


# --- passing over NaN -------------------------------------------------------------------------------------------------------


def _without_nan(function: Callable[..., Any], instead: float) -> Callable[..., Any]:
    def reduce(a: Any, axis: Any = None, **options: Any) -> Any:
        return function(np.where(np.isnan(a), instead, a), axis=axis, **options)

    return reduce


handles("nansum")(_without_nan(np.sum, 0.0))
handles("nanprod")(_without_nan(np.prod, 1.0))
handles("nancumsum")(_without_nan(np.cumsum, 0.0))
handles("nancumprod")(_without_nan(np.cumprod, 1.0))


def _extreme(function: Callable[..., Any], instead: float) -> Callable[..., Any]:
    def reduce(a: Any, axis: Any = None, out: Any = None, keepdims: Any = False, **options: Any) -> Any:
        keepdims = given(keepdims) and keepdims
        absent = np.isnan(a)
        found = function(np.where(absent, instead, a), axis=axis, out=out, keepdims=keepdims, **options)
        return np.where(np.all(absent, axis=axis, keepdims=keepdims), np.nan, found)

    return reduce


handles("nanmax")(_extreme(np.max, -np.inf))
handles("nanmin")(_extreme(np.min, np.inf))


def _present(a: Any, axis: Any, keepdims: bool) -> Any:
    return np.sum(a.dtype.type(1) - np.isnan(a), axis=axis, keepdims=keepdims)


@handles("nanmean")
def _nanmean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = False, **options: Any
) -> Any:
    refuse_options("nanmean", {"out": out, **options})
    keepdims = given(keepdims) and keepdims
    a = a if dtype is None else astype(a, dtype)
    return np.divide(np.nansum(a, axis=axis, keepdims=keepdims), _present(a, axis, keepdims))


@handles("nanvar")
def _nanvar(a: Any, axis: Any = None, dtype: Any = None, *, keepdims: Any = False, **options: Any) -> Any:
    ddof = _freedom(options)
    refuse_options("nanvar", options)
    keepdims = given(keepdims) and keepdims
    a = a if dtype is None else astype(a, dtype)
    absent = np.isnan(a)
    mean = np.nanmean(a, axis=axis, keepdims=True)
    # Nothing is computed of a NaN, so that none comes back with the adjoints.
    deviation = np.where(absent, 0.0, np.where(absent, 0.0, a) - mean)
    total = np.sum(deviation**2, axis=axis, keepdims=keepdims)
    return np.divide(total, _present(a, axis, keepdims) - ddof)


@handles("nanstd")
def _nanstd(a: Any, axis: Any = None, dtype: Any = None, **options: Any) -> Any:
    return np.sqrt(np.nanvar(a, axis=axis, dtype=dtype, **options))
