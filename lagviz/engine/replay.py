"""Running a tape again, on new inputs or with something added to an equation, without recording it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.recorded import NOTHING, Recorded, wrapped
from lagviz.engine.writing import TEXT, equation
from lagviz.errors import BranchFlippedError, InputError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.tape import Node, Tape

__all__ = ["replay"]


def replay(tape: Tape, perturb: Mapping[int | str | Node, Any], inputs: Mapping[str, Any]) -> Tape:
    """See `Tape.replay`."""
    from lagviz.engine.record import checked  # noqa: PLC0415 - recording makes tapes, so it cannot be imported above

    new: dict[int, Any] = {}
    for name, value in inputs.items():
        if name not in tape.input_indices:
            known = ", ".join(tape.input_indices)
            raise UnknownNameError(f"The tape has no input named {name!r}. Its inputs are: {known}.")
        index = tape.input_indices[name]
        old = tape.recorded[index]
        given = checked(np.asarray(value) if isinstance(value, list | tuple) else value, name)
        if np.shape(given) != old.shape:
            raise InputError(
                f"{name} has shape {np.shape(given)}, but was recorded with {old.shape}. Record the function anew for "
                "another shape."
            )
        new[index] = np.array(given) if isinstance(given, np.ndarray) else given
    added = {tape.index(key): value for key, value in perturb.items()}
    try:
        return _rerun(tape, new, added)
    except BranchFlippedError:
        if added or tape.function is None or tape.arguments is None:
            raise
        return _record_anew(tape, new)


def _rerun(tape: Tape, new: Mapping[int, Any], added: Mapping[int, Any]) -> Tape:
    from lagviz.engine.tape import Tape  # noqa: PLC0415

    nodes: list[Recorded] = []
    reads = tape.operand_sources
    for index, old in enumerate(tape.recorded):
        rule = old.rule
        sources = reads[index]
        operands = tuple(
            nodes[source] if source is not None else operand
            for source, operand in zip(sources, old.operands, strict=True)
        )
        if rule.name == "input":
            value = new.get(index, old.value)
        else:
            raw = [
                operand.value if source is not None else operand
                for source, operand in zip(sources, operands, strict=True)
            ]
            value = rule.compute(*raw, **old.options)
        if index in added:
            value = value + added[index]
        kind, value = wrapped(value)
        if index in tape.guards and not np.array_equal(value, old.value):
            raise BranchFlippedError(
                f"On these values the decision {equation(tape, index, TEXT)} comes out as {value}, but {old.value} was "
                "recorded, so the program would have gone another way. Record the function again."
            )
        node: Recorded = object.__new__(kind)
        node.value, node.rule, node.recording, node.adjoint = value, rule, old.recording, NOTHING
        if rule.arity == 0:
            node.left, node.right = operands, old.right
        else:
            node.left, node.right = operands[0], operands[1] if rule.arity > 1 else None
        nodes.append(node)
    return Tape(
        nodes=nodes,
        marks=tape.marks,
        guards=[nodes[index] for index in tape.guards],
        scopes=tape.scopes,
        inputs={name: nodes[index] for name, index in tape.input_indices.items()},
        outputs=[nodes[index] for index in tape.output_indices],
        returned=tape.result,
        function=tape.function,
        arguments=tape.arguments,
        max_nodes=tape.max_nodes,
        parameters=None if tape.parameters is None else sorted(tape.parameters),
    )


def _record_anew(tape: Tape, new: Mapping[int, Any]) -> Tape:
    from lagviz.engine.record import record_arguments  # noqa: PLC0415

    assert tape.arguments is not None  # noqa: S101 - replay checked
    assert tape.function is not None  # noqa: S101
    values = iter([new.get(index, tape.recorded[index].value) for index in tape.input_indices.values()])
    arguments = tape.arguments.signature.bind_partial()
    for key, value in tape.arguments.arguments.items():
        arguments.arguments[key] = tree.rebuild(value, lambda _old: next(values))
    return record_arguments(
        tape.function,
        list(tape.input_indices),
        arguments,
        max_nodes=tape.max_nodes,
        parameters=None if tape.parameters is None else sorted(tape.parameters),
    )
