"""What solving gives: the multipliers, what they cost, and the steps by which they were found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import words
from lagviz.errors import UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Node

__all__ = ["Cost", "Event", "Solution", "Step"]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a method did, counted by the rules of the mathematics, not timed.

    Attributes
    ----------
    multiplications, additions : int
        One multiplication for each product of two stored entries, ±1 included; nodes that reach no result count nothing.
    depth : int
        Number of steps that have to wait for each other.
    fill_in, recomputed, recovery : int
        Entries that appear while eliminating, equations computed again, and multiplications spent on multipliers of
        dropped rows; 0 for methods that do none of it.
    """

    multiplications: int = 0
    additions: int = 0
    depth: int = 0
    fill_in: int = 0
    recomputed: int = 0
    recovery: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """Something a step touched.

    Attributes
    ----------
    what : str
        ``"matrix"``, ``"rhs"``, ``"multiplier"``, ``"value"``, ``"tangent"``, ``"term"`` or ``"product"``.
    index : int
        The node, or, of the matrix and of terms, the position in ``system.entries``.
    value : object
        The number or array, after the event.
    final : bool
        Of a written multiplier: False while further readers are to come.
    """

    what: str
    index: int
    value: Any
    final: bool = True


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a method, as events over named arrays; words are made when they are asked for.

    Attributes
    ----------
    node : int
        Index of the node it is about.
    reads, writes, drops : tuple of Event
    """

    solution: Solution = field(repr=False)
    node: int
    reads: tuple[Event, ...] = ()
    writes: tuple[Event, ...] = ()
    drops: tuple[Event, ...] = ()

    @property
    def lines(self) -> list[tuple[str | None, str]]:
        """The sentence as labelled templates, to be filled with numbers."""
        return words.solve_lines(self.solution.system, self.node)

    @property
    def sentence(self) -> str:
        """Who reads it, how strongly, at what price, and so what it costs: in plain words."""
        return words.spoken(self.lines, self.solution)

    @property
    def latex(self) -> str:
        """The row as a formula, solved for its multiplier."""
        return words.fill(words.solve_formula(self.solution.system, self.node), self.solution, mode="tex")

    def _repr_latex_(self) -> str:
        return f"${self.latex}$"

    def __str__(self) -> str:
        return self.sentence


class Solution:
    """The multipliers λ of a system.

    ``solution["w1"]`` is the multiplier of that input, or of the last node of that name.
    """

    def __init__(
        self,
        system: AdjointSystem,
        method: str,
        multipliers: Sequence[Any],
        cost: Cost,
        steps: Callable[[Solution], Iterator[Step]],
    ) -> None:
        self.system = system
        self.method = method
        #: λ_i for each node of the tape: a number, or an array of the shape of z_i (with several results, and a last
        #: axis for them); None for guards and integers, which have none.
        self.multipliers = tuple(multipliers)
        self.cost = cost
        self._steps = steps

    def __getitem__(self, key: str | int | Node) -> Any:
        value = self.multipliers[self.system.tape.index(key)]
        if value is None:
            raise UnknownNameError(
                f"{self.system.tape[key].name} is a decision or an integer: it has no multiplier. "
                "solution.multipliers holds None for it."
            )
        return value

    def steps(self) -> Iterator[Step]:
        """The steps of the method, one after another; made as they are asked for."""
        return self._steps(self)

    @cached_property
    def residual(self) -> float:
        """Largest entry of ``|A λ − e_n|``; 0 where every equation is met exactly."""
        system = self.system
        columns = len(system.questions)
        if not columns:  # the result is an empty array
            return 0.0
        flat = np.zeros((sum(system.sizes), columns))
        for index in system.node_indices:
            flat[system.slices[index]] = np.reshape(self.multipliers[index], (system.sizes[index], columns))
        left = flat.copy()
        for entry in system.entries:
            block = system.blocks[entry.row, entry.column]
            left[system.slices[entry.row]] += block @ flat[system.slices[entry.column]]
        difference = np.abs(left - system.rhs.reshape(left.shape))
        return float(difference.max()) if difference.size else 0.0

    def __repr__(self) -> str:
        lines = [f"Solution by {self.method}: {self.cost.multiplications:,} multiplications"]
        inputs = self.system.tape.input_indices
        for name, index in list(inputs.items())[:20]:
            value = self.multipliers[index]
            lines.append(f"  λ_{name} = {value if np.ndim(value) == 0 else f'array of shape {np.shape(value)}'}")
        if len(inputs) > 20:  # noqa: PLR2004
            lines.append(f"  … {len(inputs) - 20} more")
        return "\n".join(lines)
