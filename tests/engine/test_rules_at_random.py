"""Every family of rules at shapes, axes, layouts and dtypes that nobody thought of.

Forward and reverse product are transposes of each other: ⟨g, J t⟩ = ⟨g J, t⟩. It holds to rounding for any rule, so a wrong
axis, a forgotten sum over a broadcast, or adjoints put back elsewhere cannot hide.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, basic_indices, integer_array_indices, mutually_broadcastable_shapes

from lagviz.engine.rules import (
    CAST,
    CONCATENATE,
    CUMPROD,
    CUMSUM,
    GETITEM,
    INSERT,
    INTERP,
    PROD,
    PUT_BACK,
    REDUCTIONS,
    RUNNING,
    SELECTIONS,
    SINC,
    STACK,
    UFUNCS,
    WHERE,
)
from tests.support.cases import Case, numbers
from tests.support.rule_cases import DOMAINS

ELEMENTWISE = [rule for rule in dict.fromkeys(UFUNCS.values()) if rule.differentiable] + [SINC]
SHAPES = array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
FULL = array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4)


@st.composite
def operands(
    draw: st.DrawFn, shape: tuple[int, ...], low: float = -2.0, high: float = 2.0, *, single: bool = True
) -> Any:
    """Numbers of a shape, laid out in memory in one of the ways there are."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    x = numbers(rng, shape, low, high)
    if not shape:
        return draw(st.sampled_from([x, np.float32(x)])) if single else x
    if single and draw(st.booleans()):
        x = x.astype(np.float32)
    layout = draw(st.sampled_from(["C", "F", "backwards", "every other"]))
    if layout == "F":
        return np.asfortranarray(x)
    if layout == "backwards":
        return np.flip(np.ascontiguousarray(np.flip(x)))
    if layout == "every other":
        wide = np.zeros((*shape[:-1], 2 * shape[-1]), x.dtype)
        wide[..., ::2] = x
        return wide[..., ::2]
    return x


@st.composite
def elementwise(draw: st.DrawFn) -> Case:
    rule = draw(st.sampled_from(ELEMENTWISE))
    shapes = draw(mutually_broadcastable_shapes(num_shapes=rule.arity, max_dims=4, min_side=0, max_side=4)).input_shapes
    domain = DOMAINS.get(rule.name, ((-2.0, 2.0),)) * (
        1 if len(DOMAINS.get(rule.name, ())) == rule.arity else rule.arity
    )
    return Case(rule, tuple(draw(operands(shape, *ends)) for shape, ends in zip(shapes, domain, strict=False)))


@st.composite
def where(draw: st.DrawFn) -> Case:
    shapes = draw(mutually_broadcastable_shapes(num_shapes=3, max_dims=4, min_side=0, max_side=4)).input_shapes
    condition = np.asarray(draw(operands(shapes[0]))) > 0
    return Case(WHERE, (condition, *(draw(operands(shape)) for shape in shapes[1:])), fixed=(0,))


@st.composite
def reductions(draw: st.DrawFn) -> Case:
    rule = draw(st.sampled_from([rule for rule in REDUCTIONS.values() if rule.differentiable] + [PROD]))
    shape = draw(SHAPES if rule.name in {"sum", "prod"} else FULL)
    kinds: list[st.SearchStrategy[Any]] = [st.none()]
    if shape:
        kinds += [
            st.lists(st.integers(0, len(shape) - 1), unique=True).map(tuple),
            st.integers(-len(shape), len(shape) - 1),
        ]
    axis = draw(st.one_of(kinds))
    options: dict[str, Any] = {} if axis is None else {"axis": axis}
    keepdims: bool = draw(st.booleans())
    if shape and keepdims:
        options["keepdims"] = True
    return Case(rule, (draw(operands(shape)),), options)


