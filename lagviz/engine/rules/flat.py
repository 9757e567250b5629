"""Operations without a gradient: comparisons, rounding, logic. Their derivative is 0 wherever it exists.

They are recorded, without arrows, so that a replay recomputes them.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine.rules.rule import Rule, plain
from lagviz.engine.where import place
from lagviz.errors import MissingRuleError

__all__ = ["FLAT", "FLAT_FUNCTIONS"]

#: How each is written: its sign, the sign in LaTeX, the number of operands.
_WRITTEN: dict[np.ufunc, tuple[str, str, int]] = {
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
    np.signbit: ("signbit", "", 1),
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

    sign, tex, arity = _WRITTEN[logical]
    rule = _flat(logical, sign, tex, arity)
    rule.name, rule.compute = ufunc.__name__, compute
    return rule


#: By NumPy ufunc.
FLAT: dict[np.ufunc, Rule] = {
    **{ufunc: _flat(ufunc, *written) for ufunc, written in _WRITTEN.items()},
    **{ufunc: _on_decisions(ufunc, logical) for ufunc, logical in _LOGICAL.items()},
}

#: Functions that are no ufuncs, by name, with the number of operands; the rest of their arguments are options.
_OPERANDS = {
    "allclose": 2,
    "angle": 1,
    "argmax": 1,
    "argmin": 1,
    "argpartition": 1,
    "argsort": 1,
    "around": 1,
    "array_equal": 2,
    "array_equiv": 2,
    "count_nonzero": 1,
    "digitize": 2,
    "fix": 1,
    "imag": 1,
    "iscomplex": 1,
    "isclose": 2,
    "isin": 2,
    "isneginf": 1,
    "isposinf": 1,
    "isreal": 1,
    "nanargmax": 1,
    "nanargmin": 1,
    "round": 1,
    "searchsorted": 2,
}

#: By NumPy function: the rule, and the number of its operands.
FLAT_FUNCTIONS: dict[Callable[..., Any], tuple[Rule, int]] = {
    getattr(np, name): (Rule(name, getattr(np, name), differentiable=False), operands)
    for name, operands in _OPERANDS.items()
}
