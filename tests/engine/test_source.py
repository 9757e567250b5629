"""Names, exact expressions and the places of operands, as they stand in the source; and what is said without it."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import numpy as other_name  # noqa: ICN001 - not what people usually call it
import pytest
from IPython.core.interactiveshell import InteractiveShell

import lagviz as lv
from lagviz.engine.source import Place, listing
from lagviz.view.listings import Listings


def operations(tape: lv.Tape) -> list[lv.Node]:
    return [node for node in tape if node.kind != "input"]


def names(tape: lv.Tape) -> list[str]:
    return [node.name for node in operations(tape)]


def texts(tape: lv.Tape) -> list[str | None]:
    return [node.source.text if node.source else None for node in operations(tape)]


def cut(place: Place | None) -> str:
    """What the file holds between the ends of a place."""
    assert place is not None
    lines = Path(place.file).read_text(encoding="utf-8").split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column]
    lines[0] = lines[0][place.column :]
    return "\n".join(lines)


def operands(tape: lv.Tape, index: int) -> list[str | None]:
    return [None if place is None else cut(place) for place in tape.found[index].operands]


# --- programs, written as people write them -------------------------------------------------------------------------


def plainly(x, w):
    a = w * x
    b: float = np.tanh(a)
    return a - b


def with_helper(x):
    y = helper(x)
    return helper(y) * 2


def helper(v):
    inner = v + 1
    return inner * inner


def comprehension(xs):
    parts = [x * x for x in xs]
    return sum(part + 1 for part in parts)


def walrus(x):
    if (square := x * x) > 1:
        return square + x
    return x


def augmented(x):
    total = x
    total += x * x
    total *= 2
    return total


def unpacked(x):
    a, b = x + 1, x * 2
    (c), d = a * b, b
    return c + d


def looped(h, w):
    for _ in range(3):
        h = np.tanh(w * h)
    return h


def over_lines(x, w):
    return (
        w * x
        + np.where(
            x > 0,
            x,
            -x,
        )
    )  # fmt: skip


def nested(x):
    return np.sin(x * 2) + np.cos(x) / x


def foreign_letters(größe, λ):  # noqa: PLC2401
    été, label = größe * λ, "🙂🙃"  # noqa: PLC2401
    winkel = {"🙂🙃": np.sin(été * len(label))}["🙂🙃"]
    return winkel + 1


def decorate(f: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        return f(*args, **kwargs)

    return wrapper


@decorate
@decorate
def decorated(x):
    y = x * 3
    return y + 1


def joined(x, y):
    pair = np.stack([x, y * y])
    more = np.concatenate((pair, pair * 2), 0)
    return np.sum(more)


def methods(x):
    return x.reshape(2, 3).sum(axis=0)[1] + x.T @ x


def renamed(x):
    return other_name.maximum(x, 0.5)


def read_twice(x, y):
    return (x + y) * x


# --- names and expressions ------------------------------------------------------------------------------------------

STATED: list[tuple[Callable[..., Any], tuple[Any, ...], list[str], list[str]]] = [
    (plainly, (1.5, 0.7), ["a", "b", "plainly"], ["w * x", "np.tanh(a)", "a - b"]),
    (
        with_helper,
        (1.5,),
        ["inner", "helper", "inner", "helper", "with_helper"],
        ["v + 1", "inner * inner", "v + 1", "inner * inner", "helper(y) * 2"],
    ),
    (walrus, (1.5,), ["square", "z3", "walrus"], ["x * x", "(square := x * x) > 1", "square + x"]),
    (augmented, (1.5,), ["z2", "total", "total"], ["x * x", "total += x * x", "total *= 2"]),
    (unpacked, (1.5,), ["a", "b", "c", "unpacked"], ["x + 1", "x * 2", "a * b", "c + d"]),
    (decorated, (1.5,), ["y", "decorated"], ["x * 3", "y + 1"]),
    (
        foreign_letters,
        (1.5, 0.5),
        ["été", "z4", "z5", "foreign_letters"],
        ["größe * λ", "été * len(label)", "np.sin(été * len(label))", "winkel + 1"],
    ),
    (
        nested,
        (1.5,),
        ["z2", "z3", "z4", "z5", "nested"],
        ["x * 2", "np.sin(x * 2)", "np.cos(x)", "np.cos(x) / x", "np.sin(x * 2) + np.cos(x) / x"],
    ),
    (lambda x: x * x, (2.0,), ["z2"], ["x * x"]),
    (functools.partial(plainly, w=0.7), (1.5,), ["a", "b", "plainly"], ["w * x", "np.tanh(a)", "a - b"]),
]


@pytest.mark.parametrize(
    ("f", "arguments", "expected", "written"), STATED, ids=lambda part: getattr(part, "__name__", "")
)
def test_names_and_expressions_are_those_of_the_source(f, arguments, expected, written) -> None:
    tape = lv.record(f, *arguments)
    assert names(tape) == expected
    assert texts(tape) == written
    assert [cut(node.source) for node in operations(tape)] == written


def test_names_in_a_loop_are_told_apart_by_number() -> None:
    tape = lv.record(looped, 0.1, 0.7)
    assert names(tape)[1::2] == ["h"] * 3
    assert [tape.labels[node.index] for node in operations(tape)][1::2] == ["h⁽²⁾", "h⁽³⁾", "h⁽⁴⁾"]
    assert tape.labels[0] == "h⁽¹⁾"
    assert len(set(tape.labels)) == len(set(tape.tex_names)) == len(tape)
    assert tape["h"].index == 0  # an input comes first


def test_what_only_leads_to_a_result_does_not_bear_its_name() -> None:
    def f(x):
        v = np.var(x)
        for _ in range(3):
            x = np.linalg.norm(x * v) * x
        for _ in range(2):
            v = np.std(v * np.ones(3) + x)
        return np.var(x + v)

    tape = lv.record(f, np.array([1.0, 2.0, 4.0]))
    named = [tape.labels[node.index] for node in tape if not re.fullmatch(r"z\d+", node.name)]
    assert named == ["x⁽¹⁾", "v⁽¹⁾", "x⁽²⁾", "x⁽³⁾", "x⁽⁴⁾", "v⁽²⁾", "v⁽³⁾", "f"]
    assert tape[tape.output.index].name == "f"
    again = lv.record(lambda x: [x := np.var(x * np.arange(3.0)) for _ in range(3)][-1], 1.0)
    assert len(set(again.labels)) == len(again)


def test_an_unnamed_equation_is_never_taken_for_a_z1_of_the_readers() -> None:
    def f(x, w):
        z1 = w * x + 1
        return np.tanh(z1) * 2

    tape = lv.record(f, 0.5, 2.0)
    assert [node.name for node in tape] == ["x", "w", "q3", "z1", "q5", "f"]
    assert repr(tape).splitlines()[3].startswith("q₄  z₁ = q₃ + 1")
    assert [node.name for node in lv.record(lambda q_1, z2: q_1 * z2 + 1, 0.5, 2.0)][2] == "u3"


def test_a_comprehension_is_read_like_a_loop() -> None:
    tape = lv.record(comprehension, [1.0, 2.0])
    assert list(tape.inputs) == ["xs[0]", "xs[1]"]
    assert texts(tape)[:2] == ["x * x", "x * x"]
    assert "part + 1" in texts(tape)
    assert tape.result == 7.0


def test_an_expression_may_run_over_lines() -> None:
    tape = lv.record(over_lines, 1.5, 0.7)
    sides = texts(tape)
    assert sides[0] == "w * x"
    assert tape["over_lines"].source is not None
    assert cut(tape["over_lines"].source).startswith("w * x\n        + np.where(")
    assert operands(tape, tape["over_lines"].index)[0] == "w * x"


def test_columns_count_characters_not_bytes() -> None:
    tape = lv.record(foreign_letters, 1.5, 0.5)
    sine = tape["z5"].source
    assert sine is not None
    line = Path(sine.file).read_text(encoding="utf-8").split("\n")[sine.line - 1]
    assert line[sine.column : sine.end_column] == "np.sin(été * len(label))"
    listings = Listings(tape)
    found = listings.range(tape["z5"].index)
    assert found is not None
    file, first, start, last, end = found
    shown = listings.files[file]["lines"][first].encode("utf-16-le")
    assert shown[2 * start : 2 * end].decode("utf-16-le") == "np.sin(été * len(label))"
    assert first == last


# --- operands -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("f", "arguments", "expected"),
    [
        (plainly, (1.5, 0.7), [["w", "x"], ["a"], ["a", "b"]]),
        (read_twice, (1.5, 0.5), [["x", "y"], ["(x + y)", "x"]]),
        (augmented, (1.5,), [["x", "x"], ["total", "x * x"], ["total", "2"]]),
        (joined, (1.5, 0.5), [["y", "y"], ["x", "y * y"], ["pair", "2"], ["pair", "pair * 2"], ["more"]]),
        (methods, (np.ones(6),), [["x", "2", "3"], ["x.reshape(2, 3)"], ["x.reshape(2, 3).sum(axis=0)"], ["x"]]),
        (renamed, (1.5,), [["x", "0.5"]]),
        (lambda x: np.stack([k * x for k in range(3)])[0], (1.5,), [["k", "x"]] * 3 + [[]]),
        (lambda x: np.maximum(*[x, 2 * x]), (1.5,), [["2", "x"], []]),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_operands_stand_where_they_are_written(f, arguments, expected) -> None:
    tape = lv.record(f, *arguments)
    found = [operands(tape, node.index) for node in operations(tape)]
    # Parentheses may be left out: they are no part of an expression.
    plain = [[part.strip("()") if part and part.startswith("(") else part for part in row] for row in found]
    assert plain[: len(expected)] == [
        [part.strip("()") if part[0] == "(" else part for part in row] for row in expected
    ]


# --- without a source -----------------------------------------------------------------------------------------------


def executed(text: str) -> Any:
    space: dict[str, Any] = {"np": np}
    exec(text, space)  # noqa: S102 - a function without source is the point
    return space["f"]


def test_layers_in_a_list_are_numbered_and_their_paths_left_away() -> None:
    def f(x, layers):
        for layer in layers:
            x = layer["w"] * x + layer["b"]
        return x

    layers = [{"w": 1.0, "b": 2.0}, {"w": 3.0, "b": 4.0}]
    assert lv.record(f, 0.5, layers).labels[:5] == ["x⁽¹⁾", "w⁽¹⁾", "b⁽¹⁾", "w⁽²⁾", "b⁽²⁾"]
    # A count that does not run through a list, or a variable of the same name, would be mistaken for the next layer.
    apart = {1: {"w": 1.0}, 3: {"w": 2.0}}
    assert lv.record(lambda x, layers: x * layers[1]["w"], 0.5, apart).labels[1] == "layers[1]['w']"


def test_without_source_numbers_are_names_and_the_reason_is_said() -> None:
    f = executed("def f(x):\n    y = x * x\n    return np.tanh(y)\n")
    tape = lv.record(f, 2.0)
    assert names(tape) == ["z2", "z3"]
    assert texts(tape) == [None, None]
    said = listing(f.__code__)
    assert said.lines == ()
    assert said.missing is not None
    assert said.missing.startswith("f has no source to show")
    solution = tape.adjoint_system().solve()
    assert next(solution.steps()).sentence.startswith("Who reads z₃? Nobody")


def test_a_numpy_function_itself_has_no_source() -> None:
    tape = lv.record(np.tanh, 0.5)
    assert (names(tape), texts(tape), tape.title) == (["z2"], [None], "tanh")
    (file,) = Listings(tape).files
    assert "tanh" in file["missing"]


def test_a_file_that_changed_since_is_not_guessed_from(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("def f(x):\n    y = x * x\n    return y + 1\n")
    space: dict[str, Any] = {}
    exec(compile(path.read_text(), str(path), "exec"), space)  # noqa: S102
    path.write_text("def g(a):\n    return a\n\n\nprint('nothing of it is left')\n")
    tape = lv.record(space["f"], 2.0)
    assert names(tape) == ["z2", "z3"]
    assert texts(tape) == [None, None]


def test_gradients_keep_no_positions() -> None:
    assert lv.grad(plainly)(1.5, 0.7) == lv.record(plainly, 1.5, 0.7).adjoint_system().solve()["x"]


# --- cells of a notebook --------------------------------------------------------------------------------------------


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    made = InteractiveShell()
    made.history_manager.enabled = False  # type: ignore[union-attr]
    yield made
    InteractiveShell.clear_instance()


def test_a_notebook_cell_has_names_and_text(shell: InteractiveShell) -> None:
    shell.run_cell("import numpy as np, lagviz as lv").raise_error()
    shell.run_cell("def f(x, w):\n    # the weight first\n    a = w * x\n    return np.tanh(a)").raise_error()
    shell.run_cell("tape = lv.record(f, x=1.5, w=0.7); other = lv.record(lambda t: t * t + 1, 2.0)").raise_error()
    tape, other = shell.user_ns["tape"], shell.user_ns["other"]
    assert (names(tape), texts(tape)) == (["a", "f"], ["w * x", "np.tanh(a)"])
    assert texts(other) == ["t * t", "t * t + 1"]
    assert Listings(tape).files[0]["lines"][2] == "    a = w * x"


def test_a_cell_that_is_run_again_with_other_text_shows_its_own(shell: InteractiveShell) -> None:
    shell.run_cell("import lagviz as lv").raise_error()
    for expression in ("x * x", "x + x", "x - 1"):
        shell.run_cell(f"def f(x):\n    return {expression}\ntape = lv.record(f, 2.0)").raise_error()
        assert texts(shell.user_ns["tape"]) == [expression]


def in_parts(a, b):
    w, v = np.linalg.eigh(a)
    for _ in range(2):
        u, s, vh = np.linalg.svd(b)
    quotient, rest = np.divmod(w, 2.0)
    first, second = np.sin(w)
    return np.sum(v) + np.sum(u @ vh) + np.sum(s) + np.sum(quotient) + np.sum(rest) + first + second


def test_parts_of_one_call_have_the_names_they_are_unpacked_to() -> None:
    tape = lv.record(in_parts, np.array([[2.0, 1.0], [1.0, 3.0]]), np.array([[2.0, 1.0], [0.0, 3.0]]))
    by_op: dict[str | None, list[str]] = {}
    for node in tape.nodes:
        by_op.setdefault(node.op, []).append(node.name)
    assert (by_op["eigvalsh"], by_op["eigvecsh"]) == (["w"], ["v"])
    assert (by_op["floor_divide"], by_op["remainder"]) == (["quotient"], ["rest"])
    # Twice in a row of the same operands: which is which is not for a tape to guess.
    assert all(name.startswith("z") for name in by_op["svdvals"])
    assert by_op["sin"][0].startswith("z")
    assert tape.replay(a=np.array([[2.5, 1.0], [1.0, 3.0]])).names == tape.names


def test_a_place_says_where_it_is() -> None:
    tape = lv.record(lambda x, w: np.sin(w * x), 1.0, 2.0)
    line = test_a_place_says_where_it_is.__code__.co_firstlineno + 1
    assert repr(tape[2].source) == f"Place(w * x, line {line} of test_source.py)"