@st.composite
def running(draw: st.DrawFn) -> Case:
    rule = draw(st.sampled_from([CUMSUM, CUMPROD, *RUNNING.values()]))
    shape = draw(array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=6))
    return Case(rule, (draw(operands(shape)),), {"axis": draw(st.integers(-len(shape), len(shape) - 1))})


@st.composite
def indexing(draw: st.DrawFn) -> Case:
    shape = draw(FULL)
    masks = operands(shape, single=False).map(lambda x: np.asarray(x) > 0)
    basic = basic_indices(shape, allow_newaxis=True, allow_ellipsis=True)
    arrays = integer_array_indices(shape, result_shape=array_shapes(min_dims=0, max_dims=2, min_side=0, max_side=3))
    return Case(GETITEM, (draw(operands(shape)),), {"index": draw(st.one_of(basic, arrays, masks))})


@st.composite
def rearranged(draw: st.DrawFn) -> Case:
    shape = draw(FULL)
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    own = axis % len(shape)
    n = shape[own]
    some = st.lists(st.integers(-n, n - 1), max_size=5)
    widths = st.tuples(*(st.tuples(st.integers(0, 5), st.integers(0, 5)) for _ in shape))
    function: Any
    options: Any
    function, options = draw(
        st.one_of(
            st.tuples(
                st.just(np.transpose), st.permutations(range(len(shape))).map(lambda axes: {"axes": tuple(axes)})
            ),
            st.tuples(st.just(np.flip), st.just({"axis": axis})),
            st.tuples(st.just(np.roll), st.integers(-7, 7).map(lambda shift: {"shift": shift, "axis": axis})),
            st.tuples(st.just(np.repeat), st.integers(0, 3).map(lambda repeats: {"repeats": repeats, "axis": axis})),
            st.tuples(
                st.just(np.tile), st.lists(st.integers(0, 3), max_size=4).map(lambda reps: {"reps": tuple(reps)})
            ),
            st.tuples(st.just(np.take), some.map(lambda at: {"indices": np.array(at, dtype=int), "axis": axis})),
            st.tuples(st.just(np.delete), some.map(lambda at: {"obj": np.array(at, dtype=int), "axis": axis})),
            st.tuples(st.just(np.sort), st.just({"axis": axis})),
            st.tuples(st.just(np.partition), st.integers(0, n - 1).map(lambda kth: {"kth": kth, "axis": axis})),
            st.tuples(
                st.just(np.pad),
                st.tuples(widths, st.sampled_from(["constant", "edge", "wrap", "symmetric", "reflect"])).map(
                    lambda both: {"pad_width": both[0], "mode": both[1]}
                ),
            ),
            st.tuples(
                st.just(np.moveaxis), st.integers(0, len(shape) - 1).map(lambda to: {"source": axis, "destination": to})
            ),
            st.tuples(st.just(np.resize), FULL.map(lambda new: {"new_shape": new})),
        )
    )
    return Case(SELECTIONS[function], (draw(operands(shape)),), options)


@st.composite
def matrices(draw: st.DrawFn) -> Case:
    shape = draw(array_shapes(min_dims=2, max_dims=4, min_side=0, max_side=4))
    first, second = draw(st.permutations(range(len(shape))).map(lambda axes: axes[:2]))
    k = draw(st.integers(-4, 4))
    function: Any
    options: Any
    function, options = draw(
        st.sampled_from(
            [
                (np.diagonal, {"offset": k, "axis1": first, "axis2": second}),
                (np.tril, {"k": k}),
                (np.triu, {"k": k}),
                (np.rot90, {"k": k, "axes": (first, second)}),
                (np.swapaxes, {"axis1": first, "axis2": second}),
            ]
        )
    )
    return Case(SELECTIONS[function], (draw(operands(shape)),), options)


