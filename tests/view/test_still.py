"""Still pictures: everything that is known at a step is in them, nothing else is needed to show them, and nothing overlaps."""

from __future__ import annotations

import base64
import re
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine import writing
from lagviz.gallery import PROGRAMS
from lagviz.view.still.layers import layered
from lagviz.view.still.moment import moment
from lagviz.view.still.picture import MOST, Picture, picture
from tests.view.write_fixtures import loss, nonfinite

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def solution() -> Any:
    return lv.record(loss, **INPUTS).adjoint_system().solve()


def parsed(drawn: Picture) -> ET.Element:
    return ET.fromstring(str(drawn))  # noqa: S314 - our own


def texts(drawn: Picture) -> list[str]:
    return ["".join(one.itertext()) for one in parsed(drawn).iter(f"{SVG}text")]


@pytest.mark.parametrize("name", PROGRAMS)
def test_every_program_of_the_gallery_is_drawn_and_needs_nothing_else(name: str) -> None:
    f, inputs = PROGRAMS[name]()
    tape = lv.record(f, **inputs)
    drawn = picture(tape.adjoint_system().solve())
    root = parsed(drawn)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= {
        "svg",
        "title",
        "desc",
        "g",
        "rect",
        "path",
        "text",
        "tspan",
    }
    assert not re.search(r"href|url\(|@import| style=| on\w+=", str(drawn))
    assert str(drawn).count("http") == 1  # the name of SVG itself
    assert root.find(f"{SVG}title").text == drawn.title  # type: ignore[union-attr]
    assert len(str(drawn)) < 120_000
    if len(tape) <= MOST:
        assert set(tape.labels) <= set(texts(drawn))
    else:
        assert f"{len(tape)} equations" in texts(drawn)


def test_values_partials_and_prices_are_in_it(solution: Any) -> None:
    tape, written = solution.system.tape, texts(picture(solution))
    for node, price in zip(tape, solution.multipliers, strict=True):
        assert writing.number(node.value) in written
        assert written.count(writing.number(price)) >= 2  # on its card, and in the column λ
    for k in range(len(solution.system.entries)):
        assert written.count(writing.number(solution.system.partial(k), 2)) >= 2  # on its edge, and in its cell


def test_what_is_not_known_yet_is_not_in_it(solution: Any) -> None:
    assert texts(picture(solution, 0)).count("?") == 0
    at_h = texts(picture(solution, 3))
    assert ("h" in at_h, "p" in at_h, at_h.count("?")) == (True, False, 12)  # six nodes, on their cards and in λ
    half = texts(picture(solution, 9 + 4))
    assert ("2.332" in half, "0.9066" in half, half.count("?")) == (True, False, 10)
    assert "Solve 4 of 9: row h" in half
    assert picture(solution, 99).title == picture(solution).title == "loss(x, y, w₁, w₂). Solve 9 of 9: row x"


def test_a_step_says_what_it_says_in_the_widget(solution: Any) -> None:
    (*_, last) = solution.steps()
    assert " ".join(texts(picture(solution))[2:4]) == last.sentence


def test_parts_of_a_sum_that_is_not_complete_are_marked() -> None:
    solution = lv.record(lambda x: x * np.sin(x), 2.0).adjoint_system().solve("column_sweep")
    told = [moment(solution, step) for step in range(7, 9)]
    assert [(0 in one.partial, one.multipliers.get(0)) for one in told] == [
        (True, np.sin(2.0)),
        (False, pytest.approx(np.sin(2.0) + 2 * np.cos(2.0))),
    ]
    assert f"{writing.number(np.sin(2.0))} …" in texts(picture(solution, 7))


def test_elimination_shows_what_is_left(solution: Any) -> None:
    eliminated = solution.system.solve("vertex_elimination")
    *_, end = (moment(eliminated, step) for step in range(10, 15))
    assert end.gone == {4, 5, 6, 7}
    assert {place[1] for place in end.read if isinstance(place, tuple)} == {8}
    assert all(end.cells[row, 8] == pytest.approx(-solution.multipliers[row]) for row in range(4))


def test_decisions_arrays_and_what_is_not_finite_are_drawn() -> None:
    guarded = picture(lv.record(lambda x: x * x if x > 0 else -x, 2.0).adjoint_system().solve())
    assert "—" in texts(guarded)
    assert "stroke-dasharray" in str(guarded)
    arrays = picture(
        lv.record(lambda m, x: np.sum(np.tanh(m @ x)), np.ones((2, 3)), np.ones(3)).adjoint_system().solve()
    )
    assert "2 × 3" in texts(arrays)
    with np.errstate(all="ignore"):
        tape = lv.record(nonfinite, x=1.5)
        assert "NaN" in texts(picture(tape.adjoint_system().solve()))
    empty = picture(lv.record(lambda x, e: x * 2 + np.sum(e), 1.0, np.zeros(0)).adjoint_system().solve())
    assert "0" in texts(empty)


