"""Back substitution: row by row from the bottom, each multiplier gathered from its readers. This is backpropagation.

    λ_i = e_i + Σ_{j ∈ b(i)} (∂f_j/∂z_i)ᵀ λ_j

The numbers come from one sweep (`lagviz.engine.sweep`), which adds the same terms in the same order; a step tells which
row they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lagviz.engine import words
from lagviz.engine.methods.bounds import substituting
from lagviz.engine.methods.method import Method
from lagviz.engine.methods.substitution import cost, matrix_event, multipliers, values_used
from lagviz.engine.solution import Event, Solution, Step, Telling

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem

__all__ = ["METHOD"]


def _solve(system: AdjointSystem) -> Solution:
    return Solution(
        system,
        METHOD.name,
        multipliers(system),
        lambda: cost(system, depth=len(system.reaching)),
        steps=_steps,
        step_count=len(system.node_indices),
    )


def _steps(solution: Solution) -> Iterator[Step]:
    system, found = solution.system, solution.multipliers
    for index in reversed(system.node_indices):
        reads = [Event("rhs", index, 1.0)] if index in system.asked else []
        for k in system.readers[index]:
            reader = system.entries[k].column
            reads += [matrix_event(system, k), Event("multiplier", reader, found[reader])]
        reads += values_used(system, system.readers[index])
        yield Step(solution, (index,), _ROW, tuple(reads), (Event("multiplier", index, found[index]),))


_ROW = Telling(
    title=lambda step: f"row {step.name(step.node)}",
    lines=lambda step: words.solve_lines(step.solution, step.node),
    formula=lambda step: words.solve_formula(step.system, step.node),
)

METHOD = Method(
    "back_substitution",
    "Back substitution",
    "Row by row from the bottom: gather from the readers of i. This is backpropagation.",
    _solve,
    substituting,
)
