"""Implicit equations: results that read themselves, z = g(z, θ) or r(z, θ) = 0, as one node of the tape.

The numbers are found by whatever converges (`converging`); what the tape keeps is the equation, so that its derivative is
that of the solution and not that of the way to it. With the residual r, which is z − g(z, θ) of a fixed point,

    A_ii = r_zᵀ,    A_ii λ_i = what the readers hand back,    and θ is handed −r_θᵀ λ_i.

That is the implicit function theorem. A. Griewank, A. Walther, *Evaluating derivatives*, 2008, chapter 15.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.derivatives.ends import shaped
from lagviz.engine.implicit.converging import Solver
from lagviz.engine.implicit.residual import Linear, Residual
from lagviz.engine.implicit.unknown import value_of
from lagviz.engine.recorded import NOTHING, Recorded, record_operation
from lagviz.engine.rules import Rule, lead_of
from lagviz.engine.writing import tex_name
from lagviz.errors import BranchFlippedError

__all__ = ["Equation", "Equilibrium"]


@dataclass(frozen=True, slots=True)
class Equation:
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
            return record_operation(Equilibrium(self), known)
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


class Equilibrium(Rule):
    """``z = g(z, θ)``, or ``z = z − r(z, θ)``: made for each call, since it keeps that call's equation."""

    __slots__ = ("_last", "_letter", "_number", "_written", "equation")

    def __init__(self, equation: Equation) -> None:
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
        self.equation, self._letter, self._written = equation, letter, written
        self._number = np.shape(equation.start) == ()
        #: The last product of all operands, by what it was a product with.
        self._last: tuple[Any, Linear, list[Any]] | None = None

    def _near(self, z: Any, operands: Sequence[Any]) -> Linear:
        return self.equation.residual.linear(z, operands)

    def perturbed(self, epsilon: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        return replace(self.equation, epsilon=epsilon)(*operands)

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
            f"The {self.equation.solver.what} has no derivative: {block} is singular there, so z does not follow from its "
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
