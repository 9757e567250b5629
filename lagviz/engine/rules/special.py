"""The functions of `scipy.special`, element by element: a row each. It is read when a program has imported SciPy's.

Partials are written in functions of the same table, so they are recorded in their turn. Formulas: NIST Digital Library of
Mathematical Functions, chapters 5 (gamma), 7 (error function), 8 (incomplete gamma) and 25 (zeta). Bessel functions have a file
of their own.
"""

from __future__ import annotations

import functools
import math
import sys
from typing import Any

import numpy as np

from lagviz.engine.rules.bessel import bessel_rules
from lagviz.engine.rules.floats import divide
from lagviz.engine.rules.functions import FUNCTIONS
from lagviz.engine.rules.reductions import Reduction
from lagviz.engine.rules.rows import row, unknown
from lagviz.engine.rules.rule import Rule, plain

__all__ = ["LOGSUMEXP", "special_rule", "special_rules"]

_ROOT_PI = math.sqrt(math.pi)
_ROOT_2_PI = math.sqrt(2.0 * math.pi)


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


@functools.cache
def special_rules() -> dict[np.ufunc, Rule]:
    """Rules by SciPy ufunc."""
    from scipy import special as sp  # noqa: PLC0415 - it takes 50 ms, which only its users should wait for

    def bell(x: Any) -> Any:
        return np.exp(-x * x)

    def normal(x: Any) -> Any:
        return np.exp(-0.5 * x * x) / _ROOT_2_PI

    zeta = sp._ufuncs._zeta  # noqa: SLF001 - what scipy.special.zeta calls
    return {
        # --- logistic ---------------------------------------------------------------------------------------------
        sp.expit: row(sp.expit, (lambda z, _x: z * (1.0 - z), "$z (1 - $z)", "$z·(1 − $z)"), tex=r"\sigma($x)"),
        sp.logit: row(
            sp.logit, (lambda _z, x: divide(1.0, x * (1.0 - x)), r"\frac{1}{$x (1 - $x)}", "1/($x·(1 − $x))")
        ),
        sp.log_expit: row(
            sp.log_expit, (lambda _z, x: sp.expit(-x), r"\sigma(-$x)", "expit(−$x)"), tex=r"\ln \sigma($x)"
        ),
        # --- error function and normal distribution -----------------------------------------------------------------
        sp.erf: row(
            sp.erf,
            (lambda _z, x: 2.0 / _ROOT_PI * bell(x), r"\tfrac{2}{\sqrt{\pi}} e^{-{$x}^{2}}", "2/√π·exp(−$x²)"),
        ),
        sp.erfc: row(
            sp.erfc,
            (lambda _z, x: -2.0 / _ROOT_PI * bell(x), r"-\tfrac{2}{\sqrt{\pi}} e^{-{$x}^{2}}", "−2/√π·exp(−$x²)"),
        ),
        sp.erfcx: row(
            sp.erfcx,
            (lambda z, x: 2.0 * (x * z - 1.0 / _ROOT_PI), r"2 $x $z - \tfrac{2}{\sqrt{\pi}}", "2·$x·$z − 2/√π"),
        ),
        sp.erfi: row(
            sp.erfi,
            (lambda _z, x: 2.0 / _ROOT_PI * np.exp(x * x), r"\tfrac{2}{\sqrt{\pi}} e^{{$x}^{2}}", "2/√π·exp($x²)"),
        ),
        sp.erfinv: row(
            sp.erfinv,
            (lambda z, _x: 0.5 * _ROOT_PI * np.exp(z * z), r"\tfrac{\sqrt{\pi}}{2} e^{{$z}^{2}}", "√π/2·exp($z²)"),
        ),
        sp.erfcinv: row(
            sp.erfcinv,
            (lambda z, _x: -0.5 * _ROOT_PI * np.exp(z * z), r"-\tfrac{\sqrt{\pi}}{2} e^{{$z}^{2}}", "−√π/2·exp($z²)"),
        ),
        sp.dawsn: row(sp.dawsn, (lambda z, x: 1.0 - 2.0 * x * z, "1 - 2 $x $z", "1 − 2·$x·$z")),
        sp.ndtr: row(sp.ndtr, (lambda _z, x: normal(x), r"\varphi($x)", "exp(−$x²/2)/√(2π)"), tex=r"\Phi($x)"),
        sp.ndtri: row(
            sp.ndtri,
            (lambda z, _x: _ROOT_2_PI * np.exp(0.5 * z * z), r"\frac{1}{\varphi($z)}", "√(2π)·exp($z²/2)"),
            tex=r"\Phi^{-1}($x)",
        ),
        sp.log_ndtr: row(
            sp.log_ndtr,
            (
                lambda z, x: np.exp(-0.5 * x * x - z) / _ROOT_2_PI,
                r"\frac{\varphi($x)}{e^{$z}}",
                "exp(−$x²/2 − $z)/√(2π)",
            ),
            tex=r"\ln \Phi($x)",
        ),
        # --- gamma --------------------------------------------------------------------------------------------------
        sp.gamma: row(sp.gamma, (lambda z, x: z * sp.digamma(x), r"$z\,\psi($x)", "$z·digamma($x)"), tex=r"\Gamma($x)"),
        sp.gammaln: row(
            sp.gammaln, (lambda _z, x: sp.digamma(x), r"\psi($x)", "digamma($x)"), tex=r"\ln\left|\Gamma($x)\right|"
        ),
        sp.loggamma: row(sp.loggamma, (lambda _z, x: sp.digamma(x), r"\psi($x)", "digamma($x)"), tex=r"\ln \Gamma($x)"),
        sp.rgamma: row(
            sp.rgamma,
            (lambda z, x: -z * sp.digamma(x), r"-$z\,\psi($x)", "−$z·digamma($x)"),
            tex=r"\frac{1}{\Gamma($x)}",
        ),
        sp.digamma: row(
            sp.digamma,
            (lambda _z, x: sp.zeta(2.0, x), r"\psi'($x)", "zeta(2, $x)"),
            tex=r"\psi($x)",
            name="digamma",
        ),
        zeta: row(
            zeta,
            unknown("zeta", "its first operand"),
            (lambda _z, s, x: -s * sp.zeta(s + 1.0, x), r"-$x\,\zeta($x + 1, $y)", "−$x·zeta($x + 1, $y)"),
            tex=r"\zeta($x, $y)",
            name="zeta",
        ),
        sp.gammasgn: Rule("gammasgn", sp.gammasgn, arity=1, differentiable=False),
        sp.beta: row(
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
        sp.betaln: row(
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
        sp.gammainc: row(
            sp.gammainc,
            unknown("gammainc", "its first operand"),
            (
                lambda _z, a, x: np.exp(sp.xlogy(a - 1.0, x) - x - sp.gammaln(a)),
                r"\frac{{$y}^{$x - 1} e^{-$y}}{\Gamma($x)}",
                "$y^($x − 1)·exp(−$y)/gamma($x)",
            ),
        ),
        sp.gammaincc: row(
            sp.gammaincc,
            unknown("gammaincc", "its first operand"),
            (
                lambda _z, a, x: -np.exp(sp.xlogy(a - 1.0, x) - x - sp.gammaln(a)),
                r"-\frac{{$y}^{$x - 1} e^{-$y}}{\Gamma($x)}",
                "−$y^($x − 1)·exp(−$y)/gamma($x)",
            ),
        ),
        sp.betainc: row(
            sp.betainc,
            unknown("betainc", "its first operand"),
            unknown("betainc", "its second operand"),
            (
                lambda _z, a, b, x: np.exp(sp.xlogy(a - 1.0, x) + sp.xlog1py(b - 1.0, -x) - sp.betaln(a, b)),
                r"\frac{{$w}^{$x - 1} (1 - $w)^{$y - 1}}{\mathrm{B}($x, $y)}",
                "$w^($x − 1)·(1 − $w)^($y − 1)/beta($x, $y)",
            ),
        ),
        # --- entropy --------------------------------------------------------------------------------------------------
        sp.xlogy: row(
            sp.xlogy,
            (lambda _z, _x, y: np.log(y), r"\ln $y", "ln $y"),
            (lambda _z, x, y: divide(x, y), r"\frac{$x}{$y}", "$x/$y"),
            tex=r"$x \ln $y",
        ),
        sp.xlog1py: row(
            sp.xlog1py,
            (lambda _z, _x, y: np.log1p(y), r"\ln(1 + $y)", "ln(1 + $y)"),
            (lambda _z, x, y: divide(x, 1.0 + y), r"\frac{$x}{1 + $y}", "$x/(1 + $y)"),
            tex=r"$x \ln(1 + $y)",
        ),
        sp.entr: row(sp.entr, (lambda _z, x: -np.log(x) - 1.0, r"-\ln $x - 1", "−ln $x − 1"), tex=r"-$x \ln $x"),
        sp.rel_entr: row(
            sp.rel_entr,
            (lambda _z, x, y: np.log(x / y) + 1.0, r"\ln \frac{$x}{$y} + 1", "ln($x/$y) + 1"),
            (lambda _z, x, y: -divide(x, y), r"-\frac{$x}{$y}", "−$x/$y"),
            tex=r"$x \ln \frac{$x}{$y}",
        ),
        sp.kl_div: row(
            sp.kl_div,
            (lambda _z, x, y: np.log(x / y), r"\ln \frac{$x}{$y}", "ln($x/$y)"),
            (lambda _z, x, y: 1.0 - divide(x, y), r"1 - \frac{$x}{$y}", "1 − $x/$y"),
            tex=r"$x \ln \frac{$x}{$y} - $x + $y",
        ),
        # --- losses ---------------------------------------------------------------------------------------------------
        sp.huber: row(
            sp.huber,
            (lambda _z, d, r: np.maximum(np.abs(r) - d, 0.0), r"\max(|$y| - $x, 0)", "max(|$y| − $x, 0)"),
            (
                lambda _z, d, r: np.minimum(np.maximum(r, -d), d),
                r"\min(\max($y, -$x), $x)",
                "min(max($y, −$x), $x)",
            ),
        ),
        sp.pseudo_huber: row(
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
        sp.exp10: row(sp.exp10, (lambda z, _x: z * math.log(10.0), r"$z \ln 10", "$z·ln 10"), tex="10^{$x}"),
        sp.cosm1: row(sp.cosm1, (lambda _z, x: -np.sin(x), r"-\sin($x)", "−sin($x)"), tex=r"\cos($x) - 1"),
        sp.exp1: row(sp.exp1, (lambda _z, x: -np.exp(-x) / x, r"-\frac{e^{-$x}}{$x}", "−exp(−$x)/$x")),
        sp.expi: row(sp.expi, (lambda _z, x: np.exp(x) / x, r"\frac{e^{$x}}{$x}", "exp($x)/$x")),
        **bessel_rules(),
    }
