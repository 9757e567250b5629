"""Solving a triangular system of numbers whose entries are at hand as arrays: by whichever way fits its shape.

A long narrow chain is a band, for LAPACK. Where many rows depend on the same few, they are solved at once, level by level
(some nanoseconds a row); the levels are worked out when a system is solved for the second time, because that takes
longer than solving it once. Anything else is SciPy's sparse triangular solve.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dtbtrs
from scipy.sparse import csr_array
from scipy.sparse.linalg import spsolve_triangular

if TYPE_CHECKING:
    from lagviz.engine.partials import Columns

__all__ = ["Solver", "solve"]

#: Rows a level must have on average so that the NumPy calls it takes pay.
WIDE = 200
#: Share of numbers in a right-hand side up to which it is put in order number by number.
_FEW = 0.1
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
    return columns.solver.solve(right)


class _Levels(NamedTuple):
    """Rows in an order in which those of a level read only rows of levels before.

    ``place`` says where each row stands in ``order``; ``parts`` are the levels that read anything: from which place to which,
    and their entries, over places.
    """

    order: NDArray[np.intp]
    place: NDArray[np.intp]
    parts: list[tuple[int, int, csr_array]]


class Solver:
    """What is worked out of a system's entries once, and used by every solve."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._used = False
        self._spare: list[NDArray[np.float64]] = []

    def solve(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        """See `solve`."""
        columns = self._columns
        if not columns.size or not right.shape[1]:
            return np.zeros(right.shape)
        again, self._used = self._used, True
        if self._band is not None:
            found, _ = dtbtrs(self._band, right, diag="U")
            # Between the entries of a band stand zeros, and 0 × ∞ would hand a NaN to rows that it does not concern.
            if np.isfinite(found).all():
                return np.asarray(found)
        if again and self._levels is not None:
            return self.by_levels(right)
        return np.asarray(spsolve_triangular(columns.upper, right, lower=False, unit_diagonal=True)).reshape(
            right.shape
        )

    def by_levels(self, right: NDArray[np.float64]) -> NDArray[np.float64]:
        """All rows of one level at once, the results first."""
        assert self._levels is not None  # noqa: S101 - whoever calls has asked
        order, place, parts = self._levels
        # One right-hand side is a plain vector: a matrix of one column would take half as long again.
        one = right.shape[1] == 1
        if one:
            found = self._vector()
            if np.count_nonzero(right) < _FEW * right.size:  # e_n: most often there is next to nothing to put in order
                found.fill(0.0)
                rows = np.flatnonzero(right)
                found[place[rows]] = right[rows, 0]
            else:
                right[:, 0].take(order, out=found, mode="clip")  # which checks nothing: they are places
        else:
            found = right.take(order, 0)
        with np.errstate(all="ignore"):  # what overflows is infinite, as in a sweep
            for start, end, entries in parts:
                found[start:end] += entries.dot(found)  # `@` asks a third more questions first
        solved = found.take(place, 0).reshape(right.shape)
        if one:
            self._spare.append(found)
        return solved

    def _vector(self) -> NDArray[np.float64]:
        """Memory for a solve, of one before if it is free: new memory may take longer to get than the solve takes."""
        try:
            return self._spare.pop()
        except IndexError:
            return np.empty(self._columns.size)

    @cached_property
    def _band(self) -> NDArray[np.float64] | None:
        """A in LAPACK's layout: superdiagonal d in row band − d; the unit diagonal need not be there."""
        columns = self._columns
        offsets = columns.column - columns.row
        band = int(offsets.max(initial=0))
        if band > NARROW:
            return None
        stored = np.zeros((band + 1, columns.size), order="F")
        stored[band - offsets, columns.column] = -columns.partial
        return stored

    @cached_property
    def _levels(self) -> _Levels | None:
        """An order of the rows, level by level, and each level's entries; None where levels are narrow."""
        size = self._columns.size
        waves = list(self._waves())
        if sum(map(len, waves)) < size:
            return None
        order = np.concatenate(waves)
        place = np.empty(size, np.intp)
        place[order] = np.arange(size)
        rows = self._columns.by_row[order]
        reads = place[rows.indices].astype(rows.indices.dtype)
        ends = np.cumsum([wave.size for wave in waves]).tolist()
        parts = []
        for start, end in pairwise([0, *ends]):
            first, last = int(rows.indptr[start]), int(rows.indptr[end])
            if first < last:
                pointers = rows.indptr[start : end + 1] - first
                entries = csr_array((rows.data[first:last], reads[first:last], pointers), shape=(end - start, size))
                parts.append((start, end, entries))
        return _Levels(order, place, parts)

    def _waves(self) -> Iterator[NDArray[np.intp]]:
        """Rows that wait for nobody, then those that waited for these alone; ends early where waves are narrow."""
        columns = self._columns
        counts = np.bincount(columns.column, minlength=columns.size)
        starts = np.cumsum(counts) - counts
        waiting = np.bincount(columns.row, minlength=columns.size)
        wave = np.flatnonzero(waiting == 0)
        done = number = 0
        while wave.size:
            yield wave
            number, done = number + 1, done + wave.size
            if done < WIDE * number:
                return
            count = counts[wave]
            entries = np.arange(count.sum()) + np.repeat(starts[wave] - np.cumsum(count) + count, count)
            into = columns.row[entries]
            np.subtract.at(waiting, into, 1)
            wave = np.unique(into[waiting[into] == 0])
