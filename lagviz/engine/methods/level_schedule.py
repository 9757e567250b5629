"""Level schedule: all rows of one level at once, since none of them reads another.

A node's level is the number of nodes on its longest path to a result, so its readers stand in lower levels. As many
steps wait for each other as there are levels, not as there are equations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lagviz.engine import words
from lagviz.engine.counting import count_word, joined
from lagviz.engine.methods import triangular
from lagviz.engine.methods.bounds import substituting
from lagviz.engine.methods.method import Method
from lagviz.engine.methods.substitution import cost, has_no_path, live, matrix_event, no_path, values_used
from lagviz.engine.solution import Event, Solution, Step, Telling
from lagviz.engine.words import Lines

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD", "by_level"]

#: Rows of one level that its sentence and its formula write out.
_WRITTEN = 4


def by_level(system: AdjointSystem) -> list[list[int]]:
    """The nodes of each level, from the results on; those that reach none are in none."""
    levels: list[list[int]] = [[] for _ in range(max((level or 0 for level in system.levels), default=0))]
    for index in reversed(system.node_indices):
        level = system.levels[index]
        if level is not None:
            levels[level - 1].append(index)
    return levels


def _solve(system: AdjointSystem) -> Solution:
    levels, columns = by_level(system), live(system)
    # A system of numbers is solved in the same products by whichever way is quickest for its shape.
    flat = _by_blocks(system, levels) if columns is None else triangular.solve(columns, system.right)
    return Solution(
        system,
        METHOD.name,
        system.shaped(flat),
        cost(system, depth=len(levels)),
        steps=_steps,
        step_count=len(levels) + has_no_path(system),
    )


def _by_blocks(system: AdjointSystem, levels: list[list[int]]) -> NDArray[np.float64]:
    flat, entries = system.right.copy(), system.entries
    for level in levels:
        for index in level:
            own = system.slices[index]
            for k in system.readers[index]:
                reader = entries[k].column
                if reader in system.reaching:
                    flat[own] -= system.block(k) @ flat[system.slices[reader]]
            if index in system.implicit:
                flat[own] = system.implicit[index].solve(flat[own])
    return flat


def _steps(solution: Solution) -> Iterator[Step]:
    system, found = solution.system, solution.multipliers
    for number, level in enumerate(by_level(system), start=1):
        ks = [k for index in level for k in system.readers[index] if system.entries[k].column in system.reaching]
        reads = [Event("rhs", index, 1.0) for index in level if index in system.asked]
        reads += [matrix_event(system, k) for k in ks]
        reads += [Event("multiplier", j, found[j]) for j in dict.fromkeys(system.entries[k].column for k in ks)]
        reads += values_used(system, ks)
        writes = tuple(Event("multiplier", index, found[index]) for index in level)
        yield Step(solution, tuple(level), _LEVEL, tuple(reads), writes, detail=number)
    yield from no_path(solution)


def _lines(step: Step) -> Lines:
    nodes, number = step.nodes, step.detail
    shown = [f"{{name {index}}}" for index in nodes[:_WRITTEN]]
    more = len(nodes) - len(shown)
    who = joined([*shown, f"{count_word(more)} more"] if more else shown)
    longest = f"the longest path to the result has {count_word(number)} nodes"
    lines: Lines = [
        (
            "Which rows?",
            f"{who}: from there {longest}." if number > 1 else f"{who}: what we ask about.",
        ),
    ]
    if len(nodes) > 1 and number > 1:
        lines.append(("Why at once?", "Their readers are in levels that are solved, and none of them reads another."))
    for index in nodes[:_WRITTEN]:
        lines.append((None, f"{words.priced(step.solution, index)}."))
    return lines


def _formula(step: Step) -> str | None:
    return r" \\ ".join(words.solve_formula(step.system, index) for index in step.nodes[:_WRITTEN]).join(
        (r"\begin{gathered}", r"\end{gathered}")
    )


_LEVEL = Telling(title=lambda step: f"level {step.detail}", lines=_lines, formula=_formula)
METHOD = Method(
    "level_schedule",
    "Level schedule",
    "All rows at the same distance from the result at once: their readers are solved, and none reads another.",
    _solve,
    substituting,
)
