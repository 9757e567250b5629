"""Solving a triangular system of numbers whose entries are at hand as arrays: by whichever way fits its shape.

A long narrow chain is a band, for LAPACK; where many rows wait for the same few, they are solved at once each time (NumPy, some
nanoseconds a row); anything else is SciPy's sparse triangular solve.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dtbtrs
from scipy.sparse.linalg import spsolve_triangular

if TYPE_CHECKING:
    from lagviz.engine.partials import Columns

__all__ = ["by_waves", "solve"]

#: Rows a wave must have on average so that the NumPy calls it takes pay; and how many waves are waited for before that is
#: asked.
WIDE, PATIENCE = 1000, 3
#: Superdiagonals up to which a band is solved as one, zeros and all.
NARROW = 8


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
    with np.errstate(all="ignore"):  # what overflows is infinite, as in a sweep
        waves = by_waves(columns, right[:, 0]) if right.shape[1] == 1 else None
    if waves is not None:
        return waves[:, None]
    return np.asarray(spsolve_triangular(columns.upper, right, lower=False, unit_diagonal=True)).reshape(right.shape)


def _banded(columns: Columns, right: NDArray[np.float64], band: int) -> NDArray[np.float64]:
    # In LAPACK's layout superdiagonal d stands in row band − d, and the unit diagonal need not be there.
    stored = np.zeros((band + 1, columns.size), order="F")
    stored[band - (columns.column - columns.row), columns.column] = -columns.partial
    found, _ = dtbtrs(stored, right, diag="U")
    return np.asarray(found)


def by_waves(columns: Columns, right: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """The same for one right-hand side: at once the rows that wait for nobody, then those that waited for these alone.

    Parameters
    ----------
    columns : Columns
    right : array of shape (rows,)

    Returns
    -------
    array of shape (rows,), or None
        None where waves turn out narrow.
    """
    rows, partials = columns.row, columns.partial
    counts = np.bincount(columns.column, minlength=columns.size)
    starts = np.cumsum(counts) - counts
    waiting = np.bincount(rows, minlength=columns.size)
    found, seen = right.copy(), np.empty(columns.size, np.intp)
    wave = np.flatnonzero(waiting == 0)
    done = number = 0
    while wave.size:
        number, done = number + 1, done + wave.size
        if number > PATIENCE and done < WIDE * number:
            return None
        count = counts[wave]
        entries = np.arange(count.sum()) + np.repeat(starts[wave] - np.cumsum(count) + count, count)
        into = rows[entries]
        np.add.at(found, into, partials[entries] * np.repeat(found[wave], count))
        np.subtract.at(waiting, into, 1)
        ready = into[waiting[into] == 0]
        # Each once: of those that are the same, the one that was written down last.
        seen[ready] = np.arange(ready.size)
        wave = ready[seen[ready] == np.arange(ready.size)]
    return found
