"""Operations that make few numbers of many: sum, mean, and the extremes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine.rules.elementwise import axes_tex
from lagviz.engine.rules.rule import Entries, Rule, lead_of, size_of

__all__ = ["REDUCTIONS", "Reduction"]


class Reduction(Rule):
    """``compute(x, axis=, keepdims=)``; ``weight(z, x, n)`` is the partial, of x's shape or a number.

    ``z`` is handed over with its reduced axes kept, so that it broadcasts against x; ``n`` is the number of elements
    that went into each result.
    """

    __slots__ = ("symbol", "weight")

    def __init__(
        self,
        name: str,
        compute: Callable[..., Any],
        weight: Callable[[Any, Any, int], Any],
        symbol: tuple[str, str] | None,
        **options: Any,
    ) -> None:
        super().__init__(name, compute, **options)
        self.weight = weight
        self.symbol = symbol

    def _kept(self, value: Any, lead: int, x: Any, options: Mapping[str, Any]) -> Any:
        """A result, or an adjoint of one, with the reduced axes as axes of length 1."""
        heads = np.shape(value)[:lead]
        axes = _axes(options, np.ndim(x))
        shape = tuple(1 if axis in axes else n for axis, n in enumerate(np.shape(x)))
        return value if np.shape(value) == heads + shape else np.reshape(value, heads + shape)

    def _weight(self, z: Any, x: Any, options: Mapping[str, Any]) -> Any:
        axes = _axes(options, np.ndim(x))
        n = int(np.prod([np.shape(x)[axis] for axis in axes], dtype=np.int64))
        return self.weight(self._kept(z, 0, x, options), x, n)

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        x, lead = operands[k], lead_of(g, z)
        if self.symbol and not options and type(g) is float and type(x) is np.ndarray:
            # One number seen as an array of them, as `np.broadcast_to` makes it in five times the time.
            number = np.array(g * self.weight(z, x, x.size))
            return np.ndarray(x.shape, number.dtype, number, 0, (0,) * x.ndim)
        if np.ndim(x) == 0:
            return g * self._weight(z, x, options)
        heads = np.shape(g)[:lead]
        product = self._kept(g, lead, x, options) * self._weight(z, x, options)
        shape = heads + np.shape(x)
        return product if np.shape(product) == shape else np.broadcast_to(product, shape)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        x = operands[k]
        lead = lead_of(t, x)
        product = t * self._weight(z, x, options)
        axes = tuple(lead + axis for axis in _axes(options, np.ndim(x)))
        return np.reshape(np.sum(product, axis=axes), np.shape(t)[:lead] + np.shape(z))

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del options
        if np.ndim(operands[k]) == 0:
            return "scalar"
        return "dense" if size_of(z) == 1 else "sparse"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del z, options
        return size_of(operands[k])

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        x = operands[k]
        j = np.broadcast_to(self._kept(np.arange(size_of(z)).reshape(np.shape(z)), 0, x, options), np.shape(x))
        numbers = np.broadcast_to(np.asarray(self._weight(z, x, options), dtype=np.float64), np.shape(x))
        return j.ravel(), np.arange(size_of(x)), numbers.ravel()

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return self.symbol[0] if self.symbol else None

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del k, names, operands
        return self.symbol[1] if self.symbol else None

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        del names
        if self.name not in {"sum", "mean"}:
            return None
        shape, axes = np.shape(operands[k]), _axes(options, np.ndim(operands[k]))
        n = math.prod(shape[axis] for axis in axes)
        weight = "" if self.name == "sum" else rf"\tfrac{{1}}{{{n}}}\,"
        each = r"\mathbf{1}" if len(axes) == len(shape) else rf"\operatorname{{repeat}}_{{{axes_tex(axes)}}}"
        return rf"{weight}{each}\,{price}"


def _axes(options: Mapping[str, Any], ndim: int) -> tuple[int, ...]:
    axis = options.get("axis")
    if axis is None or not ndim:  # of a number NumPy takes axis=0 and axis=-1
        return tuple(range(ndim))
    return tuple(one % ndim for one in (axis if isinstance(axis, tuple) else (axis,)))


def _shared(z: Any, x: Any, n: int) -> Any:
    """1 at the extreme; elements that tie share it equally. NaN is nobody's largest: there the share is NaN too."""
    del n
    if not np.ndim(x):
        return 1.0
    ties = np.where(np.equal(x, z), 1.0, 0.0)
    across = tuple(axis for axis in range(np.ndim(x)) if np.shape(z)[axis] == 1)
    shares = ties / np.maximum(np.sum(ties, axis=across, keepdims=True), 1.0)
    return np.where(np.isnan(z), np.nan, shares)


def _sum(x: Any, axis: Any = None, **keepdims: Any) -> Any:
    return np.add.reduce(x, axis=axis, **keepdims)  # what `np.sum` does when it has asked all its questions


def _mean(x: Any, axis: Any = None, **keepdims: Any) -> Any:
    if axis is None and not keepdims and type(x) is np.ndarray and x.dtype == np.float64 and x.size:
        return np.add.reduce(x, axis=None) / x.size  # the same number, in a third of the time
    return np.mean(x, axis=axis, **keepdims)


_SUM = Reduction("sum", _sum, lambda _z, _x, _n: 1.0, ("1", "1"), pill="Σ", tex=r"\sum $x", text="sum($x$options)")
_MAX = Reduction("max", np.max, _shared, None, tex=r"\max $x", text="max($x$options)")
_MIN = Reduction("min", np.min, _shared, None, tex=r"\min $x", text="min($x$options)")

#: By NumPy function; options are ``axis`` and ``keepdims``.
REDUCTIONS: dict[Callable[..., Any], Rule] = {
    np.sum: _SUM,
    np.mean: Reduction(
        "mean",
        _mean,
        lambda _z, _x, n: 1.0 / n if n else np.nan,
        (r"\tfrac{1}{n}", "1/n"),
        tex=r"\operatorname{mean} $x",
        text="mean($x$options)",
    ),
    np.max: _MAX,
    np.amax: _MAX,
    np.min: _MIN,
    np.amin: _MIN,
    np.any: Rule("any", np.any, differentiable=False),
    np.all: Rule("all", np.all, differentiable=False),
}
