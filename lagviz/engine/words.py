"""What is said at each step: sentences as templates.

Every solve sentence has one pattern, *who reads it → how strongly → at what price → so it costs*. A template's fields
(``{partial 3}``, ``{multiplier 5}``; the list is in ``view/scene.json``) are filled by `lagviz.engine.filling` for text and
LaTeX, and by the page for the screen, so the words stand once.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from lagviz.engine import writing
from lagviz.engine.counting import count_word, joined, lot, plural
from lagviz.engine.rules import plain
from lagviz.engine.strengths import span, strength, strengths
from lagviz.engine.writing import TEX

if TYPE_CHECKING:
    from lagviz.engine.solution import Solution
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Tape

__all__ = ["EPSILON", "FEW", "Lines", "priced", "record_lines", "solve_formula", "solve_lines"]

#: The nudge that sentences speak of.
EPSILON = 0.01

#: Readers of one node that are told one by one.
FEW = 12
#: Readers that are only mentioned.
_MENTIONED = 4

Lines = list[tuple[str | None, str]]


def _is_number(system: AdjointSystem, index: int) -> bool:
    return system.shapes[index] == ()


def _names(indices: list[int]) -> list[str]:
    return [f"{{name {i}}}" for i in indices]


# --- recording ----------------------------------------------------------------------------------------------------------------


def given_lines(system: AdjointSystem, indices: list[int]) -> Lines:
    """The one step that records all inputs."""
    if not indices:
        return [(None, "Nothing is given: this program takes no inputs.")]
    few = indices[:8]
    parts = [
        f"{{name {i}}} = {{value {i}}}"
        if _is_number(system, i)
        else f"{{name {i}}} ({lot(system.shapes[i], 'number')})"
        for i in few
    ]
    if len(indices) > len(few):
        parts.append(f"and {len(indices) - len(few)} more")
    kept = (
        "It reads nothing, so its column holds only its own 1"
        if len(indices) == 1
        else "They read nothing, so each column holds only its own 1"
    )
    return [(None, f"Given: {', '.join(parts)}. {kept}.")]


def record_lines(system: AdjointSystem, index: int) -> Lines:
    """What the equation computes, what it reads, and what column that adds."""
    tape = system.tape
    lines: Lines = [(None, _computed(system, index))]
    if not tape.has_row(index):
        lines.append((None, _decided(tape, index)))
        return lines
    columns = system.reads[index]
    parents = [system.entries[k].row for k in columns]
    operands = [i for i in dict.fromkeys(tape.operand_sources[index]) if i is not None]
    names = _names(parents)
    if not parents:
        what = "No small push gets through it" if operands else "It reads no input"
        lines.append((None, f"{what}: its column holds only its own 1."))
    elif len(parents) < len(operands):
        # It reads a condition as well, or a side that was not taken.
        lines.append((None, f"It reads {joined(_names(operands))}, but only a push of {joined(names)} gets through."))
        lines.append((None, strength(system, columns[0]) if len(parents) == 1 else strengths(system, columns)))
    elif len(parents) == 1:
        lines.append((None, f"It reads only {names[0]}. {strength(system, columns[0])}"))
    else:
        rows = [f"an entry in row {names[0]}", *(f"one in row {name}" for name in names[1:])]
        lines.append((None, f"It reads {joined(names)}: column {{name {index}}} gets {joined(rows)}."))
    remark = tape.recorded[index].rule.remark(tape.recorded[index].options)
    if remark is not None:
        lines.append((None, remark))
    if index in system.asked and not system.readers[index]:
        lines.append((None, f"Nothing reads {{name {index}}}: it is what we ask about."))
    return lines


def _computed(system: AdjointSystem, index: int) -> str:
    tape = system.tape
    node = tape.recorded[index]
    truth = node.dtype == np.bool_
    if not _is_number(system, index):
        return f"{{equation {index}}}, an array of {lot(system.shapes[index], 'truth value' if truth else 'number')}."
    if truth:
        return f"{{equation {index}}}, which is {{value {index}}}."
    sign = {"add": "+", "subtract": "−", "multiply": "×", "divide": "÷"}.get(node.rule.name)
    numbers = [
        plain(x.value) if i is not None else x for x, i in zip(node.operands, tape.operand_sources[index], strict=True)
    ]
    if sign and all(np.ndim(x) == 0 for x in numbers):
        a, b = (
            str(i) if i is not None else f"#{float(x)!r}"
            for x, i in zip(numbers, tape.operand_sources[index], strict=True)
        )
        return f"{{equation {index}}} = {{arithmetic {sign} {a} {b}}}."
    return f"{{equation {index}}} = {{value {index}}}."


def _decided(tape: Tape, index: int) -> str:
    if index in tape.guards:
        return "A decision of the program, taken from recorded values: it has no price, and a replay checks it."
    return "Not a real number: no small push of it makes sense, so it has no price."


# --- solving ------------------------------------------------------------------------------------------------------------------


def solve_lines(solution: Solution, index: int) -> Lines:
    """The sentence of one row: who reads it, how strongly, at what price, and so."""
    system = solution.system
    rows = [k for k in system.readers[index] if system.entries[k].column in system.reaching]
    asked = index in system.asked
    if not system.unit_questions or (asked and index in system.implicit):
        return _general_row(solution, index, rows, asked=asked)
    who = f"Who reads {{name {index}}}?"
    if not rows:
        return _first_price(system, index, who) if asked else _no_price(system, index, who)
    few, others = (rows, 0) if len(rows) <= FEW else (rows[: FEW - 1], len(rows) - FEW + 1)
    readers = [f"{{equation {system.entries[k].column}}}" for k in few] + [f"{others:,} more"] * (others > 0)
    read = readers[0] if len(rows) == 1 else f"{count_word(len(rows)).capitalize()} equations: {joined(readers)}"
    beside = _beside(system, index)
    lines: Lines = [(who, f"{'Only ' if len(rows) == 1 and not beside else ''}{read}{beside}.")]
    numbers = all(system.is_number(i) for k in rows for i in (system.entries[k].row, system.entries[k].column))
    and_so_on = f" And so on, for {others:,} more." if others else ""
    if len(rows) == 1 and not asked:
        j = system.entries[rows[0]].column
        lines.append(("How strongly?", strength(system, rows[0])))
        lines.append(("At what price?", f"{_price_of(system, j)}, {_when(system, index, j)}."))
        so = _consequence(solution, index)
    elif numbers:
        through = " ".join(f"Through {{name {system.entries[k].column}}}: {{term {k}}}." for k in few)
        lines.append(("How strongly, at what price?", through + and_so_on))
        why = "and its own 1, for it is asked about" if asked else f"for one knob turns {_all(len(rows))}"
        so = f"add, {why}: {priced(solution, index, briefly=False)}."
    else:
        lines.append(("How strongly?", strengths(system, few) + and_so_on))
        so = f"add the parts, each a block times its reader's price: {priced(solution, index, briefly=False)}."
    if index in system.implicit:
        lines.append(("And then?", _solved_with(system, index, len(rows))))
        so = f"{priced(solution, index, briefly=False)}."
    return [*lines, ("So", so)]


def _all(n: int) -> str:
    return {1: "it", 2: "both"}.get(n, f"all {count_word(n)}")


def _beside(system: AdjointSystem, index: int) -> str:
    """Those that read it too, of which nothing comes back: decisions, sides not taken, and what leads nowhere."""
    readers = {system.entries[k].column for k in system.readers[index]}
    others = sorted({*(readers - set(system.reaching)), *system.unmoved(index)})
    if not others:
        return ""
    few = _names(others[:_MENTIONED])
    if len(others) > len(few):
        few.append(f"{count_word(len(others) - len(few))} more")
    return f"; {joined(few)} too, but {'it carries' if len(others) == 1 else 'they carry'} nothing to {_result(system)}"


def _no_price(system: AdjointSystem, index: int, who: str) -> Lines:
    unmoved = system.unmoved(index)
    if system.readers[index]:
        readers = f"Nothing that leads to {_result(system)}."
    elif len(unmoved) == 1:
        readers = f"Only {{equation {unmoved[0]}}}, which passes on no push of it."
    elif unmoved:
        few = [f"{{equation {j}}}" for j in unmoved[:_MENTIONED]]
        if len(unmoved) > len(few):
            few.append(f"{count_word(len(unmoved) - len(few))} more")
        readers = f"{count_word(len(unmoved)).capitalize()} equations, which pass on no push of it: {joined(few)}."
    else:
        readers = "Nobody."
    zero = f"{{lambda {index}}} = 0" if system.is_number(index) else f"every number of {{lambda {index}}} is 0"
    return [(who, readers), ("So", f"{zero}: there is no path to {_result(system)}.")]


def _result(system: AdjointSystem) -> str:
    """The result of the program, or, where another equation is asked about, its name."""
    if not system.single:
        return "a result"
    (asked,) = system.asked
    known = not system.has_tape or asked in system.tape.output_indices
    return "the result" if known else f"{{name {asked}}}"


def _price_of(system: AdjointSystem, j: int) -> str:
    if system.is_number(j):
        return f"{{lambda {j}}} = {{multiplier {j}}}"
    return f"{{lambda {j}}}, {lot(system.shapes[j], 'price') if system.single else 'a price for each result'}"


def _when(system: AdjointSystem, index: int, reader: int) -> str:
    """How long ago the reader's multiplier was found."""
    order = system.node_indices
    steps = bisect_left(order, reader) - bisect_left(order, index)
    return f"solved {count_word(steps)} {plural(steps, 'step')} ago"


