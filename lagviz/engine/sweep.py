"""One sweep from the end of a tape to its beginning: each node hands its adjoint on to what it read.

It is the column form of back substitution: when λ_j is known, its column is scattered. It keeps its sums in the nodes
themselves, because turning a tape into columns first would cost as much as the whole sweep.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from numpy import ndarray

from lagviz.engine.recorded import NOTHING, Array, Recorded, Scalar
from lagviz.engine.recording import Recording
from lagviz.engine.rules import (
    CONCATENATE,
    GETITEM,
    MATMUL,
    OPERATORS,
    SQUARE,
    Elementwise,
    Rule,
    add_at,
    lead_of,
    times,
)

__all__ = ["sweep"]

_ADD, _MULTIPLY = OPERATORS["add"], OPERATORS["mul"]
_NO_OPTIONS: dict[str, Any] = {}
#: In place of a rule whose column is not written out.
_NO_RULE = object()


def sweep(nodes: list[Recorded], seeds: list[tuple[Recorded, Any]]) -> Container[int]:  # noqa: C901, PLR0912, PLR0915 - a call costs
    """Leave in every node's ``adjoint`` the multipliers for the right-hand sides ``seeds``; NOTHING where no path leads.

    Parameters
    ----------
    nodes : list of Recorded
        In order of recording, all with the adjoint NOTHING. The list is emptied, so that a node that nobody else wants
        is freed as soon as it has been read: still at hand, and its memory is the next adjoint's.
    seeds : list of (node, array)
        Rows of the right-hand side: each of shape (…lead, *node.shape), with the same leading axes. Emptied too.

    Returns
    -------
    container of int
        Identities of the nodes that are left whose adjoint is an array that nobody else has.
    """
    while seeds:
        node, seed = seeds.pop(0)
        node.adjoint = seed if node.adjoint is NOTHING else node.adjoint + seed
    if not nodes:
        return ()
    recording = nodes[0].recording
    # Sums and products are what a program of numbers consists of: their columns are written out. Where no recording runs
    # around this one every recorded operand is its own, and there is nothing to ask.
    add, multiply = (_ADD, _MULTIPLY) if recording.outer is None else (_NO_RULE, _NO_RULE)
    # Adjoints that this sweep made itself and has handed to nobody, so that a further part may be added in place.
    owned: dict[int, Any] = {}
    pop = nodes.pop
    while nodes:
        node = pop()
        g = node.adjoint
        if g is NOTHING:
            continue
        rule = node.rule
        if type(g) is float:
            if rule is add:
                x, y = node.left, node.right
                if type(x) is Scalar:
                    x.adjoint = x.adjoint + g
                if type(y) is Scalar:
                    y.adjoint = y.adjoint + g
                continue
            if rule is multiply:
                x, y = node.left, node.right
                if type(y) is not Scalar:
                    x.adjoint = x.adjoint + g * y
                elif type(x) is Scalar:
                    x.adjoint = x.adjoint + g * y.value
                    y.adjoint = y.adjoint + g * x.value
                else:
                    y.adjoint = y.adjoint + g * x
                continue
            if rule is SQUARE:
                x = node.left
                x.adjoint = x.adjoint + g * (2 * x.value)
                continue
            if isinstance(rule, Elementwise):
                if rule.arity == 1:
                    x, partial = node.left, rule.partials[0]
                    d = g * (partial if isinstance(partial, float) else partial(node.value, x.value))
                    x.adjoint = d if x.adjoint is NOTHING else x.adjoint + d
                else:
                    _scatter_number(node, rule, g, recording)
                continue
        elif type(g) is ndarray and isinstance(rule, Elementwise):
            _scatter_array(node, rule, g, recording, owned)
            continue
        if rule is MATMUL:
            _scatter_product(node, g, recording, owned)
        elif rule is GETITEM:
            _scatter_piece(node, g, owned)
        elif rule is CONCATENATE and node.right.get("axis", 0) is not None:
            _scatter_joined(node, g, recording, owned)
        elif rule.differentiable:
            _scatter(node, rule, g, recording, owned)
    return owned


def _scatter_number(node: Recorded, rule: Elementwise, g: float, recording: Recording) -> None:
    """The column of an elementwise operation on two numbers."""
    left, right, z = node.left, node.right, node.value
    by_left, by_right = rule.partials
    x = left.value if type(left) is Scalar and left.recording is recording else left
    y = right.value if type(right) is Scalar and right.recording is recording else right
    if x is not left:
        d = g * (by_left if isinstance(by_left, float) else by_left(z, x, y))
        left.adjoint = d if left.adjoint is NOTHING else left.adjoint + d
    if y is not right:
        d = g * (by_right if isinstance(by_right, float) else by_right(z, x, y))
        right.adjoint = d if right.adjoint is NOTHING else right.adjoint + d


def _scatter_array(node: Recorded, rule: Elementwise, g: Any, recording: Recording, owned: dict[int, Any]) -> None:
    """The column of an elementwise operation on arrays."""
    if owned:
        owned.pop(id(node), None)
    left, right, z = node.left, node.right, node.value
    kind = type(left)
    x = left.value if (kind is Array or kind is Scalar) and left.recording is recording else left
    if rule.arity == 1:
        (partial,) = rule.partials
        d = g * partial(z, x) if callable(partial) else times(g, partial)
        _hand_on(left, d, owned, fresh=d is not g)
        return
    kind = type(right)
    y = right.value if (kind is Array or kind is Scalar) and right.recording is recording else right
    by_left, by_right = rule.partials
    # An operand of the shape of the value, as most have, was not broadcast: there is nothing to be summed.
    if x is not left:
        if type(x) is ndarray and x.shape == z.shape:
            d = g * by_left(z, x, y) if callable(by_left) else times(g, by_left)
        else:
            d = rule.reverse(0, g, z, (x, y), _NO_OPTIONS)
        _hand_on(left, d, owned, fresh=d is not g)  # `x + y` hands on what it got
    if y is not right:
        if type(y) is ndarray and y.shape == z.shape:
            d = g * by_right(z, x, y) if callable(by_right) else times(g, by_right)
        else:
            d = rule.reverse(1, g, z, (x, y), _NO_OPTIONS)
        _hand_on(right, d, owned, fresh=d is not g)


def _scatter_product(node: Recorded, g: Any, recording: Recording, owned: dict[int, Any]) -> None:
    """The column of ``x @ y``, whose parts are always nobody else's."""
    owned.pop(id(node), None)
    left, right, z = node.left, node.right, node.value
    kind = type(left)
    x = left.value if (kind is Array or kind is Scalar) and left.recording is recording else left
    kind = type(right)
    y = right.value if (kind is Array or kind is Scalar) and right.recording is recording else right
    if x is not left:
        _hand_on(left, MATMUL.reverse(0, g, z, (x, y), _NO_OPTIONS), owned, fresh=True)
    if y is not right:
        _hand_on(right, MATMUL.reverse(1, g, z, (x, y), _NO_OPTIONS), owned, fresh=True)


