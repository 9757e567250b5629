"""The Lagrangian as it is written: both conditions, the row they become, and never more than a page."""

from __future__ import annotations

import re

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.lagrangian import Lagrangian
from lagviz.engine.outline import Fold, outline
from lagviz.engine.words import term_tex


def lines(lagrangian: Lagrangian) -> list[str]:
    return lagrangian.latex().split(r" \\ ")


def row(lagrangian: Lagrangian, name: str) -> str:
    """The line of ∂L/∂name = 0."""
    (line,) = [line for line in lines(lagrangian) if rf"\partial {name}}} = 0" in line]
    return line


@pytest.fixture
def network() -> Lagrangian:
    f, inputs = lv.gallery.tiny_network()
    return lv.record(f, **inputs).lagrangian()


def test_a_condition_and_the_row_it_becomes_stand_side_by_side(network: Lagrangian) -> None:
    assert row(network, "h").endswith(
        r"-\lambda_{h} + w_{2}\,\lambda_{p} = 0 && \times(-1):\; \lambda_{h} - (-1.1)\,\lambda_{p} = 0"
    )
    assert r"\left(1 - h^{2}\right) \lambda_{h} = 0 && \times(-1):\; \lambda_{a} - 0.3888\,\lambda_{h} = 0" in row(
        network, "a"
    )


def test_signs_do_not_run_together(network: Lagrangian) -> None:
    f, inputs = lv.gallery.attention()
    for lagrangian in (network, lv.record(f, **inputs).lagrangian()):
        assert not re.search(r"[-+] ?[-+]", lagrangian.latex())
    assert r"-\lambda_{y} - \lambda_{r} = 0" in row(network, "y")


def test_the_result_has_the_one_of_the_right_hand_side(network: Lagrangian) -> None:
    assert row(network, r"\mathit{loss}").endswith(r"\times(-1):\; \lambda_{\mathit{loss}} = 1\end{aligned}")


def test_every_condition_holds_at_the_solution(network: Lagrangian) -> None:
    assert network.residual(network.system.solve()) < 1e-12


@pytest.mark.parametrize("passes", [30, 1000])
def test_a_long_loop_is_folded_to_its_first_pass_and_a_long_row_to_its_ends(passes: int) -> None:
    f, inputs = lv.gallery.loop(passes)
    lagrangian = lv.record(f, **inputs).lagrangian()
    written = lines(lagrangian)
    assert len(written) < 30
    assert sum(rf"pass 2 to pass {passes}: {2 * (passes - 1):,} equations" in line for line in written) == 2
    assert r"\cdots" in row(lagrangian, "w")
    assert max(map(len, written)) < 600


def test_a_long_program_without_scopes_loses_its_middle() -> None:
    def f(x):
        for _ in range(200):
            x = np.sin(x)
        return x

    written = lines(lv.record(f, 0.5).lagrangian())
    assert len(written) < 110
    assert sum("154 equations more" in line for line in written) == 2


def test_what_is_outlined_and_what_is_folded_is_the_whole_program() -> None:
    scopes = [("a", 2, 30), ("a1", 3, 10), ("b", 30, 60), ("c", 60, 61), ("d", 70, 90)]
    for limit in range(5, 110):
        lines = outline(range(100), scopes, limit)
        assert len(lines) <= limit
        assert sum(line.count if isinstance(line, Fold) else 1 for line in lines) == 100
        assert [line for line in lines if isinstance(line, int)] == sorted(
            {line for line in lines if isinstance(line, int)}
        )


def test_a_fold_says_what_it_stands_for() -> None:
    assert str(Fold("layer 2", "layer 2", 1)) == "layer 2: 1 equation"
    assert str(Fold("layer 2", "layer 9", 24)) == "layer 2 to layer 9: 24 equations"
    assert str(Fold("", "", 1234)) == "1,234 equations more"


def test_an_empty_result_has_a_lagrangian_without_a_question() -> None:
    latex = lv.record(lambda x: x[:0], np.ones((2, 3))).lagrangian().latex()
    assert r"\text{minimise } z_{2} \text{ subject to}" in latex


