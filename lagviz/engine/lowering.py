"""What an operation on arrays is on their elements: the equations of numbers that `Tape.scalarize` puts in its place.

Selections need none: an element of ``x[0]`` *is* one of x. Elementwise operations need one an element, sums and products as
many as there are terms. For anything else each element of the result is one equation that reads all elements of the
operands; its value and partials are taken from the operation itself, so they are exact, if less to look at.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.arrays import array
from lagviz.engine.control import INDICATOR, STOP_GRADIENT
from lagviz.engine.recorded import INDEX, TRUTH, Recorded, record_operation
from lagviz.engine.rules import (
    CAST,
    CUMSUM,
    EINSUM,
    MATMUL,
    OUTER,
    PROD,
    REDUCTIONS,
    TO_WHOLE,
    UFUNCS,
    WHERE,
    Elementwise,
    Rule,
    size_of,
)
from lagviz.engine.rules.selections import Selection

__all__ = ["ELEMENT", "elements_of", "lowered", "objects", "work"]

#: An array of elements: recorded numbers, and plain ones.
Elements = NDArray[np.object_]


def elements_of(value: Any) -> Elements:
    """Numbers as an array of Python's own; a number alone is an array without axes.

    In double precision, whatever it was: a single NumPy float32 would draw a Python float down to its own, where an array
    of them is raised to that of the other array.
    """
    numbers = np.asarray(value)
    flat = np.empty(numbers.size, dtype=object)
    flat[:] = numbers.ravel().tolist()
    return flat.reshape(numbers.shape)


def objects(made: Any, shape: tuple[int, ...]) -> Elements:
    """What NumPy made of objects: an array of them, or one alone."""
    if isinstance(made, np.ndarray):
        return made
    elements = np.empty(shape, dtype=object)
    elements[()] = made
    return elements


def lowered(
    rule: Rule, operands: Sequence[Elements], raw: Sequence[Any], options: Mapping[str, Any], value: Any
) -> Elements:
    """The elements of an operation's result, recorded.

    Parameters
    ----------
    rule : Rule
    operands : sequence of array of object
        The elements of each operand.
    raw : sequence
        The operands' values.
    options : dict
    value : number or array
        The operation's value.
    """
    shape = np.shape(value)
    if rule is WHERE:
        return _chosen(operands, shape)
    if _is_elementwise(rule, options):
        return _each(rule, operands, options, shape)
    if isinstance(rule, Selection) and _is_fixed(rule, raw):
        return _selected(rule, operands, raw, options, value)
    if rule in _SUMS:
        return objects(_SUMS[rule](*operands, **options), shape)
    if rule is EINSUM:
        return _contracted(options["subscripts"], operands)
    return _opaque(rule, operands, options, value)


def work(rule: Rule, raw: Sequence[Any], options: Mapping[str, Any], value: Any) -> int:
    """About how many equations, and arrows among them, an operation becomes."""
    size = size_of(value)
    if _is_elementwise(rule, options):
        return size
    if isinstance(rule, Selection) and _is_fixed(rule, raw):
        return 0
    if rule in _SUMS or rule is EINSUM:
        return 2 * max(rule.count(k, value, raw, options) for k in range(len(raw)))
    return size * sum(map(size_of, raw))


# --- element by element -----------------------------------------------------------------------------------------------------

_EACH = {*UFUNCS.values(), CAST, TO_WHOLE, INDICATOR, STOP_GRADIENT, INDEX, TRUTH, WHERE}


def _is_elementwise(rule: Rule, options: Mapping[str, Any]) -> bool:
    known = isinstance(rule, Elementwise) or rule in _EACH
    return known and not any(isinstance(setting, np.ndarray) for setting in options.values())


def _each(rule: Rule, operands: Sequence[Elements], options: Mapping[str, Any], shape: tuple[int, ...]) -> Elements:
    result = np.empty(shape, dtype=object)
    spread = [np.broadcast_to(one, shape) for one in operands]
    for at in np.ndindex(shape):
        result[at] = record_operation(rule, tuple(one[at] for one in spread), dict(options))
    return result


def _chosen(operands: Sequence[Elements], shape: tuple[int, ...]) -> Elements:
    """Of a condition that is recorded, an equation for each element; what a plain one chooses is there already."""
    result = np.empty(shape, dtype=object)
    condition, x, y = (np.broadcast_to(one, shape) for one in operands)
    for at in np.ndindex(shape):
        if isinstance(condition[at], Recorded):
            result[at] = record_operation(WHERE, (condition[at], x[at], y[at]))
        else:
            result[at] = (x if condition[at] else y)[at]
    return result


# --- selections ---------------------------------------------------------------------------------------------------------------


def _is_fixed(rule: Selection, raw: Sequence[Any]) -> bool:
    """Whether what is selected depends on positions alone, and not on the values, as where a sort puts them."""
    return type(rule).positions is Selection.positions and bool(raw)


def _selected(
    rule: Selection, operands: Sequence[Elements], raw: Sequence[Any], options: Mapping[str, Any], value: Any
) -> Elements:
    result = elements_of(value)  # what is nobody's element, the zeros around a diagonal, stays a number
    for k, operand in enumerate(operands):
        positions = rule.positions(k, raw, options)
        flat = operand.ravel()
        for at in np.ndindex(result.shape):
            if positions[at] >= 0:
                result[at] = flat[positions[at]]
    return result


# --- sums and products ----------------------------------------------------------------------------------------------------------


def _mean(x: Elements, axis: Any = None, **options: Any) -> Any:
    total = np.add.reduce(x, axis=axis, **options)
    return total / (x.size // max(size_of(total), 1))


#: NumPy does these on objects, with the objects' own + and ×.
_SUMS: dict[Rule, Callable[..., Any]] = {
    REDUCTIONS[np.sum]: lambda x, axis=None, **options: np.add.reduce(x, axis=axis, **options),
    REDUCTIONS[np.mean]: _mean,
    PROD: lambda x, axis=None, **options: np.multiply.reduce(x, axis=axis, **options),
    CUMSUM: lambda x, axis=None: np.add.accumulate(x.ravel() if axis is None else x, axis=axis or 0),
    MATMUL: np.matmul,
    OUTER: lambda x, y: np.multiply.outer(x.ravel(), y.ravel()),
}


def _contracted(subscripts: str, operands: Sequence[Elements]) -> Elements:
    """Products of any number of arrays, summed over the axes that the result has not."""
    left, _, output = subscripts.partition("->")
    terms = left.split(",")
    lengths = {letter: 1 for term in terms for letter in term}
    for term, operand in zip(terms, operands, strict=True):
        for letter, n in zip(term, operand.shape, strict=True):
            lengths[letter] = max(lengths[letter], n) if n else 0
    summed = [letter for letter in string.ascii_letters if letter in lengths and letter not in output]
    result = np.empty(tuple(lengths[letter] for letter in output), dtype=object)

    def product(at: Mapping[str, int]) -> Any:
        factors = [
            operand[tuple(at[letter] if n > 1 else 0 for letter, n in zip(term, operand.shape, strict=True))]
            for term, operand in zip(terms, operands, strict=True)
        ]
        total = factors[0]
        for factor in factors[1:]:
            total = total * factor
        return total

    for place in np.ndindex(result.shape):
        outer = dict(zip(output, place, strict=True))
        total: Any = None
        for inner in itertools.product(*(range(lengths[letter]) for letter in summed)):
            term = product({**outer, **dict(zip(summed, inner, strict=True))})
            total = term if total is None else total + term
        result[place] = 0.0 if total is None else total
    return result


# --- anything else ------------------------------------------------------------------------------------------------------------


class _Element(Rule):
    """One element of what an operation on arrays gives, of all their elements.

    Options are the operation's ``rule`` and ``settings``, the ``shapes`` of its operands, and the ``index`` of the element.
    """

    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del z
        return g * _partial(k, operands, options)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        del z
        return t * _partial(k, operands, options)

    def active(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> bool:
        del k, z, operands
        differentiable: bool = options["rule"].differentiable
        return differentiable


def _gathered(elements: Sequence[Any], shapes: Sequence[tuple[int, ...]]) -> list[Any]:
    """The operands' arrays of their elements in order."""
    arrays, rest = [], iter(elements)
    for shape in shapes:
        own = list(itertools.islice(rest, int(np.prod(shape, dtype=np.int64))))
        arrays.append(np.reshape(array(own), shape) if shape else own[0])
    return arrays