def _consequence(solution: Solution, index: int) -> str:
    system = solution.system
    if not system.single:
        results = "the one result" if system.width == 1 else f"each of the {count_word(system.width)} results"
        return f"{{name {index}}} has a price for {results}, in {{lambda {index}}}."
    if not system.is_number(index):
        return f"{priced(solution, index, briefly=False)}."
    effect = f"{{sign {index}|costs about|saves about|costs}} {{price {index}}}"
    return f"{priced(solution, index)}: +{{epsilon}} {effect}."


def priced(solution: Solution, index: int, *, briefly: bool = True) -> str:
    """``λ_h = 2.332``; of an array ``λ_h = −0.12 … 0.31``, or with its shape ``λ_h has 8 × 4 prices, −0.12 … 0.31``."""
    system = solution.system
    price = f"{{lambda {index}}}"
    if system.is_number(index):
        return f"{price} = {{multiplier {index}}}"
    found = solution.multipliers[index]
    if not system.single or found is None:
        return f"{price} is known"
    numbers = np.ravel(np.asarray(found, dtype=np.float64))
    shown = span(numbers) if numbers.size else ""
    same = bool(shown) and numbers.size > 1 and "…" not in str(shown)
    if briefly:
        return f"{price} = {shown}{' everywhere' if same else ''}" if shown else f"{price} is known"
    many = lot(system.shapes[index], "price")
    if shown is None:
        return f"{price} has {many}, some of them NaN or infinite"
    return f"{price} has {many}{', ' if shown else ''}{'all ' if same else ''}{shown}"


