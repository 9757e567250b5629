"""What solving gives: the multipliers, what they cost, and the steps by which they were found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine import filling, words
from lagviz.engine.writing import TEX, TEXT
from lagviz.errors import UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Node

__all__ = ["Cost", "Event", "Solution", "Step", "Telling"]


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

    Examples
    --------
    >>> import lagviz as lv
    >>> system = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system()
    >>> system.solve().cost
    Cost(multiplications=3, additions=0, depth=4, fill_in=0, recomputed=0, recovery=0)
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
        ``"matrix"`` (A, fill-in included), ``"product"`` (of several entries of A), ``"rhs"``, ``"multiplier"``,
        ``"value"``, ``"term"`` (of a sum that makes λ) or ``"tangent"``.
    index : int
        The node; of the matrix and of products that of the row.
    value : object
        The number or array, after the event; of the matrix a block where it is no number, of products an array, or a
        sparse one.
    final : bool
        Of a written multiplier: False while further parts of it are to come.
    column : int or None
        Of the matrix and of products the node of the column, which may be one where no entry is stored (fill-in); of a
        tangent the input that moves.

    Examples
    --------
    >>> import lagviz as lv
    >>> system = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system()
    >>> *_, last = system.solve().steps()
    >>> [event.place for event in last.reads], last.writes
    (['matrix[0, 2]', 'multiplier[2]', 'value[1]'],
     (Event(what='multiplier', index=0, value=1.5, final=True, column=None),))
    """

    what: str
    index: int
    value: Any
    final: bool = True
    column: int | None = None

    @property
    def place(self) -> str:
        """What it touched, without the value: ``matrix[3, 4]``."""
        return f"{self.what}[{self.index}]" if self.column is None else f"{self.what}[{self.index}, {self.column}]"


@dataclass(frozen=True, slots=True)
class Telling:
    """How a method puts its steps: functions of the step.

    Attributes
    ----------
    title : callable
        A few words: ``"row h"``.
    lines : callable
        The sentence as labelled templates, to be filled with numbers.
    formula : callable
        The step in LaTeX, a template too; None where it has no formula.
    counted : str
        What such steps are, where counting them counts no rows: ``"pass"``.
    """

    title: Callable[[Step], str]
    lines: Callable[[Step], words.Lines]
    formula: Callable[[Step], str | None]
    counted: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    r"""One step of a method, as events over named arrays; words are made when they are asked for.

    Attributes
    ----------
    solution : Solution
        Whose step it is.
    nodes : tuple of int
        Indices of the nodes it is about.
    telling : Telling
        How it is put into words.
    reads, writes, drops : tuple of Event
        What it looks at, what it makes, and what is not needed any more.
    detail : object
        What its sentence needs besides.

    Examples
    --------
    >>> import lagviz as lv
    >>> system = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system()
    >>> *_, last = system.solve().steps()
    >>> last
    Step(row x: reads matrix[0, 2], multiplier[2], value[1]; writes multiplier[0])
    >>> print(last.latex)
    \lambda_{x} = \frac{\partial z_{3}}{\partial x}\,\lambda_{z_{3}} = 0.5 \times 3 = 1.5
    """

    solution: Solution
    nodes: tuple[int, ...]
    telling: Telling
    reads: tuple[Event, ...] = ()
    writes: tuple[Event, ...] = ()
    drops: tuple[Event, ...] = ()
    detail: Any = None

    @property
    def system(self) -> AdjointSystem:
        """What is being solved."""
        return self.solution.system

    @property
    def node(self) -> int:
        """Index of the node it is about; of several, the first."""
        return self.nodes[0]

    def name(self, index: int) -> str:
        """What a node is called, as text.

        Parameters
        ----------
        index : int

        Returns
        -------
        str
        """
        return self.system.name(index, TEXT)

    @property
    def title(self) -> str:
        """A few words: ``row h``."""
        return self.telling.title(self)

    @property
    def lines(self) -> words.Lines:
        """The sentence as labelled templates, to be filled with numbers."""
        return self.telling.lines(self)

    @property
    def formula(self) -> str | None:
        """The step in LaTeX, as a template to be filled with numbers; None where it has no formula."""
        return self.telling.formula(self)

    @property
    def sentence(self) -> str:
        """What happens, in plain words."""
        return filling.spoken(self.lines, self.solution)

    @property
    def latex(self) -> str:
        """What happens as a formula; empty where it has none."""
        return filling.fill(self.formula or "", self.solution, mode=TEX)

    def _repr_latex_(self) -> str | None:
        return f"${self.latex}$" if self.latex else None

    def __str__(self) -> str:
        return self.sentence

    def __repr__(self) -> str:
        done = {"reads": self.reads, "writes": self.writes, "drops": self.drops}
        told = "; ".join(
            f"{what} {', '.join(event.place for event in events)}" for what, events in done.items() if events
        )
        return f"Step({self.title}: {told})"


