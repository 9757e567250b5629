"""Scopes: names for stretches of the tape, nested or apart whatever the program does."""

from __future__ import annotations

import functools
import itertools
import threading
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv

SOME = (0.5, 0.7, 0.9)


def scopes_by_name(tape: lv.Tape) -> dict[str, list[str]]:
    """The scopes of each named variable."""
    return {node.name: list(node.scope) for node in tape}


def test_a_scope_is_an_interval_of_the_tape_and_nodes_know_their_names_outermost_first() -> None:
    def f(x):
        a = 2 * x
        with lv.scope("outer"):
            b = a * a
            with lv.scope("inner"):
                c = np.tanh(b)
            d = c + 1
        return d * x

    tape = lv.record(f, x=0.5)
    assert tape.scopes == [("outer", 2, 5), ("inner", 3, 4)]
    assert scopes_by_name(tape) == {
        "x": [],
        "a": [],
        "b": ["outer"],
        "c": ["outer", "inner"],
        "d": ["outer"],
        "f": [],
    }


def test_scopes_survive_a_replay_and_a_flipped_branch_has_its_own() -> None:
    def f(x):
        with lv.scope("up" if x > 0 else "down"):
            return x * x

    tape = lv.record(f, x=0.5)
    assert tape.scopes == [("up", 2, 3)]
    assert tape.replay(x=2.0).scopes == tape.scopes
    assert tape.replay(x=-2.0).scopes == [("down", 2, 3)]


def test_a_decorated_function_is_a_scope_at_each_call_with_its_own_names_and_lines() -> None:
    @lv.scope("layer")
    def layer(x, w):
        """One layer."""
        a = w * x
        return np.tanh(a)

    @lv.scope
    def square(x):
        return x * x

    tape = lv.record(lambda x, w, v: square(layer(layer(x, w), w=v)), 0.5, 0.7, 0.9)
    assert tape.scopes == [("layer", 3, 5), ("layer", 5, 7), ("square", 7, 8)]
    assert [node.name for node in tape][3:] == ["a", "layer", "a", "layer", "square"]
    assert (layer.__name__, layer.__doc__) == ("layer", "One layer.")
    source = tape[3].source
    assert source is not None
    assert source.text == "w * x"


def test_a_scope_may_be_used_again_also_inside_itself() -> None:
    half = lv.scope("half")

    @half
    def down(x, n):
        return x if n == 0 else down(0.5 * x, n - 1)

    tape = lv.record(lambda x: down(x, 3), x=1.0)
    assert tape.scopes == [("half", 1, 4), ("half", 2, 4), ("half", 3, 4)]  # the last call computes nothing
    assert tape[3].scope == ("half",) * 3


def test_a_scope_without_an_equation_is_none() -> None:
    def f(x):
        with lv.scope("nothing"), lv.scope("at all"):
            pass
        return 2 * x

    assert lv.record(f, 1.0).scopes == []


def test_scopes_and_loops_do_nothing_outside_a_recording() -> None:
    with lv.scope("nowhere"):
        assert [2 * n for n in lv.loop(range(3))] == [0, 2, 4]
    assert lv.scope("nowhere")(np.tanh)(0.0) == 0.0


@pytest.mark.parametrize("run", [lambda f: f(0.5), lambda f: lv.grad(f)(0.5)], ids=["plain", "grad"])
def test_scopes_change_no_number(run) -> None:
    def without(x):
        for w in SOME:
            x = np.tanh(w * x)
        return x

    def inside(x):
        with lv.scope("network"):
            for w in lv.loop(SOME, name="layer"):
                x = np.tanh(w * x)
        return x

    assert run(inside) == run(without)


# --- loops ----------------------------------------------------------------------------------------------------------------


def test_each_pass_of_a_loop_is_a_scope_counted_from_1() -> None:
    def f(x):
        for w in lv.loop(SOME, name="layer"):
            x = np.tanh(w * x)
        for _ in lv.loop(range(2)):
            x = 0.5 * x
        return x

    tape = lv.record(f, 1.0)
    assert tape.scopes == [
        ("layer 1", 1, 3),
        ("layer 2", 3, 5),
        ("layer 3", 5, 7),
        ("pass 1", 7, 8),
        ("pass 2", 8, 9),
    ]


def by_count(x, n):
    for _ in lv.loop(range(n)):
        x = x * x
    return x


def by_enumerate(x, n):
    for k, w in enumerate(lv.loop(SOME[:n])):
        x = x * w + k
    return x


def by_zip(x, n):
    for w, k in zip(lv.loop(SOME), range(n), strict=False):
        x = x * w + k
    return x


def by_zip_that_ends_first(x, n):
    for k, w in zip(range(n), lv.loop(SOME), strict=False):
        x = x * w + k
    return x


def by_break(x, n):
    for k in lv.loop(itertools.count(1)):
        x = 0.5 * x
        if k == n:
            break
    return x


def by_exception(x, n):
    try:
        for k in lv.loop(itertools.count(1)):
            x = 0.5 * x
            if k == n:
                raise KeyError  # noqa: TRY301
    except KeyError:
        return x


def by_comprehension(x, n):
    return sum([x * w for w in lv.loop(SOME[:n])])


def by_rows(x, n):
    total = 0.0
    for row in lv.loop(np.stack([x] * n)):
        total = total + 2 * row
    return total


def by_while(x, n):
    def steps(x):
        while x < 2.0**n:
            x = 2 * x
            yield x

    for step in lv.loop(steps(x)):
        x = 1.0 * step
    return x


