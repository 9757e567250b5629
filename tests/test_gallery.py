"""The gallery: every program runs, has right prices, fits a screen, and can be drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jsonschema
import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.rules import plain
from lagviz.gallery import PROGRAMS
from lagviz.view.packing import definition, unpack
from lagviz.view.scene import scene

#: Nodes that a screen has room for; the heat equation is there to be folded.
FITS = 66

each = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS.keys())
Make = Callable[[], tuple[Callable[..., Any], dict[str, Any]]]


@each
def test_the_price_of_every_equation_is_what_a_nudge_of_it_measures(program: Make) -> None:
    f, inputs = program()
    tape = lv.record(f, **inputs)
    solution = tape.adjoint_system().solve()
    for node in tape:
        multiplier = solution.multipliers[node.index]
        if multiplier is None:
            continue
        direction = np.random.default_rng(node.index).choice([-1.0, 1.0], size=node.shape)
        step = 1e-5 * (direction if node.shape else float(direction))
        up, down = (plain(tape.replay(perturb={node: sign * step}).output.value) for sign in (1.0, -1.0))
        assert (up - down) / 2e-5 == pytest.approx(np.sum(multiplier * direction), rel=1e-6, abs=1e-8), node


@each
def test_it_fits_a_screen_and_its_residual_is_nothing(program: Make) -> None:
    f, inputs = program()
    tape = lv.record(f, **inputs)
    assert len(tape) <= FITS
    assert len(set(tape.labels)) == len(tape)
    assert tape.adjoint_system().solve().residual < 1e-12


@each
def test_every_argument_is_used(program: Make) -> None:
    f, inputs = program()
    system = lv.record(f, **inputs).adjoint_system()
    for name, node in system.tape.inputs.items():
        assert node.index in system.reaching, name


@each
def test_its_scene_is_one(program: Make) -> None:
    f, inputs = program()
    header, _ = unpack(scene(lv.record(f, **inputs).adjoint_system().solve()))
    jsonschema.validate(header, definition())


@each
def test_its_docstring_says_what_to_look_for(program: Make) -> None:
    assert "Look for:" in (program.__doc__ or "")
