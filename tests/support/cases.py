"""Calls of rules for the tests of all rules, and numbers to make them of; what matrices and products are given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lagviz.engine import rules
from lagviz.engine.rules import EINSUM, Rule, explicit
from lagviz.engine.rules.matrices import MATRIX_RANK
from lagviz.engine.rules.special import LOGSUMEXP, special_rules


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


# --- matrices -------------------------------------------------------------------------------------------------------------


def matrices(*shape: int, symmetric: bool = False, definite: bool = False, real: bool = False) -> Any:
    """Matrices with singular values, and eigenvalues, well apart."""
    rng = np.random.default_rng(sum(shape))
    *stack, rows, columns = shape
    k = min(rows, columns)
    left = np.linalg.qr(rng.normal(size=(*stack, rows, k)))[0]
    right = left if symmetric or definite else np.linalg.qr(rng.normal(size=(*stack, columns, k)))[0]
    spread = (1.0 + np.arange(k)) * (1.0 if definite else (-1.0) ** np.arange(k))
    x = (left * spread) @ np.swapaxes(right, -1, -2)
    if real:  # a similar matrix, no longer symmetric, of the same eigenvalues
        turn = np.eye(rows) + 0.3 * rng.normal(size=(rows, rows))
        x = np.linalg.inv(turn) @ x @ turn
    return x


SQUARE_STACKS: list[tuple[int, ...]] = [(1, 1), (2, 2), (3, 3), (2, 3, 3), (2, 1, 2, 2)]
TALL, WIDE = [(3, 2), (2, 4, 3)], [(2, 3), (2, 3, 4)]


def matrix_cases() -> Iterator[tuple[str, Case]]:
    kinds: dict[Rule, list[Any]] = {
        rules.INV: [matrices(*shape) for shape in SQUARE_STACKS],
        rules.DET: [matrices(*shape) for shape in SQUARE_STACKS]
        + [np.arange(9.0).reshape(3, 3), np.array([[2.0, 4.0], [1.0, 2.0]]), np.zeros((1, 1)), np.zeros((2, 2, 2))],
        rules.LOGABSDET: [matrices(*shape) for shape in SQUARE_STACKS],
        rules.PINV: [matrices(*shape) for shape in [*SQUARE_STACKS, *TALL, *WIDE]],
        rules.CHOLESKY: [matrices(*shape, definite=True) for shape in SQUARE_STACKS],
        rules.EIGENVALUES_SYMMETRIC: [matrices(*shape, symmetric=True) for shape in SQUARE_STACKS],
        rules.EIGENVECTORS_SYMMETRIC: [matrices(*shape, symmetric=True) for shape in SQUARE_STACKS],
        rules.EIGENVALUES: [matrices(*shape, symmetric=True, real=True) for shape in SQUARE_STACKS],
        rules.EIGENVECTORS: [matrices(*shape, symmetric=True, real=True) for shape in SQUARE_STACKS],
        rules.SINGULAR_VALUES: [matrices(*shape) for shape in [*SQUARE_STACKS, *TALL, *WIDE]],
        rules.LEFT_SINGULAR: [matrices(*shape) for shape in [*SQUARE_STACKS, *TALL, *WIDE]],
        rules.RIGHT_SINGULAR: [matrices(*shape) for shape in [*SQUARE_STACKS, *TALL, *WIDE]],
        rules.QR_Q: [matrices(*shape) for shape in [*SQUARE_STACKS, *TALL]],
        rules.QR_R: [matrices(*shape) for shape in [*SQUARE_STACKS, *TALL]],
    }
    for rule, given in kinds.items():
        for x in given:
            yield rule.name, Case(rule, (x,))
            yield rule.name, Case(rule, (backwards(x) if rule in {rules.INV, rules.QR_R} else np.asfortranarray(x),))
            if rule in {rules.EIGENVALUES_SYMMETRIC, rules.EIGENVECTORS_SYMMETRIC}:
                yield rule.name, Case(rule, (x,), {"uplo": "U"})
    yield "sign of det", Case(rules.SIGN_OF_DET, (matrices(3, 3),))
    yield "matrix_rank", Case(MATRIX_RANK, (matrices(3, 3),))


SOLVES: list[tuple[tuple[int, ...], tuple[int, ...]]] = [
    ((3, 3), (3,)),
    ((3, 3), (3, 2)),
    ((1, 1), (1,)),
    ((2, 3, 3), (2, 3, 1)),
    ((2, 3, 3), (3,)),
    ((2, 3, 3), (3, 2)),
    ((3, 3), (4, 3, 2)),
    ((2, 1, 3, 3), (4, 3, 2)),
    ((3, 3), (3, 0)),
]


def solve_cases() -> Iterator[Case]:
    rng = np.random.default_rng(8)
    for left, right in SOLVES:
        operands = matrices(*left), numbers(rng, right)
        yield Case(rules.SOLVE, operands)
        yield Case(rules.SOLVE, (np.asfortranarray(operands[0]), backwards(operands[1])))


# --- scipy.special ----------------------------------------------------------------------------------------------------------

#: Where a function is smooth, as (low, high) for each operand, or for all of them; (−2, 2) elsewhere.
SPECIAL_DOMAINS: dict[str, tuple[tuple[float, float], ...]] = {
    **dict.fromkeys(
        ("gamma", "gammaln", "loggamma", "rgamma", "digamma", "zeta", "beta", "betaln", "entr", "rel_entr", "kl_div"),
        ((0.3, 3.0),),
    ),
    **dict.fromkeys(("y0", "y1", "k0", "k1", "exp1", "expi", "cbrt", "i0e", "i1e"), ((0.3, 3.0),)),
    **dict.fromkeys(("jv", "yv", "iv", "ive", "kv"), ((0.4, 2.2), (0.4, 3.0))),
    "yn": ((2, 2), (0.4, 3.0)),
    **dict.fromkeys(("gammainc", "gammaincc"), ((0.5, 3.0), (0.4, 3.0))),
    **dict.fromkeys(("logit", "ndtri"), ((0.05, 0.95),)),
    "erfinv": ((-0.9, 0.9),),
    "erfcinv": ((0.1, 1.9),),
    "xlogy": ((-2.0, 2.0), (0.3, 3.0)),
    "xlog1py": ((-2.0, 2.0), (-0.7, 3.0)),
    "zeta": ((1.5, 3.0), (0.4, 3.0)),
    "huber": ((0.7, 0.9), (1.1, 1.9)),
    "pseudo_huber": ((0.5, 2.0), (-2.0, 2.0)),
    "betainc": ((0.6, 2.5), (0.6, 2.5), (0.1, 0.9)),
}
#: Operands by which there is no derivative.
BY_NOBODY = {
    "betainc": (0, 1),
    **dict.fromkeys(("gammainc", "gammaincc", "iv", "ive", "jv", "kv", "yn", "yv", "zeta"), (0,)),
}


def special_cases() -> Iterator[tuple[str, Case]]:
    for ufunc, rule in special_rules().items():
        name = ufunc.__name__.strip("_")
        domain = SPECIAL_DOMAINS.get(rule.name, ((-2.0, 2.0),))
        rng = np.random.default_rng(7)
        shapes: list[tuple[tuple[int, ...], ...]] = [((),), ((3,),), ((2, 3),), ((0,),)]
        if ufunc.nin > 1:
            shapes = [((), ()), ((3,), ()), ((), (2, 3)), ((2, 1), (1, 3))]
        domain = domain if len(domain) > 1 else domain * ufunc.nin
        for given in shapes:
            full = (*given, *[(3,)] * (ufunc.nin - len(given)))
            operands = [numbers(rng, shape, *ends) for shape, ends in zip(full, domain, strict=True)]
            if name == "yn":
                operands[0] = np.full(given[0], 2) if given[0] else 2
            yield f"special {name}", Case(rule, tuple(operands), fixed=BY_NOBODY.get(rule.name, ()))


def logsumexp_cases() -> Iterator[Case]:
    for options in ({}, {"axis": 0}, {"axis": (0, -1)}, {"axis": 1, "keepdims": True}, {"keepdims": True}):
        yield Case(LOGSUMEXP, (ramp(2, 3),), options)
        yield Case(LOGSUMEXP, (500.0 * ramp(2, 3),), options)
    yield Case(LOGSUMEXP, (1.5,))
    yield Case(LOGSUMEXP, (backwards(ramp(3)),))
