"""The adjoint system A λ = e_n of a tape: what is stored, what each stored block does, and how it looks as numbers.

    A = I − Jᵀ,    J_ji = ∂f_j/∂z_i,    A_ij = −(∂f_j/∂z_i)ᵀ for each reader j of i

A is (block) upper triangular with a unit diagonal, because no equation reads its future. One stored entry is at once an
edge of the graph, a cell of the matrix and a term of an equation; everything else is derived from the list of entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from lagviz.engine import methods
from lagviz.engine.rules import plain, size_of
from lagviz.errors import ResultError, TooLargeError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.tape import Node, Tape

__all__ = ["AdjointSystem", "Block", "Entry"]

#: Stored entries above which the matrix is not written out: 50 M entries are 0.8 GB.
LARGEST_MATRIX = 50_000_000


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored off-diagonal block: node ``column`` reads node ``row``, as the operands at ``positions``."""

    row: int
    column: int
    positions: tuple[int, ...]


class Block(LinearOperator):
    """A_ij = −(∂f_j/∂z_i)ᵀ as a linear operator of shape (size of z_i, size of z_j).

    A rule applied to saved values; it becomes numbers only when somebody looks (`toarray`).

    Attributes
    ----------
    structure : str
        ``"scalar"``, ``"identity"``, ``"diagonal"``, ``"selection"``, ``"sparse"`` or ``"dense"``.
    """

    def __init__(self, system: AdjointSystem, entry: Entry) -> None:
        tape = system.tape
        self._node = tape.recorded[entry.column]
        self._raw = [
            plain(x.value) if source is not None else x
            for x, source in zip(self._node.operands, tape.operand_sources[entry.column], strict=True)
        ]
        self._value = plain(self._node.value)
        self.entry = entry
        self._shapes = np.shape(plain(tape.recorded[entry.row].value)), np.shape(self._value)
        shape = (int(np.prod(self._shapes[0])), int(np.prod(self._shapes[1])))
        super().__init__(np.dtype(np.float64), shape)  # type: ignore[call-arg] # the stubs know only __new__

    @property
    def structure(self) -> str:
        """How the block is filled."""
        found = {self._node.rule.structure(k, self._value, self._raw, self._node.options) for k in self.entry.positions}
        return found.pop() if len(found) == 1 else "diagonal" if found <= {"identity", "diagonal"} else "sparse"

    @property
    def count(self) -> int:
        """The number of stored entries. One that two operands share, as in ``x * x``, counts once."""
        if len(self.entry.positions) > 1:
            i, j, _ = self.coordinates
            return len(np.unique(i * self.shape[1] + j))
        (k,) = self.entry.positions
        return self._node.rule.count(k, self._value, self._raw, self._node.options)

    @property
    def partial(self) -> float:
        """∂f_j/∂z_i where both are numbers; A_ij is its negative."""
        _, _, numbers = self.coordinates
        return float(numbers.sum())

    @cached_property
    def coordinates(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """(∂f_j/∂z_i)ᵀ as (row in z_i, column in z_j, number); an entry that two operands share comes twice."""
        parts = [self._node.rule.entries(k, self._value, self._raw, self._node.options) for k in self.entry.positions]
        j, i, numbers = (np.concatenate(column) for column in zip(*parts, strict=True))
        return i, j, numbers

    def _matvec(self, x: NDArray[Any]) -> NDArray[Any]:
        g = np.reshape(x, self._shapes[1])
        total = sum(
            self._node.rule.reverse(k, g if g.ndim else float(g), self._value, self._raw, self._node.options)
            for k in self.entry.positions
        )
        return -np.reshape(np.asarray(total, dtype=np.float64), -1)

    def _rmatvec(self, x: NDArray[Any]) -> NDArray[Any]:
        t = np.reshape(x, self._shapes[0])
        total = sum(
            self._node.rule.forward(k, t if t.ndim else float(t), self._value, self._raw, self._node.options)
            for k in self.entry.positions
        )
        return -np.reshape(np.asarray(total, dtype=np.float64), -1)

    def toarray(self) -> NDArray[np.float64]:
        """A_ij as a dense array."""
        i, j, numbers = self.coordinates
        return sparse.coo_array((-numbers, (i, j)), shape=self.shape).toarray()


class Identity(LinearOperator):
    """A block of the diagonal: every equation defines its own value once."""

    structure = "identity"

    def __init__(self, n: int) -> None:
        super().__init__(np.dtype(np.float64), (n, n))  # type: ignore[call-arg] # the stubs know only __new__
        self.count = n

    @property
    def coordinates(self) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]:
        """Row, column and number of each stored entry."""
        return np.arange(self.count), np.arange(self.count), np.ones(self.count)

    def _matvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return x

    def _rmatvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return x

    def toarray(self) -> NDArray[np.float64]:
        """The identity as a dense array."""
        return np.eye(self.count)


