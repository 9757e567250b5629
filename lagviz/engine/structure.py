"""Which blocks a system stores, and what follows from that: readers, levels, rows, without a number of them.

One stored entry is at once an edge of the graph, a cell of the matrix and a term of an equation; everything else is
derived from the list of entries.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lagviz.engine.blocks import Block, Entry, Identity
from lagviz.errors import UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.diagonal import Diagonal
    from lagviz.engine.partials import Columns
    from lagviz.engine.tape import Node, Tape
    from lagviz.engine.writing import Mode

__all__ = ["Edges", "Structure"]


@dataclass(frozen=True)
class Edges:
    """The stored off-diagonal blocks as columns, in the order of `Structure.entries`.

    Attributes
    ----------
    row, column : array of int
        Indices of the node that is read, and of its reader.
    count : array of int
        How many numbers each stores.
    """

    row: NDArray[np.intp]
    column: NDArray[np.intp]
    count: NDArray[np.int64]


class Structure(ABC):
    """The stored blocks of A, by node.

    Nodes are told by index: that of the tape where there is one. Lists over nodes have a place for every index; those that
    own no row have none of its numbers.

    Attributes
    ----------
    tape : Tape
        What it was made of.
    has_tape : bool
        Whether there is one. A system that was given as a matrix has none, and asking for it raises.
    questions : list of (int, int)
        The right-hand sides as unit vectors: (node, element of it in C order) for each.
    single : bool
        Whether there is one right-hand side, so that multipliers have the shape of their values; with several,
        multipliers get a last axis.
    shapes : list of tuple of int
        Shape of z_i, and so of λ_i.
    node_indices : list of int
        Indices of the nodes that own a row.
    """

    tape: Tape
    has_tape: bool = True
    #: Whether the right-hand sides are the unit vectors of `questions`, and not any numbers.
    unit_questions: bool = True
    #: For each row of `matrix`, the unknown it was in a matrix that was given; None where it came from none.
    unknowns: NDArray[np.intp] | None = None
    questions: list[tuple[int, int]]
    single: bool
    shapes: list[tuple[int, ...]]
    node_indices: list[int]

    def unmoved(self, index: int) -> list[int]:
        """Equations that read a node and pass on no push of it; where there is no program, none are known.

        Parameters
        ----------
        index : int

        Returns
        -------
        list of int
        """
        del index
        return []

    # --- what a kind of system knows ----------------------------------------------------------------------------------

    @property
    @abstractmethod
    def entries(self) -> list[Entry]:
        """The stored off-diagonal blocks, by column: equation after equation, in the order of its operands."""

    @abstractmethod
    def block(self, k: int) -> Block:
        """A stored off-diagonal block as a linear operator.

        Parameters
        ----------
        k : int
            Its place in `entries`.

        Returns
        -------
        Block
        """

    @abstractmethod
    def diagonal(self, index: int) -> Diagonal | None:
        """The block on the diagonal.

        Parameters
        ----------
        index : int

        Returns
        -------
        Diagonal or None
            None where it is the identity, as for all equations but implicit ones.
        """

    @abstractmethod
    def name(self, index: int, mode: Mode) -> str:
        """What a node is called.

        Parameters
        ----------
        index : int
        mode : "text" or "tex"
            Plain text, or LaTeX.

        Returns
        -------
        str
        """

    @abstractmethod
    def equation(self, index: int, mode: Mode) -> str:
        """A node's equation; its name where it has none.

        Parameters
        ----------
        index : int
        mode : "text" or "tex"
            Plain text, or LaTeX.

        Returns
        -------
        str
        """

    @property
    def columns(self) -> Columns | None:
        """The entries as arrays of numbers; None unless every node is a single number and no equation is implicit."""
        return None

    def swept(self) -> list[Any] | None:
        """All multipliers by one sweep along the tape, where that is the quickest way; None where there is no tape."""
        return None

    def index(self, key: int | str | Node) -> int:
        """Index of a node, given as such, by name, or by index.

        Parameters
        ----------
        key : int, str or Node

        Returns
        -------
        int
        """
        return self.tape.index(key)

    # --- structure ----------------------------------------------------------------------------------------------------

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The tape nodes it is over: all that have a multiplier. Empty where there is no tape."""
        return () if not self.has_tape else tuple(self.tape[index] for index in self.node_indices)

    @cached_property
    def owns_row(self) -> NDArray[np.bool_]:
        """For each index, whether that node owns a row."""
        owns = np.zeros(len(self.shapes), dtype=bool)
        owns[self.node_indices] = True
        return owns

    @cached_property
    def sizes(self) -> list[int]:
        """Number of rows of each node; 0 for guards and integers."""
        owns = self.owns_row.tolist()
        return [
            (int(np.prod(shape, dtype=np.int64)) if shape else 1) if own else 0
            for shape, own in zip(self.shapes, owns, strict=True)
        ]

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """Row of A at which each node begins, and, last, the number of rows."""
        return np.cumsum([0, *self.sizes], dtype=np.intp)

    @property
    def rows(self) -> int:
        """Number of rows of A."""
        return int(self.starts[-1])

    @property
    def width(self) -> int:
        """Number of right-hand sides."""
        return len(self.questions)

    @cached_property
    def slices(self) -> list[slice]:
        """Rows of A that belong to each node; empty for guards."""
        return [slice(a, b) for a, b in pairwise(self.starts.tolist())]

    @cached_property
    def edges(self) -> Edges:
        """The stored off-diagonal blocks as columns: row, column, and how many numbers."""
        sizes = self.sizes
        counts = [
            1 if sizes[entry.row] == sizes[entry.column] == 1 else self.block(k).count
            for k, entry in enumerate(self.entries)
        ]
        row = np.array([entry.row for entry in self.entries], np.intp)
        column = np.array([entry.column for entry in self.entries], np.intp)
        return Edges(row, column, np.array(counts, np.int64))

    @cached_property
    def readers(self) -> list[list[int]]:
        """b(i): for each node, the positions in `entries` of row i, readers in order."""
        rows: list[list[int]] = [[] for _ in self.shapes]
        for k, i in enumerate(self.edges.row.tolist()):
            rows[i].append(k)
        return rows

    @cached_property
    def reads(self) -> list[list[int]]:
        """a(j): for each node, the positions in `entries` of column j, in the order of its operands."""
        columns: list[list[int]] = [[] for _ in self.shapes]
        for k, j in enumerate(self.edges.column.tolist()):
            columns[j].append(k)
        return columns

    @cached_property
    def entry_at(self) -> dict[tuple[int, int], int]:
        """Positions in `entries` of the stored off-diagonal blocks, by (row node, column node)."""
        edges = self.edges
        return {at: k for k, at in enumerate(zip(edges.row.tolist(), edges.column.tolist(), strict=True))}

    @property  # made when asked for: kept, it and the system would keep each other alive
    def blocks(self) -> Mapping[tuple[int, int], Block | Diagonal | Identity]:
        """The stored blocks as linear operators, by (row node, column node)."""
        return _Blocks(self)

    def count(self, k: int) -> int:
        """How many numbers an off-diagonal block stores.

        Parameters
        ----------
        k : int
            Its place in `entries`.

        Returns
        -------
        int
        """
        return int(self.edges.count[k])

    def partial(self, k: int) -> float:
        """∂f_j/∂z_i, where both are numbers.

        Parameters
        ----------
        k : int
            The place of the block in `entries`.

        Returns
        -------
        float
        """
        return self.block(k).partial

    @cached_property
    def pattern(self) -> sparse.csr_array:
        """Which blocks are there: boolean, node × node over `nodes`, the diagonal included."""
        at = np.cumsum(self.owns_row) - 1
        n = len(self.node_indices)
        rows = np.concatenate([np.arange(n), at[self.edges.row]])
        columns = np.concatenate([np.arange(n), at[self.edges.column]])
        return sparse.coo_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=(n, n)).tocsr()

    @cached_property
    def asked(self) -> frozenset[int]:
        """Nodes with a number on the right-hand side: the results."""
        return frozenset(index for index, _ in self.questions)

    @cached_property
    def reaching(self) -> frozenset[int]:
        """Nodes from which a path leads to a result; the others have λ = 0 and cost nothing."""
        return frozenset(index for index, level in enumerate(self.levels) if level is not None)

    @cached_property
    def levels(self) -> list[int | None]:
        """For each node, the number of nodes on its longest path to a result; None where there is none."""
        level = [0] * len(self.shapes)
        for index in self.asked:
            level[index] = 1
        # Columns in order, so every reader is known before what it reads.
        for i, j in zip(reversed(self.edges.row.tolist()), reversed(self.edges.column.tolist()), strict=True):
            of_reader = level[j]
            if of_reader and level[i] <= of_reader:
                level[i] = of_reader + 1
        return [one or None for one in level]

    @cached_property
    def implicit(self) -> dict[int, Diagonal]:
        """The blocks on the diagonal that are not the identity, by node."""
        found = ((index, self.diagonal(index)) for index in self.node_indices)
        return {index: block for index, block in found if block is not None}


class _Blocks(Mapping[tuple[int, int], "Block | Diagonal | Identity"]):
    """The stored blocks by (row node, column node), those of the diagonal included."""

    def __init__(self, system: Structure) -> None:
        self._system = system

    def __getitem__(self, key: tuple[int, int]) -> Block | Diagonal | Identity:
        system = self._system
        i, j = (system.index(part) for part in key)
        if (i, j) in system.entry_at:
            return system.block(system.entry_at[i, j])
        if i == j and system.owns_row[i]:
            return system.diagonal(i) or Identity(system.sizes[i])
        raise UnknownNameError(f"A has no block ({i}, {j}): equation {j} does not read node {i}.")

    def __iter__(self) -> Iterator[tuple[int, int]]:
        yield from ((i, i) for i in self._system.node_indices)
        yield from self._system.entry_at

    def __len__(self) -> int:
        return len(self._system.node_indices) + len(self._system.entries)

    def __repr__(self) -> str:
        return f"{len(self):,} blocks of A by (row node, column node), {len(self._system.node_indices):,} of them on the diagonal"
