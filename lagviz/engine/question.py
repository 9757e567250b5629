"""Which single number a picture asks about, when nobody said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lagviz.errors import ResultError

if TYPE_CHECKING:
    from lagviz.engine.tape import Node, Tape
    from lagviz.engine.tape_system import TapeSystem

__all__ = ["asked"]


def asked(tape: Tape, output: int | str | Node | tuple[Any, ...] | None = None) -> TapeSystem:
    """The adjoint system of one number: of the given output, or of the result; of an array, its first element.

    Raises
    ------
    ResultError
        It is an array without an element.
    """
    if isinstance(output, tuple):
        return tape.adjoint_system(output)
    index = tape.output.index if output is None else tape.index(output)
    shape = tape.recorded[index].shape
    if 0 in shape:
        raise ResultError(
            f"{tape.names[index]} is an empty array, of shape {shape}: there is no number in it to be asked about. Return what "
            'has numbers, or ask about another equation, by its name: output="h".'
        )
    return tape.adjoint_system((index, *(0 for _ in shape)))
