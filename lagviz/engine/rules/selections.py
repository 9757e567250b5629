"""Operations whose every result is a copy of one element of an operand: indexing, reshaping, joining, choosing.

Their block holds a single 1 in each column that it has: a selection. Where each element went is found by sending
positions instead of numbers through the operation itself, so a row of the table needs no index arithmetic.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lagviz.engine.rules.elementwise import lead_first, unbroadcast
from lagviz.engine.rules.put_back import put_back, take_out
from lagviz.engine.rules.rule import Entries, Rule, decided, is_recorded, lead_of, plain, size_of

__all__ = ["CONCATENATE", "GETITEM", "INSERT", "RUNNING", "SELECTIONS", "STACK", "WHERE", "Selection", "add_at"]


class Selection(Rule):
    """``compute`` moves elements and computes nothing."""

    __slots__ = ("undo",)

    def __init__(
        self, name: str, compute: Callable[..., Any], undo: Callable[..., Any] | None = None, **options: Any
    ) -> None:
        super().__init__(name, compute, **options)
        #: ``undo(g, lead, x, options)`` puts adjoints back by a view, where the operation only rearranges.
        self.undo = undo

    def positions(self, k: int, operands: Sequence[Any], options: Mapping[str, Any]) -> NDArray[np.intp]:
        """For each element of the value, the position it has in operand k, or −1 where it is none of operand k's."""
        # Counted from 1 on the way, because operations that fill up (np.diag) do so with 0.
        numbered = [np.zeros(np.shape(x), dtype=np.intp) for x in operands]
        numbered[k] = 1 + np.arange(size_of(operands[k])).reshape(np.shape(operands[k]))
        return np.asarray(self.compute(*numbered, **options)) - 1

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        lead = lead_of(g, z)
        if self.undo is not None:
            return self.undo(g, lead, operands[k], options)
        positions = self.positions(k, operands, options).ravel()
        return _scatter(g, lead, positions, np.shape(operands[k]))

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        lead = np.shape(t)[: lead_of(t, operands[k])]
        positions = self.positions(k, operands, options).ravel()
        return np.reshape(take_out(np.reshape(t, (*lead, size_of(operands[k]))), positions), lead + np.shape(z))

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del options
        return "scalar" if np.ndim(z) == 0 and np.ndim(operands[k]) == 0 else "selection"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del z
        return int(np.count_nonzero(self.positions(k, operands, options) >= 0))

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del z
        positions = self.positions(k, operands, options).ravel()
        (j,) = np.nonzero(positions >= 0)
        return j, positions[j], np.ones(len(j))

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return "1"


def add_at(buffer: NDArray[Any], lead: int, index: Any, g: Any) -> None:
    """Add adjoints of ``x[index]`` into a buffer of x's adjoint, in place; repeated positions add up."""
    if lead == 0 and type(index) in _PLAIN_PARTS:
        buffer[index] += g
        return
    parts = index if type(index) is tuple else (index,)
    if _PLAIN_PARTS.issuperset(map(type, parts)):  # a view: no position twice
        buffer[(*(slice(None),) * lead, *parts) if lead else index] += g
    elif lead == 0:
        np.add.at(buffer, index, g)
    else:
        for each in np.ndindex(buffer.shape[:lead]):
            np.add.at(buffer[each], index, g[each])


#: What an index of NumPy's "basic" kind is made of.
_PLAIN_PARTS = frozenset((int, slice, type(None), type(Ellipsis)))


def _scatter(g: Any, lead: int, positions: NDArray[np.intp], shape: tuple[int, ...]) -> Any:
    """Adjoints put back where their elements came from, recorded or not: a product with the selection's transpose."""
    heads = np.shape(g)[:lead]
    flat = np.reshape(g, (*heads, len(positions)))
    n = int(np.prod(shape, dtype=np.int64))
    return np.reshape(put_back(flat, positions=positions, size=n), heads + shape)


def _reshape(x: Any, shape: Any) -> Any:
    return np.reshape(x, shape)  # the option's name differs between NumPy 1 and 2


def _reshape_back(g: Any, lead: int, x: Any, options: Mapping[str, Any]) -> Any:
    del options
    return np.reshape(g, np.shape(g)[:lead] + np.shape(x))