# --- shapes -----------------------------------------------------------------------------------------------------------------

V, M = np.ones(3), np.ones((2, 3))


@pytest.mark.parametrize(
    ("f", "x", "y", "by_x"),
    [
        (np.add, V, M, r"\sum_{\text{axis 0}} \lambda_{z}"),
        (np.subtract, M, np.ones((2, 1)), r"\lambda_{z}"),
        (lambda x, y: y - x, np.ones((2, 1)), M, r"-\sum_{\text{axis 1}} \lambda_{z}"),
        (np.multiply, 2.0, M, r"\sum \left(y\right) \odot \lambda_{z}"),
        (np.multiply, np.ones((1, 1)), V, r"\sum_{\text{axis 1}} \left(y\right) \odot \lambda_{z}"),
        (np.multiply, V, 2.0, r"\left(y\right) \odot \lambda_{z}"),
        (np.multiply, V, M[None], r"\sum_{\text{axes 0, 1}} \left(y\right) \odot \lambda_{z}"),
        (lambda x, y: np.sum(x, axis=0) + y, M, V, r"\operatorname{repeat}_{\text{axis 0}}\,\lambda_{z}"),
        (lambda x, y: np.mean(x, axis=1) + y, M, 1.0, r"\tfrac{1}{3}\,\operatorname{repeat}_{\text{axis 1}}\,\lambda_{z}"),
        (lambda x, y: np.mean(x) * y, M, 1.0, r"\tfrac{1}{6}\,\mathbf{1}\,\lambda_{z}"),
        (lambda x, y: x @ y, V, V, r"\lambda_{z}\,y"),
        (lambda x, y: y @ x, V, V, r"y\,\lambda_{z}"),
        (lambda x, y: x @ y, M, V, r"\lambda_{z}\,y^{\top}"),
        (lambda x, y: y @ x, V, M, r"y^{\top} \lambda_{z}"),
        (lambda x, y: x @ y, V, M.T, r"y\,\lambda_{z}"),
        (lambda x, y: y @ x, M.T, V, r"y\,\lambda_{z}^{\top}"),
        (lambda x, y: x @ y, M, M.T, r"\lambda_{z}\,y^{\top}"),
        (lambda x, y: x @ y, M, np.ones((4, 3, 2)), r"\sum_{\text{axis 0}} \lambda_{z}\,y^{\top}"),
        (lambda x, y: y @ x, V, np.ones((4, 2, 3)), r"\sum_{\text{axis 0}} y^{\top} \lambda_{z}"),
        (lambda x, y: np.linalg.solve(y, x), V, np.stack([np.eye(3)] * 2), r"\sum_{\text{axis 0}} {y}^{-\top} \lambda_{z}"),
        (lambda x, y: np.linalg.solve(y, x), V, np.eye(3), r"{y}^{-\top} \lambda_{z}"),
        (lambda x, y: np.einsum("ij,ij->ij", x, y), np.ones((1, 3)), M, r"\sum_{i} {\lambda_{z}}_{ij}\,{y}_{ij}"),
        (lambda x, y: np.einsum("ij,j->i", x, y), M, V, r"{\lambda_{z}}_{i}\,{y}_{j}"),
    ],
)  # fmt: skip
def test_the_formula_of_a_term_has_the_shape_of_what_it_is_a_price_of(f, x, y, by_x) -> None:
    def program(x, y):
        return f(x, y)

    tape = lv.record(program, x, y)
    reader = next(node for node in tape if tape["x"] in node.parents)
    system = tape.adjoint_system((tape.output, *(0,) * len(tape.output.shape)))
    (k,) = (k for k, entry in enumerate(system.entries) if (entry.row, entry.column) == (0, reader.index))
    name = tape.tex_names[reader.index]
    assert term_tex(system, k).replace(rf"\lambda_{{{name}}}", r"\lambda_{z}") == by_x
