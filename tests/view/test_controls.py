"""Every control of the widget is a trait or a method; what it cannot be is refused in words, and the old value stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets
import numpy as np
import pytest
import traitlets

import lagviz as lv
from lagviz.view.packing import unpack
from tests.view.write_fixtures import loss

INPUTS = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}

#: What is turned on screen, and a value for it.
CONTROLS: dict[str, Any] = {
    "step": 12,
    "phase": "solve",
    "playing": True,
    "speed": 2.0,
    "selection": 4,
    "method": "column_sweep",
    "question": 6,
    "unit": "scalars",
    "indices": True,
    "inputs": {"x": 2.0, "y": 0.2, "w1": 0.7, "w2": -1.1},
    "as_a": True,
    "broken": True,
    "sizes": True,
    "projector": True,
    "descent": True,
    "predict": True,
    "order": [3, 2, 1, 0, 4, 5, 6, 7, 8],
    "tied": ["w1", "w2"],
}


@pytest.fixture
def explorer() -> Iterator[lv.Explorer]:
    yield lv.explore(loss, **INPUTS)
    lv.Explorer.close_all()


def test_these_are_all_the_controls_there_are() -> None:
    own = {name for name in lv.Explorer.class_traits(sync=True) if not name.startswith("_")}
    others = set(ipywidgets.DOMWidget.class_traits(sync=True))
    assert own - others == {*CONTROLS, "folded"}


@pytest.mark.parametrize("name", CONTROLS)
def test_each_can_be_set_observed_and_goes_to_the_page(explorer: lv.Explorer, name: str) -> None:
    seen: list[Any] = []
    explorer.observe(lambda change: seen.append(change["new"]), name)
    setattr(explorer, name, CONTROLS[name])
    assert getattr(explorer, name) == CONTROLS[name]
    assert seen == [CONTROLS[name]]
    assert name in explorer.get_state()


@pytest.mark.parametrize("name", CONTROLS)
def test_each_can_be_linked_in_the_kernel_and_in_the_browser(explorer: lv.Explorer, name: str) -> None:
    other = lv.explore(loss, **INPUTS)
    traitlets.link((explorer, name), (other, name))
    ipywidgets.jslink((explorer, name), (other, name))
    setattr(explorer, name, CONTROLS[name])
    assert getattr(other, name) == CONTROLS[name]


@pytest.mark.parametrize("box", [ipywidgets.HBox, ipywidgets.VBox, ipywidgets.Tab, ipywidgets.Accordion])
def test_it_is_laid_out_like_any_widget(explorer: lv.Explorer, box: Any) -> None:
    assert box([explorer, ipywidgets.Label("beside")]).children[0] is explorer


WRONG: list[tuple[str, Any, type[Exception], str]] = [
    ("method", "backsub", KeyError, r"There is no method 'backsub'\. .* Did you mean back_substitution\?"),
    ("method", 3, traitlets.TraitError, "'method' .* expected a unicode string, not the int 3"),
    ("method", "checkpointed", ValueError, "checkpointed does not apply here: it needs a chain of passes"),
    ("phase", "solv", traitlets.TraitError, r"expected any of \['record', 'lagrangian', 'solve'\], not the str 'solv'"),
    ("step", -1, traitlets.TraitError, "'step' .* should not be less than 0"),
    ("step", "last", traitlets.TraitError, "expected an int, not the str 'last'"),
    ("speed", -1, traitlets.TraitError, "'speed' .* should not be less than 0.125"),
    ("speed", "fast", traitlets.TraitError, "expected a float, not the str 'fast'"),
    ("playing", "yes", traitlets.TraitError, "expected a boolean, not the str 'yes'"),
    ("selection", 99, IndexError, "There is no equation 99: the tape has 9, numbered from 0"),
    ("selection", "w3", KeyError, "No equation is named 'w3'"),
    ("question", "nobody", KeyError, "No equation is named 'nobody'"),
    ("question", 99, IndexError, "There is no equation 99"),
    ("question", 1.5, traitlets.TraitError, "expected an int or a unicode string, not the float 1.5"),
    ("unit", "scalar", traitlets.TraitError, r"expected any of \['arrays', 'scalars'\], not the str 'scalar'"),
    ("indices", "z", traitlets.TraitError, "expected a boolean"),
    ("inputs", {"v": 1.0}, KeyError, "There is no scalar input named 'v'. There are: x, y, w1, w2"),
    ("inputs", 3, traitlets.TraitError, "expected a dict, not the int 3"),
    ("order", [0, 1], TypeError, "order= must name each equation with a multiplier once"),
    ("order", "abc", traitlets.TraitError, "expected an int, not the str 'abc'"),
    ("folded", ["encoder"], NotImplementedError, r"not folded on screen yet.*system\.condense\(by=\"scope\"\)"),
    ("tied", ["w1", "v"], KeyError, "There is no scalar input named 'v' to be tied"),
    *((name, "on", traitlets.TraitError, f"'{name}' .* expected a boolean") for name in ("as_a", "broken", "sizes")),
    *((name, "on", traitlets.TraitError, f"'{name}' .* expected a boolean") for name in ("projector", "descent")),
]


@pytest.mark.parametrize(("name", "value", "error", "words"), WRONG, ids=lambda one: str(one)[:20])
def test_what_cannot_be_is_refused_and_everything_stays(
    explorer: lv.Explorer, name: str, value: Any, error: type[Exception], words: str
) -> None:
    before = {control: getattr(explorer, control) for control in CONTROLS}, explorer.scene_bytes
    with pytest.raises(error, match=words):
        setattr(explorer, name, value)
    assert ({control: getattr(explorer, control) for control in CONTROLS}, explorer.scene_bytes) == before
    explorer.next()
    explorer.inputs = {"x": 1.0}
    assert explorer.tape["x"].value == 1.0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"methd": "neumann"}, r"methd= is neither .* Did you mean method\?"),
        ({"max_node": 3}, r"Did you mean max_nodes\?"),
        ({"w3": 1.0}, r"Did you mean w2\?"),
        ({"step": "last"}, "step= is the number of steps that have happened, from 0 to 18, not 'last'"),
    ],
)
def test_a_misspelt_keyword_is_a_type_error_with_a_suggestion(options: dict[str, Any], words: str) -> None:
    with pytest.raises(TypeError, match=words):
        lv.explore(loss, **INPUTS, **options)


def test_a_misspelt_option_of_a_tape_is_one_too() -> None:
    with pytest.raises(TypeError, match=r"takes no arguments .* Did you mean phase\?"):
        lv.explore(lv.record(loss, **INPUTS), fase="solve")
    with pytest.raises(KeyError, match=r"no phase 'solv'.* Did you mean solve\?"):
        lv.explore(loss, **INPUTS, phase="solv")
    with pytest.raises(KeyError, match=r"no unit 'scalar'.* Did you mean scalars\?"):
        lv.explore(loss, **INPUTS, unit="scalar")


def test_a_pinned_node_may_be_named_and_is_let_go_when_the_program_is_another() -> None:
    explorer = lv.explore(lambda x, w: np.sum(np.tanh(w * x)), x=np.array([0.5, 1.0]), w=2.0)
    explorer.selection = "w"
    assert explorer.selection == explorer.tape["w"].index
    explorer.inputs = {"w": 1.0}
    explorer.indices = True
    assert explorer.selection == explorer.tape["w"].index
    explorer.unit = "scalars"
    assert explorer.selection is None


def test_a_method_that_comes_not_to_apply_leaves_the_picture_as_it_was() -> None:
    """On other inputs an entry is infinite, and products may not be formed in another order: said, and taken back."""
    explorer = lv.explore(lambda x, w: np.log(x) * w, x=1.0, w=2.0, method="neumann")
    before = explorer.scene_bytes
    with (
        np.errstate(all="ignore"),
        pytest.raises(lv.LagvizError, match="neumann does not apply here: an entry of A is inf"),
    ):
        explorer.inputs = {"x": 0.0}
    assert (explorer.inputs["x"], explorer.scene_bytes) == (1.0, before)


def test_an_explorer_without_a_page_says_what_it_shows(explorer: lv.Explorer) -> None:
    assert repr(explorer) == "Explorer(loss(x, y, w₁, w₂): 9 equations, Back substitution, step 6 of 18)"
    explorer.step = 12
    made = explorer._repr_mimebundle_()
    assert made is not None
    bundle, _ = made
    assert bundle["text/plain"] == repr(explorer)
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    header, _ = unpack(explorer.scene_bytes)
    assert all(node["label"] in bundle["text/html"] for node in header["nodes"])
