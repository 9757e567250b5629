"""The adjoint system of a tape: its entries are what the equations read, its blocks their rules applied to saved values."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import writing
from lagviz.engine.blocks import Block, Entry, TapeBlock
from lagviz.engine.diagonal import Diagonal
from lagviz.engine.partials import Columns, columns_of
from lagviz.engine.recorded import NOTHING
from lagviz.engine.rules import plain
from lagviz.engine.structure import Edges
from lagviz.engine.sweep import sweep
from lagviz.engine.system import AdjointSystem
from lagviz.errors import ResultError

if TYPE_CHECKING:
    from lagviz.engine.tape import Node, Tape
    from lagviz.engine.writing import Mode

__all__ = ["TapeSystem"]

#: Right-hand sides above which columns that are at hand are quicker than a sweep in Python.
_FEW = 4


class TapeSystem(AdjointSystem):
    """A λ = e_n of one tape and one question.

    Parameters
    ----------
    tape : Tape
    output : node or tuple, optional
        The result asked about; see `Tape.adjoint_system`.
    """

    def __init__(self, tape: Tape, output: int | str | Node | tuple[Any, ...] | None = None) -> None:
        self.tape = tape
        self.questions, self.single = _questions(tape, output)

    @cached_property
    def node_indices(self) -> list[int]:  # type: ignore[override] # known when asked for
        """Indices of the nodes that own a row."""
        return [index for index in range(len(self.tape)) if self.tape.has_row(index)]

    @cached_property
    def shapes(self) -> list[tuple[int, ...]]:  # type: ignore[override] # known when asked for
        """Shape of each value."""
        return [() if type(node.value) is float else np.shape(plain(node.value)) for node in self.tape.recorded]

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
    def columns(self) -> Columns | None:
        """The entries as arrays of numbers; None unless every node is a single number and no equation is implicit."""
        shapes = self.shapes
        if any(shapes[index] for index in self.node_indices) or self._implicit_nodes:
            return None
        rows = np.full(len(self.tape), -1, np.intp)
        rows[self.node_indices] = np.arange(len(self.node_indices))
        return columns_of(self.tape, rows)

    @cached_property
    def edges(self) -> Edges:
        """The stored off-diagonal blocks as columns: row, column, and how many numbers."""
        numbers = self.columns
        if numbers is None:
            return super().edges
        nodes = np.array(self.node_indices, np.intp)
        return Edges(nodes[numbers.row], nodes[numbers.column], np.ones(len(numbers.row), np.int64))

    def unmoved(self, index: int) -> list[int]:
        """Equations that read a node and pass on no push of it: decisions, rounding, the side of a branch not taken."""
        return self._unmoved.get(index, [])

    @cached_property
    def _unmoved(self) -> dict[int, list[int]]:
        heard = {(entry.row, entry.column) for entry in self.entries}
        found: dict[int, list[int]] = {}
        for j, sources in enumerate(self.tape.operand_sources):
            for i in dict.fromkeys(sources):
                if i is not None and (i, j) not in heard:
                    found.setdefault(i, []).append(j)
        return found

    def block(self, k: int) -> Block:
        """The block of entry ``k``: a rule applied to saved values."""
        return TapeBlock(self.tape, self.entries[k])

    @cached_property
    def _implicit_nodes(self) -> frozenset[int]:
        return frozenset(index for index in self.node_indices if self.tape.recorded[index].rule.implicit)

    def diagonal(self, index: int) -> Diagonal | None:
        """The block on the diagonal of an implicit equation; None where it is the identity."""
        if index not in self._implicit_nodes:
            return None
        tape, node = self.tape, self.tape.recorded[index]
        sources = tape.operand_sources[index]
        raw = [plain(x.value) if i is not None else x for x, i in zip(node.operands, sources, strict=True)]
        numbers = np.asarray(node.rule.diagonal(plain(node.value), raw, node.options), dtype=np.float64)
        return Diagonal(numbers, f"The equation of {tape.labels[index]}")

    def swept(self) -> list[Any] | None:
        """All multipliers by one sweep along the tape; None where an equation is implicit or the columns are at hand."""
        tape = self.tape
        if self._implicit_nodes or (self.__dict__.get("columns") is not None and self.width > _FEW):
            return None
        with tape.lock:
            try:
                sweep(tape.recorded.copy(), self._seeds())
                adjoints = [node.adjoint for node in tape.recorded]
            finally:
                for node in tape.recorded:
                    node.adjoint = NOTHING
        shapes = self.shapes
        return [
            self._shaped_adjoint(adjoint, shapes[index]) if tape.has_row(index) else None
            for index, adjoint in enumerate(adjoints)
        ]

    def _seeds(self) -> list[tuple[Any, Any]]:
        recorded = self.tape.recorded
        if self.single and recorded[self.questions[0][0]].shape == ():
            return [(recorded[self.questions[0][0]], 1.0)]
        lead = () if self.single else (self.width,)
        seeds: dict[int, Any] = {}
        for column, (index, element) in enumerate(self.questions):
            shape = recorded[index].shape
            seed = seeds.setdefault(index, np.zeros((*lead, *shape)))
            seed.reshape(*lead, -1)[(*((column,) if lead else ()), element)] = 1.0
        return [(recorded[index], seed) for index, seed in seeds.items()]

    def _shaped_adjoint(self, adjoint: Any, shape: tuple[int, ...]) -> Any:
        """λ_i in the shape of z_i; with several results these are the last axis, not the first as while sweeping."""
        if adjoint is NOTHING:
            adjoint = np.zeros(shape if self.single else (*shape, self.width))
            return adjoint if adjoint.ndim else 0.0
        if not self.single:
            return np.moveaxis(np.asarray(adjoint), 0, -1)
        return adjoint if shape else float(adjoint)

    def name(self, index: int, mode: Mode) -> str:
        """What a node is called, in text or in LaTeX."""
        return self.tape.tex_names[index] if mode == writing.TEX else self.tape.labels[index]

    def equation(self, index: int, mode: Mode) -> str:
        """A node's equation, in text or in LaTeX."""
        return writing.equation(self.tape, index, mode)


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
