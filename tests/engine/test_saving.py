"""A tape that was saved and loaded is the same tape, to the last bit; anything else is refused in words."""

from __future__ import annotations

import copy
import io
import json
import operator
import pickle
import re
import subprocess
import sys
import zipfile
from collections import namedtuple
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lagviz as lv
from lagviz.errors import BranchFlippedError, InputError, TapeFileError
from lagviz.view.scene import scene
from tests.support.programs import Program, programs


def saved(tape: lv.Tape) -> bytes:
    file = io.BytesIO()
    tape.save(file)
    return file.getvalue()


def again(tape: lv.Tape) -> lv.Tape:
    return lv.Tape.load(io.BytesIO(saved(tape)))


def bits(value: Any) -> Any:
    """All there is to a value: its type, shape, and every bit."""
    if type(value) is int:  # of any size
        return value
    return type(value), getattr(value, "dtype", None), np.shape(value), np.asarray(value).tobytes()


def assert_same(tape: lv.Tape, loaded: lv.Tape) -> None:
    assert len(tape) == len(loaded)
    assert repr(tape) == repr(loaded)
    for mine, other in zip(tape, loaded, strict=True):
        assert bits(mine.value) == bits(other.value)
        assert (mine.name, mine.kind, mine.op, mine.scope, mine.source) == (
            *(other.name, other.kind, other.op, other.scope),
            other.source,
        )
        assert [node.index for node in mine.parents] == [node.index for node in other.parents]
        assert mine.latex == other.latex
    for attribute in ("labels", "tex_names", "title", "argument_names", "max_nodes", "parameters", "found", "written"):
        assert getattr(tape, attribute) == getattr(loaded, attribute)
    assert tape.input_indices == loaded.input_indices
    assert list(tape.input_indices) == list(loaded.input_indices)
    assert (tape.output_indices, tape.guards, tape.scopes) == (loaded.output_indices, loaded.guards, loaded.scopes)


# --- the same tape ------------------------------------------------------------------------------------------------------------


@given(programs(), st.sampled_from([np.float64, np.float32]))
def test_a_loaded_tape_is_the_tape_that_was_saved(program: Program, dtype: type) -> None:
    inputs = [np.asarray(x, dtype)[()] if np.ndim(x) else x for x in program.inputs]
    tape = lv.record(program, *inputs)
    loaded = again(tape)
    assert_same(tape, loaded)
    assert bits(tape.result) == bits(loaded.result)
    mine, other = (one.adjoint_system().solve() for one in (tape, loaded))
    assert list(map(bits, mine.multipliers)) == list(map(bits, other.multipliers))
    assert mine.cost == other.cost
    nudged = [one.replay(perturb={0: 1e-6}) for one in (tape, loaded)]
    assert_same(*nudged)
    assert_same(nudged[0], again(nudged[0]))
    assert saved(loaded) == saved(tape)


def layers(params, x, n=2):
    for w in lv.loop(params["W"], name="layer"):
        x = np.tanh(w @ x)
    if np.sum(x) > 0:
        x = x[:, None] * np.array([[1.0, 2.0]])
    x = lv.fixed_point(lambda z: 0.3 * np.tanh(z) + x, np.zeros(np.shape(x)))
    return {"all": x[[0, 1], ..., 1:], "sum": (np.sum(x, axis=0, keepdims=True), x[::-1, 0] * n)}


def written() -> lv.Tape:
    w = np.array([[0.5, -0.25], [1.0, 2.0]])
    return lv.record(layers, {"W": [w, w.T]}, np.array([1.0, 0.5]), n=3, parameters=["params"], max_nodes=500)


def test_lagrangian_and_scene_of_a_loaded_tape_are_the_originals() -> None:
    tape = written()
    loaded = again(tape)
    assert_same(tape, loaded)
    assert loaded.lagrangian(tape.output_indices[1]).latex() == tape.lagrangian(tape.output_indices[1]).latex()
    question = (tape.output_indices[1], 0, 0)
    scenes = [scene(one.adjoint_system(question).solve()) for one in (tape, loaded)]
    assert scenes[0] == scenes[1]
    assert b"for w in lv.loop" in scenes[1]
    assert loaded.written.listings[0].name == "layers"
    assert loaded.result.keys() == {"all", "sum"}
    np.testing.assert_array_equal(loaded.result["sum"][1], tape.result["sum"][1])


