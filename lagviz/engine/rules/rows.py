"""Rows of the tables of SciPy's ufuncs: a function, and for each operand its partial, in LaTeX and in text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from lagviz.engine.rules.elementwise import Elementwise
from lagviz.engine.rules.rule import Entries, Rule
from lagviz.errors import MissingRuleError

__all__ = ["Row", "row", "unknown"]

Partial = Callable[..., Any]
#: A partial, and how it is written in LaTeX and in text.
Row = tuple[Partial, str, str]


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


def row(ufunc: np.ufunc, *rows: Row, tex: str | None = None, name: str | None = None) -> Rule:
    """The rule of a ufunc."""
    name = name or ufunc.__name__
    partials = tuple(_number(partial) for partial, _, _ in rows)
    symbols = tuple((tex, text) for _, tex, text in rows)
    written = tex or rf"\operatorname{{{name.replace('_', ' ')}}}\left($args\right)"
    rule = Elementwise(name, _number(ufunc), partials, symbols, tex=written, text=f"{name}($args)")
    return _OfThree(rule) if len(rows) > 2 else rule  # noqa: PLR2004


def unknown(function: str, operand: str) -> Row:
    """In place of a partial that nobody has a formula for."""

    def partial(*_: Any) -> NoReturn:
        raise MissingRuleError(
            f"scipy.special.{function} has no derivative rule by {operand}: no formula for it is in use. Keep {operand} a "
            f"plain number, or give the function a rule of your own with lv.primitive."
        )

    return partial, r"\partial", "∂"
