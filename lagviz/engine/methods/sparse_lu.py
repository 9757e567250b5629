"""Sparse LU: a general factorisation, which needs no triangle and knows nothing of readers.

A is factorised as it stands, columns ordered so that little fills in (SuperLU), and two triangles are solved. On a matrix
that is a triangle already this is work that substitution does without; it is here as the yardstick.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import SuperLU, splu

from lagviz.engine import words
from lagviz.engine.counting import counted
from lagviz.engine.methods.bounds import stored_entries, working_memory
from lagviz.engine.methods.flat import rows_that_matter
from lagviz.engine.methods.method import Bounds, Method, always
from lagviz.engine.methods.substitution import has_no_path, matrix_event, no_path
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling
from lagviz.engine.words import Lines
from lagviz.errors import SingularError, UnknownOptionError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]

#: SuperLU's names of its orders of columns.
_ORDERS: dict[str, Literal["COLAMD", "NATURAL", "MMD_AT_PLUS_A"]] = {
    "fill": "COLAMD",
    "natural": "NATURAL",
    "degree": "MMD_AT_PLUS_A",
}


def _solve(system: AdjointSystem, *, order: str = "fill") -> Solution:
    if order not in _ORDERS:
        raise UnknownOptionError(f"There is no order of columns {order!r}. There are: {', '.join(_ORDERS)}.")
    rows = rows_that_matter(system)
    matrix = sparse.csc_array(system.matrix[rows][:, rows])
    flat = np.zeros((system.rows, system.width))
    cost, solved_at = Cost(), np.zeros(0, np.intp)
    if len(rows):
        try:
            # Ones on the diagonal are pivots good enough, and keep zero what no path leads to.
            threshold = 1.0 if system.implicit else 0.0
            factors = splu(matrix, permc_spec=_ORDERS[order], diag_pivot_thresh=threshold)
        except RuntimeError as error:
            raise SingularError(f"A is singular: its equations do not determine every multiplier ({error}).") from None
        flat[rows] = factors.solve(np.ascontiguousarray(system.right[rows]))
        cost, solved_at = _cost(factors, matrix.nnz, system.width), np.argsort(factors.perm_c)[::-1]
    nodes = _nodes_in_order(system, rows[solved_at])
    return Solution(
        system,
        METHOD.name,
        system.shaped(flat),
        cost,
        steps=lambda solution: _steps(solution, nodes),
        step_count=1 + len(nodes) + has_no_path(system),
    )


def _estimate(system: AdjointSystem, *, order: str = "fill") -> tuple[Bounds, Bounds]:
    stored, n = stored_entries(system), sum(system.sizes[index] for index in system.reaching)
    if order == "natural" and not system.implicit:
        # A triangle is its own factor; SuperLU stores no zeros in it.
        return (n * system.width, (stored + n) * system.width), (
            16 * stored,
            working_memory(system) + 300 * (stored + n),
        )
    work, filled = n**3 + 2 * n * n * system.width, 40 * n * n
    return (n * system.width, work), (16 * stored, working_memory(system) + 300 * (stored + n) + filled)


def _cost(factors: SuperLU, before: int, width: int) -> Cost:
    """Read off the factors: column k of L times row k of U, then one product for each entry of both.

    A division by a pivot counts as a multiplication. Steps that wait for each other are not counted.
    """
    lower, upper = factors.L.tocsc(), factors.U.tocsr()
    n = lower.shape[0]
    below, right = np.diff(lower.indptr) - 1, np.diff(upper.indptr) - 1
    updates = int((below * right).sum())
    solving = int(below.sum() + right.sum()) * width
    return Cost(
        multiplications=updates + int(below.sum()) + solving + n * width,
        additions=updates + solving,
        fill_in=max(int(lower.nnz + upper.nnz) - n - before, 0),
    )


def _nodes_in_order(system: AdjointSystem, rows: NDArray[np.intp]) -> list[int]:
    """The nodes in the order in which the last of their numbers is found."""
    of_row = np.searchsorted(system.starts, rows, side="right") - 1
    return list(dict.fromkeys(of_row[::-1].tolist()))[::-1]


def _steps(solution: Solution, nodes: list[int]) -> Iterator[Step]:
    system, found = solution.system, solution.multipliers
    used = [k for k, j in enumerate(system.edges.column.tolist()) if j in system.reaching]
    reads = [Event("rhs", index, 1.0) for index in sorted(system.asked)] + [matrix_event(system, k) for k in used]
    yield Step(solution, tuple(sorted(system.reaching)), _FACTORISE, tuple(reads), ())
    for index in nodes:
        yield Step(solution, (index,), _SUBSTITUTE, (), (Event("multiplier", index, found[index]),))
    yield from no_path(solution)


def _factorise_lines(step: Step) -> Lines:
    cost = step.solution.cost
    fill = (
        "nothing fills in"
        if not cost.fill_in
        else f"{counted(cost.fill_in, 'entry')} {'fills' if cost.fill_in == 1 else 'fill'} in"
    )
    return [
        ("What is factorised?", f"A as it stands, into L and U: {fill}."),
        ("Why?", "It needs no triangle; on a triangle it is more work than substitution."),
    ]


def _substitute_lines(step: Step) -> Lines:
    index = step.node
    known = words.priced(step.solution, index)
    return [
        (
            "Which unknown?",
            f"That of {{name {index}}}, the next in the order of the columns. From its row of U: {known}.",
        )
    ]


def _formula(text: str) -> Any:
    return lambda _step: text


_FACTORISE = Telling(lambda _step: "factorise", _factorise_lines, _formula(r"P_r A P_c = L\,U"))
_SUBSTITUTE = Telling(
    lambda step: f"row {step.name(step.node)} of U",
    _substitute_lines,
    _formula(r"U\,P_c^{\top} \lambda = L^{-1} P_r\,e_n"),
)

METHOD = Method(
    "sparse_lu",
    "Sparse LU",
    "Factorise A as it stands, as one would any sparse matrix: the yardstick.",
    _solve,
    _estimate,
    options={"order": "of the columns: fill, degree or natural"},
    reorders=always,
)
