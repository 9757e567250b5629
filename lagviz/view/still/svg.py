"""SVG as text: elements, the light theme's colours, and how wide a line of text will be in whatever font there is."""

from __future__ import annotations

import html
from typing import Any, NamedTuple

import numpy as np

from lagviz.engine import writing

__all__ = ["INK", "Colours", "Drawn", "element", "fill", "fitting", "name", "price", "text", "width"]


class Drawn(NamedTuple):
    """A piece of a picture, and the room it takes."""

    markup: str
    width: float
    height: float


class Colours:
    """Those of the light theme (``js/src/theme.css``). Orange is plus and blue minus, and nothing else has these hues."""

    PANEL = "#ffffff"
    QUIET = "#f4f5f7"
    BAND = "#e9ebf0"
    LINE = "#d9dde3"
    EDGE = "#7f8896"
    INK = "#1d2230"
    MUTE = "#59616e"
    PLUS = "#d55e00"
    MINUS = "#0072b2"
    INPUT = "#007553"


INK = Colours.INK

#: The strongest fill; ink on it stays readable.
_STRONGEST = 0.72
#: Of the font size: how wide a letter is in the widest of the fonts that may be used, on average.
_LETTER = 0.62
_SERIF = "Latin Modern Roman, Times New Roman, Times, serif"


def element(tag: str, *inner: str, **attributes: Any) -> str:
    """An element with what is in it; ``stroke_width=2`` is its attribute ``stroke-width``, and None is none at all."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_written(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{''.join(inner)}</{tag}>" if inner else f"<{tag}{written}/>"


def _written(value: Any) -> str:
    """A length to a tenth of a pixel, a share to a hundredth."""
    if isinstance(value, int | float | np.number):
        return f"{float(value):.2f}".rstrip("0").rstrip(".")
    return html.escape(str(value))


def text(x: float, y: float, words: str, size: float, *, anchor: str = "start", **attributes: Any) -> str:
    """A line of text on its base line."""
    end = None if anchor == "start" else anchor
    return element("text", html.escape(words), x=x, y=y, font_size=size, text_anchor=end, **attributes)


def width(words: str, size: float) -> float:
    """What a line may take at most, roughly: fonts differ."""
    return len(words) * _LETTER * size


def name(x: float, y: float, label: str, size: float, **attributes: Any) -> str:
    """A variable, as print has it."""
    return text(x, y, label, size, font_family=_SERIF, font_style="italic", **attributes)


def price(x: float, y: float, label: str, size: float, **attributes: Any) -> str:
    """The λ of a variable."""
    below = element("tspan", html.escape(label), dy=0.25 * size, font_size=0.75 * size)
    return element("text", "λ", below, x=x, y=y, font_size=size, font_family=_SERIF, font_style="italic", **attributes)


def fill(x: float, largest: float) -> dict[str, Any]:
    """The colour of a number by its sign and its size beside the largest; the root keeps small ones visible."""
    if not np.isfinite(x) or x == 0 or not largest > 0:
        return {"fill": Colours.PANEL}
    strength = _STRONGEST * max(float(np.sqrt(min(abs(x) / largest, 1))), 0.12)
    return {"fill": Colours.PLUS if x > 0 else Colours.MINUS, "fill_opacity": strength}


def fitting(x: float, room: float, size: float, least: float) -> tuple[str, float] | None:
    """A number in two digits and a font size at which it fits; None where it would be too small to read."""
    words = writing.number(x, 2)
    size = min(size, room / (len(words) * _LETTER))
    return (words, size) if size >= least else None
