"""The calls `fixed_point` and `root`: z is found for plain numbers, and its equation is put on the tape."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lagviz.engine import tree
from lagviz.engine.derivatives.ends import MAX_NODES, is_own, must_be_function
from lagviz.engine.implicit.converging import Method, Solver
from lagviz.engine.implicit.equation import Equation
from lagviz.engine.implicit.residual import Residual
from lagviz.engine.implicit.unknown import Unknown
from lagviz.engine.record import add_input, keep_constants, recording, title
from lagviz.engine.recorded import Recorded, captured
from lagviz.engine.rules import plain
from lagviz.engine.where import place
from lagviz.errors import BranchFlippedError, ResultError

__all__ = ["fixed_point", "root"]


def fixed_point(
    g: Callable[..., Any],
    x0: Any,
    /,
    *args: Any,
    method: Method = "iteration",
    tol: float | None = None,
    max_iterations: int = 1000,
) -> Any:
    """The z with ``z = g(z, *args)``, as one equation of the tape: a layer that is its own input, a loop run to its end.

    Its block on the diagonal of A is ``I − (∂g/∂z)ᵀ``. Derivatives go by the equation (the implicit function theorem) and do
    not depend on how z was found, nor on where from.

    Parameters
    ----------
    g : callable
        ``g(z, *args)`` returns the next z. What it reads besides, recorded values of the functions around it, counts like an
        argument.
    x0 : number, array, or nested dicts, lists and tuples of them
        Where to start. z has its containers and shapes, and the widest of its dtypes; no derivative passes through it.
    *args
        Whatever else ``g`` takes.
    method : {"iteration", "anderson", "newton"}
        ``"iteration"`` puts each result back in, which converges where ``g`` brings points nearer to each other;
        ``"anderson"`` mixes the last few results; ``"newton"`` solves ``z − g(z) = 0`` with the derivative of ``g``.
    tol : float, optional
        How far z may still move, relative to ``1 + |z|``; by default 1e-12, or as far as its dtype reaches.
    max_iterations : int

    Returns
    -------
    number, array, or containers of them
        Recorded, if anything ``g`` reads is.

    Raises
    ------
    NotConvergedError
        z did not settle within `max_iterations`; the last residual is named.
    SingularError
        When differentiated: ``I − ∂g/∂z`` is singular, so z does not follow from its equation.
    ResultError
        ``g`` returned other containers or shapes than ``x0`` has.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> def golden(a):
    ...     return lv.fixed_point(lambda z: 1 + a / z, 1.0)
    >>> golden(1.0), lv.grad(golden)(1.0)
    (1.618034, 0.4472136)
    """
    solver = Solver(method, tol, max_iterations, f"fixed point of {title(g)}")
    return _solved(g, x0, args, solver, "fixed_point")


def root(
    residual: Callable[..., Any],
    x0: Any,
    /,
    *args: Any,
    method: Method = "newton",
    tol: float | None = None,
    max_iterations: int = 1000,
) -> Any:
    """The z with ``residual(z, *args) = 0``, as one equation of the tape: ``z = z − r(z, θ)``.

    Its block on the diagonal of A is ``(∂r/∂z)ᵀ``. Derivatives go by the equation (the implicit function theorem) and do not
    depend on how z was found.

    Parameters
    ----------
    residual : callable
        ``residual(z, *args)`` has the containers and shapes of z: as many equations as unknowns. What it reads besides,
        recorded values of the functions around it, counts like an argument.
    x0, *args, method, tol, max_iterations
        As for `fixed_point`, with the iteration ``z ← z − residual(z)``.

    Returns
    -------
    number, array, or containers of them
        Recorded, if anything ``residual`` reads is. Of several roots it is the one that the method came upon.

    Raises
    ------
    NotConvergedError
        z did not settle within `max_iterations`; the last residual is named.
    SingularError
        When differentiated: ``∂r/∂z`` is singular, as at a double root.
    ResultError
        ``residual`` returned other containers or shapes than ``x0`` has, or does not read z.

    Examples
    --------
    Kepler's equation, and how the eccentric anomaly changes with the eccentricity:

    >>> import numpy as np, lagviz as lv
    >>> def anomaly(e, M):
    ...     return lv.root(lambda E: E - e * np.sin(E) - M, M)
    >>> anomaly(0.1, 1.0), lv.grad(anomaly)(0.1, 1.0)
    (1.088598, 0.929061)
    """
    solver = Solver(method, tol, max_iterations, f"root of {title(residual)}")
    return _solved(residual, x0, args, solver, "root")


def _solved(f: Callable[..., Any], x0: Any, args: tuple[Any, ...], solver: Solver, kind: str) -> Any:
    must_be_function(f, f"lv.{kind}(f, x0)")
    unknown = Unknown(x0, solver.what)
    search = _Search(f, unknown, args, kind)
    z = solver.solve(search.at, search.slope, unknown.start)
    search.at(z)  # where the search ended, by the branches that hold there
    equation = Equation(kind, title(f), search.residual, solver, unknown.value(z))
    return unknown.unpacked(equation(*search.read))


class _Search:
    """r at any z: recorded once, and run again as long as its branches hold; else recorded anew."""

    def __init__(self, f: Callable[..., Any], unknown: Unknown, args: tuple[Any, ...], kind: str) -> None:
        self._f, self._unknown, self._args, self._kind = f, unknown, args, kind
        self._record(unknown.start)

    def _record(self, vector: Any) -> None:
        with recording(MAX_NODES, positions=False) as begun:
            begun.captured = {}
            z = add_input(begun, self._unknown.value(vector), "z")
            # Arguments become inputs in their order; what is closed over follows as it is met.
            args = tree.rebuild(self._args, lambda leaf: captured(leaf, begun))
            result = self._unknown.packed(self._f(self._unknown.unpacked(z), *args), self._f)
            result = z - result if self._kind == "fixed_point" else result
            if not is_own(result, begun):
                raise ResultError(
                    f"{title(self._f)} does not read z, its first argument, at {place()}: there is nothing to solve for."
                )
            keep_constants(begun)
            #: The values recorded further out that r reads.
            self.read: list[Recorded] = [outer for outer, _ in begun.captured.values()]
            self.residual = Residual.of(
                begun.nodes, begun.guards, z, [node for _, node in begun.captured.values()], result
            )

    def at(self, vector: Any) -> Any:
        """The residual at z, as a vector."""
        z, known = self._unknown.value(vector), [plain(value) for value in self.read]
        try:
            value = self.residual(z, *known)
        except BranchFlippedError:
            self._record(vector)
            value = self.residual(z, *[plain(value) for value in self.read])
        return np.ravel(value)

    def slope(self, vector: Any) -> Any:
        """∂r/∂z there."""
        self.at(vector)
        return self.residual.linear(self._unknown.value(vector), [plain(value) for value in self.read]).slope
