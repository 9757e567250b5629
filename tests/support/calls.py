"""Calls of NumPy's functions as people write them, over a few inputs: what is recorded is tested by running these.

An entry is the text of a call. It is evaluated with ``np`` as NumPy, or as autograd's, on plain and on recorded inputs.
"""

from __future__ import annotations

import ast
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.core import primitive_vjps
from autograd.tracer import notrace_primitives

__all__ = ["CALLS", "INPUTS", "autograds", "inputs_of", "named_in"]

#: s and r are numbers, v and w vectors; p is positive, u between −1 and 1, k increasing; M, S and T have more axes; n has a NaN.
INPUTS: dict[str, Any] = {
    "s": 0.71,
    "r": 1.63,
    "v": np.array([0.63, -1.27, 0.92, 2.35]),
    "w": np.array([1.31, 0.42, -0.83, 1.74]),
    "p": np.array([0.8, 2.6, 1.1, 1.9]),
    "u": np.array([0.1, -0.7, 0.55, -0.3]),
    "k": np.array([-1.5, 0.2, 1.15, 2.7]),
    "M": np.array([[0.3, -1.1, 0.7], [1.9, -0.4, 1.2]]),
    "N": np.array([[1.4, 0.6, -0.9], [0.2, 1.3, -1.6]]),
    "S": np.array([[0.9, -0.2, 1.4], [0.5, 2.1, -0.6], [-1.3, 0.8, 1.7]]),
    "T": np.linspace(-1.9, 2.2, 24).reshape(2, 3, 4)[:, ::-1, :],
    "n": np.array([[0.5, np.nan, 1.4], [2.3, -0.7, 1.1], [-1.6, 0.9, 0.3]]),
}

