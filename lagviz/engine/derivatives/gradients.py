"""Gradients as functions of functions, with JAX's conventions. They nest in each other, and in all other derivatives.

Of several results at once: `jacobians`. Along one direction, and its transpose: `directional`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Container, Sequence
from typing import Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.derivatives.ends import (
    MAX_NODES,
    call,
    is_own,
    must_be_function,
    positions_of,
    shaped,
    taken_from,
    uncountable,
    unit_of,
    unrecorded,
    warn_constant,
)
from lagviz.engine.record import recording, title
from lagviz.engine.recorded import Recorded
from lagviz.engine.recording import Recording
from lagviz.engine.rules import plain
from lagviz.engine.sweep import sweep
from lagviz.errors import ResultError

__all__ = ["grad", "value_and_grad"]


def value_and_grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    max_nodes: int = MAX_NODES,
) -> Callable[..., tuple[Any, Any]]:
    """A function that returns the value of ``f`` together with its gradient.

    Parameters
    ----------
    f : callable
        Returns one number.
    argnums : int or sequence of int
        Which positional arguments to differentiate by. Each may be a number, an array, or nested dicts, lists and
        tuples of them.
    has_aux : bool
        Whether ``f`` returns a pair, the number and anything else, which is handed through: the value is then
        ``(number, anything else)``.
    max_nodes : int
        Number of equations at which recording stops with an error: a loop without an end has no gradient.

    Returns
    -------
    callable
        Takes the arguments of ``f`` and returns ``(value, gradient)``; the gradient has the containers, shapes and
        floating dtypes of the argument, and is a tuple of such if ``argnums`` is a sequence.

    Raises
    ------
    ResultError
        When called: ``f`` returned nothing, or an array.
    InputError
        When called: an argument cannot be differentiated by.
    EndlessError
        When called: there are more equations than ``max_nodes``.

    Examples
    --------
    >>> import lagviz as lv
    >>> lv.value_and_grad(lambda x: x**2)(3.0)
    (9.0, 6.0)
    """
    must_be_function(f, "lv.grad(f)(x)")
    single = isinstance(argnums, int | np.integer)
    wanted = positions_of(argnums, "lv.grad(f)(x)")

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        with recording(max_nodes, positions=False) as begun:
            arguments, inputs = taken_from(args, wanted, begun, f)
            result, aux = call(f, arguments, kwargs, has_aux=has_aux)
            seed = _seed(result, begun, f)
            plainly = result.value if isinstance(result, Recorded) and result.recording is begun else result
            if has_aux:
                plainly = plainly, unrecorded(aux, begun)
            own: Container[int] = ()
            if seed is not None:
                seeds = [(result, seed)]
                del result, aux  # who holds the last equation holds all of them, through what each reads
                own = sweep(begun.nodes, seeds)

            def gradient(node: Recorded) -> Any:
                return shaped(node.adjoint, node.value, own=id(node) in own)

            gradients = [
                gradient(taken) if isinstance(taken, Recorded) else tree.rebuild(taken, gradient) for taken in inputs
            ]
        return plainly, gradients[0] if single else tuple(gradients)

    return differentiated


def grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    max_nodes: int = MAX_NODES,
) -> Callable[..., Any]:
    """A function that returns the gradient of ``f``: the multipliers of its inputs.

    Parameters
    ----------
    f : callable
        Returns one number.
    argnums : int or sequence of int
        Which positional arguments to differentiate by.
    has_aux : bool
        Whether ``f`` returns a pair, the number and anything else, which is handed through.
    max_nodes : int
        Number of equations at which recording stops with an error.

    Returns
    -------
    callable
        Takes the arguments of ``f`` and returns the gradient, as `value_and_grad` does; with ``has_aux``
        ``(gradient, anything else)``.

    Raises
    ------
    ResultError, InputError, EndlessError
        When called: as `value_and_grad`.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.grad(np.tanh)(0.0)
    1.0
    >>> lv.grad(lv.grad(lambda x: x**3))(2.0)
    12.0
    """
    both = value_and_grad(f, argnums, has_aux=has_aux, max_nodes=max_nodes)

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        value, result = both(*args, **kwargs)
        return (result, value[1]) if has_aux else result

    return gradient


def _seed(result: Any, begun: Recording, f: Callable[..., Any]) -> Any:
    """The right-hand side that asks about the result; None where the result reads no input."""
    if isinstance(result, Recorded) and result.recording is begun:
        if type(result.value) is float:
            return 1.0
        value = plain(result.value)
        if np.ndim(value):
            raise ResultError(
                f"{title(f)} returned an array of shape {np.shape(value)}; a gradient belongs to one number. Return one, "
                "for example with np.sum or np.mean, or ask for its jacobian."
            )
        if isinstance(value, bool | int | np.integer | np.bool_):
            raise uncountable(result, f)
        return unit_of(value)
    if result is None:
        raise ResultError(f"{title(f)} returned nothing. Return the number that you want the gradient of.")
    if isinstance(result, dict | list | tuple):
        raise ResultError(
            f"{title(f)} returned a {type(result).__name__}; a gradient belongs to one number. Return the number alone, or "
            "ask for its jacobian."
        )
    if np.ndim(result):
        raise ResultError(
            f"{title(f)} returned an array of shape {np.shape(result)} that reads no input; a gradient belongs to one number."
        )
    if not isinstance(result, Recorded | int | float | np.number):
        raise ResultError(f"{title(f)} returned a {type(result).__name__}, not a number.")
    is_own(result, begun)
    warn_constant(f)
    return None
