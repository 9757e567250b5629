"""Values as columns of one type each, and settings as JSON: what a tape is written with, and read back exactly.

Nothing in a file is ever called. Types are few and named, everything else is refused when it is written and when it is read.
"""

from __future__ import annotations

import keyword
import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.registry import is_own, rule_named
from lagviz.engine.rules import Rule, plain
from lagviz.engine.tree import fields_of
from lagviz.errors import TapeFileError

__all__ = ["contained", "container", "known_rule", "packed", "set_down", "taken_up", "unpacked"]

Columns = dict[str, NDArray[Any]]

# --- values -----------------------------------------------------------------------------------------------------------------

#: Kinds of Python's own values, and the type of their column; larger integers are written as text.
_PYTHONS: dict[type, tuple[str, str]] = {float: ("float", "<f8"), int: ("int", "<i8"), bool: ("bool", "|b1")}
_SMALL = range(-(2**63), 2**63)


def packed(values: Iterable[Any], name: str) -> tuple[list[Any], Columns]:
    """Numbers and arrays as columns: one for all values of a kind, and which kind each value is.

    Returns
    -------
    kinds : list
        For JSON: ``["float"]``, ``["number", dtype]``, ``["array", dtype, shape, order of axes in memory]``.
    columns : dict of str to ndarray
        ``name`` is the kind of each value; ``name_3`` the values of kind 3, in order.
    """
    found: dict[Any, int] = {}
    members: list[list[Any]] = []
    codes = []
    for value in values:
        key = _kind(value)
        if key not in found:
            found[key] = len(members)
            members.append([])
        codes.append(found[key])
        members[found[key]].append(value)
    kinds: list[Any] = []
    columns: Columns = {name: np.array(codes, dtype=np.int32)}
    for (kind, *details), own in zip(found, members, strict=True):
        if kind == "large":
            kinds.append(["large", list(map(str, own))])
            continue
        kinds.append([kind, *details])
        shape, axes = (details[1], details[2]) if kind == "array" else ((), ())
        dtype = details[0] if details else next(column for one, column in _PYTHONS.values() if one == kind)
        column = np.empty((len(own), *(shape[axis] for axis in axes)), dtype=dtype)
        for position, value in enumerate(own):
            column[position] = value.transpose(axes) if axes else value
        columns[f"{name}_{len(kinds) - 1}"] = column
    return kinds, columns


def _kind(value: Any) -> tuple[Any, ...]:
    if type(value) is float:
        return ("float",)
    if type(value) in _PYTHONS:
        return (_PYTHONS[type(value)][0] if value in _SMALL else "large",)
    if isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "fiub":
        if isinstance(value, np.generic):
            return "number", value.dtype.str
        # The order in memory is kept: it decides in which order NumPy adds, and so the last digit. An axis of length 1 has
        # none, whatever its stride says.
        axes = sorted(
            range(value.ndim), key=lambda axis: -abs(value.strides[axis]) if value.shape[axis] > 1 else -np.inf
        )
        return "array", value.dtype.str, value.shape, tuple(axes)
    raise TapeFileError(
        f"A tape file holds real numbers and arrays of them, but this tape has a {type(value).__name__}."
    )


def unpacked(kinds: Sequence[Any], columns: Mapping[str, NDArray[Any]], name: str) -> list[Any]:
    """The values that `packed` wrote."""
    codes = columns[name]
    # Python's numbers come as a list of them, NumPy's and arrays one by one.
    streams = [iter(_stream(kind, columns, f"{name}_{position}")) for position, kind in enumerate(kinds)]
    return [next(streams[code], _MISSING) for code in codes.tolist()]


#: A column that is too short: no number, so whoever reads it says that the file is damaged.
_MISSING = object()


def _stream(kind: Sequence[Any], columns: Mapping[str, NDArray[Any]], name: str) -> Iterable[Any]:
    if kind[0] == "large":
        return [int(digits) for digits in kind[1]]
    column = columns[name]
    if kind[0] in {"float", "int", "bool"}:
        expected = dict(_PYTHONS.values())[kind[0]]
        if column.dtype != np.dtype(expected) or column.ndim != 1:
            raise ValueError(f"{name} is of the wrong type")
        values: list[Any] = column.tolist()
        return values
    if column.dtype.kind not in "fiub" or column.dtype.str != kind[1]:
        raise ValueError(f"{name} is of the wrong type")
    if kind[0] == "number":
        return column if column.ndim == 1 else []
    _, _, shape, axes = kind
    back = [int(axis) for axis in np.argsort(axes)]
    if [column.shape[1:][axis] for axis in back] != list(shape) or sorted(axes) != list(range(len(shape))):
        raise ValueError(f"{name} is of the wrong shape")
    return (part.transpose(back) for part in column)


# --- rules by name ----------------------------------------------------------------------------------------------------------