def test_every_kind_of_value_and_setting_comes_back() -> None:
    pair = namedtuple("pair", "left right")  # noqa: PYI024 - as people write it
    quiet = np.array([0x7FF8DEAD0000BEEF], dtype=np.uint64).view(np.float64)

    def f(x, mask, *, big, flag, small, empty, wide, counts):
        y = np.where(flag, x, -x) * big
        z = np.reshape(x, (1, -1, 1)) + wide
        return pair(y[..., None], [z[:, slice(None, None, 2)], (small + 1, None)]), {
            ("a", 1): x[mask],
            2: empty * 2,
            "c": np.sum(x * counts) + np.maximum(x, np.float32(0.25)),
            None: small > np.float16(2),
        }

    inputs = {
        "x": np.array([np.inf, -0.0, quiet[0], 5e-324]),
        "big": 2**70,
        "flag": True,
        "small": np.float32(0.1),
        "empty": np.zeros((0, 3)),
        "mask": np.array([True, False, True, True]),
        "wide": np.asfortranarray(np.arange(6, dtype=">f8").reshape(1, 1, 6)),
        "counts": np.arange(4, dtype=np.uint8),
    }
    with np.errstate(all="ignore"):
        tape = lv.record(f, **inputs)
        loaded = again(tape)
        assert_same(tape, loaded)
        replayed = loaded.replay(x=np.arange(4.0)), tape.replay(x=np.arange(4.0))
    assert_same(*replayed)
    left, right = loaded.result
    assert left.left.shape == (4, 1)
    assert (type(left).__name__, left._fields) == ("pair", ("left", "right"))
    assert list(right) == [("a", 1), 2, "c", None]
    assert (left.right[1][1], type(left.right[1])) == (None, tuple)
    assert loaded["big"].value == 2**70
    assert loaded.recorded[loaded.output_indices[0]].options["index"] == (Ellipsis, None)


def test_a_loaded_tape_runs_again_but_has_no_function() -> None:
    def f(x):
        return x * x if x > 0 else -x

    loaded = again(lv.record(f, x=3.0))
    assert loaded.replay(x=4.0).result == 16.0
    assert again(loaded.replay(x=4.0)).result == 16.0
    words = "This tape has no function to record again, since it was read from a file"
    with pytest.raises(BranchFlippedError, match=words):
        loaded.replay(x=-1.0)
    with pytest.raises(InputError, match=words):
        again(lv.record(lambda x: 2 * x, np.ones(3))).replay(x=np.ones(2))


def test_implicit_equations_come_back_with_their_equation() -> None:
    def coupled(a, b):
        """One in a loop, one inside the other, one with a decision, one over containers, in single precision, closing over."""
        w = np.array([[0.2, -0.3], [0.1, 0.4]]) * a
        for _ in range(2):
            b = lv.fixed_point(lambda z, b: np.tanh(w @ z) + b, np.zeros(2), b, method="anderson", tol=1e-11)
        s = lv.root(lambda s: s - lv.fixed_point(lambda t: 0.5 * np.cos(t) + 0.1 * s, 0.0) - a, 1.0)
        if a > 0:
            s = lv.root(lambda s: s * s * s - a if s > 0 else s + a, 1.0, max_iterations=50) + s
        pair = lv.fixed_point(
            lambda z: {"u": 0.5 * z["v"] + s, "v": 0.25 * z["u"] * np.ones(2)}, {"u": np.zeros(2), "v": np.zeros(2)}
        )
        single = lv.fixed_point(
            lambda z: np.float32(0.5) * np.sin(z) + np.float32(1), np.zeros(1, np.float32) + np.float32(0) * b[0]
        )
        return np.sum(b) * s + np.sum(pair["u"] * pair["v"]) + single[0]

    tape = lv.record(coupled, 0.7, np.array([0.3, -0.2]))
    loaded = again(tape)
    assert_same(tape, loaded)
    assert saved(again(loaded)) == saved(tape)
    mine, other = (one.adjoint_system().solve() for one in (tape, loaded))
    assert list(map(bits, mine.multipliers)) == list(map(bits, other.multipliers))
    assert_same(tape.replay(a=0.6), loaded.replay(a=0.6))
    where = next(node for node in tape if node.kind == "implicit")
    assert_same(*(again(one.replay(perturb={where.index: 1e-3})) for one in (tape, loaded)))
    assert loaded.lagrangian().latex() == tape.lagrangian().latex()


