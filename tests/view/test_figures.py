"""Figures say what the engine says, of every program they can be made of, in colours that read on light and dark."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.errors import InputError, MissingPackageError, NotApplicableError
from lagviz.gallery import PROGRAMS
from lagviz.view.figures import common


def tape_of(name: str, **options: Any) -> lv.Tape:
    f, inputs = PROGRAMS[name](**options)
    return lv.record(f, **inputs)


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_pattern_of_every_program_is_drawn_as_it_is(name: str) -> None:
    system = tape_of(name).adjoint_system()
    for shown in (system, system.condense()):
        (heat,) = lv.figures.sparsity(shown).data
        filled = np.array(heat.z, dtype=float)
        assert np.array_equal(~np.isnan(filled), shown.pattern.toarray())
        assert (np.diag(filled) == 0).all()


def test_frames_are_the_scopes_in_rows_of_what_is_left() -> None:
    system = tape_of("inception_block").adjoint_system()
    frames = lv.figures.sparsity(system).layout.shapes
    assert len(frames) == sum(end - start > 1 for _, start, end in system.tape.scopes)
    assert {(frame.x0, frame.x1) for frame in frames} == {(frame.y0, frame.y1) for frame in frames}
    assert lv.figures.sparsity(system.condense()).layout.shapes == ()  # one row each: no frame to draw


def test_a_large_pattern_is_drawn_in_points() -> None:
    (points,) = lv.figures.sparsity(tape_of("loop", passes=300)).data
    assert points.type == "scattergl"
    assert len(points.x) == 3 * 300 + 3


def test_sizes_of_multipliers_are_theirs_and_zeros_are_counted() -> None:
    solution = tape_of("branch").adjoint_system().solve()
    figure = lv.figures.multipliers(solution)
    shown = {text: size for trace in figure.data for text, size in zip(trace.text, trace.y, strict=True)}
    labels = solution.system.tape.labels
    for node in solution.system.nodes:
        size = np.sqrt(np.mean(np.square(solution[node])))
        assert shown.get(labels[node.index], 0.0) == pytest.approx(size)
    assert "and 0 for 2 equations" in figure.layout.title.text


def test_vanishing_prices_are_seen_layer_by_layer() -> None:
    figure = lv.figures.multipliers(tape_of("recurrent_network", steps=12))
    largest = [max(trace.y) for trace in figure.data if trace.name.startswith("step")]
    assert largest[0] < 0.01 * largest[-1]


def test_entries_along_an_elimination_begin_with_the_system_and_end_with_inputs_and_result() -> None:
    system = tape_of("recurrent_network").adjoint_system()
    figure = lv.figures.fill_in(system, orders=["reverse", "forward", "markowitz"])
    for trace, order in zip(figure.data, ["reverse", "forward", "markowitz"], strict=True):
        assert trace.y[0] == system.edges.count.sum()
        assert trace.y[-1] == sum(node.value.size if node.shape else 1 for node in system.tape.inputs.values())
        count = system.solve("vertex_elimination", order=order).cost.multiplications
        assert trace.name == f"{order}: {count:,} multiplications"


def test_costs_are_those_of_the_comparison_the_cheapest_on_top_and_what_does_not_apply_is_named() -> None:
    comparison = tape_of("loop").adjoint_system().compare()
    depth, work = lv.figures.costs(comparison).data
    assert list(work.x) == sorted(work.x, reverse=True)
    for row in comparison.rows:
        at = list(work.y).index(row.label)
        assert row.cost is not None
        assert work.x[at] == row.cost.multiplications + row.cost.recovery
        assert (depth.x[at] or 0) == row.cost.depth
    (note,) = lv.figures.costs(tape_of("tiny_network")).layout.annotations
    assert "checkpointed" in note.text


def test_the_more_states_are_kept_the_less_is_computed_again() -> None:
    (trace,) = lv.figures.checkpoints(tape_of("loop", passes=50)).data
    assert list(trace.y) == sorted(trace.y, reverse=True)
    assert dict(zip(trace.x, trace.y, strict=True))[5] == 2 * 73


def test_a_program_without_a_chain_has_no_checkpoints() -> None:
    with pytest.raises(NotApplicableError, match="needs a chain of passes"):
        lv.figures.checkpoints(tape_of("tiny_network"))


def test_a_descent_falls_and_marks_where_a_branch_flips() -> None:
    def loss(w):
        return (w - 1) ** 2 if w > 2 else 3 * (w - 1) ** 2

    figure = lv.figures.descent(lv.record(loss, w=5.0, parameters="w"), rate=0.1, steps=10)
    line, flips = figure.data
    expected, w = [], 5.0
    for _ in range(11):
        expected.append(loss(w))
        w -= 0.1 * (2 if w > 2 else 6) * (w - 1)
    assert line.y == pytest.approx(expected)
    assert list(flips.x) == [7]


def test_what_no_figure_can_be_made_of_is_refused() -> None:
    with pytest.raises(InputError, match=r"not of float\. Write lv\.record"):
        lv.figures.sparsity(1.5)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="the tape has no parameters"):
        lv.figures.descent(tape_of("tiny_network"))
    with pytest.raises(InputError, match="Descent begins at a tape, not at TapeSystem"):
        lv.figures.descent(tape_of("tiny_network").adjoint_system())  # type: ignore[arg-type]


def test_without_plotly_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "plotly.graph_objects", None)
    with pytest.raises(MissingPackageError, match=r"pip install 'lagviz\[figures\]'"):
        lv.figures.sparsity(tape_of("tiny_network"))


def luminance(colour: str) -> float:
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", [common.PLUS, common.MINUS, common.QUIET])
@pytest.mark.parametrize("paper", ["#ffffff", "#111111"])
def test_marks_are_readable_on_light_and_dark(colour: str, paper: str) -> None:
    light, dark = sorted((luminance(colour), luminance(paper)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 3
