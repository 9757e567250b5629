"""Names and source text of nodes, found after recording from the positions that were kept.

Nothing is guessed: where a function has no source (``exec`` made it, or its file has changed since), a node keeps
its number as its name, and the reason is said.
"""

from __future__ import annotations

import ast
import functools
import inspect
import itertools
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from types import CodeType
from typing import Any

from lagviz.engine.where import resolve

__all__ = ["Found", "Listing", "Place", "Written", "find", "listing", "written"]


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """An expression in a file: lines from 1, columns from 0 in characters, the end exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str

    def __repr__(self) -> str:
        return f"Place({' '.join(self.text.split())}, line {self.line} of {PurePath(self.file).name})"


@dataclass(frozen=True, slots=True)
class Found:
    """What the source says of one node."""

    name: str | None
    place: Place | None
    #: For each operand, the place of the expression that it is; None where it is not written out.
    operands: tuple[Place | None, ...]
    returned: bool
    #: The variables that its parts are assigned to, where it has several: ``w, v = np.linalg.eigh(a)``.
    parts: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """The source of one function."""

    name: str
    lines: tuple[str, ...]
    first_line: int
    indent: int
    missing: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """The functions that a tape was recorded from, the reader's own first, and which of them each node stands in."""

    listings: tuple[Listing, ...]
    files: list[int | None]


_NOTHING = Found(None, None, (), returned=False)
_cache: dict[tuple[CodeType, int], Found] = {}
_MOST = 100_000


def find(code: CodeType, offset: int) -> Found:
    """Name, place and operands' places of the expression that an instruction computes."""
    key = (code, offset)
    if key not in _cache:
        if len(_cache) > _MOST:  # a long session of notebook cells
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
    return Found(name, _place(code, known, node), operands, returned=returned, parts=_parts(node))


def _parts(node: Any) -> tuple[str | None, ...]:
    statement = node.parent
    if not isinstance(statement, ast.Assign) or statement.value is not node or len(statement.targets) != 1:
        return ()
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple) or any(isinstance(part, ast.Starred) for part in target.elts):
        return ()
    return tuple(_target(part) for part in target.elts)


def _name(node: Any) -> tuple[str | None, bool]:
    """The variable an expression is assigned to, and whether it is what the function returns."""
    parent = node.parent
    if isinstance(parent, ast.Assign) and parent.value is node and len(parent.targets) == 1:
        return _target(parent.targets[0]), False
    if isinstance(parent, ast.AnnAssign | ast.NamedExpr) and parent.value is node:
        return _target(parent.target), False
    if isinstance(parent, ast.Return) or (isinstance(parent, ast.Lambda) and parent.body is node):
        return None, True
    return (_unpacked(node), False) if isinstance(parent, ast.Tuple) else (None, False)


def _unpacked(node: Any) -> str | None:
    """The variable that an element of ``a, b = x, y`` is assigned to."""
    values, statement = node.parent.elts, node.parent.parent
    if not isinstance(statement, ast.Assign) or statement.value is not node.parent or len(statement.targets) != 1:
        return None
    target = statement.targets[0]
    if not isinstance(target, ast.Tuple) or len(target.elts) != len(values):
        return None
    if any(isinstance(part, ast.Starred) for part in target.elts):
        return None
    return _target(target.elts[values.index(node)])


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
    if isinstance(node, ast.Subscript | ast.Attribute):
        return (node.value,)
    if isinstance(node, ast.Call):
        return _arguments(node)
    return ()


#: Functions whose first argument is the list of what they read.
_JOINING = {"array", "column_stack", "concatenate", "hstack", "stack", "vstack"}
#: Methods of recorded arrays; any other ``a.b(x)`` that records an operation is a function of a module.
_METHODS = {
    "all",
    "any",
    "argmax",
    "argmin",
    "clip",
    "dot",
    "flatten",
    "max",
    "mean",
    "min",
    "ravel",
    "repeat",
    "reshape",
}
_METHODS |= {"squeeze", "std", "sum", "swapaxes", "transpose", "var"}


def _arguments(call: ast.Call) -> tuple[ast.expr, ...]:
    """The operands of a call, as far as they are written out one by one."""
    parts: list[ast.expr] = call.args
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in _JOINING and parts:
        parts = parts[0].elts if isinstance(parts[0], ast.List | ast.Tuple) else []
    written = tuple(itertools.takewhile(lambda part: not isinstance(part, ast.Starred), parts))
    if isinstance(call.func, ast.Attribute) and name in _METHODS and not _is_module(call.func.value):
        return (call.func.value, *written)
    return written


def _is_module(node: Any) -> bool:
    """Whether ``np`` in ``np.sum(x)`` names a module: what follows are then all the operands."""
    while isinstance(node, ast.Attribute):
        node = node.value
    if not isinstance(node, ast.Name):
        return False
    root: Any = node
    while hasattr(root, "parent"):
        root = root.parent
    return node.id in _USUAL or node.id in _imported(root)


#: What modules are usually called: in a notebook another cell imports them.
_USUAL = {"np", "numpy", "scipy", "special", "linalg", "lv", "lagviz"}


@functools.lru_cache(maxsize=64)
def _imported(root: ast.AST) -> frozenset[str]:
    """The names that a file or cell imports."""
    statements = (node for node in ast.walk(root) if isinstance(node, ast.Import | ast.ImportFrom))
    return frozenset((one.asname or one.name.split(".", 1)[0]) for node in statements for one in node.names)


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


def written(function: Callable[..., Any] | None, codes: Sequence[CodeType | None]) -> Written:
    """The source of a function and of the code objects that made each node."""
    own = _code(function)
    all_codes = list(dict.fromkeys(code for code in (own, *codes) if code is not None))
    number = {code: position for position, code in enumerate(all_codes)}
    return Written(tuple(map(listing, all_codes)), [None if code is None else number[code] for code in codes])


def _code(function: Callable[..., Any] | None) -> CodeType | None:
    while isinstance(function, functools.partial):
        function = function.func
    function = getattr(function, "__wrapped__", function)
    found: CodeType | None = getattr(function, "__code__", None)
    return found or getattr(type(function).__dict__.get("__call__"), "__code__", None)
