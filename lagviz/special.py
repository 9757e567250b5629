"""What of `scipy.special` is no ufunc, so that it cannot be recorded where it stands: the same names, and the same numbers.

SciPy's ufuncs (`expit`, `erf`, `gammaln`, …) are recorded as they are. The functions here take their arguments apart as plain
arrays before anybody is asked; these do not.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from lagviz.engine.arrays import array
from lagviz.engine.recorded import record_operation, settled
from lagviz.engine.rules import plain
from lagviz.engine.rules.special import LOGSUMEXP

__all__ = ["log_softmax", "logsumexp", "multigammaln", "polygamma", "softmax"]

Axis = int | tuple[int, ...] | None


def logsumexp(a: Any, axis: Axis = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """``log(sum(b * exp(a)))`` without overflow, as `scipy.special.logsumexp`; one equation without ``b``.

    Parameters
    ----------
    a : number or array_like
    axis : int or tuple of int, optional
        Summed over; all of them by default.
    b : number or array_like, optional
        Weights, which broadcast against ``a``; also negative ones.
    keepdims : bool
        Whether the axes summed over stay, with length 1.
    return_sign : bool
        Whether to return the sign of the sum too; without it, a negative sum is NaN.

    Returns
    -------
    number or ndarray, or a pair of them

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.grad(lv.special.logsumexp)(np.array([0.0, 0.0, np.log(2.0)]))
    array([0.25, 0.25, 0.5 ])
    """
    a = array(a)
    options: dict[str, Any] = {} if axis is None else {"axis": settled(axis)}
    if b is None:
        result = record_operation(LOGSUMEXP, (a,), {**options, **({"keepdims": True} if keepdims else {})})
        return (result, np.ones(np.shape(result))[()]) if return_sign else result
    a = a + np.zeros(np.shape(plain(b)))
    whole = record_operation(LOGSUMEXP, (a,), {**options, "keepdims": True})
    total = np.sum(array(b) * np.exp(a - whole), axis=axis, keepdims=keepdims)
    whole = whole if keepdims else np.squeeze(whole, axis=axis)
    return (np.log(np.abs(total)) + whole, np.sign(total)) if return_sign else np.log(total) + whole


def log_softmax(x: Any, axis: Axis = None) -> Any:
    """``x - logsumexp(x)``, as `scipy.special.log_softmax`.

    Parameters
    ----------
    x : number or array_like
    axis : int or tuple of int, optional
        What sums to 1 together; the whole array by default.

    Returns
    -------
    number or ndarray
        Of the shape of ``x``.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.grad(lambda x: lv.special.log_softmax(x)[0])(np.zeros(4))
    array([ 0.75, -0.25, -0.25, -0.25])
    """
    x = array(x)
    return x - logsumexp(x, axis=axis, keepdims=True)


def softmax(x: Any, axis: Axis = None) -> Any:
    """``exp(x) / sum(exp(x))`` without overflow, as `scipy.special.softmax`.

    Parameters
    ----------
    x : number or array_like
    axis : int or tuple of int, optional
        What sums to 1 together; the whole array by default.

    Returns
    -------
    number or ndarray
        Of the shape of ``x``.

    Examples
    --------
    >>> import numpy as np, lagviz as lv
    >>> lv.grad(lambda x: lv.special.softmax(x)[0])(np.zeros(2))
    array([ 0.25, -0.25])
    """
    return np.exp(log_softmax(x, axis=axis))


def polygamma(n: int, x: Any) -> Any:
    """The n-th derivative of `digamma`, as `scipy.special.polygamma`.

    Parameters
    ----------
    n : int
        Not negative.
    x : number or array_like

    Returns
    -------
    number or ndarray
        ``(−1)ⁿ⁺¹ n! ζ(n + 1, x)``, NIST DLMF 5.15.

    Examples
    --------
    >>> import lagviz as lv
    >>> lv.grad(lambda x: lv.special.polygamma(0, x))(1.0)
    1.6449340668
    """
    from scipy import special  # noqa: PLC0415 - it takes 50 ms, which only its users should wait for

    x, n = array(x), settled(n)
    if n == 0:
        return special.digamma(x)
    return (-1.0) ** (n + 1) * float(special.gamma(n + 1.0)) * special.zeta(n + 1.0, x)


def multigammaln(a: Any, d: int) -> Any:
    """The logarithm of the multivariate gamma function of dimension d, as `scipy.special.multigammaln`.

    Parameters
    ----------
    a : number or array_like
        Larger than (d − 1) / 2.
    d : int
        The dimension.

    Returns
    -------
    number or ndarray

    Examples
    --------
    >>> import lagviz as lv
    >>> lv.grad(lambda a: lv.special.multigammaln(a, 2))(2.0)
    0.4592
    """
    from scipy import special  # noqa: PLC0415

    a = array(a)
    terms = [special.gammaln(a - 0.5 * j) for j in range(settled(d))]
    return sum(terms[1:], terms[0]) + 0.25 * d * (d - 1) * np.log(np.pi)
