"""The scene: laid out as `scene.json` says, and telling what the engine knows."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Annotated, Any

import jsonschema
import numpy as np
import pytest
from hypothesis import given

import lagviz as lv
from lagviz.engine import words
from lagviz.engine.question import asked
from lagviz.view.packing import VERSION, definition, pack, unpack
from lagviz.view.pictures import SIDE, block_picture, coarse, shown_shape
from lagviz.view.scene import scene
from tests.support.programs import Program, programs
from tests.view.write_fixtures import programs as fixture_programs

FIXTURES = dict(fixture_programs())


def made(tape: lv.Tape) -> tuple[dict[str, Any], dict[str, Any]]:
    return unpack(scene(asked(tape).solve()))


def check(tape: lv.Tape) -> None:
    """Everything that holds of any scene."""
    solution = asked(tape).solve()
    system = solution.system
    header, columns = unpack(scene(solution))
    jsonschema.validate(header, definition(), cls=jsonschema.Draft202012Validator)
    nodes, entries = header["nodes"], header["entries"]
    solving = [step for step in header["steps"] if step["phase"] == "solve"]
    # The lengths that the definition names.
    numbers = sum(int(np.prod(node["shown"], dtype=int)) for node in nodes)
    blocks = sum(int(np.prod(entry["shown"])) for entry in entries)
    known = {
        "nodes": len(nodes),
        "nodes + 1": len(nodes) + 1,
        "entries": len(entries),
        "entries + 1": len(entries) + 1,
        "numbers": numbers,
        "block numbers": blocks,
        "solve steps + 1": len(solving) + 1,
        "events": int(columns["event_start"][-1]),
    }
    for name, column in definition()["x-columns"].items():
        assert len(columns[name]) == known[column["length"]], name
    for name, total in (("value_start", numbers), ("block_start", blocks), ("event_start", known["events"])):
        assert columns[name][0] == 0
        assert columns[name][-1] == total
        assert (np.diff(columns[name]) >= 0).all()
    # The phases follow each other, and each label is nobody else's.
    order = ["record", "lagrangian", "solve"]
    phases = [order.index(step["phase"]) for step in header["steps"]]
    assert phases == sorted(phases)
    assert len({node["label"] for node in nodes}) == len(nodes)
    # Values and multipliers are the engine's.
    for index, node in enumerate(nodes):
        at = slice(columns["value_start"][index], columns["value_start"][index + 1])
        value, multiplier = tape[index].value, solution.multipliers[index]
        if node["shown"] == node["shape"]:
            np.testing.assert_array_equal(columns["value"][at], np.ravel(np.asarray(value, dtype=float)))
            expected = np.full(at.stop - at.start, np.nan) if multiplier is None else np.ravel(multiplier)
            np.testing.assert_array_equal(columns["multiplier"][at], expected)
        assert node["row"] == (multiplier is not None)
    # Entries are those of A.
    assert [(int(i), int(j)) for i, j in zip(columns["entry_row"], columns["entry_column"], strict=True)] == [
        (entry.row, entry.column) for entry in system.entries
    ]
    for k, entry in enumerate(system.entries):
        picture = columns["block"][columns["block_start"][k] : columns["block_start"][k + 1]]
        block = system.blocks[entry.row, entry.column]
        if tuple(entries[k]["shown"]) == block.shape:
            np.testing.assert_array_equal(picture, -block.toarray().ravel())
        if not np.isnan(columns["partial"][k]):
            assert columns["partial"][k] == -block.toarray().item()
    # A step reads and writes what the engine's step does.
    for s, step in enumerate(solution.steps()):
        at = slice(columns["event_start"][s], columns["event_start"][s + 1])
        events = [*step.reads, *step.writes, *step.drops]
        for event, index, row, column in zip(
            events, *(columns[f"event_{name}"][at].tolist() for name in ("index", "row", "column")), strict=True
        ):
            assert (row, column) == (event.index, -1 if event.column is None else event.column)
            assert index == (system.entry_at.get((row, column), -1) if event.what == "matrix" else row)
        assert columns["event_kind"][at].tolist() == [0] * len(step.reads) + [1] * len(step.writes)


@pytest.mark.parametrize("name", FIXTURES)
def test_the_scenes_that_the_front_end_is_tested_on(name: str) -> None:
    with np.errstate(all="ignore"):
        check(FIXTURES[name])


@given(programs())
def test_the_scene_of_any_program(program: Program) -> None:
    check(lv.record(program, *program.inputs))


# --- packing ----------------------------------------------------------------------------------------------------------------


def test_numbers_come_back_as_they_were() -> None:
    columns = {name: np.zeros(0) for name in definition()["x-columns"]}
    columns["value"] = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-320, 0.1])
    columns["entry_row"] = np.array([1, 2, 2**31 - 1])
    header, back = unpack(pack({"version": VERSION, "text": "λ₁ 🙂"}, columns))
    assert header["text"] == "λ₁ 🙂"
    assert back["value"].tobytes() == columns["value"].tobytes()
    assert back["entry_row"].tolist() == [1, 2, 2**31 - 1]
    assert all(at["offset"] % 8 == 0 for at in header["columns"].values())


def test_what_is_no_scene_is_refused() -> None:
    columns = {name: np.zeros(0) for name in definition()["x-columns"]}
    data = pack({"version": VERSION}, columns)
    with pytest.raises(ValueError, match="no lagviz scene"):
        unpack(b"GIF89a" + data)
    with pytest.raises(ValueError, match="this scene has version 99"):
        unpack(pack({"version": 99}, columns))
    with pytest.raises(ValueError, match=r"columns differ from scene.json: \['rhs'\]"):
        pack({"version": VERSION}, {name: column for name, column in columns.items() if name != "rhs"})
    with pytest.raises(ValueError, match="Out of range float"):
        pack({"version": VERSION, "residual": np.nan}, columns)
    assert struct.unpack_from("<8s", data)[0] == b"LAGVIZ01"


# --- the source -------------------------------------------------------------------------------------------------------------


def cut(header: dict[str, Any], found: list[int]) -> str:
    """The text that a range of a scene cuts out; columns count in UTF-16 units."""
    file, first, start, last, end = found
    lines = [line.encode("utf-16-le") for line in header["files"][file]["lines"][first : last + 1]]
    lines[-1] = lines[-1][: 2 * end]
    lines[0] = lines[0][2 * start :]
    return b"\n\0".join(lines).decode("utf-16-le")


@pytest.mark.parametrize("name", FIXTURES)
def test_ranges_cut_out_the_expressions(name: str) -> None:
    tape = FIXTURES[name]
    with np.errstate(all="ignore"):
        header, columns = made(tape)
    for index, node in enumerate(header["nodes"]):
        place = tape[index].source
        if node["kind"] == "input":
            assert node["source"] is None or node["name"].startswith(cut(header, node["source"]))
            continue
        assert (node["source"] is None) == (place is None)
        if place is not None:
            assert cut(header, node["source"]) == place.text
    for k, entry in enumerate(header["entries"]):
        reader = header["nodes"][columns["entry_column"][k]]
        for found in entry["sources"]:
            assert cut(header, found) in cut(header, reader["source"])


def named(tape: lv.Tape) -> dict[str, str | None]:
    """By each input what is marked of it in the source, with the two characters before."""
    header, _ = made(tape)
    ranges = {header["nodes"][one["node"]]["name"]: header["nodes"][one["node"]]["source"] for one in header["inputs"]}
    return {name: at and cut(header, [*at[:2], at[2] - 2, *at[3:]]) for name, at in ranges.items()}


def test_an_input_stands_in_the_source_where_the_function_names_it(tmp_path: Path) -> None:
    def f(x: float, params: Annotated[dict[str, Any], "🙂"], *rest: float, scale: float = 1.0) -> Any:
        return x * params["W"] + sum(rest) * scale

    tape = lv.record(f, 1.5, {"W": 2.0}, 3.0, 4.0, scale=0.5)
    expected = {"x": "f(x", "params['W']": ", params", "rest[0]": " *rest", "rest[1]": " *rest", "scale": ", scale"}
    assert named(tape) == expected
    tape.save(tmp_path / "tape")
    assert named(lv.Tape.load(tmp_path / "tape")) == expected
    twice = [lambda y: y * 2.0, lambda y: y * 3.0]
    assert named(lv.record(twice[1], y=1.0)) == {"y": None}
    once = lambda y: y * y  # noqa: E731 - the text of a lambda that is a line of its own
    assert named(lv.record(once, y=1.0)) == {"y": "a y"}


def test_an_entry_points_at_each_place_that_reads_it() -> None:
    header, columns = made(FIXTURES["branch"])
    squares = [k for k, entry in enumerate(header["entries"]) if len(entry["sources"]) == 2]
    assert sorted(cut(header, found) for k in squares for found in header["entries"][k]["sources"]) == [
        "x",
        "x",
        "y",
        "y",
    ]
    assert len(columns["entry_row"]) == len(header["entries"])


def test_without_source_the_reason_is_said() -> None:
    header, _ = made(FIXTURES["no-source"])
    (file,) = header["files"]
    assert file["lines"] == []
    assert "has no source to show" in file["missing"]


# --- large arrays -------------------------------------------------------------------------------------------------------------


def test_a_large_array_is_shown_by_its_largest_numbers() -> None:
    x = np.zeros((300, 200))
    x[299, 199], x[0, 0], x[0, 1] = -5.0, 2.0, 1.0
    tape = lv.record(lambda x: np.sum(x * x), x)
    header, columns = made(tape)
    assert header["nodes"][0]["shape"] == [300, 200]
    assert header["nodes"][0]["shown"] == [SIDE, SIDE]
    picture = columns["value"][: SIDE * SIDE]
    assert (picture[0], picture[-1]) == (2.0, -5.0)
    assert np.count_nonzero(picture) == 2
    jsonschema.validate(header, definition())
    assert np.isnan(columns["block"][0]) == (header["entries"][0]["shown"] == [1, 1])
    assert sum(len(column) for column in columns.values()) < 100_000


@pytest.mark.parametrize("shape", [(), (3,), (0,), (4096,), (4097,), (70, 70), (2, 50, 60), (10000, 1)])
def test_coarse_numbers_fill_the_shape_they_are_shown_in(shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=shape)
    shown = shown_shape(shape)
    picture = coarse(x, shown)
    assert picture.shape == (int(np.prod(shown, dtype=int)),)
    assert set(picture.tolist()) <= set(np.ravel(x).tolist())
    if x.size:
        assert np.abs(picture).max() == np.abs(x).max()


def test_nan_is_never_lost_in_a_coarse_picture() -> None:
    x = np.ones((100, 100))
    x[50, 50] = np.nan
    assert np.isnan(coarse(x, shown_shape(x.shape))).sum() == 1


def test_the_picture_of_a_block_read_twice_adds_before_it_compares() -> None:
    system = lv.record(lambda x: np.sum(x - x), np.ones(3)).adjoint_system()
    _, picture = block_picture(system.block(0))
    assert picture.tolist() == [0.0] * 9


# --- nudges -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["network", "tied", "branch", "elements", "recurrent", "logistic"])
def test_a_nudge_is_a_replay(name: str) -> None:
    tape = FIXTURES[name]
    _, columns = made(tape)
    before = np.ravel(tape.output.value)[0]
    for index in range(len(tape)):
        if not tape.has_row(index):
            assert np.isnan(columns["nudged"][index])
            continue
        after = np.ravel(tape.replay(perturb={index: words.EPSILON}).output.value)[0]
        assert columns["nudged"][index] == after - before


def test_a_nudge_that_flips_a_branch_is_not_measured() -> None:
    tape = lv.record(lambda x: x if x < 1.0 else 2 * x, 0.995)
    _, columns = made(tape)
    assert np.isnan(columns["nudged"][0])


@pytest.mark.parametrize("value", [0.0, 1e-300, 1e308, -1e308, np.inf, np.nan, 5, 0, -(10**6), True, np.float32(0.1)])
def test_any_number_has_a_slider_or_none(value: Any) -> None:
    with np.errstate(all="ignore"):
        header, _ = made(lv.record(lambda x, y: y * 2.0 + 0 * y * x, x=value, y=1.0))
    jsonschema.validate(header, definition())
    first = header["inputs"][0]
    if first["minimum"] is not None:
        assert first["minimum"] <= value <= first["maximum"]
        assert 0 < first["step"] < first["maximum"] - first["minimum"]
    else:
        assert not np.isfinite(2 * float(value)) or value is True


def test_an_implicit_equation_carries_its_block_on_the_diagonal() -> None:
    f, inputs = lv.gallery.fixed_point()
    system = lv.record(f, **inputs).adjoint_system()
    header, _ = unpack(scene(system.solve()))
    (z,) = (index for index, node in enumerate(header["nodes"]) if node["kind"] == "implicit")
    diagonal = header["nodes"][z]["diagonal"]
    assert diagonal["shown"] == [4, 4]
    assert np.array_equal(np.reshape(diagonal["numbers"], (4, 4)), system.blocks[z, z].toarray())
    assert [node["diagonal"] for index, node in enumerate(header["nodes"]) if index != z] == [None] * (
        len(system.nodes) - 1
    )
