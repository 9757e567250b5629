"""A system taken apart node by node: A_ij ← A_ij − A_ik A_kj for whom k is read by and whom it reads, then k is gone.

What is kept are the nodes that read nothing and the results. A result that is read itself, or asked about in part, is
eliminated like any other and stands in for itself by its column of the right-hand side. Here are the graph and its
elimination; the orders are in `lagviz.engine.methods.orders`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lagviz.engine.methods.numbers import Numbers, added, as_numbers, dense, product, stored
from lagviz.errors import TooLargeError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["Eliminated", "Elimination"]

#: Bytes that the entries may take while eliminating.
LARGEST = 2_000_000_000
#: What an entry takes besides its numbers.
_ENTRY = 250


@dataclass(frozen=True, slots=True)
class Eliminated:
    """One node taken out.

    Attributes
    ----------
    node : int
    reads : dict of int to numbers
        Whom it read, and how strongly it passed them on: ∂z_k/∂z_i, as −A_ik.
    readers : dict of int to numbers
        Who read it; of an implicit equation already settled by its diagonal block.
    updates : list of (int, int, numbers, bool)
        Row, column and −A_ij of what was changed, and whether it is new.
    """

    node: int
    reads: dict[int, Numbers]
    readers: dict[int, Numbers]
    updates: list[tuple[int, int, Numbers, bool]]


@dataclass
class Elimination:
    """The entries of a system while nodes are eliminated, and what that has cost.

    Attributes
    ----------
    rows, columns : dict of int to dict
        ``rows[i][j]`` is −A_ij; ``columns[j]`` is the set of rows i that store one. Columns from ``len(system.shapes)`` on
        belong to the right-hand side.
    results : dict of int to array of int
        Columns that are kept, and to which right-hand side each of their numbers belongs.
    interior : list of int
        Nodes that are to be eliminated, in the order of the system.
    """

    system: AdjointSystem
    #: Whether nodes without a path to a result are left out: they cost nothing and have the multiplier 0.
    reaching_only: bool = True
    rows: dict[int, dict[int, Numbers]] = field(default_factory=dict)
    columns: dict[int, set[int]] = field(default_factory=dict)
    results: dict[int, NDArray[np.intp]] = field(default_factory=dict)
    interior: list[int] = field(default_factory=list)
    multiplications: int = 0
    additions: int = 0
    fill_in: int = 0
    depth: int = 0
    _times: dict[tuple[int, int], int] = field(default_factory=dict)
    _bytes: int = 0

    def __post_init__(self) -> None:
        system = self.system
        nodes = [index for index in system.node_indices if index in system.reaching or not self.reaching_only]
        self.rows = {index: {} for index in nodes}
        self.columns = {index: set() for index in nodes}
        edges, numbers = system.edges, system.columns
        partials = None if numbers is None else numbers.partial.tolist()
        for k, (i, j) in enumerate(zip(edges.row.tolist(), edges.column.tolist(), strict=True)):
            if j in self.columns:
                self._store(i, j, as_numbers(system.block(k)) if partials is None else partials[k])
        self._ask()
        self.interior = [index for index in nodes if self.columns[index] and index not in self.results]

    def _ask(self) -> None:
        """Which columns are kept: of results that nobody reads their own, of all others a copy."""
        system = self.system
        if system.unit_questions:
            wanted: dict[int, list[tuple[int, int]]] = {}
            for column, (index, element) in enumerate(system.questions):
                wanted.setdefault(index, []).append((element, column))
            for index, asked in wanted.items():
                elements, columns = (np.array(part, np.intp) for part in zip(*asked, strict=True))
                whole = sorted(elements.tolist()) == list(range(system.sizes[index]))
                if whole and not self.rows[index] and index not in system.implicit:
                    self.results[index] = columns[np.argsort(elements)]
                else:
                    self._copy({index: (elements, np.arange(len(elements)))}, columns)
        elif system.width:
            right = system.right
            stores = {}
            for index in sorted(system.asked):
                i, j = np.nonzero(right[system.slices[index]])
                stores[index] = i, j
            self._copy(stores, np.arange(system.width))

    def _copy(self, stores: dict[int, tuple[NDArray[np.intp], NDArray[np.intp]]], columns: NDArray[np.intp]) -> None:
        """A column of the right-hand side as a reader that nobody reads."""
        copy, right = len(self.system.shapes) + len(self.results), self.system.right
        self.columns[copy] = set()
        self.results[copy] = columns
        for index, (i, j) in stores.items():
            own = right[self.system.slices[index]][i, columns[j]]
            shape = (self.system.sizes[index], len(columns))
            block = sparse.coo_array((own, (i, j)), shape=shape).tocsr()
            self._store(index, copy, float(own[0]) if shape == (1, 1) else block)

    def _store(self, i: int, j: int, numbers: Numbers) -> None:
        self.rows[i][j] = numbers
        self.columns[j].add(i)
        self._bytes += _ENTRY + 8 * stored(numbers)

    def eliminate(self, order: Iterable[int]) -> Iterator[Eliminated]:
        """Take nodes out one after another.

        Raises
        ------
        TooLargeError
            What fills in does not fit in memory.
        """
        for k in order:
            readers = self.rows.pop(k)
            reads = {i: self.rows[i].pop(k) for i in sorted(self.columns.pop(k))}
            time = 1 + max(
                [self._times.pop((i, k), 0) for i in reads] + [self._times.pop((k, j), 0) for j in readers], default=0
            )
            self.depth = max(self.depth, time)
            for j in readers:
                self.columns[j].discard(k)
            readers = self._settled(k, readers)
            updates = [self._update(i, j, p, q, time) for i, p in reads.items() for j, q in readers.items()]
            self._bytes -= sum(_ENTRY + 8 * stored(x) for x in (*reads.values(), *readers.values()))
            if self._bytes > LARGEST:
                raise TooLargeError(
                    f"In this order elimination fills in more than {LARGEST / 1e9:.0f} GB of entries. Use another order "
                    '(order="reverse" fills in least for one result), or method="back_substitution", which fills in none.'
                )
            yield Eliminated(k, reads, readers, updates)

    def _settled(self, k: int, readers: dict[int, Numbers]) -> dict[int, Numbers]:
        """A row times the inverse of its diagonal block."""
        block = self.system.implicit.get(k)
        if block is None:
            return readers
        parts = [dense(numbers) for numbers in readers.values()]
        width = sum(part.shape[1] for part in parts)
        cost = block.cost(width)
        self.multiplications, self.additions = self.multiplications + cost[0], self.additions + cost[1]
        solved = [block.solve(part) for part in parts]
        return {j: float(part[0, 0]) if part.shape == (1, 1) else part for j, part in zip(readers, solved, strict=True)}

    def _update(self, i: int, j: int, p: Numbers, q: Numbers, time: int) -> tuple[int, int, Numbers, bool]:
        found, multiplications, additions = product(p, q)
        before = self.rows[i].get(j)
        if before is None:
            self.fill_in += stored(found)
            self._store(i, j, found)
        else:
            self._bytes -= 8 * stored(before)
            earlier = stored(before)
            found, more = added(before, found)
            additions += more
            self.fill_in += stored(found) - earlier
            self.rows[i][j] = found
            self._bytes += 8 * stored(found)
        self.multiplications += multiplications
        self.additions += additions
        self._times[i, j] = time
        return i, j, found, before is None