def _transpose_back(g: Any, lead: int, x: Any, options: Mapping[str, Any]) -> Any:
    axes = options.get("axes")
    order = range(np.ndim(x))[::-1] if axes is None else [axis % np.ndim(x) for axis in axes]
    return np.transpose(g, (*range(lead), *(lead + int(axis) for axis in np.argsort(list(order)))))


class _GetItem(Selection):
    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        x, lead = operands[k], lead_of(g, z)
        if hasattr(g, "recording"):
            return super().reverse(k, g, z, operands, options)
        x = plain(x)
        dtype = x.dtype if x.dtype == np.float64 else np.result_type(x, np.float32)
        buffer = np.zeros(np.shape(g)[:lead] + x.shape, dtype)
        add_at(buffer, lead, options["index"], g)
        return buffer


def _concatenate(*parts: Any, axis: int | None = 0) -> Any:
    return np.concatenate(parts, axis=axis)


def _stack(*parts: Any, axis: int = 0) -> Any:
    return np.stack(parts, axis=axis)


class _Join(Selection):
    """Operands side by side along an axis: each gets back its own piece."""

    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        axis = options.get("axis", 0)
        if axis is None:
            return super().reverse(k, g, z, operands, options)
        axis %= z.ndim
        before = 0
        for x in operands[:k]:
            before += x.shape[axis]
        piece = slice(before, before + operands[k].shape[axis])
        lead = lead_of(g, z)
        return g[(slice(None),) * (lead + axis) + (piece,)] if lead + axis else g[piece]


class _Stack(Selection):
    """Operands side by side along a new axis."""

    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del operands
        return g[(slice(None),) * (lead_of(g, z) + options.get("axis", 0) % np.ndim(z)) + (k,)]


