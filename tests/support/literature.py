"""Programs from the literature, written as people write them in NumPy: nobody wrote them for a tape.

Each takes ``np``, so that the same lines run under plain NumPy, recorded, and under autograd; sizes are small, so that every
equation can be checked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy  # noqa: ICN001 - `np` is what a program is given

__all__ = ["LITERATURE", "Published"]


@dataclass(frozen=True)
class Published:
    """A program ``f(np, *inputs)`` with one number as its result, and inputs for it."""

    f: Callable[..., Any]
    inputs: tuple[Any, ...]


RNG = numpy.random.default_rng(2024)


def normal(*shape: int, scale: float = 1.0) -> Any:
    return RNG.normal(size=shape) * scale


def log_sum_exp(np: Any, x: Any) -> Any:
    """Over the last axis."""
    top = np.max(x, axis=-1, keepdims=True)
    return np.log(np.sum(np.exp(x - top), axis=-1)) + top[..., 0]


# --- statistics ---------------------------------------------------------------------------------------------------------


def gaussian_mixture(np: Any, alphas: Any, means: Any, logs: Any, lowers: Any) -> Any:
    """C. Bishop, *Pattern recognition and machine learning*, 2006, §9.2: the log-likelihood of a mixture of normals.

    Precisions are Q Qᵀ with Q lower triangular, exp(logs) on its diagonal, as in F. Šrajer et al., *A benchmark of selected
    algorithmic differentiation tools*, 2018.
    """
    n, (k, d) = len(POINTS), means.shape
    places = numpy.zeros((d * (d - 1) // 2, d, d))
    places[(numpy.arange(len(places)), *numpy.tril_indices(d, -1))] = 1.0
    total = -n * log_sum_exp(np, alphas)
    by_component = []
    for c in range(k):
        q = np.diag(np.exp(logs[c])) + np.einsum("l,lij->ij", lowers[c], places)
        scaled = np.dot(POINTS - means[c], np.transpose(q))
        by_component.append(alphas[c] + np.sum(logs[c]) - 0.5 * np.sum(scaled**2, axis=1))
    return total + np.sum(log_sum_exp(np, np.stack(by_component, axis=1)))


POINTS = normal(7, 3)


def gaussian_process(np: Any, amplitude: Any, length: Any, noise: Any) -> Any:
    """C. Rasmussen, C. Williams, *Gaussian processes for machine learning*, 2006, algorithm 2.1: marginal likelihood."""
    distance = numpy.subtract.outer(TIMES, TIMES)
    kernel = np.exp(2 * amplitude) * np.exp(-0.5 * (distance / np.exp(length)) ** 2)
    lower = np.linalg.cholesky(kernel + np.exp(2 * noise) * numpy.eye(len(TIMES)))
    alpha = np.linalg.solve(np.transpose(lower), np.linalg.solve(lower, SIGNAL))
    return -0.5 * np.dot(SIGNAL, alpha) - np.sum(np.log(np.diag(lower))) - 0.5 * len(TIMES) * numpy.log(2 * numpy.pi)


TIMES = numpy.linspace(0.0, 2.0, 6)
SIGNAL = numpy.sin(2 * TIMES) + normal(6, scale=0.1)


def kalman_filter(np: Any, transition: Any, log_noise: Any) -> Any:
    """R. Kalman, *A new approach to linear filtering and prediction problems*, 1960: the likelihood by its innovations."""
    state, spread = numpy.zeros(2), numpy.eye(2)
    process, measured = np.diag(np.exp(log_noise[:2])), np.diag(np.exp(log_noise[2:]))
    total = 0.0
    for seen in OBSERVED:
        state, spread = transition @ state, transition @ spread @ transition.T + process
        surprise = seen - OBSERVE @ state
        innovation = OBSERVE @ spread @ OBSERVE.T + measured
        gain = np.transpose(np.linalg.solve(innovation, OBSERVE @ spread))
        state, spread = state + gain @ surprise, spread - gain @ OBSERVE @ spread
        total = total - 0.5 * (np.linalg.slogdet(innovation)[1] + surprise @ np.linalg.solve(innovation, surprise))
    return total


OBSERVE = numpy.array([[1.0, 0.0], [0.5, 1.0]])
OBSERVED = normal(5, 2)


# --- networks -----------------------------------------------------------------------------------------------------------


def lstm(np: Any, weights: Any, bias: Any, readout: Any) -> Any:
    """S. Hochreiter, J. Schmidhuber, *Long short-term memory*, 1997, with F. Gers' forget gate (2000): next-letter loss."""
    hidden, cell = numpy.zeros(3), numpy.zeros(3)
    loss = 0.0
    for at in range(len(TEXT) - 1):
        letter = numpy.eye(4)[TEXT[at]]
        gates = np.dot(weights, np.concatenate((letter, hidden))) + bias
        forget, take, show = (1 / (1 + np.exp(-gates[3 * k : 3 * k + 3])) for k in range(3))
        cell = forget * cell + take * np.tanh(gates[9:])
        hidden = show * np.tanh(cell)
        scores = np.dot(readout, hidden)
        loss = loss + log_sum_exp(np, scores) - scores[TEXT[at + 1]]
    return loss / (len(TEXT) - 1)


