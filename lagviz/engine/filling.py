"""Templates of words and formulas, filled with names and numbers: as plain text, or as LaTeX.

The page fills the same templates for the screen (``js/src/template.ts``); the fields are listed in ``view/scene.json``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lagviz.engine import writing
from lagviz.engine.rules import plain
from lagviz.engine.words import EPSILON, Lines
from lagviz.engine.writing import TEX, TEXT

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem

__all__ = ["fill", "spoken"]

_FIELD = re.compile(
    r"\{(?:(?P<kind>name|equation|lambda|value|multiplier|partial|term|price|shape) (?P<index>\d+)"
    r"|arithmetic (?P<sign>[+−×÷]) (?P<a>#?[^\s{}]+) (?P<b>#?[^\s{}]+)"
    r"|(?P<epsilon>epsilon)"
    r"|sign (?P<of>\d+)\|(?P<plus>[^|{}]*)\|(?P<minus>[^|{}]*)\|(?P<zero>[^|{}]*))\}"
)


def fill(template: str, solution: Solution, *, mode: writing.Mode = TEXT) -> str:
    """A template with its fields filled from a solution, as plain text or as LaTeX."""
    return _FIELD.sub(lambda match: _field(match, solution, mode), template)


def spoken(lines: Lines, solution: Solution) -> str:
    """Labelled lines as one paragraph of plain text."""
    return " ".join(fill(f"{label} {text}" if label else text, solution) for label, text in lines)


def _field(match: re.Match[str], solution: Solution, mode: writing.Mode) -> str:  # noqa: C901, PLR0911 - a line for each kind of field
    system = solution.system
    if match["epsilon"]:
        return writing.number(EPSILON)
    if match["of"]:
        multiplier = solution.multipliers[int(match["of"])]
        return match["plus"] if multiplier > 0 else match["minus"] if multiplier < 0 else match["zero"]
    if match["sign"]:
        return _in(mode, _calculation(match["sign"], _operand(match["a"], system), _operand(match["b"], system)))
    index = int(match["index"])
    match match["kind"]:
        case "partial":
            return _in(mode, writing.number(system.partial(index)))
        case "term":
            entry = system.entries[index]
            factors = (system.partial(index), solution.multipliers[entry.column])
            return _in(mode, _calculation("×", *factors))
        case "name":
            return system.name(index, mode)
        case "equation":
            return system.equation(index, mode)
        case "lambda":
            return rf"\lambda_{{{system.name(index, TEX)}}}" if mode == TEX else f"λ_{system.name(index, TEXT)}"
        case "value":
            return _in(mode, writing.number(_value(system, index)))
        case "multiplier":
            return _in(mode, writing.number(solution.multipliers[index]))
        case "price":
            return _in(mode, writing.price(EPSILON * solution.multipliers[index]))
        case _:
            return writing.shape(system.shapes[index])


def _operand(written: str, system: AdjointSystem) -> float:
    return float(written[1:]) if written.startswith("#") else float(_value(system, int(written)))


def _value(system: AdjointSystem, index: int) -> Any:
    return plain(system.tape.recorded[index].value)


def _calculation(sign: str, a: float, b: float) -> str:
    left, right, relation, result = writing.arithmetic(sign, a, b)
    return f"{left} {sign} {f'({right})' if right.startswith(writing.MINUS) else right} {relation} {result}"


_TEX_SIGNS = {writing.MINUS: "-", "×": r"\times", "÷": r"\div", "≈": r"\approx", "∞": r"\infty"}


def _in(mode: writing.Mode, written: str) -> str:
    return "".join(_TEX_SIGNS.get(letter, letter) for letter in written) if mode == TEX else written
