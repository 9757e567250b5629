"""The blocks of A as linear operators: a rule applied to saved values, plain numbers, or the identity.

A block becomes numbers only when somebody looks; products never need them.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.linalg import LinearOperator

from lagviz.engine.rules import plain

if TYPE_CHECKING:
    from lagviz.engine.tape import Tape

__all__ = ["Block", "Coordinates", "Entry", "Identity", "NumericBlock", "TapeBlock"]

#: Row, column and number of each stored entry.
Coordinates = tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A stored off-diagonal block: node ``column`` reads node ``row``, as the operands at ``positions``.

    ``positions`` is empty where the block comes from no operation of a tape.
    """

    row: int
    column: int
    positions: tuple[int, ...] = ()


class Block(LinearOperator):
    """A_ij = −(∂f_j/∂z_i)ᵀ as a linear operator of shape (size of z_i, size of z_j).

    ``block @ x`` and ``block.T @ x`` take one right-hand side or, as columns, several.

    Attributes
    ----------
    entry : Entry
        Where it stands.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> tape = lv.record(lambda W, x: W @ x, np.array([[1.0, 2.0], [3.0, 4.0]]), np.ones(2))
    >>> block = tape.adjoint_system(("z3", 0)).blocks["x", "z3"]
    >>> block.structure, block.shape, block.toarray()
    ('dense', (2, 2), array([[-1., -3.], [-2., -4.]]))
    >>> block @ np.array([1.0, 0.0])
    array([-1., -2.])
    """

    def __init__(self, entry: Entry, shape: tuple[int, int]) -> None:
        self.entry = entry
        super().__init__(np.dtype(np.float64), shape)  # type: ignore[call-arg] # the stubs know only __new__

    @property
    @abstractmethod
    def structure(self) -> str:
        """``"scalar"``, ``"identity"``, ``"diagonal"``, ``"selection"``, ``"sparse"`` or ``"dense"``."""

    @property
    @abstractmethod
    def count(self) -> int:
        """The number of stored entries. One that two operands share, as in ``x * x``, counts once."""

    @property
    @abstractmethod
    def coordinates(self) -> Coordinates:
        """(∂f_j/∂z_i)ᵀ as (row in z_i, column in z_j, number); an entry that two operands share comes twice."""

    @property
    def partial(self) -> float:
        """∂f_j/∂z_i where both are numbers; A_ij is its negative."""
        _, _, numbers = self.coordinates
        return float(numbers.sum())

    def tocsr(self) -> sparse.csr_array:
        """A_ij as a sparse array; stored zeros stay, an entry that two operands share is added up."""
        i, j, numbers = self.coordinates
        return sparse.coo_array((-numbers, (i, j)), shape=self.shape).tocsr()

    def toarray(self) -> NDArray[np.float64]:
        """A_ij as a dense array."""
        i, j, numbers = self.coordinates
        return sparse.coo_array((-numbers, (i, j)), shape=self.shape).toarray()

    @abstractmethod
    def _matmat(self, x: NDArray[Any]) -> NDArray[Any]: ...

    @abstractmethod
    def _rmatmat(self, x: NDArray[Any]) -> NDArray[Any]: ...

    def _matvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return self._matmat(np.reshape(x, (-1, 1)))[:, 0]

    def _rmatvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return self._rmatmat(np.reshape(x, (-1, 1)))[:, 0]


