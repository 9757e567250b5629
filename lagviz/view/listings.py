"""The source that is shown beside the picture: which functions, and where in them each equation stands."""

from __future__ import annotations

import ast
import re
from functools import cached_property
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
        """Where a node's own expression stands; that of an input is its name among the arguments."""
        if self._tape.recorded[index].rule.name == "input":
            path = self._tape.names[index]
            return self._arguments.get(re.split(r"[.\[]", path)[0]) if path in self._tape.input_indices else None
        return self._range(index, self._tape.found[index].place)

    def operand_ranges(self, index: int, positions: Sequence[int]) -> list[list[int]]:
        """Where in equation ``index`` the operands at ``positions`` are written."""
        operands = self._tape.found[index].operands
        ranges = (self._range(index, operands[k]) for k in positions if k < len(operands))
        return [one for one in ranges if one is not None]

    @cached_property
    def _arguments(self) -> dict[str, list[int]]:
        """Where the reader's own function names its arguments; nothing where its text alone does not say which it is."""
        one, names = self._listings[0], set(self._tape.argument_names)
        try:
            tree = ast.parse("\n".join(one.lines))
        except SyntaxError:  # lines cut out of a longer statement, as those of a lambda may be
            return {}
        named = [_argument_nodes(node) for node in ast.walk(tree) if _is_called(node, one.name)]
        found = [arguments for arguments in named if names <= {argument.arg for argument in arguments}]
        return {argument.arg: _named_at(one, argument) for argument in found[0]} if len(found) == 1 else {}

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


def _is_called(node: ast.AST, name: str) -> bool:
    return (
        isinstance(node, ast.Lambda) if name == "<lambda>" else isinstance(node, ast.FunctionDef) and node.name == name
    )


def _argument_nodes(node: Any) -> list[ast.arg]:
    own: ast.arguments = node.args
    starred = [one for one in (own.vararg, own.kwarg) if one is not None]
    return [*own.posonlyargs, *own.args, *own.kwonlyargs, *starred]


def _named_at(one: Listing, argument: ast.arg) -> list[int]:
    """The name alone, without what it is annotated with. The parser counts bytes of UTF-8."""
    line = argument.lineno - 1
    start = len(one.lines[line].encode()[: argument.col_offset].decode())
    return [0, line, _utf16(one.lines[line], start), line, _utf16(one.lines[line], start + len(argument.arg))]


def _utf16(line: str, column: int) -> int:
    """A column in the units of the page's strings, in which an emoji is two."""
    return len(line[: max(column, 0)].encode("utf-16-le")) // 2
