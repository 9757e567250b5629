"""The rules of differentiation, a table for each family; and which of them a NumPy function stands for."""

import numpy as np

from lagviz.engine.rules.arithmetic import ARITHMETIC, OPERATORS, POWER, SQUARE
from lagviz.engine.rules.contractions import EINSUM, explicit
from lagviz.engine.rules.decompositions import (
    EIGENVALUES,
    EIGENVALUES_SYMMETRIC,
    EIGENVECTORS,
    EIGENVECTORS_SYMMETRIC,
    LEFT_SINGULAR,
    QR_Q,
    QR_R,
    RIGHT_SINGULAR,
    SINGULAR_VALUES,
)
from lagviz.engine.rules.elementwise import Elementwise
from lagviz.engine.rules.flat import FLAT
from lagviz.engine.rules.functions import FUNCTIONS
from lagviz.engine.rules.matrices import CHOLESKY, DET, INV, LOGABSDET, PINV, SIGN_OF_DET, SOLVE
from lagviz.engine.rules.products import MATMUL, OUTER
from lagviz.engine.rules.reductions import REDUCTIONS
from lagviz.engine.rules.rule import Entries, Rule, lead_of, plain, size_of
from lagviz.engine.rules.selections import CONCATENATE, GETITEM, SELECTIONS, STACK, WHERE, add_at

__all__ = [
    "CHOLESKY",
    "CONCATENATE",
    "DET",
    "EIGENVALUES",
    "EIGENVALUES_SYMMETRIC",
    "EIGENVECTORS",
    "EIGENVECTORS_SYMMETRIC",
    "EINSUM",
    "GETITEM",
    "INV",
    "LEFT_SINGULAR",
    "LOGABSDET",
    "MATMUL",
    "OPERATORS",
    "OUTER",
    "PINV",
    "POWER",
    "QR_Q",
    "QR_R",
    "REDUCTIONS",
    "RIGHT_SINGULAR",
    "SELECTIONS",
    "SIGN_OF_DET",
    "SINGULAR_VALUES",
    "SOLVE",
    "SQUARE",
    "STACK",
    "UFUNCS",
    "WHERE",
    "Elementwise",
    "Entries",
    "Rule",
    "add_at",
    "explicit",
    "lead_of",
    "plain",
    "size_of",
]

#: Rules by NumPy ufunc.
UFUNCS: dict[np.ufunc, Rule] = {**ARITHMETIC, **FUNCTIONS, **FLAT}
