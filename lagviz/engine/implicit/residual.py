"""The residual r(z, θ) of an implicit equation as a tape of its own, and its derivatives near a point."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from scipy.linalg.lapack import dgecon, dgetrf, dgetrs

from lagviz.engine.derivatives.ends import MAX_NODES
from lagviz.engine.push import push
from lagviz.engine.record import add_input, recording
from lagviz.engine.recorded import NOTHING, Recorded
from lagviz.engine.replay import rerun
from lagviz.engine.rules import lead_of, plain, size_of
from lagviz.engine.sweep import sweep
from lagviz.engine.tape import Tape
from lagviz.errors import SingularError

__all__ = ["Linear", "Residual"]


class Residual:
    """r as a tape of its own: of z, and of what it reads besides; by any values, recorded ones too."""

    def __init__(self, tape: Tape) -> None:
        #: Its first input is z, the others are what it reads besides.
        self.tape = tape
        self._kept: Linear | None = None

    @classmethod
    def of(
        cls, nodes: list[Recorded], guards: list[Recorded], z: Recorded, read: Sequence[Recorded], result: Recorded
    ) -> Residual:
        """The residual that was recorded as these equations."""
        inputs = {"z": z, **{f"θ{k + 1}": value for k, value in enumerate(read)}}
        return cls(
            Tape(
                nodes=nodes,
                marks=None,
                guards=guards,
                scopes=(),
                inputs=inputs,
                outputs=[result],
                returned=result,
                function=None,
                arguments=None,
                max_nodes=MAX_NODES,
                parameters=None,
            )
        )

    def __call__(self, z: Any, *known: Any) -> Any:
        """r(z, θ).

        Raises
        ------
        BranchFlippedError
            A decision in it comes out differently there.
        """
        tape = self.tape
        given = dict(zip(tape.input_indices.values(), (z, *known), strict=True))
        return rerun(tape, given, {})[tape.output_indices[0]]

    def linear(self, z: Any, known: Sequence[Any]) -> Linear:
        """The residual near a point. The last one is kept: a sweep asks for the same again and again."""
        kept, point = self._kept, (z, *known)
        if kept is not None and all(a is b for a, b in zip(kept.point, point, strict=True)):
            return kept
        made = Linear(self, point)
        if not any(isinstance(value, Recorded) for value in point):
            self._kept = made
        return made


class Linear:
    """r near a point (z, θ): its products with tangents and prices, and what solves r_zᵀ λ = g."""

    def __init__(self, residual: Residual, point: tuple[Any, ...]) -> None:
        self.point = point
        with recording(MAX_NODES, positions=False) as begun:
            self._inputs = [add_input(begun, value, "point") for value in point]
            self._result: Recorded = residual(*self._inputs)
            self._nodes = begun.nodes
        self._one_at_a_time = threading.Lock()

    def pulled(self, g: Any) -> list[Any]:
        """r_zᵀ g, and r_θᵀ g for each θ; ``g`` may have leading axes. NOTHING where there is no path."""
        with self._one_at_a_time:
            try:
                sweep(self._nodes.copy(), [(self._result, g)])
                return [node.adjoint for node in self._inputs]
            finally:
                for node in self._nodes:
                    node.adjoint = NOTHING

    def pushed(self, k: int, t: Any) -> Any:
        """∂r/∂(point k) times the tangent ``t``."""
        with self._one_at_a_time:
            return push(self._nodes, [(self._inputs[k], t)], [self._result])[0]

    @cached_property
    def slope(self) -> Any:
        """r_z, of shape (size of z, size of z)."""
        z = self.point[0]
        n = size_of(z)
        pulled = self.pulled(np.eye(n).reshape(n, *np.shape(z)))[0]
        return np.zeros((n, n)) if pulled is NOTHING else np.reshape(pulled, (n, n))

    @cached_property
    def _factors(self) -> tuple[Any, Any, float]:
        """L and U of r_z in one, the order of its rows, and 1 / its condition number: 0 where it is singular."""
        slope = np.asarray(plain(self.slope), dtype=np.float64)
        factors, order, zero_at = dgetrf(slope)
        if zero_at or not np.isfinite(slope).all():
            return factors, order, 0.0 if zero_at else 1.0
        return factors, order, float(dgecon(factors, np.max(np.sum(np.abs(slope), axis=0)))[0])

    def solved(self, g: Any, *, transposed: bool, otherwise: str) -> Any:
        """X with r_z X = g, or with its transpose, for each of the leading axes of ``g``.

        Raises
        ------
        SingularError
            With the words ``otherwise``.
        """
        z = self.point[0]
        heads, n = np.shape(g)[: lead_of(g, z)], size_of(z)
        if not n:
            return g
        factors, order, inverse_condition = self._factors
        if inverse_condition < np.finfo(np.float64).eps:
            raise SingularError(otherwise)
        columns = np.transpose(np.reshape(g, (-1, n)))
        if any(isinstance(value, Recorded) for value in (self.slope, g)):
            found: Any = np.linalg.solve(np.transpose(self.slope) if transposed else self.slope, columns)
        else:
            found, _ = dgetrs(factors, order, columns, trans=int(transposed))
        solution: Any = np.reshape(np.transpose(found), heads + np.shape(z))
        return solution if np.ndim(solution) or isinstance(solution, Recorded) else float(solution)