class _Blocks(Mapping[tuple[int, int], Block | Identity]):
    """The stored blocks by (row node, column node), the diagonal's identities included."""

    def __init__(self, system: AdjointSystem) -> None:
        self._system = system
        self._entries = system.entry_at

    def __getitem__(self, key: tuple[int, int]) -> Block | Identity:
        i, j = (self._system.tape.index(part) for part in key)
        if (i, j) in self._entries:
            return Block(self._system, self._entries[i, j])
        if i == j and self._system.tape.has_row(i):
            return Identity(self._system.sizes[i])
        raise UnknownNameError(f"A has no block ({i}, {j}): equation {j} does not read node {i}.")

    def __iter__(self) -> Iterator[tuple[int, int]]:
        yield from ((i, i) for i in self._system.node_indices)
        yield from self._entries

    def __len__(self) -> int:
        return len(self._system.node_indices) + len(self._entries)


class AdjointSystem:
    """A λ = e_n for one tape and one question.

    Attributes
    ----------
    tape : Tape
    questions : list of (int, int)
        The right-hand sides: (node, element of it in C order) for each.
    single : bool
        Whether there is one right-hand side, so that multipliers have the shape of their values; with several,
        multipliers get a last axis.
    """

    def __init__(self, tape: Tape, output: int | str | Node | tuple[Any, ...] | None = None) -> None:
        self.tape = tape
        self.questions, self.single = _questions(tape, output)

    # --- structure ----------------------------------------------------------------------------------------------------

    @cached_property
    def node_indices(self) -> list[int]:
        """Indices of the nodes that own a row."""
        return [index for index in range(len(self.tape)) if self.tape.has_row(index)]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The tape nodes it is over: all that have a multiplier."""
        return tuple(self.tape[index] for index in self.node_indices)

    @cached_property
    def sizes(self) -> list[int]:
        """Number of rows of each node of the tape; 0 for guards and integers."""
        recorded = self.tape.recorded
        return [size_of(plain(node.value)) if self.tape.has_row(i) else 0 for i, node in enumerate(recorded)]

    @cached_property
    def slices(self) -> list[slice]:
        """Rows of A that belong to each node of the tape; empty for guards."""
        ends = np.cumsum([0, *self.sizes])
        return [slice(int(a), int(b)) for a, b in pairwise(ends)]

    @cached_property
    def entries(self) -> list[Entry]:
        """The stored off-diagonal blocks, by column: equation after equation, in the order of its operands."""
        tape = self.tape
        found: list[Entry] = []
        for j in self.node_indices:
            node = tape.recorded[j]
            if not node.rule.differentiable:
                continue
            sources = tape.operand_sources[j]
            raw = [plain(x.value) if i is not None else x for x, i in zip(node.operands, sources, strict=True)]
            value = plain(node.value)
            positions: dict[int, list[int]] = {}
            for k, i in enumerate(sources):
                if i is not None and tape.has_row(i) and node.rule.active(k, value, raw, node.options):
                    positions.setdefault(i, []).append(k)
            found += [Entry(i, j, tuple(ks)) for i, ks in positions.items()]
        return found

    @cached_property
    def readers(self) -> list[list[int]]:
        """b(i): for each node of the tape, the positions in `entries` of row i, readers in order."""
        rows: list[list[int]] = [[] for _ in range(len(self.tape))]
        for k, entry in enumerate(self.entries):
            rows[entry.row].append(k)
        return rows

    @cached_property
    def entry_at(self) -> dict[tuple[int, int], Entry]:
        """The stored off-diagonal blocks by (row node, column node)."""
        return {(entry.row, entry.column): entry for entry in self.entries}

    @property  # made when asked for: kept, it and the system would keep each other alive
    def blocks(self) -> Mapping[tuple[int, int], Block | Identity]:
        """The stored blocks as linear operators, by (row node, column node)."""
        return _Blocks(self)

    def count(self, k: int) -> int:
        """How many numbers entry ``k`` stores."""
        entry = self.entries[k]
        return 1 if self.sizes[entry.row] == self.sizes[entry.column] == 1 else Block(self, entry).count

    def partial(self, k: int) -> float:
        """∂f_j/∂z_i of entry ``k``, where both are numbers."""
        return Block(self, self.entries[k]).partial

    @cached_property
    def pattern(self) -> sparse.csr_array:
        """Which blocks are there: boolean, node × node over `nodes`, the diagonal included."""
        at = {index: position for position, index in enumerate(self.node_indices)}
        n = len(at)
        rows = [*range(n), *(at[entry.row] for entry in self.entries)]
        columns = [*range(n), *(at[entry.column] for entry in self.entries)]
        return sparse.coo_array((np.ones(len(rows), dtype=bool), (rows, columns)), shape=(n, n)).tocsr()

    @cached_property
    def reaching(self) -> frozenset[int]:
        """Nodes from which a path leads to a result; the others have λ = 0 and cost nothing."""
        reached = {index for index, _ in self.questions}
        for entry in reversed(self.entries):  # columns in order, so every reader is known before what it reads
            if entry.column in reached:
                reached.add(entry.row)
        return frozenset(reached)

    @cached_property
    def levels(self) -> list[int | None]:
        """For each node of the tape, the number of nodes on its longest path to a result; None where there is none."""
        level: list[int | None] = [None] * len(self.tape)
        for index, _ in self.questions:
            level[index] = 1
        for entry in reversed(self.entries):
            of_reader = level[entry.column]
            if of_reader is not None:
                level[entry.row] = max(level[entry.row] or 0, of_reader + 1)
        return level

    # --- as numbers ---------------------------------------------------------------------------------------------------

    @cached_property
    def matrix(self) -> sparse.csr_array:
        """A, scalars in node order.

        Returns
        -------
        scipy.sparse.csr_array of float64
            Upper triangular, the unit diagonal stored, zeros where a partial is 0 stored too.

        Raises
        ------
        TooLargeError
            It would hold more than 50 million entries; `blocks` applies it without writing it out.
        """
        blocks = [Block(self, entry) for entry in self.entries]
        n = sum(self.sizes)
        count = n + sum(block.count for block in blocks)
        if count > LARGEST_MATRIX:
            raise TooLargeError(
                f"A would store about {count:,} entries ({count * 16 / 1e9:.1f} GB). Use system.blocks[i, j], which "
                "applies each block without writing it out; solve() needs no matrix either."
            )
        rows, columns, numbers = [np.arange(n)], [np.arange(n)], [np.ones(n)]
        for entry, block in zip(self.entries, blocks, strict=True):
            i, j, partials = block.coordinates
            rows.append(i + self.slices[entry.row].start)
            columns.append(j + self.slices[entry.column].start)
            numbers.append(-partials)
        at = (np.concatenate(rows), np.concatenate(columns))
        return sparse.coo_array((np.concatenate(numbers), at), shape=(n, n)).tocsr()

    @cached_property
    def rhs(self) -> NDArray[np.float64]:
        """e_n: shape (rows,), or (rows, results) with several results."""
        right = np.zeros((sum(self.sizes), len(self.questions)))
        for column, (index, element) in enumerate(self.questions):
            right[self.slices[index].start + element, column] = 1.0
        return right[:, 0] if self.single else right

    # --- solving ------------------------------------------------------------------------------------------------------

    def solve(self, method: str = "back_substitution") -> Solution:
        """Solve A λ = e_n.

        Parameters
        ----------
        method : str
            One of `lagviz.engine.methods.METHODS`.

        Returns
        -------
        Solution

        Raises
        ------
        UnknownNameError
            There is no such method; the error lists those there are.
        """
        return methods.get(method).solve(self)


def _questions(tape: Tape, output: int | str | Node | tuple[Any, ...] | None) -> tuple[list[tuple[int, int]], bool]:
    """The right-hand sides as (node, flat element), and whether there is a single one."""
    if output is None:
        indices: Sequence[int] = tape.output_indices
    elif isinstance(output, tuple):
        index, element = tape.locate(output)
        _must_have_row(tape, index)
        return [(index, element or 0)], True
    else:
        indices = [tape.index(output)]
    for index in indices:
        _must_have_row(tape, index)
    questions = [(index, element) for index in indices for element in range(tape.recorded[index].size)]
    return questions, len(indices) == 1 and tape.recorded[indices[0]].shape == ()


def _must_have_row(tape: Tape, index: int) -> None:
    if not tape.has_row(index):
        raise ResultError(
            f"{tape.names[index]} is a decision or an integer, so it has no gradient. Ask about a real number: "
            "adjoint_system(output=…)."
        )