class _Where(Selection):
    """Selects, never multiplies 0 by NaN; the side that was not taken has structurally no entry."""

    __slots__ = ()

    def active(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> bool:
        del z, options
        if k == 0:
            return False
        condition = operands[0]
        # Recorded further out, it may come out differently there when that tape is run again.
        return is_recorded(condition) or bool(np.any(condition if k == 1 else ~np.asarray(condition, dtype=bool)))

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        taken = np.where(operands[0], g, 0.0) if k == 1 else np.where(operands[0], 0.0, g)
        return unbroadcast(taken, np.ndim(z), np.shape(operands[k]))

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        shape = np.shape(t)[: lead_of(t, operands[k])] + np.shape(z)
        t = lead_first(t, operands[k], np.ndim(z))
        taken = np.where(operands[0], t, 0.0) if k == 1 else np.where(operands[0], 0.0, t)
        return taken if np.shape(taken) == shape else np.broadcast_to(taken, shape)

    def positions(self, k: int, operands: Sequence[Any], options: Mapping[str, Any]) -> NDArray[np.intp]:
        del options
        condition, *sides = operands
        numbered = [np.full(np.shape(side), -1, dtype=np.intp) for side in sides]
        numbered[k - 1] = np.arange(size_of(sides[k - 1])).reshape(np.shape(sides[k - 1]))
        return np.asarray(np.where(plain(condition), *numbered))


class _Pad(Selection):
    """What is added around is a copy of an element, or a constant of nobody's."""

    __slots__ = ()

    def positions(self, k: int, operands: Sequence[Any], options: Mapping[str, Any]) -> NDArray[np.intp]:
        kept = {key: value for key, value in options.items() if key != "constant_values"}
        return super().positions(k, operands, kept)


class _Ordered(Selection):
    """Sorted, wholly or in part: which element went where depends on the values. Equal ones stay in their order."""

    __slots__ = ()

    def positions(self, k: int, operands: Sequence[Any], options: Mapping[str, Any]) -> NDArray[np.intp]:
        order = decided(np.argsort(operands[k], axis=options.get("axis", -1), kind="stable"))
        x: NDArray[Any] = np.asarray(plain(operands[k]))
        z: NDArray[Any] = np.asarray(self.compute(x, **options))
        numbers: NDArray[Any] = np.arange(x.size).reshape(x.shape)
        axis = options.get("axis", -1)
        if axis is None:
            numbers, axis = numbers.ravel(), 0
        # The two have the same elements, so what comes n-th in one is what comes n-th in the other.
        positions = np.empty(z.shape, dtype=np.intp)
        there = np.argsort(z, axis=axis, kind="stable")
        np.put_along_axis(positions, there, order, axis)
        return np.take_along_axis(numbers, positions, axis)


class _Running(Selection):
    """The extreme of the elements so far, of equal ones the last."""

    __slots__ = ()

    def positions(self, k: int, operands: Sequence[Any], options: Mapping[str, Any]) -> NDArray[np.intp]:
        x, axis = operands[k], options.get("axis", 0)
        shape = np.shape(x)
        # Which are extremes so far is a decision, where x is recorded further out.
        extreme = decided(np.equal(x, self.compute(x, **options)) | np.isnan(x))
        along = np.moveaxis(np.broadcast_to(np.arange(shape[axis]), np.moveaxis(extreme, axis, -1).shape), -1, axis)
        last = np.maximum.accumulate(np.where(extreme, along, 0), axis=axis)
        return np.take_along_axis(np.arange(extreme.size).reshape(shape), last, axis)


GETITEM = _GetItem("getitem", lambda x, index: x[index], pill="[ ]", tex="$x[$index]", text="$x[$index]")
CONCATENATE = _Join("concatenate", _concatenate, pill="join")
STACK = _Stack("stack", _stack, pill="stack")
WHERE = _Where(
    "where",
    np.where,
    tex=r"\mathbf{1}[$x]\,$y + (1 - \mathbf{1}[$x])\,$w",
    text="where($args)",
)

#: Two operands: what is there, and what is put between.
INSERT = Selection("insert", lambda x, values, obj, axis=None: np.insert(x, obj, values, axis))

_RESHAPE = Selection("reshape", _reshape, _reshape_back)

#: Selections of one operand, by NumPy function. Options are the function's own keywords.
SELECTIONS: dict[Callable[..., Any], Selection] = {
    np.reshape: _RESHAPE,
    np.ravel: Selection("ravel", np.ravel, _reshape_back),
    np.expand_dims: Selection("expand_dims", np.expand_dims, _reshape_back),
    np.squeeze: Selection("squeeze", np.squeeze, _reshape_back),
    np.transpose: Selection("transpose", np.transpose, _transpose_back, pill="ᵀ", tex=r"$x^{\top}", text="$xᵀ"),
    np.swapaxes: Selection("swapaxes", np.swapaxes),
    np.moveaxis: Selection("moveaxis", np.moveaxis),
    np.broadcast_to: Selection("broadcast_to", np.broadcast_to),
    np.flip: Selection("flip", np.flip),
    np.roll: Selection("roll", np.roll),
    np.repeat: Selection("repeat", np.repeat),
    np.tile: Selection("tile", np.tile),
    np.diag: Selection("diag", np.diag),
    np.diagflat: Selection("diagflat", np.diagflat),
    np.diagonal: Selection("diagonal", np.diagonal),
    np.tril: Selection("tril", np.tril),
    np.triu: Selection("triu", np.triu),
    np.rollaxis: Selection("rollaxis", np.rollaxis),
    np.rot90: Selection("rot90", np.rot90),
    np.fliplr: Selection("fliplr", np.fliplr),
    np.flipud: Selection("flipud", np.flipud),
    np.resize: Selection("resize", np.resize),
    np.take: Selection("take", np.take),
    np.take_along_axis: Selection("take_along_axis", np.take_along_axis),
    np.delete: Selection("delete", np.delete),
    sliding_window_view: Selection("sliding_window_view", sliding_window_view),
    np.pad: _Pad("pad", np.pad),
    np.sort: _Ordered("sort", np.sort),
    np.partition: _Ordered("partition", np.partition),
}

#: The largest and the smallest so far, by the ufunc whose ``accumulate`` they are.
RUNNING: dict[np.ufunc, Selection] = {
    np.maximum: _Running("running max", np.maximum.accumulate),
    np.minimum: _Running("running min", np.minimum.accumulate),
}
