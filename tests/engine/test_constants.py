"""Arrays that a program does not own while it is recorded: locked, compared at the end, and let go of."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.errors import InPlaceError

RUNS: dict[str, Callable[[Any], Any]] = {
    "record": lambda f: lv.record(f, 2.0),
    "grad": lambda f: lv.grad(f)(2.0),
    "vjp": lambda f: lv.vjp(f, 2.0),
    "jvp": lambda f: lv.jvp(f, (2.0,), (1.0,)),
    "hessian": lambda f: lv.hessian(f)(2.0),
}


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Callable[[Any], Any]:
    return RUNS[request.param]


def test_a_write_through_another_view_of_the_same_memory_is_refused(run) -> None:
    state = np.arange(4.0)
    other = state[1:3]  # made before, so no lock on `state` reaches it

    def f(x):
        total = np.sum(x * state)
        other[:] = 7.0
        return total

    with pytest.raises(InPlaceError, match=r"overwritten while they were recorded: 4 numbers, now \[0\. 7\. 7\. 3\.\]"):
        run(f)
    state[:] = 0.0  # unlocked again


def test_a_write_between_two_uses_through_another_view_is_refused(run) -> None:
    state = np.arange(6.0)
    even, both = state[::2], state[:]

    def f(x):
        first = np.sum(x * even)
        both[2] = -1.0
        return first + np.sum(x * even)

    with pytest.raises(InPlaceError, match=r"record a copy of it, x \* noise\.copy\(\)"):
        run(f)


def test_a_write_into_the_buffer_behind_an_array_is_refused(run) -> None:
    buffer = bytearray(np.arange(3.0).tobytes())
    array = np.frombuffer(buffer)

    def f(x):
        total = np.sum(x * array)
        buffer[:8] = np.array(5.0).tobytes()
        return total

    with pytest.raises(InPlaceError, match="3 numbers, now"):
        run(f)


def test_an_argument_written_into_through_another_view_is_refused() -> None:
    w = np.arange(3.0)
    view = w[:]

    def f(x):
        y = np.sum(x * x)
        view[0] = 7.0
        return y

    with pytest.raises(InPlaceError):
        lv.grad(f)(w)
    view[:] = 1.0
    assert lv.record(f, w).adjoint_system().solve()["x"].tolist() == [2.0, 2.0, 2.0]  # a tape has its own copy


def test_a_tape_compares_large_arrays_too() -> None:
    large = np.zeros(100_000)
    end = large[-1:]

    def f(x):
        total = np.sum(x * large)
        end[:] = np.nan
        return total

    with pytest.raises(InPlaceError, match="100000 numbers"):
        lv.record(f, 1.0)


@pytest.mark.parametrize("turned", [lambda a: a, lambda a: a.T, lambda a: a[:, ::-2]])
def test_a_large_array_that_is_filled_anew_through_another_view_is_refused(run, turned) -> None:
    state = np.ones((300, 400))
    other, used = state[50:250], turned(state)

    def f(x):
        total = np.sum(x * used)
        other[:] *= 0.5
        return total

    with pytest.raises(InPlaceError, match="overwritten while they were recorded"):
        run(f)


def test_nan_and_negative_zero_are_no_change(run) -> None:
    odd = np.array([np.nan, -0.0, np.inf])
    with np.errstate(invalid="ignore"):
        run(lambda x: np.sum(x * odd))
        run(lambda x: np.sum(x * np.resize(odd, 100_000)))


def test_writing_elsewhere_is_nobodys_business(run) -> None:
    data = np.arange(6.0)
    left, right = data[:3], data[3:]

    def f(x):
        right[:] += 1.0
        return np.sum(x * left)

    run(f)
    assert right[0] >= 4.0


def test_a_fresh_array_may_be_filled_before_it_is_used(run) -> None:
    def f(x):
        total = 0.0
        for k in range(3):
            scratch = np.empty(3)
            scratch[:] = k
            total = total + np.sum(x * scratch)
        return total

    run(f)


def test_what_was_read_only_stays_read_only(run) -> None:
    mine = np.arange(3.0)
    mine.flags.writeable = False
    run(lambda x: np.sum(x * mine) + np.sum(x * np.broadcast_to(np.ones(1), 3)))
    assert not mine.flags.writeable


@pytest.mark.parametrize("shared", ["the array itself", "a view of it"])
def test_an_array_stays_locked_until_the_last_thread_that_uses_it_is_done(shared) -> None:
    state = np.arange(3.0)
    constant = state if shared == "the array itself" else state[:2]
    both_hold, first_is_done = threading.Barrier(2), threading.Event()
    outcome: list[Any] = []

    def first() -> None:
        lv.grad(lambda x: np.sum(x * constant) + 0.0 * both_hold.wait())(1.0)
        first_is_done.set()

    def second() -> None:
        def f(x):
            total = np.sum(x * constant)
            both_hold.wait()
            first_is_done.wait()
            outcome.append((state.flags.writeable, constant.flags.writeable))
            state[0] = 7.0
            return total

        try:
            lv.grad(f)(1.0)
        except InPlaceError as error:
            outcome.append(error)

    threads = [threading.Thread(target=target) for target in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcome[0] == (False, False)
    assert isinstance(outcome[1], InPlaceError)
    assert "state[0] = 7.0" in str(outcome[1])
    assert state.flags.writeable
    assert constant.flags.writeable


def test_views_are_unlocked_after_the_array_behind_them_whoever_ends_first() -> None:
    state = np.arange(3.0)
    view = state[1:]
    view_is_held, whole_is_held, view_is_done = (threading.Event() for _ in range(3))

    def of_the_view() -> None:
        def f(x):
            total = np.sum(x * view)
            view_is_held.set()
            whole_is_held.wait()
            return total

        lv.grad(f)(1.0)
        view_is_done.set()

    def of_the_whole() -> None:
        def f(x):
            view_is_held.wait()
            total = np.sum(x * state)
            whole_is_held.set()
            view_is_done.wait()
            return total

        lv.grad(f)(1.0)

    threads = [threading.Thread(target=target) for target in (of_the_view, of_the_whole)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert state.flags.writeable
    assert view.flags.writeable


def test_a_constant_result_is_the_tapes_own() -> None:
    mine = np.ones(2)
    tape = lv.record(lambda x: (x, mine), 1.0)
    mine[:] = 0.0
    np.testing.assert_array_equal(tape.result[1], [1.0, 1.0])