def _element(*elements: Any, rule: Rule, settings: Mapping[str, Any], shapes: Any, index: tuple[int, ...]) -> Any:
    value = rule.compute(*_gathered(elements, shapes), **settings)
    return value[index] if index else value


def _partial(k: int, elements: Sequence[Any], options: Mapping[str, Any]) -> Any:
    """∂(the element)/∂(element k): one number of one row of the operation's block."""
    rule, settings, shapes = options["rule"], options["settings"], options["shapes"]
    operands = _gathered(elements, shapes)
    value = rule.compute(*operands, **settings)
    ends = np.cumsum([int(np.prod(shape, dtype=np.int64)) for shape in shapes])
    operand = int(np.searchsorted(ends, k, side="right"))
    if not rule.active(operand, value, operands, settings):
        return 0.0
    unit: Any = 1.0
    if options["index"]:
        unit = np.zeros(np.shape(value))
        unit[options["index"]] = 1.0
    row = rule.reverse(operand, unit, value, operands, settings)
    return np.reshape(row, (-1,))[k - (int(ends[operand - 1]) if operand else 0)] if shapes[operand] else row


ELEMENT = _Element("element", _element, pill="[ ]", text="$operation($args)[$index]")


def _opaque(rule: Rule, operands: Sequence[Elements], options: Mapping[str, Any], value: Any) -> Elements:
    shapes = tuple(one.shape for one in operands)
    elements = tuple(element for one in operands for element in one.ravel().tolist())
    result = np.empty(np.shape(value), dtype=object)
    for at in np.ndindex(result.shape):
        setting = {"rule": rule, "settings": dict(options), "shapes": shapes, "index": at}
        result[at] = record_operation(ELEMENT, elements, setting)
    return result
