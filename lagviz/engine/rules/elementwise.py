"""Operations that work on each element by itself, with broadcasting: their block is a diagonal.

A row of the table gives, for each operand, the partial as a function of ``(z, x)`` or ``(z, x, y)``, or as a number
where it is constant, and the same partial in LaTeX and in text. Conventions at kinks are NumPy-autograd's and JAX's: two
equal operands of ``maximum`` share the derivative, ``abs`` has 0 at 0.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from string import Template
from typing import Any

import numpy as np

from lagviz.engine.rules.rule import Entries, Rule, lead_of, plain, size_of
from lagviz.engine.where import place
from lagviz.errors import MissingRuleError

__all__ = ["OPERATORS", "UFUNCS", "Elementwise", "unbroadcast"]

Partial = Callable[..., Any] | float


def unbroadcast(g: Any, ndim: int, shape: tuple[int, ...]) -> Any:
    """Sum ``g`` over the axes that broadcasting added or stretched, its leading axes apart.

    Parameters
    ----------
    g : array of shape (…lead, *broadcast shape)
    ndim : int
        Number of axes of the broadcast shape.
    shape : tuple of int
        Shape before broadcasting.
    """
    have = np.shape(g)
    lead = len(have) - ndim
    if have[lead:] == shape:
        return g
    added = ndim - len(shape)
    axes = tuple(range(lead, lead + added))
    axes += tuple(lead + added + axis for axis, n in enumerate(shape) if n == 1 and have[lead + added + axis] != 1)
    if axes:
        g = np.add.reduce(g, axis=axes) if type(g) is np.ndarray else np.sum(g, axis=axes)
    if type(g) is np.float64 and not shape:
        return g.item()  # numbers stay with Python
    return g if np.shape(g) == have[:lead] + shape else np.reshape(g, have[:lead] + shape)


class Elementwise(Rule):
    """One ufunc: partials as functions or constants, in LaTeX and in text."""

    __slots__ = ("partials", "partials_tex", "partials_text")

    def __init__(
        self,
        name: str,
        compute: Callable[..., Any],
        partials: tuple[Partial, ...],
        symbols: tuple[tuple[str, str], ...],
        **options: Any,
    ) -> None:
        super().__init__(name, compute, arity=len(partials), **options)
        self.partials = partials
        self.partials_tex = tuple(Template(tex) for tex, _ in symbols)
        self.partials_text = tuple(Template(text) for _, text in symbols)

    def partial(self, k: int, z: Any, operands: Sequence[Any]) -> Any:
        """∂z/∂operand k, element by element; broadcasts against z."""
        partial = self.partials[k]
        return partial(z, *operands) if callable(partial) else partial

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        partial, x = self.partials[k], operands[k]
        product = _times(g, partial if isinstance(partial, float) else partial(z, *operands))
        if type(product) is np.ndarray:  # the two common cases, without the questions of all others
            if type(x) is np.ndarray and product.shape == x.shape:
                return product
            if type(x) is float and type(z) is np.ndarray and product.ndim == z.ndim:
                return float(product.sum())
        return unbroadcast(product, np.ndim(z), np.shape(x)) if np.ndim(product) else product

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        lead = lead_of(t, operands[k])
        missing = np.ndim(z) - np.ndim(operands[k])
        if missing and lead:  # the new axes belong behind the leading ones
            t = np.reshape(t, np.shape(t)[:lead] + (1,) * missing + np.shape(operands[k]))
        product = _times(t, self.partial(k, z, operands))
        shape = np.shape(t)[:lead] + np.shape(z)
        return product if np.shape(product) == shape else np.broadcast_to(product, shape)

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del options
        if np.ndim(z) == 0:
            return "scalar"
        if np.shape(operands[k]) != np.shape(z):
            return "sparse"
        return "identity" if self.partials[k] == 1 else "diagonal"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del k, operands, options
        return size_of(z)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del options
        x = operands[k]
        j = np.arange(size_of(z))
        i = np.broadcast_to(np.arange(size_of(x)).reshape(np.shape(x)), np.shape(z)).ravel()
        numbers = np.broadcast_to(np.asarray(self.partial(k, z, operands), dtype=np.float64), np.shape(z))
        return j, i, numbers.ravel()

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del operands
        return self.partials_tex[k].substitute(names)

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del operands
        return self.partials_text[k].substitute(names)

    def uses(self, k: int) -> str:
        # Read off the symbols, so that it cannot say anything else than they do.
        return "".join(dict.fromkeys(self.partials_text[k].get_identifiers()))

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        del options
        partial = self.partials[k]
        if partial == 1:
            return price
        if partial == -1:
            return f"-{price}"
        symbol = self.partial_tex(k, names, operands)
        return rf"\left({symbol}\right) \odot {price}"


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


def _times(g: Any, partial: Any) -> Any:
    if type(partial) is float:
        if partial == 1.0:
            return g
        if partial == -1.0:
            return -g
    return g * partial


# --- functions that stay with Python's floats where they can -------------------------------------------------------------
# `math.tanh(0.5)` takes a twentieth of the time of `np.tanh(0.5)`. Where it refuses (log of 0, overflow), NumPy's answer and
# NumPy's warning are what the reader's own program would have got.


def _quick(fast: Callable[[float], float], ufunc: np.ufunc) -> Callable[[Any], Any]:
    def compute(x: Any) -> Any:
        if type(x) is float:
            try:
                return fast(x)
            except (ValueError, OverflowError):
                return float(ufunc(x))
        return ufunc(x)

    return compute


_cos = _quick(math.cos, np.cos)
_exp = _quick(math.exp, np.exp)
_log = _quick(math.log, np.log)
_sin = _quick(math.sin, np.sin)
_sinh = _quick(math.sinh, np.sinh)
_cosh = _quick(math.cosh, np.cosh)


def _divide(x: Any, y: Any) -> Any:
    try:
        return x / y
    except ZeroDivisionError:
        return float(np.divide(x, y))


def _power(x: Any, y: Any) -> Any:
    try:
        z = x**y
    except (ZeroDivisionError, OverflowError):
        return float(np.power(float(x), float(y)))
    # Python answers (-8.0) ** 0.5 with a complex number, NumPy with NaN and a warning.
    return float(np.power(x, y)) if type(z) is complex else z


def _power_by_base(z: Any, x: Any, y: Any) -> Any:
    if type(y) is int or type(y) is float:
        if y == 2:  # noqa: PLR2004
            return 2 * x
        return 0.0 if y == 0 else y * _power(x, y - 1)
    del z
    return y * _power(x, np.where(plain(y) == 0, 1.0, y - 1))


def _power_by_exponent(z: Any, x: Any, y: Any) -> Any:
    # 0 ** y is 0 for every y > 0, so its derivative there is 0, not 0 · log 0.
    del y
    base = plain(x)
    if np.ndim(base) == 0:
        return z * np.log(x) if base != 0 else z * 0.0
    return z * np.log(np.where(base == 0, 1.0, x))


def _maximum(x: Any, y: Any) -> Any:
    if type(x) is float and type(y) is float:
        return x if x >= y or x != x else y  # a NaN wins, as in NumPy  # noqa: PLR0124
    return np.maximum(x, y)


def _minimum(x: Any, y: Any) -> Any:
    if type(x) is float and type(y) is float:
        return x if x <= y or x != x else y  # noqa: PLR0124
    return np.minimum(x, y)


def _wins(x: Any, y: Any) -> Any:
    """1 where x > y, a half where they tie, else 0."""
    if type(x) is float and type(y) is float:
        return 1.0 if x > y else 0.5 if x == y else 0.0
    x, y = plain(x), plain(y)
    if np.ndim(x) == 0 and np.ndim(y) == 0:
        return 1.0 if x > y else 0.5 if x == y else 0.0
    return np.where(x > y, 1.0, np.where(x == y, 0.5, 0.0))


def _sign(x: Any) -> Any:
    return np.sign(plain(x)) * 1.0


# --- the table ------------------------------------------------------------------------------------------------------------

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
    _divide,
    (lambda _z, _x, y: _divide(1.0, y), lambda z, _x, y: -_divide(z, y)),
    ((r"\frac{1}{$y}", "1/$y"), (r"-\frac{$z}{$y}", "−$z/$y")),
    pill="÷",
    tex=r"\frac{$x}{$y}",
    text="$x/$y",
)
POWER = _Power(
    "power",
    _power,
    (_power_by_base, _power_by_exponent),
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
    (lambda _z, x: _sign(x),),
    ((r"\operatorname{sign}($x)", "sign($x)"),),
    pill="|·|",
    tex=r"\left|$x\right|",
    text="|$x|",
)
TANH = Elementwise(
    "tanh",
    _quick(math.tanh, np.tanh),
    (lambda z, _x: 1.0 - z * z,),
    (("1 - $z^{2}", "1 − $z²"),),
    tex=r"\tanh($x)",
    text="tanh($x)",
)
EXP = Elementwise("exp", _exp, (lambda z, _x: z,), (("$z", "$z"),), tex="e^{$x}", text="exp($x)")
LOG = Elementwise(
    "log",
    _log,
    (lambda _z, x: _divide(1.0, x),),
    ((r"\frac{1}{$x}", "1/$x"),),
    pill="ln",
    tex=r"\ln($x)",
    text="ln($x)",
)
SIN = Elementwise("sin", _sin, (lambda _z, x: _cos(x),), ((r"\cos($x)", "cos($x)"),), tex=r"\sin($x)", text="sin($x)")
COS = Elementwise(
    "cos", _cos, (lambda _z, x: -_sin(x),), ((r"-\sin($x)", "−sin($x)"),), tex=r"\cos($x)", text="cos($x)"
)
SQRT = Elementwise(
    "sqrt",
    _quick(math.sqrt, np.sqrt),
    (lambda z, _x: _divide(0.5, z),),
    ((r"\frac{1}{2 $z}", "1/(2$z)"),),
    pill="√",
    tex=r"\sqrt{$x}",
    text="√$x",
)
MAXIMUM = Elementwise(
    "maximum",
    _maximum,
    (lambda _z, x, y: _wins(x, y), lambda _z, x, y: _wins(y, x)),
    ((r"\mathbf{1}[$x > $y]", "1[$x > $y]"), (r"\mathbf{1}[$y > $x]", "1[$y > $x]")),
    pill="max",
    tex=r"\max($x, $y)",
    text="max($x, $y)",
)
MINIMUM = Elementwise(
    "minimum",
    _minimum,
    (lambda _z, x, y: _wins(y, x), lambda _z, x, y: _wins(x, y)),
    ((r"\mathbf{1}[$x < $y]", "1[$x < $y]"), (r"\mathbf{1}[$y < $x]", "1[$y < $x]")),
    pill="min",
    tex=r"\min($x, $y)",
    text="min($x, $y)",
)

#: Rules without a Python operator of their own, by the ufunc they are the derivative of.
_FUNCTIONS: dict[np.ufunc, Elementwise] = {
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
        _quick(math.atan, np.arctan),
        (lambda _z, x: 1.0 / (1.0 + x * x),),
        ((r"\frac{1}{1 + $x^{2}}", "1/(1 + $x²)"),),
        tex=r"\arctan($x)",
    ),
    np.sinh: Elementwise("sinh", _sinh, (lambda _z, x: _cosh(x),), ((r"\cosh($x)", "cosh($x)"),), tex=r"\sinh($x)"),
    np.cosh: Elementwise("cosh", _cosh, (lambda _z, x: _sinh(x),), ((r"\sinh($x)", "sinh($x)"),), tex=r"\cosh($x)"),
    np.exp2: Elementwise(
        "exp2", np.exp2, (lambda z, _x: z * math.log(2.0),), ((r"$z \ln 2", "$z·ln 2"),), tex="2^{$x}"
    ),
    np.expm1: Elementwise(
        "expm1", _quick(math.expm1, np.expm1), (lambda z, _x: z + 1.0,), (("$z + 1", "$z + 1"),), tex="e^{$x} - 1"
    ),
    np.log1p: Elementwise(
        "log1p",
        _quick(math.log1p, np.log1p),
        (lambda _z, x: _divide(1.0, 1.0 + x),),
        ((r"\frac{1}{1 + $x}", "1/(1 + $x)"),),
        tex=r"\ln(1 + $x)",
    ),
    np.log2: Elementwise(
        "log2",
        np.log2,
        (lambda _z, x: _divide(1.0, x * math.log(2.0)),),
        ((r"\frac{1}{$x \ln 2}", "1/($x·ln 2)"),),
        tex=r"\log_2($x)",
    ),
    np.log10: Elementwise(
        "log10",
        np.log10,
        (lambda _z, x: _divide(1.0, x * math.log(10.0)),),
        ((r"\frac{1}{$x \ln 10}", "1/($x·ln 10)"),),
        tex=r"\log_{10}($x)",
    ),
    np.cbrt: Elementwise(
        "cbrt",
        np.cbrt,
        (lambda z, _x: _divide(1.0, 3.0 * z * z),),
        ((r"\frac{1}{3 $z^{2}}", "1/(3$z²)"),),
        tex=r"\sqrt[3]{$x}",
    ),
    np.reciprocal: Elementwise(
        "reciprocal",
        lambda x: _divide(1.0, x),
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
        (lambda z, x, _y: _divide(x, z), lambda z, _x, y: _divide(y, z)),
        ((r"\frac{$x}{$z}", "$x/$z"), (r"\frac{$y}{$z}", "$y/$z")),
        tex=r"\sqrt{{$x}^{2} + {$y}^{2}}",
    ),
    np.arctan2: Elementwise(
        "arctan2",
        np.arctan2,
        (lambda _z, x, y: _divide(y, x * x + y * y), lambda _z, x, y: -_divide(x, x * x + y * y)),
        ((r"\frac{$y}{$x^{2} + $y^{2}}", "$y/($x² + $y²)"), (r"-\frac{$x}{$x^{2} + $y^{2}}", "−$x/($x² + $y²)")),
    ),
    np.logaddexp: Elementwise(
        "logaddexp",
        np.logaddexp,
        (lambda z, x, _y: np.exp(x - z), lambda z, _x, y: np.exp(y - z)),
        (("e^{$x - $z}", "exp($x − $z)"), ("e^{$y - $z}", "exp($y − $z)")),
    ),
}

_FLAT: dict[np.ufunc, tuple[str, str, int]] = {
    np.greater: (">", ">", 2),
    np.greater_equal: ("≥", r"\ge", 2),
    np.less: ("<", "<", 2),
    np.less_equal: ("≤", r"\le", 2),
    np.equal: ("=", "=", 2),
    np.not_equal: ("≠", r"\ne", 2),
    np.logical_and: ("and", r"\wedge", 2),
    np.logical_or: ("or", r"\vee", 2),
    np.logical_xor: ("xor", r"\oplus", 2),
    np.logical_not: ("not", r"\neg", 1),
    np.sign: ("sign", "", 1),
    np.floor: ("floor", "", 1),
    np.ceil: ("ceil", "", 1),
    np.rint: ("rint", "", 1),
    np.trunc: ("trunc", "", 1),
    np.isnan: ("isnan", "", 1),
    np.isinf: ("isinf", "", 1),
    np.isfinite: ("isfinite", "", 1),
    np.floor_divide: ("//", r"\mathbin{/\!/}", 2),
}

#: Python's operators on decisions. On numbers they work on bits, which no rule describes.
_LOGICAL: dict[np.ufunc, np.ufunc] = {
    np.bitwise_and: np.logical_and,
    np.bitwise_or: np.logical_or,
    np.bitwise_xor: np.logical_xor,
    np.invert: np.logical_not,
}


#: Python compares numbers fifty times as fast, and arrays as NumPy does.
_COMPARED: dict[np.ufunc, Callable[[Any, Any], Any]] = {
    np.greater: operator.gt,
    np.greater_equal: operator.ge,
    np.less: operator.lt,
    np.less_equal: operator.le,
    np.equal: operator.eq,
    np.not_equal: operator.ne,
}


def _flat(ufunc: np.ufunc, sign: str, tex: str, arity: int) -> Rule:
    """An operation whose derivative is 0 wherever it exists: recorded, so that a replay recomputes it, without arrows."""
    binary = arity == 2  # noqa: PLR2004
    return Rule(
        ufunc.__name__,
        _COMPARED.get(ufunc, ufunc),
        arity=arity,
        pill=sign,
        tex=f"$x {tex} $y" if binary else f"{tex} $x" if tex else None,
        text=f"$x {sign} $y" if binary else None,
        differentiable=False,
    )


def _on_decisions(ufunc: np.ufunc, logical: np.ufunc) -> Rule:
    def compute(*operands: Any) -> Any:
        if any(np.asarray(plain(x)).dtype != np.bool_ for x in operands):
            raise MissingRuleError(
                f"np.{ufunc.__name__} of numbers works on their bits and has no derivative rule, at {place()}. Of "
                "conditions it would be recorded; of numbers use % and //."
            )
        return logical(*operands)

    sign, tex, arity = _FLAT[logical]
    rule = _flat(logical, sign, tex, arity)
    rule.compute = compute
    return rule


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
UFUNCS: dict[np.ufunc, Rule] = {
    np.add: ADD,
    np.subtract: SUBTRACT,
    np.multiply: MULTIPLY,
    np.divide: DIVIDE,
    np.power: POWER,
    np.float_power: POWER,
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
    **_FUNCTIONS,
    **{ufunc: _flat(ufunc, *written) for ufunc, written in _FLAT.items()},
    **{ufunc: _on_decisions(ufunc, logical) for ufunc, logical in _LOGICAL.items()},
}
