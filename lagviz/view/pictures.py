"""Arrays and blocks too large to draw number by number, made coarser: each patch shows its number of largest size."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lagviz.engine.blocks import Block
from lagviz.engine.diagonal import Diagonal

__all__ = ["block_picture", "coarse", "diagonal_picture", "shown_shape"]

#: Numbers of one array that are carried as they are.
WHOLE = 4096
#: Side of the coarse picture of a larger one.
SIDE = 48
#: Side of the picture of a block.
BLOCK_SIDE = 24
#: Stored entries of a block above which it is not looked at.
BLOCK_ENTRIES = 1_000_000


def shown_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """Shape of the numbers that the scene carries of an array."""
    size = int(np.prod(shape, dtype=np.int64))
    if size <= WHOLE:
        return shape
    rows, columns = size // shape[-1], shape[-1]
    return min(rows, SIDE), min(columns, SIDE)


def coarse(value: Any, shape: tuple[int, ...]) -> NDArray[np.float64]:
    """The numbers of a value in the shape `shown_shape` gave, C order."""
    array = np.asarray(value, dtype=np.float64)
    if array.shape == shape:
        return array.ravel()
    rows = array.reshape(-1, array.shape[-1])
    i, j = np.indices(rows.shape)
    return _largest(i.ravel(), j.ravel(), rows.ravel(), rows.shape, shape)


def block_picture(block: Block, side: int = BLOCK_SIDE) -> tuple[tuple[int, int], NDArray[np.float64]]:
    """Shape and numbers of a picture of (∂f_j/∂z_i)ᵀ; a single NaN where it is too large to be looked at."""
    height, width = block.shape
    if block.count > BLOCK_ENTRIES or not height or not width:
        return (1, 1), np.array([np.nan])
    shape = min(height, side), min(width, side)
    i, j, numbers = block.coordinates
    if len(block.entry.positions) > 1:
        # An operand read twice has its partials added before anything is compared by size.
        places, inverse = np.unique(i * width + j, return_inverse=True)
        numbers = np.bincount(inverse, weights=numbers, minlength=len(places)).astype(np.float64)
        i, j = places // width, places % width
    return shape, _largest(i, j, numbers, (height, width), shape)


def diagonal_picture(block: Diagonal, side: int = BLOCK_SIDE) -> tuple[tuple[int, int], NDArray[np.float64]]:
    """Shape and numbers of a picture of the block of an implicit equation on the diagonal."""
    side = min(block.shape[0], side)
    i, j, numbers = block.coordinates
    return (side, side), _largest(i, j, numbers, block.shape, (side, side))


def _largest(
    i: NDArray[np.intp],
    j: NDArray[np.intp],
    numbers: NDArray[np.float64],
    full: tuple[int, ...],
    shape: tuple[int, ...],
) -> NDArray[np.float64]:
    picture = np.zeros(shape)
    with np.errstate(invalid="ignore"):
        order = np.argsort(np.abs(numbers), kind="stable")  # the largest is written last; NaN sorts last of all
    rows, columns = i[order] * shape[0] // full[0], j[order] * shape[1] // full[1]
    picture[rows, columns] = numbers[order]
    return picture.ravel()
