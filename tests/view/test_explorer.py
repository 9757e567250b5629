"""The widget in Python: what is shown, what a reader changes, and what the page is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest
import traitlets

import lagviz as lv
from lagviz.view.packing import unpack


def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r**2


def leaky(x, w):
    return w * x if x > 0 else 0.1 * x


def fragile(x):
    if x > 2:
        raise RuntimeError("two is enough")  # the line
    return x * x


INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}
#: The steps of the example: the inputs and five equations, three of the Lagrangian, nine rows.
RECORD, LAGRANGIAN, SOLVE = 6, 3, 9


@pytest.fixture
def explorer() -> lv.Explorer:
    return lv.explore(loss, **INPUTS)


class Page:
    """The other end of a widget's messages."""

    def __init__(self, explorer: lv.Explorer) -> None:
        self.explorer = explorer
        self.answers: list[Any] = []
        explorer.send = self._receive

    def _receive(self, content: Any, buffers: Any = None) -> None:
        assert buffers is None
        self.answers.append(content)

    def ask(self, content: Any) -> Any:
        """Send a message as the page would; the one answer to it."""
        before = len(self.answers)
        self.explorer._handle_custom_msg(content, [])  # noqa: SLF001 - what the comm calls
        (answer,) = self.answers[before:]
        return answer


def shown(explorer: lv.Explorer) -> dict[str, Any]:
    header, _ = unpack(explorer.scene_bytes)
    return header


def values(explorer: lv.Explorer) -> list[float]:
    _, columns = unpack(explorer.scene_bytes)
    return list(columns["value"])


# --- the timeline -----------------------------------------------------------------------------------------------------------


def test_it_opens_at_the_end_of_record(explorer: lv.Explorer) -> None:
    assert (explorer.step, explorer.phase) == (RECORD, "record")
    assert len(shown(explorer)["steps"]) == RECORD + LAGRANGIAN + SOLVE
    assert explorer.solution["w1"] == pytest.approx(1.3599, abs=5e-5)


@pytest.mark.parametrize(
    ("options", "step", "phase"),
    [
        ({"step": 0}, 0, "record"),
        ({"step": 12}, 12, "solve"),
        ({"step": 99}, RECORD + LAGRANGIAN + SOLVE, "solve"),
        ({"step": -1}, 0, "record"),
        ({"phase": "lagrangian"}, RECORD + 1, "lagrangian"),
        ({"phase": "solve"}, RECORD + LAGRANGIAN + 1, "solve"),
    ],
)
def test_where_to_open(options: dict[str, Any], step: int, phase: str) -> None:
    explorer = lv.explore(loss, **INPUTS, **options)
    assert (explorer.step, explorer.phase) == (step, phase)


def test_the_phase_follows_the_step(explorer: lv.Explorer) -> None:
    seen = []
    for step in range(RECORD + LAGRANGIAN + SOLVE + 1):
        explorer.step = step
        seen.append(explorer.phase)
    assert seen == ["record"] * (RECORD + 1) + ["lagrangian"] * LAGRANGIAN + ["solve"] * SOLVE


def test_the_step_follows_the_phase(explorer: lv.Explorer) -> None:
    for phase, first in (("solve", RECORD + LAGRANGIAN + 1), ("record", 1), ("lagrangian", RECORD + 1)):
        explorer.phase = phase
        assert explorer.step == first


def test_next_and_previous_stop_at_the_ends(explorer: lv.Explorer) -> None:
    explorer.step = 0
    explorer.previous()
    assert explorer.step == 0
    for _ in range(30):
        explorer.next()
    assert explorer.step == RECORD + LAGRANGIAN + SOLVE


def test_a_step_that_is_not_there_is_refused_or_the_last(explorer: lv.Explorer) -> None:
    with pytest.raises(traitlets.TraitError):
        explorer.step = -1
    explorer.step = 1000
    assert (explorer.step, explorer.phase) == (RECORD + LAGRANGIAN + SOLVE, "solve")


@pytest.mark.parametrize(
    ("name", "value"), [("phase", "wrong"), ("speed", 0.0), ("speed", 99.0), ("step", "one"), ("selection", 1.5)]
)
def test_a_state_that_cannot_be_is_refused(explorer: lv.Explorer, name: str, value: Any) -> None:
    before = getattr(explorer, name)
    with pytest.raises(traitlets.TraitError):
        setattr(explorer, name, value)
    assert getattr(explorer, name) == before