def known_rule(name: str, own: bool) -> Rule:
    """The rule of a name, which `registry` has to know."""
    rule = rule_named(name, own=own)
    if rule is None:
        raise TapeFileError(
            f"The tape has an equation whose rule {name!r} is not known here. "
            + (
                "It is a primitive: define it with lv.primitive, under that name, and load again."
                if own
                else "Another lagviz wrote the file: update this one."
            )
        )
    return rule


# --- settings: an axis, a shape, an index -------------------------------------------------------------------------------------

_TYPES: dict[str, Any] = {"float": float, "int": int, "bool": bool}


def set_down(setting: Any, keep: Callable[[Any], int]) -> Any:  # noqa: C901, PLR0911 - a line for each type
    """A setting as JSON; ``keep`` puts a number or an array among the constants, and says where."""
    setting = plain(setting)
    if setting is None or type(setting) in {bool, str}:
        return setting
    if type(setting) is int and setting in _SMALL:
        return setting
    if setting is Ellipsis:
        return {"ellipsis": True}
    if isinstance(setting, slice):
        return {"slice": [set_down(part, keep) for part in (setting.start, setting.stop, setting.step)]}
    if type(setting) in {tuple, list}:
        return {type(setting).__name__: [set_down(part, keep) for part in setting]}
    if isinstance(setting, Rule) and rule_named(setting.name, own=is_own(setting)) is setting:
        return {"rule": [setting.name, is_own(setting)]}
    if isinstance(setting, dict):
        return {"dict": [[set_down(part, keep) for part in item] for item in setting.items()]}
    if isinstance(setting, np.dtype):
        return {"dtype": setting.str}
    if isinstance(setting, type):
        if setting in _TYPES.values():
            return {"type": setting.__name__}
        if issubclass(setting, np.generic):
            return {"scalar type": np.dtype(setting).str}
    if isinstance(setting, float | int | np.ndarray | np.generic):
        return {"constant": keep(setting)}
    what = getattr(setting, "__name__", None)
    raise TapeFileError(
        f"A setting is {f'the function {what}' if callable(setting) and what else f'a {type(setting).__name__}'}, which no file "
        "can hold."
    )


def taken_up(written: Any, constants: Sequence[Any]) -> Any:  # noqa: C901, PLR0911 - a line for each type
    """The setting that `set_down` wrote."""
    if not isinstance(written, dict):
        if written is None or type(written) in {bool, str, int}:
            return written
        raise ValueError("a setting is of no known kind")
    ((kind, content),) = written.items()
    match kind:
        case "ellipsis":
            return Ellipsis
        case "slice":
            return slice(*(taken_up(part, constants) for part in content))
        case "tuple":
            return tuple(taken_up(part, constants) for part in content)
        case "list":
            return [taken_up(part, constants) for part in content]
        case "dict":
            return {taken_up(key, constants): taken_up(value, constants) for key, value in content}
        case "rule":
            return known_rule(*content)
        case "dtype":
            return _number_type(content)
        case "type":
            return _TYPES[content]
        case "scalar type":
            return _number_type(content).type
        case "constant":
            return constants[_position(content, constants)]
    raise ValueError("a setting is of no known kind")


def _number_type(name: str) -> np.dtype[Any]:
    if re.fullmatch(r"[<>|][fiub]\d+", name) is None:
        raise ValueError("a type is none of numbers")
    return np.dtype(name)


def _position(content: Any, among: Sequence[Any]) -> int:
    if type(content) is int and 0 <= content < len(among):
        return content
    raise ValueError("a constant is missing")


# --- containers of the result -------------------------------------------------------------------------------------------------


def container(tree: Any) -> Any:
    """Nested containers of node indices as JSON."""
    if tree is None or type(tree) is int:
        return tree
    if isinstance(tree, dict):
        return {"dict": [[set_down(key, _no_constants), container(branch)] for key, branch in tree.items()]}
    fields = fields_of(tree)
    if fields is not None:
        return {"named": [type(tree).__name__, list(fields), [container(getattr(tree, field)) for field in fields]]}
    return {"list" if isinstance(tree, list) else "tuple": [container(branch) for branch in tree]}


def _no_constants(value: Any) -> int:
    raise TapeFileError(
        f"The result is a dict with {value!r} as a key: only texts, whole numbers and tuples of them are kept."
    )


def contained(written: Any) -> Any:
    """The containers that `container` wrote; a named tuple or a dataclass comes back as a named tuple."""
    if written is None or type(written) is int:
        return written
    ((kind, content),) = written.items()
    match kind:
        case "dict":
            return {taken_up(key, ()): contained(branch) for key, branch in content}
        case "named":
            name, fields, branches = content
            if not all(
                type(one) is str and one.isidentifier() and not keyword.iskeyword(one) for one in (name, *fields)
            ):
                raise ValueError("a named tuple has no proper names")
            return namedtuple(name, fields)(*map(contained, branches))  # noqa: PYI024 - its fields are data
        case "list":
            return [contained(branch) for branch in content]
        case "tuple":
            return tuple(contained(branch) for branch in content)
    raise ValueError("a container is of no known kind")