def _first_price(system: AdjointSystem, index: int, who: str) -> Lines:
    name = f"{{name {index}}}"
    readers = [system.entries[k].column for k in system.readers[index][:FEW]]
    if readers:
        nobody = f"{joined(_names(readers))} {'does' if len(readers) == 1 else 'do'}, but {name} itself is what we ask about."
    else:
        nobody = f"Nobody: {name} is {'the' if system.single else 'a'} result."
    if not system.single:
        so = "for itself its price is 1, for the other results 0: the only prices we get for free."
    elif not system.is_number(index):
        so = "we ask about one of its numbers. The price of that one is 1, of the others 0: the only prices we get for free."
    else:
        so = (
            f"add {{epsilon}} to {name} and {name} is {{epsilon}} higher. Its price is 1. That is the 1 on the right, and "
            "the only price we get for free."
        )
    return [(who, nobody), ("So", so)]


def _general_row(solution: Solution, index: int, rows: list[int], *, asked: bool) -> Lines:
    """A row whose right-hand side is any number, or that of an implicit equation that is asked about."""
    system = solution.system
    parts = [
        f"{{term {k}}} through {{name {system.entries[k].column}}}"
        if system.is_number(index) and system.is_number(system.entries[k].column)
        else f"a block times {{lambda {system.entries[k].column}}}"
        for k in rows
    ]
    came = joined(parts) or "nothing from any reader"
    lines: Lines = [(f"What comes into row {{name {index}}}?", f"{came[:1].upper()}{came[1:]}.")]
    if asked:
        lines.append((None, "And its own right-hand side."))
    if index in system.implicit:
        lines.append(("And then?", _solved_with(system, index, 1)))
    lines.append(("So", f"{priced(solution, index, briefly=False)}."))
    return lines


