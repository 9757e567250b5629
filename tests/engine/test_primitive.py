"""`primitive`: a reader's own rule stands on the tape like any other, nests, and is held to its conventions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import sparse, special

import lagviz as lv
from lagviz.errors import InPlaceError, InputError, RuleError

RNG = np.random.default_rng(4)
A, B = RNG.normal(size=(3, 2)), RNG.normal(size=(2,))


def affine(x: Any, y: Any) -> Any:
    """Plain NumPy that refuses recorded values, as a function in C would."""
    assert type(x) is type(y) is np.ndarray
    return np.sin(x) @ y


def affine_vjp(g: Any, _value: Any, x: Any, y: Any) -> tuple[Any, Any]:
    assert np.shape(g) == np.shape(x)[:1]
    return np.outer(g, y) * np.cos(x), g @ np.sin(x)


def affine_jvp(tangents: Any, _value: Any, x: Any, y: Any) -> Any:
    dx, dy = tangents
    return (np.cos(x) * dx) @ y + np.sin(x) @ dy


RULES = {
    "vjp": lv.primitive(affine, vjp=affine_vjp),
    "jvp": lv.primitive(affine, jvp=affine_jvp),
    "both": lv.primitive(affine, vjp=affine_vjp, jvp=affine_jvp),
}


def written_out(x: Any, y: Any) -> Any:
    return np.sin(x) @ y


@pytest.fixture(params=list(RULES))
def product(request: pytest.FixtureRequest) -> Any:
    return RULES[request.param]


def test_the_gradient_is_that_of_the_function_written_out(product: Any) -> None:
    got = lv.grad(lambda x, y: np.sum(product(x, y) ** 3), argnums=(0, 1))(A, B)
    expected = lv.grad(lambda x, y: np.sum(written_out(x, y) ** 3), argnums=(0, 1))(A, B)
    for one, other in zip(got, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-13)


def test_rules_written_in_numpy_are_recorded_in_their_turn(product: Any) -> None:
    def curvature(f: Any) -> Any:
        return lv.grad(lambda x: np.sum(lv.grad(lambda x, y: np.sum(f(x, y) ** 3))(x, B) ** 2))(A)

    np.testing.assert_allclose(curvature(product), curvature(written_out), rtol=1e-12)


def test_reverse_forward_and_entries_are_one_block(product: Any) -> None:
    tape = lv.record(product, A, B)
    node = tape.recorded[tape.output.index]
    assert len(tape) == 3
    z, operands = node.value, (A, B)
    for k, shape in enumerate(((3, 2), (2,))):
        for lead in ((), (4,), (2, 3), (0,)):
            g, t = RNG.normal(size=(*lead, 3)), RNG.normal(size=lead + shape)
            back = node.rule.reverse(k, g, z, operands, {})
            along = node.rule.forward(k, t, z, operands, {})
            assert back.shape == t.shape
            assert along.shape == g.shape
            axes = tuple(range(-len(shape), 0))
            np.testing.assert_allclose((g * along).sum(axis=-1), (back * t).sum(axis=axes), rtol=1e-12)
        block = np.zeros((3, A.size if k == 0 else B.size))
        np.add.at(block, node.rule.entries(k, z, operands, {})[:2], node.rule.entries(k, z, operands, {})[2])
        units = np.eye(block.shape[1]).reshape(-1, *shape)
        np.testing.assert_allclose(block.T, node.rule.forward(k, units, z, operands, {}), rtol=1e-12)


def test_its_multiplier_is_a_price_like_any_other() -> None:
    tape = lv.record(lambda x, y: np.sum(np.tanh(RULES["vjp"](x, y))), A, B)
    solution = tape.adjoint_system().solve()
    for index in range(len(tape)):
        size = np.size(solution.multipliers[index])
        for at in range(size):
            step = np.zeros(size)
            step[at] = 1e-6
            step = step.reshape(np.shape(solution.multipliers[index]))
            up, down = (tape.replay(perturb={index: sign * step}).result for sign in (1, -1))
            assert np.ravel(solution.multipliers[index])[at] == pytest.approx((up - down) / 2e-6, rel=1e-6)


def test_one_sweep_asks_a_vjp_once_for_all_operands() -> None:
    calls = []

    def counted(g: Any, z: Any, x: Any, y: Any) -> Any:
        calls.append(g)
        return affine_vjp(g, z, x, y)

    lv.grad(lambda x, y: np.sum(lv.primitive(affine, vjp=counted)(x, y)), argnums=(0, 1))(A, B)
    assert len(calls) == 1


def test_check_grad_holds_a_rule_to_differences(product: Any) -> None:
    lv.check_grad(lambda x, y: np.sum(np.tanh(product(x, y))), A, B)
    wrong = lv.primitive(affine, vjp=lambda g, z, x, y: (affine_vjp(g, z, x, y)[0], 2 * affine_vjp(g, z, x, y)[1]))
    with pytest.raises(lv.LagvizError, match=r"at y\[0\].*of your own \(lv.primitive\)"):
        lv.check_grad(lambda x, y: np.sum(wrong(x, y)), A, B)


def test_jacobians_and_hessians_go_through_a_rule_of_ones_own(product: Any) -> None:
    np.testing.assert_allclose(lv.jacobian(product)(A, B), lv.jacobian(written_out)(A, B), rtol=1e-12)
    got = lv.hessian(lambda x: np.sum(product(x, B) ** 3))(A)
    np.testing.assert_allclose(got, lv.hessian(lambda x: np.sum(written_out(x, B) ** 3))(A), rtol=1e-11, atol=1e-13)
    _, tangent = lv.jvp(lambda x: product(x, B), (A,), (np.ones_like(A),))
    np.testing.assert_allclose(tangent, np.cos(A) @ B, rtol=1e-12)


def test_numbers_stay_numbers_and_latex_is_the_readers() -> None:
    cube = lv.primitive(lambda x: x**3, vjp=lambda g, _z, x: 3 * x**2 * g, latex=r"{$x}^{\text{three}}")
    tape = lv.record(cube, 2.0)
    assert tape.result == 8.0
    assert tape.output.latex.endswith(r"^{\text{three}}")
    assert lv.grad(lv.grad(lv.grad(cube)))(2.0) == 6.0
    assert type(cube(2.0)) is float


@lv.primitive(vjp=lambda g, _z, x, weights, *, power: (g * power * x ** (power - 1) * weights, None))
def weighted(x, weights, *, power):
    return x**power * weights


def test_settings_and_operands_without_a_gradient() -> None:
    f = lambda x: np.sum(weighted(x, [1, 2, 3], power=3))  # noqa: E731 - a program
    np.testing.assert_allclose(lv.grad(f)(np.ones(3)), [3.0, 6.0, 9.0])
    x, w = lv.grad(lambda x, w: np.sum(weighted(x, w, power=2)), argnums=(0, 1))(np.ones(3), np.ones(3))
    np.testing.assert_array_equal(x, [2.0, 2.0, 2.0])
    np.testing.assert_array_equal(w, np.zeros(3))
    tape = lv.record(f, np.ones(3))
    np.testing.assert_array_equal(tape.replay(x=2 * np.ones(3)).result, 48.0)
    assert weighted.__name__ == "weighted"


@lv.primitive(jvp=lambda tangents, _z, x, kind="sin": tangents[0] * {"sin": np.cos, "exp": np.exp}[kind](x))
def named(x, kind="sin"):
    return getattr(np, kind)(x)


def test_a_setting_may_follow_by_position_and_an_operand_come_by_keyword() -> None:
    assert lv.grad(named)(0.0) == 1.0
    assert lv.grad(lambda x: named(x, "exp"))(1.0) == pytest.approx(np.e)
    assert lv.grad(lambda x: named(kind="exp", x=x))(1.0) == pytest.approx(np.e)


def test_recorded_numbers_in_a_list_are_one_operand() -> None:
    norm = lv.primitive(lambda x: np.sum(x * x), vjp=lambda g, _z, x: (2 * g * x,))
    assert lv.grad(lambda x: norm([x, 2 * x, 1.0]))(3.0) == 30.0


def writes(x):
    x[0] = 0.0
    return x


def test_a_gradient_may_be_turned_or_clipped_on_its_way() -> None:
    reversed_ = lv.primitive(lambda x: x, vjp=lambda g, _z, _x: -g)
    value, gradient = lv.value_and_grad(lambda x: np.sum(reversed_(x * 2.0)))(np.ones(3))
    assert value == 6.0
    np.testing.assert_array_equal(gradient, [-2.0, -2.0, -2.0])
    result = lv.record(reversed_, np.ones(3)).result
    result[0] = 5.0  # nobody else's


def test_a_sparse_matrix_is_an_equation_in_two_products() -> None:
    matrix = sparse.random_array((4, 3), density=0.6, rng=np.random.default_rng(0)).tocsr()
    product = lv.primitive(lambda x: matrix @ x, vjp=lambda g, _z, _x: matrix.T @ g)
    gradient = lv.grad(lambda x: np.sum(product(x) ** 2))(np.ones(3))
    dense = matrix.toarray()
    np.testing.assert_allclose(gradient, 2 * dense.T @ (dense @ np.ones(3)))


def test_what_the_function_gets_cannot_be_written_into() -> None:
    with pytest.raises(InPlaceError, match=r"of writes: x\[0\] = 0.0"):
        lv.grad(lambda x: np.sum(lv.primitive(writes, vjp=lambda g, _z, _x: (g,))(x * 1.0)))(np.ones(3))


def use(**rules):
    """A primitive of two operands that is right where nothing else is said, in a program of one line."""
    f = rules.pop("f", lambda x, y: x * y)
    return lv.grad(lambda x: np.sum(lv.primitive(f, **rules)(x, np.ones(3))))


REFUSED = [
    ({"vjp": lambda g, _z, _x, _y: (g,)}, r"gave 1 adjoint for 2 operands.*None for an operand without a gradient"),
    ({"vjp": lambda g, _z, _x, _y: g}, r"gave a ndarray for 2 operands"),
    (
        {"vjp": lambda g, _z, _x, _y: (g[:2], None)},
        r"operand 0 an array of shape \(2,\), but the operand has shape \(3,\)",
    ),
    ({"vjp": lambda g, _z, _x, _y: (np.sum(g), None)}, r"of shape \(\).*shape \(3,\).*np.broadcast_to"),
    ({"vjp": lambda _g, _z, _x, _y: ("no", None)}, r"operand 0 a str.*a real number or an array"),
    ({"jvp": lambda tangents, _z, _x, _y: tangents[0][:2]}, r"jvp of .* gave the result an array of shape \(2,\)"),
    ({"f": lambda x, _y: (x, x), "jvp": len}, "returned a tuple.*a primitive for each part"),
    ({"f": lambda x, _y: x * 1j, "jvp": len}, "returned an array of complex128"),
    ({"f": lambda _x, _y: None, "jvp": len}, "returned a NoneType"),
    ({}, r"needs a rule: primitive\(f, vjp=lambda g, value, \*operands: \(one adjoint for each operand,\)\)"),
]


@pytest.mark.parametrize(("rules", "words"), REFUSED)
def test_a_rule_that_does_not_fit_is_caught_in_words(rules: dict[str, Any], words: str) -> None:
    with pytest.raises(RuleError, match=words) as caught:
        use(**rules)(np.ones(3))
    assert isinstance(caught.value, ValueError)


def test_a_recorded_setting_would_lose_its_gradient_and_is_refused() -> None:
    with pytest.raises(RuleError, match=r"power of weighted holds a recorded value.*line .*make it an argument"):
        lv.grad(lambda p: np.sum(weighted(np.ones(3), np.ones(3), power=p)))(2.0)
    with pytest.raises(RuleError, match="A setting has no gradient"):
        lv.grad(lambda p: named({"x": p}))(2.0)


def test_a_number_behind_a_setting_is_refused() -> None:
    f = lv.primitive(lambda _kind, x: x, vjp=lambda g, _z, x: (g * x,))
    with pytest.raises(RuleError, match=r"was given a str before a number.*Numbers and arrays come first"):
        lv.grad(lambda x: f("a", x))(1.0)


def test_what_is_refused_elsewhere_says_how_to_write_one() -> None:
    with pytest.raises(
        lv.LagvizError, match=r"lv\.primitive\(scipy\.special\.ellipk, vjp=lambda g, value, \*operands: \("
    ):
        lv.grad(lambda x: np.sum(special.ellipk(x)))(np.ones(3))


def test_functions_without_a_signature_take_operands_by_position() -> None:
    exp = lv.primitive(np.exp, vjp=lambda g, z, _x: (g * z,))
    assert lv.grad(exp)(0.0) == 1.0


def test_inputs_are_still_held_to_what_can_be_recorded() -> None:
    with pytest.raises(InputError, match="is text"):
        lv.grad(named)("x")
