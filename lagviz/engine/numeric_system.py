"""A system whose blocks are numbers: of a plain matrix, brought to block triangular form, or what is left of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from lagviz.engine import writing
from lagviz.engine.blocks import Block, Entry, NumericBlock
from lagviz.engine.diagonal import Diagonal, components
from lagviz.engine.partials import Columns
from lagviz.engine.system import AdjointSystem
from lagviz.errors import InputError, MissingAttributeError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.tape import Node, Tape
    from lagviz.engine.writing import Mode

__all__ = ["MatrixSystem", "NumericSystem"]


class NumericSystem(AdjointSystem):
    """A system over given blocks.

    Parameters
    ----------
    shapes : sequence of tuple of int
        Shape of each node's value, by index; of one that owns no row, any.
    node_indices : list of int
        The nodes that own a row, each after those it reads.
    blocks : dict of (int, int) to array or sparse array
        A_ij by (row node, column node), without the diagonal: of shape (size of i, size of j).
    diagonals : dict of int to array, optional
        The blocks on the diagonal that are no identity.
    questions : list of (int, int)
        The right-hand sides as unit vectors: (node, element).
    single : bool
        Whether there is one right-hand side, so that multipliers have the shape of their values.
    tape : Tape, optional
        Whose nodes the indices are.
    """

    def __init__(
        self,
        shapes: Sequence[tuple[int, ...]],
        node_indices: list[int],
        blocks: Mapping[tuple[int, int], Any],
        *,
        diagonals: Mapping[int, NDArray[np.float64]] | None = None,
        questions: Sequence[tuple[int, int]],
        single: bool,
        tape: Tape | None = None,
    ) -> None:
        self._tape = tape
        self.has_tape = tape is not None
        self.shapes = list(shapes)
        self.node_indices = node_indices
        position = {index: k for k, index in enumerate(node_indices)}
        self._stored = sorted(blocks.items(), key=lambda item: (position[item[0][1]], position[item[0][0]]))
        self._diagonals = dict(diagonals or {})
        self.questions = list(questions)
        self.single = single

    @cached_property
    def entries(self) -> list[Entry]:
        """The stored off-diagonal blocks, by column."""
        return [Entry(i, j) for (i, j), _ in self._stored]

    def block(self, k: int) -> Block:
        """The block of entry ``k``."""
        return NumericBlock(self.entries[k], self._stored[k][1])

    def diagonal(self, index: int) -> Diagonal | None:
        """The block on the diagonal, where it is no identity."""
        numbers = self._diagonals.get(index)
        return None if numbers is None else Diagonal(numbers, f"The equation of {self.name(index, writing.TEXT)}")

    @cached_property
    def columns(self) -> Columns | None:
        """The entries as arrays of numbers; None unless every node is a single number with a 1 on the diagonal."""
        if self._diagonals or any(self.shapes[index] for index in self.node_indices):
            return None
        at = {index: row for row, index in enumerate(self.node_indices)}
        rows = np.array([at[i] for (i, _), _ in self._stored], np.intp)
        columns = np.array([at[j] for (_, j), _ in self._stored], np.intp)
        partials = [-float(numbers[0, 0]) for _, numbers in self._stored]
        return Columns(rows, columns, np.array(partials, np.float64), len(self.node_indices))

    @property
    def tape(self) -> Tape:  # type: ignore[override] # there may be none
        """What the system was made of.

        Raises
        ------
        MissingAttributeError
            It was given as numbers.
        """
        if self._tape is None:
            raise MissingAttributeError("This system was given as numbers, so it has no tape. See system.matrix.")
        return self._tape

    def index(self, key: int | str | Node) -> int:
        """Index of a node: by name too where there is a tape."""
        if self._tape is not None:
            return self._tape.index(key)
        if not isinstance(key, int) or not 0 <= key < len(self.shapes):
            raise UnknownNameError(
                f"There is no node {key!r}: this system was given as numbers, and its {len(self.shapes)} nodes are numbered "
                "from 0."
            )
        return key

    def name(self, index: int, mode: Mode) -> str:
        """The tape's name of it; ``z₃`` for the third node where there is no tape."""
        if self._tape is None:
            return (writing.tex_name if mode == writing.TEX else writing.label)(f"z{index + 1}")
        return self._tape.tex_names[index] if mode == writing.TEX else self._tape.labels[index]

    def equation(self, index: int, mode: Mode) -> str:
        """Its name: what is left after elimination has no formula of its own."""
        return self.name(index, mode)


