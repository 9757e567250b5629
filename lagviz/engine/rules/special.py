"""The functions of `scipy.special`, element by element: a row each. It is read when a program has imported SciPy's.

Partials are written in functions of the same table, so they are recorded in their turn. Formulas: NIST Digital Library of
Mathematical Functions, chapters 5 (gamma), 7 (error function), 8 (incomplete gamma), 10 (Bessel) and 25 (zeta).
"""

from __future__ import annotations

import functools
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from lagviz.engine.rules.elementwise import Elementwise
from lagviz.engine.rules.floats import divide
from lagviz.engine.rules.functions import FUNCTIONS
from lagviz.engine.rules.reductions import Reduction
from lagviz.engine.rules.rule import Entries, Rule, plain
from lagviz.errors import MissingRuleError

__all__ = ["LOGSUMEXP", "special_rule", "special_rules"]

_ROOT_PI = math.sqrt(math.pi)
_ROOT_2_PI = math.sqrt(2.0 * math.pi)

Partial = Callable[..., Any]
#: A partial, and how it is written in LaTeX and in text.
Row = tuple[Partial, str, str]


def special_rule(ufunc: np.ufunc) -> Rule | None:
    """The rule of one of SciPy's ufuncs; None of any other. SciPy is not imported for it: whoever calls one has."""
    return special_rules().get(ufunc) if "scipy.special" in sys.modules else None


def _logsumexp(x: Any, axis: Any = None, *, keepdims: bool = False) -> Any:
    top = np.max(plain(x), axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0.0)
    with np.errstate(divide="ignore"):  # of nothing but −∞
        total = np.log(np.sum(np.exp(x - top), axis=axis, keepdims=keepdims))
    return total + (top if keepdims else np.squeeze(top, axis=axis))


LOGSUMEXP = Reduction(
    "logsumexp",
    _logsumexp,
    lambda z, x, _n: np.exp(x - z),
    None,
    pill="ln Σ exp",
    tex=r"\ln \sum e^{$x}",
    text="logsumexp($x$options)",
)


class _OfThree(Rule):
    """An elementwise function of three operands, which the tape keeps as a tuple."""

    __slots__ = ("inner",)

    def __init__(self, inner: Elementwise) -> None:
        super().__init__(inner.name, inner.compute)
        self.inner = inner

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        return self.inner.reverse(k, g, z, operands, options)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        return self.inner.forward(k, t, z, operands, options)

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        return self.inner.structure(k, z, operands, options)

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        return self.inner.count(k, z, operands, options)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        return self.inner.entries(k, z, operands, options)


def _number(f: Partial) -> Partial:
    """A function whose NumPy number is handed on as Python's, as a sweep over numbers expects it."""

    def compute(*operands: Any) -> Any:
        value = f(*operands)
        return value.item() if type(value) is np.float64 else value

    return compute


def _row(ufunc: np.ufunc, *rows: Row, tex: str | None = None, name: str | None = None) -> Rule:
    name = name or ufunc.__name__
    partials = tuple(_number(partial) for partial, _, _ in rows)
    symbols = tuple((tex, text) for _, tex, text in rows)
    written = tex or rf"\operatorname{{{name.replace('_', ' ')}}}\left($args\right)"
    rule = Elementwise(name, _number(ufunc), partials, symbols, tex=written, text=f"{name}($args)")
    return _OfThree(rule) if len(rows) > 2 else rule  # noqa: PLR2004


def _unknown(function: str, operand: str) -> Row:
    def partial(*_: Any) -> NoReturn:
        raise MissingRuleError(
            f"scipy.special.{function} has no derivative rule by {operand}: no formula for it is in use. Keep {operand} a "
            f"plain number, or give the function a rule of your own with lv.primitive."
        )

    return partial, r"\partial", "∂"


