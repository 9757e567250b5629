"""The entries of a program of numbers as three arrays: who is read, by whom, and how strongly.

The loop asks each operation for its partials as a sweep does, so the numbers are the same to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lagviz.engine.methods.triangular import Solver
from lagviz.engine.recorded import Recorded, Scalar
from lagviz.engine.rules import Elementwise, Rule, plain

if TYPE_CHECKING:
    from lagviz.engine.tape import Tape

__all__ = ["Columns", "columns_of"]


@dataclass(frozen=True)
class Columns:
    """The off-diagonal entries of a system of numbers, by column: equation after equation, in the order of its operands.

    Attributes
    ----------
    row, column : array of int
        Rows of A: of the node that is read, and of its reader.
    partial : array of float64
        ∂f_column/∂z_row, so A_ij is its negative. Zeros are stored like any number.
    size : int
        Number of rows of A.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    partial: NDArray[np.float64]
    size: int

    @cached_property
    def solver(self) -> Solver:
        """What solves it, and keeps what it works out for the next time."""
        return Solver(self)

    @cached_property
    def by_row(self) -> sparse.csr_array:
        """I − A, its diagonal not stored: what each row gathers from its readers."""
        return sparse.csr_array(
            sparse.coo_array((self.partial, (self.row, self.column)), shape=(self.size, self.size)).tocsr()
        )

    @cached_property
    def upper(self) -> sparse.csr_array:
        """A itself: a unit upper triangle."""
        diagonal = np.arange(self.size)
        at = np.concatenate([diagonal, self.row]), np.concatenate([diagonal, self.column])
        stored = np.concatenate([np.ones(self.size), -self.partial])
        upper = sparse.csr_array(sparse.coo_array((stored, at), shape=(self.size, self.size)).tocsr())
        upper.sort_indices()  # else every solve sorts a copy
        return upper


def columns_of(tape: Tape, rows: NDArray[np.intp]) -> Columns:
    """The entries of a tape whose real nodes are all numbers.

    Parameters
    ----------
    tape : Tape
    rows : array of int
        For each node its row of A, or −1.
    """
    recorded = tape.recorded
    at = {id(node): row for node, row in zip(recorded, rows.tolist(), strict=True) if row >= 0}
    row: list[int] = []
    column: list[int] = []
    partial: list[float] = []

    def add(i: int | None, j: int, number: Any) -> None:
        if i is not None:
            row.append(i)
            column.append(j)
            partial.append(number)

    find = at.get
    with np.errstate(all="ignore"):
        for node in recorded:
            rule = node.rule
            j = find(id(node))
            if j is None or not rule.differentiable:
                continue
            if type(rule).active is not Rule.active or not isinstance(rule, Elementwise):
                _others(node, j, at, add)
                continue
            x, by_left = node.left, rule.partials[0]
            i = find(id(x))
            x = x.value if type(x) is Scalar else x
            z = node.value
            if rule.arity == 1:
                add(i, j, by_left if isinstance(by_left, float) else by_left(plain(z), plain(x)))
                continue
            y, by_right = node.right, rule.partials[1]
            k = find(id(y))
            y = y.value if type(y) is Scalar else y
            if isinstance(x, Recorded) or isinstance(z, Recorded) or isinstance(y, Recorded):
                x, y, z = plain(x), plain(y), plain(z)  # values of a recording around this one
            left = by_left if isinstance(by_left, float) else by_left(z, x, y) if i is not None else 0.0
            right = by_right if isinstance(by_right, float) else by_right(z, x, y) if k is not None else 0.0
            if i == k:
                add(i, j, left + right)  # read twice, it is one entry with the sum of its partials
            else:
                add(i, j, left)
                add(k, j, right)
    return Columns(
        np.array(row, np.intp), np.array(column, np.intp), np.array(partial, np.float64), int(rows.max(initial=-1)) + 1
    )


def _others(node: Recorded, j: int, at: dict[int, int], add: Any) -> None:
    """The column of an operation that is not elementwise, or that chooses what it reads."""
    operands, options = node.operands, node.options
    raw, value = [plain(x) for x in operands], plain(node.value)
    found: dict[int, float] = {}
    for k, operand in enumerate(operands):
        i = at.get(id(operand))
        if i is not None and node.rule.active(k, value, raw, options):
            _, _, numbers = node.rule.entries(k, value, raw, options)
            found[i] = found.get(i, 0.0) + float(numbers.sum())
    for i, number in found.items():
        add(i, j, number)