# --- options ------------------------------------------------------------------------------------------------------------------


def test_misspelt_options_are_type_errors_that_list_the_options() -> None:
    with pytest.raises(TypeError, match=r"fase= is neither an argument of loss.*nor an option.*phase"):
        lv.explore(loss, **INPUTS, fase="solve")
    with pytest.raises(TypeError, match="takes no arguments for the function"):
        lv.explore(lv.record(loss, **INPUTS), x=2.0)
    with pytest.raises(KeyError, match=r"There is no phase 'sole'. There are: record, lagrangian, solve"):
        lv.explore(loss, **INPUTS, phase="sole")
    with pytest.raises(KeyError, match=r"There is no method 'gauss'. There are: back_substitution"):
        lv.explore(loss, **INPUTS, method="gauss")


def test_a_method_that_is_not_there_leaves_the_one_that_is(explorer: lv.Explorer) -> None:
    with pytest.raises(lv.LagvizError, match="There is no method 'gauss'"):
        explorer.method = "gauss"
    assert explorer.method == "back_substitution"


def test_options_reach_what_they_are_for() -> None:
    explorer = lv.explore(loss, **INPUTS, parameters=["w1", "w2"], output="p", speed=2)
    assert [node["role"] for node in shown(explorer)["nodes"]][:4] == ["data", "data", "parameter", "parameter"]
    assert shown(explorer)["output"] == explorer.tape["p"].index
    assert explorer.solution["p"] == 1.0
    assert explorer.speed == 2.0


def test_a_tape_can_be_explored_and_an_array_is_asked_about_by_its_first_element() -> None:
    explorer = lv.explore(lv.record(lambda x: x**2, np.array([3.0, 4.0])))
    np.testing.assert_array_equal(explorer.solution["x"], [6.0, 0.0])


# --- inputs -------------------------------------------------------------------------------------------------------------------


def test_new_inputs_run_the_program_and_keep_the_step(explorer: lv.Explorer) -> None:
    explorer.step = 12
    explorer.inputs = {"x": 2.0}
    assert explorer.inputs == {**INPUTS, "x": 2.0}
    assert explorer.tape.result == pytest.approx(loss(2.0, 0.2, 0.7, -1.1), rel=1e-14)
    assert values(explorer)[-1] == explorer.tape.result
    assert explorer.step == 12
    assert explorer.solution["x"] == explorer.tape.adjoint_system().solve()["x"]


def test_sliders_keep_their_range_while_they_are_moved(explorer: lv.Explorer) -> None:
    before = shown(explorer)["inputs"]
    explorer.inputs = {"x": -2.5}
    assert shown(explorer)["inputs"] == before


def test_a_misspelt_input_is_refused_and_changes_nothing(explorer: lv.Explorer) -> None:
    before = explorer.scene_bytes
    with pytest.raises(KeyError, match=r"There is no scalar input named 'z'. There are: x, y, w1, w2"):
        explorer.inputs = {"z": 1.0}
    with pytest.raises(TypeError, match="x must be a number, not 'two'"):
        explorer.inputs = {"x": "two"}
    assert (explorer.inputs, explorer.scene_bytes) == (INPUTS, before)


def test_a_flipped_branch_is_said_and_shown() -> None:
    explorer = lv.explore(leaky, x=1.0, w=0.5)
    assert shown(explorer)["notes"] == []
    explorer.inputs = {"x": -1.0}
    (note,) = shown(explorer)["notes"]
    assert note == {"level": "info", "text": "A branch flipped on these inputs, so the program was recorded anew."}
    assert explorer.tape.result == -0.1
    explorer.inputs = {"x": -2.0}
    assert shown(explorer)["notes"] == []


def test_recorded_positions_do_not_confuse_the_question_whether_a_branch_flipped() -> None:
    explorer = lv.explore(lambda x, k: np.sum(x[x > 0]) * k, np.array([1.0, -1.0, 2.0]), 2.0)
    explorer.inputs = {"k": 3.0}
    assert explorer.tape.result == 9.0
    assert shown(explorer)["notes"] == []


def test_counts_stay_counts() -> None:
    explorer = lv.explore(lambda n, x: sum(x for _ in range(n)), n=2, x=1.5)
    explorer.inputs = {"n": 3.0}
    assert explorer.inputs == {"n": 3, "x": 1.5}
    assert explorer.tape.result == 4.5


