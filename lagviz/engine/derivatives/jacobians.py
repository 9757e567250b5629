"""Jacobians and Hessians: every result by every input, as one right-hand side that is a matrix."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise
from typing import Any, Literal

import numpy as np

from lagviz.engine import tree
from lagviz.engine.derivatives.ends import (
    MAX_NODES,
    call,
    floating,
    is_own,
    must_be_function,
    outputs,
    positions_of,
    shaped,
    taken_from,
    unit_of,
    unrecorded,
    warn_constant,
)
from lagviz.engine.push import push
from lagviz.engine.record import recording
from lagviz.engine.recorded import NOTHING, Recorded
from lagviz.engine.recording import Recording
from lagviz.engine.rules import plain, size_of
from lagviz.engine.sweep import sweep
from lagviz.errors import TooLargeError

__all__ = ["Way", "hessian", "jacobian", "jacobian_by"]

#: Numbers of the identity matrix that a Jacobian begins with, at most.
LARGEST_IDENTITY = 10**9

Way = Literal["sweep", "push"]


def jacobian(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    max_nodes: int = MAX_NODES,
) -> Callable[..., Any]:
    """A function that returns the Jacobian of ``f``: the derivative of every result by every input.

    All results are one right-hand side, a matrix: the tape is recorded once and swept once. Where there are fewer
    inputs than results, their tangents are pushed forward instead, for the same numbers at less work.

    Parameters
    ----------
    f : callable
        Returns numbers, arrays, or nested dicts, lists and tuples of them.
    argnums : int or sequence of int
        Which positional arguments to differentiate by, as for `grad`.
    has_aux : bool
        Whether ``f`` returns a pair, what is differentiated and anything else, which is handed through.
    max_nodes : int
        Number of equations at which recording stops with an error, as for `grad`.

    Returns
    -------
    callable
        Takes the arguments of ``f``. It returns the containers of the result, with, at each leaf, the containers of the
        argument (a tuple of such if ``argnums`` is a sequence), and at each leaf of those the derivative of shape
        ``shape of the result + shape of the argument``, in the argument's floating dtype. With ``has_aux``,
        ``(Jacobian, anything else)``.

    Raises
    ------
    ResultError
        When called: ``f`` returned nothing, or what is no real number.
    InputError
        When called: an argument cannot be differentiated by.
    TooLargeError
        When called: the result has more than some 30 000 numbers, and so many right-hand sides.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.jacobian(lambda x: x**2)(np.array([1.0, 2.0]))
    array([[2., 0.],
           [0., 4.]])
    >>> lv.jacobian(lambda x: {"twice": 2 * x, "square": x**2})(3.0)
    {'twice': 2.0, 'square': 6.0}
    """
    return jacobian_by(f, argnums, has_aux=has_aux, max_nodes=max_nodes)


def hessian(
    f: Callable[..., Any], argnums: int | Sequence[int] = 0, *, max_nodes: int = MAX_NODES
) -> Callable[..., Any]:
    """A function that returns the Hessian of ``f``: the Jacobian of its Jacobian.

    Parameters
    ----------
    f : callable
        Returns a number; or an array or containers, of which every element then has a Hessian.
    argnums : int or sequence of int
        Which positional arguments to differentiate by, as for `grad`.
    max_nodes : int
        Number of equations at which each of the two recordings stops with an error, as for `grad`.

    Returns
    -------
    callable
        Takes the arguments of ``f``. Its result has the containers of the result of ``f``, then those of the argument,
        twice, and at each leaf an array of shape ``shape of the result + shape of the argument + shape of the argument``.

    Raises
    ------
    ResultError, InputError
        As `jacobian`.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.hessian(lambda x: x[0] ** 2 * x[1])(np.array([1.0, 2.0]))
    array([[4., 2.],
           [2., 0.]])
    """
    # A second derivative that is 0 everywhere is nothing to be warned of; that f reads no input is.
    return jacobian_by(jacobian_by(f, argnums, max_nodes=max_nodes), argnums, warn=False, max_nodes=max_nodes)


def jacobian_by(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    *,
    has_aux: bool = False,
    warn: bool = True,
    way: Way | None = None,
    max_nodes: int = MAX_NODES,
) -> Callable[..., Any]:
    """`jacobian` by a sweep or a push, or by whichever has fewer right-hand sides; with or without a warning."""
    must_be_function(f, "lv.jacobian(f)(x)")
    single = isinstance(argnums, int | np.integer)
    wanted = positions_of(argnums, "lv.jacobian(f)(x)")

    @functools.wraps(f)
    def differentiated(*args: Any, **kwargs: Any) -> Any:
        with recording(max_nodes, positions=False) as begun:
            arguments, taken = taken_from(args, wanted, begun, f)
            result, aux = call(f, arguments, kwargs, has_aux=has_aux)
            ends = outputs(result, begun, f)
            if warn and not any(is_own(end, begun) for end in ends):
                warn_constant(f)
            inputs = tree.leaves(taken)
            forward = way == "push" or (way is None and sum(map(size_of, inputs)) < sum(map(size_of, ends)))
            rows = iter((_forward if forward else _reverse)(begun, inputs, ends))

            def of_result(_leaf: Any) -> Any:
                row = iter(next(rows))
                by_argument = [tree.rebuild(one, lambda _leaf: next(row)) for one in taken]
                return by_argument[0] if single else tuple(by_argument)

            jacobian = tree.rebuild(result, of_result)
            return (jacobian, unrecorded(aux, begun)) if has_aux else jacobian

    return differentiated


def _reverse(begun: Recording, inputs: Sequence[Recorded], ends: Sequence[Any]) -> list[list[Any]]:
    """∂(each result)/∂(each input): all numbers of all results are right-hand sides of one sweep from the end."""
    units, pieces = _units(ends)
    sweep(begun.nodes, [(end, unit) for end, unit in zip(ends, units, strict=True) if is_own(end, begun)])
    return [
        [_block(node.adjoint, piece, node, getattr(end, "shape", ()) + node.shape) for node in inputs]
        for end, piece in zip(ends, pieces, strict=True)
    ]


def _forward(begun: Recording, inputs: Sequence[Recorded], ends: Sequence[Any]) -> list[list[Any]]:
    """The same by one push from the beginning: all numbers of all inputs are right-hand sides."""
    units, pieces = _units(inputs)
    own = [end for end in ends if is_own(end, begun)]
    tangents = iter(push(begun.nodes, list(zip(inputs, units, strict=True)), own))
    rows = []
    for end in ends:
        tangent: Any = next(tangents) if is_own(end, begun) else NOTHING
        row = []
        for node, piece in zip(inputs, pieces, strict=True):
            part = tangent
            if piece is not None and tangent is not NOTHING:
                part = np.transpose(np.reshape(tangent[piece], (node.size, size_of(end))))
            row.append(_block(part, None, node, getattr(end, "shape", ()) + node.shape))
        rows.append(row)
    return rows


def _units(values: Sequence[Any]) -> tuple[list[Any], list[slice | None]]:
    """The identity matrix, cut into a right-hand side for each value, and where its numbers are along the leading axis.

    A single number has no need of that axis: its right-hand side is 1, its place None.
    """
    kept = [np.asarray(plain(value)) for value in values]
    if len(kept) == 1 and not kept[0].ndim:
        return [unit_of(plain(values[0]))], [None]
    ends = list(accumulate((value.size for value in kept), initial=0))
    if ends[-1] ** 2 > LARGEST_IDENTITY:
        gigabytes = ends[-1] ** 2 * 8 / 1e9
        raise TooLargeError(
            f"A matrix of all derivatives needs a right-hand side for each of {ends[-1]:,} numbers, {gigabytes:.0f} GB. Ask for "
            "products with it: lv.jvp(f, (x,), (direction,)) or lv.vjp(f, x); with a Hessian, lv.jvp(lv.grad(f), (x,), "
            "(direction,))."
        )
    pieces = [slice(*pair) for pair in pairwise(ends)]
    unit = np.eye(ends[-1])
    return [
        unit[:, piece].reshape(ends[-1], *value.shape).astype(floating(value), copy=False)
        for value, piece in zip(kept, pieces, strict=True)
    ], list(pieces)


def _block(derivative: Any, piece: slice | None, node: Recorded, shape: tuple[int, ...]) -> Any:
    """The part of a derivative by ``node`` that belongs to one result, in that result's axes and the node's."""
    if derivative is not NOTHING:
        derivative = np.reshape(derivative if piece is None else derivative[piece], shape)
    return shaped(derivative, node.value, shape)
