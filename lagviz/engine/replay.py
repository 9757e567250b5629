"""Running a tape again, on new inputs or with something added to an equation, without recording it again.

What the program did by looking at its numbers (a branch, an index, a trip count, whatever follows from a shape or from an
argument being whole) belongs to the tape. Where that would come out differently the tape is another program's, so
the function is recorded anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.collector import collector_paused
from lagviz.engine.record import checked, record_arguments
from lagviz.engine.recorded import INPUT, NOTHING, Recorded, Scalar, settled, wrapped
from lagviz.engine.rules import is_array, plain
from lagviz.engine.writing import TEXT, equation
from lagviz.errors import BranchFlippedError, InputError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.tape import Node, Tape

__all__ = ["replay", "rerun", "value_and_grad"]

Key = int | str | tuple[Any, ...]


def replay(tape: Tape, perturb: Mapping[Key | Node, Any], inputs: Mapping[str, Any]) -> Tape:
    """See `Tape.replay`."""
    new, another = _given(tape, inputs)
    added = _added(tape, perturb)
    can_record = tape.function is not None and tape.arguments is not None and not added
    if another is not None:
        if can_record:
            return _record_anew(tape, new)
        raise InputError(f"{another}, so the program would be another. {_instead(tape)}")
    try:
        with collector_paused:
            return _with_values(tape, rerun(tape, new, added))
    except BranchFlippedError:
        if can_record:
            return _record_anew(tape, new)
        raise


def value_and_grad(tape: Tape, inputs: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """See `Tape.value_and_grad`."""
    new, another = _given(tape, inputs)
    program = tape.compiled if another is None and all(type(value) is float for value in new.values()) else None
    numbers = None if program is None else program.run(new)
    if program is not None and numbers is not None:
        return program.sweep(numbers)
    again = replay(tape, {}, inputs)
    found = again.adjoint_system().solve().multipliers
    return again.result, {name: found[index] for name, index in again.input_indices.items() if again.has_row(index)}


def rerun(tape: Tape, new: Mapping[int, Any], added: Mapping[int, Any]) -> list[Any]:
    """The value of every equation when the tape runs again.

    Parameters
    ----------
    tape : Tape
    new : dict of int to value
        Values of inputs by index; the others keep theirs.
    added : dict of int to value
        What is added to equations, by index; each of a shape that broadcasts to the value's.

    Raises
    ------
    BranchFlippedError
        A recorded decision came out differently.
    """
    values: list[Any] = []
    guards = tape.guards
    keep = values.append
    for index, (old, sources) in enumerate(zip(tape.recorded, tape.operand_sources, strict=True)):
        rule = old.rule
        arity = rule.arity
        if added and index in added:
            value = _pushed(old, sources, values, new.get(index, old.value), added[index])
        elif arity == 2:  # noqa: PLR2004
            # What a program of numbers consists of: without a list of operands, it takes half the time.
            a, b = sources
            value = rule.compute(old.left if a is None else values[a], old.right if b is None else values[b])
        elif arity == 1:
            (a,) = sources
            value = rule.compute(old.left if a is None else values[a])
        elif rule is INPUT:
            value = new.get(index, old.value)
        else:
            value = rule.compute(*_read(old, sources, values), **old.options)
        if type(value) is not float:
            _, value = wrapped(value)
            if index in guards:
                value = settled(value)
                if not np.array_equal(value, plain(old.value)):
                    raise _flipped(tape, index, value)
        keep(value)
    return values


def _read(old: Recorded, sources: Sequence[int | None], values: Sequence[Any]) -> list[Any]:
    """What an equation reads now: of the tape, or the constants it has always read."""
    return [
        operand if source is None else values[source] for source, operand in zip(sources, old.operands, strict=True)
    ]


def _pushed(old: Recorded, sources: Sequence[int | None], values: Sequence[Any], given: Any, added: Any) -> Any:
    """The value of an equation, or the one that an input is given, with something added to it."""
    if old.rule is INPUT:
        return given + added
    return old.rule.perturbed(added, _read(old, sources, values), old.options)


def _flipped(tape: Tape, index: int, value: Any) -> BranchFlippedError:
    return BranchFlippedError(
        f"On these values the decision {equation(tape, index, TEXT)} comes out as {value}, but "
        f"{plain(tape.recorded[index].value)} was recorded, so the program would have gone another way. {_instead(tape)}"
    )


def _instead(tape: Tape) -> str:
    if tape.function is None:
        return (
            "This tape has no function to record again, since it was read from a file or taken apart. Record the function "
            "itself on these values."
        )
    return "Record the function again."


def _with_values(tape: Tape, values: list[Any]) -> Tape:
    """The same program with other numbers; the old tape keeps its own."""
    nodes: list[Recorded] = []
    keep = nodes.append
    node: Recorded
    for value, old, sources in zip(values, tape.recorded, tape.operand_sources, strict=True):
        node = Scalar() if type(value) is float else wrapped(value)[0]()
        rule = node.rule = old.rule
        arity = rule.arity
        if arity == 2:  # noqa: PLR2004
            a, b = sources
            node.left = old.left if a is None else nodes[a]
            node.right = old.right if b is None else nodes[b]
        elif arity == 1:
            (a,) = sources
            node.left, node.right = old.left if a is None else nodes[a], None
        else:
            node.left, node.right = tuple(_read(old, sources, nodes)), old.right
        node.value, node.recording, node.adjoint = value, old.recording, NOTHING
        keep(node)
    return tape.renewed(nodes)


# --- what is given ----------------------------------------------------------------------------------------------------------


def _given(tape: Tape, inputs: Mapping[str, Any]) -> tuple[dict[int, Any], str | None]:
    """New values by index, and why they belong to another program, where they do."""
    new: dict[int, Any] = {}
    another = None
    for name, value in _leaves(tape, inputs):
        index = tape.input_indices[name]
        old = tape.recorded[index]
        if type(value) is float is type(old.value):
            new[index] = value
            continue
        given = checked(np.asarray(value) if isinstance(value, list | tuple) else value, name)
        if np.shape(given) != old.shape:
            another = f"{name} has shape {np.shape(given)}, but was recorded with {old.shape}"
        else:
            given, reason = _of_kind(given, plain(old.value), name)
            another = another or reason
        new[index] = np.array(given) if is_array(given) else given
    return new, another


def _leaves(tape: Tape, inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every input that is given: by its path, or with its whole argument."""
    for name, value in inputs.items():
        for path, leaf in _apart(tape, tree.with_paths(value, name, tape.input_indices)):
            if path not in tape.input_indices:
                known = ", ".join(tape.input_indices)
                raise UnknownNameError(f"The tape has no input named {path!r}. Its inputs are: {known}.")
            yield path, leaf


