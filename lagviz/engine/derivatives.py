"""Derivatives as functions of functions, with JAX's conventions. They nest in each other."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.record import add_input, recording, title
from lagviz.engine.recorded import NOTHING, Recorded
from lagviz.engine.recording import Recording
from lagviz.engine.rules import plain
from lagviz.engine.sweep import sweep
from lagviz.engine.where import caller
from lagviz.errors import ConstantWarning, InputError, ResultError

__all__ = ["grad", "value_and_grad"]


def value_and_grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., tuple[Any, Any]]:
    """A function that returns the value of ``f`` together with its gradient.

    Parameters
    ----------
    f : callable
        Returns one number.
    argnums : int or sequence of int
        Which positional arguments to differentiate by. Each may be a number, an array, or nested dicts, lists and
        tuples of them.

    Returns
    -------
    callable
        Takes the arguments of ``f`` and returns ``(value, gradient)``; the gradient has the containers, shapes and
        floating dtypes of the argument, and is a tuple of such if ``argnums`` is a sequence.

    Raises
    ------
    ResultError
        When called: ``f`` returned nothing, or an array.

    Examples
    --------
    >>> import lagviz as lv
    >>> lv.value_and_grad(lambda x: x**2)(3.0)
    (9.0, 6.0)
    """
    single = isinstance(argnums, int)
    wanted: tuple[int, ...] = (argnums,) if isinstance(argnums, int) else tuple(argnums)

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        with recording(_NO_LIMIT, positions=False) as begun:
            arguments = list(args)
            inputs: list[Any] = []
            for position in wanted:
                if not -len(args) <= position < len(args):
                    raise InputError(
                        f"argnums asks for argument {position}, but {title(f)} was called with {len(args)} positional "
                        "arguments. Pass by position what is to be differentiated by."
                    )
                where = f"argument {position}"
                taken = _take(args[position], begun, where)
                inputs.append(taken)
                arguments[position] = taken
            result = f(*arguments, **kwargs)
            value = _seed(result, begun, f)
            if value is not None:
                sweep(begun.nodes, [(result, value)])
            gradients = [
                _gradient(taken) if isinstance(taken, Recorded) else tree.rebuild(taken, _gradient) for taken in inputs
            ]
            plainly = result.value if isinstance(result, Recorded) and result.recording is begun else result
        return plainly, gradients[0] if single else tuple(gradients)

    return differentiated


def grad(f: Callable[..., Any], argnums: int | Sequence[int] = 0) -> Callable[..., Any]:
    """A function that returns the gradient of ``f``: the multipliers of its inputs.

    Parameters and errors are those of `value_and_grad`.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.grad(np.tanh)(0.0)
    1.0
    >>> lv.grad(lv.grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        return both(*args, **kwargs)[1]

    return gradient


#: A gradient keeps nothing but the sequence; what bounds it is memory.
_NO_LIMIT = 100_000_000


def _take(argument: Any, begun: Recording, where: str) -> Any:
    if type(argument) is float or (type(argument) is np.ndarray and argument.dtype.kind == "f"):
        return add_input(begun, argument, where, copy=False)  # the common case, without a walk through containers

    def one(leaf: Any) -> Recorded:
        if isinstance(leaf, int | np.integer) and not isinstance(leaf, bool):
            leaf = float(leaf)
        elif isinstance(leaf, Recorded) and leaf.dtype.kind in "iu":
            leaf = leaf * 1.0  # a count of an enclosing recording
        dtype = leaf.dtype if hasattr(leaf, "dtype") else np.dtype(type(leaf)) if isinstance(leaf, bool) else None
        if dtype is not None and dtype.kind in "iub":
            raise InputError(
                f"{where} holds an array of {dtype}: a gradient by integers does not exist. Convert it: x.astype(float)."
            )
        return add_input(begun, leaf, where, copy=False)

    return tree.rebuild(argument, one)


def _seed(result: Any, begun: Recording, f: Callable[..., Any]) -> Any:
    """The 1 of e_n in the result's own type; None where the result reads no input."""
    if isinstance(result, Recorded) and result.recording is begun:
        value = plain(result.value)
        if np.ndim(value):
            raise ResultError(
                f"{title(f)} returned an array of shape {np.shape(value)}; a gradient belongs to one number. Return one, "
                "for example with np.sum or np.mean."
            )
        if isinstance(value, bool | np.bool_):
            raise ResultError(f"{title(f)} returned a decision ({value}), which has no gradient. Return a real number.")
        return 1.0 if not isinstance(value, np.floating) else type(value)(1.0)
    if result is None:
        raise ResultError(f"{title(f)} returned nothing. Return the number that you want the gradient of.")
    if isinstance(result, dict | list | tuple):
        raise ResultError(
            f"{title(f)} returned a {type(result).__name__}; a gradient belongs to one number. Return the number alone."
        )
    if np.ndim(result):
        raise ResultError(
            f"{title(f)} returned an array of shape {np.shape(result)} that reads no input; a gradient belongs to one number."
        )
    if not isinstance(result, Recorded | int | float | np.number):
        raise ResultError(f"{title(f)} returned a {type(result).__name__}, not a number.")
    message = f"The result of {title(f)} reads none of the arguments it is differentiated by, so the gradient is 0."
    frame = caller()
    if frame is None:
        warnings.warn(message, ConstantWarning, stacklevel=2)
    else:
        warnings.warn_explicit(message, ConstantWarning, frame.f_code.co_filename, frame.f_lineno)
    return None


def _gradient(node: Recorded) -> Any:
    """λ of an input in its own shape and dtype."""
    adjoint, value = node.adjoint, plain(node.value)
    shape = np.shape(value)
    if adjoint is NOTHING:
        return np.zeros_like(value) if shape else 0.0
    if isinstance(adjoint, Recorded):
        return adjoint
    if not shape:
        return adjoint if isinstance(adjoint, np.floating) and adjoint.dtype != np.float64 else float(adjoint)
    # A view of a broadcast number, or of another's adjoint, is nothing to hand out: the caller may write into it.
    return np.array(adjoint, dtype=value.dtype)
