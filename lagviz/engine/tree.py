"""Arguments and results as nested containers: what is a leaf, what it is called, and how to put it back together.

Dicts, lists, tuples (named ones too) and dataclasses are containers; numbers and arrays are leaves; None is passed on as it
is, and so is a dataclass's field with ``metadata={"static": True}``, as in JAX.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["LEAVES", "element_path", "fields_of", "leaves", "rebuild", "with_paths"]

#: Types that are leaves for sure, since whether something is a mapping takes long to find out. Those of recorded values
#: are added by `lagviz.engine.recorded`.
LEAVES: set[type] = {float, np.ndarray}


def with_paths(tree: object, path: str, known: Container[str] = ()) -> Iterator[tuple[str, object]]:
    """Yield each leaf with its path as a person would type it: ``params['W']``, ``layers[0].b``.

    A list at one of the ``known`` paths is an array that was not made one, and so a leaf.
    """
    if isinstance(tree, Mapping):
        for key, branch in tree.items():
            yield from with_paths(branch, f"{path}[{key!r}]", known)
    elif (fields := fields_of(tree)) is not None:
        for field in fields:
            yield from with_paths(getattr(tree, field), f"{path}.{field}", known)
    elif isinstance(tree, list | tuple) and path not in known:
        for position, branch in enumerate(tree):
            yield from with_paths(branch, f"{path}[{position}]", known)
    elif tree is not None:
        yield path, tree


def element_path(path: str, at: Sequence[int]) -> str:
    """The path of an element of an array: ``W[0,1]``; of a number its own."""
    return f"{path}[{','.join(map(str, at))}]" if len(at) else path


def fields_of(tree: object) -> tuple[str, ...] | None:
    """The names of the parts of a named tuple or a dataclass; None of anything else."""
    if isinstance(tree, tuple):
        return getattr(tree, "_fields", None)
    if not dataclasses.is_dataclass(tree) or isinstance(tree, type):
        return None
    return tuple(field.name for field in dataclasses.fields(tree) if field.init and not field.metadata.get("static"))


def leaves(tree: object) -> list[Any]:
    """The leaves of a tree, in the order in which `rebuild` takes them."""
    return [tree] if type(tree) in LEAVES else [leaf for _, leaf in with_paths(tree, "")]


def rebuild(tree: object, leaf: Callable[[Any], Any]) -> Any:
    """A tree of the same containers in which every leaf is ``leaf(old leaf)``, called in order."""
    if type(tree) in LEAVES:
        return leaf(tree)
    if isinstance(tree, Mapping):
        return {key: rebuild(branch, leaf) for key, branch in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(rebuild(branch, leaf) for branch in tree))
    if isinstance(tree, list | tuple):
        branches = [rebuild(branch, leaf) for branch in tree]
        return branches if isinstance(tree, list) else tuple(branches)
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        parts = {field: rebuild(getattr(tree, field), leaf) for field in fields_of(tree) or ()}
        return dataclasses.replace(tree, **parts)
    return None if tree is None else leaf(tree)
