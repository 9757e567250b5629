"""A long tape of numbers as a few arrays: equations of one level and one operation are computed, and swept, at once.

A level is the number of equations on the longest path from an input, so those of one level do not read each other. What is
known of the program is worked out once and serves every replay; what costs then is a few NumPy calls for each group, which
pays where groups are wide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.recorded import Scalar
from lagviz.engine.rules import POWER, SQUARE, UFUNCS, Elementwise, Rule

if TYPE_CHECKING:
    from lagviz.engine.tape import Tape

__all__ = ["Compiled", "compiled"]

#: Equations that a group must have on average: below, Python is as fast with one after the other.
WIDE = 20

_COMPARISONS = (np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal)
#: What works on an array of numbers as on each of them.
_KNOWN: frozenset[Rule] = frozenset(
    {
        POWER,
        SQUARE,
        *(UFUNCS[ufunc] for ufunc in _COMPARISONS),
        *(rule for rule in UFUNCS.values() if type(rule) is Elementwise),
    }
)

_NUMBERS = frozenset((float, int, Scalar))

Indices = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class _Group:
    """Equations of one level and operation: their places, and the places of what they read."""

    rule: Rule
    places: slice
    operands: tuple[Indices, ...]
    #: Operands that an adjoint is handed on to: those that are no constants, where there is a way to the result.
    active: tuple[int, ...]


class Compiled:
    """The program of a tape whose equations are all elementwise operations on numbers, and whose result is one of them.

    Equations have *places*, group after group, and constants have theirs behind them.
    """

    def __init__(self, tape: Tape) -> None:
        recorded, reads = tape.recorded, tape.operand_sources
        reaching = _reaching(tape)
        level: list[int] = []
        keys: list[tuple[Any, ...]] = []
        for index, (node, read) in enumerate(zip(recorded, reads, strict=True)):
            level.append(1 + max((level[source] for source in read if source is not None), default=-1))
            keys.append((level[index], id(node.rule), reaching[index], tuple(source is None for source in read)))
        order = sorted(range(len(keys)), key=keys.__getitem__)
        places = np.empty(len(keys), np.intp)
        places[order] = np.arange(len(keys))
        place = places.tolist()
        constants: list[float] = []

        def place_of(source: int | None, operand: Any) -> int:
            if source is not None:
                return int(place[source])
            constants.append(operand)
            return len(keys) + len(constants) - 1

        self._groups: list[_Group] = []
        begin = 0
        for (_, _, reaches, constant), members in groupby(order, key=keys.__getitem__):
            own = list(members)
            rule, end = recorded[own[0]].rule, begin + len(own)
            if constant:
                operands = [list(map(place_of, reads[index], recorded[index].operands)) for index in own]
                active = [k for k, fixed in enumerate(constant) if reaches and rule.differentiable and not fixed]
                columns = tuple(np.array(operands, np.intp).T.copy())
                self._groups.append(_Group(rule, slice(begin, end), columns, tuple(active)))
            begin = end
        self._numbers = np.array([*(recorded[index].value for index in order), *constants], np.float64)
        self._guards = places[sorted(tape.guards)]
        self._output = places[tape.output_indices[0]]
        self._inputs = {name: int(places[index]) for name, index in tape.input_indices.items()}
        self._places = places

    @property
    def pays(self) -> bool:
        """Whether the groups are wide enough."""
        return len(self._places) >= WIDE * len(self._groups)

    def run(self, new: Mapping[int, Any]) -> NDArray[np.float64] | None:
        """All numbers, with new ones for some inputs (by index); None if a recorded decision comes out differently."""
        numbers = self._numbers.copy()
        numbers[self._places[list(new)]] = list(new.values())
        for group in self._groups:
            numbers[group.places] = group.rule.compute(*(numbers[operand] for operand in group.operands))
        same = np.array_equal(numbers[self._guards], self._numbers[self._guards])
        return numbers if same else None

    def sweep(self, numbers: NDArray[np.float64]) -> tuple[float, dict[str, float]]:
        """The result, and the multiplier of each input, of numbers that `run` has found."""
        adjoints = np.zeros(len(numbers))
        adjoints[self._output] = 1.0
        for group in reversed(self._groups):
            if group.active:
                raw = [numbers[operand] for operand in group.operands]
                # A copy, since what overlaps with its own target is added in a roundabout way.
                g, z = adjoints[group.places].copy(), numbers[group.places]
                for k in group.active:
                    # The table's own product; an operand that several equations of the group read gets all of them.
                    np.add.at(adjoints, group.operands[k], group.rule.reverse(k, g, z, raw, {}))
        found = adjoints[list(self._inputs.values())].tolist()
        return float(numbers[self._output]), dict(zip(self._inputs, found, strict=True))


def compiled(tape: Tape) -> Compiled | None:
    """The program of a tape as arrays; None where it is none of numbers alone, or where groups are too narrow to pay."""
    known = len(tape.output_indices) == 1 and tape.returned == tape.output_indices[0]
    for node in tape.recorded if known else ():
        if node.rule.name == "input":
            known = type(node.value) is float
        else:
            known = node.rule in _KNOWN and (type(node.value) is float or type(node.value) is bool)
            known = known and all(type(operand) in _NUMBERS for operand in node.operands)
        if not known:
            return None
    program = Compiled(tape) if known else None
    return program if program is not None and program.pays else None


def _reaching(tape: Tape) -> list[bool]:
    """From which equations a way leads to the result: 0 × ∞ of the others concerns nobody."""
    reaching = [False] * len(tape)
    reaching[tape.output_indices[0]] = True
    for index in range(len(tape) - 1, -1, -1):
        if reaching[index] and tape.recorded[index].rule.differentiable:
            for source in tape.operand_sources[index]:
                if source is not None:
                    reaching[source] = True
    return reaching
