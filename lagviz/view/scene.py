"""Tape and solution → scene: plain arrays and texts that say everything there is to draw.

Nothing is computed here but the nudges, which are replays of the tape; the meaning of each field stands in `scene.json`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import words, writing
from lagviz.engine.blocks import Block
from lagviz.engine.lagrangian import Lagrangian, symbolic
from lagviz.engine.methods import METHODS, Method
from lagviz.engine.rules import plain
from lagviz.engine.writing import TEX, TEXT
from lagviz.errors import BranchFlippedError
from lagviz.view.events import event_columns
from lagviz.view.listings import Listings
from lagviz.view.packing import VERSION, pack
from lagviz.view.pictures import block_picture, coarse, diagonal_picture, shown_shape
from lagviz.view.sliders import Slider

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Tape

__all__ = ["lagrangian_of", "scene", "signature", "steps_of"]

#: Programs up to this many equations have each of them nudged; it takes a replay for each.
_NUDGED = 150


def scene(
    solution: Solution,
    *,
    sliders: Mapping[str, Slider] | None = None,
    notes: Sequence[tuple[str, str]] = (),
    questions: Mapping[str, Any] | None = None,
    alternatives: Sequence[Mapping[str, Any]] = (),
    unit: str | None = None,
    asked_first: int | None = None,
) -> bytes:
    """Everything there is to draw of one solved program.

    Parameters
    ----------
    solution : Solution
        Of a system with one right-hand side.
    sliders : dict of str to Slider, optional
        Ranges of the scalar inputs; made from their values where there are none.
    notes : sequence of (level, text)
        Things to tell the reader: ``("info", "A branch flipped…")``.
    questions : dict, optional
        What the texts say of each other result, for a page without a kernel; see `lagviz.view.questions`.
    alternatives : sequence of dict, optional
        Other ways of solving it, for a page without a kernel; see `lagviz.view.alternatives`.
    unit : str, optional
        What a node is, where there is a choice: ``"arrays"`` or ``"scalars"``.
    asked_first : int, optional
        The node that was asked about at first; without it the one that is asked about now.

    Returns
    -------
    bytes
        As `scene.json` defines them.
    """
    system = solution.system
    tape = system.tape
    listings = Listings(tape)
    blocks = [system.block(k) for k in range(len(system.entries))]
    pictures = [block_picture(block) for block in blocks]
    shapes = [shown_shape(node.shape) for node in tape.recorded]
    nonfinite = tape.first_nonfinite()
    steps, events = steps_of(solution)
    header = {
        "version": VERSION,
        "title": {"name": tape.title, "signature": signature(tape)},
        "output": system.questions[0][0],
        "asked_first": system.questions[0][0] if asked_first is None else asked_first,
        "results": sorted(set(tape.output_indices)),
        "nodes": [_node(system, index, shape, listings) for index, shape in enumerate(shapes)],
        "entries": [
            _entry(system, k, block, shape, listings)
            for k, (block, (shape, _)) in enumerate(zip(blocks, pictures, strict=True))
        ],
        "files": listings.files,
        "inputs": [_input(tape, name, index, (sliders or {}).get(name)) for name, index in tape.input_indices.items()],
        "steps": steps,
        "lagrangian": lagrangian_of(system),
        "checks": {
            "residual": solution.residual if np.isfinite(solution.residual) else None,
            "epsilon": words.EPSILON,
            "first_nonfinite": None if nonfinite is None else nonfinite.index,
            "multiplications": solution.cost.multiplications,
            "additions": solution.cost.additions,
        },
        "method": solution.method,
        "methods": [_method(method, system) for method in METHODS.values()],
        "notes": [{"level": level, "text": text} for level, text in notes],
        "questions": questions,
        "alternatives": list(alternatives),
        "unit": unit,
    }
    sizes = [int(np.prod(shape, dtype=np.int64)) for shape in shapes]
    rhs = np.zeros(len(tape))
    rhs[system.questions[0][0]] = 1.0
    columns = {
        "value_start": np.cumsum([0, *sizes]),
        "value": _joined(coarse(plain(node.value), shape) for node, shape in zip(tape.recorded, shapes, strict=True)),
        "multiplier": _joined(
            np.full(size, np.nan) if multiplier is None else coarse(multiplier, shape)
            for multiplier, shape, size in zip(solution.multipliers, shapes, sizes, strict=True)
        ),
        "rhs": rhs,
        "nudged": _nudged(system),
        "entry_row": [entry.row for entry in system.entries],
        "entry_column": [entry.column for entry in system.entries],
        "partial": [
            block.partial if tape.recorded[entry.row].shape == tape.recorded[entry.column].shape == () else np.nan
            for block, entry in zip(blocks, system.entries, strict=True)
        ],
        "block_start": np.cumsum([0, *(len(numbers) for _, numbers in pictures)]),
        "block": _joined(numbers for _, numbers in pictures),
        **events,
    }
    return pack(header, {name: np.asarray(column) for name, column in columns.items()})


def _joined(parts: Any) -> Any:
    parts = list(parts)
    return np.concatenate(parts) if parts else np.zeros(0)


def signature(tape: Tape) -> str:
    """The program as it is called: ``loss(x, w₁)``."""
    return f"{tape.title}({', '.join(writing.label(name) for name in tape.argument_names)})"


def _node(system: AdjointSystem, index: int, shape: tuple[int, ...], listings: Listings) -> dict[str, Any]:
    tape = system.tape
    recorded, node = tape.recorded[index], tape[index]
    return {
        "name": node.name,
        "label": tape.labels[index],
        "latex": tape.tex_names[index],
        "kind": node.kind,
        "role": _role(tape, index),
        "operation": node.op,
        "pill": None if node.op is None else recorded.rule.pill,
        "equation": writing.equation(tape, index, TEX),
        "plain_equation": writing.equation(tape, index, TEXT),
        "shape": list(recorded.shape),
        "shown": list(shape),
        "dtype": str(recorded.dtype),
        "row": tape.has_row(index),
        "diagonal": _diagonal(system, index),
        "reads": [parent.index for parent in node.parents],
        "operands": _operands(tape, index),
        "scope": list(node.scope),
        "source": listings.range(index),
    }


def _diagonal(system: AdjointSystem, index: int) -> dict[str, Any] | None:
    """A_ii, where it is no identity."""
    block = system.implicit.get(index)
    if block is None:
        return None
    shape, numbers = diagonal_picture(block)
    return {"shown": list(shape), "numbers": [float(x) if np.isfinite(x) else None for x in numbers]}


def _operands(tape: Tape, index: int) -> list[str] | None:
    """The operands of an equation of numbers, written as in templates: ``3`` is a node, ``#2.0`` a constant."""
    node = tape.recorded[index]
    if node.shape != () or node.rule.name == "input":
        return None if node.shape != () else []
    written = []
    for operand, source in zip(node.operands, tape.operand_sources[index], strict=True):
        value = plain(operand.value) if source is not None else operand
        if np.ndim(value) != 0 or not isinstance(value, bool | int | float | np.number | np.bool_):
            return None
        written.append(str(source) if source is not None else f"#{float(value)!r}")
    return written