def test_inputs_on_which_the_function_fails_leave_what_is_shown() -> None:
    explorer = lv.explore(fragile, x=1.0)
    before = explorer.scene_bytes
    with pytest.raises(RuntimeError, match="two is enough"):
        explorer.inputs = {"x": 3.0}
    assert explorer.scene_bytes == before
    assert explorer.tape.result == 1.0
    assert explorer.inputs == {"x": 1.0}
    explorer.inputs = {"x": 2.0}
    assert explorer.tape.result == 4.0


# --- the question ---------------------------------------------------------------------------------------------------------------


def test_the_question_can_be_moved_by_name_and_by_index(explorer: lv.Explorer) -> None:
    assert explorer.question == explorer.tape["loss"].index
    explorer.step = 14
    explorer.question = "p"
    assert explorer.question == explorer.tape["p"].index
    assert shown(explorer)["output"] == explorer.question
    assert (explorer.solution["p"], explorer.solution["loss"]) == (1.0, 0.0)
    assert explorer.solution["w2"] == explorer.tape["h"].value
    assert explorer.step == 14
    explorer.inputs = {"x": 2.0}
    assert explorer.question == explorer.tape["p"].index


def test_a_question_that_cannot_be_asked_is_refused_and_changes_nothing() -> None:
    explorer = lv.explore(leaky, x=1.0, w=0.5)
    before = explorer.scene_bytes, explorer.question
    with pytest.raises(KeyError, match="No equation is named 'nobody'"):
        explorer.question = "nobody"
    (guard,) = explorer.tape.guards
    with pytest.raises(lv.LagvizError, match="is a decision or an integer, so it has no gradient"):
        explorer.question = guard
    assert (explorer.scene_bytes, explorer.question) == before


def test_the_scene_knows_what_was_asked_first(explorer: lv.Explorer) -> None:
    loss_index = explorer.tape["loss"].index
    assert shown(explorer)["asked_first"] == loss_index
    explorer.question = "p"
    explorer.inputs = {"x": 2.0}
    explorer.indices = True
    assert (shown(explorer)["output"], shown(explorer)["asked_first"]) == (explorer.tape["p"].index, loss_index)
    about_h = lv.explore(loss, **INPUTS, output="h")
    assert shown(about_h)["asked_first"] == about_h.tape["h"].index


def test_another_branch_has_the_first_question_too_or_its_result() -> None:
    def either(x):
        if x > 0:
            u = 2 * x
            return u * x
        v = 3 * x
        return v + 1

    explorer = lv.explore(either, 1.0, output="u")
    explorer.question = explorer.tape.output.index
    explorer.inputs = {"x": -1.0}
    assert shown(explorer)["asked_first"] == explorer.tape.output.index
    explorer.inputs = {"x": 1.0}
    assert shown(explorer)["asked_first"] == explorer.tape["u"].index


def test_back_at_the_first_question_its_element_is_asked_about() -> None:
    explorer = lv.explore(lambda x: x**2, np.array([3.0, 4.0]), output=("x", 1))
    explorer.question = explorer.tape.output.index
    np.testing.assert_array_equal(explorer.solution["x"], [6.0, 0.0])
    explorer.question = shown(explorer)["asked_first"]
    np.testing.assert_array_equal(explorer.solution["x"], [0.0, 1.0])


# --- messages from the page -----------------------------------------------------------------------------------------------------


def test_the_page_may_ask_for_a_replay() -> None:
    explorer = lv.explore(loss, **INPUTS)
    answer = Page(explorer).ask({"kind": "replay", "id": 7, "inputs": {"x": 2.0}})
    assert answer == {"kind": "replayed", "id": 7}
    assert explorer.inputs == {**INPUTS, "x": 2.0}
    assert explorer.tape.result == pytest.approx(loss(2.0, 0.2, 0.7, -1.1), rel=1e-14)


def test_the_page_may_ask_about_another_result_and_several_things_at_once(explorer: lv.Explorer) -> None:
    wish = {"kind": "replay", "id": 1, "inputs": {"x": 2.0}, "question": 6, "method": "back_substitution"}
    assert Page(explorer).ask(wish) == {"kind": "replayed", "id": 1}
    assert (explorer.inputs["x"], explorer.question, shown(explorer)["output"]) == (2.0, 6, 6)


