"""The operations that Python has a sign for, and the few functions that loops over numbers are made of."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine.rules.elementwise import Elementwise
from lagviz.engine.rules.floats import cos, divide, exp, log, maximum, minimum, power, quick, sign, sin, wins
from lagviz.engine.rules.rule import is_recorded

__all__ = ["ARITHMETIC", "OPERATORS", "POWER", "SQUARE"]


class _Power(Elementwise):
    """x ** y, whose partial is written as a person would where the exponent is a number: 3x², not 3x³⁻¹."""

    __slots__ = ()

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        number = _as_number(names["y"]) if k == 0 else None
        if number is None:
            return super().partial_tex(k, names, operands)
        return f"{names['y']}\\,{names['x']}^{{{number - 1:.12g}}}"

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        number = _as_number(names["y"]) if k == 0 else None
        if number is None:
            return super().partial_text(k, names, operands)
        return f"{names['y']}·{names['x']}^{number - 1:.12g}".replace("-", "−")


def _as_number(written: str) -> float | None:
    try:
        return float(written.strip("()").replace("−", "-"))
    except ValueError:
        return None


def power_by_base(z: Any, x: Any, y: Any) -> Any:
    if type(y) is int or type(y) is float:
        if y == 2:  # noqa: PLR2004
            return 2 * x
        return 0.0 if y == 0 else y * power(x, y - 1)
    del z
    return y * power(x, np.where(np.equal(y, 0), 1.0, y - 1))


def power_by_exponent(z: Any, x: Any, y: Any) -> Any:
    # 0 ** y is 0 for every y > 0, so its derivative there is 0, not 0 · log 0.
    del y
    if np.ndim(x) == 0 and not is_recorded(x):
        return z * np.log(x) if x != 0 else z * 0.0
    return z * np.log(np.where(np.equal(x, 0), 1.0, x))


ADD = Elementwise(
    "add", lambda x, y: x + y, (1.0, 1.0), (("1", "1"), ("1", "1")), pill="+", tex="$x + $y", text="$x + $y"
)
SUBTRACT = Elementwise(
    "subtract", lambda x, y: x - y, (1.0, -1.0), (("1", "1"), ("-1", "−1")), pill="−", tex="$x - $y", text="$x − $y"
)
MULTIPLY = Elementwise(
    "multiply",
    lambda x, y: x * y,
    (lambda _z, _x, y: y, lambda _z, x, _y: x),
    (("$y", "$y"), ("$x", "$x")),
    pill="×",
    tex=r"$x \cdot $y",
    text="$x·$y",
)
DIVIDE = Elementwise(
    "divide",
    divide,
    (lambda _z, _x, y: divide(1.0, y), lambda z, _x, y: -divide(z, y)),
    ((r"\frac{1}{$y}", "1/$y"), (r"-\frac{$z}{$y}", "−$z/$y")),
    pill="÷",
    tex=r"\frac{$x}{$y}",
    text="$x/$y",
)
POWER = _Power(
    "power",
    power,
    (power_by_base, power_by_exponent),
    (("$y\\,$x^{$y - 1}", "$y·$x^($y − 1)"), (r"$z \ln $x", "$z·ln $x")),
    pill="xʸ",
    tex="{$x}^{$y}",
    text="$x^$y",
)
SQUARE = Elementwise(
    "square", lambda x: x * x, (lambda _z, x: 2 * x,), (("2 $x", "2$x"),), pill="( )²", tex="{$x}^{2}", text="$x²"
)
NEGATIVE = Elementwise("negative", lambda x: -x, (-1.0,), (("-1", "−1"),), pill="−( )", tex="-$x", text="−$x")
POSITIVE = Elementwise("positive", lambda x: +x, (1.0,), (("1", "1"),), pill="+( )", tex="$x", text="$x")
ABSOLUTE = Elementwise(
    "absolute",
    abs,
    (lambda _z, x: sign(x),),
    ((r"\operatorname{sign}($x)", "sign($x)"),),
    pill="|·|",
    tex=r"\left|$x\right|",
    text="|$x|",
)
TANH = Elementwise(
    "tanh",
    quick(math.tanh, np.tanh),
    (lambda z, _x: 1.0 - z * z,),
    (("1 - $z^{2}", "1 − $z²"),),
    tex=r"\tanh($x)",
    text="tanh($x)",
)
EXP = Elementwise("exp", exp, (lambda z, _x: z,), (("$z", "$z"),), tex="e^{$x}", text="exp($x)")
LOG = Elementwise(
    "log",
    log,
    (lambda _z, x: divide(1.0, x),),
    ((r"\frac{1}{$x}", "1/$x"),),
    pill="ln",
    tex=r"\ln($x)",
    text="ln($x)",
)
SIN = Elementwise("sin", sin, (lambda _z, x: cos(x),), ((r"\cos($x)", "cos($x)"),), tex=r"\sin($x)", text="sin($x)")
COS = Elementwise("cos", cos, (lambda _z, x: -sin(x),), ((r"-\sin($x)", "−sin($x)"),), tex=r"\cos($x)", text="cos($x)")
SQRT = Elementwise(
    "sqrt",
    quick(math.sqrt, np.sqrt),
    (lambda z, _x: divide(0.5, z),),
    ((r"\frac{1}{2 $z}", "1/(2$z)"),),
    pill="√",
    tex=r"\sqrt{$x}",
    text="√$x",
)
MAXIMUM = Elementwise(
    "maximum",
    maximum,
    (lambda _z, x, y: wins(x, y), lambda _z, x, y: wins(y, x)),
    ((r"\mathbf{1}[$x > $y]", "1[$x > $y]"), (r"\mathbf{1}[$y > $x]", "1[$y > $x]")),
    pill="max",
    tex=r"\max($x, $y)",
    text="max($x, $y)",
)
MINIMUM = Elementwise(
    "minimum",
    minimum,
    (lambda _z, x, y: wins(y, x), lambda _z, x, y: wins(x, y)),
    ((r"\mathbf{1}[$x < $y]", "1[$x < $y]"), (r"\mathbf{1}[$y < $x]", "1[$y < $x]")),
    pill="min",
    tex=r"\min($x, $y)",
    text="min($x, $y)",
)

#: Rules by the Python operator's method.
OPERATORS: dict[str, Elementwise] = {
    "add": ADD,
    "sub": SUBTRACT,
    "mul": MULTIPLY,
    "truediv": DIVIDE,
    "pow": POWER,
    "neg": NEGATIVE,
    "pos": POSITIVE,
    "abs": ABSOLUTE,
}

#: Rules by NumPy ufunc.
ARITHMETIC: dict[np.ufunc, Elementwise] = {
    np.add: ADD,
    np.subtract: SUBTRACT,
    np.multiply: MULTIPLY,
    np.divide: DIVIDE,
    np.power: POWER,
    np.square: SQUARE,
    np.negative: NEGATIVE,
    np.positive: POSITIVE,
    np.absolute: ABSOLUTE,
    np.fabs: ABSOLUTE,
    np.tanh: TANH,
    np.exp: EXP,
    np.log: LOG,
    np.sin: SIN,
    np.cos: COS,
    np.sqrt: SQRT,
    np.maximum: MAXIMUM,
    np.minimum: MINIMUM,
}