def test_a_decision_inside_an_implicit_equation_of_a_file_is_still_a_guard() -> None:
    def f(a):
        return 2 * lv.fixed_point(lambda z: 0.5 * z + a if z > 1 else z * 0.25, 2.0)

    loaded = again(lv.record(f, 1.0))
    assert loaded.replay(a=2.0).result == pytest.approx(8.0)
    with pytest.raises(BranchFlippedError, match="otherwise than it was recorded"):
        loaded.replay(a=0.2)


def test_random_numbers_stay() -> None:
    rng = np.random.default_rng()
    tape = lv.record(lambda x: np.sum(x * rng.normal(size=3)), x=1.0)
    assert again(tape).replay(x=2.0).result == tape.replay(x=2.0).result


# --- files --------------------------------------------------------------------------------------------------------------------


def test_paths_and_files(tmp_path: Path) -> None:
    tape = written()
    for file in (tmp_path / "tape.lagviz", str(tmp_path / "tape.npz")):
        tape.save(file)
        assert_same(tape, lv.Tape.load(file))
    with (tmp_path / "open").open("wb") as opened:
        tape.save(opened)
    with (tmp_path / "open").open("rb") as opened:
        assert_same(tape, lv.Tape.load(opened))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["open", "tape.lagviz", "tape.npz"]
    with pytest.raises(FileNotFoundError):
        lv.Tape.load(tmp_path / "nowhere")


def test_a_save_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "tape.npz"
    written().save(path)
    before = path.read_bytes()

    def full(file: Any, **_columns: Any) -> None:
        file.write(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "savez_compressed", full)
    with pytest.raises(OSError, match="No space left"):
        lv.record(lambda x: x + 1, 1.0).save(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_what_no_file_can_hold_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    anonymous = lv.primitive(lambda x: 2.0 * x, vjp=lambda g, value, x: 2.0 * g + 0 * value * x)

    def f(x):
        y = anonymous(x)
        return y + 1

    def scaled(x, *, by):
        return by(x)

    own = lv.primitive(scaled, vjp=lambda g, value, x, by: by(g) + 0 * value * x)
    for tape, words in (
        (lv.record(f, 1.0), "Equation y cannot be saved: its rule 'lambda' is no rule that a file could name"),
        (lv.record(lambda x: own(x, by=operator.neg) + 1, 1.0), "cannot be saved. A setting is the function neg"),
        (lv.record(lambda x: {0.5: x}, 1.0), "The result is a dict with 0.5 as a key"),
    ):
        with pytest.raises(TapeFileError, match=re.escape(words)) as caught:
            tape.save(tmp_path / "tape")
        assert isinstance(caught.value, ValueError)
    assert not list(tmp_path.iterdir())


def test_a_primitive_is_found_by_its_name_where_it_is_defined(tmp_path: Path) -> None:
    def doubled_twice(x):
        return 4.0 * x

    make = "lv.primitive(doubled_twice, vjp=lambda g, value, x: 4.0 * g)"
    own = lv.primitive(doubled_twice, vjp=lambda g, value, x: 4.0 * g + 0 * value * x)
    path = tmp_path / "tape"
    lv.record(lambda x: own(x) + 1, 1.0).save(path)
    assert lv.Tape.load(path).replay(x=2.0).result == 9.0
    script = f"import lagviz as lv\nprint(lv.Tape.load({str(path)!r}).adjoint_system().solve()['x'])"
    defined = f"import lagviz as lv\ndef doubled_twice(x):\n    return 4.0 * x\n{make}\n{script}"
    without, with_it = (
        subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=False)
        for text in (script, defined)
    )
    assert "rule 'doubled_twice' is not known here. It is a primitive: define it with lv.primitive" in without.stderr
    assert with_it.stdout.strip() == "4.0"


# --- damage -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"P",
        b"hello, world",
        b"\x93NUMPY\x01\x00",
        pickle.dumps([1, 2]),
    ],
    ids=["nothing", "a letter", "text", "an array", "a pickle"],
)
def test_what_is_no_tape_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mine"
    path.write_bytes(data)
    with pytest.raises(TapeFileError, match=r"mine is no tape: only what tape\.save wrote can be read"):
        lv.Tape.load(path)


