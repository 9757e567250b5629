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
from lagviz.engine.rules import Elementwise, plain
from lagviz.engine.writing import TEX, TEXT

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem
    from lagviz.engine.tape import Tape

__all__ = ["EPSILON", "FEW", "Lines", "record_lines", "solve_formula", "solve_lines"]

#: The nudge that sentences speak of.
EPSILON = 0.01

#: Readers of one node that are told one by one.
FEW = 12

Lines = list[tuple[str | None, str]]

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def count_word(n: int) -> str:
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)


def _is_number(system: AdjointSystem, index: int) -> bool:
    return system.shapes[index] == ()


# --- recording ----------------------------------------------------------------------------------------------------------------


def given_lines(system: AdjointSystem, indices: list[int]) -> Lines:
    """The one step that records all inputs."""
    if not indices:
        return [(None, "Nothing is given: this program takes no inputs.")]
    few = indices[:8]
    parts = [
        f"{{name {i}}} = {{value {i}}}" if _is_number(system, i) else f"{{name {i}}} ({{shape {i}}} numbers)"
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
    if not parents:
        what = "It reads no input" if not tape.operand_sources[index] else "No small push gets through it"
        lines.append((None, f"{what}: its column holds only its own 1."))
    elif len(parents) == 1:
        strength = _strength(system, columns[0])
        lines.append((None, f"It reads only {{name {parents[0]}}}. {strength}"))
    else:
        names = [f"{{name {i}}}" for i in parents]
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
    if not _is_number(system, index):
        return f"{{equation {index}}}, an array of {{shape {index}}} numbers."
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


def joined(parts: list[str]) -> str:
    if len(parts) < 2:  # noqa: PLR2004
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


# --- solving ------------------------------------------------------------------------------------------------------------------


def _strength(system: AdjointSystem, k: int) -> str:  # noqa: PLR0911 - a line for each way of passing on
    """How strongly reader j passes on a small push of node i."""
    entry = system.entries[k]
    i, j = entry.row, entry.column
    if not (_is_number(system, i) and _is_number(system, j)):
        size, kind = _block(system, k)
        return f"By a block of {size} entries: {kind}."
    if not entry.positions:
        return f"{{name {j}}} moves {{partial {k}}} per unit."
    tape = system.tape
    node = tape.recorded[j]
    rule = node.rule
    if not rule.faithful:
        return f"{{name {j}}} itself moves in jumps; what stands in for its slope moves {{partial {k}}} per unit."
    if isinstance(rule, Elementwise) and len(entry.positions) == 1:
        position = entry.positions[0]
        partial = rule.partials[position]
        if partial == 1:
            return f"{{name {j}}} takes it over at full strength, {{partial {k}}}."
        if partial == -1:
            return f"{{name {j}}} takes it over with its sign turned, {{partial {k}}}."
        if rule.name == "multiply":
            other = tape.operand_sources[j][1 - position]
            partner = f"{{name {other}}} = {{partial {k}}}" if other is not None else f"{{partial {k}}}"
            return f"{{name {j}}} turns 1 into {partner}."
        if rule.arity == 1 and rule.name not in {"square", "absolute", "reciprocal"}:
            return f"At {{name {i}}} = {{value {i}}} {rule.name} passes on {{partial {k}}} of any small push."
        symbol = rule.partial_text(position, writing.operand_names(tape, j, TEXT), node.operands)
        return f"{{name {j}}} moves {symbol} = {{partial {k}}} per unit."
    return f"{{name {j}}} moves {{partial {k}}} per unit."


def _strengths(system: AdjointSystem, entries: list[int]) -> str:
    """How strongly each reader passes on a push; blocks that do the same are told together."""
    told: list[str] = []
    alike: dict[str, tuple[list[str], list[str]]] = {}
    for k in entries:
        i, j = system.entries[k].row, system.entries[k].column
        if _is_number(system, i) and _is_number(system, j):
            told.append(f"Through {{name {j}}}: {_lower(_strength(system, k))}")
            continue
        size, kind = _block(system, k)
        names, sizes = alike.setdefault(kind, ([], []))
        names.append(f"{{name {j}}}")
        if size not in sizes:
            sizes.append(size)
    for kind, (names, sizes) in alike.items():
        blocks = "a block" if len(names) == 1 else "blocks"
        told.append(f"Through {joined(names)}, by {blocks} of {joined(sizes)} entries: {kind}.")
    return " ".join(told)


def _block(system: AdjointSystem, k: int) -> tuple[str, str]:
    """Size of a block, and what it does."""
    block, entry = system.block(k), system.entries[k]
    rows, columns = block.shape
    if (
        block.structure == "sparse"
        and entry.positions
        and isinstance(system.tape.recorded[entry.column].rule, Elementwise)
    ):
        return f"{rows} × {columns}", f"it is broadcast, so each number acts on {columns // max(rows, 1):,} results"
    kind = {
        "identity": "every number passes at full strength",
        "diagonal": "each number acts on its own counterpart only",
        "selection": "numbers are only moved or copied, at full strength",
        "dense": "every number acts on every result",
        "scalar": "one number acts on one",
        "sparse": "some numbers act on some results",
    }[block.structure]
    return f"{rows} × {columns}", kind


def solve_lines(system: AdjointSystem, index: int) -> Lines:
    """The sentence of one row: who reads it, how strongly, at what price, and so."""
    rows = [k for k in system.readers[index] if system.entries[k].column in system.reaching]
    asked = index in system.asked
    if not system.unit_questions or index in system.implicit:
        return _general_row(system, index, rows, asked=asked)
    who = f"Who reads {{name {index}}}?"
    if not rows:
        return (
            _first_price(system, index, who)
            if asked
            else [
                (who, "Nothing that leads to the result." if system.readers[index] else "Nobody."),
                ("So", f"{{lambda {index}}} = 0: there is no path to the result."),
            ]
        )
    numbers = all(system.is_number(i) for k in rows for i in (system.entries[k].row, system.entries[k].column))
    if len(rows) == 1 and not asked:
        j = system.entries[rows[0]].column
        price = (
            f"{{lambda {j}}} = {{multiplier {j}}}"
            if system.is_number(j)
            else f"{{lambda {j}}}, {{shape {j}}} numbers"
            if system.single
            else f"{{lambda {j}}}, a price for each result"
        )
        return [
            (who, f"Only {{equation {j}}}."),
            ("How strongly?", _strength(system, rows[0])),
            ("At what price?", f"{price}, {_when(system, index, j)}."),
            ("So", _consequence(system, index)),
        ]
    few, others = (rows, 0) if len(rows) <= FEW else (rows[: FEW - 1], len(rows) - FEW + 1)
    readers = [f"{{equation {system.entries[k].column}}}" for k in few] + [f"{others:,} more"] * (others > 0)
    and_so_on = f" And so on, for {others:,} more." if others else ""
    parts: Lines = [(who, f"{count_word(len(rows)).capitalize()} equation{'s' * (len(rows) > 1)}: {joined(readers)}.")]
    if numbers:
        through = " ".join(f"Through {{name {system.entries[k].column}}}: {{term {k}}}." for k in few)
        parts.append(("How strongly, at what price?", through + and_so_on))
        own = " and its own 1, because it is asked about" if asked else ""
        parts.append(
            ("So", f"one knob turns {_all(len(rows))}, so add{own}: {{lambda {index}}} = {{multiplier {index}}}.")
        )
    else:
        parts.append(("How strongly?", _strengths(system, few) + and_so_on))
        parts.append(("So", f"each part is a block times that reader's price; add them: {{lambda {index}}}."))
    return parts


def _general_row(system: AdjointSystem, index: int, rows: list[int], *, asked: bool) -> Lines:
    """A row whose right-hand side is any number, or whose equation reads its own result."""
    parts = [
        f"{{term {k}}} through {{name {system.entries[k].column}}}"
        if system.is_number(index) and system.is_number(system.entries[k].column)
        else f"a block times {{lambda {system.entries[k].column}}}"
        for k in rows
    ]
    lines: Lines = [(f"What comes into row {{name {index}}}?", f"{joined(parts) or 'Nothing from any reader'}.")]
    if asked:
        lines.append((None, "And its own right-hand side."))
    known = system.is_number(index)
    price = f"{{lambda {index}}} = {{multiplier {index}}}" if known else f"{{lambda {index}}} is known"
    if index in system.implicit:
        lines.append(
            ("And then?", "It reads its own result, so what has come in is divided by its own block on the diagonal.")
        )
    lines.append(("So", f"{price}."))
    return lines


def _all(n: int) -> str:
    return {1: "it", 2: "both"}.get(n, f"all {count_word(n)}")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _first_price(system: AdjointSystem, index: int, who: str) -> Lines:
    if not system.single:
        return [
            (who, f"Nobody: {{name {index}}} is a result."),
            ("So", "for itself its price is 1, for the other results 0: the only prices we get for free."),
        ]
    if not system.is_number(index):
        return [
            (who, f"Nobody: {{name {index}}} is the result."),
            (
                "So",
                "we ask about one of its numbers. The price of that one is 1, of the others 0: the only prices we get for free.",
            ),
        ]
    return [
        (who, f"Nobody: {{name {index}}} is the result."),
        (
            "So",
            (
                f"add {{epsilon}} to {{name {index}}} and {{name {index}}} is {{epsilon}} higher. Its price is 1. That is the 1 "
                "on the right, and the only price we get for free."
            ),
        ),
    ]


def _when(system: AdjointSystem, index: int, reader: int) -> str:
    """How long ago the reader's multiplier was found."""
    order = system.node_indices
    steps = bisect_left(order, reader) - bisect_left(order, index)
    return "solved one step ago" if steps == 1 else f"solved {count_word(steps)} steps ago"


def _consequence(system: AdjointSystem, index: int) -> str:
    if not system.single:
        return (
            f"{{name {index}}} has a price for each of the {count_word(system.width)} results, in {{lambda {index}}}."
        )
    if not system.is_number(index):
        return (
            f"each of the {{shape {index}}} numbers of {{name {index}}} has a price of its own, in {{lambda {index}}}."
        )
    return (
        f"+{{epsilon}} in equation {{name {index}}} {{sign {index}|costs about|saves about|changes nothing:}} "
        f"{{price {index}}}."
    )


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
            return written
    return rf"\left({partial_name(system, entry.row, entry.column)}\right)^{{\!\top}} {price}"


def partial_name(system: AdjointSystem, i: int, j: int) -> str:
    """∂f_j/∂z_i in LaTeX: ∂z_j/∂z_i, by the names of the two, where z_j is not read by its own equation."""
    z, x = system.name(j, TEX), system.name(i, TEX)
    return (
        system.tape.recorded[j].rule.slope_tex(z, x) if system.has_tape else rf"\frac{{\partial {z}}}{{\partial {x}}}"
    )
