"""The source that is shown beside the picture: which functions, and where in them each equation stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lagviz.engine.source import Listing, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lagviz.engine.tape import Tape

__all__ = ["Listings"]


class Listings:
    """The recorded functions of one tape, the reader's own first, and ranges in them."""

    def __init__(self, tape: Tape) -> None:
        self._tape = tape
        self._listings = tape.written.listings
        if not self._listings:
            reason = f"{tape.title} has no Python source to show: it is built in."
            self._listings = (Listing(tape.title, (), 1, 0, reason),)

    @property
    def files(self) -> list[dict[str, Any]]:
        """For the scene."""
        return [
            {
                "name": "lambda" if one.name == "<lambda>" else "cell" if one.name == "<module>" else one.name,
                "lines": list(one.lines),
                "first_line": one.first_line,
                "missing": one.missing,
            }
            for one in self._listings
        ]

    def range(self, index: int) -> list[int] | None:
        """Where a node's own expression stands."""
        return self._range(index, self._tape.found[index].place)

    def operand_ranges(self, index: int, positions: Sequence[int]) -> list[list[int]]:
        """Where in equation ``index`` the operands at ``positions`` are written."""
        operands = self._tape.found[index].operands
        ranges = (self._range(index, operands[k]) for k in positions if k < len(operands))
        return [one for one in ranges if one is not None]

    def _range(self, index: int, place: Place | None) -> list[int] | None:
        file = self._tape.written.files[index]
        if place is None or file is None:
            return None
        one = self._listings[file]
        first, last = place.line - one.first_line, place.end_line - one.first_line
        if not 0 <= first <= last < len(one.lines):
            return None
        start = _utf16(one.lines[first], place.column - one.indent)
        return [file, first, start, last, _utf16(one.lines[last], place.end_column - one.indent)]


def _utf16(line: str, column: int) -> int:
    """A column in the units of the page's strings, in which an emoji is two."""
    return len(line[: max(column, 0)].encode("utf-16-le")) // 2
