"""The functions of analysis, element by element: a row each."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from lagviz.engine.rules.elementwise import Elementwise
from lagviz.engine.rules.floats import cosh, divide, quick, sinh, wins

__all__ = ["FUNCTIONS", "SINC"]


def _wins_or_stands(x: Any, y: Any) -> Any:
    """The share of x in a larger one of two that passes over NaN."""
    return np.where(np.isnan(y), np.where(np.isnan(x), np.nan, 1.0), wins(x, y))


def _sinc_slope(z: Any, x: Any) -> Any:
    """The derivative of sin(πx)/(πx): by its series where the quotient would cancel, so that every order is right at 0."""
    near = np.abs(x) < _NEAR
    small = np.where(near, x, 0.0)
    square, series = small * small, 0.0
    for factor in _SINC_SLOPE:
        series = series * square + factor
    far = np.where(near, 1.0, x)
    return np.where(near, small * series, (np.cos(np.pi * far) - z) / far)


_NEAR = 0.25
#: Coefficients of x¹⁹ … x³, x in the derivative of sin(πx)/(πx).
_SINC_SLOPE = [(-1) ** n * 2 * n * math.pi ** (2 * n) / math.factorial(2 * n + 1) for n in range(10, 0, -1)]

_TO_RADIANS = Elementwise(
    "deg2rad",
    np.deg2rad,
    (math.pi / 180,),
    ((r"\frac{\pi}{180}", "π/180"),),
    tex=r"\tfrac{\pi}{180}\,$x",
)
_TO_DEGREES = Elementwise(
    "rad2deg",
    np.rad2deg,
    (180 / math.pi,),
    ((r"\frac{180}{\pi}", "180/π"),),
    tex=r"\tfrac{180}{\pi}\,$x",
)

#: Not a ufunc in NumPy.
SINC = Elementwise(
    "sinc",
    np.sinc,
    (_sinc_slope,),
    ((r"\frac{\cos \pi $x - $z}{$x}", "(cos π$x − $z)/$x"),),
)

#: By NumPy ufunc.
FUNCTIONS: dict[np.ufunc, Elementwise] = {
    np.tan: Elementwise("tan", np.tan, (lambda z, _x: 1.0 + z * z,), (("1 + $z^{2}", "1 + $z²"),), tex=r"\tan($x)"),
    np.arcsin: Elementwise(
        "arcsin",
        np.arcsin,
        (lambda _z, x: 1.0 / np.sqrt(1.0 - x * x),),
        ((r"\frac{1}{\sqrt{1 - $x^{2}}}", "1/√(1 − $x²)"),),
        tex=r"\arcsin($x)",
    ),
    np.arccos: Elementwise(
        "arccos",
        np.arccos,
        (lambda _z, x: -1.0 / np.sqrt(1.0 - x * x),),
        ((r"-\frac{1}{\sqrt{1 - $x^{2}}}", "−1/√(1 − $x²)"),),
        tex=r"\arccos($x)",
    ),
    np.arctan: Elementwise(
        "arctan",
        quick(math.atan, np.arctan),
        (lambda _z, x: 1.0 / (1.0 + x * x),),
        ((r"\frac{1}{1 + $x^{2}}", "1/(1 + $x²)"),),
        tex=r"\arctan($x)",
    ),
    np.sinh: Elementwise("sinh", sinh, (lambda _z, x: cosh(x),), ((r"\cosh($x)", "cosh($x)"),), tex=r"\sinh($x)"),
    np.cosh: Elementwise("cosh", cosh, (lambda _z, x: sinh(x),), ((r"\sinh($x)", "sinh($x)"),), tex=r"\cosh($x)"),
    np.exp2: Elementwise(
        "exp2", np.exp2, (lambda z, _x: z * math.log(2.0),), ((r"$z \ln 2", "$z·ln 2"),), tex="2^{$x}"
    ),
    np.expm1: Elementwise(
        "expm1", quick(math.expm1, np.expm1), (lambda z, _x: z + 1.0,), (("$z + 1", "$z + 1"),), tex="e^{$x} - 1"
    ),
    np.log1p: Elementwise(
        "log1p",
        quick(math.log1p, np.log1p),
        (lambda _z, x: divide(1.0, 1.0 + x),),
        ((r"\frac{1}{1 + $x}", "1/(1 + $x)"),),
        tex=r"\ln(1 + $x)",
    ),
    np.log2: Elementwise(
        "log2",
        np.log2,
        (lambda _z, x: divide(1.0, x * math.log(2.0)),),
        ((r"\frac{1}{$x \ln 2}", "1/($x·ln 2)"),),
        tex=r"\log_2($x)",
    ),
    np.log10: Elementwise(
        "log10",
        np.log10,
        (lambda _z, x: divide(1.0, x * math.log(10.0)),),
        ((r"\frac{1}{$x \ln 10}", "1/($x·ln 10)"),),
        tex=r"\log_{10}($x)",
    ),
    np.cbrt: Elementwise(
        "cbrt",
        np.cbrt,
        (lambda z, _x: divide(1.0, 3.0 * z * z),),
        ((r"\frac{1}{3 $z^{2}}", "1/(3$z²)"),),
        tex=r"\sqrt[3]{$x}",
    ),
    np.reciprocal: Elementwise(
        "reciprocal",
        lambda x: divide(1.0, x),
        (lambda z, _x: -z * z,),
        (("-$z^{2}", "−$z²"),),
        pill="1/( )",
        tex=r"\frac{1}{$x}",
        text="1/$x",
    ),
    np.remainder: Elementwise(
        "remainder",
        np.remainder,
        (1.0, lambda _z, x, y: -1.0 * np.floor_divide(x, y)),
        (("1", "1"), (r"-\left\lfloor \frac{$x}{$y} \right\rfloor", "−⌊$x/$y⌋")),
        pill="mod",
        tex=r"$x \bmod $y",
        text="$x mod $y",
    ),
    np.hypot: Elementwise(
        "hypot",
        np.hypot,
        (lambda z, x, _y: divide(x, z), lambda z, _x, y: divide(y, z)),
        ((r"\frac{$x}{$z}", "$x/$z"), (r"\frac{$y}{$z}", "$y/$z")),
        tex=r"\sqrt{{$x}^{2} + {$y}^{2}}",
    ),
    np.arctan2: Elementwise(
        "arctan2",
        np.arctan2,
        (lambda _z, x, y: divide(y, x * x + y * y), lambda _z, x, y: -divide(x, x * x + y * y)),
        ((r"\frac{$y}{$x^{2} + $y^{2}}", "$y/($x² + $y²)"), (r"-\frac{$x}{$x^{2} + $y^{2}}", "−$x/($x² + $y²)")),
    ),
    np.logaddexp: Elementwise(
        "logaddexp",
        np.logaddexp,
        (lambda z, x, _y: np.exp(x - z), lambda z, _x, y: np.exp(y - z)),
        (("e^{$x - $z}", "exp($x − $z)"), ("e^{$y - $z}", "exp($y − $z)")),
    ),
    np.logaddexp2: Elementwise(
        "logaddexp2",
        np.logaddexp2,
        (lambda z, x, _y: np.exp2(x - z), lambda z, _x, y: np.exp2(y - z)),
        (("2^{$x - $z}", "2^($x − $z)"), ("2^{$y - $z}", "2^($y − $z)")),
    ),
    np.arcsinh: Elementwise(
        "arcsinh",
        quick(math.asinh, np.arcsinh),
        (lambda _z, x: 1.0 / np.sqrt(1.0 + x * x),),
        ((r"\frac{1}{\sqrt{1 + $x^{2}}}", "1/√(1 + $x²)"),),
    ),
    np.arccosh: Elementwise(
        "arccosh",
        quick(math.acosh, np.arccosh),
        (lambda _z, x: divide(1.0, np.sqrt(x * x - 1.0)),),
        ((r"\frac{1}{\sqrt{$x^{2} - 1}}", "1/√($x² − 1)"),),
    ),
    np.arctanh: Elementwise(
        "arctanh",
        quick(math.atanh, np.arctanh),
        (lambda _z, x: divide(1.0, 1.0 - x * x),),
        ((r"\frac{1}{1 - $x^{2}}", "1/(1 − $x²)"),),
    ),
    np.deg2rad: _TO_RADIANS,
    np.radians: _TO_RADIANS,
    np.rad2deg: _TO_DEGREES,
    np.degrees: _TO_DEGREES,
    np.conjugate: Elementwise("conjugate", np.conjugate, (1.0,), (("1", "1"),), tex=r"\overline{$x}"),
    np.fmod: Elementwise(
        "fmod",
        np.fmod,
        (1.0, lambda _z, x, y: -1.0 * np.trunc(np.divide(x, y))),
        (("1", "1"), (r"-\operatorname{trunc}\frac{$x}{$y}", "−trunc($x/$y)")),
    ),
    np.fmax: Elementwise(
        "fmax",
        np.fmax,
        (lambda _z, x, y: _wins_or_stands(x, y), lambda _z, x, y: _wins_or_stands(y, x)),
        ((r"\mathbf{1}[$x > $y]", "1[$x > $y]"), (r"\mathbf{1}[$y > $x]", "1[$y > $x]")),
    ),
    np.fmin: Elementwise(
        "fmin",
        np.fmin,
        (
            lambda _z, x, y: _wins_or_stands(-x, -y),
            lambda _z, x, y: _wins_or_stands(-y, -x),
        ),
        ((r"\mathbf{1}[$x < $y]", "1[$x < $y]"), (r"\mathbf{1}[$y < $x]", "1[$y < $x]")),
    ),
}
