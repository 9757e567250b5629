"""From a function to everything there is to draw of it: record, solve, make the scene."""

from collections.abc import Callable
from typing import Any

import lagviz as lv
from lagviz.engine.question import asked
from lagviz.view.scene import scene
from tests.benchmarks.harness import Figure, seconds
from tests.benchmarks.programs import neuron, recurrent_numbers

NETWORK: dict[str, Any] = {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}


def drawn(f: Callable[..., Any], nodes: int, most: float, inputs: dict[str, Any]) -> Callable[[], Figure]:
    def build() -> bytes:
        tape = lv.record(f, **inputs)
        assert len(tape) == nodes
        return scene(asked(tape).solve())

    return lambda: Figure(f"from a function to its scene, {nodes} equations", most, "s", lambda: seconds(build))


def steps(count: int) -> dict[str, Any]:
    return {"h": 0.1, "w": 0.7, "u": 0.5, "xs": [0.1 * (k % 7) - 0.3 for k in range(count)]}


ROWS = (
    drawn(neuron, 9, 0.3, NETWORK),
    drawn(recurrent_numbers, 58, 0.3, steps(11)),
    drawn(recurrent_numbers, 153, 0.6, steps(30)),
)
