"""One equation of a tape, to look at: what it is called, what it computes, and where it stands in the source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import writing
from lagviz.engine.rules import plain, size_of

if TYPE_CHECKING:
    from lagviz.engine.recorded import Recorded
    from lagviz.engine.source import Place
    from lagviz.engine.tape import Tape

__all__ = ["Node", "is_finite"]

#: Numbers of a vector that is printed in full.
_SHORT = 6


@dataclass(frozen=True, slots=True)
class Node:
    """One equation of a tape, to look at.

    Attributes
    ----------
    tape : Tape
        Which it is an equation of.
    index : int
        Its position on the tape, from 0.

    Examples
    --------
    >>> import lagviz as lv
    >>> tape = lv.record(lambda x, w: (w * x) ** 2, x=3.0, w=0.5)
    >>> node = tape[2]
    >>> node
    z₃ = w·x = 1.500
    >>> node.name, node.kind, node.op, [parent.name for parent in node.parents], node.value
    ('z3', 'operation', 'multiply', ['w', 'x'], 1.5)
    >>> node.source.text
    'w * x'
    """

    tape: Tape
    index: int

    @property
    def _recorded(self) -> Recorded:
        return self.tape.recorded[self.index]

    @property
    def name(self) -> str:
        """The variable's own name in the source, or the input's; ``z7`` where it has none."""
        return self.tape.names[self.index]

    @property
    def kind(self) -> str:
        """``"input"``, ``"operation"``, ``"guard"`` or ``"implicit"``."""
        if self.index in self.tape.guards:
            return "guard"
        rule = self._recorded.rule
        return "input" if rule.name == "input" else "implicit" if rule.implicit else "operation"

    @property
    def op(self) -> str | None:
        """Name of the operation's rule; None for an input."""
        name = self._recorded.rule.name
        return None if name == "input" else name

    @property
    def parents(self) -> tuple[Node, ...]:
        """The nodes it reads, each once, in order of first reading."""
        return tuple(Node(self.tape, i) for i in dict.fromkeys(i for _, i in self.tape.reads(self.index)))

    @property
    def value(self) -> Any:
        """z_i: a number, or an array that cannot be written to."""
        value = self._recorded.value
        if isinstance(value, np.ndarray):
            value = value.view()
            value.flags.writeable = False
        return value

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the value; ``()`` for a number."""
        return self._recorded.shape

    @property
    def scope(self) -> tuple[str, ...]:
        """Names of the scopes it was recorded in, outermost first."""
        return self.tape.scopes_of[self.index]

    @property
    def source(self) -> Place | None:
        """The exact expression it was computed by; None where there is no source."""
        return self.tape.found[self.index].place

    @property
    def latex(self) -> str:
        r"""The equation in LaTeX: ``h = \tanh(a)``."""
        return writing.equation(self.tape, self.index, writing.TEX)

    @property
    def nonfinite(self) -> str | None:
        """How NaN or infinity got into the value, in words; None where all of it is finite."""
        tape, value = self.tape, plain(self._recorded.value)
        if is_finite(value):
            return None
        label = tape.labels[self.index]
        what = f"{label} is {writing.number(value)}" if np.ndim(value) == 0 else f"{label} has {_not_finite(value)}"
        if self.op is None:
            return f"{what}: so it was given"
        before = next((parent for parent in self.parents if not is_finite(parent.value)), None)
        if before is not None:
            return f"{what}, passed on from {tape.labels[before.index]}"
        reads = [(tape.labels[parent.index], parent.value) for parent in self.parents if parent.shape == ()]
        of = f" of {', '.join(f'{name} = {writing.number(number)}' for name, number in reads)}" if reads else ""
        at = f", at line {self.source.line}: {self.source.text}" if self.source else ""
        return f"{what}: {self.op}{of}{at}"

    def __repr__(self) -> str:
        equation = writing.equation(self.tape, self.index, writing.TEXT)
        written = equation if self.op is None else f"{equation} = {_shown(self._recorded.value)}"
        # Where it came in; what follows from it can be seen.
        here = not is_finite(self.value) and all(is_finite(parent.value) for parent in self.parents)
        return f"{written}  ({self.nonfinite})" if here else written


def is_finite(value: Any) -> bool:
    """Whether no number of a value is NaN or infinite."""
    value = plain(value)
    # Python's numbers by Python: it is quicker, and its integers may be larger than NumPy's.
    return math.isfinite(value) if isinstance(value, float | int) else bool(np.all(np.isfinite(value)))


def _not_finite(value: Any) -> str:
    count = int(np.count_nonzero(~np.isfinite(value)))
    return f"{count:,} of {value.size:,} numbers NaN or infinite"


def _shown(value: object) -> str:
    value = plain(value)
    if isinstance(value, np.ndarray):
        short = value.ndim == 1 and size_of(value) <= _SHORT
        return np.array2string(value, precision=4) if short else f"array of shape {writing.shape(value.shape)}"
    return writing.number(value)