def test_a_problem_is_answered_with_the_readers_own_line() -> None:
    explorer = lv.explore(fragile, x=1.0)
    before = explorer.scene_bytes
    answer = Page(explorer).ask({"kind": "replay", "id": 1, "inputs": {"x": 3.0}})
    first = fragile.__code__.co_firstlineno
    assert (answer["kind"], answer["id"], answer["line"]) == ("problem", 1, first + 2)
    assert answer["text"].startswith("RuntimeError: two is enough")
    assert 'raise RuntimeError("two is enough")' in answer["text"]
    assert (explorer.scene_bytes, explorer.inputs) == (before, {"x": 1.0})


def test_an_interrupted_recording_is_answered_and_stays_an_interruption(
    explorer: lv.Explorer, monkeypatch: Any
) -> None:
    before = explorer.scene_bytes

    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    page = Page(explorer)
    monkeypatch.setattr("lagviz.view.explorer.replay", interrupt)
    with pytest.raises(KeyboardInterrupt):
        page.ask({"kind": "replay", "id": 3, "inputs": {"x": 2.0}})
    (answer,) = page.answers
    assert (answer["kind"], answer["id"]) == ("interrupted", 3)
    assert answer["text"] == "The recording was interrupted; what is shown is the last one."
    assert (explorer.scene_bytes, explorer.inputs) == (before, INPUTS)


def test_a_page_and_a_cell_change_it_one_after_the_other() -> None:
    begun, go = Event(), Event()
    called: list[float] = []

    def f(x):
        if x > 2:
            called.append(1)
            begun.set()
            go.wait()
            called.append(-1)
        return x * x

    explorer = lv.explore(f, x=1.0)
    page = Page(explorer)
    about_to = Event()

    def cell() -> None:
        about_to.set()
        explorer.inputs = {"x": 0.5}

    threads = [Thread(target=page.ask, args=[{"kind": "replay", "id": 1, "inputs": {"x": 3.0}}]), Thread(target=cell)]
    threads[0].start()
    begun.wait()
    threads[1].start()
    about_to.wait()
    go.set()
    for thread in threads:
        thread.join()
    assert called == [1, -1]
    assert (explorer.inputs, explorer.tape.result, values(explorer)[0]) == ({"x": 0.5}, 0.25, 0.5)


STRANGE: list[Any] = [
    {"kind": "replay", "id": 1},
    {"kind": "replay", "id": 1, "inputs": {"nobody": 1.0}},
    {"kind": "replay", "id": 1, "inputs": {"x": "text"}},
    {"kind": "replay", "id": 1, "inputs": {"x": None}},
    {"kind": "replay", "id": 1, "inputs": [1.0]},
    {"kind": "replay", "id": 1, "question": 99},
    {"kind": "replay", "id": 1, "method": "gauss"},
    {"kind": "replay", "id": 1, "unit": "dozens"},
    {"kind": "replay", "id": 1, "indices": 1},
    {"kind": "dance", "id": 1},
    {},
    None,
    "replay",
    ["replay"],
]


@pytest.mark.parametrize("content", STRANGE, ids=str)
def test_every_message_is_answered(explorer: lv.Explorer, content: Any) -> None:
    before = explorer.scene_bytes
    answer = Page(explorer).ask(content)
    assert answer["kind"] == "problem"
    assert answer["text"]
    assert answer["id"] == (1 if isinstance(content, dict) and content else None)
    assert (explorer.scene_bytes, explorer.inputs) == (before, INPUTS)


# --- as data --------------------------------------------------------------------------------------------------------------------


def test_a_nudge_is_close_to_what_the_multiplier_says(explorer: lv.Explorer) -> None:
    for name in ("x", "a", "loss"):
        assert explorer.nudge(name, 1e-6) == pytest.approx(1e-6 * explorer.solution[name], rel=1e-4)
    assert explorer.nudge("p") == pytest.approx(-0.0211, abs=5e-5)


def test_what_is_shown_can_be_saved(explorer: lv.Explorer, tmp_path: Path) -> None:
    explorer.inputs = {"x": 2.0}
    text = explorer.to_html(tmp_path / "page.html").read_text(encoding="utf-8")
    assert "λ" in text
    assert len(text) < 1_000_000


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Widgets register themselves for good; a test leaves none."""
    yield
    lv.Explorer.close_all()
