"""A chain of a hundred thousand equations is recorded, solved, replayed, saved, told and freed without recursion."""

from __future__ import annotations

import io
import sys
import time
import weakref

import pytest

import lagviz as lv

DEEP = 100_000


def chain(x):
    for _ in range(DEEP // 2):
        x = 0.5 * x + 0.25
    return x


def test_a_deep_chain(capsys: pytest.CaptureFixture[str]) -> None:
    assert sys.getrecursionlimit() < DEEP
    times = {}
    begin = time.perf_counter()

    def lap(name: str) -> None:
        nonlocal begin
        times[name], begin = time.perf_counter() - begin, time.perf_counter()

    tape = lv.record(chain, 1.0)
    lap("record")
    assert len(tape) == DEEP + 1
    system = tape.adjoint_system()
    solution = system.solve()
    lap("solve")
    assert solution["x"] == 0.5 ** (DEEP // 2)
    assert solution.residual == 0.0
    lap("check every row")
    assert system.levels[0] == DEEP + 1
    assert system.matrix.nnz == 2 * DEEP + 1
    lap("write the matrix out")
    assert lv.grad(chain)(1.0) == solution["x"]
    lap("grad")
    again = tape.replay(x=2.0)
    assert again.result == tape.replay(perturb={"x": 1.0}).result
    lap("replay twice")
    file = io.BytesIO()
    tape.save(file)
    lap("save")
    file.seek(0)
    assert lv.Tape.load(file).replay(x=2.0).result == again.result
    lap("load and replay")
    watch = weakref.ref(tape)
    del system, solution, tape
    assert watch() is None
    lap("delete")
    with capsys.disabled():
        # The times are for reading; what is asserted is that it ends.
        print(f"\n  {DEEP:,} equations:", ", ".join(f"{name} {seconds:.2f} s" for name, seconds in times.items()))  # noqa: T201
