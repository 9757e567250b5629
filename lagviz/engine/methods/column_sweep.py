"""Column sweep: once λ_j is known, its whole column is handed on. This is how most engines do it.

    b ← e_n;    for j = n … 1:    λ_j = b_j,    b_i ← b_i + (∂f_j/∂z_i)ᵀ λ_j  for what j reads

The same products as back substitution, in the order of the columns of A; a multiplier grows while its readers come in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import words
from lagviz.engine.counting import count_word
from lagviz.engine.methods.bounds import substituting
from lagviz.engine.methods.method import Method
from lagviz.engine.methods.substitution import cost, matrix_event, multipliers, values_used
from lagviz.engine.solution import Event, Solution, Step, Telling
from lagviz.engine.words import Lines
from lagviz.engine.writing import TEX

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
    waiting = [sum(system.entries[k].column in system.reaching for k in readers) for readers in system.readers]
    sums: dict[int, Any] = {index: system.right[system.slices[index]] for index in system.asked}
    for index in reversed(system.node_indices):
        reads = [Event("rhs", index, 1.0)] if index in system.asked else []
        writes = [] if waiting[index] < 0 else [Event("multiplier", index, found[index])]
        counts: list[tuple[int, int]] = []
        if index in system.reaching:
            own = solution.flat[system.slices[index]]
            if not writes:
                reads.append(Event("multiplier", index, found[index]))
            for k in system.reads[index]:
                i = system.entries[k].row
                reads.append(matrix_event(system, k))
                part = -(system.block(k) @ own)
                sums[i] = sums[i] + part if i in sums else part
                waiting[i] -= 1
                counts.append((k, waiting[i]))
                done = not waiting[i] and i not in system.implicit
                writes.append(Event("multiplier", i, found[i] if done else _shaped(sums[i], system, i), final=done))
                if done:
                    waiting[i] = -1  # what it will say of itself has been said
                    sums.pop(i)
            reads += values_used(system, system.reads[index])
        yield Step(solution, (index,), _COLUMN, tuple(reads), tuple(writes), detail=counts)


def _shaped(flat: Any, system: AdjointSystem, index: int) -> Any:
    shape = system.shapes[index] if system.single else (*system.shapes[index], system.width)
    return np.reshape(flat, shape) if shape else float(flat[0, 0])


def _lines(step: Step) -> Lines:
    system, j = step.system, step.node
    name, price = f"{{name {j}}}", f"{{lambda {j}}}"
    number = system.is_number(j)
    if j not in system.reaching:
        return [
            (f"Who reads {name}?", f"Nothing that leads to the result: {price} = 0, and its column hands on nothing.")
        ]
    why = "it is what we ask about" if step.reads[:1] and step.reads[0].what == "rhs" else "all its readers are in"
    lines: Lines = [("What is known?", f"{words.priced(step.solution, j)}: {why}.")]
    if not step.detail:
        return [*lines, ("To whom is it handed on?", f"To nobody: {name} reads nothing, so its column is empty.")]
    for position, (k, waiting) in enumerate(step.detail):
        i = system.entries[k].row
        share = f"{{term {k}}}" if number and system.is_number(i) else f"a block times {price}"
        missing = "its last" if not waiting else f"{count_word(waiting)} more to come"
        label = "To whom is it handed on?" if not position else None
        lines.append((label, f"{{name {i}}} gets {share}; {missing}."))
    return lines


def _formula(step: Step) -> str | None:
    system, j = step.system, step.node
    if not step.detail or j not in system.reaching:
        return rf"\lambda_{{{system.name(j, TEX)}}} = {{multiplier {j}}}" if system.is_number(j) else None
    parts = []
    for k, _ in step.detail:
        price = rf"\lambda_{{{system.name(system.entries[k].row, TEX)}}}"
        parts.append(rf"{price} \mathrel{{+}}= {words.term_tex(system, k)}")
    return r",\quad ".join(parts)


_COLUMN = Telling(title=lambda step: f"column {step.name(step.node)}", lines=_lines, formula=_formula)

METHOD = Method(
    "column_sweep",
    "Column sweep",
    "Once λⱼ is known, hand its column on to what j reads. This is how most engines do it.",
    _solve,
    substituting,
)