def _role(tape: Tape, index: int) -> str | None:
    if tape.recorded[index].rule.name != "input":
        return None
    name = tape.names[index]
    if name not in tape.input_indices:
        return "data"
    if tape.parameters is None:
        return "input"
    return "parameter" if name in tape.parameters else "data"


def _entry(system: AdjointSystem, k: int, block: Block, shape: tuple[int, int], listings: Listings) -> dict[str, Any]:
    entry = system.entries[k]
    return {
        "latex": words.partial_name(system, entry.row, entry.column),
        "symbolic": symbolic(system, k),
        "structure": block.structure,
        "shape": list(block.shape),
        "shown": list(shape),
        "sources": listings.operand_ranges(entry.column, entry.positions),
    }


def _method(method: Method, system: AdjointSystem) -> dict[str, Any]:
    return {"name": method.name, "title": method.title, "idea": method.idea, "refusal": method.refusal(system, {})}


def _input(tape: Tape, name: str, index: int, slider: Slider | None) -> dict[str, Any]:
    value = plain(tape.recorded[index].value)
    if np.ndim(value) == 0 and not isinstance(value, bool):
        slider = slider or Slider.around(value)
    return {
        "node": index,
        "name": name,
        "label": tape.labels[index],
        "start": None if slider is None else slider.start,
        "minimum": None if slider is None else slider.minimum,
        "maximum": None if slider is None else slider.maximum,
        "step": None if slider is None else slider.step,
    }


