"""Two vector functions of MINPACK-2, as equations of numbers: human heart dipole and propane combustion.

B. M. Averick, R. G. Carter, J. J. Moré, G.-L. Xue, *The MINPACK-2 test problem collection*, 1992, in their full
formulations. How a function is written decides how many equations there are: squares are powers, and what two equations
need is computed once. Only the graph matters here: the data of the dipole are made up, and the equilibrium constants of
the combustion are 1, which saves a multiplication each.
"""

from __future__ import annotations

import numpy as np

SUMS = (0.485, -0.002, -0.058, 0.015, 0.105, 0.04, 0.167, -0.4)
HEART = (0.3, 0.2, -0.03, 0.025, -0.5, 0.45, -0.1, 0.09)
PROPANE = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5)


def heart(x1, x2, x3, x4, x5, x6, x7, x8):  # noqa: PLR0917 - eight unknowns
    """Eight equations in eight unknowns: strengths and places of two dipoles."""
    s = SUMS
    u, v = x5**2 - x7**2, x6**2 - x8**2
    a, b = x5 * (x5**2 - 3 * x7**2), x6 * (x6**2 - 3 * x8**2)
    c, d = x7 * (x7**2 - 3 * x5**2), x8 * (x8**2 - 3 * x6**2)
    return (
        x1 + x2 - s[0],
        x3 + x4 - s[1],
        x5 * x1 + x6 * x2 - x7 * x3 - x8 * x4 - s[2],
        x7 * x1 + x8 * x2 + x5 * x3 + x6 * x4 - s[3],
        x1 * u - 2 * x3 * x5 * x7 + x2 * v - 2 * x4 * x6 * x8 - s[4],
        x3 * u + 2 * x1 * x5 * x7 + x4 * v + 2 * x2 * x6 * x8 - s[5],
        x1 * a + x3 * c + x2 * b + x4 * d - s[6],
        x3 * a - x1 * c + x4 * b - x2 * d - s[7],
    )


def propane(x1, x2, x3, x4, x5, x6, x7, x8, x9, x10, x11):  # noqa: PLR0917 - eleven unknowns
    """Eleven equations in eleven unknowns: a flame of propane in air, at a pressure of 40 and with ten parts of air."""
    p, r = 40.0, 10.0
    s = np.sqrt(p / x11)
    return (
        x1 + x4 - 3,
        2 * x1 + x2 + x4 + x7 + x8 + x9 + 2 * x10 - r,
        2 * x2 + 2 * x5 + x6 + x7 - 8,
        2 * x3 + x9 - 4 * r,
        x2 * x4 - x1 * x5,
        np.sqrt(x2 * x4) - np.sqrt(x1) * x6 * s,
        np.sqrt(x1 * x2) - np.sqrt(x4) * x7 * s,
        x1 - x4 * x8 * p / x11,
        x1 * np.sqrt(x3) - x4 * x9 * s,
        x1**2 - x4**2 * x10 * p / x11,
        x11 - (x1 + x2 + x3 + x4 + x5 + x6 + x7 + x8 + x9 + x10),
    )
