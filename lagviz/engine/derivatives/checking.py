"""`check_grad`: derivatives held against differences of the function itself, entry by entry."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine import tree
from lagviz.engine.derivatives.jacobians import Way, jacobian_by
from lagviz.engine.record import record, split_arguments, title
from lagviz.engine.writing import number
from lagviz.errors import GradientError, InputError, TooLargeError

__all__ = ["check_grad"]

Column = NDArray[np.float64]

_EPSILON = float(np.finfo(np.float64).eps)
#: The two ways of differentiating, and what to say of them.
_WAYS: dict[Way, str] = {"sweep": "swept back from the result", "push": "pushed forward from the arguments"}
#: Steps to either side, for an argument of about 1. A short one drowns in rounding, a long one misses what a function does
#: on the way: each is believed only as far as it agrees with the one before.
_STEPS = (1e-5, 1e-4, 1e-3, 1e-2)
#: The step at which a function that still jumps, or still bends, has a jump or a kink.
_CLOSE = 1e-6
#: Numbers that a matrix of all derivatives, or of the right-hand sides for them, may have.
_LARGEST = 50_000_000


def check_grad(f: Callable[..., Any], /, *args: Any, **kwargs: Any) -> None:
    """Compare every derivative of ``f`` with differences of ``f``, and raise with the worst entry named.

    For a rule of one's own (`primitive`), or for whoever wants to see for themselves. The differences are central and
    extrapolated (Richardson), with longer steps where short ones drown in rounding; what is then still uncertain is allowed
    for. It takes four calls of ``f`` for each number of the arguments, seldom more.

    Parameters
    ----------
    f : callable
        Returns numbers, arrays, or nested dicts, lists and tuples of them.
    *args
        Its arguments. The derivative by each real number in them is checked, in double precision; whole numbers and
        arrays of them, text and flags are settings.
    **kwargs
        Its keyword arguments first. What is no argument of ``f`` is an option: ``tolerance`` (float, 1e-6 by
        default), the relative difference that is allowed, and the absolute one where derivatives are below 1e-3 of the
        largest.

    Raises
    ------
    GradientError
        A derivative differs, or is not meant to be one (a surrogate, `stop_gradient`). It is an `AssertionError` too.
    InputError
        There is no real number among the arguments.
    TooLargeError
        There are more than some thousand numbers in the arguments, or in the results.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.check_grad(lambda x: np.sum(np.tanh(x)), np.array([0.3, -1.2]))
    >>> wrong = lv.primitive(np.sin, vjp=lambda g, z, x: g * np.sin(x))
    >>> lv.check_grad(wrong, 0.5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    lagviz.errors.GradientError: ∂sin/∂x at x = 0.5 is 0.4794 by lagviz, ... but 0.8776 by differences of sin...
    """
    names, bound, options = split_arguments(f, args, kwargs, allowed=("tolerance",))
    tolerance = float(options.get("tolerance", 1e-6))
    leaves = [leaf for value in bound.arguments.values() for leaf in tree.leaves(value)]
    real = {name: _double(leaf) for name, leaf in zip(names, leaves, strict=True) if _is_real(leaf) and np.size(leaf)}
    if not real:
        raise InputError(
            f"check_grad found no real number among the arguments of {title(f)}. Whole numbers are taken for settings: "
            "write 2.0 for 2, and x.astype(float)."
        )

    def results(values: dict[str, Any]) -> list[tuple[str, Any]]:
        given = iter([values.get(name, leaf) for name, leaf in zip(names, leaves, strict=True)])
        positional = tree.rebuild(list(bound.args), lambda _leaf: next(given))
        result = f(*positional, **tree.rebuild(dict(bound.kwargs), lambda _leaf: next(given)))
        return list(tree.with_paths(result, title(f)))

    def returned(values: dict[str, Any]) -> list[Any]:
        return [leaf for _, leaf in results(values)]

    returned.__name__ = title(f)
    _refuse_surrogates(returned, real)
    found = results(real)
    _refuse_many(title(f), sum(np.size(leaf) for _, leaf in found), sum(np.size(value) for value in real.values()))
    labels = [f"{path}{_index(at)}" for path, leaf in found for at in np.ndindex(np.shape(leaf))]
    # Two rules of an operation say the same: its reverse product, which gradients take, and its forward product.
    exact = np.stack([_matrix(jacobian_by(returned, way=way, warn=False)(real), real) for way in _WAYS])
    worst, wrong, excess = None, 0, 1.0
    for column, line in enumerate(_lines(returned, real)):
        measured, uncertain = line.slope(tolerance)
        beyond = _excess(exact[..., column], measured, uncertain, tolerance)
        wrong += int(np.count_nonzero(np.max(beyond, axis=0) > 1))
        if np.max(beyond, initial=0.0) > excess:
            excess = float(np.max(beyond))
            way, row = np.unravel_index(np.argmax(beyond), beyond.shape)
            worst = line, labels[row], int(row), list(_WAYS.values())[way], exact[way, row, column], measured[row]
    if worst is not None:
        line, label, element, way_in_words, mine, theirs = worst
        others = f"; {wrong} of {exact[0].size} derivatives differ, this one most" if wrong > 1 else ""
        by_rule, by_difference = _told_apart(mine, theirs)
        raise GradientError(
            f"∂{label}/∂{line.label} at {line.label} = {number(line.here)} is {by_rule} by lagviz, {way_in_words}, "
            f"but {by_difference} by differences of {title(f)}{others}. {line.explanation(element)}"
        )


def _told_apart(a: float, b: float) -> tuple[str, str]:
    """Two numbers with as many digits as it takes to see that they are two."""
    written = ((number(a, digits), number(b, digits)) for digits in range(4, 18))
    return next((pair for pair in written if pair[0] != pair[1]), (repr(float(a)), repr(float(b))))


def _refuse_surrogates(f: Callable[..., Any], real: dict[str, Any]) -> None:
    stand_ins = record(f, real).surrogates
    if stand_ins:
        node = stand_ins[0]
        where = f", at line {node.source.line}" if node.source else ""
        raise GradientError(
            f"{title(f)} has a partial that is not the derivative of its value, and is not meant to be: {node.op}{where}. "
            "Differences measure something else there, so there is nothing to compare: check it without."
        )


def _refuse_many(name: str, results: int, numbers: int) -> None:
    if numbers * max(numbers, results) > _LARGEST or results**2 > _LARGEST:
        raise TooLargeError(
            f"check_grad compares each derivative by itself: {results:,} × {numbers:,} of them, with four calls of {name} for "
            f"each of the {numbers:,} numbers of its arguments. Check it on a small example: its rules are the same there."
        )


def _matrix(blocks: list[dict[str, Any]], real: dict[str, Any]) -> NDArray[np.float64]:
    """A Jacobian as one array: all numbers of all results × all numbers of all arguments."""
    rows = [[np.reshape(row[name], (-1, np.size(value))) for name, value in real.items()] for row in blocks]
    return np.concatenate([np.concatenate(row, axis=1) for row in rows])


def _is_real(leaf: Any) -> bool:
    return isinstance(leaf, float) or getattr(getattr(leaf, "dtype", None), "kind", "") == "f"


def _double(leaf: Any) -> Any:
    return np.array(leaf, dtype=np.float64) if np.ndim(leaf) else float(leaf)


def _index(at: tuple[int, ...]) -> str:
    return f"[{', '.join(map(str, at))}]" if at else ""


def _excess(exact: Column, measured: Column, uncertain: Column, tolerance: float) -> Column:
    """How many times the difference is what is allowed; infinite where either is no finite number."""
    size = np.maximum(np.abs(exact), np.abs(measured))
    largest = np.max(size[np.isfinite(size)], initial=0.0)
    finite = np.isfinite(exact) & np.isfinite(measured)
    excess = np.full(np.shape(exact), math.inf)
    allowed = tolerance * np.maximum(size, 1e-3 * largest) + uncertain + np.finfo(np.float64).tiny
    excess[finite] = np.abs(exact - measured)[finite] / allowed[finite]
    return excess


def _lines(f: Callable[[dict[str, Any]], list[Any]], real: dict[str, Any]) -> Iterator[_Line]:
    """A line through the point for each number of the arguments."""

    def flat(values: dict[str, Any]) -> Column:
        with np.errstate(all="ignore"):
            return np.concatenate([np.ravel(np.asarray(leaf, dtype=np.float64)) for leaf in f(values)])

    return (_Line(flat, real, name, at) for name, value in real.items() for at in np.ndindex(np.shape(value)))


class _Line:
    """All results along one number of the arguments, the others held."""

    def __init__(
        self, f: Callable[[dict[str, Any]], Column], values: dict[str, Any], name: str, at: tuple[int, ...]
    ) -> None:
        self._f, self._values, self._name, self._at = f, values, name, at
        self.here = float(values[name][at]) if at else float(values[name])
        self.label = f"{name}{_index(at)}"
        self._scale = max(1.0, abs(self.here))

    def _results(self, x: float) -> Column:
        moved: Any = x
        if self._at:
            moved = self._values[self._name].copy()
            moved[self._at] = x
        return self._f({**self._values, self._name: moved})

    def slope(self, tolerance: float) -> tuple[Column, Column]:
        """The derivative of each result, measured, and how uncertain that is."""
        best: Column | None = None
        for step in _STEPS:
            h = step * self._scale
            long, short = self._central(h), self._central(h / 2)
            measured = (4 * short[0] - long[0]) / 3
            uncertain = np.abs(measured - short[0]) + short[1]
            uncertain[~np.isfinite(measured)] = math.inf
            if best is None:
                best, doubt = measured, uncertain
            else:
                better = (uncertain < doubt) & (np.abs(measured - best) <= doubt)
                best, doubt = np.where(better, measured, best), np.where(better, uncertain, doubt)
            if np.all(doubt <= 0.1 * tolerance * np.abs(best)):
                break
        assert best is not None  # noqa: S101 - there is at least one step
        return best, doubt

    def _central(self, h: float) -> tuple[Column, Column]:
        """A central difference, and what rounding does to it."""
        right, left = self.here + h, self.here - h
        up, down = self._results(right), self._results(left)
        with np.errstate(all="ignore"):
            return (up - down) / (right - left), _EPSILON * (np.abs(up) + np.abs(down)) / h

    def explanation(self, row: int) -> str:
        """Why a difference may not be what a derivative is, or else what to look at."""
        h = _CLOSE * self._scale
        before, now, after = (self._results(self.here + k * h)[row] for k in (-1, 0, 1))
        if not np.isfinite([before, now, after]).all():
            return "At this point, or next to it, the result is not finite: check at another."
        left, right = (now - before) / h, (after - now) / h
        farther = (self._results(self.here + 8 * h)[row] - 2 * now + self._results(self.here - 8 * h)[row]) / (8 * h)
        bend = abs(right - left)
        if bend <= 1e-3 * max(abs(left), abs(right)) or bend < abs(farther) / 2:
            return "If a rule of your own (lv.primitive) is on the way, look at it first."
        if bend > 4 * abs(farther):
            return "At this point the result jumps: no derivative describes that. Check away from it."
        return (
            f"At this point there is a kink: the slope is {number(left)} on the left and {number(right)} on the right, and "
            "lagviz gives what the operation's own rule says. Check away from it."
        )
