"""Writes what the front-end tests read: scenes of real programs, and vectors that hold both number formats together.

Run as a command; ``make test`` does before it runs the TypeScript tests. Written, not committed: the last digit of a tanh
differs from one processor to the next.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

import lagviz as lv
from lagviz.engine import filling, writing
from lagviz.engine.methods import METHODS
from lagviz.engine.question import asked
from lagviz.engine.rules import UFUNCS, WHERE, Elementwise
from lagviz.errors import NotApplicableError
from lagviz.gallery import PROGRAMS
from lagviz.view.alternatives import alternatives
from lagviz.view.packing import unpack
from lagviz.view.questions import questions
from lagviz.view.scene import scene
from lagviz.view.unit import UNITS, has_arrays, in_unit

FOLDER = Path(__file__).parents[2] / "js" / "tests" / "fixtures"


def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r**2


def tied(x, y, w):
    a = w * x
    h = np.tanh(a)
    p = w * h
    r = p - y
    return r**2


def reused(x, w, b):
    s = w * x
    h = s * np.tanh(s)
    n = b + 1
    return h + n - 0 * n * x


def branch(x, w):
    if x > 0:  # noqa: SIM108 - the branch is the point
        y = w * x
    else:
        y = 0.1 * x
    return y * y + x * x


def logistic(params, X, y):  # noqa: N803
    s = X @ params["w"] + params["b"]
    p = 1 / (1 + np.exp(-s))
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))


def nonfinite(x):
    u = x - 2.0
    v = np.log(u)
    return v * x


def unread(x, c):
    return 3 * x + 0 * np.floor(c)


def elements(x):
    s = np.sin(x)
    return s[0] * s[2] + np.sum(s[1:] ** 2) * x[1]


def recurrent(h, w, u, xs):
    for x in xs:
        h = np.tanh(w * h + u * x)
    return h


def names(x_long, _private, epsilon, value, β):  # noqa: PLC2401
    my_var = x_long**3 / _private
    λ_1 = np.maximum(my_var, epsilon) ** -0.5  # noqa: PLC2401
    Δ = value**λ_1 - abs(β)  # noqa: N806, PLC2401
    return np.where(Δ > 0, Δ, 2 * Δ) + np.log10(value)


def shapes(layers, m):
    rows = np.concatenate([layers[0]["W"], m[:1, ::2]])
    total = np.sum(rows.T @ rows, axis=0) / np.max(m, axis=1, keepdims=True)
    stacked = np.stack([total[0], layers[1]["W"][..., 0]])
    return np.mean(np.reshape(stacked, (-1,))[np.array([0, 2, 2])]) + np.outer(total[0], m[0])[1, 2]


def root(c):
    x = lv.root(lambda x: x**3 - c, 1.0)
    return 2 * x


def fixed_point(W, b):  # noqa: N803
    z = lv.fixed_point(lambda z: np.tanh(W @ z + b), np.zeros(2))
    return np.sum(z**2)


def programs():
    """Name and tape of every program whose scene the front-end tests draw."""
    rng = np.random.default_rng(0)
    network = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}
    yield "network", lv.record(loss, **network, parameters=["w1", "w2"])
    yield "inputs-alike", lv.record(loss, **network)
    yield "tied", lv.record(tied, x=1.5, y=0.2, w=0.7, parameters=["w"])
    yield "reused", lv.record(reused, x=1.5, w=0.7, b=0.2)
    yield "branch", lv.record(branch, x=1.5, w=0.7)
    X = rng.normal(size=(12, 3))  # noqa: N806
    weights = {"w": np.array([0.5, -0.25, 0.1]), "b": 0.3}
    yield "logistic", lv.record(logistic, weights, X, (X[:, 0] > 0).astype(float), parameters=["params"])
    with np.errstate(all="ignore"):
        yield "nonfinite", lv.record(nonfinite, x=1.5)
    yield "unread", lv.record(unread, x=1.5, c=2.5)
    yield "elements", lv.record(elements, x=np.array([0.5, 1.0, -2.0]))
    yield "recurrent", lv.record(recurrent, 0.1, 0.7, 0.5, [1.0, -0.5, 0.25, 1.5, -1.0], parameters=["w", "u"])
    yield "names", lv.record(names, 1.2, 0.7, 0.1, 2.0, -0.3)
    yield "root", lv.record(root, 2.0)
    yield "fixed-point", lv.record(fixed_point, np.array([[0.2, -0.3], [0.1, 0.4]]), np.array([0.5, -0.25]))
    layers = [{"W": rng.normal(size=(2, 2))}, {"W": rng.normal(size=(2, 3))}]
    yield "shapes", lv.record(shapes, layers, rng.normal(size=(2, 3)))
    yield "no-source", lv.record(eval("lambda x: x * x + 1"), 2.0)  # noqa: S307 - a function without source is the point


#: Programs of the gallery that have more numbers than can be drawn one by one; these are smaller ones of the same shape.
SMALLER = {"mlp": lambda: lv.gallery.mlp(points=2), "attention": lambda: lv.gallery.attention(tokens=2, width=2)}


def gallery():
    """Name and tape of every program of the gallery, in each unit it has."""
    for name, program in PROGRAMS.items():
        for unit in UNITS:
            f, inputs = (SMALLER.get(name, program) if unit == "scalars" else program)()
            tape = lv.record(f, **inputs)
            # An equation that finds its numbers together cannot be taken apart.
            if unit == "arrays":
                yield name, tape
            elif has_arrays(tape) and all(node.kind != "implicit" for node in tape):
                yield f"{name}-scalars", in_unit(tape, unit)


def format_vectors():
    rng = np.random.default_rng(1)
    numbers = [
        0.0,
        -0.0,
        1.0,
        -1.1,
        1.05,
        0.7 * 1.5,
        1.0625,
        0.0010625,
        12345.5,
        99999.5,
        123456.0,
        1e-4,
        1e300,
        -1e-300,
    ]
    numbers += [*(rng.normal(size=60) * 10.0 ** rng.integers(-6, 7, size=60)).tolist(), np.nan, np.inf, -np.inf]
    random = rng.normal(size=(40, 2)) * 10.0 ** rng.integers(-2, 3, size=(40, 2))
    pairs = [
        [0.7, 1.5],
        [-1.1, -2.1199739867393],
        [0.3887788192, 2.33197138],
        [1.0, -2.12],
        [0.5, 0.5],
        *random.tolist(),
    ]
    return {
        "number": [[repr(x), digits, writing.number(x, digits)] for x in numbers for digits in (2, 4)],
        "arithmetic": [[sign, a, b, *writing.arithmetic(sign, a, b)] for a, b in pairs for sign in "+−×÷"],
        "price": [[x, writing.price(x)] for x in [0.00906621, 0.0211997, 0.05, 0.0099999, 123.456, 0.0]],
    }


def rule_vectors():
    """[rule, operands, value, partials] of numbers: what holds the page's own table to the engine's."""
    points = {1: [[0.3], [1.7], [-0.6], [2.5]], 2: [[0.7, 1.5], [-1.1, 0.4], [2.0, 2.0], [1.5, -0.5], [3.0, 0.0]]}
    rules = {rule.name: rule for ufunc, rule in UFUNCS.items() if not ufunc.__name__.startswith(("bitwise", "invert"))}
    vectors = []
    with np.errstate(all="ignore"):
        for name, rule in rules.items():
            for operands in points[rule.arity]:
                value = rule.compute(*operands)
                known = rule if isinstance(rule, Elementwise) else None
                partials = [] if known is None else [known.partial(k, value, operands) for k in range(rule.arity)]
                vectors.append([name, operands, _plain(value), [_plain(one) for one in partials]])
    chosen = ((c, WHERE.compute(c, 2.0, 3.0).item()) for c in (True, False))
    vectors += [["where", [float(c), 2.0, 3.0], value, [0.0, float(c), float(not c)]] for c, value in chosen]
    return vectors


def _plain(x):
    """None for what JSON cannot say."""
    return float(x) if np.isfinite(x) else None


def lived():
    """What the engine says of programs of numbers on other inputs, and asked about each of their results."""
    rng = np.random.default_rng(2)
    cases: dict[str, list[dict[str, Any]]] = {}
    for name, tape in programs():
        solution = asked(tape).solve()
        if questions(solution) is None:
            continue
        cases[name] = []
        for _ in range(2):
            inputs = {key: node.value * float(rng.uniform(0.8, 1.2)) for key, node in tape.inputs.items()}
            with np.errstate(all="ignore"):
                other = tape.replay(**inputs)
                rows = [index for index in range(len(other)) if other.has_row(index)]
                cases[name] += [{"inputs": inputs, **_case(other, index)} for index in rows]
                for method in ("column_sweep", "level_schedule"):
                    case = {"inputs": inputs, **_case(other, tape.output.index, method)}
                    cases.setdefault(f"{name}-{method}", []).append(case)
    return cases


def _case(tape, index, method="back_substitution"):
    solution = tape.adjoint_system(index).solve(method)
    header, columns = unpack(scene(solution))
    return {
        "question": index,
        "value": [_plain(x) for x in columns["value"]],
        "multiplier": [_plain(x) for x in columns["multiplier"]],
        "partial": [_plain(x) for x in columns["partial"]],
        "nudged": [_plain(x) for x in columns["nudged"]],
        "events": [
            columns[f"event_{name}"].tolist() for name in ("start", "kind", "what", "index", "row", "column", "final")
        ],
        "event_value": [_plain(x) for x in columns["event_value"]],
        "checks": header["checks"],
        "steps": header["steps"],
        "lagrangian": header["lagrangian"],
    }


def solutions(tapes):
    """Every tape by every method that applies, named by program and method."""
    for name, tape in tapes:
        for method in METHODS:
            try:
                solution = asked(tape).solve(method)
            except NotApplicableError:
                continue
            yield name if method == "back_substitution" else f"{name}-{method}", solution


def write_scene(solution, path):
    others = alternatives(solution) if solution.method == "back_substitution" else ()
    path.write_bytes(scene(solution, questions=questions(solution), alternatives=list(others)))


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / "gallery").mkdir(parents=True)
    spoken = {}
    for title, solution in solutions(programs()):
        write_scene(solution, FOLDER / f"{title}.scene")
        spoken[title] = [filling.spoken(step.lines, solution) for step in solution.steps()]
    tapes = dict(gallery())
    for title, solution in solutions(tapes.items()):
        write_scene(solution, FOLDER / "gallery" / f"{title}.scene")
    (FOLDER / "gallery.json").write_text(json.dumps(list(tapes)))
    (FOLDER / "format.json").write_text(json.dumps(format_vectors(), ensure_ascii=False))
    (FOLDER / "rules.json").write_text(json.dumps(rule_vectors(), allow_nan=False))
    (FOLDER / "lived.json").write_text(json.dumps(lived(), ensure_ascii=False, allow_nan=False))
    (FOLDER / "spoken.json").write_text(json.dumps(spoken, ensure_ascii=False))


if __name__ == "__main__":
    main()
