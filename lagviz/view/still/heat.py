"""An array as a small picture: a patch for each number, or for the largest of several, in the colour of its sign and size."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.view.pictures import coarse
from lagviz.view.still.svg import INK, Colours, element, fill

__all__ = ["Box", "heat", "strip"]

Box = dict[str, float]

#: Patches of the strip that stands for an array.
_STRIP = 12
_PATCH = 8.0
#: Sides of a patch on which a dash is seen.
_SIGNED = 2.5


def heat(shape: tuple[int, int], numbers: Any, box: Box, **outline: Any) -> str:
    """Numbers in rows and columns, with a dash on what is negative: colour is not all that says so."""
    rows, columns = shape
    wide, high = box["width"] / max(columns, 1), box["height"] / max(rows, 1)
    largest = float(np.max(np.abs(numbers), initial=0.0, where=np.isfinite(numbers)))
    # A path for each shade: a picture of many numbers is a handful of elements.
    shades: dict[str, str] = {}
    dashes = ""
    for k in np.flatnonzero(numbers).tolist():
        x, y = box["x"] + k % columns * wide, box["y"] + k // columns * high
        shade = element("path", **fill(numbers[k], largest), d="{}")
        shades[shade] = shades.get(shade, "") + f"M{x:.1f} {y:.1f}h{wide:.1f}v{high:.1f}h{-wide:.1f}z"
        if numbers[k] < 0 and min(wide, high) >= _SIGNED:
            dashes += f"M{x + wide / 4:.1f} {y + high / 2:.1f}h{wide / 2:.1f}"
    patches = [shade.format(path) for shade, path in shades.items()]
    signs = element("path", d=dashes, stroke=INK, stroke_width=0.8) if dashes else ""
    frame = element("rect", **box, **({"fill": "none", "stroke": Colours.EDGE, "stroke_width": 0.8} | outline))
    return element("rect", **box, fill=Colours.PANEL) + "".join(patches) + signs + frame


def strip(numbers: Any, box: Box) -> str:
    """An array as a row of patches, in the middle of a box."""
    shape = (1, min(np.size(numbers), _STRIP))
    wide = min(_PATCH * shape[1], box["width"])
    inner = {"x": box["x"] + (box["width"] - wide) / 2, "y": box["y"], "width": wide, "height": box["height"]}
    return heat(shape, coarse(np.reshape(numbers, (1, -1)), shape), inner)
