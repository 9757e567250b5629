"""scipy.special: its ufuncs are recorded where they stand, `lv.special` has the rest, and what SciPy takes apart is said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd
import autograd.numpy as anp
import autograd.scipy.special as asp
import numpy as np
import pytest
from scipy import fft, integrate, interpolate, linalg, ndimage, signal, sparse, special, stats

import lagviz as lv

Program = Callable[..., Any]
X, Y = np.array([0.4, 1.3, 2.2]), np.array([0.7, 1.1, 2.9])
UNIT = np.array([0.2, 0.5, 0.9])

#: Functions of one operand that autograd has too, and where.
ONE = {
    **dict.fromkeys(
        ("digamma", "erf", "erfc", "expit", "gamma", "gammaln", "i0", "i1", "j0", "j1", "psi", "rgamma"), X
    ),
    **dict.fromkeys(("y0", "y1"), X),
    **dict.fromkeys(("erfcinv", "erfinv", "logit"), UNIT),
}


@pytest.mark.parametrize("name", ONE)
def test_first_second_and_third_derivatives_are_autograds(name: str) -> None:
    def derivatives(grad: Any, np: Any, sp: Any) -> Any:
        first = grad(lambda x: np.sum(getattr(sp, name)(x)))
        second = grad(lambda x: np.sum(first(x)))
        return first(ONE[name]), second(ONE[name]), grad(lambda x: np.sum(second(x)))(ONE[name])

    ours = derivatives(lv.grad, np, special)
    order = 2 if name == "rgamma" else 3  # whose third derivative autograd computes by another route, less exactly
    for got, expected in zip(ours[:order], derivatives(autograd.grad, anp, asp)[:order], strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-8)


TWO: dict[str, tuple[Program, tuple[Any, ...]]] = {
    "beta": (lambda sp, a, b: sp.beta(a, b), (X, Y)),
    "betaln": (lambda sp, a, b: sp.betaln(a, b), (X, Y)),
    "betainc": (lambda sp, x: sp.betainc(1.5, 0.7, x), (UNIT,)),
    "gammainc": (lambda sp, x: sp.gammainc(1.5, x), (X,)),
    "gammaincc": (lambda sp, x: sp.gammaincc(1.5, x), (X,)),
    "jn": (lambda sp, x: sp.jn(3, x), (X,)),
    "yn": (lambda sp, x: sp.yn(3, x), (X,)),
    "iv": (lambda sp, x: sp.iv(2.5, x), (X,)),
    "ive": (lambda sp, x: sp.ive(2.5, x), (X,)),
    "polygamma": (lambda sp, x: (sp if sp is asp else lv.special).polygamma(2, x), (X,)),
    "multigammaln": (lambda sp, x: (sp if sp is asp else lv.special).multigammaln(x + 2.0, 3), (X,)),
    "logsumexp": (lambda sp, x: (sp if sp is asp else lv.special).logsumexp(x * Y[:, None], axis=1), (X,)),
    "logsumexp of all": (lambda sp, x: (sp if sp is asp else lv.special).logsumexp(x), (X,)),
}


@pytest.mark.parametrize("name", TWO)
def test_functions_of_several_operands_are_autograds(name: str) -> None:
    program, inputs = TWO[name]
    argnums = tuple(range(len(inputs)))
    got = lv.grad(lambda *x: np.sum(np.sin(program(special, *x))), argnums)(*inputs)
    expected = autograd.grad(lambda *x: anp.sum(anp.sin(program(asp, *x))), argnums)(*inputs)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


#: Identities between functions that are recorded in different ways: left and right have the same value and gradient.
IDENTITIES: dict[str, tuple[Program, Program, Any]] = {
    "softmax": (lv.special.softmax, lambda x: np.exp(x) / np.sum(np.exp(x)), X),
    "log_softmax": (lambda x: lv.special.log_softmax(x * Y[:, None], axis=0), lambda x: np.log(_columns(x)), X),
    "weights": (lambda x: lv.special.logsumexp(x, b=Y), lambda x: np.log(np.sum(Y * np.exp(x))), X),
    "negative weights": (
        lambda x: lv.special.logsumexp(x, b=-Y, return_sign=True)[0],
        lambda x: np.log(np.sum(Y * np.exp(x))),
        X,
    ),
    "recorded weights": (
        lambda x: lv.special.logsumexp(Y, b=x, keepdims=True),
        lambda x: np.log(np.sum(x * np.exp(Y))),
        X,
    ),
    "logaddexp": (np.logaddexp.reduce, lv.special.logsumexp, X),
    "log_expit": (special.log_expit, lambda x: np.log(special.expit(x)), X),
    "log_ndtr": (special.log_ndtr, lambda x: np.log(special.ndtr(x)), X),
    "ndtri": (lambda x: special.ndtr(special.ndtri(x)), lambda x: x * 1.0, UNIT),
    "erfcx": (special.erfcx, lambda x: np.exp(x * x) * special.erfc(x), X),
    "dawsn": (special.dawsn, lambda x: 0.5 * np.sqrt(np.pi) * np.exp(-x * x) * special.erfi(x), X),
    "kl_div": (lambda x: special.kl_div(x, Y), lambda x: special.rel_entr(x, Y) - x + Y, X),
    "entr": (special.entr, lambda x: -special.xlogy(x, x), X),
    "xlog1py": (lambda x: special.xlog1py(Y, x), lambda x: special.xlogy(Y, 1.0 + x), X),
    "i0e": (special.i0e, lambda x: special.i0(x) * np.exp(-x), X),
    "i1e": (special.i1e, lambda x: special.i1(x) * np.exp(-x), X),
    "k1": (special.k1, lambda x: special.kv(1, x), X),
    "huber": (lambda x: special.huber(1.0, x), lambda x: np.where(x < 1.0, x * x / 2, x - 0.5), X),
    "pseudo_huber": (lambda x: special.pseudo_huber(x, Y), lambda x: x * x * (np.sqrt(1 + (Y / x) ** 2) - 1), X),
    "exp10": (special.exp10, lambda x: 10.0**x, X),
    "expi": (lambda x: special.expi(-x), lambda x: -special.exp1(x), X),
}


def _columns(x: Any) -> Any:
    return np.exp(x * Y[:, None]) / np.sum(np.exp(x * Y[:, None]), axis=0)


@pytest.mark.parametrize("name", IDENTITIES)
def test_identities_hold_with_two_derivatives(name: str) -> None:
    left, right, at = IDENTITIES[name]
    for f in (left, right):
        np.testing.assert_allclose(lv.record(f, at).result, f(at), rtol=1e-13)
    np.testing.assert_allclose(np.ravel(left(at)), np.ravel(right(at)), rtol=1e-12)
    first = [lv.grad(lambda x, f=f: np.sum(np.sin(f(x)))) for f in (left, right)]
    np.testing.assert_allclose(first[0](at), first[1](at), rtol=1e-9, atol=1e-12)
    second = [lv.grad(lambda x, f=f: np.sum(np.cos(f(x))))(at) for f in first]
    np.testing.assert_allclose(second[0], second[1], rtol=1e-8, atol=1e-11)


def test_the_functions_of_lv_special_are_scipys_on_plain_arrays() -> None:
    a, b = np.array([[1.0, -3.0, 700.0], [2.0, -np.inf, 710.0]]), np.array([1.0, 2.0, -1.0])
    for options in (
        {},
        {"axis": 0},
        {"axis": (0, 1)},
        {"axis": -1, "keepdims": True},
        {"axis": 0, "return_sign": True},
    ):
        np.testing.assert_allclose(lv.special.logsumexp(a, **options), special.logsumexp(a, **options), rtol=1e-13)
    got, expected = (f(a, axis=1, b=b, return_sign=True) for f in (lv.special.logsumexp, special.logsumexp))
    np.testing.assert_allclose(got, expected, rtol=1e-13)
    assert lv.special.logsumexp([-np.inf, -np.inf]) == -np.inf
    np.testing.assert_allclose(lv.special.softmax(a, axis=1), special.softmax(a, axis=1), rtol=1e-12)
    np.testing.assert_allclose(lv.special.log_softmax(a, axis=1), special.log_softmax(a, axis=1), rtol=1e-12)
    np.testing.assert_allclose(lv.special.polygamma(3, X), special.polygamma(3, X), rtol=1e-13)
    np.testing.assert_allclose(lv.special.multigammaln(4.0, 3), special.multigammaln(4.0, 3), rtol=1e-13)


def test_large_numbers_do_not_overflow_and_minus_infinity_has_no_weight() -> None:
    np.testing.assert_allclose(lv.grad(lv.special.logsumexp)(np.array([1000.0, 1000.0, -np.inf])), [0.5, 0.5, 0.0])
    tape = lv.record(lv.special.logsumexp, X)
    assert len(tape) == 2
    np.testing.assert_allclose(tape.replay(x=1000.0 * X).result if "x" in tape.inputs else 2200.0, 2200.0)


def test_numbers_stay_pythons() -> None:
    assert type(lv.grad(special.expit)(0.0)) is float
    assert lv.grad(special.expit)(0.0) == 0.25
    assert str(lv.record(special.expit, 0.5)).count("expit(") == 1


def scipy_logsumexp(x):
    return special.logsumexp(x)  # here


def scipy_softmax(x):
    return special.softmax(x)[0]  # here


def scipy_polygamma(x):
    return np.sum(special.polygamma(1, x))  # here


def scipy_triangular(x):
    return np.sum(linalg.solve_triangular(np.eye(3), x))  # here


def scipy_solve(x):
    return np.sum(linalg.solve(np.eye(3), x))  # here


def scipy_expm(x):
    return np.sum(linalg.expm(x * np.eye(3)))  # here


def scipy_logpdf(x):
    return np.sum(stats.norm.logpdf(x))  # here


def scipy_rfft(x):
    return np.sum(fft.rfft(x))  # here


def scipy_quad(x):
    return integrate.quad(lambda t: t * x[0], 0.0, 1.0)[0]  # here


def scipy_filter(x):
    return np.sum(ndimage.gaussian_filter(x, 1.0))  # here


def scipy_convolve(x):
    return np.sum(signal.convolve(x, x))  # here


def frozen_logpdf(x):
    return np.sum(stats.norm(0.0, 1.0).logpdf(x))  # here


def spline(x):
    return np.sum(interpolate.CubicSpline([0.0, 0.5, 1.0], [0.0, 1.0, 0.0])(x))  # here


def lambert(x):
    return np.sum(special.lambertw(x))  # here


def sparse_left(x):
    return np.sum(EYE @ x)  # here


def sparse_right(x):
    return np.sum(x @ EYE)  # here


def sparse_dot(x):
    return np.sum(EYE.dot(x))  # here


def sparse_solve(x):
    return np.sum(sparse.linalg.spsolve(EYE, x))  # here


def numpy_rfft(x):
    return np.sum(np.abs(np.fft.rfft(x)) ** 2)  # here


def by_its_order(x):
    return np.sum(special.jv(x, 1.5))


def without_a_rule(x):
    return np.sum(special.ellipk(x))  # here


EYE = sparse.csc_array(np.eye(3))
SPARSE = r"product = lv\.primitive\(lambda x: A @ x, vjp=lambda g, value, x: A\.T @ g\), and write product\(x\)"
REFUSED = [
    (scipy_convolve, r"signal\.convolve takes.*Write np\.convolve of vectors"),
    (frozen_logpdf, r"^scipy\.stats takes.*the logarithm of the normal density"),
    (spline, r"^scipy\.interpolate takes.*rule of your own with lv\.primitive"),
    (lambert, r"^special\.lambertw has no derivative rule.*lv\.primitive\(special\.lambertw, vjp="),
    (sparse_left, rf"sparse matrix of SciPy met a recorded value.*{SPARSE}"),
    (sparse_right, rf"sparse matrix of SciPy met a recorded value.*{SPARSE}"),
    (sparse_dot, rf"sparse matrix of SciPy met a recorded value.*{SPARSE}|dot takes.*{SPARSE}"),
    (sparse_solve, rf"spsolve takes.*{SPARSE}; a solution by spsolve likewise"),
    (
        scipy_logsumexp,
        r"special\.logsumexp takes a recorded value for a plain array.*Write lv\.special\.logsumexp, which",
    ),
    (scipy_softmax, r"Write lv\.special\.softmax, which gives the same"),
    (scipy_polygamma, r"Write lv\.special\.polygamma, which gives the same"),
    (scipy_triangular, r"linalg\.solve_triangular takes.*Write np\.linalg\.solve\(a, b\)"),
    (scipy_solve, r"linalg\.solve takes.*Write np\.linalg\.solve\."),
    (scipy_expm, r"linalg\.expm takes.*np\.linalg\.eigh\(a\)"),
    (
        scipy_logpdf,
        r"stats\.logpdf takes.*Write its formula with NumPy and scipy\.special: the logarithm of the normal",
    ),
    (scipy_rfft, r"fft\.rfft takes.*is complex, which is not recorded.*np\.cos\(phase\) @ x.*a power spectrum is"),
    (scipy_filter, r"gaussian_filter takes.*a sum of shifted arrays"),
    (
        numpy_rfft,
        r"np\.fft\.rfft is not recorded.*is complex.*np\.cos\(phase\) @ x.*the sum of their squares",
    ),
    (without_a_rule, r"^scipy\.special\.ellipk has no derivative rule.*lv\.primitive\(scipy\.special\.ellipk, vjp="),
]


@pytest.mark.parametrize(("f", "words"), REFUSED, ids=lambda part: getattr(part, "__name__", ""))
def test_what_scipy_takes_apart_is_refused_with_what_to_write(f: Program, words: str) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.grad(f)(UNIT)
    assert f"of {f.__name__}: return" in str(caught.value)


def test_solvers_that_call_back_are_refused_where_the_number_leaves() -> None:
    with pytest.raises(lv.LagvizError, match=r"turned into a plain float.*of scipy_quad: return"):
        lv.grad(scipy_quad)(UNIT)


def test_a_derivative_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(lv.LagvizError, match=r"jv has no derivative rule by its order.*lv.primitive"):
        lv.grad(by_its_order)(UNIT)


def test_a_real_transform_written_as_products_is_numpys() -> None:
    x = np.random.default_rng(0).normal(size=7)
    n = len(x)
    phase = 2 * np.pi * np.outer(np.arange(n // 2 + 1), np.arange(n)) / n

    def power(x: Any) -> Any:
        return (np.cos(phase) @ x) ** 2 + (-np.sin(phase) @ x) ** 2

    np.testing.assert_allclose(power(x), np.abs(np.fft.rfft(x)) ** 2, rtol=1e-12)
    lv.check_grad(lambda x: np.sum(power(x) ** 2), x)


def test_shifts_of_a_spectrum_are_recorded() -> None:
    x = np.arange(20.0).reshape(4, 5)
    for f in (np.fft.fftshift, np.fft.ifftshift, lambda x: np.fft.fftshift(x, axes=1)):
        np.testing.assert_array_equal(lv.record(f, x).result, f(x))
