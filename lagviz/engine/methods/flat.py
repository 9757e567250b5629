"""The part of a system that matters, written out: λ = N λ + b over the rows of nodes that reach a result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lagviz.errors import TooLargeError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["Flat", "flat_of"]

#: Stored entries above which it is not written out.
LARGEST = 50_000_000


@dataclass(frozen=True)
class Flat:
    """λ = N λ + b.

    Attributes
    ----------
    system : AdjointSystem
    rows : array of int
        The rows of A that are left.
    matrix : csr_array
        N: what each row gathers. Rows of implicit equations are divided by their diagonal blocks.
    right : array of shape (rows, results)
        b, divided likewise.
    multiplications, additions : int
        What dividing has cost.
    """

    system: AdjointSystem
    rows: NDArray[np.intp]
    matrix: sparse.csr_array
    right: NDArray[np.float64]
    multiplications: int
    additions: int

    def filled(self, found: NDArray[np.float64]) -> NDArray[np.float64]:
        """Numbers of these rows as numbers of all rows of A, 0 in the others."""
        flat = np.zeros((self.system.rows, self.system.width))
        flat[self.rows] = found
        return flat

    @property
    def levels(self) -> int:
        """The number of nodes on the longest path."""
        return max((level or 0 for level in self.system.levels), default=0)


def rows_that_matter(system: AdjointSystem) -> NDArray[np.intp]:
    """Rows of A that belong to nodes with a path to a result."""
    matters = np.array([level is not None for level in system.levels], dtype=bool)
    return np.flatnonzero(np.repeat(matters, np.array(system.sizes, np.intp)))


def flat_of(system: AdjointSystem) -> Flat:
    """Write the part that matters out.

    Raises
    ------
    TooLargeError
        It would hold more than 50 million entries.
    """
    count = int(system.edges.count.sum())
    if count > LARGEST:
        raise TooLargeError(
            f"This method writes the matrix out, which would store about {count:,} entries ({count * 16 / 1e9:.1f} GB). "
            'Use method="back_substitution", which applies each block without writing it out.'
        )
    rows = rows_that_matter(system)
    right = system.right[rows]
    matrix = sparse.csr_array(-_off_diagonal(system)[rows][:, rows])
    multiplications = additions = 0
    if any(index in system.reaching for index in system.implicit):
        right, divided = right.copy(), matrix.tolil()
        for index, block in system.implicit.items():
            if index not in system.reaching:
                continue
            own = np.searchsorted(rows, np.arange(system.slices[index].start, system.slices[index].stop))
            part = divided[own].tocsc()
            used = np.flatnonzero(np.diff(part.indptr))
            cost = block.cost(system.width + len(used))
            multiplications, additions = multiplications + cost[0], additions + cost[1]
            right[own] = block.solve(right[own])
            solved = block.solve(part[:, used].toarray())
            for place, row in enumerate(own):
                divided.rows[row], divided.data[row] = used.tolist(), solved[place].tolist()
        matrix = sparse.csr_array(divided.tocsr())
    return Flat(system, rows, matrix, right, multiplications, additions)


def _off_diagonal(system: AdjointSystem) -> sparse.csr_array:
    """A without the blocks on its diagonal; stored zeros stay."""
    columns = system.columns
    if columns is not None:
        return -columns.by_row
    parts = []
    for k, entry in enumerate(system.entries):
        i, j, partials = system.block(k).coordinates
        parts.append((i + system.starts[entry.row], j + system.starts[entry.column], -partials))
    shape = (system.rows, system.rows)
    if not parts:
        return sparse.csr_array(shape, dtype=np.float64)
    i, j, numbers = (np.concatenate(part) for part in zip(*parts, strict=True))
    return sparse.coo_array((numbers, (i, j)), shape=shape).tocsr()
