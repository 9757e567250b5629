"""Which single number a picture asks about, when nobody said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lagviz.engine.tape import Node, Tape
    from lagviz.engine.tape_system import TapeSystem

__all__ = ["asked"]


def asked(tape: Tape, output: int | str | Node | tuple[Any, ...] | None = None) -> TapeSystem:
    """The adjoint system of one number: of the given output, or of the result; of an array, its first element."""
    if isinstance(output, tuple):
        return tape.adjoint_system(output)
    index = tape.output.index if output is None else tape.index(output)
    return tape.adjoint_system((index, *(0 for _ in tape.recorded[index].shape)))
