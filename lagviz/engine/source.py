"""Names and source text of nodes, found after recording from the positions that were kept.

Nothing is guessed: where a function has no source (it was made by ``exec``, or its file has changed since), a node keeps
its number as its name, and the reason is said.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from dataclasses import dataclass
from types import CodeType
from typing import Any

from lagviz.engine.where import resolve

__all__ = ["Listing", "Place", "find", "listing"]


@dataclass(frozen=True, slots=True)
class Place:
    """An expression in a file: lines from 1, columns from 0 in characters, the end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@dataclass(frozen=True, slots=True)
class Found:
    """What the source says of one node."""

    name: str | None
    place: Place | None
    #: For each operand, the place of the expression that it is; None where it is not written out.
    operands: tuple[Place | None, ...]
    returned: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The source of one function."""

    name: str
    lines: tuple[str, ...]
    first_line: int
    indent: int
    missing: str | None


_NOTHING = Found(None, None, (), returned=False)
_cache: dict[tuple[CodeType, int], Found] = {}


def find(code: CodeType, offset: int) -> Found:
    """Name, place and operands' places of the expression that an instruction computes."""
    key = (code, offset)
    if key not in _cache:
        if len(_cache) > 100_000:  # a long session of notebook cells
            _cache.clear()
        _cache[key] = _find(code, offset)
    return _cache[key]


def _find(code: CodeType, offset: int) -> Found:
    known = resolve(code, offset)
    node = known.node
    if not isinstance(node, ast.expr):
        # An augmented assignment is a statement that computes: s += x.
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            sides = (_place(code, known, node.target), _place(code, known, node.value))
            return Found(node.target.id, _place(code, known, node), sides, returned=False)
        return _NOTHING
    operands = tuple(_place(code, known, part) if part is not None else None for part in _operands(node))
    name, returned = _name(node)
    if returned and code.co_name.isidentifier():
        name = code.co_name
    return Found(name, _place(code, known, node), operands, returned=returned)


def _name(node: Any) -> tuple[str | None, bool]:
    """The variable an expression is assigned to, and whether it is what the function returns."""
    parent = node.parent
    if isinstance(parent, ast.Assign) and parent.value is node and len(parent.targets) == 1:
        return _target(parent.targets[0]), False
    if isinstance(parent, ast.AnnAssign | ast.NamedExpr) and parent.value is node:
        return _target(parent.target), False
    if isinstance(parent, ast.Return) or (isinstance(parent, ast.Lambda) and parent.body is node):
        return None, True
    if isinstance(parent, ast.Tuple) and isinstance(parent.parent, ast.Assign) and len(parent.parent.targets) == 1:
        target = parent.parent.targets[0]
        position = parent.elts.index(node)
        if isinstance(target, ast.Tuple) and len(target.elts) == len(parent.elts):
            return _target(target.elts[position]), False
    return None, False


def _target(target: ast.expr) -> str | None:
    return target.id if isinstance(target, ast.Name) else None


def _operands(node: ast.expr) -> tuple[ast.expr | None, ...]:
    """The written operands of an operation, in the order of its rule."""
    if isinstance(node, ast.BinOp):
        return node.left, node.right
    if isinstance(node, ast.UnaryOp):
        return (node.operand,)
    if isinstance(node, ast.Compare):
        return node.left, node.comparators[0]
    if isinstance(node, ast.Subscript):
        return (node.value,)
    if isinstance(node, ast.Attribute):
        return (node.value,)
    if isinstance(node, ast.Call):
        parts: tuple[ast.expr, ...] = tuple(node.args)
        if len(parts) == 1 and isinstance(parts[0], ast.List | ast.Tuple):
            parts = tuple(parts[0].elts)
        if isinstance(node.func, ast.Attribute) and not _is_module(node.func.value):
            return (node.func.value, *parts)
        return parts
    return ()


def _is_module(node: ast.expr) -> bool:
    """Whether ``np`` in ``np.tanh(x)`` names a module: what follows are then all the operands."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in {"np", "numpy", "scipy", "special", "linalg", "lv", "lagviz"}


def _place(code: CodeType, known: Any, node: Any) -> Place | None:
    if not hasattr(node, "lineno"):
        return None
    lines = known.source.lines

    def characters(line: int, offset: int) -> int:
        # The parser counts bytes of UTF-8; people and editors count characters.
        return len(lines[line - 1].encode()[:offset].decode(errors="replace")) if line <= len(lines) else offset

    return Place(
        code.co_filename,
        node.lineno,
        characters(node.lineno, node.col_offset),
        node.end_lineno,
        characters(node.end_lineno, node.end_col_offset),
        ast.get_source_segment(known.source.text, node) or "",
    )


def listing(code: CodeType) -> Listing:
    """The text of the function that a code object belongs to."""
    try:
        lines, first = inspect.getsourcelines(code)
    except (OSError, TypeError):
        reason = (
            "its source is not to be had: it was typed into exec or a plain Python prompt"
            if code.co_filename.startswith("<")
            else f"its file, {code.co_filename.rsplit('/', 1)[-1]}, is not to be found"
        )
        return Listing(code.co_name, (), 1, 0, f"{code.co_name} has no source to show: {reason}.")
    text = "".join(lines).rstrip()
    dedented = textwrap.dedent(text).split("\n")
    own = text.split("\n")
    indent = next((len(a) - len(b) for a, b in zip(own, dedented, strict=True) if b.strip()), 0)
    return Listing(code.co_name, tuple(dedented), max(first, 1), indent, None)