LOOPS = [
    by_count,
    by_enumerate,
    by_zip,
    by_zip_that_ends_first,
    by_break,
    by_exception,
    by_comprehension,
    by_rows,
    by_while,
]


@pytest.mark.parametrize("f", LOOPS, ids=lambda f: f.__name__)
def test_loops_of_every_kind_have_one_scope_a_pass(f) -> None:
    n = 2
    tape = lv.record(functools.partial(f, n=n), 1.0)
    assert tape.result == f(1.0, n)
    assert [name for name, _, _ in tape.scopes] == ["pass 1", "pass 2"]
    (_, _, end), (_, start, _) = tape.scopes
    assert end == start
    passes = [node.scope for node in tape if node.op in {"multiply", "getitem"}]
    assert len(passes) >= n
    assert () not in passes


def test_what_follows_a_loop_is_outside_it_also_after_a_break() -> None:
    def f(x):
        after = by_break(x, 2)
        return after + 1.0

    tape = lv.record(f, 1.0)
    assert tape.output.scope == ()


def test_the_test_that_ends_a_while_belongs_to_no_pass_and_the_others_to_theirs() -> None:
    tape = lv.record(functools.partial(by_while, n=2), 1.0)
    assert [node.scope for node in tape if node.kind == "guard"] == [("pass 1",), ("pass 2",), ()]


def test_loops_nest() -> None:
    def f(x):
        for _ in lv.loop(range(2), name="step"):
            for w in lv.loop(SOME[:2], name="layer"):
                x = w * x
            x = x + 1
        return x

    tape = lv.record(f, 1.0)
    assert [node.scope for node in tape][1:] == [
        ("step 1", "layer 1"),
        ("step 1", "layer 2"),
        ("step 1",),
        ("step 2", "layer 1"),
        ("step 2", "layer 2"),
        ("step 2",),
    ]


def test_a_trip_count_is_a_guard_before_the_loop() -> None:
    tape = lv.record(by_count, 0.5, 3)
    (guard,) = (node for node in tape if node.kind == "guard")
    assert (guard.op, guard.scope) == ("index", ())
    assert len(tape.scopes) == 3
    assert len(tape.replay(n=4).scopes) == 4


def test_a_generator_that_is_kept_open_ends_with_the_recording() -> None:
    kept = []

    def f(x):
        passes = lv.loop(SOME)
        kept.append(passes)
        return next(passes) * x

    tape = lv.record(f, 1.0)
    assert tape.scopes == [("pass 1", 1, 2)]
    assert lv.record(lambda x: next(kept[0]) * x, 1.0).scopes == [("pass 2", 1, 2)]
    kept.clear()  # its last pass ends where nothing is recorded


def test_a_derivative_inside_has_its_equations_in_the_scopes_it_was_asked_for_in() -> None:
    def inner(y):
        with lv.scope("cube"):
            return y * y * y

    def f(x):
        with lv.scope("slope"):
            slope = lv.grad(inner)(x)
        return slope + x

    tape = lv.record(f, 2.0)
    assert tape.result == 14.0
    assert [name for name, _, _ in tape.scopes] == ["slope", "cube"]
    assert tape.adjoint_system().solve()["x"] == 13.0
    assert {node.scope for node in tape} == {(), ("slope",), ("slope", "cube")}


def test_threads_keep_their_scopes_apart() -> None:
    shared = lv.scope("shared")
    both_inside = threading.Barrier(2)
    found: dict[int, Any] = {}

    def work(times: int) -> None:
        def f(x):
            x = 2 * x
            with shared:
                both_inside.wait()
                for _ in range(times):
                    x = x * 0.5
                both_inside.wait()
            return x + 1

        found[times] = lv.record(f, 1.0).scopes

    threads = [threading.Thread(target=work, args=(times,)) for times in (1, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {1: [("shared", 2, 3)], 3: [("shared", 2, 5)]}


@given(st.lists(st.integers(0, 5), max_size=40))
def test_any_two_scopes_are_nested_or_apart_in_whatever_order_generators_run(moves: list[int]) -> None:
    def f(x):
        running = [lv.loop(itertools.count(), name=str(k)) for k in range(3)]
        for move in moves:
            if move < 3:
                next(running[move])
            else:
                x = 0.5 * x
        return x

    tape = lv.record(f, 1.0)
    assert len(tape) == 1 + sum(move >= 3 for move in moves)
    for (_, a, b), (_, c, d) in itertools.combinations(tape.scopes, 2):
        assert a <= c  # in the order in which they were begun
        assert b <= c or d <= b
    assert all(start < end for _, start, end in tape.scopes)


# --- refusals -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("misuse", "words"),
    [
        (lambda: lv.scope(3), r'A scope has a name, like lv\.scope\("layer 1"\); 3 is no text'),  # type: ignore[call-overload]
        (lambda: lv.loop(3), r"and 3 is none\. For a count write lv\.loop\(range\(n\)\)"),  # type: ignore[arg-type]
        (lambda: lv.loop(SOME, name=3), "A loop has a name"),  # type: ignore[arg-type]
    ],
)
def test_misuse_is_refused_at_once(misuse, words) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        misuse()
    assert isinstance(caught.value, TypeError)


def test_a_generator_function_is_no_scope() -> None:
    with pytest.raises(lv.LagvizError, match=r"put on steps, which is left and entered again.*with lv\.scope\('up'\)"):

        @lv.scope("up")
        def steps(x):
            yield x
