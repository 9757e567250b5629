"""Other ways of solving that a saved page carries: what a scene made by them says, and no page too large for it."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.methods import METHODS
from lagviz.engine.question import asked
from lagviz.gallery import PROGRAMS
from lagviz.view.alternatives import MOST_EQUATIONS, alternatives
from lagviz.view.packing import definition, unpack
from lagviz.view.page import MOST_BYTES
from lagviz.view.scene import scene
from tests.view.write_fixtures import programs

TAPES = dict(programs())


def header_of(path: Path) -> dict[str, Any]:
    data = re.search(r'id="lagviz-scene">([^<]*)<', path.read_text(encoding="utf-8"))
    assert data is not None
    header, _ = unpack(base64.b64decode(data[1]))
    jsonschema.validate(header, definition())
    return header


@pytest.mark.parametrize("name", ["network", "branch", "logistic", "recurrent", "fixed-point"])
def test_they_are_what_a_scene_made_by_the_method_says(name: str) -> None:
    solution = asked(TAPES[name]).solve()
    others = list(alternatives(solution))
    applying = {method for method in METHODS if solution.system.estimate(method).refusal is None}
    assert {other["method"] for other in others} == applying - {"back_substitution"}
    for other in others:
        header, columns = unpack(scene(solution.system.solve(other["method"])))
        assert other["steps"] == [step for step in header["steps"] if step["phase"] == "solve"]
        assert other["multiplications"] == header["checks"]["multiplications"]
        assert other["additions"] == header["checks"]["additions"]
        for key, column in other["events"].items():
            expected = [x if np.isfinite(x) else None for x in columns[f"event_{key}"].tolist()]
            assert column == expected


@pytest.mark.parametrize("name", PROGRAMS)
def test_pages_of_the_gallery_carry_what_fits_in_a_megabyte(name: str, tmp_path: Path) -> None:
    f, inputs = PROGRAMS[name]()
    path = lv.save_html(lv.record(f, **inputs), tmp_path / "page.html")
    header = header_of(path)
    carried = [other["method"] for other in header["alternatives"]]
    assert path.stat().st_size < MOST_BYTES or carried == []
    applying = {method["name"] for method in header["methods"] if method["refusal"] is None}
    if name == "heat_equation":  # which fills a page alone
        assert carried == []
    else:
        assert applying - set(carried) <= {"back_substitution", "sparse_lu"}


def test_the_methods_of_a_page_can_be_chosen(tmp_path: Path) -> None:
    tape = TAPES["network"]
    path = lv.save_html(tape, tmp_path / "page.html", methods=["neumann", "column_sweep", "neumann"])
    assert [other["method"] for other in header_of(path)["alternatives"]] == ["neumann", "column_sweep"]
    explorer = lv.explore(tape, method="neumann")
    path = explorer.to_html(tmp_path / "page.html", methods=["back_substitution", "neumann"])
    assert [other["method"] for other in header_of(path)["alternatives"]] == ["back_substitution"]
    assert header_of(lv.save_html(tape, path, methods=[]))["alternatives"] == []
    explorer.close()


def test_methods_that_are_none_or_do_not_apply_are_refused(tmp_path: Path) -> None:
    tape, path = TAPES["network"], tmp_path / "page.html"
    with pytest.raises(lv.LagvizError, match=r"There is no method 'newman'.* Did you mean neumann\?"):
        lv.save_html(tape, path, methods=["newman"])
    with pytest.raises(lv.LagvizError, match="checkpointed does not apply here: it needs a chain of passes"):
        lv.save_html(tape, path, methods=["checkpointed"])
    with pytest.raises(TypeError, match=r"methods= is a list of names: methods=\['neumann'\]"):
        lv.save_html(tape, path, methods="neumann")
    assert not path.exists()


def test_what_is_much_work_is_left_out_unless_it_is_asked_for() -> None:
    large = asked(lv.record(lambda w, x: np.sum(np.tanh(w @ x)), np.eye(60), np.ones(60))).solve()
    assert "forward_substitution" not in {other["method"] for other in alternatives(large)}
    long = asked(lv.record(lambda x: sum([np.sin(x) for _ in range(80)], 0.0), 0.5)).solve()
    assert len(long.system.tape) > MOST_EQUATIONS
    assert list(alternatives(long)) == []
    assert [other["method"] for other in alternatives(long, ["column_sweep"])] == ["column_sweep"]
