"""What NumPy's functions do with recorded values, a family a file; importing them is what teaches NumPy.

NumPy hands a function over by ``__array_function__``. A handler sorts its arguments into operands, which may carry a
gradient, and options, which may not; or writes it as a short combination of others.
"""

from lagviz.engine.functions import (
    casting,
    contractions,
    elementwise,
    flat,
    fourier,
    grids,
    joining,
    linear_algebra,
    products,
    reductions,
    refused,
    selections,
    sequences,
    statistics,
    ufuncs,
)

__all__ = [
    "casting",
    "contractions",
    "elementwise",
    "flat",
    "fourier",
    "grids",
    "joining",
    "linear_algebra",
    "products",
    "reductions",
    "refused",
    "selections",
    "sequences",
    "statistics",
    "ufuncs",
]