class TapeBlock(Block):
    """The block of an operation on a tape: its rule, applied to the values it was computed from.

    Parameters
    ----------
    tape : Tape
    entry : Entry
    values : mapping of int to value, optional
        Values of nodes to use in place of the recorded ones.
    """

    def __init__(self, tape: Tape, entry: Entry, values: Any = None) -> None:
        node = tape.recorded[entry.column]
        self._rule, self._options = node.rule, node.options

        def value(index: int) -> Any:
            return plain(tape.recorded[index].value if values is None else values[index])

        sources = tape.operand_sources[entry.column]
        self._raw = [
            value(source) if source is not None else x for x, source in zip(node.operands, sources, strict=True)
        ]
        self._value = value(entry.column)
        self._shapes = np.shape(value(entry.row)), np.shape(self._value)
        super().__init__(entry, (math.prod(self._shapes[0]), math.prod(self._shapes[1])))

    @property
    def structure(self) -> str:
        """How the block is filled."""
        found = {self._rule.structure(k, self._value, self._raw, self._options) for k in self.entry.positions}
        return found.pop() if len(found) == 1 else "diagonal" if found <= {"identity", "diagonal"} else "sparse"

    @property
    def count(self) -> int:
        """The number of stored entries, known before any is computed, but where two operands share some."""
        if len(self.entry.positions) > 1:
            i, j, _ = self.coordinates
            return len(np.unique(i * self.shape[1] + j))
        (k,) = self.entry.positions
        return self._rule.count(k, self._value, self._raw, self._options)

    @cached_property
    def coordinates(self) -> Coordinates:
        """(∂f_j/∂z_i)ᵀ as (row in z_i, column in z_j, number); an entry that two operands share comes twice."""
        parts = [self._rule.entries(k, self._value, self._raw, self._options) for k in self.entry.positions]
        j, i, numbers = (np.concatenate(column) for column in zip(*parts, strict=True))
        return i, j, numbers

    def _matvec(self, x: NDArray[Any]) -> NDArray[Any]:
        g = np.reshape(x, self._shapes[1])
        return -np.reshape(self._reverse(g if g.ndim else float(g)), -1)

    def _rmatvec(self, x: NDArray[Any]) -> NDArray[Any]:
        t = np.reshape(x, self._shapes[0])
        return -np.reshape(self._forward(t if t.ndim else float(t)), -1)

    # Rules take right-hand sides along leading axes, linear operators as columns.

    def _matmat(self, x: NDArray[Any]) -> NDArray[Any]:
        columns = x.shape[1]
        return -np.reshape(self._reverse(np.reshape(x.T, (columns, *self._shapes[1]))), (columns, self.shape[0])).T

    def _rmatmat(self, x: NDArray[Any]) -> NDArray[Any]:
        columns = x.shape[1]
        return -np.reshape(self._forward(np.reshape(x.T, (columns, *self._shapes[0]))), (columns, self.shape[1])).T

    def _reverse(self, g: Any) -> NDArray[np.float64]:
        parts = [self._rule.reverse(k, g, self._value, self._raw, self._options) for k in self.entry.positions]
        return np.asarray(sum(parts[1:], parts[0]), dtype=np.float64)

    def _forward(self, t: Any) -> NDArray[np.float64]:
        parts = [self._rule.forward(k, t, self._value, self._raw, self._options) for k in self.entry.positions]
        return np.asarray(sum(parts[1:], parts[0]), dtype=np.float64)


class NumericBlock(Block):
    """A block that is numbers: of a plain matrix, or what is left after elimination.

    Parameters
    ----------
    entry : Entry
    numbers : array or sparse array of shape (size of z_i, size of z_j)
        A_ij itself; of a sparse one, stored zeros stay.
    """

    def __init__(self, entry: Entry, numbers: Any) -> None:
        self.numbers: Any = numbers if isinstance(numbers, np.ndarray) else numbers.tocsr()
        super().__init__(entry, self.numbers.shape)

    @property
    def structure(self) -> str:
        """How the block is filled."""
        if self.shape == (1, 1):
            return "scalar"
        if isinstance(self.numbers, np.ndarray):
            return "dense"
        i, j, numbers = self.coordinates
        square = self.shape[0] == self.shape[1] == len(i)
        if square and np.array_equal(i, j):
            return "identity" if (numbers == 1).all() else "diagonal"
        return "sparse"

    @property
    def count(self) -> int:
        """The number of stored entries."""
        return int(self.numbers.size if isinstance(self.numbers, np.ndarray) else self.numbers.nnz)

    @property
    def coordinates(self) -> Coordinates:
        """(row in z_i, column in z_j, number) of −A_ij, as for any block."""
        if isinstance(self.numbers, np.ndarray):
            i, j = np.indices(self.shape)
            return i.ravel(), j.ravel(), -self.numbers.ravel()
        stored = self.numbers.tocoo()
        return stored.row.astype(np.intp), stored.col.astype(np.intp), -stored.data

    def _matmat(self, x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(self.numbers @ x)

    def _rmatmat(self, x: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(self.numbers.T @ x)


class Identity(LinearOperator):
    """A block of the diagonal: every explicit equation defines its own value once."""

    structure = "identity"

    def __init__(self, n: int) -> None:
        super().__init__(np.dtype(np.float64), (n, n))  # type: ignore[call-arg] # the stubs know only __new__
        self.count = n

    @property
    def coordinates(self) -> Coordinates:
        """Row, column and number of each stored entry."""
        return np.arange(self.count), np.arange(self.count), np.ones(self.count)

    def _matvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return x

    def _rmatvec(self, x: NDArray[Any]) -> NDArray[Any]:
        return x

    def toarray(self) -> NDArray[np.float64]:
        """The identity as a dense array."""
        return np.eye(self.count)
