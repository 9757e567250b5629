"""Bessel functions of `scipy.special`: the derivative of one is half the sum, or the difference, of its neighbours.

NIST Digital Library of Mathematical Functions, 10.6 and 10.29.
"""

from __future__ import annotations

import numpy as np

from lagviz.engine.rules.floats import sign
from lagviz.engine.rules.rows import Row, row, unknown
from lagviz.engine.rules.rule import Rule

__all__ = ["bessel_rules"]


def _between(f: np.ufunc, by: float, letter: str) -> Row:
    """By x of a function of order n, from those of the orders beside it."""
    return (
        lambda _z, n, x: 0.5 * (f(n - 1, x) + by * f(n + 1, x)),
        rf"\tfrac{{1}}{{2}}\left({letter}_{{$x - 1}} {'+' if by > 0 else '-'} {letter}_{{$x + 1}}\right)($y)",
        f"({f.__name__}($x − 1, $y) {'+' if by > 0 else '−'} {f.__name__}($x + 1, $y))/2",
    )


def bessel_rules() -> dict[np.ufunc, Rule]:
    """Rules by SciPy ufunc."""
    from scipy import special as sp  # noqa: PLC0415 - it takes 50 ms, which only its users should wait for

    return {
        sp.j0: row(sp.j0, (lambda _z, x: -sp.j1(x), "-J_1($x)", "−j1($x)"), tex="J_0($x)"),
        sp.y0: row(sp.y0, (lambda _z, x: -sp.y1(x), "-Y_1($x)", "−y1($x)"), tex="Y_0($x)"),
        sp.i0: row(sp.i0, (lambda _z, x: sp.i1(x), "I_1($x)", "i1($x)"), tex="I_0($x)"),
        sp.k0: row(sp.k0, (lambda _z, x: -sp.k1(x), "-K_1($x)", "−k1($x)"), tex="K_0($x)"),
        sp.j1: row(
            sp.j1,
            (
                lambda _z, x: 0.5 * (sp.j0(x) - sp.jv(2, x)),
                r"\tfrac{1}{2}(J_0($x) - J_2($x))",
                "(j0($x) − jv(2, $x))/2",
            ),
            tex="J_1($x)",
        ),
        sp.y1: row(
            sp.y1,
            (
                lambda _z, x: 0.5 * (sp.y0(x) - sp.yv(2, x)),
                r"\tfrac{1}{2}(Y_0($x) - Y_2($x))",
                "(y0($x) − yv(2, $x))/2",
            ),
            tex="Y_1($x)",
        ),
        sp.i1: row(
            sp.i1,
            (
                lambda _z, x: 0.5 * (sp.i0(x) + sp.iv(2, x)),
                r"\tfrac{1}{2}(I_0($x) + I_2($x))",
                "(i0($x) + iv(2, $x))/2",
            ),
            tex="I_1($x)",
        ),
        sp.k1: row(
            sp.k1,
            (
                lambda _z, x: -0.5 * (sp.k0(x) + sp.kv(2, x)),
                r"-\tfrac{1}{2}(K_0($x) + K_2($x))",
                "−(k0($x) + kv(2, $x))/2",
            ),
            tex="K_1($x)",
        ),
        sp.i0e: row(
            sp.i0e,
            (
                lambda z, x: sp.i1e(x) - sign(x) * z,
                r"I_1($x) e^{-|$x|} - \operatorname{sign}($x) $z",
                "i1e($x) − sign($x)·$z",
            ),
        ),
        sp.i1e: row(
            sp.i1e,
            (
                lambda z, x: 0.5 * (sp.i0e(x) + sp.ive(2, x)) - sign(x) * z,
                r"\tfrac{1}{2}(I_0($x) + I_2($x)) e^{-|$x|} - \operatorname{sign}($x) $z",
                "(i0e($x) + ive(2, $x))/2 − sign($x)·$z",
            ),
        ),
        sp.jv: row(sp.jv, unknown("jv", "its order"), _between(sp.jv, -1.0, "J"), tex="J_{$x}($y)"),
        sp.yn: row(sp.yn, unknown("yn", "its order"), _between(sp.yn, -1.0, "Y"), tex="Y_{$x}($y)"),
        sp.yv: row(sp.yv, unknown("yv", "its order"), _between(sp.yv, -1.0, "Y"), tex="Y_{$x}($y)"),
        sp.iv: row(sp.iv, unknown("iv", "its order"), _between(sp.iv, 1.0, "I"), tex="I_{$x}($y)"),
        sp.ive: row(
            sp.ive,
            unknown("ive", "its order"),
            (
                lambda z, n, x: 0.5 * (sp.ive(n - 1, x) + sp.ive(n + 1, x)) - sign(x) * z,
                r"\tfrac{1}{2}(I_{$x - 1} + I_{$x + 1})($y)\,e^{-|$y|} - \operatorname{sign}($y) $z",
                "(ive($x − 1, $y) + ive($x + 1, $y))/2 − sign($y)·$z",
            ),
        ),
        sp.kv: row(
            sp.kv,
            unknown("kv", "its order"),
            (
                lambda _z, n, x: -0.5 * (sp.kv(n - 1, x) + sp.kv(n + 1, x)),
                r"-\tfrac{1}{2}(K_{$x - 1}($y) + K_{$x + 1}($y))",
                "−(kv($x − 1, $y) + kv($x + 1, $y))/2",
            ),
            tex="K_{$x}($y)",
        ),
    }
