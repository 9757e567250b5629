"""What the ways of substituting share: the multipliers themselves, what they cost, and what a row reads.

Substitution is one computation, whatever order it is told in: each stored entry is multiplied with one multiplier.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.counting import count_word
from lagviz.engine.methods import triangular
from lagviz.engine.partials import Columns
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["cost", "has_no_path", "live", "matrix_event", "multipliers", "no_path", "values_used"]


def multipliers(system: AdjointSystem) -> list[Any]:
    """λ_i for each index, by whichever way of substituting is fastest."""
    swept = system.swept()
    if swept is not None:
        return swept
    columns = live(system)
    return system.shaped(_by_blocks(system) if columns is None else triangular.solve(columns, system.right))


def live(system: AdjointSystem) -> Columns | None:
    """The entries of a system of numbers in columns that matter: 0 × ∞ of a node that leads nowhere concerns nobody."""
    columns = system.columns
    if columns is None:
        return None
    matters = np.array([system.levels[index] is not None for index in system.node_indices], dtype=bool)
    kept = matters[columns.column]
    if kept.all():
        return columns
    return Columns(columns.row[kept], columns.column[kept], columns.partial[kept], columns.size)


def _by_blocks(system: AdjointSystem) -> NDArray[np.float64]:
    """From the last node to the first, each handing on its column."""
    flat, entries = system.right.copy(), system.entries
    for index in reversed(system.node_indices):
        own = system.slices[index]
        if index not in system.reaching:
            continue
        if index in system.implicit:
            flat[own] = system.implicit[index].solve(flat[own])
        for k in system.reads[index]:
            flat[system.slices[entries[k].row]] -= system.block(k) @ flat[own]
    return flat


def cost(system: AdjointSystem, depth: int) -> Cost:
    """One multiplication for each entry stored in a column that matters, and for each right-hand side."""
    edges, width, sizes = system.edges, system.width, np.array(system.sizes)
    matters = np.array([level is not None for level in system.levels], dtype=bool)
    counted = matters[edges.column]
    multiplications = width * int(edges.count[counted].sum())
    # A row with k terms takes k − 1 additions for each of its numbers, and one more for the 1 of a result; a scattered
    # block adds within its own product.
    first = np.zeros(len(sizes), dtype=bool)
    first[edges.row[counted]] = True
    first[list(system.asked)] = False
    additions = max(multiplications - width * int(sizes[first].sum()), 0)
    for index, block in system.implicit.items():
        if matters[index]:
            settling = block.cost(width)
            multiplications, additions = multiplications + settling[0], additions + settling[1]
    return Cost(multiplications=multiplications, additions=additions, depth=depth)


def has_no_path(system: AdjointSystem) -> bool:
    """Whether there are nodes that lead to no result."""
    return len(system.reaching) < len(system.node_indices)


def no_path(solution: Solution) -> Iterator[Step]:
    """The step of all nodes that lead to no result, where there are any: for methods that never come by them."""
    system, found = solution.system, solution.multipliers
    rest = tuple(index for index in reversed(system.node_indices) if index not in system.reaching)
    if rest:
        yield Step(solution, rest, _NO_PATH, (), tuple(Event("multiplier", index, found[index]) for index in rest))


def matrix_event(system: AdjointSystem, k: int) -> Event:
    """Entry ``k`` of A, as something that is read."""
    entry = system.entries[k]
    return Event("matrix", entry.row, system.block(k), column=entry.column)


def values_used(system: AdjointSystem, ks: Iterable[int]) -> list[Event]:
    """The stored forward values that the partials of entries are computed from, each once, as something that is read."""
    wanted = dict.fromkeys(i for k in ks for i in _values_of(system, k))
    return [Event("value", i, system.tape.recorded[i].value) for i in wanted]


def _values_of(system: AdjointSystem, k: int) -> list[int]:
    entry = system.entries[k]
    if not entry.positions:
        return []
    node = system.tape.recorded[entry.column]
    sources = system.tape.operand_sources[entry.column]
    wanted: list[int] = []
    for position in entry.positions:
        for letter in node.rule.uses(position):
            source = entry.column if letter == "z" else sources["xyw".index(letter)]
            if source is not None:
                wanted.append(source)
    return wanted


_NO_PATH = Telling(
    title=lambda _step: "no path to the result",
    lines=lambda step: [
        (
            "Which rows?",
            (
                f"The rest, {count_word(len(step.nodes))} of them. No path leads from there to the result, so no push is "
                "felt there: λ = 0."
            ),
        )
    ],
    formula=lambda _step: None,
)
