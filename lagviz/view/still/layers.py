"""A computational graph drawn downwards in layers: where each node stands, and by which points each line goes.

K. Sugiyama, S. Tagawa, M. Toda, 1981: layers, an order in each with few crossings, places. The page has a finer one of its
own (``js/src/layout``); this is for the few dozen nodes of a still picture.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import networkx as nx
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import isotonic_regression

__all__ = ["Placed", "depth", "layered"]

Edge = tuple[int, int]
Point = tuple[float, float]

_SWEEPS = 24
#: In the last of them columns become exactly straight, where there is room.
_SETTLING = 6
#: How firmly a long line holds its place beside a card that is computed, 1, and what only hangs on by an input.
_STRAIGHT = 100.0
_LOOSE = 0.1


class Placed(NamedTuple):
    """Where everything stands: centres of the nodes, and for each line its points, downwards from foot to head."""

    width: float
    height: float
    nodes: list[Point]
    lines: dict[Edge, list[Point]]


@dataclass
class _Layers:
    """Nodes and bends by layer. All lines that leave a node are one, with a bend in each layer that it passes."""

    rows: list[list[int]]
    up: dict[int, list[int]]
    down: dict[int, list[int]]
    bends: dict[int, list[int]]


def layered(widths: Sequence[float], height: float, edges: Sequence[Edge], gap: Point) -> Placed:
    """Place nodes that all have one height.

    Parameters
    ----------
    widths : sequence of float
        Of each node.
    height : float
    edges : sequence of (int, int)
        Each from a smaller to a larger number.
    gap : (float, float)
        Least distance of two nodes in a layer, and of two layers.

    Returns
    -------
    Placed
    """
    rank = _ranks(len(widths), edges)
    layers = _with_bends(rank, edges)
    rows = _in_order(layers)
    half = {v: widths[v] / 2 if v < len(widths) else 0.0 for row in rows for v in row}
    x = _placed(layers, rows, half, gap[0])
    left = min((x[v] - half[v] for v in x), default=0.0)
    right = max((x[v] + half[v] for v in x), default=0.0)
    pitch = height + gap[1]
    nodes = [(x[v] - left, height / 2 + pitch * rank[v]) for v in range(len(widths))]
    lines = {}
    for i, j in edges:
        passed = layers.bends[i][: rank[j] - rank[i] - 1]
        between = [(x[b] - left, height / 2 + pitch * (rank[i] + 1 + k)) for k, b in enumerate(passed)]
        foot, head = nodes[i], nodes[j]
        lines[i, j] = [(foot[0], foot[1] + height / 2), *between, (head[0], head[1] - height / 2)]
    return Placed(right - left, pitch * max(rank, default=0) + height, nodes, lines)


def depth(count: int, edges: Sequence[Edge]) -> int:
    """How many layers there will be."""
    rank = _ranks(count, edges)
    return max(rank, default=-1) + 1


def _ranks(count: int, edges: Sequence[Edge]) -> list[int]:
    """Computed nodes as high as their operands allow; inputs right above their first reader."""
    graph = nx.DiGraph(edges)
    graph.add_nodes_from(range(count))
    rank = [0] * count
    for v in range(count):
        rank[v] = max((rank[u] + 1 for u in graph.predecessors(v)), default=0)
    for v in range(count):
        if graph.in_degree(v) == 0 and graph.out_degree(v) > 0:
            rank[v] = min(rank[w] for w in graph.successors(v)) - 1
    return rank


def _with_bends(rank: Sequence[int], edges: Sequence[Edge]) -> _Layers:
    rows: list[list[int]] = [[] for _ in range(max(rank, default=-1) + 1)]
    for v, r in enumerate(rank):
        rows[r].append(v)
    last = dict.fromkeys(range(len(rank)), 0)
    for i, j in edges:
        last[i] = max(last[i], rank[j])
    bends: dict[int, list[int]] = {}
    links: set[Edge] = set()
    fresh = len(rank)
    for i, most in last.items():
        bends[i] = list(range(fresh, fresh + max(most - rank[i] - 1, 0)))
        fresh += len(bends[i])
        for k, bend in enumerate(bends[i]):
            rows[rank[i] + 1 + k].append(bend)
        links.update(pairwise([i, *bends[i]]))
    links.update(([i, *bends[i]][rank[j] - rank[i] - 1], j) for i, j in edges)
    up: dict[int, list[int]] = {v: [] for v in range(fresh)}
    down: dict[int, list[int]] = {v: [] for v in range(fresh)}
    for a, b in sorted(links):
        down[a].append(b)
        up[b].append(a)
    return _Layers(rows, up, down, bends)


def _in_order(layers: _Layers) -> list[list[int]]:
    """Sweeps in which everybody goes where their neighbours stand on average; the best of them is kept."""
    rows = _walked(layers)
    best, least = rows, _crossings(layers, rows)
    for sweep in range(_SWEEPS):
        if least == 0:
            break
        toward = layers.up if sweep % 2 == 0 else layers.down
        rows = [list(row) for row in rows]
        place = {v: k for row in rows for k, v in enumerate(row)}
        for row in rows if sweep % 2 == 0 else reversed(rows):
            mean = {v: sum(place[u] for u in toward[v]) / len(toward[v]) if toward[v] else place[v] for v in row}
            row.sort(key=lambda v: (mean[v], place[v]))
            place.update({v: k for k, v in enumerate(row)})
        _exchanged(layers, rows)
        count = _crossings(layers, rows)
        if count < least:
            best, least = rows, count
    return best


def _walked(layers: _Layers) -> list[list[int]]:
    """In the order in which a walk from the results up to the inputs meets them: an expression comes out without a crossing."""
    level = {v: r for r, row in enumerate(layers.rows) for v in row}
    rows: list[list[int]] = [[] for _ in layers.rows]
    met: set[int] = set()
    for sink in (v for row in reversed(layers.rows) for v in row if not layers.down[v]):
        stack = [sink]
        while stack:
            v = stack.pop()
            if v not in met:
                met.add(v)
                rows[level[v]].append(v)
                stack += reversed(layers.up[v])
    return rows


def _exchanged(layers: _Layers, rows: list[list[int]]) -> None:
    """Neighbours in a row change places where that has fewer of their lines cross."""
    place = {v: k for row in rows for k, v in enumerate(row)}

    def crossing(a: int, b: int) -> int:
        """Of their lines, with a to the left of b."""
        sides = ((links[a], links[b]) for links in (layers.up, layers.down))
        return sum(place[u] > place[w] for left, right in sides for u in left for w in right)

    for row in rows:
        for k in range(len(row) - 1):
            a, b = row[k : k + 2]
            if crossing(b, a) < crossing(a, b):
                row[k : k + 2] = b, a
                place[a], place[b] = place[b], place[a]


def _crossings(layers: _Layers, rows: list[list[int]]) -> int:
    count = 0
    for above, below in pairwise(rows):
        place = {v: k for k, v in enumerate(below)}
        met: list[int] = []
        for v in above:
            ends = [place[w] for w in layers.down[v]]
            count += sum(len(met) - bisect_right(met, end) for end in ends)
            for end in ends:
                insort(met, end)
    return count


def _placed(layers: _Layers, rows: list[list[int]], half: dict[int, float], gap: float) -> dict[int, float]:
    """Each as near to where it belongs as the others in its row allow: isotonic regression, row by row, to and fro."""
    x: dict[int, float] = {}
    apart: list[NDArray[np.float64]] = []
    for row in rows:
        steps = [half[a] + half[b] + (gap if half[a] and half[b] else 0.6 * gap) for a, b in pairwise(row)]
        apart.append(np.cumsum([0.0, *steps])[: len(row)])
        x.update(zip(row, (apart[-1] - apart[-1].mean()).tolist(), strict=True))
    places = _Wishes(layers, half)
    for sweep in range(_SWEEPS):
        turn = -1 if sweep % 2 else 1
        for row, offset in zip(rows[::turn], apart[::turn], strict=True):
            pull = _LOOSE if sweep < _SWEEPS - _SETTLING else 0.0
            wanted, firmness = zip(*(places.of(v, x, pull) for v in row), strict=True)
            goal = isotonic_regression(np.array(wanted) - offset, weights=np.array(firmness)).x + offset
            x.update(zip(row, goal.tolist(), strict=True))
    return x


class _Wishes:
    """Where everybody would stand, and how firmly.

    A line that passes many layers is straight, and so is a chain of equations of which each reads the one before it. What is
    computed stands by what it is computed from; an input goes where there is room beside that.
    """

    def __init__(self, layers: _Layers, half: dict[int, float]) -> None:
        self.layers = layers
        bends = {bend for trunk in layers.bends.values() for bend in trunk}
        self.computed = {v for v in half if layers.up[v] and v not in bends}
        above = {v: [u for u in layers.up[v] if u in self.computed] for v in self.computed}
        below = {v: [w for w in layers.down[v] if w in self.computed] for v in self.computed}
        self.column: dict[int, list[int]] = {bend: trunk for trunk in layers.bends.values() for bend in trunk}
        for v in sorted(self.computed):
            alone = len(above[v]) == 1 and len(below[above[v][0]]) == 1
            self.column[v] = self.column[above[v][0]] if alone else []
            self.column[v].append(v)
        self.around = {v: self._around(v, bends) for v in half}

    def _around(self, v: int, bends: set[int]) -> list[int]:
        """Who is next to it, beside those of its own column."""
        members = self.column.get(v, [v])
        near = [
            u for member in members for u in (*self.layers.up[member], *self.layers.down[member]) if u not in members
        ]
        kin = [u for u in near if u in self.computed]
        return kin if kin and v not in bends else near

    def of(self, v: int, x: dict[int, float], pull: float) -> tuple[float, float]:
        """Of one of them, by where the others stand; ``pull`` is that of who is next to a column."""
        members, around = self.column.get(v, [v]), self.around[v]
        if len(members) == 1:
            firm = 1.0 if v in self.column else _LOOSE
            return (sum(x[u] for u in around) / len(around) if around else x[v]), firm
        together = sum(x[u] for u in members) + pull * sum(x[u] for u in around)
        return together / (len(members) + pull * len(around)), _STRAIGHT
