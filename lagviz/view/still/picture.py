"""One step of a program as a still SVG: the graph, the system, λ, and what the step says. No script, no font, no request."""

from __future__ import annotations

import base64
import html
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lagviz.engine import writing
from lagviz.engine.rules import plain
from lagviz.engine.writing import TEXT
from lagviz.view.scene import signature
from lagviz.view.still.graph import graph
from lagviz.view.still.matrix import matrix
from lagviz.view.still.moment import Moment, moment
from lagviz.view.still.pattern import pattern
from lagviz.view.still.svg import INK, Colours, Drawn, element, text

if TYPE_CHECKING:
    import os

    from lagviz.engine.solution import Solution

__all__ = ["MOST", "Picture", "picture"]

#: Equations that are drawn one by one; of more only the pattern of A is.
MOST = 60

_MARGIN = 18
_GAP = 30
_LEAST = 560
_FONT = "system-ui, -apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
_LINE = 18
#: Of the font size: the width of a letter of running text, on average.
_LETTER = 0.56


class Picture:
    """A still picture, which notebooks show and files take. ``str(picture)`` is its SVG.

    It needs nothing else: no script, no font, no network. In the PDF of a notebook it is drawn where Inkscape is installed, as
    any SVG there.

    Attributes
    ----------
    svg : str
    title : str
        What it is of, in words: ``"loss(x, w₁). Solve 5 of 9: row a"``.
    width, height : float
        In pixels.

    Examples
    --------
    >>> import lagviz as lv
    >>> picture = lv.explore(lambda x, w: (w * x) ** 2, x=3.0, w=0.5).picture()
    >>> picture
    Picture(f(x, w). Record 3 of 3: z₄)
    >>> str(picture)[:4]
    '<svg'
    """

    def __init__(self, svg: str, title: str, size: tuple[float, float]) -> None:
        self.svg = svg
        self.title = title
        self.width, self.height = size

    def __str__(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"Picture({self.title})"

    def as_image(self) -> str:
        """The picture as an HTML image, which notebooks show also where they trust nothing."""
        data = base64.b64encode(self.svg.encode()).decode()
        title = html.escape(self.title)
        return f'<img alt="{title}" width="{self.width:.0f}" src="data:image/svg+xml;base64,{data}">'

    def _repr_mimebundle_(self, **_kwargs: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.as_image(), "image/svg+xml": self.svg}

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a file, in place of one that may be there.

        Parameters
        ----------
        path : str or path-like

        Returns
        -------
        pathlib.Path
            The file, absolute.
        """
        target = Path(path).resolve()
        target.write_text(self.svg, encoding="utf-8")
        return target


def picture(solution: Solution, step: int | None = None, *, order: Sequence[int] = (), as_a: bool = False) -> Picture:
    """Draw a step.

    Parameters
    ----------
    solution : Solution
        Of a system with one right-hand side.
    step : int, optional
        How many steps have happened; without it all.
    order : sequence of int
        The nodes in the order of the rows of A; none for the program's own.
    as_a : bool
        The matrix as A itself.

    Returns
    -------
    Picture
        Of more than 60 equations it shows the pattern of A, and no step.
    """
    system = solution.system
    name = signature(system.tape)
    if len(system.tape) > MOST:
        told = _told(solution)
        return _put_together(name, f"{len(system.tape):,} equations", told, [pattern(system)], told)
    shown = moment(solution, step)
    found = [float(x) for x in solution.multipliers if x is not None and np.ndim(x) == 0]
    largest = float(np.max(np.abs(found), initial=0.0, where=np.isfinite(found)))
    drawn = [graph(system, shown, largest), matrix(system, shown, largest, order=order, as_a=as_a)]
    return _put_together(name, shown.counter, shown.sentence, drawn, _described(solution, shown))


def _told(solution: Solution) -> str:
    """A long program in a sentence."""
    system = solution.system
    stored = len(system.edges.row)
    return (
        f"{len(system.tape):,} equations, too many to be drawn one by one: A has {len(system.node_indices):,} rows, and "
        f"{stored:,} entries above its diagonal."
    )


def _described(solution: Solution, shown: Moment) -> str:
    """For those who do not see it: what the step says, and each equation with its value and its λ."""
    tape = solution.system.tape
    lines = [shown.sentence]
    for index in range(len(tape)):
        if index in shown.hidden:
            continue
        value = plain(tape.recorded[index].value)
        number = f"array {writing.shape(np.shape(value))}" if np.ndim(value) else writing.number(value)
        equation = tape.labels[index] if tape[index].kind == "input" else writing.equation(tape, index, TEXT)
        known = shown.multipliers.get(index)
        price = f", λ = {writing.number(float(known))}" if known is not None and not np.ndim(known) else ""
        lines.append(f"{equation} = {number}{price}.")
    return " ".join(lines)


def _put_together(name: str, counter: str, sentence: str, drawn: Sequence[Drawn], description: str) -> Picture:
    """Title and counter, the sentence, and the pieces side by side."""
    inner = max(sum(one.width for one in drawn) + _GAP * (len(drawn) - 1), _LEAST)
    lines = _wrapped(sentence, int(inner / (13 * _LETTER)))
    top = _MARGIN + 20 + _LINE * len(lines) + 16
    wide, high = inner + 2 * _MARGIN, top + max(one.height for one in drawn) + _MARGIN
    title = f"{name}. {counter}"
    parts = [
        element("title", html.escape(title)),
        element("desc", html.escape(description)),
        element("rect", width=wide, height=high, fill=Colours.PANEL),
        text(_MARGIN, _MARGIN + 12, name, 15, font_weight="bold", fill=INK),
        text(wide - _MARGIN, _MARGIN + 12, counter, 12, anchor="end", fill=Colours.MUTE),
        *(text(_MARGIN, _MARGIN + 36 + _LINE * k, line, 13, fill=INK) for k, line in enumerate(lines)),
    ]
    x = float(_MARGIN)
    for one in drawn:
        parts.append(element("g", one.markup, transform=f"translate({x:.1f} {top:.1f})"))
        x += one.width + _GAP
    svg = element(
        "svg",
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {wide:.0f} {high:.0f}",
        width=round(wide),
        height=round(high),
        role="img",
        font_family=_FONT,
    )
    return Picture(svg, title, (wide, high))


def _wrapped(words: str, most: int) -> list[str]:
    return textwrap.wrap(words, most) if words else []
