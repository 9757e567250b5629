"""What is asked about, as something that lasts: on other inputs, after another branch, and with arrays taken apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lagviz.engine.node import Node
from lagviz.engine.question import asked
from lagviz.engine.tree import element_path
from lagviz.errors import NoEquationError, ResultError, UnknownNameError

if TYPE_CHECKING:
    from lagviz.engine.tape import Tape
    from lagviz.engine.tape_system import TapeSystem

__all__ = ["Question"]


@dataclass(frozen=True)
class Question:
    """Which result's 1 stands in e_n.

    Attributes
    ----------
    equation : str, int or None
        Its name where it has one of its own, else its index; None for whatever the program returns.
    element : tuple of int
        Which element of an array; the first where none is named.
    unit : str
        What a node was when it was asked: an index means something in that unit only.
    """

    equation: str | int | None
    element: tuple[int, ...]
    unit: str

    @classmethod
    def of(cls, tape: Tape, output: int | str | Node | tuple[Any, ...] | None, unit: str) -> Question:
        """As a reader asks it, of a tape in a unit.

        Raises
        ------
        NoEquationError, ForeignValueError
            An index is beyond the tape, or a node is one of another program.
        """
        key, *element = output if isinstance(output, tuple) else (output,)
        if isinstance(key, Node) and key.tape.names.count(key.name) == 1 and not _is_numbered(key.tape, key.index):
            key = key.name
        elif key is not None and not isinstance(key, str):
            key = tape.index(key)
            if key == tape.output.index and not element:
                return cls(None, (), unit)  # another branch returns something else, and that is then the result
            if tape.names.count(tape.names[key]) == 1 and not _is_numbered(tape, key):
                key = tape.names[key]
        return cls(key, tuple(element), unit)

    def about(self, tape: Tape, unit: str) -> TapeSystem:
        """The system that answers it; taken apart into numbers, about the result where nothing is called so.

        Raises
        ------
        UnknownNameError, NoEquationError, ResultError
            There is no such equation or element, or it has no multiplier.
        """
        equation, element = self.equation, self.element
        if unit == "scalars" and isinstance(equation, str) and equation not in tape:
            equation, element = self._number(tape, equation), ()
        known = equation in tape if isinstance(equation, str) else self.unit == unit
        if not known and self.unit != unit:
            return asked(tape)
        return asked(tape, (equation, *element) if element else equation)

    def node(self, tape: Tape, unit: str) -> int:
        """The node it is about; the result's where another branch has no such equation."""
        try:
            return self.about(tape, unit).questions[0][0]
        except (UnknownNameError, NoEquationError, ResultError):
            return tape.output.index

    def _number(self, tape: Tape, array: str) -> str:
        """Of h the number h[0], or the first that has an equation of its own."""
        own = element_path(array, self.element)
        return own if own in tape else next((name for name in tape.names if name.startswith(f"{array}[")), array)


def _is_numbered(tape: Tape, index: int) -> bool:
    """Whether a node is called by its place only, which in another tape is somebody else's."""
    return tape.names[index] == f"{tape.letter}{index + 1}"