TEXT = [0, 2, 1, 3, 0, 2, 2]


def attention(np: Any, x: Any, queries: Any, keys: Any, values: Any) -> Any:
    """A. Vaswani et al., *Attention is all you need*, 2017: two heads of scaled dot-product attention, causal, with residual."""
    length = x.shape[0]
    q, k, v = (np.einsum("td,hde->hte", x, w) for w in (queries, keys, values))
    scores = np.einsum("hqe,hke->hqk", q, k) / numpy.sqrt(q.shape[-1])
    scores = np.where(numpy.tri(length) > 0, scores, -1e9)
    weights = np.exp(scores - log_sum_exp(np, scores)[..., None])
    mixed = np.reshape(np.transpose(np.einsum("hqk,hke->hqe", weights, v), (1, 0, 2)), (length, -1))
    result = x + mixed
    centred = result - np.mean(result, axis=-1, keepdims=True)
    return np.mean((centred / np.sqrt(np.mean(centred**2, axis=-1, keepdims=True) + 1e-5)) ** 3)


def ode_network(np: Any, inner: Any, outer: Any, start: Any) -> Any:
    """R. Chen et al., *Neural ordinary differential equations*, 2018: a network as vector field, Runge–Kutta of order 4."""

    def field(y: Any, t: float) -> Any:
        return np.dot(outer, np.tanh(np.dot(inner, np.concatenate((y**3, numpy.array([t]))))))

    y, loss, h = start, 0.0, 0.1
    for step in range(5):
        t = step * h
        a = field(y, t)
        b = field(y + h / 2 * a, t + h / 2)
        c = field(y + h / 2 * b, t + h / 2)
        d = field(y + h * c, t + h)
        y = y + h / 6 * (a + 2 * b + 2 * c + d)
        loss = loss + np.sum((y - ORBIT[step]) ** 2)
    return loss


ORBIT = normal(5, 2)


# --- physics and geometry ----------------------------------------------------------------------------------------------


def vorticity(np: Any, start: Any) -> Any:
    """A. Chorin, *Numerical solution of the Navier–Stokes equations*, 1968, as vorticity and stream function on a torus.

    Jacobi sweeps for the stream function, central differences, explicit steps.
    """
    w, h, nu = start, 0.1, 0.02
    for _ in range(2):
        stream = 0.0 * w
        for _ in range(3):
            around = sum(np.roll(stream, shift, axis) for shift in (1, -1) for axis in (0, 1))
            stream = 0.25 * (around + w)
        u = 0.5 * (np.roll(stream, -1, 1) - np.roll(stream, 1, 1))
        v = -0.5 * (np.roll(stream, -1, 0) - np.roll(stream, 1, 0))
        dx = 0.5 * (np.roll(w, -1, 0) - np.roll(w, 1, 0))
        dy = 0.5 * (np.roll(w, -1, 1) - np.roll(w, 1, 1))
        spread = sum(np.roll(w, shift, axis) for shift in (1, -1) for axis in (0, 1)) - 4 * w
        w = w + h * (nu * spread - u * dx - v * dy)
    return np.sum((w - CALM) ** 2)