@functools.cache
def special_rules() -> dict[np.ufunc, Rule]:
    """Rules by SciPy ufunc."""
    from scipy import special as sp  # noqa: PLC0415 - it takes 50 ms, which only its users should wait for

    def bell(x: Any) -> Any:
        return np.exp(-x * x)

    def normal(x: Any) -> Any:
        return np.exp(-0.5 * x * x) / _ROOT_2_PI

    def sign(x: Any) -> Any:
        return np.sign(plain(x)) * 1.0

    def between(f: np.ufunc, by: float) -> Row:
        """By x of a Bessel function of order n: half the sum, or the difference, of its neighbours."""
        return (
            lambda _z, n, x: 0.5 * (f(n - 1, x) + by * f(n + 1, x)),
            rf"\tfrac{{1}}{{2}}\left(z_{{$x-1}} {'+' if by > 0 else '-'} z_{{$x+1}}\right)($y)",
            f"({f.__name__}($x − 1, $y) {'+' if by > 0 else '−'} {f.__name__}($x + 1, $y))/2",
        )

    zeta = sp._ufuncs._zeta  # noqa: SLF001 - what scipy.special.zeta calls
    return {
        # --- logistic ---------------------------------------------------------------------------------------------
        sp.expit: _row(sp.expit, (lambda z, _x: z * (1.0 - z), "$z (1 - $z)", "$z·(1 − $z)"), tex=r"\sigma($x)"),
        sp.logit: _row(
            sp.logit, (lambda _z, x: divide(1.0, x * (1.0 - x)), r"\frac{1}{$x (1 - $x)}", "1/($x·(1 − $x))")
        ),
        sp.log_expit: _row(
            sp.log_expit, (lambda _z, x: sp.expit(-x), r"\sigma(-$x)", "expit(−$x)"), tex=r"\ln \sigma($x)"
        ),
        # --- error function and normal distribution -----------------------------------------------------------------
        sp.erf: _row(
            sp.erf,
            (lambda _z, x: 2.0 / _ROOT_PI * bell(x), r"\tfrac{2}{\sqrt{\pi}} e^{-{$x}^{2}}", "2/√π·exp(−$x²)"),
        ),
        sp.erfc: _row(
            sp.erfc,
            (lambda _z, x: -2.0 / _ROOT_PI * bell(x), r"-\tfrac{2}{\sqrt{\pi}} e^{-{$x}^{2}}", "−2/√π·exp(−$x²)"),
        ),
        sp.erfcx: _row(
            sp.erfcx,
            (lambda z, x: 2.0 * (x * z - 1.0 / _ROOT_PI), r"2 $x $z - \tfrac{2}{\sqrt{\pi}}", "2·$x·$z − 2/√π"),
        ),
        sp.erfi: _row(
            sp.erfi,
            (lambda _z, x: 2.0 / _ROOT_PI * np.exp(x * x), r"\tfrac{2}{\sqrt{\pi}} e^{{$x}^{2}}", "2/√π·exp($x²)"),
        ),
        sp.erfinv: _row(
            sp.erfinv,
            (lambda z, _x: 0.5 * _ROOT_PI * np.exp(z * z), r"\tfrac{\sqrt{\pi}}{2} e^{{$z}^{2}}", "√π/2·exp($z²)"),
        ),
        sp.erfcinv: _row(
            sp.erfcinv,
            (lambda z, _x: -0.5 * _ROOT_PI * np.exp(z * z), r"-\tfrac{\sqrt{\pi}}{2} e^{{$z}^{2}}", "−√π/2·exp($z²)"),
        ),
        sp.dawsn: _row(sp.dawsn, (lambda z, x: 1.0 - 2.0 * x * z, "1 - 2 $x $z", "1 − 2·$x·$z")),
        sp.ndtr: _row(sp.ndtr, (lambda _z, x: normal(x), r"\varphi($x)", "exp(−$x²/2)/√(2π)"), tex=r"\Phi($x)"),
        sp.ndtri: _row(
            sp.ndtri,
            (lambda z, _x: _ROOT_2_PI * np.exp(0.5 * z * z), r"\frac{1}{\varphi($z)}", "√(2π)·exp($z²/2)"),
            tex=r"\Phi^{-1}($x)",
        ),
        sp.log_ndtr: _row(
            sp.log_ndtr,
            (
                lambda z, x: np.exp(-0.5 * x * x - z) / _ROOT_2_PI,
                r"\frac{\varphi($x)}{e^{$z}}",
                "exp(−$x²/2 − $z)/√(2π)",
            ),
            tex=r"\ln \Phi($x)",
        ),
        # --- gamma --------------------------------------------------------------------------------------------------
        sp.gamma: _row(
            sp.gamma, (lambda z, x: z * sp.digamma(x), r"$z\,\psi($x)", "$z·digamma($x)"), tex=r"\Gamma($x)"
        ),
        sp.gammaln: _row(
            sp.gammaln, (lambda _z, x: sp.digamma(x), r"\psi($x)", "digamma($x)"), tex=r"\ln\left|\Gamma($x)\right|"
        ),
        sp.loggamma: _row(
            sp.loggamma, (lambda _z, x: sp.digamma(x), r"\psi($x)", "digamma($x)"), tex=r"\ln \Gamma($x)"
        ),
        sp.rgamma: _row(
            sp.rgamma,
            (lambda z, x: -z * sp.digamma(x), r"-$z\,\psi($x)", "−$z·digamma($x)"),
            tex=r"\frac{1}{\Gamma($x)}",
        ),
        sp.digamma: _row(
            sp.digamma,
            (lambda _z, x: sp.zeta(2.0, x), r"\psi'($x)", "zeta(2, $x)"),
            tex=r"\psi($x)",
            name="digamma",
        ),
        zeta: _row(
            zeta,
            _unknown("zeta", "its first operand"),
            (lambda _z, s, x: -s * sp.zeta(s + 1.0, x), r"-$x\,\zeta($x + 1, $y)", "−$x·zeta($x + 1, $y)"),
            tex=r"\zeta($x, $y)",
            name="zeta",
        ),
        sp.gammasgn: Rule("gammasgn", sp.gammasgn, arity=1, differentiable=False),
        sp.beta: _row(
            sp.beta,
            (
                lambda z, a, b: z * (sp.digamma(a) - sp.digamma(a + b)),
                r"$z\,(\psi($x) - \psi($x + $y))",
                "$z·(digamma($x) − digamma($x + $y))",
            ),
            (
                lambda z, a, b: z * (sp.digamma(b) - sp.digamma(a + b)),
                r"$z\,(\psi($y) - \psi($x + $y))",
                "$z·(digamma($y) − digamma($x + $y))",
            ),
            tex=r"\mathrm{B}($x, $y)",
        ),
        sp.betaln: _row(
            sp.betaln,
            (
                lambda _z, a, b: sp.digamma(a) - sp.digamma(a + b),
                r"\psi($x) - \psi($x + $y)",
                "digamma($x) − digamma($x + $y)",
            ),
            (
                lambda _z, a, b: sp.digamma(b) - sp.digamma(a + b),
                r"\psi($y) - \psi($x + $y)",
                "digamma($y) − digamma($x + $y)",
            ),
            tex=r"\ln\left|\mathrm{B}($x, $y)\right|",
        ),
        sp.gammainc: _row(
            sp.gammainc,
            _unknown("gammainc", "its first operand"),
            (
                lambda _z, a, x: np.exp(sp.xlogy(a - 1.0, x) - x - sp.gammaln(a)),
                r"\frac{{$y}^{$x - 1} e^{-$y}}{\Gamma($x)}",
                "$y^($x − 1)·exp(−$y)/gamma($x)",
            ),
        ),
        sp.gammaincc: _row(
            sp.gammaincc,
            _unknown("gammaincc", "its first operand"),
            (
                lambda _z, a, x: -np.exp(sp.xlogy(a - 1.0, x) - x - sp.gammaln(a)),
                r"-\frac{{$y}^{$x - 1} e^{-$y}}{\Gamma($x)}",
                "−$y^($x − 1)·exp(−$y)/gamma($x)",
            ),
        ),
        sp.betainc: _row(
            sp.betainc,
            _unknown("betainc", "its first operand"),
            _unknown("betainc", "its second operand"),
            (
                lambda _z, a, b, x: np.exp(sp.xlogy(a - 1.0, x) + sp.xlog1py(b - 1.0, -x) - sp.betaln(a, b)),
                r"\frac{{$w}^{$x - 1} (1 - $w)^{$y - 1}}{\mathrm{B}($x, $y)}",
                "$w^($x − 1)·(1 − $w)^($y − 1)/beta($x, $y)",
            ),
        ),
        # --- entropy --------------------------------------------------------------------------------------------------
        sp.xlogy: _row(
            sp.xlogy,
            (lambda _z, _x, y: np.log(y), r"\ln $y", "ln $y"),
            (lambda _z, x, y: divide(x, y), r"\frac{$x}{$y}", "$x/$y"),
            tex=r"$x \ln $y",
        ),
        sp.xlog1py: _row(
            sp.xlog1py,
            (lambda _z, _x, y: np.log1p(y), r"\ln(1 + $y)", "ln(1 + $y)"),
            (lambda _z, x, y: divide(x, 1.0 + y), r"\frac{$x}{1 + $y}", "$x/(1 + $y)"),
            tex=r"$x \ln(1 + $y)",
        ),
        sp.entr: _row(sp.entr, (lambda _z, x: -np.log(x) - 1.0, r"-\ln $x - 1", "−ln $x − 1"), tex=r"-$x \ln $x"),
        sp.rel_entr: _row(
            sp.rel_entr,
            (lambda _z, x, y: np.log(x / y) + 1.0, r"\ln \frac{$x}{$y} + 1", "ln($x/$y) + 1"),
            (lambda _z, x, y: -divide(x, y), r"-\frac{$x}{$y}", "−$x/$y"),
            tex=r"$x \ln \frac{$x}{$y}",
        ),
        sp.kl_div: _row(
            sp.kl_div,
            (lambda _z, x, y: np.log(x / y), r"\ln \frac{$x}{$y}", "ln($x/$y)"),
            (lambda _z, x, y: 1.0 - divide(x, y), r"1 - \frac{$x}{$y}", "1 − $x/$y"),
            tex=r"$x \ln \frac{$x}{$y} - $x + $y",
        ),
        # --- losses ---------------------------------------------------------------------------------------------------
        sp.huber: _row(
            sp.huber,
            (lambda _z, d, r: np.maximum(np.abs(r) - d, 0.0), r"\max(|$y| - $x, 0)", "max(|$y| − $x, 0)"),
            (
                lambda _z, d, r: np.minimum(np.maximum(r, -d), d),
                r"\min(\max($y, -$x), $x)",
                "min(max($y, −$x), $x)",
            ),
        ),
        sp.pseudo_huber: _row(
            sp.pseudo_huber,
            (
                lambda z, d, r: 2.0 * z / d - r * r / (d * np.sqrt(1.0 + (r / d) ** 2)),
                r"\frac{2 $z}{$x} - \frac{{$y}^{2}}{$x \sqrt{1 + ($y / $x)^{2}}}",
                "2·$z/$x − $y²/($x·√(1 + ($y/$x)²))",
            ),
            (
                lambda _z, d, r: r / np.sqrt(1.0 + (r / d) ** 2),
                r"\frac{$y}{\sqrt{1 + ($y / $x)^{2}}}",
                "$y/√(1 + ($y/$x)²)",
            ),
        ),
        # --- exponentials ---------------------------------------------------------------------------------------------
        sp.exp2: FUNCTIONS[np.exp2],
        sp.cbrt: FUNCTIONS[np.cbrt],
        sp.exp10: _row(sp.exp10, (lambda z, _x: z * math.log(10.0), r"$z \ln 10", "$z·ln 10"), tex="10^{$x}"),
        sp.cosm1: _row(sp.cosm1, (lambda _z, x: -np.sin(x), r"-\sin($x)", "−sin($x)"), tex=r"\cos($x) - 1"),
        sp.exp1: _row(sp.exp1, (lambda _z, x: -np.exp(-x) / x, r"-\frac{e^{-$x}}{$x}", "−exp(−$x)/$x")),
        sp.expi: _row(sp.expi, (lambda _z, x: np.exp(x) / x, r"\frac{e^{$x}}{$x}", "exp($x)/$x")),
        # --- Bessel -----------------------------------------------------------------------------------------------------
        sp.j0: _row(sp.j0, (lambda _z, x: -sp.j1(x), "-J_1($x)", "−j1($x)"), tex="J_0($x)"),
        sp.y0: _row(sp.y0, (lambda _z, x: -sp.y1(x), "-Y_1($x)", "−y1($x)"), tex="Y_0($x)"),
        sp.i0: _row(sp.i0, (lambda _z, x: sp.i1(x), "I_1($x)", "i1($x)"), tex="I_0($x)"),
        sp.k0: _row(sp.k0, (lambda _z, x: -sp.k1(x), "-K_1($x)", "−k1($x)"), tex="K_0($x)"),
        sp.j1: _row(
            sp.j1,
            (
                lambda _z, x: 0.5 * (sp.j0(x) - sp.jv(2, x)),
                r"\tfrac{1}{2}(J_0($x) - J_2($x))",
                "(j0($x) − jv(2, $x))/2",
            ),
            tex="J_1($x)",
        ),
        sp.y1: _row(
            sp.y1,
            (
                lambda _z, x: 0.5 * (sp.y0(x) - sp.yv(2, x)),
                r"\tfrac{1}{2}(Y_0($x) - Y_2($x))",
                "(y0($x) − yv(2, $x))/2",
            ),
            tex="Y_1($x)",
        ),
        sp.i1: _row(
            sp.i1,
            (
                lambda _z, x: 0.5 * (sp.i0(x) + sp.iv(2, x)),
                r"\tfrac{1}{2}(I_0($x) + I_2($x))",
                "(i0($x) + iv(2, $x))/2",
            ),
            tex="I_1($x)",
        ),
        sp.k1: _row(
            sp.k1,
            (
                lambda _z, x: -0.5 * (sp.k0(x) + sp.kv(2, x)),
                r"-\tfrac{1}{2}(K_0($x) + K_2($x))",
                "−(k0($x) + kv(2, $x))/2",
            ),
            tex="K_1($x)",
        ),
        sp.i0e: _row(
            sp.i0e,
            (
                lambda z, x: sp.i1e(x) - sign(x) * z,
                r"I_1($x) e^{-|$x|} - \operatorname{sign}($x) $z",
                "i1e($x) − sign($x)·$z",
            ),
        ),
        sp.i1e: _row(
            sp.i1e,
            (
                lambda z, x: 0.5 * (sp.i0e(x) + sp.ive(2, x)) - sign(x) * z,
                r"\tfrac{1}{2}(I_0($x) + I_2($x)) e^{-|$x|} - \operatorname{sign}($x) $z",
                "(i0e($x) + ive(2, $x))/2 − sign($x)·$z",
            ),
        ),
        sp.jv: _row(sp.jv, _unknown("jv", "its order"), between(sp.jv, -1.0), tex="J_{$x}($y)"),
        sp.yn: _row(sp.yn, _unknown("yn", "its order"), between(sp.yn, -1.0), tex="Y_{$x}($y)"),
        sp.yv: _row(sp.yv, _unknown("yv", "its order"), between(sp.yv, -1.0), tex="Y_{$x}($y)"),
        sp.iv: _row(sp.iv, _unknown("iv", "its order"), between(sp.iv, 1.0), tex="I_{$x}($y)"),
        sp.ive: _row(
            sp.ive,
            _unknown("ive", "its order"),
            (
                lambda z, n, x: 0.5 * (sp.ive(n - 1, x) + sp.ive(n + 1, x)) - sign(x) * z,
                r"\tfrac{1}{2}(z_{$x - 1} + z_{$x + 1})($y) - \operatorname{sign}($y) $z",
                "(ive($x − 1, $y) + ive($x + 1, $y))/2 − sign($y)·$z",
            ),
        ),
        sp.kv: _row(
            sp.kv,
            _unknown("kv", "its order"),
            (
                lambda _z, n, x: -0.5 * (sp.kv(n - 1, x) + sp.kv(n + 1, x)),
                r"-\tfrac{1}{2}(K_{$x - 1}($y) + K_{$x + 1}($y))",
                "−(kv($x − 1, $y) + kv($x + 1, $y))/2",
            ),
            tex="K_{$x}($y)",
        ),
    }