#: By name in ``np``.
CALLS: dict[str, list[str]] = {
    # element by element
    **{
        name: [f"np.{name}(v)", f"np.{name}(s)", f"np.{name}(T)"]
        for name in (
            *(
                "absolute",
                "fabs",
                "negative",
                "positive",
                "square",
                "exp",
                "exp2",
                "expm1",
                "sin",
                "cos",
                "tan",
                "tanh",
            ),
            *("sinh", "cosh", "arctan", "arcsinh", "cbrt", "reciprocal", "deg2rad", "rad2deg", "radians", "degrees"),
            *("conjugate", "sinc", "real", "imag", "angle", "real_if_close", "nan_to_num", "modf"),
            *("sign", "floor", "ceil", "rint", "trunc", "fix", "round", "around", "signbit", "isreal", "iscomplex"),
            *("isnan", "isinf", "isfinite", "isposinf", "isneginf", "logical_not"),
        )
    },
    **{name: [f"np.{name}(p)", f"np.{name}(s)"] for name in ("sqrt", "log", "log2", "log10", "log1p")},
    **{name: [f"np.{name}(u)", f"np.{name}(s)"] for name in ("arcsin", "arccos", "arctanh")},
    "arccosh": ["np.arccosh(p + 1.0)", "np.arccosh(r)"],
    **{
        name: [f"np.{name}(v, w)", f"np.{name}(M, s)", f"np.{name}(r, v)", f"np.{name}(T, w)", f"np.{name}(v, 0.3)"]
        for name in (
            *("add", "subtract", "multiply", "divide", "maximum", "minimum", "fmax", "fmin", "hypot", "arctan2"),
            *("logaddexp", "logaddexp2", "remainder", "fmod", "divmod", "copysign", "heaviside", "floor_divide"),
            *("greater", "greater_equal", "less", "less_equal", "equal", "not_equal"),
            *("logical_and", "logical_or", "logical_xor"),
        )
    },
    "power": ["np.power(p, v)", "np.power(p, 3)", "np.power(v, 2)", "np.power(2.0, v)"],
    "float_power": ["np.float_power(p, v)"],
    "ldexp": ["np.ldexp(v, 3)"],
    "bitwise_and": ["np.bitwise_and(v > 0, w > 0)", "(v > 0) & (w > 1)"],
    "bitwise_or": ["np.bitwise_or(v > 0, w > 0)"],
    "bitwise_xor": ["np.bitwise_xor(v > 0, w > 0)"],
    "invert": ["np.invert(v > 0)", "~(v > 0)"],
    "clip": [
        "np.clip(v, -0.5, 1.0)",
        "np.clip(v, None, 1.0)",
        "np.clip(v, s - 1, r)",
        "np.clip(M, a_min=0, a_max=None)",
    ],
    "where": ["np.where(v > 0, v, w)", "np.where(M > 0, 0.0, M)", "np.where(v > s, s, 2 * r)", "v[np.where(w > 0)]"],
    "isclose": ["np.isclose(v, w)"],
    "allclose": ["np.allclose(v, v + 1e-12)"],
    "array_equal": ["np.array_equal(v, w)"],
    "array_equiv": ["np.array_equiv(v, w)"],
    "isin": ["np.isin(v, [0.92, 2.35])"],
    # reductions
    **{
        name: [
            f"np.{name}(v)",
            f"np.{name}(M, axis=0)",
            f"np.{name}(T, axis=1, keepdims=True)",
            f"np.{name}(T, axis=(0, 2))",
            f"np.{name}(M, -1)",
        ]
        for name in ("sum", "mean", "prod", "max", "min", "amax", "amin", "var", "std", "ptp", "median", "any", "all")
    },
    "cumsum": ["np.cumsum(v)", "np.cumsum(M)", "np.cumsum(T, axis=1)", "np.cumsum(M, axis=-1)"],
    "cumprod": ["np.cumprod(v)", "np.cumprod(M)", "np.cumprod(T, axis=1)", "np.cumprod(M, axis=-1)"],
    "cumulative_sum": ["np.cumulative_sum(v)", "np.cumulative_sum(M, axis=1, include_initial=True)"],
    "cumulative_prod": ["np.cumulative_prod(v)", "np.cumulative_prod(M, axis=0, include_initial=True)"],
    "average": [
        "np.average(v)",
        "np.average(v, weights=p)",
        "np.average(M, axis=1, weights=M ** 2 + 1)",
        "np.average(M, axis=0, weights=[2.0, 1.0], returned=True)",
    ],
    "trace": ["np.trace(S)", "np.trace(M, 1)", "np.trace(T, axis1=0, axis2=2)"],
    "quantile": [
        "np.quantile(v, 0.3)",
        "np.quantile(M, [0.25, 0.9], axis=1)",
        "np.quantile(v, s)",
        "np.quantile(T, 0.5)",
    ],
    "percentile": ["np.percentile(v, 30)", "np.percentile(M, [25, 75], axis=0, keepdims=True)"],
    "cov": ["np.cov(M)", "np.cov(v, w)", "np.cov(M, rowvar=False, bias=True)", "np.cov(v)"],
    "corrcoef": ["np.corrcoef(S)", "np.corrcoef(v, w)"],
    **{
        name: [f"np.{name}(n)", f"np.{name}(n, axis=0)", f"np.{name}(M, axis=1)"]
        for name in (
            *("nansum", "nanprod", "nanmean", "nanmax", "nanmin", "nanvar", "nanstd", "nancumsum", "nancumprod"),
            *("nanargmax", "nanargmin"),
        )
    },
    **{
        name: [f"np.{name}(v)", f"np.{name}(M, axis=0)", f"np.{name}(T, -1)"]
        for name in ("argmax", "argmin", "argsort")
    },
    "argpartition": ["np.argpartition(v, 1)", "np.argpartition(M, 3, axis=None)"],
    "count_nonzero": ["np.count_nonzero(v > 0)", "np.count_nonzero(M > 0, axis=1)"],
    "searchsorted": ["np.searchsorted(k, v)", "np.searchsorted(k, s, side='right')"],
    "digitize": ["np.digitize(v, [0.0, 1.0])"],
    "bincount": ["np.bincount([0, 2, 2, 5], weights=v)", "np.bincount([1, 1, 0, 1], v, minlength=4)"],
    # what goes where
    "reshape": [
        "np.reshape(M, (3, 2))",
        "np.reshape(M, -1)",
        "np.reshape(s, (1, 1))",
        "np.reshape(M, (3, 2), order='F')",
        "T.reshape(-1, 6, order='F')",
    ],
    "ravel": ["np.ravel(M)", "np.ravel(T, order='F')", "T.flatten('F')", "np.ravel(v, order='K')"],
    "expand_dims": ["np.expand_dims(v, 1)", "np.expand_dims(v, (0, 2))"],
    "squeeze": ["np.squeeze(v[None, :, None])", "np.squeeze(v[None, :, None], axis=0)"],
    "transpose": ["np.transpose(M)", "np.transpose(T, (2, 0, 1))"],
    "matrix_transpose": ["np.matrix_transpose(T)"],
    "swapaxes": ["np.swapaxes(T, 0, 2)"],
    "moveaxis": ["np.moveaxis(T, 0, -1)"],
    "rollaxis": ["np.rollaxis(T, 2)", "np.rollaxis(T, 0, 3)"],
    "broadcast_to": ["np.broadcast_to(v, (2, 4))", "np.broadcast_to(s, (3,))"],
    "broadcast_arrays": ["np.broadcast_arrays(M, s, [1.0, 2.0, 3.0])"],
    "flip": ["np.flip(M)", "np.flip(M, 1)"],
    "fliplr": ["np.fliplr(M)"],
    "flipud": ["np.flipud(M)"],
    "roll": ["np.roll(M, 1)", "np.roll(T, (1, 2), axis=(0, 1))"],
    "rot90": ["np.rot90(M)", "np.rot90(T, k=2, axes=(1, 2))"],
    "repeat": ["np.repeat(v, 2)", "np.repeat(M, [1, 2], axis=0)"],
    "tile": ["np.tile(v, 2)", "np.tile(M, (2, 1))"],
    "diag": ["np.diag(v)", "np.diag(S)", "np.diag(S, 1)"],
    "diagflat": ["np.diagflat(M)"],
    "diagonal": ["np.diagonal(S)", "np.diagonal(T, 1, 1, 2)"],
    "tril": ["np.tril(S)", "np.tril(S, -1)"],
    "triu": ["np.triu(S)", "np.triu(T, 1)"],
    "resize": ["np.resize(v, (2, 3))"],
    "pad": ["np.pad(v, 2)", "np.pad(M, ((1, 0), (0, 2)), constant_values=1.0)", "np.pad(v, (1, 2), mode='reflect')"],
    "take": ["np.take(v, [0, 0, 3])", "np.take(M, [[2, 0]], axis=1)", "np.take(M, 4)"],
    "take_along_axis": ["np.take_along_axis(M, np.argsort(M, axis=1), axis=1)"],
    "compress": [
        "np.compress([True, False, True, True], v)",
        "np.compress(w > 0, v)",
        "np.compress([0, 1], M, axis=0)",
    ],
    "extract": ["np.extract(v > 0, v)", "np.extract(M > 0, N)"],
    "select": ["np.select([v > 1, v > 0], [v, w], default=s)", "np.select([v > 1], [p])"],
    "choose": ["np.choose([0, 1, 1, 0], [v, w])"],
    "delete": ["np.delete(v, 1)", "np.delete(M, [0, 2], axis=1)"],
    "insert": ["np.insert(v, 1, s)", "np.insert(M, 1, v[:2], axis=1)", "np.insert(v, [0, 2], [5.0, 6.0])"],
    "append": ["np.append(v, s)", "np.append(M, N, axis=0)", "np.append(M, v)"],
    "sort": ["np.sort(v)", "np.sort(M, axis=0)", "np.sort(T, axis=None)"],
    "partition": ["np.partition(v, 1)", "np.partition(T, 2, axis=2)"],
    "nonzero": ["v[np.nonzero(v > 0)]", "np.nonzero(M > 0)"],
    "flatnonzero": ["np.flatnonzero(M > 0)"],
    "argwhere": ["np.argwhere(M > 0)"],
    "ix_": ["S[np.ix_([0, 2], [1, 0])]", "S[np.ix_(np.argsort(S[0]), [1, 0])]"],
    "unravel_index": ["M[np.unravel_index(np.argmax(M), M.shape)]"],
    "ravel_multi_index": ["v[np.ravel_multi_index((np.argmax(u[:2]), 1), (2, 2))]"],
    # together and apart
    "concatenate": ["np.concatenate((v, w))", "np.concatenate([M, N], axis=1)", "np.concatenate((M, v), axis=None)"],
    "stack": ["np.stack((v, w))", "np.stack([M, N], axis=-1)", "np.stack([s, r, 1.0])"],
    "vstack": ["np.vstack((v, w))", "np.vstack((M, S))"],
    "hstack": ["np.hstack((v, w))", "np.hstack((M, N))", "np.hstack((v, s))"],
    "dstack": ["np.dstack((v, w))", "np.dstack((M, N))"],
    "column_stack": ["np.column_stack((v, w))", "np.column_stack((M, v[:2]))"],
    "block": ["np.block([[M, N], [np.ones((1, 3)), S[:1]]])", "np.block([v, s])", "np.block(v)"],
    "split": ["np.split(v, 2)", "np.split(T, [1, 3], axis=2)"],
    "array_split": ["np.array_split(v, 3)", "np.array_split(v, [2, 6])"],
    "hsplit": ["np.hsplit(T, 3)", "np.hsplit(v, [1])"],
    "vsplit": ["np.vsplit(M, 2)"],
    "dsplit": ["np.dsplit(T, 2)"],
    "unstack": ["np.unstack(M)", "np.unstack(M, axis=1)"],
    "atleast_1d": ["np.atleast_1d(s)", "np.atleast_1d(v, s)"],
    "atleast_2d": ["np.atleast_2d(v)", "np.atleast_2d(s)"],
    "atleast_3d": ["np.atleast_3d(v)", "np.atleast_3d(M)", "np.atleast_3d(s)", "np.atleast_3d(T)"],
    "meshgrid": ["np.meshgrid(v, w)", "np.meshgrid(v, [1.0, 2.0], indexing='ij')", "np.meshgrid(v, w, sparse=True)"],
    # along an axis
    "diff": ["np.diff(v)", "np.diff(T, n=2, axis=1)", "np.diff(v, prepend=s, append=[1.0, 2.0])"],
    "ediff1d": ["np.ediff1d(M)", "np.ediff1d(v, to_begin=s, to_end=[1.0])"],
    "gradient": [
        "np.gradient(v)",
        "np.gradient(v, 0.5)",
        "np.gradient(v, k)",
        "np.gradient(M)",
        "np.gradient(T, axis=2, edge_order=2)",
        "np.gradient(T, k, axis=2, edge_order=2)",
        "np.gradient(S, s, r)",
    ],
    "trapezoid": ["np.trapezoid(v)", "np.trapezoid(v, k)", "np.trapezoid(T, dx=s, axis=1)"],
    "unwrap": ["np.unwrap(3 * v)", "np.unwrap(M, axis=0)"],
    "convolve": [
        *("np.convolve(v, w)", "np.convolve(v, w[:2], 'same')", "np.convolve(v, w[:3], mode='valid')"),
        *("np.convolve(w[:2], v, 'same')", "np.convolve(v, [1.0, 2.0, 3.0], 'same')"),
    ],
    "correlate": ["np.correlate(v, w[:2])", "np.correlate(v, w, 'full')", "np.correlate(v[:3], w, 'same')"],
    "interp": [
        "np.interp(u, k, v)",
        "np.interp(s, k, v)",
        "np.interp(v * 3, k, w, left=5.0)",
        "np.interp([0.5, 1.0], k, v)",
    ],
    "cross": ["np.cross(M, N)", "np.cross(S, M[0])", "np.cross(S, S[::-1], axis=0)"],
    "kron": ["np.kron(v, w)", "np.kron(M, S)", "np.kron(v, M)", "np.kron(s, v)"],
    "polyval": ["np.polyval(v, w)", "np.polyval(v, s)", "np.polyval([1.0, 2.0], v)"],
    "vander": ["np.vander(v)", "np.vander(v, 3, increasing=True)"],
    "linspace": [
        "np.linspace(s, r, 4)",
        "np.linspace(v, 1.0, 3, endpoint=False)",
        "np.linspace(s, r, 3, retstep=True)",
    ],
    "logspace": ["np.logspace(s, r, 3)"],
    "geomspace": ["np.geomspace(s, r, 4)", "np.geomspace(p, 2.0, 3, axis=1)"],
    "apply_along_axis": ["np.apply_along_axis(np.cumsum, 1, M)", "np.apply_along_axis(np.prod, 0, T)"],
    # other dtypes, and questions
    "astype": ["np.astype(v, np.float64)", "np.astype(v, int)"],
    "copy": ["np.copy(v)"],
    "full_like": ["np.full_like(v, 2.0)", "np.full_like(M, s)"],
    "zeros_like": ["np.zeros_like(v) + v"],
    "ones_like": ["np.ones_like(v) * v"],
    "empty_like": ["np.empty_like(v).shape"],
    "shape": ["np.shape(M)"],
    "ndim": ["np.ndim(M)"],
    "size": ["np.size(M)"],
    "result_type": ["np.result_type(v, 1.0)"],
    "common_type": ["np.common_type(v)"],
    "can_cast": ["np.can_cast(v.dtype, np.float64)"],
    "min_scalar_type": ["np.min_scalar_type(v)"],
    "iscomplexobj": ["np.iscomplexobj(v)"],
    "isrealobj": ["np.isrealobj(v)"],
    "may_share_memory": ["np.may_share_memory(v, v)"],
    "shares_memory": ["np.shares_memory(v, v)"],
    "diag_indices_from": ["S[np.diag_indices_from(S)]"],
    "tril_indices_from": ["S[np.tril_indices_from(S)]"],
    "triu_indices_from": ["S[np.triu_indices_from(S)]"],
    "array2string": ["np.array2string(v)"],
    "array_repr": ["np.array_repr(v)"],
    "array_str": ["np.array_str(v)"],
}


def named_in(call: str) -> list[str]:
    """The inputs that a call reads, in the order of `INPUTS`."""
    names = {node.id for node in ast.walk(ast.parse(call)) if isinstance(node, ast.Name)}
    return [name for name in INPUTS if name in names]


def inputs_of(call: str) -> dict[str, Any]:
    """Their values."""
    return {name: INPUTS[name] for name in named_in(call)}


def autograds() -> set[str]:
    """Names in ``autograd.numpy`` of what it differentiates, or knows to have no gradient."""
    flat = {function for functions in notrace_primitives.values() for function in functions}
    return {
        name
        for name, function in vars(anp).items()
        if callable(function) and not isinstance(function, type) and (function in primitive_vjps or function in flat)
    }