class Solution:
    """The multipliers λ of a system.

    ``solution["w1"]`` is the multiplier of that input, or of the last node of that name.

    Attributes
    ----------
    system : AdjointSystem
    method : str
        Name of the method.
    multipliers : tuple
        λ_i for each node: a number, or an array of the shape of z_i (with several results, and a last axis for them); None
        for guards and integers, which have none, and for what the method does not find.
    step_count : int
        How many steps there are.

    Examples
    --------
    >>> import lagviz as lv
    >>> system = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).adjoint_system()
    >>> solution = system.solve("back_substitution")
    >>> solution["w"], solution.multipliers, solution.residual
    (9.0, (1.5, 9.0, 3.0, 1.0), 0.0)
    >>> [step.title for step in solution.steps()]
    ['row z₄', 'row z₃', 'row w', 'row x']
    """

    def __init__(
        self,
        system: AdjointSystem,
        method: str,
        multipliers: Sequence[Any],
        cost: Cost | Callable[[], Cost],
        *,
        steps: Callable[[Solution], Iterator[Step]],
        step_count: int,
        residual: Callable[[], float] | None = None,
    ) -> None:
        self.system = system
        self.method = method
        self.multipliers = tuple(multipliers)
        self._cost = cost
        self.step_count = step_count
        self._steps = steps
        self._residual = residual

    @cached_property
    def cost(self) -> Cost:
        """What it took; counted when somebody asks, where counting takes longer than solving."""
        return self._cost if isinstance(self._cost, Cost) else self._cost()

    def __getitem__(self, key: str | int | Node) -> Any:
        index = self.system.index(key)
        value = self.multipliers[index]
        if value is not None:
            return value
        name = self.system.name(index, TEXT)
        if self.system.owns_row[index]:
            raise UnknownNameError(
                f"{self.method} finds the multipliers of the inputs only, so it knows none of {name}. Solve with "
                'method="back_substitution".'
            )
        raise UnknownNameError(
            f"{name} is a decision or an integer, or was eliminated: it has no multiplier. "
            "solution.multipliers holds None for it."
        )

    def steps(self) -> Iterator[Step]:
        """The steps of the method, one after another; made as they are asked for."""
        return self._steps(self)

    @cached_property
    def flat(self) -> NDArray[np.float64]:
        """The multipliers of all rows of A, of shape (rows, results); NaN where the method found none."""
        system = self.system
        if system.columns is not None and system.single:
            found = [x for x, own in zip(self.multipliers, system.owns_row.tolist(), strict=True) if own]
            return np.array(found, dtype=np.float64).reshape(-1, 1)
        flat = np.full((system.rows, system.width), np.nan)
        for index in system.node_indices:
            if self.multipliers[index] is not None:
                flat[system.slices[index]] = np.reshape(self.multipliers[index], (system.sizes[index], system.width))
        return flat

    @property
    def vector(self) -> NDArray[np.float64]:
        """All multipliers as one array, of shape (rows,) or (rows, results): in the order of A's rows.

        Of a system made by `AdjointSystem.from_matrix`, in the order of the matrix that was given.
        """
        flat = self.flat
        if self.system.unknowns is not None:
            flat = flat[np.argsort(self.system.unknowns)]
        return flat[:, 0] if self.system.single else flat

    @cached_property
    def residual(self) -> float:
        """Largest entry of ``|A λ − e_n|``; 0 where every equation is met exactly.

        Of a method that finds only some of λ, that of the system it solves instead.
        """
        if self._residual is not None:
            return self._residual()
        system, flat = self.system, self.flat
        if not flat.size:  # the result is an empty array
            return 0.0
        left = flat.copy()
        columns = system.columns
        if columns is not None:
            left -= columns.by_row @ flat
        else:
            for index, block in system.implicit.items():
                left[system.slices[index]] = block.numbers @ flat[system.slices[index]]
            for k, entry in enumerate(system.entries):
                left[system.slices[entry.row]] += system.block(k) @ flat[system.slices[entry.column]]
        return float(np.abs(left - system.right).max())

    def __repr__(self) -> str:
        lines = [f"Solution by {self.method}: {self.cost.multiplications:,} multiplications"]
        if not self.system.has_tape:
            return lines[0]
        inputs = self.system.tape.input_indices
        for name, index in list(inputs.items())[:20]:
            value = self.multipliers[index]
            lines.append(f"  λ_{name} = {value if np.ndim(value) == 0 else f'array of shape {np.shape(value)}'}")
        if len(inputs) > 20:  # noqa: PLR2004
            lines.append(f"  … {len(inputs) - 20} more")
        return "\n".join(lines)
