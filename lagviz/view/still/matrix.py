"""The adjoint system of a still picture: the triangular matrix, λ and e_n, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lagviz.engine import writing
from lagviz.view.pictures import block_picture, diagonal_picture
from lagviz.view.still.heat import Box, heat, strip
from lagviz.view.still.svg import INK, Colours, Drawn, element, fill, fitting, name, text, width

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem
    from lagviz.view.still.moment import Moment

__all__ = ["matrix"]

#: Side of a cell up to so many rows.
_CELLS = ((14, 34.0), (20, 28.0), (32, 20.0), (10_000, 13.0))
#: Side of a cell that has room for a number.
_NUMBERS = 28.0
#: Patches along a side of a block.
_PATCHES = 6
_HEAD = 20


class _Plan(NamedTuple):
    """Where everything is."""

    order: list[int]
    place: dict[int, int]
    cell: float
    font: float
    left: float
    top: float
    price: float
    largest: float
    sign: int


def matrix(
    system: AdjointSystem, shown: Moment, largest: float, *, order: Sequence[int] = (), as_a: bool = False
) -> Drawn:
    """Draw it.

    Parameters
    ----------
    system : AdjointSystem
    shown : Moment
    largest : float
        The λ that has the strongest colour.
    order : sequence of int
        The nodes in the order of the rows; none for the program's own.
    as_a : bool
        The entries as A has them, with their signs turned.

    Returns
    -------
    Drawn
    """
    plan = _plan(system, order, as_a=as_a)
    n, cell = len(plan.order), plan.cell
    side = n * cell
    right = plan.left + side
    parts = [
        text(plan.left, 12, "A λ = eₙ" if as_a else "(I − Jᵀ) λ = eₙ", 12, fill=INK),
        *_bands(plan, shown),
        _triangle(plan),
        *(_labels(system, plan, k) for k in range(n) if plan.order[k] not in shown.hidden),
        *(part for k in range(n) for part in _row(system, plan, k, shown)),
        *_prices(system, plan, shown, largest),
    ]
    return Drawn("".join(parts), right + 24 + plan.price + 30, plan.top + side + 4)


def _plan(system: AdjointSystem, order: Sequence[int], *, as_a: bool) -> _Plan:
    nodes = list(order) or list(system.node_indices)
    cell = next(side for most, side in _CELLS if len(nodes) <= most)
    font = min(12.0, 0.85 * cell)
    labels = max((width(system.tape.labels[i], font) for i in nodes), default=0.0)
    turned = labels > cell
    partials = [system.partial(k) for k in range(len(system.entries)) if _is_number(system, k)]
    largest = float(np.max(np.abs(partials), initial=0.0, where=np.isfinite(partials)))
    top = _HEAD + (labels if turned else 16) + 6
    room = 62.0 if cell >= _NUMBERS else 52.0
    place = {node: k for k, node in enumerate(nodes)}
    return _Plan(nodes, place, cell, font, labels + 26, top, room, largest, -1 if as_a else 1)


def _is_number(system: AdjointSystem, k: int) -> bool:
    entry = system.entries[k]
    return not system.shapes[entry.row] and not system.shapes[entry.column]


def _bands(plan: _Plan, shown: Moment) -> list[str]:
    """The rows in question."""
    wide = plan.cell * len(plan.order) + plan.price + 54
    bands = []
    for node in sorted(shown.active & plan.place.keys()):
        y = plan.top + plan.place[node] * plan.cell
        bands.append(element("rect", x=plan.left - 4, y=y, width=wide, height=plan.cell, rx=3, fill=Colours.BAND))
        half = y + plan.cell / 2
        size = min(5.0, plan.cell / 3)
        bands.append(
            element(
                "path", d=f"M2 {half - size:.1f}l{1.6 * size:.1f} {size:.1f}l{-1.6 * size:.1f} {size:.1f}z", fill=INK
            )
        )
    return bands


def _triangle(plan: _Plan) -> str:
    """Below the diagonal there is nothing, above it there is room."""
    n, cell, x, y = len(plan.order), plan.cell, plan.left, plan.top
    stairs = "".join(f"v{cell:g}h{cell:g}" for _ in range(n))
    below = element("path", d=f"M{x:g} {y:g}{stairs}h{-n * cell:g}z", fill=Colours.QUIET)
    lines = "".join(
        f"M{x + max(k - 1, 0) * cell:g} {y + k * cell:g}H{x + n * cell:g}M{x + k * cell:g} {y:g}V{y + min(k + 1, n) * cell:g}"
        for k in range(n + 1)
    )
    return below + element("path", d=lines, fill="none", stroke=Colours.LINE, stroke_width=0.8)


def _labels(system: AdjointSystem, plan: _Plan, k: int) -> str:
    label, cell = system.tape.labels[plan.order[k]], plan.cell
    y = plan.top + (k + 0.5) * cell + 0.33 * plan.font
    row = name(plan.left - 8, y, label, plan.font, anchor="end", fill=INK)
    x = plan.left + (k + 0.5) * cell
    if plan.top - _HEAD <= 22:  # noqa: PLR2004 - upright where they are not wider than a cell
        return row + name(x, plan.top - 8, label, plan.font, anchor="middle", fill=INK)
    at = x + 0.33 * plan.font
    return row + name(
        at, plan.top - 6, label, plan.font, fill=INK, transform=f"rotate(-90 {at:.1f} {plan.top - 6:.1f})"
    )


def _row(system: AdjointSystem, plan: _Plan, k: int, shown: Moment) -> list[str]:
    """The stored entries of a row, with what elimination has made of them."""
    i = plan.order[k]
    if i in shown.hidden or i in shown.gone:
        return []
    cells = [_diagonal(system, plan, i, k)]
    columns = {*(system.entries[e].column for e in system.readers[i]), *(j for row, j in shown.cells if row == i)}
    for j in sorted(columns & plan.place.keys()):
        if j in shown.hidden or j in shown.gone:
            continue
        box = _box(plan, k, plan.place[j])
        look = "written" if (i, j) in shown.written else "read" if (i, j) in shown.read else ""
        entry = system.entry_at.get((i, j))
        if (i, j) in shown.cells:
            cells.append(_number(plan, -plan.sign * shown.cells[i, j], box, look))
        elif entry is not None and _is_number(system, entry):
            cells.append(_number(plan, plan.sign * system.partial(entry), box, look))
        elif entry is not None:
            shape, numbers = block_picture(system.block(entry), _PATCHES)
            cells.append(heat(shape, plan.sign * numbers, box, **_outline(look)))
    return cells


def _box(plan: _Plan, row: int, column: int) -> Box:
    gap = 1.5 if plan.cell >= _NUMBERS else 0.8
    x, y = plan.left + column * plan.cell + gap, plan.top + row * plan.cell + gap
    return {
        "x": x,
        "y": y,
        "width": plan.cell - 2 * gap,
        "height": plan.cell - 2 * gap,
        "rx": 3 if plan.cell >= _NUMBERS else 1,
    }


def _diagonal(system: AdjointSystem, plan: _Plan, i: int, k: int) -> str:
    box = _box(plan, k, k)
    block = system.implicit.get(i)
    if block is not None:
        return heat(*diagonal_picture(block, _PATCHES), box)
    quiet = element("rect", **box, fill=Colours.QUIET, stroke=Colours.LINE)
    return quiet + _centred(box, "1", 10.0, fill=Colours.MUTE) if plan.cell >= _NUMBERS else quiet


def _outline(look: str) -> dict[str, Any]:
    return {"": {}, "read": {"stroke": INK, "stroke_width": 1.2}, "written": {"stroke": INK, "stroke_width": 2.2}}[look]


def _number(plan: _Plan, x: float, box: Box, look: str) -> str:
    """Two digits where they can be read; in a smaller cell a dash says that it is negative."""
    cell = element("rect", **box, **fill(x, plan.largest), **_outline(look))
    written = fitting(x, box["width"] - 2, 11, 8) if plan.cell >= _NUMBERS and not np.isnan(x) else None
    if written is not None:
        return cell + _centred(box, *written, fill=INK)
    return cell + (_dash(box) if x < 0 else "")


def _dash(box: Box) -> str:
    x, y, wide = box["x"], box["y"] + box["height"] / 2, box["width"]
    return element("path", d=f"M{x + 0.25 * wide:.1f} {y:.1f}h{wide / 2:.1f}", stroke=INK, stroke_width=1.2)


def _centred(box: Box, words: str, size: float, **attributes: Any) -> str:
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 0.36 * size
    return text(x, y, words, size, anchor="middle", **attributes)


def _prices(system: AdjointSystem, plan: _Plan, shown: Moment, largest: float) -> list[str]:
    """λ and, beside it, e_n: the question."""
    left = plan.left + len(plan.order) * plan.cell + 8
    rhs, asked = left + plan.price + 30, system.questions[0][0]
    above = plan.top - 8
    parts = [
        name(left + plan.price / 2, above, "λ", 12, anchor="middle", fill=INK),
        name(rhs, above, "eₙ", 12, anchor="middle", fill=INK),
        text(
            left + plan.price + 13, plan.top + len(plan.order) * plan.cell / 2 + 4, "=", 14, anchor="middle", fill=INK
        ),
    ]
    size = min(11.5, 0.68 * plan.cell)
    for k, i in enumerate(plan.order):
        if i in shown.hidden:
            continue
        y = plan.top + k * plan.cell
        box: Box = {"x": left, "y": y + 1.5, "width": plan.price, "height": plan.cell - 3, "rx": 4}
        one = {"font_weight": "bold", "fill": INK} if i == asked else {"fill": Colours.MUTE}
        parts += [
            _price(i, box, size, shown, largest),
            text(rhs, y + plan.cell / 2 + 0.36 * size, "1" if i == asked else "0", size, anchor="middle", **one),
        ]
    return parts


def _price(i: int, box: Box, size: float, shown: Moment, largest: float) -> str:
    known = shown.multipliers.get(i)
    look = {"stroke": Colours.LINE} | _outline("written" if i in shown.written else "read" if i in shown.read else "")
    if known is None or np.ndim(known):
        ground = element("rect", **box, fill=Colours.PANEL, **look)
        if known is None:
            return ground + _centred(box, "?", size, fill=Colours.MUTE)
        inset = min(3.0, box["height"] / 6)
        inner = {
            "x": box["x"] + 3,
            "y": box["y"] + inset,
            "width": box["width"] - 6,
            "height": box["height"] - 2 * inset,
        }
        return ground + strip(known, inner)
    so_far = " …" if i in shown.partial else ""
    weight = "bold" if i in shown.written else None
    ground = element("rect", **box, **fill(float(known), largest), **look)
    words = writing.number(float(known)) + so_far
    size = min(size, (box["width"] - 4) / width(words, 1))
    return ground + _centred(box, words, size, font_weight=weight, fill=INK)
