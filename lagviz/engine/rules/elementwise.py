"""Operations that work on each element by itself, with broadcasting: their block is a diagonal.

A row of a table gives, for each operand, the partial as a function of ``(z, x)`` or ``(z, x, y)``, or as a number
where it is constant, and the same partial in LaTeX and in text. Conventions at kinks are NumPy-autograd's and JAX's: two
equal operands of ``maximum`` share the derivative, ``abs`` has 0 at 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from string import Template
from typing import Any

import numpy as np

from lagviz.engine.rules.rule import Entries, Rule, lead_of, size_of

__all__ = ["Elementwise", "axes_tex", "lead_first", "stretched", "sum_tex", "times", "unbroadcast"]

Partial = Callable[..., Any] | float


def stretched(shape: tuple[int, ...], into: tuple[int, ...]) -> tuple[int, ...]:
    """The axes of ``into`` that broadcasting has added to a shape, or made longer."""
    added = len(into) - len(shape)
    longer = [added + axis for axis, n in enumerate(shape) if n == 1 and into[added + axis] != 1]
    return (*range(added), *longer)


def sum_tex(axes: Sequence[int], ndim: int) -> str:
    """The sum over some of ``ndim`` axes in LaTeX, to be written before what is summed; empty where there are none."""
    if not axes:
        return ""
    return r"\sum " if len(axes) == ndim else rf"\sum_{{{axes_tex(axes)}}} "


def axes_tex(axes: Sequence[int]) -> str:
    """Axes by their numbers, as NumPy counts them."""
    return rf"\text{{{'axis' if len(axes) == 1 else 'axes'} {', '.join(map(str, axes))}}}"


def unbroadcast(g: Any, ndim: int, shape: tuple[int, ...]) -> Any:
    """Sum ``g`` over the axes that broadcasting added or stretched, its leading axes apart.

    Parameters
    ----------
    g : array of shape (…lead, *broadcast shape)
    ndim : int
        Number of axes of the broadcast shape.
    shape : tuple of int
        Shape before broadcasting.
    """
    have = np.shape(g)
    lead = len(have) - ndim
    if have[lead:] == shape:
        return g
    axes = tuple([lead + axis for axis in stretched(shape, have[lead:])])
    if axes:
        g = np.add.reduce(g, axis=axes) if type(g) is np.ndarray else np.sum(g, axis=axes)
    if type(g) is np.float64 and not shape:
        return g.item()  # numbers stay with Python
    return g if np.shape(g) == have[:lead] + shape else np.reshape(g, have[:lead] + shape)


def times(g: Any, partial: float) -> Any:
    """A product with a partial that is a constant; ``g`` itself where that is 1."""
    if partial == 1.0:
        return g
    return -g if partial == -1.0 else g * partial


def lead_first(t: Any, x: Any, ndim: int) -> Any:
    """A tangent of x that broadcasts against ``ndim`` axes: what broadcasting adds belongs behind the leading axes."""
    lead, missing = lead_of(t, x), ndim - np.ndim(x)
    if not (missing and lead):
        return t
    return np.reshape(t, np.shape(t)[:lead] + (1,) * missing + np.shape(x))


class Elementwise(Rule):
    """One ufunc: partials as functions or constants, in LaTeX and in text."""

    __slots__ = ("partials", "partials_tex", "partials_text")

    def __init__(
        self,
        name: str,
        compute: Callable[..., Any],
        partials: tuple[Partial, ...],
        symbols: tuple[tuple[str, str], ...],
        **options: Any,
    ) -> None:
        super().__init__(name, compute, arity=len(partials), **options)
        self.partials = partials
        self.partials_tex = tuple(Template(tex) for tex, _ in symbols)
        self.partials_text = tuple(Template(text) for _, text in symbols)

    def partial(self, k: int, z: Any, operands: Sequence[Any]) -> Any:
        """∂z/∂operand k, element by element; broadcasts against z."""
        partial = self.partials[k]
        return partial(z, *operands) if callable(partial) else partial

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        partial, x = self.partials[k], operands[k]
        product = times(g, partial) if isinstance(partial, float) else g * partial(z, *operands)
        if type(product) is np.ndarray:  # the two common cases, without the questions of all others
            if type(x) is np.ndarray and product.shape == x.shape:
                return product
            if type(x) is float and type(z) is np.ndarray and product.ndim == z.ndim:
                return float(product.sum())
        return unbroadcast(product, np.ndim(z), np.shape(x)) if np.ndim(product) else product

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del options
        lead = lead_of(t, operands[k])
        t = lead_first(t, operands[k], np.ndim(z))
        partial = self.partial(k, z, operands)
        product = times(t, partial) if type(partial) is float else t * partial
        shape = np.shape(t)[:lead] + np.shape(z)
        return product if np.shape(product) == shape else np.broadcast_to(product, shape)

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        del options
        if np.ndim(z) == 0:
            return "scalar"
        if np.shape(operands[k]) != np.shape(z):
            return "sparse"
        return "identity" if self.partials[k] == 1 else "diagonal"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del k, operands, options
        return size_of(z)

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del options
        x = operands[k]
        j = np.arange(size_of(z))
        i = np.broadcast_to(np.arange(size_of(x)).reshape(np.shape(x)), np.shape(z)).ravel()
        numbers = np.broadcast_to(np.asarray(self.partial(k, z, operands), dtype=np.float64), np.shape(z))
        return j, i, numbers.ravel()

    def partial_tex(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del operands
        return self.partials_tex[k].substitute(names)

    def partial_text(self, k: int, names: Mapping[str, str], operands: Sequence[Any]) -> str | None:
        del operands
        return self.partials_text[k].substitute(names)

    def uses(self, k: int) -> str:
        # Read off the symbols, so that it cannot say anything else than they do.
        return "".join(dict.fromkeys(self.partials_text[k].get_identifiers()))

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        del options
        partial = self.partials[k]
        into = np.broadcast_shapes(*map(np.shape, operands))
        every = sum_tex(stretched(np.shape(operands[k]), into), len(into))
        if partial in {1, -1}:
            return f"{'-' if partial == -1 else ''}{every}{price}"
        symbol = self.partial_tex(k, names, operands)
        return rf"{every}\left({symbol}\right) \odot {price}"
