"""Element by element, without a rule of their own: short combinations of operations that have one."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import given, handles, refuse_options
from lagviz.engine.recorded import record_operation, settled
from lagviz.engine.rules import SINC


@handles("sinc")
def _sinc(x: Any) -> Any:
    return record_operation(SINC, (x,))


@handles("clip")
def _clip(a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **options: Any) -> Any:
    low, high = options.pop("min", a_min), options.pop("max", a_max)
    refuse_options("clip", {"out": out, **options})
    x = a if not given(low) else np.maximum(a, low)
    return x if not given(high) else np.minimum(x, high)


@handles("copysign")
def _copysign(x: Any, y: Any) -> Any:
    size = np.abs(x)
    return np.where(np.signbit(y), -size, size)


@handles("heaviside")
def _heaviside(x: Any, at_zero: Any) -> Any:
    kind = np.result_type(x, at_zero, 1.0).type
    step = np.where(np.isnan(x), kind(np.nan), np.where(x > 0, kind(1), kind(0)))
    return np.where(x == 0, at_zero, step)


@handles("float_power")
def _float_power(x: Any, y: Any) -> Any:
    return np.power(astype(x, float), astype(y, float))


@handles("divmod")
def _divmod(x: Any, y: Any) -> tuple[Any, Any]:
    return np.floor_divide(x, y), np.remainder(x, y)


@handles("modf")
def _modf(x: Any) -> tuple[Any, Any]:
    whole = np.trunc(x)
    return x - whole, whole


@handles("ldexp")
def _ldexp(x: Any, exponent: Any) -> Any:
    # The powers have the precision of x, which NumPy keeps.
    precision = np.result_type(getattr(x, "dtype", np.float64), np.float16)
    return x * np.exp2(np.asarray(settled(exponent), dtype=precision))


@handles("nan_to_num")
def _nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    del copy
    if x.dtype.kind != "f":
        return x  # whole numbers are neither
    limits = np.finfo(x.dtype)
    posinf, neginf = limits.max if posinf is None else posinf, limits.min if neginf is None else neginf
    chosen = np.where(np.isnan(x), x.dtype.type(nan), x)
    return np.where(x == np.inf, x.dtype.type(posinf), np.where(x == -np.inf, x.dtype.type(neginf), chosen))
