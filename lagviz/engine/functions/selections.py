"""Functions that move elements and compute nothing: a rule of `lagviz.engine.rules.selections`, or a few together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lagviz.engine.functions.casting import astype
from lagviz.engine.handling import arguments_of, handles, refuse_options
from lagviz.engine.recorded import Array, record_operation, settled
from lagviz.engine.rules import INSERT, PUT_BACK, SELECTIONS, Rule, decided, put_back
from lagviz.engine.where import place
from lagviz.errors import MissingRuleError

__all__ = ["positions_where"]

# Options that change no number; and options whose name differs between NumPy 1 and 2.
_IMMATERIAL = ("copy", "subok", "kind", "stable")
_RENAMED = {"newshape": "shape"}


def _selection(function: Callable[..., Any], rule: Rule) -> Callable[..., Any]:
    def select(*positional: Any, **named: Any) -> Any:
        (_, x), *options = arguments_of(function, positional, named).items()
        kept = {_RENAMED.get(name, name): settled(value) for name, value in options if name not in _IMMATERIAL}
        order = kept.pop("order", "C")
        if "out" in kept:
            refuse_options(rule.name, {"out": kept["out"]})
        if order in {"C", None}:
            return record_operation(rule, (x,), kept)
        return _columns_first(rule, x, kept, order)

    return select


def _columns_first(rule: Rule, x: Any, options: dict[str, Any], order: str) -> Any:
    """``np.ravel`` and ``np.reshape`` in Fortran's order, the first index fastest: in C's order, of the transpose."""
    if order not in {"F", "A", "K"}:
        return rule.compute(np.empty(np.shape(x)), order=order, **options)  # NumPy's own refusal
    if order != "F" and np.ndim(x) > 1:
        raise MissingRuleError(
            f"np.{rule.name} with order={order!r} goes through an array as it lies in memory, which is not recorded, at "
            f"{place()}. Write order='C', rows one after the other, or order='F', columns."
        )
    if rule is SELECTIONS[np.ravel]:
        return record_operation(rule, (np.transpose(x),), options)
    shape = options.pop("shape")
    shape = tuple(shape)[::-1] if np.ndim(shape) else (shape,)
    return np.transpose(record_operation(rule, (np.transpose(x),), {"shape": shape, **options}))


for _function, _rule in SELECTIONS.items():
    handles(_function)(_selection(_function, _rule))

handles(decided)(settled)
handles(put_back)(lambda values, **options: record_operation(PUT_BACK, (values,), options))

#: What np.pad copies; its other modes compute.
_COPIES = {"constant", "edge", "reflect", "symmetric", "wrap"}


@handles("pad")
def _pad(array: Any, pad_width: Any, mode: Any = "constant", **options: Any) -> Any:
    if mode not in _COPIES or options.get("reflect_type", "even") != "even":
        raise MissingRuleError(
            f"np.pad with mode={mode!r} and {options} is not recorded, at {place()}. Recorded are the modes "
            f"{', '.join(sorted(_COPIES))}; build others with np.concatenate."
        )
    options = {"pad_width": pad_width, "mode": mode, **options}
    return record_operation(SELECTIONS[np.pad], (array,), {name: settled(value) for name, value in options.items()})


@handles("sort")
def _sort(a: Any, axis: int | None = -1, kind: Any = None, order: Any = None, *, stable: Any = None) -> Any:
    del kind, stable
    refuse_options("sort", {"order": order})
    return record_operation(SELECTIONS[np.sort], (a,), {"axis": settled(axis)})


@handles("insert")
def _insert(arr: Any, obj: Any, values: Any, axis: int | None = None) -> Any:
    values = np.asarray(values) if isinstance(values, list | tuple) else values
    return record_operation(INSERT, (arr, values), {"obj": settled(obj), "axis": settled(axis)})


@handles("resize")
def _resize(a: Any, new_shape: Any) -> Any:
    return record_operation(SELECTIONS[np.resize], (a,), {"new_shape": settled(new_shape)})


# --- chosen by a condition, which becomes a decision --------------------------------------------------------------------------


def positions_where(condition: Any) -> tuple[Any, ...]:
    """Where a condition holds, as plain positions: which they are is a decision, and replaying checks it."""
    if isinstance(condition, Array):
        condition = settled(condition if condition.dtype == np.bool_ else condition != 0)
    return np.nonzero(condition)


handles("nonzero")(positions_where)


@handles("flatnonzero")
def _flatnonzero(a: Any) -> Any:
    return positions_where(np.ravel(a))[0]


@handles("argwhere")
def _argwhere(a: Any) -> Any:
    return np.transpose(positions_where(a))


@handles("compress")
def _compress(condition: Any, a: Any, axis: int | None = None, out: Any = None) -> Any:
    refuse_options("compress", {"out": out})
    return np.take(a, positions_where(condition)[0], axis=axis)


@handles("extract")
def _extract(condition: Any, arr: Any) -> Any:
    return np.take(np.ravel(arr), positions_where(np.ravel(condition))[0])


@handles("select")
def _select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    if len(condlist) != len(choicelist):
        return np.select([True] * len(condlist), [0.0] * len(choicelist))  # NumPy's own refusal
    chosen = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        chosen = np.where(condition, choice, chosen)
    return chosen


@handles("choose")
def _choose(a: Any, choices: Any, out: Any = None, mode: str = "raise") -> Any:
    refuse_options("choose", {"out": out, "mode": None if mode == "raise" else mode})
    dtype = np.result_type(*(np.asarray(side) if isinstance(side, list | tuple) else side for side in choices))
    which, *sides = np.broadcast_arrays(a, *choices)
    which = settled(which)
    return astype(np.take_along_axis(np.stack(sides), np.expand_dims(which, 0), 0)[0], dtype)


# --- pieces -------------------------------------------------------------------------------------------------------------------


def _pieces(function: Callable[..., Any], x: Any, sections: Any, axis: int) -> list[Any]:
    """Cut where NumPy would: it is asked to cut the positions along the axis."""
    before = (slice(None),) * (axis % np.ndim(x))
    cut = function(np.arange(np.shape(x)[axis]), settled(sections))
    starts = [0, *np.cumsum([len(piece) for piece in cut])]
    return [
        x[(*before, slice(piece[0], piece[-1] + 1) if len(piece) else slice(int(start), int(start)))]
        for start, piece in zip(starts, cut, strict=False)
    ]


@handles("array_split")
def _array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    return _pieces(np.array_split, ary, indices_or_sections, axis)


@handles("split")
def _split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    return _pieces(np.split, ary, indices_or_sections, axis)


@handles("hsplit")
def _hsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return np.split(ary, indices_or_sections, 1 if np.ndim(ary) > 1 else 0)


@handles("vsplit")
def _vsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return np.split(ary, indices_or_sections, 0)


@handles("dsplit")
def _dsplit(ary: Any, indices_or_sections: Any) -> list[Any]:
    return np.split(ary, indices_or_sections, 2)


@handles("unstack")
def _unstack(x: Any, /, *, axis: int = 0) -> tuple[Any, ...]:
    return tuple(np.moveaxis(x, axis, 0))


# --- more axes ------------------------------------------------------------------------------------------------------------------


def _at_least(ndim: int, *arrays: Any) -> Any:
    def one(x: Any) -> Any:
        if isinstance(x, list | tuple):
            x = np.asarray(x)
        shape = np.shape(x)
        if len(shape) >= ndim:
            return x
        if ndim == 1:
            return np.reshape(x, (1,))
        if ndim == 2:  # noqa: PLR2004
            return np.reshape(x, (1, -1))
        return np.reshape(x, {0: (1, 1, 1), 1: (1, -1, 1)}.get(len(shape), (*shape, 1)))

    return one(arrays[0]) if len(arrays) == 1 else tuple(one(x) for x in arrays)


handles("atleast_1d")(lambda *arrays: _at_least(1, *arrays))
handles("atleast_2d")(lambda *arrays: _at_least(2, *arrays))
handles("atleast_3d")(lambda *arrays: _at_least(3, *arrays))


@handles("broadcast_arrays")
def _broadcast_arrays(*arrays: Any, subok: bool = False) -> tuple[Any, ...]:
    del subok
    shape = np.broadcast_shapes(*(np.shape(x) for x in arrays))
    return tuple(np.broadcast_to(x, shape) for x in arrays)


@handles("meshgrid")
def _meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> tuple[Any, ...]:
    del copy
    if indexing not in {"xy", "ij"}:
        unknown: Any = indexing
        return tuple(np.meshgrid(*map(np.zeros, map(np.size, xi)), indexing=unknown))  # NumPy's own refusal
    places = list(range(len(xi)))
    if indexing == "xy" and len(xi) > 1:
        places[:2] = 1, 0
    lines = [
        np.reshape(x, tuple(-1 if at == place_of_x else 1 for at in range(len(xi))))
        for x, place_of_x in zip(xi, places, strict=True)
    ]
    return tuple(lines) if sparse else np.broadcast_arrays(*lines)


@handles("ix_")
def _ix(*sequences: Any) -> tuple[Any, ...]:
    return np.ix_(*(settled(part) for part in sequences))


@handles("unravel_index")
def _unravel_index(indices: Any, shape: Any, order: Any = "C") -> Any:
    return np.unravel_index(settled(indices), settled(shape), order)


@handles("ravel_multi_index")
def _ravel_multi_index(multi_index: Any, dims: Any, mode: Any = "raise", order: Any = "C") -> Any:
    return np.ravel_multi_index(settled(multi_index), settled(dims), mode, order)


@handles("copy")
def _copy(x: Any, **_options: Any) -> Any:
    return x  # nothing writes into a recorded array
