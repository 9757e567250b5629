"""Other dtypes: ``astype``, and what NumPy does to parts of complex numbers, of real ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.engine.handling import handles
from lagviz.engine.recorded import Recorded, record_operation
from lagviz.engine.refusals import unrecordable
from lagviz.engine.rules import CAST, TO_WHOLE

__all__ = ["astype"]


@handles("astype")
def astype(x: Any, dtype: Any, order: str = "K", **_options: Any) -> Any:
    """The same numbers in another dtype; integers and booleans have no gradient."""
    del order
    dtype = np.dtype(dtype)
    if not isinstance(x, Recorded):
        return np.asarray(x).astype(dtype)[()]
    if dtype == x.dtype:
        return x
    if dtype.kind not in "fiub":
        raise unrecordable(np.empty(1, dtype))
    return record_operation(CAST if dtype.kind == "f" else TO_WHOLE, (x,), {"dtype": dtype})


@handles("real", "real_if_close")
def _real(x: Any, tol: float = 100) -> Any:
    del tol
    return x
