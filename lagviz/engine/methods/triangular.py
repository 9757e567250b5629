"""Solving a triangular system of numbers whose entries are at hand as arrays: by whichever way fits its shape.

Wide levels are solved at once each (NumPy, some nanoseconds a row); a long narrow chain is a band, for LAPACK; anything
else is SciPy's sparse triangular solve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_banded
from scipy.sparse import eye_array
from scipy.sparse.linalg import spsolve_triangular

if TYPE_CHECKING:
    from lagviz.engine.partials import Columns

__all__ = ["by_levels", "heights", "solve"]

#: Rows a level must have on average so that a few NumPy calls for each level pay.
WIDE = 100
#: Superdiagonals up to which a band is solved as one, zeros and all.
NARROW = 8


def heights(columns: Columns) -> NDArray[np.intp]:
    """For each row, the number of entries on its longest way to the end: rows of one height do not read each other."""
    height = [0] * columns.size
    for i, j in zip(reversed(columns.row.tolist()), reversed(columns.column.tolist()), strict=True):
        if height[i] <= height[j]:
            height[i] = height[j] + 1
    return np.array(height, np.intp)


def solve(columns: Columns, right: NDArray[np.float64]) -> NDArray[np.float64]:
    """λ with (I − N) λ = right.

    Parameters
    ----------
    columns : Columns
        The entries N_ij = ∂f_j/∂z_i of a system of numbers.
    right : array of shape (rows, results)

    Returns
    -------
    array of shape (rows, results)
    """
    if not columns.size or not right.shape[1]:
        return np.zeros(right.shape)
    band = int((columns.column - columns.row).max(initial=0))
    if band <= NARROW:
        found = _banded(columns, right, band)
        # Between the entries of a band stand zeros, and 0 × ∞ would hand a NaN to rows that it does not concern.
        if np.isfinite(found).all():
            return found
    height = heights(columns)
    if columns.size > WIDE * (int(height.max()) + 1):
        return by_levels(columns, right, height)
    matrix = eye_array(columns.size, format="csr") - columns.by_row
    return np.asarray(spsolve_triangular(matrix, right, lower=False, unit_diagonal=True)).reshape(right.shape)


def _banded(columns: Columns, right: NDArray[np.float64], band: int) -> NDArray[np.float64]:
    stored = np.zeros((band + 1, columns.size))
    stored[band] = 1.0
    # In LAPACK's layout superdiagonal d stands in row band − d.
    np.subtract.at(stored, (band - (columns.column - columns.row), columns.column), columns.partial)
    return np.asarray(solve_banded((0, band), stored, right, overwrite_ab=True, check_finite=False))


def by_levels(columns: Columns, right: NDArray[np.float64], height: NDArray[np.intp]) -> NDArray[np.float64]:
    """The same, all rows of one height at once.

    Parameters
    ----------
    columns, right
        As of `solve`.
    height : array of int
        For each row; an entry's row is higher than its column. See `heights`.
    """
    found = np.array(right)
    rows, readers, partials = columns.row, columns.column, columns.partial
    order = np.lexsort((rows, height[rows]))  # by level, and rows together
    rows, readers, partials = rows[order], readers[order], partials[order]
    firsts = np.flatnonzero(np.diff(rows, prepend=-1))
    targets = rows[firsts]
    ends = np.searchsorted(height[rows], np.arange(1, int(height.max(initial=0)) + 2))
    groups = np.searchsorted(firsts, ends)
    for level in range(len(ends) - 1):
        begin, end = ends[level], ends[level + 1]
        own = slice(groups[level], groups[level + 1])
        terms = partials[begin:end, None] * found[readers[begin:end]]
        found[targets[own]] += np.add.reduceat(terms, firsts[own] - begin, axis=0)
    return found
