"""Implicit equations: results that read themselves, z = g(z, θ) or r(z, θ) = 0, as one node of the tape.

The numbers are found by whatever converges (`converging`); what the tape keeps is the equation, so that its derivative is
that of the solution and not that of the way to it. With the residual r, which is z − g(z, θ) of a fixed point,

    A_ii = r_zᵀ,    A_ii λ_i = what the readers hand back,    and θ is handed −r_θᵀ λ_i.

That is the implicit function theorem. A. Griewank, A. Walther, *Evaluating derivatives*, 2008, chapter 15.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine import tree
from lagviz.engine.derivatives.ends import MAX_NODES, is_own, must_be_function, shaped
from lagviz.engine.implicit.converging import Method, Solver
from lagviz.engine.implicit.residual import Linear, Residual
from lagviz.engine.implicit.unknown import Unknown, value_of
from lagviz.engine.record import add_input, keep_constants, recording, title
from lagviz.engine.recorded import NOTHING, Recorded, captured, record_operation
from lagviz.engine.rules import Rule, lead_of, plain
from lagviz.engine.where import place
from lagviz.engine.writing import tex_name
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
    equation = _Equation(kind, title(f), search.residual, solver, unknown.value(z))
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
            self.residual = Residual(
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


@dataclass(frozen=True, slots=True)
class _Equation:
    """r(z, θ) = ε as a function of θ: solved where θ is plain, else put on the tape.

    Its rule refers to it, and it to no rule: nothing that a tape holds is a cycle of references.
    """

    kind: str
    called: str
    residual: Residual
    solver: Solver
    start: Any
    epsilon: Any = 0.0

    def __call__(self, *known: Any) -> Any:
        if any(isinstance(value, Recorded) for value in known):
            return record_operation(_Equilibrium(self), known)
        start = np.asarray(self.start)
        shape = start.shape
        try:
            z = self.solver.solve(
                lambda vector: np.ravel(self.residual(value_of(vector, shape), *known) - self.epsilon),
                lambda vector: self.residual.linear(value_of(vector, shape), known).slope,
                start.ravel(),
            )
        except BranchFlippedError:
            raise BranchFlippedError(
                f"On these values a decision inside the {self.solver.what} comes out otherwise than it was recorded, so it "
                "would be another equation. Record the function again."
            ) from None
        return value_of(z, shape)


class _Equilibrium(Rule):
    """``z = g(z, θ)``, or ``z = z − r(z, θ)``: made for each call, since it keeps that call's equation."""

    __slots__ = ("_equation", "_last", "_letter", "_number", "_written")

    def __init__(self, equation: _Equation) -> None:
        fixed = equation.kind == "fixed_point"
        letter = equation.called if equation.called.isidentifier() else "g" if fixed else "r"
        written = tex_name(letter)
        super().__init__(
            equation.kind,
            equation,
            pill="z = g(z)" if fixed else "r(z) = 0",
            tex=rf"{written}($z, $args)" if fixed else rf"$z - {written}($z, $args)",
            text=f"{letter}($z, $args)" if fixed else f"$z − {letter}($z, $args)",
        )
        self._equation, self._letter, self._written = equation, letter, written
        self._number = np.shape(equation.start) == ()
        #: The last product of all operands, by what it was a product with.
        self._last: tuple[Any, Linear, list[Any]] | None = None

    def _near(self, z: Any, operands: Sequence[Any]) -> Linear:
        return self._equation.residual.linear(z, operands)

    def perturbed(self, epsilon: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        return replace(self._equation, epsilon=epsilon)(*operands)

    # --- its own block -------------------------------------------------------------------------------------------

    @property
    def implicit(self) -> bool:
        return True

    def diagonal(self, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> NDArray[np.float64]:
        del options
        return np.array(np.transpose(self._near(z, operands).slope), dtype=np.float64)

    def diagonal_tex(self, name: str) -> str:
        slope = super().slope_tex(self._written, name)
        if self.name == "root":
            return slope if self._number else rf"\left({slope}\right)^{{\!\top}}"
        return rf"\left(1 - {slope}\right)" if self._number else rf"\left(I - {slope}\right)^{{\!\top}}"

    def settle(self, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        return self._near(z, operands).solved(g, transposed=True, otherwise=self._singular())

    def settle_tangent(self, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        return self._near(z, operands).solved(t, transposed=False, otherwise=self._singular())

    def _singular(self) -> str:
        block = "∂r/∂z" if self.name == "root" else "I − ∂g/∂z"
        return (
            f"The {self._equation.solver.what} has no derivative: {block} is singular there, so z does not follow from its "
            "equation alone. Look at the equation at that point: the solution must be the only one near by."
        )

    # --- what it reads -------------------------------------------------------------------------------------------

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        linear = self._near(z, operands)
        # A sweep asks for one operand after another with the same g, and one sweep of r answers for all.
        last = self._last
        if last is None or last[0] is not g or last[1] is not linear:
            last = g, linear, linear.pulled(g)
            self._last = None if isinstance(g, Recorded) else last
        pulled = last[2][1 + k]
        if pulled is NOTHING:
            return shaped(NOTHING, z, np.shape(g)[: lead_of(g, z)] + np.shape(operands[k]))
        return -pulled

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        pushed = self._near(z, operands).pushed(1 + k, t)
        return (
            shaped(NOTHING, z, np.shape(t)[: lead_of(t, operands[k])] + np.shape(z)) if pushed is NOTHING else -pushed
        )

    # --- in words ------------------------------------------------------------------------------------------------

    def remark(self, options: Mapping[str, Any]) -> str | None:
        del options
        one, transposed = ("1", "") if self._number else ("I", ", transposed")
        minus = "" if self.name == "root" else f"{one} minus "
        return (
            f"It reads its own result as well: in place of {one}, the diagonal of its column holds {minus}the derivative of "
            f"{self._letter} by that result{transposed}."
        )

    def slope_tex(self, z: str, x: str) -> str:
        # Not ∂z/∂x, which would be how the solution moves: the equation's own partial.
        del z
        slope = super().slope_tex(self._written, x)
        return slope if self.name == "fixed_point" else f"-{slope}"

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del operands
        letters = ("x", "y", "w")
        if k >= len(letters):
            return None
        return self.slope_tex(names["z"], names[letters[k]])