def _solved_with(system: AdjointSystem, index: int, parts: int) -> str:
    """What the row of an equation that reads its own result does with what has come in."""
    done = "divided by its own number" if system.is_number(index) else "solved with its own block"
    together = "added up and " if parts > 1 else ""
    return f"It reads its own result, so what has come in is {together}{done} on the diagonal."


def solve_formula(system: AdjointSystem, index: int) -> str:
    """λ_i solved for, in LaTeX with fields: symbols first, then numbers where they are numbers."""
    rows = [k for k in system.readers[index] if system.entries[k].column in system.reaching]
    own = (["1"] if system.unit_questions else [f"b_{{{system.name(index, TEX)}}}"]) if index in system.asked else []
    left = rf"\lambda_{{{system.name(index, TEX)}}}"
    if index in system.implicit:
        name = system.name(index, TEX)
        block = system.tape.recorded[index].rule.diagonal_tex(name) if system.has_tape else f"A_{{{name}}}"
        left = rf"{block}\,{left}"
    if not rows:
        return f"{left} = {own[0] if own else '0'}"
    symbols = [term_tex(system, k) for k in rows]
    numbers = all(system.is_number(i) for k in rows for i in (system.entries[k].row, system.entries[k].column))
    formula = f"{left} = {' + '.join(own + symbols)}".replace("+ -", "- ")
    if not numbers or index in system.implicit:
        return formula
    if len(rows) == 1 and not own:
        return f"{formula} = {{term {rows[0]}}}"
    return f"{formula} = {{multiplier {index}}}"


def term_tex(system: AdjointSystem, k: int) -> str:
    """One term of a row: the reader's partial times its multiplier, in LaTeX."""
    entry = system.entries[k]
    price = rf"\lambda_{{{system.name(entry.column, TEX)}}}"
    if _is_number(system, entry.row) and _is_number(system, entry.column):
        return rf"{partial_name(system, entry.row, entry.column)}\,{price}"
    if len(entry.positions) == 1:
        tape = system.tape
        node = tape.recorded[entry.column]
        names = writing.operand_names(tape, entry.column, TEX)
        raw = [
            plain(x.value) if i is not None else x
            for x, i in zip(node.operands, tape.operand_sources[entry.column], strict=True)
        ]
        written = node.rule.reverse_tex(entry.positions[0], names, price, raw, node.options)
        if written is not None:
            return writing.apart(written, names)
    return rf"\left({partial_name(system, entry.row, entry.column)}\right)^{{\!\top}} {price}"


def partial_name(system: AdjointSystem, i: int, j: int) -> str:
    """∂f_j/∂z_i in LaTeX: ∂z_j/∂z_i, by the names of the two, where z_j is not read by its own equation."""
    z, x = system.name(j, TEX), system.name(i, TEX)
    return (
        system.tape.recorded[j].rule.slope_tex(z, x) if system.has_tape else rf"\frac{{\partial {z}}}{{\partial {x}}}"
    )
