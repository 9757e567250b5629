"""Calls of rules for the tests of all rules, and numbers to make them of; what matrices and products are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lagviz.engine.rules import EINSUM, Rule, explicit


@dataclass
class Case:
    """One call of a rule."""

    rule: Rule
    operands: tuple[Any, ...]
    options: dict[str, Any] = field(default_factory=dict)
    #: Operands that are no numbers (a condition): nothing is differentiated by them.
    fixed: tuple[int, ...] = ()
    smooth: bool = True

    def value(self, operands: tuple[Any, ...] | None = None) -> Any:
        return self.rule.compute(*(operands or self.operands), **self.options)


#: Kinks and jumps lie at integers and halves; numbers keep this far from them, and from each other.
APART = 1e-3


def numbers(rng: np.random.Generator, shape: tuple[int, ...], low: float = -2.0, high: float = 2.0) -> Any:
    x = rng.uniform(low, high, size=shape)
    x = np.where(np.abs(x * 2 - np.round(x * 2)) < 2 * APART, x + 3 * APART, x)
    return x if shape else float(x)


def backwards(x: Any) -> Any:
    """The same shape, but laid out with negative strides where it has axes."""
    return x if np.ndim(x) == 0 else np.ascontiguousarray(x[::-1])[::-1]


def ramp(*shape: int) -> Any:
    """Numbers no two of which are near each other, in no order."""
    n = int(np.prod(shape))
    return np.random.default_rng(n).permutation(np.linspace(-1.0, 2.0, n) if n else np.zeros(0)).reshape(shape)


# --- sums of products ---------------------------------------------------------------------------------------------------

EINSUMS: list[tuple[str, list[tuple[int, ...]]]] = [
    ("ij,jk->ik", [(2, 3), (3, 4)]),
    ("ij->ji", [(2, 3)]),
    ("ii->i", [(3, 3)]),
    ("ii", [(3, 3)]),
    ("ij->", [(2, 3)]),
    ("ij->j", [(2, 3)]),
    ("ji", [(2, 3)]),
    ("iii->i", [(2, 2, 2)]),
    ("iijj->", [(2, 2, 3, 3)]),
    ("", [()]),
    ("...", [(2, 3)]),
    ("i...->...", [(3, 2)]),
    ("...i->...", [(3,)]),
    ("i,i", [(3,), (3,)]),
    ("i,i->i", [(3,), (3,)]),
    (",i->i", [(), (3,)]),
    (",", [(), ()]),
    ("ij,kj->", [(2, 3), (2, 3)]),
    ("iij,j->i", [(2, 2, 3), (3,)]),
    ("ij,ij->ij", [(1, 3), (2, 3)]),
    ("ij,ij->", [(1, 3), (2, 1)]),
    ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
    ("...ij,jk", [(5, 2, 3), (3, 4)]),
    ("bhqd,bhkd->bhqk", [(2, 1, 3, 2), (2, 2, 4, 2)]),
    ("ij,j->i", [(0, 3), (3,)]),
    ("ij,j->i", [(2, 0), (0,)]),
    ("i,j,k->ijk", [(2,), (3,), (2,)]),
    ("ij,jk,kl->il", [(2, 3), (3, 2), (2, 4)]),
    ("ij,jk,kl->", [(2, 3), (3, 2), (2, 4)]),
]


def einsum_cases() -> Iterator[Case]:
    rng = np.random.default_rng(6)
    for subscripts, shapes in EINSUMS:
        operands = tuple(numbers(rng, shape) for shape in shapes)
        options = {"subscripts": explicit(subscripts, [len(shape) for shape in shapes])}
        yield Case(EINSUM, operands, options)
        yield Case(EINSUM, tuple(backwards(x) for x in operands), options)
