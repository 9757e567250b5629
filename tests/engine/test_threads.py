"""Recordings at the same time: threads, tasks and interruptions; each sees its own, and none leaves anything behind."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine import recording
from lagviz.errors import ForeignValueError


def clean() -> tuple[Any, ...]:
    """What a recording may change while it runs."""
    return gc.isenabled(), gc.get_threshold(), tuple(gc.callbacks), recording.running.get()


@pytest.fixture(autouse=True)
def nothing_is_left_behind():
    before = clean()
    yield
    assert clean() == before


def test_tapes_of_many_threads_have_their_own_equations_guards_and_scopes() -> None:
    together = threading.Barrier(6)

    def work(k: int) -> lv.Tape:
        def f(x):
            together.wait()
            for _ in lv.loop(range(20)):
                x = np.tanh(x) * k if x > 0 else x
            together.wait()
            return x

        return lv.record(f, 0.5)

    with ThreadPoolExecutor(6) as pool:
        tapes = list(pool.map(work, range(1, 7)))
    together = threading.Barrier(1)
    for k, tape in enumerate(tapes, 1):
        alone = work(k)
        assert [node.op for node in tape] == [node.op for node in alone]
        assert [node.source for node in tape] == [node.source for node in alone]
        assert tape.scopes == alone.scopes
        assert tape.guards == alone.guards
        assert tape.adjoint_system().solve()["x"] == alone.adjoint_system().solve()["x"]


def test_tasks_record_in_turns() -> None:
    async def slope(k: float) -> float:
        first = lv.grad(lambda x: k * x**2)(1.0)
        await asyncio.sleep(0)  # the others' turn
        return float(first + lv.grad(lambda x: x**k)(1.0))

    async def main() -> list[float]:
        return list(await asyncio.gather(*(slope(float(k)) for k in range(8))))

    # In a thread of its own: the one that runs the tests may have an event loop already.
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(asyncio.run, main()).result() == [3.0 * k for k in range(8)]


def test_a_value_of_another_threads_recording_is_refused() -> None:
    handed: list[Any] = []
    is_there, is_done = threading.Event(), threading.Event()

    def lender() -> None:
        def f(x):
            handed.append(x)
            is_there.set()
            is_done.wait()
            return x * x

        assert lv.grad(f)(3.0) == 6.0

    thread = threading.Thread(target=lender)
    thread.start()
    is_there.wait()
    try:
        with pytest.raises(ForeignValueError, match="two recordings that know nothing of each other met, at line"):
            lv.grad(lambda y: y * handed[0])(2.0)
    finally:
        is_done.set()
        thread.join()


def test_a_context_that_is_copied_takes_its_recording_along() -> None:
    """A thread that is started with the caller's context belongs to what runs there: its derivatives nest."""

    def f(x):
        context = contextvars.copy_context()
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(context.run, lambda: lv.grad(lambda y: y**3 * x)(x)).result()

    assert lv.grad(f)(2.0) == pytest.approx(9 * 2.0**2)


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, GeneratorExit, RecursionError, MemoryError])
@pytest.mark.parametrize("run", [lv.record, lambda f, x: lv.grad(f)(x), lv.vjp])
def test_an_interruption_passes_and_leaves_nothing_behind(run, error) -> None:
    constant, x = np.ones(3), np.ones(3)

    def f(x):
        with lv.scope("inside"):
            total = np.sum(lv.grad(lambda y: np.sum(y * constant * x))(x))
            for _ in lv.loop([1, 2]):
                if total > 0:
                    raise error
            return total

    with pytest.raises(error):
        run(f, x)
    assert constant.flags.writeable
    assert x.flags.writeable
    assert lv.grad(lambda y: np.sum(y * constant))(x).tolist() == [1.0, 1.0, 1.0]


def test_endless_recursion_is_pythons_own_error() -> None:
    def f(x):
        return f(x * 1.5)

    with pytest.raises(RecursionError):
        lv.grad(f)(1.0)


def test_a_deep_recursion_is_recorded_as_deep_as_python_goes() -> None:
    def f(x, n):
        return x if n == 0 else 0.5 * f(x, n - 1)

    n = sys.getrecursionlimit() // 3
    assert lv.grad(lambda x: f(x, n))(1.0) == 0.5**n