# --- the timeline -------------------------------------------------------------------------------------------------------------


def steps_of(solution: Solution) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """All steps in order, and the events of the solving ones as columns."""
    system = solution.system
    tape = system.tape
    steps = []
    given = sorted(tape.input_indices.values())
    if given:
        steps.append(_step("record", "the inputs", given, words.given_lines(system, given)))
    for index in sorted(set(range(len(tape))) - set(given)):
        formula = writing.equation(tape, index, TEX)
        steps.append(_step("record", tape.labels[index], [index], words.record_lines(system, index), formula))
    titles = ("the problem", "its Lagrangian", "both derivatives vanish")
    for title, text in zip(titles, _LAGRANGIAN_WORDS, strict=True):
        nodes = _example(system) if title == titles[-1] else []
        steps.append(_step("lagrangian", title, nodes, [(None, text)]))
    solving = list(solution.steps())
    for step in solving:
        counted = {"counted": step.telling.counted} if step.telling.counted else {}
        steps.append({**_step("solve", step.title, list(step.nodes), step.lines, step.formula), **counted})
    return steps, event_columns(system, solving)


def _step(phase: str, title: str, nodes: list[int], lines: words.Lines, latex: str | None = None) -> dict[str, Any]:
    return {
        "phase": phase,
        "title": title,
        "nodes": nodes,
        "lines": [{"label": label, "text": text} for label, text in lines],
        "latex": latex,
    }


def _example(system: AdjointSystem) -> list[int]:
    """The equation whose row is written out first: an operation with a reader, about halfway."""
    candidates = [
        index
        for index in system.node_indices
        if system.tape[index].kind == "operation" and system.readers[index] and index in system.reaching
    ]
    return candidates[len(candidates) // 3 : len(candidates) // 3 + 1]


# --- the Lagrangian -----------------------------------------------------------------------------------------------------------

_LAGRANGIAN_WORDS = (
    "With the inputs given only one point is feasible. There is nothing to choose: we want the prices λ of the equations.",
    (
        "Every equation gets a price. Whoever adds a little to equation i is charged λ for each unit; at the right prices "
        "no small cheat pays."
    ),
    (
        "A price is made downstream: what each reader makes of one unit, times the price of what it makes, summed over "
        "the readers."
    ),
)


def lagrangian_of(system: AdjointSystem) -> dict[str, Any]:
    """The problem, its Lagrangian, and both conditions of every equation."""
    lagrangian = Lagrangian.of(system)
    conditions = [lagrangian.condition(index) for index in system.node_indices]
    return {
        "objective": lagrangian.objective(),
        "function": lagrangian.function(),
        "terms": [{"node": index, "latex": lagrangian.term(index)} for index in system.node_indices],
        "conditions": [
            {"node": c.node, "forward": list(c.forward), "backward": list(c.backward), "row": c.numbers}
            for c in conditions
        ],
        "words": list(_LAGRANGIAN_WORDS),
    }


# --- nudges -------------------------------------------------------------------------------------------------------------------


def _nudged(system: AdjointSystem) -> list[float]:
    """What adding ε to each equation really does to the result, measured by running the tape again."""
    tape = system.tape
    if len(tape) > _NUDGED:
        return [np.nan] * len(tape)
    index, element = system.questions[0]
    before = np.ravel(plain(tape.recorded[index].value))[element]
    changes = []
    for node in range(len(tape)):
        if not tape.has_row(node):
            changes.append(np.nan)
            continue
        try:
            with np.errstate(all="ignore"):
                after = tape.replay(perturb={node: words.EPSILON}).recorded[index].value
        except BranchFlippedError:
            changes.append(np.nan)
            continue
        changes.append(float(np.ravel(plain(after))[element] - before))
    return changes
