"""Checkpoints: keep a few states of a chain of passes, and run the rest again while solving.

Back substitution needs the values that every equation had. Where they do not fit in memory, the values between two passes
(the state) are kept here and there, and a pass is run again from the nearest one before its rows are solved.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from lagviz.engine import words
from lagviz.engine.blocks import TapeBlock
from lagviz.engine.counting import count_word, plural
from lagviz.engine.methods.binomial import Action, schedule
from lagviz.engine.methods.bounds import substituting
from lagviz.engine.methods.method import Bounds, Method
from lagviz.engine.methods.substitution import cost
from lagviz.engine.recorded import settled, wrapped
from lagviz.engine.rules import plain
from lagviz.engine.solution import Cost, Event, Solution, Step, Telling
from lagviz.engine.words import Lines
from lagviz.errors import UnknownOptionError

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Tape

__all__ = ["METHOD"]


def _refuses(system: AdjointSystem) -> str | None:
    if not system.has_tape:
        return "it runs equations again, and this system was given as numbers."
    if len(system.node_indices) < len(_rows(system.tape)):
        return "it runs every equation again, and here some were eliminated. Use it on the tape's own system."
    if len(_bounds(system.tape)) < 3:  # noqa: PLR2004 - two passes have three bounds
        return (
            "it needs a chain of passes, and this program has none. Name them: for x in lv.loop(xs): …, or "
            'with lv.scope("layer"): … for each.'
        )
    return None


def _rows(tape: Tape) -> list[int]:
    return [index for index in range(len(tape)) if tape.has_row(index)]


def _bounds(tape: Tape) -> list[int]:
    """Where each pass begins, and the end of the tape: the outermost scopes of which there are several."""
    scopes = tape.scopes
    while True:
        outermost: list[tuple[str, int, int]] = []
        for scope in scopes:  # the outer of two comes first
            if not outermost or scope[1] >= outermost[-1][2]:
                outermost.append(scope)
        if len(outermost) != 1:
            return [*(start for _, start, _ in outermost), len(tape)]
        scopes = [scope for scope in scopes if scope is not outermost[0]]


def _solve(system: AdjointSystem, *, states: int | None = None) -> Solution:
    passes = len(_bounds(system.tape)) - 1
    if states is None:
        states = max(passes.bit_length(), 2)
    if type(states) is not int or states < 1:
        raise UnknownOptionError(
            f"states is {states!r}. Give a whole number from 1 on: how many states may be kept at once, the first included."
        )
    run = _Run(system, states)
    for _ in run.actions():
        pass
    substituted = cost(system, depth=len(system.reaching))
    return Solution(
        system,
        METHOD.name,
        system.shaped(run.flat),
        Cost(
            substituted.multiplications,
            substituted.additions,
            depth=substituted.depth,
            recomputed=run.advanced - run.first_sweep,
        ),
        steps=lambda solution: _steps(solution, states),
        step_count=sum(1 for _ in schedule(passes, states)) + 1,
    )


class _Run:
    """The equations run again by the schedule, and solved pass by pass.

    Attributes
    ----------
    flat : array of shape (rows, results)
        The multipliers as far as they are known.
    advanced : int
        Equations that were run to get from state to state.
    first_sweep : int
        Those of all passes but the last: what one run from the beginning takes.
    kept : dict of int to dict
        The states, by the pass they stand before: values by node.
    """

    def __init__(self, system: AdjointSystem, states: int) -> None:
        self.system, self.tape = system, system.tape
        self.bounds = _bounds(self.tape)
        self.passes = [range(a, b) for a, b in pairwise(self.bounds)]
        self.states = states
        self.flat = system.right.copy()
        self.advanced = 0
        self.first_sweep = self.bounds[-2] - self.bounds[0]
        first = {index: plain(self.tape.recorded[index].value) for index in range(self.bounds[0])}
        #: What stands before the first pass, mostly inputs, stays at hand.
        self.given = first
        self.kept: dict[int, dict[int, Any]] = {0: {}}
        self._current: tuple[int, dict[int, Any]] = (0, {})
        #: The last equation that reads each.
        self._last = list(range(len(self.tape)))
        for index, sources in enumerate(self.tape.operand_sources):
            for source in sources:
                if source is not None:
                    self._last[source] = index

    def actions(self) -> Iterator[tuple[Action | None, dict[int, Any]]]:
        """Do one thing after another; what it has to do with, as values by node. Last, with None, what came first."""
        for action in schedule(len(self.passes), self.states):
            match action.kind:
                case "advance":
                    values = self._advanced(action.start, action.end)
                    self._current = action.end, values
                case "keep":
                    values = self.kept[action.start] = self._current[1]
                case "drop":
                    values = self.kept.pop(action.start)
                case _:
                    values = self._solved(action.start)
            yield action, values
        self._rows_of(range(self.bounds[0]), self.given)
        yield None, {}

    def _advanced(self, start: int, end: int) -> dict[int, Any]:
        values = dict(self.kept[start])
        for k in range(start, end):
            self._run(k, values)
            self.advanced += len(self.passes[k])
            bound = self.bounds[k + 1]
            values = {index: value for index, value in values.items() if self._last[index] >= bound}
        return values

    def _run(self, k: int, values: dict[int, Any]) -> None:
        """One pass, all its values kept."""
        tape, known = self.tape, ChainMap(values, self.given)
        for index in self.passes[k]:
            node = tape.recorded[index]
            if node.rule.name == "input":
                values[index] = plain(node.value)
                continue
            raw = [
                plain(operand) if source is None else known[source]
                for source, operand in zip(tape.operand_sources[index], node.operands, strict=True)
            ]
            values[index] = settled(wrapped(node.rule.compute(*raw, **node.options))[1])

    def _solved(self, k: int) -> dict[int, Any]:
        at, state = self._current
        values = dict(state if at == k else self.kept[k])
        self._run(k, values)
        self._rows_of(self.passes[k], ChainMap(values, self.given))
        return values

    def _rows_of(self, nodes: range, values: MutableMapping[int, Any]) -> None:
        """Solve the rows of a pass, with the values it had; the last first."""
        system, flat = self.system, self.flat
        for index in reversed(nodes):
            if index not in system.reaching:
                continue
            own = system.slices[index]
            if index in system.implicit:
                flat[own] = system.implicit[index].solve(flat[own])
            for k in system.reads[index]:
                entry = system.entries[k]
                flat[system.slices[entry.row]] -= TapeBlock(self.tape, entry, values) @ flat[own]


def _estimate(system: AdjointSystem, *, states: int | None = None) -> tuple[Bounds, Bounds]:
    del states
    # States are no more than all values at once, which would be kept as often as there are states.
    multiplications, (least, most) = substituting(system)
    return multiplications, (least, most + 300 * len(system.shapes) + 32 * system.rows)


# --- steps ------------------------------------------------------------------------------------------------------------------


def _steps(solution: Solution, states: int) -> Iterator[Step]:
    system, found = solution.system, solution.multipliers
    run = _Run(system, states)
    for action, values in run.actions():
        nodes = range(run.bounds[0]) if action is None else run.passes[min(action.start, len(run.passes) - 1)]
        about = tuple(index for index in reversed(nodes) if system.owns_row[index])
        touched = tuple(Event("value", index, value) for index, value in values.items())
        detail = (action, len(run.kept), states, len(run.passes))
        if action is None or action.kind == "solve":
            writes = tuple(Event("multiplier", index, found[index]) for index in about)
            drops = () if action is None else touched
            yield Step(solution, about, _SOLVE, touched, writes, drops, detail=detail)
        else:
            drops = touched if action.kind == "drop" else ()
            writes = touched if action.kind == "advance" else ()
            yield Step(solution, about, _MOVE, (), writes, drops, detail=detail)


def _ordinal(k: int) -> str:
    return f"pass {k + 1}"


def _title(step: Step) -> str:
    action = step.detail[0]
    match action.kind:
        case "advance":
            return f"run on to {_ordinal(action.end)}"
        case "keep":
            return f"keep the state before {_ordinal(action.start)}"
        case _:
            return f"forget the state before {_ordinal(action.start)}"


def _move_lines(step: Step) -> Lines:
    action, kept, states, _ = step.detail
    full = f"{kept} of {states} {plural(states, 'state')} {'is' if kept == 1 else 'are'} kept."
    match action.kind:
        case "advance":
            number = action.end - action.start
            return [
                (
                    "What is run?",
                    (
                        f"{count_word(number).capitalize()} {plural(number, 'pass')}, from the state before "
                        f"{_ordinal(action.start)} to the one before {_ordinal(action.end)}. The values in between are "
                        "forgotten at once."
                    ),
                )
            ]
        case "keep":
            return [("What is kept?", f"The state before {_ordinal(action.start)}: {full}")]
        case _:
            return [("What is forgotten?", f"The state before {_ordinal(action.start)}; its passes are solved. {full}")]


def _solve_lines(step: Step) -> Lines:
    action, _, _, passes = step.detail
    if action is None:
        lines: Lines = [("What is left?", "Inputs and whatever came before the first pass: all their readers are in.")]
    else:
        run = f"{_ordinal(action.start).capitalize()} of {passes} is run with all its values kept, and its rows are solved"
        lines = [("Which rows?", f"{run}, the last first. Then its values are forgotten.")]
    for index in step.nodes[:4]:
        lines.append((None, f"{words.priced(step.solution, index)}."))
    return lines


_MOVE = Telling(_title, _move_lines, lambda _step: None)
_SOLVE = Telling(
    lambda step: "what came first" if step.detail[0] is None else f"rows of {_ordinal(step.detail[0].start)}",
    _solve_lines,
    lambda step: words.solve_formula(step.system, step.node) if step.nodes else None,
)

METHOD = Method(
    "checkpointed",
    "Checkpoints",
    "Keep a few states of a chain of passes, and run the rest again while solving: memory for work.",
    _solve,
    _estimate,
    options={"states": "a whole number: how many states may be kept at once"},
    refuses=_refuses,
)