CALM = normal(4, 5)


def stable_fluid(np: Any, smoke: Any, u: Any, v: Any) -> Any:
    """J. Stam, *Stable fluids*, 1999: semi-Lagrangian advection, each cell fetching what the wind brings to it."""
    rows, columns = smoke.shape
    y, x = numpy.meshgrid(numpy.arange(rows), numpy.arange(columns), indexing="ij")
    for _ in range(2):
        from_y, from_x = y - u, x - v
        top, left = np.floor(from_y).astype(int), np.floor(from_x).astype(int)
        down, right = from_y - top, from_x - left
        above, beside = np.mod(top, rows), np.mod(left, columns)
        below, after = np.mod(above + 1, rows), np.mod(beside + 1, columns)
        smoke = (1 - down) * ((1 - right) * smoke[above, beside] + right * smoke[above, after]) + down * (
            (1 - right) * smoke[below, beside] + right * smoke[below, after]
        )
    return np.sum((smoke - CALM) ** 2)


def residuals(  # noqa: PLR0917 - a camera has as many
    np: Any, rotation: Any, centre: Any, focal: Any, distortion: Any, points: Any
) -> Any:
    """B. Triggs et al., *Bundle adjustment — a modern synthesis*, 1999: reprojection errors of one camera, two radial terms.

    The rotation is Rodrigues' formula of a rotation vector.
    """
    angle = np.sqrt(np.sum(rotation**2))
    axis = rotation / angle
    offset = points - centre
    along = np.outer(np.dot(offset, axis), axis)
    across = np.cross(np.outer(numpy.ones(len(offset)), axis), offset)
    turned = np.cos(angle) * offset + np.sin(angle) * across + (1 - np.cos(angle)) * along
    seen = turned[:, :2] / turned[:, 2:]
    radius = np.sum(seen**2, axis=1, keepdims=True)
    return (focal * seen * (1 + distortion[0] * radius + distortion[1] * radius**2) - PIXELS).reshape(-1)


def bundle_adjustment(np: Any, *inputs: Any) -> Any:
    return 0.5 * np.sum(residuals(np, *inputs) ** 2)


PIXELS = normal(4, 2)
CAMERA = (
    numpy.array([0.2, -0.4, 0.3]),
    numpy.array([0.1, 0.2, -3.0]),
    1.3,
    numpy.array([0.05, -0.01]),
    normal(4, 3, scale=0.5),
)


LITERATURE: dict[str, Published] = {
    "gaussian mixture": Published(
        gaussian_mixture, (normal(2), normal(2, 3), normal(2, 3, scale=0.3), normal(2, 3, scale=0.3))
    ),
    "gaussian process": Published(gaussian_process, (0.3, -0.2, -1.0)),
    "kalman filter": Published(kalman_filter, (normal(2, 2, scale=0.5), normal(4, scale=0.3))),
    "lstm": Published(lstm, (normal(12, 7, scale=0.5), normal(12, scale=0.5), normal(4, 3))),
    "attention": Published(attention, (normal(3, 4), normal(2, 4, 2), normal(2, 4, 2), normal(2, 4, 2))),
    "ode network": Published(ode_network, (normal(4, 3, scale=0.7), normal(2, 4, scale=0.7), normal(2))),
    "vorticity": Published(vorticity, (normal(4, 5),)),
    "stable fluid": Published(stable_fluid, (normal(4, 5), normal(4, 5, scale=0.6), normal(4, 5, scale=0.6))),
    "bundle adjustment": Published(bundle_adjustment, CAMERA),
}
