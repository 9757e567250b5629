"""The adjoint system A λ = e_n: which blocks are stored, what follows from them, and how it looks as numbers.

    A = I − Jᵀ,    J_ji = ∂f_j/∂z_i,    A_ij = −(∂f_j/∂z_i)ᵀ for each reader j of i

A is (block) upper triangular, because no equation reads its future; its diagonal is the identity but for implicit
equations. One stored entry is at once an edge of the graph, a cell of the matrix and a term of an equation; everything
else is derived from the list of entries. Where they come from is told by the kinds of system: `lagviz.engine.tape_system`
reads them off a tape, `lagviz.engine.numeric_system` is given them as numbers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lagviz.engine import methods
from lagviz.engine.blocks import Block, Entry, Identity
from lagviz.errors import TooLargeError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.condensing import CondensedSystem
    from lagviz.engine.diagonal import Diagonal
    from lagviz.engine.numeric_system import MatrixSystem
    from lagviz.engine.partials import Columns
    from lagviz.engine.solution import Solution
    from lagviz.engine.tape import Node, Tape
    from lagviz.engine.writing import Mode

__all__ = ["AdjointSystem", "Edges"]

#: Stored entries above which the matrix is not written out: 50 M entries are 0.8 GB.
LARGEST_MATRIX = 50_000_000


@dataclass(frozen=True)
class Edges:
    """The stored off-diagonal blocks as columns, in the order of `AdjointSystem.entries`.

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


