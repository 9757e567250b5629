"""What a step shows: what is recorded by then, which λ are known, what has become of A. As ``js/src/timeline.ts`` has it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from lagviz.engine.blocks import Block
from lagviz.engine.filling import fill
from lagviz.view.scene import steps_of

if TYPE_CHECKING:
    from lagviz.engine.solution import Event, Solution

__all__ = ["Moment", "moment"]

Place = tuple[int, int]


@dataclass
class Moment:
    """One step of the timeline.

    Attributes
    ----------
    step, phase, counter, sentence
        Where it is and what it says: ``"Solve 5 of 9: row a"``.
    active : frozenset of int
        The nodes that it is about.
    hidden : frozenset of int
        Those that are not recorded yet.
    multipliers : dict of int to object
        The λ that are known, in whole or in part, by node.
    partial : set of int
        Those of which further parts are to come.
    read, written : set
        Entries of A, as (row, column), and multipliers, as nodes, that the step reads and writes.
    cells : dict of (int, int) to float
        Entries that elimination changed or filled in, as A has them; NaN of a block.
    gone : set of int
        Nodes whose row and column elimination has dropped.
    """

    step: int
    phase: str
    counter: str
    sentence: str
    active: frozenset[int]
    hidden: frozenset[int]
    multipliers: dict[int, Any] = field(default_factory=dict)
    partial: set[int] = field(default_factory=set)
    read: set[Place | int] = field(default_factory=set)
    written: set[Place | int] = field(default_factory=set)
    cells: dict[Place, float] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)


def moment(solution: Solution, step: int | None = None) -> Moment:
    """What a step of a solution shows; without one, the last."""
    tape = solution.system.tape
    told = steps_of(solution)[0]
    step = len(told) if step is None else min(max(step, 0), len(told))
    if step == 0:
        return Moment(0, "record", "Nothing recorded yet", "", frozenset(), frozenset(range(len(tape))))
    here = told[step - 1]
    phases = [one["phase"] for one in told]
    before = phases.index(here["phase"])
    recorded = {node for one in told[:step] if one["phase"] == "record" for node in one["nodes"]}
    title = f": {here['title']}" if here["title"] else ""
    counter = f"{here['phase'].title()} {step - before} of {phases.count(here['phase'])}{title}"
    lines = (f"{line['label']} {line['text']}" if line["label"] else line["text"] for line in here["lines"])
    sentence = " ".join(fill(line, solution) for line in lines)
    shown = Moment(
        step, here["phase"], counter, sentence, frozenset(here["nodes"]), frozenset(range(len(tape))) - recorded
    )
    if here["phase"] == "solve":
        _played(shown, solution, step - before)
    return shown


def _played(shown: Moment, solution: Solution, solved: int) -> None:
    """The events of the steps of the method up to this one."""
    leaving: set[int] = set()
    for done, step in enumerate(solution.steps(), 1):
        shown.gone |= leaving
        leaving = set(step.nodes) if any(event.what == "matrix" for event in step.drops) else set()
        for event in step.writes:
            if event.what == "multiplier":
                found = solution.multipliers[event.index]
                shown.multipliers[event.index] = event.value if found is None or not event.final else found
                (shown.partial.discard if event.final else shown.partial.add)(event.index)
            elif event.what == "matrix":
                shown.cells[_place(event)] = _number(event.value)
        if done == solved:
            shown.read = _touched(step.reads)
            shown.written = _touched(step.writes)
            return


def _touched(events: tuple[Event, ...]) -> set[Place | int]:
    entries: set[Place | int] = {_place(event) for event in events if event.what == "matrix"}
    return entries | {event.index for event in events if event.what == "multiplier"}


def _place(event: Event) -> Place:
    return event.index, -1 if event.column is None else event.column


def _number(value: Any) -> float:
    if isinstance(value, Block):
        return -value.partial if value.shape == (1, 1) else float("nan")
    return float(value)