def test_the_sign_is_seen_without_colour() -> None:
    def chain(x):
        for _ in range(12):
            x = -np.sin(x)
        return x

    solution = lv.record(chain, 1.0).adjoint_system().solve()
    negative = sum(solution.system.partial(k) < 0 for k in range(len(solution.system.entries)))
    dashes = [one for one in parsed(picture(solution)).iter(f"{SVG}path") if one.get("stroke-width") == "1.2"]
    assert negative == len(dashes) == 12


def test_a_long_program_is_a_pattern_and_stays_small() -> None:
    tape = lv.record(lambda x: sum(np.sin(k * x) for k in range(3000)), 1.0)
    drawn = picture(tape.adjoint_system().solve())
    assert len(str(drawn)) < 100_000
    assert any(one.startswith(f"{len(tape):,} equations, too many to be drawn one by one") for one in texts(drawn))


def test_it_is_saved_and_shown(solution: Any, tmp_path: Path) -> None:
    drawn = picture(solution)
    saved = drawn.save(tmp_path / "loss.svg")
    assert saved.read_text(encoding="utf-8") == str(drawn) == drawn._repr_mimebundle_()["image/svg+xml"]
    inside = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', drawn._repr_mimebundle_()["text/html"])
    assert inside is not None
    assert base64.b64decode(inside[1]).decode() == str(drawn)


def test_an_explorer_draws_its_own_step_rows_and_sign() -> None:
    explorer = lv.explore(loss, **INPUTS, step=12)
    assert explorer.picture().title == "loss(x, y, w₁, w₂). Solve 3 of 9: row p"
    assert explorer.picture(0).title == "loss(x, y, w₁, w₂). Nothing recorded yet"
    explorer.as_a = True
    explorer.order = [8, 1, 2, 3, 4, 5, 6, 7, 0]
    written = texts(explorer.picture())
    assert "A λ = eₙ" in written
    assert "−0.39" in written
    rows = [one.get("y") for one in parsed(explorer.picture()).iter(f"{SVG}text") if one.text == "loss"]
    assert len(rows) == 3  # card, row and column


def test_what_is_left_where_no_script_runs_is_the_end_of_it() -> None:
    explorer = lv.explore(loss, **INPUTS)
    made = explorer._repr_mimebundle_()
    assert made is not None
    bundle, _ = made
    assert explorer.picture(99).as_image() in bundle["text/html"]
    assert "image/svg+xml" not in bundle  # no PDF of a notebook could be made with it where there is no Inkscape


# --- the layout ---------------------------------------------------------------------------------------------------------------


def edges_of(name: str) -> tuple[int, list[tuple[int, int]]]:
    f, inputs = PROGRAMS[name]()
    tape = lv.record(f, **inputs)
    return len(tape), sorted({(i, j) for j in range(len(tape)) for _, i in tape.reads(j)})


@pytest.mark.parametrize("name", PROGRAMS)
def test_no_node_lies_on_another_and_lines_lead_downwards(name: str) -> None:
    count, edges = edges_of(name)
    placed = layered([60.0] * count, 20, edges, (12, 10))
    for (ax, ay), (bx, by) in combinations(placed.nodes, 2):
        assert abs(ax - bx) >= 72 - 1e-6 or abs(ay - by) >= 30
    assert all(30 - 1e-6 <= x <= placed.width - 30 + 1e-6 for x, _ in placed.nodes)
    for points in placed.lines.values():
        assert all(above[1] <= below[1] for above, below in pairwise(points))


def test_a_chain_is_straight_and_its_inputs_stand_beside_it() -> None:
    count, edges = edges_of("tiny_network")
    placed = layered([60.0] * count, 20, edges, (12, 10))
    computed = [placed.nodes[v][0] for v in range(4, 9)]
    assert max(computed) - min(computed) < 1
    above_h = [v for v in (2, 3) if placed.nodes[v][1] < placed.nodes[4][1]]
    assert above_h == [2]  # w₂ stands where it is read, w₁ at the top


def test_nothing_and_single_nodes_are_laid_out() -> None:
    assert layered([], 20, [], (12, 10)).nodes == []
    assert layered([60.0, 40.0], 20, [], (12, 10)).nodes == [(30.0, 10.0), (92.0, 10.0)]
