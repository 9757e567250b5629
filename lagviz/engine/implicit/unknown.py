"""The unknown of an implicit equation: containers as functions take it, one number or array as the tape has it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.record import checked, title
from lagviz.engine.rules import plain
from lagviz.engine.where import place
from lagviz.errors import InputError, ResultError

__all__ = ["Unknown", "value_of"]


class Unknown:
    """z as a function takes and returns it, and as one number or array, which is what the tape has."""

    def __init__(self, x0: Any, what: str) -> None:
        self._paths = [path for path, _ in tree.with_paths(x0, "z")]
        leaves = [self._real(leaf) for leaf in tree.leaves(x0)]
        if not leaves:
            raise InputError(f"The {what} has no start: x0 is {x0!r}. Give it a number or an array.")
        self._x0 = x0
        self._shapes = [np.shape(leaf) for leaf in leaves]
        self._alone = self._paths == ["z"]
        self.shape = self._shapes[0] if self._alone else (sum(int(np.size(leaf)) for leaf in leaves),)
        #: The starting point as a vector.
        self.start = np.concatenate([np.ravel(leaf) for leaf in leaves])

    def _real(self, leaf: Any) -> Any:
        value = np.asarray(checked(plain(leaf), "x0"))
        return value if value.dtype.kind == "f" else value.astype(np.float64)

    def value(self, vector: Any) -> Any:
        """A vector as the value of the node."""
        return value_of(vector, self.shape)

    def unpacked(self, z: Any) -> Any:
        """The value of the node as functions take it."""
        if self._alone:
            return z
        starts = np.cumsum([0, *(int(np.prod(shape, dtype=np.int64)) for shape in self._shapes)]).tolist()
        parts = iter(
            [
                np.reshape(z[start:end], shape) if shape else z[start]
                for start, end, shape in zip(starts, starts[1:], self._shapes, strict=False)
            ]
        )
        return tree.rebuild(self._x0, lambda _leaf: next(parts))

    def packed(self, result: Any, f: Callable[..., Any]) -> Any:
        """What a function returned, as the node would have it."""
        returned = list(tree.with_paths(result, "z"))
        shapes = [np.shape(plain(leaf)) for _, leaf in returned]
        if [path for path, _ in returned] != self._paths or shapes != self._shapes:
            raise ResultError(
                f"{title(f)} is to return what z is, {_described(self._paths, self._shapes)}, but it returned "
                f"{_described([path for path, _ in returned], shapes)}, at {place()}. Start with an x0 of the same "
                "containers and shapes as the result."
            )
        if self._alone:
            return result
        return np.concatenate([np.reshape(leaf, (-1,)) for leaf in tree.leaves(result)])


def value_of(vector: Any, shape: tuple[int, ...]) -> Any:
    """A vector as the number or array that the node of that shape has."""
    if shape:
        return np.reshape(vector, shape)
    return vector[0].item() if vector.dtype == np.float64 else vector[0]


def _described(paths: Sequence[str], shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join(f"{path} of shape {shape}" for path, shape in zip(paths, shapes, strict=True)) or "nothing"
