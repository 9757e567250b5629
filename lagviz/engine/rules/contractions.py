"""Products of any number of arrays summed over what they share: `einsum`, which `tensordot`, `inner` and their kin become.

An axis that stands in the result or in the operand differentiated by is an axis of their block; every other one is
summed. So the block, its count and both products are again sums of products, written in the same notation.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lagviz.engine.rules.elementwise import unbroadcast
from lagviz.engine.rules.rule import Entries, Rule, lead_of, size_of

__all__ = ["EINSUM", "explicit"]

#: From so many products on it pays to look for a good order of the sums, and to have matrix products do them.
_WORTH_PLANNING = 10_000


def explicit(subscripts: str, ndims: Sequence[int]) -> str:
    """Subscripts with every axis named and the result's written out: ``ij,jk->ik`` for ``ij,jk``.

    Raises
    ------
    ValueError
        They do not fit operands with so many axes.
    """
    left, arrow, output = subscripts.replace(" ", "").partition("->")
    terms = left.split(",")
    if len(terms) != len(ndims):
        raise ValueError(f"einsum: {len(terms)} terms in {subscripts!r}, but {len(ndims)} operands")
    free = [letter for letter in string.ascii_letters if letter not in subscripts]
    extra = max([ndim - len(term) + 3 for term, ndim in zip(terms, ndims, strict=True) if "..." in term], default=0)
    dots = "".join(free[:extra])  # aligned at the right, as broadcasting is
    written = []
    for term, ndim in zip(terms, ndims, strict=True):
        own = ndim - len(term) + 3
        named = term.replace("...", dots[len(dots) - own :]) if "..." in term and own >= 0 else term
        if len(named) != ndim:
            raise ValueError(f"einsum: {term!r} in {subscripts!r} stands for an operand of {ndim} axes")
        written.append(named)
    if arrow:
        output = output.replace("...", dots)
    else:
        counted = "".join(written)
        output = dots + "".join(sorted(x for x in set(counted) if counted.count(x) == 1 and x not in dots))
    return f"{','.join(written)}->{output}"


class _Einsum(Rule):
    """Operands with ``subscripts`` as `explicit` writes them."""

    __slots__ = ()

    def reverse(self, k: int, g: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        terms, output = _terms(options)
        others = [m for m in range(len(terms)) if m != k]
        heads, shape = np.shape(g)[: lead_of(g, z)], np.shape(operands[k])
        # An axis that stands twice in this operand is its diagonal: a unit matrix puts it back there.
        spare = (letter for letter in string.ascii_letters if letter not in options["subscripts"])
        own = [next(spare) if letter in terms[k][:at] else letter for at, letter in enumerate(terms[k])]
        units = {old + new: np.eye(n) for old, new, n in zip(terms[k], own, shape, strict=True) if old != new}
        factors = [f"...{output}", *(terms[m] for m in others), *units]
        found = "".join(letter for letter in own if any(letter in factor for factor in factors))
        arrays = (g, *(operands[m] for m in others), *units.values())
        product = einsum(f"{','.join(factors)}->...{found}", *arrays)
        # An axis that nothing else has was summed alone, so each of its elements gets the same.
        have = iter(np.shape(product)[len(heads) :])
        kept = tuple(next(have) if letter in found else 1 for letter in own)
        if np.shape(product) != heads + kept:
            product = np.reshape(product, heads + kept)
        product = unbroadcast(product, len(kept), tuple(1 if n == 1 else m for n, m in zip(shape, kept, strict=True)))
        return product if np.shape(product) == heads + shape else np.broadcast_to(product, heads + shape)

    def forward(self, k: int, t: Any, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Any:
        terms, output = _terms(options)
        lead = lead_of(t, operands[k])
        written = ",".join(f"...{term}" if m == k else term for m, term in enumerate(terms))
        arrays = (t if m == k else x for m, x in enumerate(operands))
        product = einsum(f"{written}->...{output}", *arrays)
        shape = np.shape(t)[:lead] + np.shape(z)
        return product if np.shape(product) == shape else np.broadcast_to(product, shape)

    def structure(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        terms, output = _terms(options)
        shape = np.shape(operands[k])
        if np.ndim(z) == 0 and shape == ():
            return "scalar"
        if len(terms) == 1 and set(terms[k]) == set(output):
            return "selection"  # nothing is multiplied or summed: axes change places, or a diagonal is taken
        if terms[k] == output and shape == np.shape(z):
            return "diagonal"
        return "dense" if self.count(k, z, operands, options) == size_of(z) * size_of(operands[k]) else "sparse"

    def count(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> int:
        del z
        lengths = self._lengths(operands, options)
        return int(np.prod([lengths[letter] for letter in self._axes(k, operands, options)], dtype=np.int64))

    def entries(self, k: int, z: Any, operands: Sequence[Any], options: Mapping[str, Any]) -> Entries:
        del z
        terms, output = _terms(options)
        lengths, axes = self._lengths(operands, options), self._axes(k, operands, options)
        grid = tuple(lengths[letter] for letter in axes)
        others = [m for m in range(len(terms)) if m != k]
        numbers = np.ones(())
        if others:
            seen = "".join(letter for letter in axes if any(letter in terms[m] for m in others))
            written = f"{','.join(terms[m] for m in others)}->{seen}"
            numbers = np.asarray(einsum(written, *(np.asarray(operands[m], dtype=np.float64) for m in others)))
            have = iter(numbers.shape)
            numbers = numbers.reshape([next(have) if letter in seen else 1 for letter in axes])
        at = dict(zip(axes, np.indices(grid, sparse=True), strict=True))
        j = _position([at[letter] for letter in output], [lengths[letter] for letter in output])
        shape = np.shape(operands[k])
        i = _position([at[letter] if n > 1 else 0 for letter, n in zip(terms[k], shape, strict=True)], shape)
        return tuple(np.broadcast_to(part, grid).ravel() for part in (j, i, numbers))  # type: ignore[return-value]

    def reverse_tex(
        self, k: int, names: Mapping[str, str], price: str, operands: Sequence[Any], options: Mapping[str, Any]
    ) -> str | None:
        terms, output = _terms(options)
        own, others = terms[k], [m for m in range(len(operands)) if m != k]
        named = "".join(terms[m] for m in others) + output
        if len(operands) > len("xyw") or len(set(own)) < len(own) or not set(own) <= set(named):
            return None
        lengths, shape = self._lengths(operands, options), np.shape(operands[k])
        one = {letter for letter, n in zip(own, shape, strict=True) if n == 1 and lengths[letter] != 1}
        summed = "".join(dict.fromkeys(letter for letter in named if letter not in own or letter in one))
        factors = [(price, output), *((names["xyw"[m]], terms[m]) for m in others)]
        written = r"\,".join(f"{{{name}}}_{{{term}}}" if term else name for name, term in factors)
        return rf"\sum_{{{summed}}} {written}" if summed else written

    def _lengths(self, operands: Sequence[Any], options: Mapping[str, Any]) -> dict[str, int]:
        lengths: dict[str, int] = {}
        for term, x in zip(_terms(options)[0], operands, strict=True):
            for letter, n in zip(term, np.shape(x), strict=True):
                lengths[letter] = n if lengths.get(letter, 1) == 1 else lengths[letter]
        return lengths

    def _axes(self, k: int, operands: Sequence[Any], options: Mapping[str, Any]) -> str:
        """The axes of the block: the result's, and the operand's own where it has more than one element along them."""
        terms, output = _terms(options)
        wide = {letter for letter, n in zip(terms[k], np.shape(operands[k]), strict=True) if n != 1}
        return "".join(dict.fromkeys(output + "".join(letter for letter in terms[k] if letter in wide)))


def _position(at: Sequence[Any], lengths: Sequence[int]) -> Any:
    """The position in C order of elements at these indices of an array of this shape."""
    position: Any = 0
    for index, n in zip(at, lengths, strict=True):
        position = position * n + index
    return position


def _terms(options: Mapping[str, Any]) -> tuple[list[str], str]:
    left, _, output = options["subscripts"].partition("->")
    return left.split(","), output


def einsum(subscripts: str, *operands: Any) -> Any:
    """``np.einsum``, in a good order and by matrix products where it is long enough to be worth a plan."""
    lengths: dict[str, int] = {}
    for term, x in zip(subscripts.partition("->")[0].split(","), operands, strict=True):
        # Leading axes stand for themselves: `...` is in each term once at most, and no letter.
        lengths |= dict(zip(reversed(term), reversed(np.shape(x)), strict=False))
    work = float(np.prod(list(lengths.values()), dtype=np.float64))
    return np.einsum(subscripts, *operands, optimize=work > _WORTH_PLANNING)


EINSUM = _Einsum(
    "einsum", lambda *operands, subscripts: einsum(subscripts, *operands), pill="Σ∏", tex="$products", text="$products"
)