def test_another_archive_is_refused() -> None:
    file = io.BytesIO()
    np.savez(file, x=np.ones(3))
    file.seek(0)
    with pytest.raises(TapeFileError, match="What was given is no tape"):
        lv.Tape.load(file)


def _changed(change: Any) -> io.BytesIO:
    """A saved tape with a changed header or columns."""
    with np.load(io.BytesIO(saved(written()))) as archive:
        columns = dict(archive)
    header = json.loads(columns["header"].tobytes())
    change(header, columns)
    columns["header"] = np.frombuffer(json.dumps(header).encode(), dtype=np.uint8)
    file = io.BytesIO()
    np.savez(file, **columns)
    file.seek(0)
    return file


def test_a_newer_format_and_an_unknown_rule_are_named() -> None:
    with pytest.raises(
        TapeFileError, match=r"newer lagviz \(format 2\); this one reads up to format 1\. Update lagviz"
    ):
        lv.Tape.load(_changed(lambda header, _: header.update(version=2)))
    with pytest.raises(TapeFileError, match=r"rule 'frobnicate' is not known here\. Another lagviz wrote the file"):
        lv.Tape.load(_changed(lambda header, _: header["rules"].append(["frobnicate", False])))


def test_no_pickle_is_read() -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return pytest.fail, ("a pickle was executed",)

    trap = np.array([Trap()], dtype=object)
    with pytest.raises(TapeFileError, match="is damaged"):
        lv.Tape.load(_changed(lambda _, columns: columns.update(value_0=trap)))


def test_a_file_that_is_cut_short_is_refused() -> None:
    data = saved(written())
    for length in [*range(4, len(data), len(data) // 50), len(data) - 1]:
        with pytest.raises(TapeFileError, match="is damaged"):
            lv.Tape.load(io.BytesIO(data[:length]))


@given(st.data())
def test_a_flipped_bit_is_noticed_or_changes_nothing(data: st.DataObject) -> None:
    tape = written()
    raw = bytearray(saved(tape))
    position = data.draw(st.integers(4, len(raw) - 1))
    raw[position] ^= 1 << data.draw(st.integers(0, 7))
    try:
        loaded = lv.Tape.load(io.BytesIO(bytes(raw)))
    except TapeFileError:
        return
    assert_same(tape, loaded)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["slice", "constant", "named"]), inner),
    max_leaves=4,
)


@given(st.data())
def test_a_header_that_says_something_else_is_refused_or_read(data: st.DataObject) -> None:
    def change(header: Any, columns: Any) -> None:
        if data.draw(st.booleans()):
            name = data.draw(st.sampled_from(sorted(set(columns) - {"header"})))
            if data.draw(st.booleans()):
                del columns[name]
            else:
                columns[name] = np.resize(columns[name], data.draw(st.integers(0, 5))) - 1 * (
                    columns[name].dtype != bool
                )
            return
        place, key = header, data.draw(st.sampled_from(sorted(header)))
        while isinstance(place[key], list | dict) and place[key] and data.draw(st.booleans()):
            place = place[key]
            key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        place[key] = data.draw(_JSON)

    file = _changed(change)
    try:
        lv.Tape.load(file)
    except TapeFileError as error:
        assert str(error)  # noqa: PT017 - nothing but this may be raised


def test_a_file_holds_no_code_and_no_object() -> None:
    with zipfile.ZipFile(io.BytesIO(saved(written()))) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                assert np.lib.format.read_array(member, allow_pickle=False).dtype.kind in "fiub"


# --- copies -------------------------------------------------------------------------------------------------------------------


def test_a_copy_of_a_tape_is_the_tape_and_a_pickle_is_refused() -> None:
    tape = written()
    assert copy.copy(tape) is tape
    assert copy.deepcopy({"tape": tape, "node": tape["x"]}) == {"tape": tape, "node": tape["x"]}
    for thing in (tape, tape["x"]):
        with pytest.raises(
            InputError, match=r"Write it with tape\.save\(path\), and read it with lv\.Tape\.load\(path\)"
        ):
            pickle.dumps(thing)
