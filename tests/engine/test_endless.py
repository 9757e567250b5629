"""Loops without an end: every way of recording stops, says at which line, and how to allow more."""

from __future__ import annotations

import gc
import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine import collector
from lagviz.errors import EndlessError

WAYS: dict[str, Callable[..., Any]] = {
    "record": lambda f, **options: lv.record(f, 1.5, **options),
    "grad": lambda f, **options: lv.grad(f, **options)(1.5),
    "value_and_grad": lambda f, **options: lv.value_and_grad(f, **options)(1.5),
    "jacobian": lambda f, **options: lv.jacobian(f, **options)(1.5),
    "hessian": lambda f, **options: lv.hessian(f, **options)(1.5),
    "jvp": lambda f, **options: lv.jvp(f, (1.5,), (1.0,), **options),
    "vjp": lambda f, **options: lv.vjp(f, 1.5, **options),
}


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> Callable[..., Any]:
    return WAYS[request.param]


def by_a_decision(x):
    while x < 10:
        x = x * 1.0
    return x


def by_a_function(x):
    while True:
        x = np.tanh(x)


def by_arrays(x):
    a = np.ones(2) * x
    for _ in itertools.count():
        a = a + 1
    return a


@pytest.mark.parametrize("f", [by_a_decision, by_a_function, by_arrays], ids=lambda f: f.__name__)
def test_a_loop_without_an_end_is_stopped_where_it_is_with_the_option_named(way, f) -> None:
    words = rf"stopped at 1,000 equations, at line \d+ of {f.__name__}: .*without an end.*max_nodes=1_000"
    with pytest.raises(EndlessError, match=words) as caught:
        way(f, max_nodes=1000)
    assert isinstance(caught.value, RuntimeError)


def test_a_longer_program_is_allowed_by_the_option(way) -> None:
    def f(x):
        for _ in range(600):
            x = np.tanh(x)
        return x

    with pytest.raises(EndlessError):
        way(f, max_nodes=500)
    way(f, max_nodes=20_000)


def test_additions_and_multiplications_alone_are_stopped_too(way, monkeypatch: pytest.MonkeyPatch) -> None:
    """They ask nothing themselves, for their speed: the collector, called now and then, looks for them."""
    monkeypatch.setattr(collector, "_RARELY", (10_000, 1_000_000, 1_000_000))

    def f(x):
        while True:
            x = x * 0.5 + 1.0

    with pytest.raises(EndlessError, match=r"stopped at 1,000 equations, at line \d+ of f: x = x \* 0\.5 \+ 1\.0"):
        way(f, max_nodes=1000)


def test_who_swallows_the_error_gets_no_wrong_gradient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collector, "_RARELY", (10_000, 1_000_000, 1_000_000))

    def f(x):
        y = x
        try:
            while True:
                y = y + x
        except EndlessError:
            return y

    value, slope = lv.value_and_grad(f, max_nodes=1000)(1.0)
    assert slope == value
    assert value > 1000
    tape = lv.record(f, 1.0, max_nodes=1000)
    assert tape.adjoint_system().solve()["x"] == tape.result
    assert tape.output.name == "y"


def test_the_collector_is_as_it_was_afterwards_however_recordings_overlap() -> None:
    before = gc.get_threshold(), gc.isenabled(), list(gc.callbacks)
    during = []

    def f(x):
        during.append((gc.get_threshold(), gc.isenabled()))
        return lv.grad(lambda y: y * x)(x)

    lv.grad(f)(1.0)
    assert (gc.get_threshold(), gc.isenabled(), list(gc.callbacks)) == before
    assert during[0][0][0] > 100 * before[0][0]
    gc.disable()
    try:
        lv.grad(f)(1.0)
        assert not gc.isenabled()
        assert not during[1][1]
    finally:
        gc.enable()
