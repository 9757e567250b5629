"""Eleven programs worth looking at, each as ``(f, inputs)``: small enough for a screen, large enough to have a shape.

    f, inputs = lv.gallery.heat_equation()
    lv.explore(f, **inputs)

They are written as people write such programs. What stands in a scope (a layer, a pass of a loop) is one box when it is
folded, and one block row when it is condensed; the shapes that then appear in A are named in each docstring.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

import lagviz as lv

__all__ = [
    "PROGRAMS",
    "attention",
    "branch",
    "dense_block",
    "fixed_point",
    "heat_equation",
    "inception_block",
    "loop",
    "mlp",
    "recurrent_network",
    "residual_network",
    "tiny_network",
]

Program = tuple[Callable[..., Any], dict[str, Any]]


def tiny_network() -> Program:
    """One weight, one neuron, one weight, and the squared error: the whole idea in nine equations.

    Look for: every equation has one reader, so each row of A has one entry beside its 1, and each price is one product.
    Tie the two weights, and the first sum appears.

    Returns
    -------
    f : callable
        ``loss(x, y, w1, w2)``, all numbers.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.tiny_network()
    >>> lv.record(f, **inputs).adjoint_system().solve()["w1"]
    1.3599
    """

    def loss(x, y, w1, w2):
        a = w1 * x
        h = np.tanh(a)
        p = w2 * h
        r = p - y
        return r**2

    return loss, {"x": 1.5, "y": 0.2, "w1": 0.7, "w2": -1.1}


def loop(passes: int = 4) -> Program:
    """A loop that uses one weight in every pass: unrolled, it is a chain, and the weight has a reader in each link.

    Look for: condensed by pass, A is a superdiagonal (each pass reads the one before) and one long row, the weight's.
    Its price is the sum over that row.

    Parameters
    ----------
    passes : int
        How many times the loop runs.

    Returns
    -------
    f : callable
        ``loss(h, w, y)``, all numbers.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.loop(passes=3)
    >>> lv.record(f, **inputs).result
    0.2985
    """

    def loss(h, w, y):
        for _ in lv.loop(range(passes), name="pass"):
            h = np.tanh(w * h)
        return (h - y) ** 2

    return loss, {"h": 0.5, "w": 1.4, "y": 0.2}


def branch() -> Program:
    """Huber's loss: quadratic near the line, linear away from it, and an indicator function that chooses.

    Look for: both sides are computed, but the side that is not taken has no entry in A, and its equations the price 0:
    no path leads from there to the result. Drag y toward the line, and the entry moves to the other side.

    P. Huber, *Robust estimation of a location parameter*, 1964.

    Returns
    -------
    f : callable
        ``loss(x, y, w, k)``, all numbers; ``k`` is where the sides meet.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.branch()
    >>> lv.grad(f, argnums=2)(*inputs.values())
    -0.75
    """

    def loss(x, y, w, k):
        r = w * x - y
        size = np.abs(r)
        near = r**2 / 2
        far = k * (size - k / 2)
        return np.where(size < k, near, far)

    return loss, {"x": 1.5, "y": 2.2, "w": 0.6, "k": 0.5}


def mlp(layers: tuple[int, ...] = (2, 4, 4, 1), points: int = 8, seed: int = 0) -> Program:
    """A multilayer perceptron on a handful of points: arrays as nodes, blocks as entries.

    Look for: condensed by layer, A is a superdiagonal of blocks, with one entry for each weight beside it. Open a block
    W to see how sparse the derivative of a matrix product is.

    Parameters
    ----------
    layers : tuple of int
        Width of each layer, inputs first.
    points : int
        How many points of data, half of them in each of two rings.
    seed : int
        Of the weights and the points.

    Returns
    -------
    f : callable
        ``loss(X, y, layers)`` with ``X`` of shape (points, layers[0]), ``y`` of shape (points,), and a list of dicts
        ``{"W": …, "b": …}``.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.mlp()
    >>> lv.grad(f, argnums=2)(*inputs.values())[0]["W"].shape
    (2, 4)
    """

    def loss(X, y, layers):
        h = X
        for layer in lv.loop(layers, name="layer"):
            h = np.tanh(h @ layer["W"] + layer["b"])
        return np.mean((h[:, 0] - y) ** 2)

    rng = np.random.default_rng(seed)
    ring = np.arange(points) % 2
    angle = rng.uniform(0, 2 * np.pi, points)
    X = (0.4 + 0.8 * ring)[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    if layers[0] != X.shape[1]:
        X = rng.normal(size=(points, layers[0]))
    weights = [{"W": rng.normal(size=(m, n)) / np.sqrt(m), "b": np.zeros(n)} for m, n in pairwise(layers)]
    return loss, {"X": X, "y": 2.0 * ring - 1.0, "layers": weights}


def inception_block(width: int = 3, depths: tuple[int, ...] = (1, 2, 3), seed: int = 0) -> Program:
    """Branches of different depth that read the same x and are joined again.

    Look for: condensed by layer, A holds pieces of one superdiagonal, a piece for each branch. They leave together in
    one row, x's, and meet in one column, the joined one's. So λ_x is a sum with a term for each branch.

    C. Szegedy et al., *Going deeper with convolutions*, 2015.

    Parameters
    ----------
    width : int
        Numbers in x and in each layer.
    depths : tuple of int
        How many layers each branch has.
    seed : int
        Of the weights.

    Returns
    -------
    f : callable
        ``loss(x, y, branches)`` with a list of lists of square matrices.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.inception_block()
    >>> lv.grad(f)(*inputs.values()).shape
    (3,)
    """

    def loss(x, y, branches):
        ends = []
        for branch in lv.loop(branches, name="branch"):
            h = x
            for W in lv.loop(branch, name="layer"):
                h = np.tanh(W @ h)
            ends.append(h)
        joined = np.concatenate(ends)
        return np.sum((joined - y) ** 2)

    rng = np.random.default_rng(seed)
    branches = [[rng.normal(size=(width, width)) / np.sqrt(width) for _ in range(depth)] for depth in depths]
    y = rng.uniform(-1, 1, width * len(depths))
    return loss, {"x": rng.normal(size=width), "y": y, "branches": branches}


def dense_block(layers: int = 5, growth: int = 2, seed: int = 0) -> Program:
    """Every layer reads the results of all layers before it.

    Look for: condensed by layer, the results of the layers fill the whole strict upper triangle of A. No sparsity is
    left, and back substitution sums over every later layer in each row.

    G. Huang et al., *Densely connected convolutional networks*, 2017.

    Parameters
    ----------
    layers : int
    growth : int
        Numbers that each layer adds.
    seed : int
        Of the weights.

    Returns
    -------
    f : callable
        ``loss(x, y, weights)`` with a list of matrices that grow wider by ``growth`` columns each.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.dense_block()
    >>> lv.grad(f)(*inputs.values()).shape
    (2,)
    """

    def loss(x, y, weights):
        features = [x]
        for W in lv.loop(weights, name="layer"):
            h = np.tanh(W @ np.concatenate(features))
            features.append(h)
        return np.sum((features[-1] - y) ** 2)

    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(growth, growth * (k + 1))) / np.sqrt(growth * (k + 1)) for k in range(layers)]
    return loss, {"x": rng.normal(size=growth), "y": rng.uniform(-1, 1, growth), "weights": weights}


def residual_network(blocks: int = 4, width: int = 3, seed: int = 0) -> Program:
    """Layers that add to their input in place of replacing it.

    Look for: condensed by block, A has its superdiagonal and every second entry two off: the way around each block. On
    it a price passes at full strength, which is why deep residual networks can be trained. The addition stands outside
    the scope; inside, condensing would leave a plain chain.

    K. He et al., *Deep residual learning for image recognition*, 2016.

    Parameters
    ----------
    blocks, width : int
    seed : int
        Of the weights.

    Returns
    -------
    f : callable
        ``loss(x, y, weights)`` with a list of square matrices.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.residual_network()
    >>> lv.grad(f)(*inputs.values()).shape
    (3,)
    """

    def loss(x, y, weights):
        for k, W in enumerate(weights):
            with lv.scope(f"block {k + 1}"):
                change = np.tanh(W @ x)
            x = x + change
        return np.sum((x - y) ** 2)

    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(width, width)) / np.sqrt(width) for _ in range(blocks)]
    return loss, {"x": rng.normal(size=width), "y": rng.uniform(-1, 1, width), "weights": weights}


def recurrent_network(steps: int = 5, width: int = 3, seed: int = 0) -> Program:
    """A recurrent network that reads a wave and guesses how it goes on.

    Look for: condensed by step, the hidden states are a superdiagonal, and each of W, U and b has a long row: it is used
    in every step, so its price is a sum over time. The overlay of sizes shows how λ_h shrinks backwards.

    J. Elman, *Finding structure in time*, 1990.

    Parameters
    ----------
    steps, width : int
    seed : int
        Of the weights.

    Returns
    -------
    f : callable
        ``loss(xs, y, h, W, U, b, v)``: the wave, its continuation, the first state, weights of state, input, bias and
        readout.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.recurrent_network()
    >>> lv.grad(f, argnums=3)(*inputs.values()).shape
    (3, 3)
    """

    def loss(xs, y, h, W, U, b, v):
        for t in lv.loop(range(steps), name="step"):
            h = np.tanh(W @ h + U * xs[t] + b)
        return (v @ h - y) ** 2

    rng = np.random.default_rng(seed)
    wave = np.sin(0.9 * np.arange(steps + 1))
    return loss, {
        "xs": wave[:-1],
        "y": float(wave[-1]),
        "h": np.zeros(width),
        "W": rng.normal(size=(width, width)) / np.sqrt(width),
        "U": rng.normal(size=width),
        "b": np.zeros(width),
        "v": rng.normal(size=width) / np.sqrt(width),
    }


def heat_equation(steps: int = 5, cells: int = 12) -> Program:
    """Heat in a rod, step by step, and the question how the diffusivity should change to fit a measurement.

    Look for: condensed by step, A repeats one narrow band (a cell reads its neighbours) from step to step, and one long
    row goes through all of them: the diffusivity's, which every cell of every step uses.

    Parameters
    ----------
    steps, cells : int

    Returns
    -------
    f : callable
        ``misfit(u, measured, k)`` with temperatures ``u`` and ``measured`` of shape (cells,), and a number ``k``: the
        diffusivity times the time step, over the square of a cell's width. Stable up to 0.5.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.heat_equation()
    >>> lv.grad(f, argnums=2)(*inputs.values())
    -0.4067
    """

    def misfit(u, measured, k):
        for _ in lv.loop(range(steps), name="step"):
            inner = u[1:-1] + k * (u[:-2] - 2 * u[1:-1] + u[2:])
            u = np.concatenate([u[:1], inner, u[-1:]])
        return np.sum((u - measured) ** 2)

    x = np.linspace(0, 1, cells)
    return misfit, {
        "u": np.exp(-(((x - 0.4) / 0.12) ** 2)),
        "measured": 0.45 * np.exp(-(((x - 0.4) / 0.25) ** 2)),
        "k": 0.2,
    }


def fixed_point(width: int = 4, seed: int = 0) -> Program:
    """A layer that is applied until nothing changes any more: z = tanh(W z + U x + b).

    Look for: one node that reads its own result. Its block on the diagonal of A is no identity but the full I − g_zᵀ,
    and its price comes from solving with it. The iterations that found z leave no trace.

    S. Bai, Z. Kolter, V. Koltun, *Deep equilibrium models*, 2019.

    Parameters
    ----------
    width : int
    seed : int
        Of the weights.

    Returns
    -------
    f : callable
        ``loss(x, y, W, U, b)`` with vectors ``x``, ``y``, ``b`` and square matrices ``W``, ``U``.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.fixed_point()
    >>> lv.grad(f, argnums=2)(*inputs.values()).shape
    (4, 4)
    """

    def loss(x, y, W, U, b):
        def layer(z, x, W, U, b):
            return np.tanh(W @ z + U @ x + b)

        z = lv.fixed_point(layer, np.zeros(width), x, W, U, b)
        return np.sum((z - y) ** 2)

    rng = np.random.default_rng(seed)
    W = rng.normal(size=(width, width))
    return loss, {
        "x": rng.normal(size=width),
        "y": rng.uniform(-1, 1, width),
        "W": 0.7 * W / np.linalg.norm(W, 2),  # a contraction, so that the iteration converges
        "U": rng.normal(size=(width, width)) / np.sqrt(width),
        "b": np.zeros(width),
    }


def attention(tokens: int = 4, width: int = 3, seed: int = 0) -> Program:
    """One head of attention: every token asks all others, and takes a weighted mean of what they offer.

    Look for: X is read three times, as queries, keys and values, so its price is a sum of three terms. The softmax is
    where the columns fill: each weight of a row depends on every score of that row.

    A. Vaswani et al., *Attention is all you need*, 2017.

    Parameters
    ----------
    tokens, width : int
    seed : int
        Of tokens and weights.

    Returns
    -------
    f : callable
        ``loss(X, Y, Wq, Wk, Wv)`` with tokens and targets of shape (tokens, width) and square matrices.
    inputs : dict

    Examples
    --------
    >>> import lagviz as lv
    >>> f, inputs = lv.gallery.attention()
    >>> lv.grad(f)(*inputs.values()).shape
    (4, 3)
    """

    def loss(X, Y, Wq, Wk, Wv):
        with lv.scope("projections"):
            Q = X @ Wq
            K = X @ Wk
            V = X @ Wv
        with lv.scope("softmax"):
            scores = Q @ K.T / np.sqrt(width)
            weights = np.exp(scores)
            weights = weights / np.sum(weights, axis=1, keepdims=True)
        out = weights @ V
        return np.mean((out - Y) ** 2)

    rng = np.random.default_rng(seed)
    X = rng.normal(size=(tokens, width))
    return loss, {
        "X": X,
        "Y": np.roll(X, 1, axis=0),  # each token is to become the one before it
        **{name: rng.normal(size=(width, width)) / np.sqrt(width) for name in ("Wq", "Wk", "Wv")},
    }


#: Every program by name, in the order in which they are worth meeting.
PROGRAMS: dict[str, Callable[..., Program]] = {
    program.__name__: program
    for program in (
        tiny_network,
        loop,
        branch,
        mlp,
        inception_block,
        dense_block,
        residual_network,
        recurrent_network,
        heat_equation,
        fixed_point,
        attention,
    )
}