class AdjointSystem(ABC):
    """A λ = e_n.

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

    @staticmethod
    def from_matrix(matrix: Any, rhs: Any) -> MatrixSystem:
        """A plain system A x = b, in block triangular form by its strongly connected components.

        Every way of solving works on it. ``solution.vector`` is x in the given order.

        Parameters
        ----------
        matrix : array or sparse array of shape (n, n)
            Any square matrix of real numbers.
        rhs : array of shape (n,) or (n, m)

        Returns
        -------
        MatrixSystem

        Raises
        ------
        InputError
            It is not square, not of real numbers, or the right-hand side does not fit.

        Examples
        --------
        >>> import numpy as np, lagviz as lv
        >>> system = lv.AdjointSystem.from_matrix([[2.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 3.0, 1.0]], [1.0, 1.0, 3.0])
        >>> system.groups
        [[2], [0, 1]]
        >>> system.solve("vertex_elimination").vector
        array([0., 1., 0.])
        """
        from lagviz.engine.numeric_system import MatrixSystem  # noqa: PLC0415 - it is one of these

        return MatrixSystem(matrix, rhs)

    # --- what a kind of system knows ----------------------------------------------------------------------------------

    @property
    @abstractmethod
    def entries(self) -> list[Entry]:
        """The stored off-diagonal blocks, by column: equation after equation, in the order of its operands."""

    @abstractmethod
    def block(self, k: int) -> Block:
        """The block of entry ``k`` as a linear operator."""

    @abstractmethod
    def diagonal(self, index: int) -> Diagonal | None:
        """The block on the diagonal of an implicit equation; None where it is the identity."""

    @abstractmethod
    def name(self, index: int, mode: Mode) -> str:
        """What a node is called, in text or in LaTeX."""

    @abstractmethod
    def equation(self, index: int, mode: Mode) -> str:
        """A node's equation, in text or in LaTeX; its name where it has none."""

    @property
    def columns(self) -> Columns | None:
        """The entries as arrays of numbers; None unless every node is a single number and no equation is implicit."""
        return None

    def swept(self) -> list[Any] | None:
        """All multipliers by one sweep along the tape, where that is the quickest way; None where there is no tape."""
        return None

    def index(self, key: int | str | Node) -> int:
        """Index of a node, given as such, by name, or by index."""
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
        """How many numbers entry ``k`` stores."""
        return int(self.edges.count[k])

    def partial(self, k: int) -> float:
        """∂f_j/∂z_i of entry ``k``, where both are numbers."""
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

    # --- as numbers ---------------------------------------------------------------------------------------------------

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """A, scalars in node order.

        Returns
        -------
        scipy.sparse.csr_array of float64
            (Block) upper triangular, the diagonal stored, zeros where a partial is 0 stored too.

        Raises
        ------
        TooLargeError
            It would hold more than 50 million entries; `blocks` applies it without writing it out.
        """
        n = self.rows
        count = n + int(self.edges.count.sum())
        if count > LARGEST_MATRIX:
            raise TooLargeError(
                f"A would store about {count:,} entries ({count * 16 / 1e9:.1f} GB). Use system.blocks[i, j], which "
                "applies each block without writing it out; solve() needs no matrix either."
            )
        numbers = self.columns
        if numbers is not None:
            diagonal = np.arange(n)
            at = (np.concatenate([diagonal, numbers.row]), np.concatenate([diagonal, numbers.column]))
            stored = np.concatenate([np.ones(n), -numbers.partial])
            return sparse.coo_array((stored, at), shape=(n, n)).tocsr()
        parts = []
        for index in self.node_indices:
            own = self.implicit.get(index)
            i, j, stored = (Identity(self.sizes[index]) if own is None else own).coordinates
            parts.append((i + self.starts[index], j + self.starts[index], stored))
        for k, entry in enumerate(self.entries):
            i, j, partials = self.block(k).coordinates
            parts.append((i + self.starts[entry.row], j + self.starts[entry.column], -partials))
        rows, columns, values = (
            (np.concatenate(part) for part in zip(*parts, strict=True)) if parts else (np.zeros(0, int),) * 3
        )
        return sparse.coo_array((values.astype(np.float64), (rows, columns)), shape=(n, n)).tocsr()

    @cached_property
    def rhs(self) -> NDArray[np.float64]:
        """e_n: shape (rows,), or (rows, results) with several results."""
        right = np.zeros((self.rows, self.width))
        for column, (index, element) in enumerate(self.questions):
            right[self.starts[index] + element, column] = 1.0
        return right[:, 0] if self.single else right

    @property
    def right(self) -> NDArray[np.float64]:
        """The right-hand sides as columns, also where there is one: shape (rows, results)."""
        return self.rhs.reshape(self.rows, self.width)

    def is_number(self, index: int) -> bool:
        """Whether λ of a node is a single number."""
        return self.single and self.shapes[index] == ()

    def shaped(self, flat: NDArray[np.float64]) -> list[Any]:
        """Numbers for all rows of A, of shape (rows, results), as one value for each index; None where it owns no row."""
        found: list[Any] = []
        if self.single and self.columns is not None:
            numbers, at = flat[:, 0].tolist(), iter(range(self.rows))
            return [numbers[next(at)] if own else None for own in self.owns_row.tolist()]
        for shape, own, part in zip(self.shapes, self.owns_row.tolist(), self.slices, strict=True):
            if not own:
                found.append(None)
            elif self.single:
                found.append(flat[part, 0].reshape(shape) if shape else float(flat[part.start, 0]))
            else:
                found.append(flat[part].reshape(*shape, self.width))
        return found

    def condense(
        self, by: str = "scope", depth: int = 1, *, keep: Iterable[int | str | Node] | None = None
    ) -> CondensedSystem:
        """The system that is left when the inner nodes of each group are eliminated: the Schur complement.

        Parameters
        ----------
        by : str
            What makes a group: ``"scope"``, each scope of the tape.
        depth : int
            At which depth of nesting: 1 for the outermost scopes, 2 for those in them. What is left can be condensed again,
            at a depth further out.
        keep : iterable of node, optional
            In place of groups: the nodes that are to be left, by name, index or as such, besides inputs and results.

        Returns
        -------
        CondensedSystem
            An `AdjointSystem` over inputs and parameters, results, the nodes that are read from outside their group, and
            what belongs to none. They keep their indices on the tape and their multipliers; ``eliminated`` has the indices
            of the others.

        Raises
        ------
        InputError
            `by` is something else, `depth` is below 1, or the system was given as a plain matrix.
        UnknownNameError
            There is no such node in the system.
        TooLargeError
            What is left would not fit in memory.

        Examples
        --------
        >>> import lagviz as lv
        >>> f, inputs = lv.gallery.loop(passes=3)
        >>> system = lv.record(f, **inputs).adjoint_system()
        >>> condensed = system.condense()
        >>> [node.name for node in condensed.nodes]
        ['h', 'w', 'y', 'h', 'h', 'h', 'z10', 'loss']
        >>> condensed.pattern.toarray()[3:6, 3:6].astype(int)  # a chain of passes
        array([[1, 1, 0],
               [0, 1, 1],
               [0, 0, 1]])
        >>> bool(abs(condensed.solve()["w"] - system.solve()["w"]) < 1e-12)
        True
        """
        from lagviz.engine.condensing import condense  # noqa: PLC0415 - what is left is a system again

        return condense(self, by, depth, keep)

    # --- solving ------------------------------------------------------------------------------------------------------

    def solve(self, method: str = "back_substitution", **options: Any) -> Solution:
        """Solve A λ = e_n.

        Parameters
        ----------
        method : str
            One of `lagviz.engine.methods.METHODS`.
        **options
            Of that method: ``order`` of vertex_elimination, for example.

        Returns
        -------
        Solution

        Raises
        ------
        UnknownNameError
            There is no such method; the error lists those there are.
        UnknownOptionError
            The method has no such option, or not with that value.
        NotApplicableError
            The method does not apply to this system; the error says why.
        TooLargeError
            It would not fit in memory; the error names one that does.
        """
        return methods.solve(self, method, options)


class _Blocks(Mapping[tuple[int, int], "Block | Diagonal | Identity"]):
    """The stored blocks by (row node, column node), those of the diagonal included."""

    def __init__(self, system: AdjointSystem) -> None:
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
