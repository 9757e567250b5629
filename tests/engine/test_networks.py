"""The tape as a graph of networkx."""

from __future__ import annotations

import json

import networkx as nx
import numpy as np
from hypothesis import given

import lagviz as lv
from tests.support.programs import Program, programs


@given(programs())
def test_levels_are_longest_paths_of_the_entries(program: Program) -> None:
    tape = lv.record(program, *program.inputs)
    system = tape.adjoint_system()
    graph = tape.to_networkx()
    assert list(graph) == list(range(len(tape)))
    assert nx.is_directed_acyclic_graph(graph)
    entries = nx.DiGraph([edge for edge in graph.edges if graph.edges[edge]["entry"]])
    assert set(entries.edges) == set(system.entry_at)
    levels: dict[int, int] = {tape.output.index: 1}
    for node in reversed(list(nx.topological_sort(entries))):
        longest = [levels[reader] + 1 for reader in entries.successors(node) if reader in levels]
        if longest:
            levels[node] = max(longest)
    assert [levels.get(index) for index in range(len(tape))] == system.levels
    for one in tape:
        assert set(graph.predecessors(one.index)) == {parent.index for parent in one.parents}


def f(x, w):
    with lv.scope("layer"):
        h = np.tanh(w @ x)
    if h[0] > 0:
        h = h * h
    return np.sum(np.log(h))


def test_a_graph_says_what_the_tape_says_and_survives_json() -> None:
    with np.errstate(all="ignore"):
        tape = lv.record(f, np.array([0.5, 0.0]), np.eye(2))
    graph = tape.to_networkx(plainly=True)
    again = nx.node_link_graph(
        json.loads(json.dumps(nx.node_link_data(graph, edges="edges"), allow_nan=False)), edges="edges"
    )
    assert {i: again.nodes[i] for i in again} == {i: graph.nodes[i] for i in graph}
    assert {(i, j): data for i, j, data in again.edges(data=True)} == {
        (i, j): data for i, j, data in graph.edges(data=True)
    }
    assert again.graph == graph.graph
    h = next(index for index in graph if graph.nodes[index]["name"] == "h")
    assert graph.nodes[h]["scope"] == ["layer"]
    assert graph.nodes[h]["value"] == np.tanh([0.5, 0.0]).tolist()
    assert graph.nodes[len(tape) - 1]["value"] == "-inf"
    guard = next(index for index in graph if graph.nodes[index]["kind"] == "guard")
    assert [graph.edges[i, guard]["entry"] for i in graph.predecessors(guard)] == [False]
    assert not graph.nodes[guard]["row"]
    assert graph.graph["inputs"] == {"x": 0, "w": 1}
    assert {data["structure"] for _, _, data in graph.edges(data=True)} >= {"diagonal", "dense", None}


def test_a_partial_stands_on_its_edge() -> None:
    graph = lv.record(lambda x: x * x + 2 * x, 3.0).to_networkx()
    assert graph.edges[0, 1] == {"operands": [0, 1], "entry": True, "structure": "scalar", "partial": 6.0}
    assert graph.edges[0, 2]["partial"] == 2.0
    assert graph.nodes[0]["shape"] == ()
