"""The functions of analysis, element by element: a row each."""

from __future__ import annotations

import math

import numpy as np

from lagviz.engine.rules.elementwise import Elementwise
from lagviz.engine.rules.floats import cosh, divide, quick, sinh
from lagviz.engine.rules.rule import plain

__all__ = ["FUNCTIONS"]

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
        (1.0, lambda _z, x, y: -1.0 * np.floor_divide(plain(x), plain(y))),
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
}
