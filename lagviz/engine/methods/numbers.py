"""Products and sums of blocks that are numbers, with what they cost: single numbers, dense arrays, sparse arrays.

A stored entry is one whatever its value: a 0 that is stored is multiplied like any number, and stays. A product of two
stored entries is one multiplication, so p × q times q × r costs pqr where both are dense and pr where one is a diagonal.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

__all__ = ["Numbers", "added", "as_numbers", "dense", "product", "stored"]

#: A number, or an array, dense or sparse.
Numbers = Any


def as_numbers(block: Any) -> Numbers:
    """−A_ij of a block of a system: what its reader makes of one unit."""
    if block.shape == (1, 1):
        return block.partial
    numbers = -block.tocsr()
    return numbers.toarray() if numbers.nnz == numbers.shape[0] * numbers.shape[1] else numbers


def dense(numbers: Numbers) -> NDArray[np.float64]:
    """The same as a two-dimensional array."""
    if isinstance(numbers, float):
        return np.array([[numbers]])
    return np.asarray(numbers if isinstance(numbers, np.ndarray) else numbers.toarray())


def stored(numbers: Numbers) -> int:
    """How many entries are stored."""
    if isinstance(numbers, float):
        return 1
    return int(numbers.size if isinstance(numbers, np.ndarray) else numbers.nnz)


def product(a: Numbers, b: Numbers) -> tuple[Numbers, int, int]:
    """``a @ b``, its multiplications, and its additions."""
    if isinstance(a, float) and isinstance(b, float):
        return a * b, 1, 0
    a, b = (np.array([[x]]) if isinstance(x, float) else x for x in (a, b))
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        count = a.shape[0] * a.shape[1] * b.shape[1]
        return _reduced(a @ b), count, count - a.shape[0] * b.shape[1]
    a, b = _with_zeros(a), _with_zeros(b)
    # Each entry (i, q) of a meets each (q, j) of b. SciPy's product would drop what comes out as 0.
    lengths = np.diff(b.indptr)[a.indices]
    count = int(lengths.sum())
    rows = np.repeat(np.repeat(np.arange(a.shape[0]), np.diff(a.indptr)), lengths)
    first = np.repeat(b.indptr[a.indices] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    at = first + np.arange(count)
    found = sparse.coo_array(
        (np.repeat(a.data, lengths) * b.data[at], (rows, b.indices[at])), shape=(a.shape[0], b.shape[1])
    ).tocsr()
    return _reduced(found), count, count - found.nnz


def added(a: Numbers, b: Numbers) -> tuple[Numbers, int]:
    """``a + b``, and its additions: entries that both store."""
    if isinstance(a, float) and isinstance(b, float):
        return a + b, 1
    a, b = (np.array([[x]]) if isinstance(x, float) else x for x in (a, b))
    if isinstance(a, np.ndarray) or isinstance(b, np.ndarray):
        both = min(stored(a), stored(b))
        return _reduced(dense(a) + dense(b)), both
    a, b = a.tocoo(), b.tocoo()
    at = (np.concatenate([a.row, b.row]), np.concatenate([a.col, b.col]))
    found = sparse.coo_array((np.concatenate([a.data, b.data]), at), shape=a.shape).tocsr()
    return _reduced(found), a.nnz + b.nnz - found.nnz


def _with_zeros(numbers: Any) -> sparse.csr_array:
    """As a sparse array; of a dense one every place is stored, zeros too."""
    if not isinstance(numbers, np.ndarray):
        return sparse.csr_array(numbers)
    rows, columns = numbers.shape
    at = np.tile(np.arange(columns), rows), np.arange(rows + 1) * columns
    return sparse.csr_array((numbers.ravel(), *at), shape=numbers.shape)


def _reduced(numbers: Any) -> Numbers:
    """A number alone where there is one; a dense array where every place is taken."""
    if numbers.shape == (1, 1):
        return float(numbers[0, 0]) if stored(numbers) else numbers
    if not isinstance(numbers, np.ndarray) and numbers.nnz == numbers.shape[0] * numbers.shape[1]:
        return np.asarray(numbers.toarray())
    return numbers
