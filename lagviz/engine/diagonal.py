"""The diagonal block of an implicit equation, factorised: LU within its strongly connected components.

A block that is no triangle is still block triangular where its unknowns do not all depend on each other. The components
of its graph are the diagonal blocks; each is factorised alone, and what couples them is substituted.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import lu_solve
from scipy.linalg.lapack import dgetrf
from scipy.sparse.linalg import LinearOperator

from lagviz.engine.blocks import Coordinates
from lagviz.errors import SingularError

__all__ = ["Diagonal", "components"]


def components(numbers: Any) -> list[list[int]]:
    """The unknowns of a square matrix, grouped and ordered so that it is block upper triangular.

    Parameters
    ----------
    numbers : array or sparse array of shape (n, n)
        Stored entries count, also those that are 0; of a plain array, those that are not.

    Returns
    -------
    list of list of int
        Groups of unknowns that depend on each other, each after whatever only it reads: row i of an entry (i, j)
        belongs to no later group than j. A matrix that is triangular already keeps its order.

    Examples
    --------
    >>> import numpy as np
    >>> components(np.array([[1.0, 0, 0], [2.0, 1, 3], [4.0, 5, 1]]))
    [[1, 2], [0]]
    """
    stored = sparse.coo_array(numbers)
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(stored.shape[0]))
    graph.add_edges_from(zip(stored.row.tolist(), stored.col.tolist(), strict=True))
    condensed = nx.condensation(graph)
    groups = {number: sorted(data["members"]) for number, data in condensed.nodes.items()}
    order = nx.lexicographical_topological_sort(condensed, key=lambda number: groups[number][0])
    return [groups[number] for number in order]


class Diagonal(LinearOperator):
    """A_ii of an implicit equation.

    Parameters
    ----------
    numbers : array of shape (n, n)
    where : str
        What to call it in an error.

    Attributes
    ----------
    groups : list of list of int
        The components of its graph, in block upper triangular order.
    structure : str
        ``"dense"``; ``"scalar"`` for a single number.
    """

    def __init__(self, numbers: NDArray[np.float64], where: str) -> None:
        self.numbers = numbers
        self.groups = components(numbers)
        self._where = where
        self.structure = "scalar" if numbers.shape == (1, 1) else "dense"
        super().__init__(np.dtype(np.float64), numbers.shape)  # type: ignore[call-arg] # the stubs know only __new__

    def _matvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(self.numbers @ x)

    def _rmatvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(self.numbers.T @ x)

    @property
    def count(self) -> int:
        """Stored entries."""
        return self.numbers.size

    @property
    def coordinates(self) -> Coordinates:
        """Row, column and number of each stored entry of A_ii."""
        i, j = np.indices(self.numbers.shape)
        return i.ravel(), j.ravel(), self.numbers.ravel()

    def toarray(self) -> NDArray[np.float64]:
        """A_ii as a dense array."""
        return self.numbers

    @cached_property
    def _parts(self) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """For each component its unknowns, and the unknowns after it that its rows read."""
        found = []
        for position, group in enumerate(self.groups):
            own = np.array(group)
            later = np.array([one for other in self.groups[position + 1 :] for one in other], dtype=np.intp)
            found.append((own, later[np.any(self.numbers[np.ix_(own, later)] != 0, axis=0)]))
        return found

    @cached_property
    def _factors(self) -> list[Any]:
        """LU factors of each component."""
        found = []
        for own, _ in self._parts:
            lu, pivots, stopped = dgetrf(self.numbers[np.ix_(own, own)])
            if stopped > 0:
                raise SingularError(
                    f"{self._where} has a singular block on the diagonal: its {len(self.numbers)} unknowns are not "
                    "determined by its equations, so there is no price to give. Look at the equation there: its result must "
                    "be the only one near by."
                )
            found.append((lu, pivots))
        return found

    def solve(self, right: NDArray[np.float64], *, transposed: bool = False) -> NDArray[np.float64]:
        """X with ``A_ii X = right``, or with its transpose, for the columns of ``right``."""
        x = np.array(right, dtype=np.float64)
        if transposed:
            for (own, later), factors in zip(self._parts, self._factors, strict=True):
                x[own] = lu_solve(factors, x[own], trans=1, check_finite=False)
                x[later] -= self.numbers[np.ix_(own, later)].T @ x[own]
        else:
            for (own, later), factors in reversed(list(zip(self._parts, self._factors, strict=True))):
                x[own] -= self.numbers[np.ix_(own, later)] @ x[later]
                x[own] = lu_solve(factors, x[own], check_finite=False)
        return x

    def cost(self, width: int) -> tuple[int, int]:
        """Multiplications (divisions included) and additions of the factorisation and of ``width`` right-hand sides.

        (n³ − n)/3 and n² for each component of n unknowns, and what couples the components.
        """
        multiplications = additions = 0
        for own, later in self._parts:
            n, coupled = len(own), len(own) * len(later)
            multiplications += (n**3 - n) // 3 + (n**2 + coupled) * width
            additions += (n**3 - n) // 3 - n * (n - 1) // 2 + (n**2 - n + coupled) * width
        return multiplications, additions
