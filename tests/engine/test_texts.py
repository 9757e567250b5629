"""Random programs as strangers write them: values are NumPy's; derivatives agree with each other and with differences."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.errors import BranchFlippedError
from tests.support.texts import Text, texts


def plain(text: Text, inputs: Any) -> Any:
    with warnings.catch_warnings(action="ignore"):
        return text(*inputs)


def directions(text: Text, seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    return tuple(rng.normal(size=np.shape(x)) if np.ndim(x) else float(rng.normal()) for x in text.inputs)


def moved(text: Text, along: tuple[Any, ...], step: float) -> tuple[Any, ...]:
    return tuple(x + step * d for x, d in zip(text.inputs, along, strict=True))


def inner(gradient: tuple[Any, ...], along: tuple[Any, ...]) -> tuple[float, float]:
    """The product, and the size of what was summed."""
    terms = np.concatenate([np.ravel(np.multiply(g, d)) for g, d in zip(gradient, along, strict=True)])
    return float(np.sum(terms)), float(np.sum(np.abs(terms)))


def derivatives(text: Text, along: tuple[Any, ...]) -> tuple[float, float, float]:
    """Backwards, with the size of its terms, and forwards."""
    everything = tuple(range(len(text.inputs)))
    with warnings.catch_warnings(action="ignore"):
        backwards, size = inner(lv.grad(text.last, everything)(*text.inputs), along)
        forwards = lv.jvp(text.last, text.inputs, along)[1]
    return backwards, size, forwards


@given(texts())
def test_recording_changes_no_value_and_no_shape(text: Text) -> None:
    expected = plain(text, text.inputs)
    with warnings.catch_warnings(action="ignore"):
        result = lv.record(text, *text.inputs).result
    for ours, theirs in zip(result, expected, strict=True):
        assert np.shape(ours) == np.shape(theirs)
        assert np.asarray(ours).dtype == np.asarray(theirs).dtype
        np.testing.assert_allclose(ours, theirs, rtol=1e-11, atol=1e-11)


@given(texts(), st.integers(0, 2**32 - 1))
def test_backwards_and_forwards_give_the_same(text: Text, seed: int) -> None:
    backwards, size, forwards = derivatives(text, directions(text, seed))
    np.testing.assert_allclose(backwards, forwards, rtol=0, atol=1e-9 * (1 + size))


@given(texts(), st.integers(0, 2**32 - 1))
def test_it_is_what_differences_measure_away_from_kinks(text: Text, seed: int) -> None:
    along = directions(text, seed)

    def difference(up: float, down: float) -> Any:
        ends = [plain(text, moved(text, along, step))[-1] for step in (up, down)]
        return (ends[0] - ends[1]) / (up - down)

    wide, narrow = difference(2e-5, -2e-5), difference(1e-5, -1e-5)
    ahead, behind = difference(1e-6, 0.0), difference(0.0, -1e-6)
    backwards, size, _ = derivatives(text, along)
    scale = 1 + abs(wide) + size
    assume(abs(wide - narrow) < 1e-6 * scale and abs(ahead - behind) < 1e-3 * scale)
    np.testing.assert_allclose(backwards, narrow, rtol=0, atol=1e-5 * scale)


@given(texts(), st.integers(0, 2**32 - 1))
def test_a_replay_gives_what_the_program_gives_there_or_says_that_it_went_another_way(text: Text, seed: int) -> None:
    other = moved(text, directions(text, seed), 1e-3)
    with warnings.catch_warnings(action="ignore"):
        tape = lv.record(text.last, *text.inputs)
        try:
            result = tape.replay(**dict(zip(tape.inputs, other, strict=True))).result
        except BranchFlippedError:
            return
    np.testing.assert_allclose(result, plain(text, other)[-1], rtol=1e-9, atol=1e-9)
