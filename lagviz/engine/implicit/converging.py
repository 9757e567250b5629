"""Finding z with r(z) = 0 for plain numbers: by iteration, with Anderson's mixing, or by Newton's method."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from lagviz.engine.where import place
from lagviz.errors import InputError, NotConvergedError

__all__ = ["Method", "Solver"]

Method = Literal["iteration", "anderson", "newton"]
Vector = NDArray[Any]
Residual = Callable[[Vector], Vector]
Slope = Callable[[Vector], NDArray[np.float64]]

#: Newton's method doubles the digits that are right: whatever is still moving after so many more steps does not settle.
_POLISHING = 8
#: How long a step may be, relative to 1 + |z|, that only rounding can be blamed for.
_ROUNDING = 1e-7
#: The residual at which Anderson's mixing has come near enough for Newton's steps.
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Solver:
    """How to find z, and what to say when it is not found.

    Attributes
    ----------
    method : {"iteration", "anderson", "newton"}
    tolerance : float or None
        What z may still move by, relative to 1 + |z|, entry by entry; by default 1e-12, or what the dtype can hold.
    max_iterations : int
    what : str
        The equation in words, for an error: ``"fixed point of layer"``.
    """

    method: Method
    tolerance: float | None
    max_iterations: int
    what: str

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise InputError(f"There is no method {self.method!r}. There are: {', '.join(get_args(Method))}.")
        if self.max_iterations < 1 or (self.tolerance is not None and not self.tolerance > 0):
            raise InputError(
                f"{self.what} was given max_iterations={self.max_iterations} and tol={self.tolerance}. Both must be positive."
            )

    def solve(self, residual: Residual, slope: Slope, start: Vector) -> Vector:
        """The z with r(z) = 0, from a starting point.

        Parameters
        ----------
        residual : callable
            r: vector to vector of the same length. A fixed point z = g(z) has r(z) = z − g(z).
        slope : callable
            ∂r/∂z as a square matrix.
        start : array of shape (n,)

        Raises
        ------
        NotConvergedError
            There was none within `max_iterations`, or the numbers grew beyond all bounds.
        """
        if not start.size:
            return start
        with np.errstate(all="ignore"):  # a step may go too far and come back
            return {"iteration": self._iterate, "anderson": self._mix, "newton": self._newton}[self.method](
                residual, slope, start
            )

    def _iterate(self, residual: Residual, _slope: object, z: Vector) -> Vector:
        before = np.inf
        for _ in range(self.max_iterations):
            step = residual(z)
            size = _size(step, z)
            # Unless a tolerance was asked for, on to where rounding keeps a step from getting shorter.
            if size <= self._tolerance(z) and (self.tolerance is not None or size >= before or size == 0):
                return z
            if not np.isfinite(size):
                break
            z, before = z - step, size
        if before <= self._tolerance(z):
            return z
        raise self._failed(residual(z))

    def _mix(self, residual: Residual, slope: Slope, z: Vector) -> Vector:
        if _size(residual(z), z) <= self._tolerance(z):
            return z
        try:
            found = optimize.anderson(
                _in_doubles(residual, z),
                z.astype(np.float64),
                f_tol=_NEAR,
                maxiter=self.max_iterations,
                line_search=None,
            )
        except optimize.NoConvergence as error:
            raise self._failed(residual(np.asarray(error.args[0], dtype=z.dtype))) from None
        except (ValueError, np.linalg.LinAlgError):  # a residual that is no number any more
            raise self._failed(np.array([np.nan])) from None
        return self._polished(residual, slope, found.astype(z.dtype))

    def _newton(self, residual: Residual, slope: Slope, z: Vector) -> Vector:
        # Powell's method finds the way from afar.
        if not _size(_step(residual, slope, z), z) <= self._tolerance(z):
            found: Any = optimize.root(
                _in_doubles(residual, z),
                z.astype(np.float64),
                jac=slope,  # type: ignore[call-overload]
                method="hybr",
                options={"maxfev": self.max_iterations, "xtol": 1e-13},
            )
            z = found.x.astype(z.dtype)
        return self._polished(residual, slope, z)

    def _polished(self, residual: Residual, slope: Slope, z: Vector) -> Vector:
        """Newton's own steps, which show whether z has settled."""
        before = np.inf
        for _ in range(_POLISHING):
            step = _step(residual, slope, z)
            size = _size(step, z)
            if not np.isfinite(size):
                break
            z = z - step
            # A step that rounding keeps from getting shorter is as good as it gets.
            if size <= self._tolerance(z) or before / 2 <= size < _ROUNDING:
                return z
            before = size
        raise self._failed(residual(z))

    def _tolerance(self, z: Vector) -> float:
        return self.tolerance or max(1e-12, 8 * float(np.finfo(z.dtype).eps))

    def _failed(self, residual: Vector) -> NotConvergedError:
        last = float(np.max(np.abs(residual)))
        if not np.isfinite(last):
            return NotConvergedError(
                f"The {self.what} did not converge, at {place()}: its numbers grew beyond all bounds. Start nearer to the "
                f"solution, or take another method than {self.method!r}: {_others(self.method)}."
            )
        return NotConvergedError(
            f"The {self.what} did not converge in max_iterations={self.max_iterations}, at {place()}: the last residual was "
            f"{last:.3g}. Start nearer to the solution, allow more iterations or a larger tol, or take another method than "
            f"{self.method!r}: {_others(self.method)}."
        )


def _size(step: Vector, z: Vector) -> float:
    """How long a step is, relative to 1 + |z|."""
    return float(np.max(np.abs(step) / (1 + np.abs(z))))


def _step(residual: Residual, slope: Slope, z: Vector) -> Vector:
    """What Newton's method takes away from z, the shortest such step where there are several; NaN where there is none."""
    r, matrix = residual(z), slope(z)
    if np.isfinite(r).all() and np.isfinite(matrix).all():
        for solve in (np.linalg.solve, _shortest):  # the second takes ten times as long
            try:
                step = solve(matrix, r)
            except np.linalg.LinAlgError:
                continue
            if np.max(np.abs(matrix @ step - r)) <= _ROUNDING * np.max(np.abs(r)):
                return np.asarray(step, dtype=z.dtype)
    return np.full_like(z, np.nan)


def _shortest(matrix: NDArray[np.float64], r: Vector) -> Vector:
    return np.linalg.lstsq(matrix, r, rcond=None)[0]


def _in_doubles(residual: Residual, z: Vector) -> Callable[[Any], Any]:
    """What SciPy's methods are given: they compute in double precision whatever z has."""
    return lambda vector: residual(vector.astype(z.dtype)).astype(np.float64)


def _others(method: str) -> str:
    return " or ".join(repr(other) for other in get_args(Method) if other != method)
