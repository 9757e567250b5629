"""What people write beside NumPy's functions: methods, options, indices; evaluated as the calls of `tests.support.calls`."""

from __future__ import annotations

__all__ = ["EXPRESSIONS"]

#: Methods, methods of ufuncs, options, indices.
EXPRESSIONS: list[str] = [
    # methods of arrays
    *(
        f"{x}.{name}()"
        for x in ("v", "M")
        for name in ("sum", "mean", "prod", "max", "min", "var", "std", "any", "all")
    ),
    *(
        f"M.{name}(axis=1)"
        for name in ("sum", "mean", "prod", "max", "min", "var", "std", "argmax", "argmin", "argsort")
    ),
    *(f"M.{name}(0)" for name in ("cumsum", "cumprod", "round", "argmax", "sum", "take", "argsort")),
    *("M.T", "T.mT", "T.T", "M.real", "M.imag", "M.shape", "M.ndim", "M.size", "M.dtype", "M.itemsize", "M.nbytes"),
    *("M.reshape(3, 2)", "M.reshape((3, 2))", "M.reshape(-1)", "M.ravel()", "M.flatten()", "M.squeeze()", "M.copy()"),
    *("T.transpose()", "T.transpose(2, 0, 1)", "T.transpose((2, 0, 1))", "T.swapaxes(0, 1)", "M.repeat(2, axis=1)"),
    *("S.trace()", "S.diagonal(1)", "M.take([0, 0], axis=1)", "M.clip(0.0, 1.0)", "M.conj()", "M.dot(S)", "v.dot(w)"),
    *("v.compress([True, False, True, True])", "v.astype(int)", "v.astype(float)", "M[M.nonzero()]", "list(M.flat)"),
    *(
        "k.searchsorted(v)",
        "v.argpartition(1)",
        "M.round(1)",
        "v.max(initial=9.0)",
    ),
    # attributes and methods of numbers
    *(
        "s.real",
        "s.imag",
        "s.conjugate()",
        "v[0].reshape(1, 1)",
        "v.sum().shape",
        "v.sum().astype(float)",
        "v.sum().round(1)",
    ),
    *(
        "v[1].clip(0.0, 1.0)",
        "v[0].sum()",
        "v[0].T",
        "v[0].ravel()",
    ),
    *(
        "divmod(s, r)",
        "divmod(2.0, s)",
        "abs(v)",
        "+v",
        "-s",
        "v ** 2",
        "v ** 3",
        "p ** v",
        "2.0 ** v",
        "v // 0.4",
        "v % 0.4",
    ),
    # methods of ufuncs
    *("np.add.reduce(M)", "np.add.reduce(M, axis=None)", "np.add.reduce(T, axis=(0, 1), keepdims=True)"),
    *("np.multiply.reduce(M)", "np.multiply.reduce(T, axis=1)", "np.maximum.reduce(M)", "np.minimum.reduce(M, axis=1)"),
    *("np.logaddexp.reduce(v)", "np.logaddexp.reduce(M, axis=1, keepdims=True)", "np.hypot.reduce(M)"),
    *("np.subtract.reduce(v)", "np.divide.reduce(p)", "np.fmax.reduce(M, axis=0)"),
    *("np.logical_and.reduce(M > -1)", "np.logical_or.reduce(M > 1, axis=1)", "np.add.reduce(v, initial=s)"),
    *("np.logaddexp.reduce(v, initial=0.0)", "np.add.accumulate(M)", "np.multiply.accumulate(M, axis=1)"),
    *("np.maximum.accumulate(v)", "np.minimum.accumulate(M, axis=1)", "np.logaddexp.accumulate(v)"),
    *(
        "np.power.accumulate(p)",
        "np.subtract.accumulate(M, 1)",
        "np.add.outer(v, w)",
        "np.multiply.outer(M, v)",
        "np.maximum.outer(v, w)",
    ),
    *("np.power.outer(p, [1.0, 2.0])", "np.subtract.outer(v, s)", "np.add.reduceat(v, [0, 2, 1])"),
    *("np.multiply.reduceat(M, [0, 1], axis=1)", "np.maximum.reduceat(v, [0, 3])"),
    # further away than in np itself
    *(
        "np.lib.stride_tricks.sliding_window_view(v, 3)",
        "np.lib.stride_tricks.sliding_window_view(T, (2, 2), axis=(1, 2))",
    ),
    # options
    *("np.sum(M, where=M > 0)", "np.mean(M, axis=1, where=M > -1)", "np.prod(M, axis=0, where=[[True], [False]])"),
    *("np.max(M, where=N > 0, initial=-9.0)", "np.min(M, axis=1, initial=s)", "np.sum(M, axis=1, initial=r)"),
    *("np.prod(v, initial=s)", "np.any(M > 1, where=N > 0)", "np.all(M > -1, axis=1, where=N > 0)"),
    *("np.sum(M, dtype=float)", "np.sum(M, 1, float)", "np.add(v, w, dtype=float)", "np.exp(v, where=True)"),
    *("np.add(v, w, casting='same_kind')", "np.sum(v, out=None)", "np.cumsum(M, 0, float)", "np.max(v[:0], initial=s)"),
    *("np.var(M, ddof=1)", "np.std(M, axis=0, ddof=1)", "np.var(M, axis=1, correction=1)", "np.sum(M, axis=[0, 1][0])"),
    # indices
    *(
        "v[2]",
        "v[-1]",
        "v[1:3]",
        "v[::-2]",
        "v[3:1]",
        "v[[0, 2, 2, -1]]",
        "v[[[0, 1], [1, 1]]]",
        "v[[]]",
        "v[()]",
        "v[...]",
    ),
    *(
        "v[None]",
        "v[:, None]",
        "M[1, 2]",
        "M[1][2]",
        "M[None, ..., 1]",
        "M[:, [0, 0]]",
        "M[[1, 0], [2, 2]]",
        "M[..., ::-1]",
    ),
    *("T[::-1, [0, 2], ::-2]", "T[:, [0, 2], [1, 1]]", "T[1, ..., [0, 0]]", "T[[0, 1], :, [0, 0]]", "T[..., None, 0]"),
    *(
        "T[[True, False], :, [1]]",
        "T[:, [[0], [2]], [1, 3]]",
        "S[np.eye(3, dtype=bool)]",
        "T[np.ones((2, 3), dtype=bool)]",
    ),
    *(
        "v[v > 0]",
        "v[~(v > 0)]",
        "M[M > 0]",
        "M[:, M[0] > 0]",
        "M[(M > 0) & (N > 0)]",
        "v[v > 9]",
        "M[np.any(M > 1, axis=1)]",
    ),
    *(
        "np.argsort(M, axis=None)",
        "v[np.argsort(v)]",
        "M[np.argmax(M, axis=0), [0, 1, 2]]",
        "w[np.argmax(v)]",
        "T[np.argmax(T, axis=0)[0, 0]]",
    ),
    *("v[np.array(2)]", "v[np.int64(1)]", "v[True]", "list(v)", "[row for row in M]", "len(v)", "list(reversed(v))"),
    *("w[v > 0]", "M[np.array([1, 0])][:, ::-1]", "v[np.where(v > 0)[0]]", "S[np.tril_indices(3)]", "v[-3:-1]"),
]
