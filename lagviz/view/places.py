"""The steps of a timeline as places, phase and row, so that the reader stays where they are when it becomes another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution

__all__ = ["Place", "places", "same_place"]

#: Phase and active node of a step.
Place = tuple[str, int | None]


def places(solution: Solution) -> list[Place]:
    """Each step of the timeline."""
    tape = solution.system.tape
    given = tape.input_indices.values()
    recorded = sorted(set(range(len(tape))) - set(given))
    return [
        *[("record", None)] * bool(given),
        *[("record", index) for index in recorded],
        *[("lagrangian", None)] * 3,
        *[("solve", step.node) for step in solution.steps()],
    ]


def same_place(before: list[Place], step: int, now: list[Place], *, nodes: bool = True) -> int:
    """The step of another timeline that is about the same: the same row of the same phase, or the same step of the phase.

    Without ``nodes`` theirs are others, and so are their steps: then the end of recording stays the end of recording.
    """
    if step in {0, len(before)}:
        return 0 if step == 0 else len(now)
    phase, node = before[step - 1]
    if nodes and node is not None and (phase, node) in now:
        return now.index((phase, node)) + 1
    first = [one for one, _ in before].index(phase)
    phases = [one for one, _ in now]
    if not nodes and phase == "record":
        return phases.count("record")
    return phases.index(phase) + min(step - first, phases.count(phase))
