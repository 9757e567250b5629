"""Back substitution: row by row from the bottom, each multiplier gathered from its readers. This is backpropagation.

    λ_i = e_i + Σ_{j ∈ b(i)} (∂f_j/∂z_i)ᵀ λ_j

The numbers come from one sweep (`lagviz.engine.sweep`), which adds the same terms in the same order; a step tells which
row they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine.methods.method import Method
from lagviz.engine.recorded import NOTHING
from lagviz.engine.rules import plain
from lagviz.engine.solution import Cost, Event, Solution, Step
from lagviz.engine.sweep import sweep

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]


def _solve(system: AdjointSystem) -> Solution:
    tape = system.tape
    with tape.lock:
        try:
            sweep(tape.recorded.copy(), _seeds(system))
            adjoints = [node.adjoint for node in tape.recorded]
        finally:
            for node in tape.recorded:
                node.adjoint = NOTHING
    multipliers = [
        _shaped(adjoint, np.shape(plain(tape.recorded[index].value)), system) if tape.has_row(index) else None
        for index, adjoint in enumerate(adjoints)
    ]
    return Solution(system, METHOD.name, multipliers, _cost(system), _steps)


def _seeds(system: AdjointSystem) -> list[tuple[Any, Any]]:
    tape = system.tape
    if system.single and tape.recorded[system.questions[0][0]].shape == ():
        return [(tape.recorded[system.questions[0][0]], 1.0)]
    lead = () if system.single else (len(system.questions),)
    seeds: dict[int, Any] = {}
    for column, (index, element) in enumerate(system.questions):
        shape = tape.recorded[index].shape
        seed = seeds.setdefault(index, np.zeros((*lead, *shape)))
        seed.reshape(*lead, -1)[(*((column,) if lead else ()), element)] = 1.0
    return [(tape.recorded[index], seed) for index, seed in seeds.items()]


def _shaped(adjoint: Any, shape: tuple[int, ...], system: AdjointSystem) -> Any:
    """λ_i in the shape of z_i; with several results these are the last axis, not the first as while sweeping."""
    if adjoint is NOTHING:
        adjoint = np.zeros(shape if system.single else (*shape, len(system.questions)))
        return adjoint if adjoint.ndim else 0.0
    if not system.single:
        return np.moveaxis(np.asarray(adjoint), 0, -1)
    return adjoint if shape else float(adjoint)


def _cost(system: AdjointSystem) -> Cost:
    reaching, columns = system.reaching, len(system.questions)
    counted = [k for k, entry in enumerate(system.entries) if entry.column in reaching]
    multiplications = columns * sum(system.count(k) for k in counted)
    # A row with k terms takes k − 1 additions for each of its numbers, and one more for the 1 of a result; a scattered
    # block adds within its own product.
    first = {system.entries[k].row for k in counted} - {index for index, _ in system.questions}
    additions = multiplications - columns * sum(system.sizes[index] for index in first)
    return Cost(multiplications=multiplications, additions=max(additions, 0), depth=len(reaching))


def _steps(solution: Solution) -> Iterator[Step]:
    system = solution.system
    recorded = system.tape.recorded
    ends = {index for index, _ in system.questions}
    for index in reversed(system.node_indices):
        reads = [Event("rhs", index, 1.0)] if index in ends else []
        used: dict[int, None] = {}
        for k in system.readers[index]:
            entry = system.entries[k]
            reads.append(Event("matrix", k, system.blocks[entry.row, entry.column]))
            reads.append(Event("multiplier", entry.column, solution.multipliers[entry.column]))
            used |= dict.fromkeys(_values_used(system, k))
        reads += [Event("value", i, recorded[i].value) for i in used]
        yield Step(solution, index, tuple(reads), (Event("multiplier", index, solution.multipliers[index]),))


def _values_used(system: AdjointSystem, k: int) -> list[int]:
    """The stored forward values that the partial of entry k is computed from."""
    entry = system.entries[k]
    node = system.tape.recorded[entry.column]
    sources = system.tape.operand_sources[entry.column]
    wanted: list[int] = []
    for position in entry.positions:
        for letter in node.rule.uses(position):
            source = entry.column if letter == "z" else sources["xyw".index(letter)]
            if source is not None:
                wanted.append(source)
    return wanted


METHOD = Method("back_substitution", "Back substitution", _solve)