@st.composite
def joined(draw: st.DrawFn) -> Case:
    shape, parts = draw(FULL), draw(st.integers(1, 4))
    axis = draw(st.integers(-len(shape), len(shape) - 1))
    if draw(st.booleans()):
        return Case(STACK, tuple(draw(operands(shape)) for _ in range(parts)), {"axis": axis})
    lengths = [draw(st.integers(0, 3)) for _ in range(parts)]
    own = axis % len(shape)
    shapes = [(*shape[:own], length, *shape[own + 1 :]) for length in lengths]
    return Case(CONCATENATE, tuple(draw(operands(one)) for one in shapes), {"axis": axis})


@st.composite
def inserted(draw: st.DrawFn) -> Case:
    n, m = draw(st.integers(0, 5)), draw(st.integers(1, 3))
    places = sorted(draw(st.lists(st.integers(0, n), min_size=m, max_size=m)))
    return Case(INSERT, (draw(operands((n,))), draw(operands((m,)))), {"obj": places, "axis": 0})


@st.composite
def put_back(draw: st.DrawFn) -> Case:
    shape, size = draw(array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=5)), draw(st.integers(1, 5))
    positions = draw(st.lists(st.integers(-1, size - 1), min_size=shape[-1], max_size=shape[-1]))
    return Case(PUT_BACK, (draw(operands(shape)),), {"positions": np.array(positions, dtype=int), "size": size})


@st.composite
def interpolated(draw: st.DrawFn) -> Case:
    n = draw(st.integers(1, 5))
    knots = np.cumsum(np.abs(np.asarray(draw(operands((n,), 0.1, 1.0, single=False))))) - 1.0
    x = draw(operands(draw(SHAPES), single=False))
    return Case(
        INTERP,
        (x, knots, draw(operands((n,), single=False))),
        draw(st.sampled_from([{}, {"left": 1.0}, {"right": 2.0}])),
    )


@st.composite
def casts(draw: st.DrawFn) -> Case:
    return Case(
        CAST, (draw(operands(draw(SHAPES))),), {"dtype": np.dtype(draw(st.sampled_from([np.float32, np.float64])))}
    )


EVERY = st.one_of(
    *(elementwise(), where(), reductions(), running(), indexing(), rearranged(), matrices(), joined(), inserted()),
    *(put_back(), interpolated(), casts()),
)


@given(EVERY, st.sampled_from([(), (2,), (3, 1)]), st.integers(0, 2**32 - 1))
def test_forward_and_reverse_are_transposes_of_each_other(case: Case, lead: tuple[int, ...], seed: int) -> None:
    rng = np.random.default_rng(seed)
    z = case.value()
    for k, x in enumerate(case.operands):
        if k in case.fixed:
            continue
        g, t = rng.normal(size=lead + np.shape(z)), rng.normal(size=lead + np.shape(x))
        sides = (g, t) if lead else (g if np.ndim(z) else float(g), t if np.ndim(x) else float(t))
        back = case.rule.reverse(k, sides[0], z, case.operands, case.options)
        ahead = case.rule.forward(k, sides[1], z, case.operands, case.options)
        assert np.shape(back) == lead + np.shape(x)
        assert np.shape(ahead) == lead + np.shape(z)
        size = float(np.sum(np.abs(back * t)) + np.sum(np.abs(g * ahead)))
        assert abs(np.sum(g * ahead) - np.sum(back * t)) <= 1e-5 * size + 1e-300


@given(EVERY)
def test_entries_are_the_products_as_numbers(case: Case) -> None:
    z = case.value()
    for k, x in enumerate(case.operands):
        if k in case.fixed:
            continue
        j, i, partials = case.rule.entries(k, z, case.operands, case.options)
        assert case.rule.count(k, z, case.operands, case.options) == len(j)
        block = np.zeros((np.size(z), np.size(x)))
        np.add.at(block, (j, i), partials)
        unit = np.eye(np.size(x)).reshape((np.size(x), *np.shape(x)))
        tangents = np.reshape(case.rule.forward(k, unit, z, case.operands, case.options), (np.size(x), np.size(z)))
        np.testing.assert_allclose(block, tangents.T, rtol=1e-5, atol=1e-6)
