"""The rules of differentiation, a table for each family; and which of them a NumPy function stands for."""

import numpy as np

from lagviz.engine.rules.arithmetic import ARITHMETIC, OPERATORS, POWER, SQUARE
from lagviz.engine.rules.casting import CAST, TO_WHOLE
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
from lagviz.engine.rules.elementwise import Elementwise, times
from lagviz.engine.rules.flat import FLAT, FLAT_FUNCTIONS
from lagviz.engine.rules.functions import FUNCTIONS, SINC
from lagviz.engine.rules.interpolation import INTERP
from lagviz.engine.rules.matrices import CHOLESKY, DET, INV, LOGABSDET, PINV, SIGN_OF_DET, SOLVE
from lagviz.engine.rules.products import MATMUL, OUTER
from lagviz.engine.rules.put_back import PUT_BACK, put_back
from lagviz.engine.rules.reductions import REDUCTIONS
from lagviz.engine.rules.rule import Entries, Rule, decided, is_array, is_recorded, lead_of, plain, size_of
from lagviz.engine.rules.running import CUMPROD, CUMSUM, PROD
from lagviz.engine.rules.selections import CONCATENATE, GETITEM, INSERT, RUNNING, SELECTIONS, STACK, WHERE, add_at

__all__ = [
    "CAST",
    "CHOLESKY",
    "CONCATENATE",
    "CUMPROD",
    "CUMSUM",
    "DET",
    "EIGENVALUES",
    "EIGENVALUES_SYMMETRIC",
    "EIGENVECTORS",
    "EIGENVECTORS_SYMMETRIC",
    "EINSUM",
    "FLAT",
    "FLAT_FUNCTIONS",
    "GETITEM",
    "INSERT",
    "INTERP",
    "INV",
    "LEFT_SINGULAR",
    "LOGABSDET",
    "MATMUL",
    "OPERATORS",
    "OUTER",
    "PINV",
    "POWER",
    "PROD",
    "PUT_BACK",
    "QR_Q",
    "QR_R",
    "REDUCTIONS",
    "RIGHT_SINGULAR",
    "RUNNING",
    "SELECTIONS",
    "SIGN_OF_DET",
    "SINC",
    "SINGULAR_VALUES",
    "SOLVE",
    "SQUARE",
    "STACK",
    "TO_WHOLE",
    "UFUNCS",
    "WHERE",
    "Elementwise",
    "Entries",
    "Rule",
    "add_at",
    "decided",
    "explicit",
    "is_array",
    "is_recorded",
    "lead_of",
    "plain",
    "put_back",
    "size_of",
    "times",
]

#: Rules by NumPy ufunc.
UFUNCS: dict[np.ufunc, Rule] = {**ARITHMETIC, **FUNCTIONS, **FLAT}