def _apart(tape: Tape, leaves: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    """Arrays for a tape whose inputs are their elements, one by one."""
    for path, leaf in leaves:
        if is_array(leaf) and path not in tape.input_indices:
            yield from ((tree.element_path(path, at), number) for at, number in np.ndenumerate(leaf))
        else:
            yield path, leaf


_KINDS = {"b": 0, "i": 1, "u": 1, "f": 2}
_WORDS = ("true or false", "a whole number", "a real number")


def _of_kind(given: Any, old: Any, name: str) -> tuple[Any, str | None]:
    """A value as the kind of number that was recorded, and what is the matter where it is none."""
    value = np.asarray(plain(given))
    kind, recorded = _KINDS[value.dtype.kind], _KINDS[np.asarray(old).dtype.kind]
    if kind == recorded:
        return given, None
    whole = recorded == 1 and np.all(value == np.floor(value))
    if isinstance(given, Recorded) or (kind > recorded and not whole):
        return given, f"{name} is {_WORDS[kind]}, but was recorded as {_WORDS[recorded]}"
    # 2.0 for a count of 2, or 1 for a weight of 0.5: the same program.
    return (value.astype(old.dtype) if isinstance(old, np.ndarray) else type(old)(given)), None


def _added(tape: Tape, perturb: Mapping[Key | Node, Any]) -> dict[int, Any]:
    added: dict[int, Any] = {}
    for key, value in perturb.items():
        index, element = tape.locate(key)
        name, shape = tape.names[index], tape.recorded[index].shape
        if not tape.has_row(index):
            raise InputError(
                f"{name} is a decision or an integer, so no small push of it makes sense. Add to an equation whose value "
                "is a real number."
            )
        epsilon = checked(np.asarray(value) if isinstance(value, list | tuple) else value, f"what is added to {name}")
        into = shape if element is None else ()
        if not _fits(np.shape(epsilon), into):
            raise InputError(
                f"What is added to {name} has shape {np.shape(epsilon)}, but {'it' if element is None else 'one element'} "
                f"has {into}. Add a number, or an array of that shape."
            )
        if element is not None and shape:
            epsilon = _at(epsilon, element, tape.recorded[index])
        added[index] = added[index] + epsilon if index in added else epsilon
    return added


def _fits(shape: tuple[int, ...], into: tuple[int, ...]) -> bool:
    """Whether an array broadcasts to a shape without changing it."""
    try:
        together: tuple[int, ...] = np.broadcast_shapes(shape, into)
    except ValueError:
        return False
    return together == into


def _at(epsilon: Any, element: int, node: Recorded) -> Any:
    """An array with ``epsilon`` in one place, and 0 elsewhere."""
    there = np.reshape(np.arange(node.size) == element, node.shape)
    array: Any = np.where(there, epsilon, 0.0)  # recorded, where ε is
    return array.astype(node.dtype) if type(array) is np.ndarray and node.dtype.kind == "f" else array


# --- recording anew ---------------------------------------------------------------------------------------------------------


def _record_anew(tape: Tape, new: Mapping[int, Any]) -> Tape:
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
