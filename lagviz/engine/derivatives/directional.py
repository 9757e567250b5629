"""The derivative as a linear map: applied to a direction (`jvp`), and its transpose applied to prices (`vjp`)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.derivatives.ends import (
    MAX_NODES,
    call,
    floating,
    is_own,
    must_be_function,
    outputs,
    shaped,
    take,
    unrecorded,
)
from lagviz.engine.push import push
from lagviz.engine.record import checked, keep_constants, recording, title
from lagviz.engine.recorded import NOTHING, Recorded
from lagviz.engine.rules import is_array, plain
from lagviz.engine.sweep import sweep
from lagviz.errors import InputError

__all__ = ["jvp", "vjp"]


def jvp(
    f: Callable[..., Any],
    primals: Sequence[Any],
    tangents: Sequence[Any],
    *,
    has_aux: bool = False,
    max_nodes: int = MAX_NODES,
) -> Any:
    """The value of ``f``, and how it moves when its arguments move along ``tangents``: J ẋ.

    The tangents are pushed along the recorded sequence, from its beginning: forward substitution in Aᵀ ż = ẋ.

    Parameters
    ----------
    f : callable
        Returns numbers, arrays, or nested dicts, lists and tuples of them.
    primals : sequence
        The positional arguments of ``f``: numbers, arrays, or containers of them.
    tangents : sequence
        A direction for each of them, in the same containers and shapes.
    has_aux : bool
        Whether ``f`` returns a pair, what is differentiated and anything else, which is handed through.
    max_nodes : int
        Number of equations at which recording stops with an error, as for `grad`.

    Returns
    -------
    tuple
        ``(value, tangent)``, the tangent in the containers, shapes and floating dtypes of the value; with ``has_aux``
        ``(value, tangent, anything else)``.

    Raises
    ------
    InputError
        A primal cannot be differentiated by, or a tangent does not match its primal.
    ResultError
        ``f`` returned nothing, or what is no real number.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.5))
    (6.0, 4.0)
    """
    must_be_function(f, "lv.jvp(f, (x,), (direction,))")
    for given, name in ((primals, "primals"), (tangents, "tangents")):
        if not isinstance(given, list | tuple):
            raise InputError(
                f"jvp takes {name} as a tuple, one for each argument of {title(f)}; it was given a {type(given).__name__}. "
                "Write jvp(f, (x,), (direction,))."
            )
    with recording(max_nodes, positions=False) as begun:
        inputs = [take(primal, begun, f"argument {k}") for k, primal in enumerate(primals)]
        seeds = _matched(inputs, tangents, "primals", "tangents")
        result, aux = call(f, inputs, {}, has_aux=has_aux)
        own = [end for end in outputs(result, begun, f) if is_own(end, begun)]
        found = iter(push(begun.nodes, seeds, own))
        tangent = tree.rebuild(result, lambda end: shaped(next(found) if is_own(end, begun) else NOTHING, end))
        value = unrecorded(result, begun)
        return (value, tangent, unrecorded(aux, begun)) if has_aux else (value, tangent)


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False, max_nodes: int = MAX_NODES) -> Any:
    """The value of ``f``, and a function that pulls prices of its results back to its arguments: Jᵀ λ.

    The recorded sequence is kept, with private copies of what it reads, so it can be swept as often as one likes.

    Parameters
    ----------
    f : callable
        Returns numbers, arrays, or nested dicts, lists and tuples of them.
    *primals
        Its positional arguments: numbers, arrays, or containers of them.
    has_aux : bool
        Whether ``f`` returns a pair, what is differentiated and anything else, which is handed through.
    max_nodes : int
        Number of equations at which recording stops with an error, as for `grad`.

    Returns
    -------
    tuple
        ``(value, pull)``; with ``has_aux`` ``(value, pull, anything else)``. ``pull`` takes a price for each result, in the
        containers and shapes of the value, and returns a tuple with the price of each argument, in its containers, shapes
        and floating dtypes.

    Raises
    ------
    InputError
        A primal cannot be differentiated by. When `pull` is called: the prices do not match the value.
    ResultError
        ``f`` returned nothing, or what is no real number.
    ForeignValueError
        When `pull` is called: it was made inside a function that has returned since, of values recorded there.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> value, pull = lv.vjp(lambda x, y: x * y, 2.0, 3.0)
    >>> pull(1.0), pull(10.0)
    ((3.0, 2.0), (30.0, 20.0))
    """
    must_be_function(f, "lv.vjp(f, x)")
    with recording(max_nodes, positions=False) as begun:
        inputs = [take(primal, begun, f"argument {k}", copy=True) for k, primal in enumerate(primals)]
        result, aux = call(f, inputs, {}, has_aux=has_aux)
        own = [is_own(end, begun) for end in outputs(result, begun, f)]
        nodes = begun.nodes
        keep_constants(begun)
        # Whoever gets the value may write into it; the tape still needs its numbers.
        value, beside = (
            tree.rebuild(unrecorded(one, begun), lambda leaf: leaf.copy() if is_array(leaf) else leaf)
            for one in (result, aux)
        )
    one_at_a_time = threading.Lock()

    def pull(prices: Any) -> tuple[Any, ...]:
        seeds = _matched(result, prices, "value", "prices")
        with one_at_a_time:
            try:
                sweep(nodes.copy(), [seed for seed, mine in zip(seeds, own, strict=True) if mine])
                return tuple(tree.rebuild(one, lambda node: shaped(node.adjoint, node)) for one in inputs)
            finally:
                for node in nodes:
                    node.adjoint = NOTHING

    return (value, pull, beside) if has_aux else (value, pull)


def _matched(values: Any, given: Any, what: str, name: str) -> list[tuple[Any, Any]]:
    """Each leaf of ``values`` with its counterpart in ``given``, as right-hand sides; or an error that says which differ."""
    mine, theirs = list(tree.with_paths(values, "")), list(tree.with_paths(given, ""))
    missing = [path for path, _ in mine if path not in dict(theirs)]
    extra = [path for path, _ in theirs if path not in dict(mine)]
    if missing or extra:
        path, lacking, having = (missing[0], name, what) if missing else (extra[0], what, name)
        raise InputError(
            f"The {name} must have the containers of the {what}: there is a number or an array at {having}{path}, and none "
            f"at {lacking}{path}. Write 0 for what does not move."
        )
    counterparts = dict(theirs)
    return [(value, _counterpart(value, counterparts[path], f"{name}{path}", f"{what}{path}")) for path, value in mine]


def _counterpart(value: Any, given: Any, name: str, what: str) -> Any:
    """A tangent or a price in the floating dtype of its value."""
    given = checked(given, name)
    shape = np.shape(plain(value))
    if np.shape(given) != shape:
        raise InputError(f"{name} has shape {np.shape(given)}, but {what} has {shape}. Both must be alike.")
    if isinstance(given, Recorded):
        return given
    dtype = floating(plain(value))
    if shape:
        return np.asarray(given, dtype)
    return float(given) if dtype == np.float64 else dtype.type(given)
