"""Solving A λ = e_n: entries that are at hand as arrays, beside SciPy; and what orders of elimination take."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import eye_array
from scipy.sparse.linalg import spsolve_triangular

import lagviz as lv
from lagviz.engine.methods import triangular
from lagviz.engine.partials import Columns
from tests.benchmarks.harness import Figure, Race, Side
from tests.support.minpack import HEART, PROPANE, heart, propane

Indices = NDArray[np.intp]


def wide() -> tuple[Indices, Indices]:
    """Forty layers of 2500 equations, each of which reads two of the layer before."""
    rng = np.random.default_rng(0)
    readers = np.repeat(np.arange(2500, 100_000), 2)
    return readers // 2500 * 2500 - 1 - rng.integers(2500, size=len(readers)), readers


def narrow() -> tuple[Indices, Indices]:
    """A recurrence: each of 100 000 equations reads the two before."""
    readers = np.repeat(np.arange(2, 100_000), 2)
    return readers - np.tile([1, 2], len(readers) // 2), readers


def scattered() -> tuple[Indices, Indices]:
    """Each of 20 000 equations reads two of the thousand before."""
    readers = np.repeat(np.arange(1000, 20_000), 2)
    return readers - np.random.default_rng(1).integers(1, 1000, size=len(readers)), readers


def beside_scipy(work: str, program: Callable[[], tuple[Indices, Indices]], must: float) -> Callable[[], Race]:
    def row() -> Race:
        read, readers = program()
        (read, readers), counts = np.unique(np.stack([read, readers]), axis=1, return_counts=True)
        order = np.lexsort((read, readers))
        size = int(readers.max()) + 1
        columns = Columns(read[order], readers[order], (0.4 * counts[order]).astype(np.float64), size)
        right = np.zeros((size, 1))
        right[-1] = 1.0
        matrix = (eye_array(size, format="csr") - columns.by_row).tocsr()

        def scipys() -> Any:
            return [spsolve_triangular(matrix, right, lower=False, unit_diagonal=True)]

        return Race(
            f"solving, {work}", lambda: [triangular.solve(columns, right)], [(Side("spsolve_triangular", scipys), must)]
        )

    return row


def eliminated(work: str, function: Callable[..., Any], inputs: Sequence[float], most: int) -> Callable[[], Figure]:
    """Multiplications of a whole Jacobian in Markowitz' order; `most` is the best that has been published."""

    def row() -> Figure:
        system = lv.record(function, *inputs).adjoint_system()

        def count() -> float:
            return system.solve("vertex_elimination", order="markowitz").cost.multiplications

        return Figure(f"{work}: its Jacobian by elimination, Markowitz' order", most, "multiplications", count)

    return row


ROWS: tuple[Callable[[], Race | Figure], ...] = (
    beside_scipy("40 levels of 2500", wide, 10),
    beside_scipy("a band of two, 100 000 long", narrow, 3),
    beside_scipy("20 000 equations, scattered", scattered, 0.9),
    eliminated("human heart dipole", heart, HEART, 148),
    eliminated("propane combustion", propane, PROPANE, 88),
)
