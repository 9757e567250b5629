"""The graph of a still picture: a card for each node, with its value and its price, and a line for each stored entry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lagviz.engine import writing
from lagviz.engine.rules import plain
from lagviz.view.still.heat import strip
from lagviz.view.still.layers import Point, depth, layered
from lagviz.view.still.svg import INK, Colours, Drawn, element, fill, name, price, text, width

if TYPE_CHECKING:
    from lagviz.engine.system import AdjointSystem
    from lagviz.view.still.moment import Moment

__all__ = ["graph"]


class _Look(NamedTuple):
    """How much of a node is written: all of it, or what it is called."""

    cards: bool
    height: float
    gap: Point


#: Cards where there is room for them to be read, else chips with a name each.
_CARDS = _Look(cards=True, height=46, gap=(22, 32))
_CHIPS = _Look(cards=False, height=20, gap=(20, 12))
#: Room for the graph, and the scale below which cards give way to chips.
_ROOM = (460, 640)
_READABLE = 0.7


def graph(system: AdjointSystem, shown: Moment, largest: float) -> Drawn:
    """Draw it.

    Parameters
    ----------
    system : AdjointSystem
    shown : Moment
    largest : float
        The λ that has the strongest colour.

    Returns
    -------
    Drawn
    """
    tape = system.tape
    edges = sorted({(i, j) for j in range(len(tape)) for _, i in tape.reads(j)})
    layers = depth(len(tape), edges)
    high = layers * (_CARDS.height + _CARDS.gap[1])
    looks = (_CARDS, _CHIPS) if _READABLE * high <= _ROOM[1] else (_CHIPS,)
    for look in looks:
        widths = [_width(system, index, look) for index in range(len(tape))]
        placed = layered(widths, look.height, edges, look.gap)
        # With room for the pills of the operations, and for the mark of the node in question.
        full = (placed.width + 34, placed.height + 34)
        scale = min(1.0, _ROOM[0] / full[0], _ROOM[1] / full[1])
        if scale >= _READABLE:
            break
    there = [index for index in range(len(tape)) if index not in shown.hidden]
    lines = [_line(system, edge, placed.lines[edge], shown, look) for edge in edges if set(edge) <= set(there)]
    cards = [_Card.of(system, index, placed.nodes[index], widths[index], look) for index in there]
    drawn = [card.drawn(shown, largest) for card in cards]
    moved = element("g", *lines, *drawn, transform=f"scale({scale:.3f}) translate(17 32)")
    key = text(0, 12, "value above, price λ below", 11, fill=Colours.MUTE) if look.cards else ""
    return Drawn(key + moved, full[0] * scale, full[1] * scale)


def _width(system: AdjointSystem, index: int, look: _Look) -> float:
    label = system.tape.labels[index]
    if not look.cards:
        return max(30.0, width(label, 11) + 12)
    return max(92.0, width(label, 12) + width(_value(system, index), 11) + 30)


def _value(system: AdjointSystem, index: int) -> str:
    value = plain(system.tape.recorded[index].value)
    return writing.shape(np.shape(value)) if np.ndim(value) else writing.number(value)


def _line(system: AdjointSystem, edge: tuple[int, int], points: list[Point], shown: Moment, look: _Look) -> str:
    """A stored entry, with its partial where it is a number; dashed where nothing flows back."""
    stored = system.entry_at.get(edge)
    colour, thick = (INK, 2) if edge in shown.read else (Colours.EDGE, 1)
    x, y = points[-1]
    dashes = "3 3" if stored is None else None
    curve = _curve([*points[:-1], (x, y - 4)])
    line = element("path", d=curve, fill="none", stroke=colour, stroke_width=thick, stroke_dasharray=dashes)
    line += element("path", d=f"M{x - 3.5:.1f} {y - 6:.1f}h7l-3.5 5.5z", fill=colour)
    if stored is None or not look.cards or any(system.shapes[index] for index in edge):
        return line
    # Near the reader, where lines that leave one node together have parted.
    number, (ax, ay) = writing.number(system.partial(stored), 2), points[-2]
    at, middle, room = 0.35 * ax + 0.65 * x, 0.35 * ay + 0.65 * y, width(number, 9) + 4
    ground = element("rect", x=at - room / 2, y=middle - 6, width=room, height=11, fill=Colours.PANEL, fill_opacity=0.9)
    return line + ground + text(at, middle + 3, number, 9, anchor="middle", fill=INK if thick > 1 else Colours.MUTE)


def _curve(points: list[Point]) -> str:
    """Downwards through points, upright at each of them."""
    path = f"M{points[0][0]:.1f} {points[0][1]:.1f}"
    for (ax, ay), (bx, by) in pairwise(points):
        middle = (ay + by) / 2
        path += f"C{ax:.1f} {middle:.1f} {bx:.1f} {middle:.1f} {bx:.1f} {by:.1f}"
    return path


@dataclass
class _Card:
    """A node at its place."""

    system: AdjointSystem
    index: int
    look: _Look
    label: str
    kind: str
    x: float
    y: float
    width: float

    @classmethod
    def of(cls, system: AdjointSystem, index: int, centre: Point, wide: float, look: _Look) -> _Card:
        label, kind = system.tape.labels[index], system.tape[index].kind
        return cls(system, index, look, label, kind, centre[0] - wide / 2, centre[1] - look.height / 2, wide)

    def drawn(self, shown: Moment, largest: float) -> str:
        """As it is at a step."""
        active, x, y, high = self.index in shown.active, self.x, self.y, self.look.height
        round_ = {"input": high / 2, "guard": 3.0}.get(self.kind, 7.0)
        box = {"x": x, "y": y, "width": self.width, "height": high, "rx": round_}
        outline = {
            "stroke": INK if active or self.kind != "input" else Colours.INPUT,
            "stroke_width": 2.5 if active else 1.2,
            "stroke_dasharray": "4 3" if self.kind == "guard" else None,
        }
        known = shown.multipliers.get(self.index)
        tint = fill(float(known), largest) if known is not None and np.ndim(known) == 0 else {"fill": Colours.PANEL}
        ground = element("rect", **box, fill=Colours.PANEL)
        if not self.look.cards:
            words = name(x + self.width / 2, y + 14, self.label, 11, anchor="middle", fill=INK)
            return ground + element("rect", **box, **tint, **outline) + words + self._mark(4, active=active)
        half, inset = high / 2, 12 if self.kind == "input" else 9
        end = x + self.width - inset
        return "".join(
            (
                ground,
                element("path", d=_lower(x, y + half, self.width, half, round_), **tint),
                element("path", d=f"M{x:.1f} {y + half:.1f}h{self.width:.1f}", stroke=Colours.LINE, stroke_width=1),
                element("rect", **box, fill="none", **outline),
                name(x + inset, y + 16, self.label, 12, fill=INK),
                text(end, y + 16, _value(self.system, self.index), 11, anchor="end", fill=INK),
                price(x + inset, y + 37, self.label, 12, fill=INK),
                self._price(shown, end, y + 38),
                self._pill(),
                self._mark(6, active=active),
            )
        )

    def _mark(self, size: float, *, active: bool) -> str:
        """A marker beside the node in question."""
        tip = f"M{self.x - 2.5 * size:.1f} {self.y + self.look.height / 2 - size:.1f}"
        arrow = f"{tip}l{1.5 * size:g} {size:g}l{-1.5 * size:g} {size:g}z"
        return element("path", d=arrow, fill=INK) if active else ""

    def _price(self, shown: Moment, end: float, base: float) -> str:
        """λ as a number, as a strip of an array's, or the sign that there is none yet, or none at all."""
        known = shown.multipliers.get(self.index)
        if known is None:
            none = "?" if self.system.tape.has_row(self.index) else "—"
            return text(end, base, none, 11, anchor="end", fill=Colours.MUTE)
        if np.ndim(known):
            return strip(known, {"x": end - 48, "y": base - 9, "width": 48, "height": 11})
        words = writing.number(float(known)) + (" …" if self.index in shown.partial else "")
        return text(end, base, words, 11, anchor="end", font_weight="bold", fill=INK)

    def _pill(self) -> str:
        """The operation, on the corner of the card."""
        if self.kind == "input":
            return ""
        sign = self.system.tape.recorded[self.index].rule.pill
        wide, right = max(18.0, width(sign, 9) + 8), self.x + self.width + 6
        pill = element("rect", x=right - wide, y=self.y - 8, width=wide, height=14, rx=7, fill=INK)
        return pill + text(right - wide / 2, self.y + 2, sign, 9, anchor="middle", fill=Colours.PANEL)


def _lower(x: float, y: float, wide: float, high: float, round_: float) -> str:
    """The lower half of a card."""
    r = min(round_, high)
    corners = f"a{r:g} {r:g} 0 0 1 {-r:g} {r:g}h{2 * r - wide:.1f}a{r:g} {r:g} 0 0 1 {-r:g} {-r:g}z"
    return f"M{x:.1f} {y:.1f}h{wide:.1f}v{high - r:.1f}{corners}"
