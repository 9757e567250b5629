"""The two ends of a differentiated call: arguments that become inputs, and results that become right-hand sides."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.record import add_input, checked_result, computed, title
from lagviz.engine.recorded import NOTHING, Recorded
from lagviz.engine.recording import Recording
from lagviz.engine.rules import plain
from lagviz.engine.where import caller
from lagviz.errors import ConstantWarning, ForeignValueError, InputError, ResultError

__all__ = [
    "MAX_NODES",
    "call",
    "floating",
    "is_own",
    "must_be_function",
    "outputs",
    "positions_of",
    "shaped",
    "take",
    "uncountable",
    "unrecorded",
    "warn_constant",
]

#: Equations at which a derivative stops recording: it keeps nothing but the sequence, so ten times what a tape may have.
MAX_NODES = 10_000_000


def must_be_function(f: Any, written: str) -> None:
    """Refuse what cannot be called; ``written`` is how it should have been."""
    if not callable(f):
        raise InputError(f"{f!r:.60} is no function. Write {written}: the function itself first, not its value.")


def positions_of(argnums: Any, written: str) -> tuple[int, ...]:
    """``argnums`` as positions; ``written`` is how the derivative is to be called, for who put the argument itself there."""
    several = argnums if isinstance(argnums, list | tuple | range) else (argnums,)
    if not all(isinstance(position, int | np.integer) and not isinstance(position, bool) for position in several):
        raise InputError(
            f"argnums says by which positional arguments to differentiate: 0, or (0, 1); {argnums!r:.60} is no such. Arguments "
            f"of the function itself belong to the second pair of brackets: {written}."
        )
    return tuple(map(int, several))


def take(argument: Any, begun: Recording, where: str, *, copy: bool = False) -> Any:
    """An argument with every leaf an input of a recording; Python's integers count as real numbers.

    Raises
    ------
    InputError
        A leaf is no real number or array of them; ``where`` says which argument it belongs to.
    """
    if type(argument) is float or (type(argument) is np.ndarray and argument.dtype.kind == "f"):
        return add_input(begun, argument, where, copy=copy)  # the common case, without a walk through containers

    def one(leaf: Any) -> Recorded:
        if isinstance(leaf, Recorded):
            leaf = leaf * 1.0 if leaf.dtype.kind in "iu" else leaf  # a count of an enclosing recording
        elif isinstance(leaf, int | np.integer) and not isinstance(leaf, bool):
            leaf = float(leaf)
        dtype = leaf.dtype if hasattr(leaf, "dtype") else np.dtype(type(leaf)) if isinstance(leaf, bool) else None
        if dtype is not None and dtype.kind in "iub":
            kind = "truth values" if dtype.kind == "b" else "whole numbers"
            what, conversion = (
                (f"is {leaf}", "float(x)") if np.ndim(leaf) == 0 else (f"is an array of {dtype}", "x.astype(float)")
            )
            raise InputError(f"{where} {what}: there is no gradient by {kind}. Convert it: {conversion}.")
        return add_input(begun, leaf, where, copy=copy)

    return tree.rebuild(argument, one)


def taken_from(
    args: tuple[Any, ...], wanted: Sequence[int], begun: Recording, f: Callable[..., Any]
) -> tuple[list[Any], list[Any]]:
    """All arguments, with the wanted ones recorded as inputs; and these alone."""
    arguments = list(args)
    inputs: list[Any] = []
    if len(wanted) > 1 and len({position % max(len(args), 1) for position in wanted}) < len(wanted):
        raise InputError(f"argnums={tuple(wanted)} names an argument twice. Name each argument of {title(f)} once.")
    for position in wanted:
        if not -len(args) <= position < len(args):
            raise InputError(
                f"argnums asks for argument {position}, but {title(f)} was called with {len(args)} positional "
                "arguments. Pass by position what is to be differentiated by."
            )
        taken = take(args[position], begun, f"argument {position}")
        inputs.append(taken)
        arguments[position] = taken
    return arguments, inputs


def call(f: Callable[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any], *, has_aux: bool) -> tuple[Any, Any]:
    """What a function returned: (result, what came beside it and is not differentiated)."""
    result = computed(f(*args, **kwargs), f)
    if not has_aux:
        return result, None
    if not (isinstance(result, tuple) and len(result) == 2):  # noqa: PLR2004
        raise ResultError(
            f"With has_aux=True {title(f)} is to return a pair, (what is differentiated, anything else), but it did "
            "not."
        )
    return result


def is_own(value: Any, begun: Recording) -> bool:
    """Whether a value was recorded in this recording, and so may read its inputs.

    Raises
    ------
    ForeignValueError
        Its recording has ended.
    """
    if not isinstance(value, Recorded):
        return False
    if value.recording is begun:
        return True
    if not value.recording.encloses(begun):
        raise ForeignValueError(
            f"The result {value!r} was recorded in another function, which has returned since. Return what was computed "
            "from this function's own arguments."
        )
    return False


def outputs(result: Any, begun: Recording, f: Callable[..., Any]) -> list[Any]:
    """The leaves of what a function returned, each a real number or an array of them.

    Raises
    ------
    ResultError
        There is none, or one is text, a decision, a count or the like.
    ForeignValueError
        One was recorded elsewhere, in a recording that has ended.
    """
    found = tree.leaves(result)
    if not found:
        raise ResultError(f"{title(f)} returned nothing. Return the numbers that you want the derivative of.")
    for leaf in found:
        if not is_own(leaf, begun):
            checked_result(leaf, f)
        elif leaf.dtype.kind in "iub":
            raise uncountable(leaf, f)
    return found


def uncountable(leaf: Recorded, f: Callable[..., Any]) -> ResultError:
    """The error for a result that moves in steps, a decision or a count."""
    value = plain(leaf.value)
    what = ("an array of integers" if value.dtype.kind in "iu" else "an array of decisions") if np.ndim(value) else None
    if what is None:
        what = (
            f"a decision ({value})"
            if leaf.dtype.kind == "b"
            else f"an integer ({value}) that was counted, not computed"
        )
    return ResultError(
        f"{title(f)} returned {what}, which has no gradient. Return a real number, and anything else beside it with "
        "has_aux=True."
    )


def unrecorded(value: Any, begun: Recording) -> Any:
    """A tree of results as the caller is to see it: without the layer of this recording."""

    def one(leaf: Any) -> Any:
        return leaf.value if isinstance(leaf, Recorded) and leaf.recording is begun else leaf

    return tree.rebuild(value, one)


def warn_constant(f: Callable[..., Any]) -> None:
    """Warn that a result reads no input: its derivative is 0, which is seldom what was meant."""
    message = f"The result of {title(f)} reads none of the arguments it is differentiated by, so the gradient is 0."
    frame = caller()
    if frame is None:
        warnings.warn(message, ConstantWarning, stacklevel=3)
    else:
        warnings.warn_explicit(message, ConstantWarning, frame.f_code.co_filename, frame.f_lineno)


def shaped(derivative: Any, value: Any, shape: tuple[int, ...] | None = None, *, own: bool = False) -> Any:
    """A derivative as it is handed out: in the floating dtype of a value, and in its shape or another; 0 for NOTHING.

    ``own`` is whether an array is nobody else's, so that it can be handed out as it is.
    """
    if type(value) is float and type(derivative) is float and shape is None:
        return derivative
    value = plain(value)
    shape = np.shape(value) if shape is None else shape
    if derivative is NOTHING:
        return np.zeros(shape, floating(value)) if shape else 0.0
    if isinstance(derivative, Recorded):
        return derivative
    if not shape:
        return floating(value).type(derivative) if isinstance(value, np.float32 | np.float16) else float(derivative)
    # A view of a broadcast number, or of another's adjoint, is nothing to hand out: the caller may write into it.
    return np.array(derivative, dtype=floating(value), copy=None if own else True)


def floating(value: Any) -> np.dtype[Any]:
    """The dtype of derivatives by a value: its own, or double precision of Python's numbers."""
    dtype: np.dtype[Any] = np.asarray(value).dtype
    return dtype if dtype.kind == "f" else np.dtype(np.float64)


def unit_of(value: Any) -> Any:
    """The 1 of e_n in the type of a number."""
    return type(value)(1.0) if isinstance(value, np.floating) else 1.0