class MatrixSystem(NumericSystem):
    """A plain system A x = b, its unknowns grouped and ordered so that A is block upper triangular.

    A group of unknowns that depend on each other is one node with a diagonal block; one that stands alone is a number.

    Attributes
    ----------
    unknowns : array of int
        For each row of `matrix`, the unknown of the given matrix.
    groups : list of list of int
        The unknowns of each node.
    """

    unit_questions = False

    def __init__(self, matrix: Any, rhs: Any) -> None:
        given = _checked_matrix(matrix)
        right = np.asarray(rhs, dtype=np.float64)
        n = given.shape[0]
        if right.ndim not in {1, 2} or len(right) != n:
            raise InputError(
                f"The right-hand side has shape {right.shape}, but A has {n} rows. Give ({n},), or ({n}, m) for m of them."
            )
        self.groups = components(given)
        self.unknowns = np.array([one for group in self.groups for one in group], np.intp)
        node_of, place = np.empty(n, np.intp), np.empty(n, np.intp)
        for node, group in enumerate(self.groups):
            node_of[group], place[group] = node, np.arange(len(group))
        blocks, diagonals = _blocks(given, self.groups, node_of, place)
        self._given_right = right[self.unknowns]
        super().__init__(
            [() if len(group) == 1 else (len(group),) for group in self.groups],
            list(range(len(self.groups))),
            blocks,
            diagonals=diagonals,
            questions=[],
            single=right.ndim == 1,
        )

    @property
    def width(self) -> int:
        """Number of right-hand sides."""
        return 1 if self.single else int(self._given_right.shape[1])

    @property
    def rhs(self) -> NDArray[np.float64]:
        """B in the order of `matrix`."""
        return self._given_right

    @cached_property
    def asked(self) -> frozenset[int]:
        """Nodes with a number on the right-hand side."""
        right = self.right
        return frozenset(index for index in self.node_indices if np.any(right[self.slices[index]] != 0))

    def name(self, index: int, mode: Mode) -> str:
        """``x₃`` for the third unknown, ``x₁…x₄`` for a group."""
        write = writing.tex_name if mode == writing.TEX else writing.label
        group = self.groups[index]
        ends = [write(f"x{one + 1}") for one in (group if len(group) < 2 else (group[0], group[-1]))]  # noqa: PLR2004
        return (r"\ldots " if mode == writing.TEX else "…").join(ends)


def _checked_matrix(matrix: Any) -> sparse.coo_array:
    try:
        given = sparse.coo_array(matrix, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"A is a {type(matrix).__name__} that cannot be read as a matrix of real numbers ({error}). Give a NumPy array "
            "or a SciPy sparse array."
        ) from None
    if given.ndim != 2 or given.shape[0] != given.shape[1]:  # noqa: PLR2004
        raise InputError(
            f"A has shape {given.shape}. A system has as many equations as unknowns: give a square matrix."
        )
    given.sum_duplicates()
    return given


def _blocks(
    given: sparse.coo_array, groups: list[list[int]], node_of: NDArray[np.intp], place: NDArray[np.intp]
) -> tuple[dict[tuple[int, int], Any], dict[int, NDArray[np.float64]]]:
    """The entries of a matrix by pairs of groups: off the diagonal, and on it."""
    i, j = node_of[given.row], node_of[given.col]
    diagonals = {node: np.zeros((len(group), len(group))) for node, group in enumerate(groups)}
    order = np.lexsort((i, j))
    cuts = np.flatnonzero((np.diff(i[order]) != 0) | (np.diff(j[order]) != 0)) + 1
    blocks: dict[tuple[int, int], Any] = {}
    for part in np.split(order, cuts) if len(order) else []:
        row, column = int(i[part[0]]), int(j[part[0]])
        at = (place[given.row[part]], place[given.col[part]])
        if row == column:
            diagonals[row][at] = given.data[part]
        else:
            shape = len(groups[row]), len(groups[column])
            blocks[row, column] = sparse.coo_array((given.data[part], at), shape=shape).tocsr()
    return blocks, {node: block for node, block in diagonals.items() if not np.array_equal(block, [[1.0]])}
