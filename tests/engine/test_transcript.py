"""The transcript: every step as text, the same each time, and no longer than asked for."""

from __future__ import annotations

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.methods import METHODS


def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r**2


def test_the_whole_of_a_small_program() -> None:
    text = lv.record(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1).transcript()
    lines = text.splitlines()
    assert lines[0] == "loss(x, y, w₁, w₂): 9 equations"
    assert lines[2:5] == [
        "Recording",
        "  1. Given: x = 1.5, y = 0.2, w₁ = 0.7, w₂ = −1.1. They read nothing, so each column holds only its own 1.",
        "  2. a = w₁·x = 0.7 × 1.5 = 1.050. It reads w₁ and x: column a gets an entry in row w₁ and one in row x.",
    ]
    assert "  7. ∂L/∂a = 0: λ_a = (1 − h²)·λ_h" in lines
    assert "  4. ∂L/∂y = 0: λ_y = −λ_r" in lines
    assert "Solving A λ = e_n. Back substitution: 8 multiplications" in lines
    solving = next(line for line in lines if line.startswith("  3. Row p."))
    assert solving == (
        "  3. Row p. Who reads p? Only r = p − y. How strongly? r takes it over at full strength, 1. At what price? "
        "λ_r = −2.120, solved one step ago. So λ_p = −2.120: +0.01 saves about 0.021."
    )
    assert lines[-2:] == ["  λ_w₁ = 1.360", "  λ_w₂ = −1.657"]
    assert text == lv.record(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1).transcript()


def passes(x, w):
    for _ in lv.loop(range(500), name="pass"):
        x = np.tanh(w * x)
    return x


def test_a_long_program_is_told_by_its_scopes() -> None:
    text = lv.record(passes, 1.5, 0.7).transcript(most=12)
    lines = text.splitlines()
    assert len(lines) < 40
    assert max(map(len, lines)) < 1500
    assert lines.count("  4. (pass 2 to pass 500: 998 equations, left out here)") == 1
    assert "9.747e" not in text
    assert "x⁽¹⁾·λ_z₃ + x⁽²⁾·λ_z₅" in text
    assert "488 terms more" in text
    assert "And so on, for 489 more." in text


@pytest.mark.parametrize("method", sorted(METHODS))
def test_every_method_is_told(method: str) -> None:
    def f(W, x):  # noqa: N803 - a letter of the mathematics
        with lv.scope("layer 1"):
            y = np.tanh(W @ x)
        with lv.scope("layer 2"):
            return np.where(y > 0, 3.0, 2.0) * y

    tape = lv.record(f, np.array([[0.5, -1.0], [0.25, 2.0]]), np.array([1.0, 0.5]))
    text = tape.transcript(method=method)
    assert "Minimise f[0]" in text
    assert "\n  λ_W has 2 × 2 prices, 0 … 2\n" in text
    assert "{" not in text
    assert "(∂z₃/∂W)ᵀ λ_z₃" in text


def test_another_question() -> None:
    tape = lv.record(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1)
    text = tape.transcript("p")
    assert "Minimise p, subject to the equations above" in text
    assert "∂L/∂p = 0: λ_p = 1 + λ_r" in text
    assert "∂L/∂p = 0" in tape.transcript(("p",))


def test_an_empty_array_is_nothing_to_ask_about() -> None:
    tape = lv.record(lambda x: 2 * x, np.zeros((0, 3)))
    words = r"z2 is an empty array, of shape \(0, 3\): there is no number in it to be asked about\. .* output=\"h\""
    with pytest.raises(lv.LagvizError, match=words):
        tape.transcript()
    with pytest.raises(TypeError, match=words):
        lv.explore(tape)
    assert repr(tape.lagrangian()) == "Lagrangian of f: z₂ subject to 2 equations"