def _scatter_piece(node: Recorded, g: Any, owned: dict[int, Any]) -> None:
    """The column of ``x[index]``: added in place into the one buffer of x's adjoint."""
    owned.pop(id(node), None)
    (whole,) = node.left
    if id(whole) in owned and not isinstance(g, Recorded):
        add_at(whole.adjoint, lead_of(g, node.value), node.right["index"], g)
    else:
        _hand_on(whole, GETITEM.reverse(0, g, node.value, (whole.value,), node.right), owned, fresh=True)


def _scatter_joined(node: Recorded, g: Any, recording: Recording, owned: dict[int, Any]) -> None:
    """The column of ``np.concatenate``: each part gets its own piece. One walk: where a part begins is where the last ends."""
    owned.pop(id(node), None)
    axis = node.right.get("axis", 0) % node.value.ndim
    before = (slice(None),) * (lead_of(g, node.value) + axis)
    begin = 0
    for part in node.left:
        own = type(part) is Array and part.recording is recording
        end = begin + (part.value if own else part).shape[axis]
        if own:
            _hand_on(part, g[(*before, slice(begin, end))], owned, fresh=False)
        begin = end


def _scatter(node: Recorded, rule: Rule, g: Any, recording: Recording, owned: dict[int, Any]) -> None:
    """The column of any operation."""
    owned.pop(id(node), None)
    value = node.value
    operands, options = ((node.left, node.right), {}) if rule.arity == 2 else (node.operands, node.options)  # noqa: PLR2004
    raw = [x.value if isinstance(x, Recorded) and x.recording is recording else x for x in operands]
    if rule.implicit:
        g = node.adjoint = rule.settle(g, value, raw, options)
    if rule.together:
        wanted = [k for k, operand in enumerate(operands) if raw[k] is not operand]
        for k, d in zip(wanted, rule.reverse_together(wanted, g, value, raw, options), strict=True):
            _hand_on(operands[k], d, owned, fresh=False)
        return
    for k, operand in enumerate(operands):
        if raw[k] is operand or not rule.active(k, value, raw, options):
            continue
        _hand_on(operand, rule.reverse(k, g, value, raw, options), owned, fresh=False)


def _hand_on(operand: Recorded, d: Any, owned: dict[int, Any], *, fresh: bool) -> None:
    """Add a part to an operand's adjoint, in place where that is ours; ``fresh`` is whether the part is nobody else's."""
    before = operand.adjoint
    if before is NOTHING:
        operand.adjoint = d
        if fresh and type(d) is ndarray and d.base is None:
            owned[id(operand)] = d
    elif id(operand) in owned and type(d) is ndarray and d.dtype is before.dtype:
        before += d
    else:
        operand.adjoint = d = before + d
        if type(d) is ndarray:
            owned[id(operand)] = d
        else:
            owned.pop(id(operand), None)
