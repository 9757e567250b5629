"""A tape of many numbers runs and is swept as arrays; what comes out is what recording it anew gives."""

from operator import attrgetter

import numpy as np
import pytest

import lagviz as lv
from lagviz.engine.compiled import _KNOWN
from lagviz.engine.rules import POWER, SQUARE, UFUNCS, Elementwise
from lagviz.errors import InputError, UnknownNameError

RNG = np.random.default_rng(0)
WEIGHTS = RNG.uniform(0.2, 0.9, size=(12, 40)).tolist()


def network(x, weights):
    """Twelve numbers, each out of forty products, and a kink."""
    hidden = [sum(w * x for w in row) for row in weights]
    return sum(np.maximum(np.tanh(h) - 0.5, 0.0) * h for h in hidden) / x


def together(terms):
    """The sum of a power of two of terms, in few levels."""
    while len(terms) > 1:
        terms = [a + b for a, b in zip(terms[::2], terms[1::2], strict=True)]
    return terms[0]


def by_name(tape, gradient):
    return dict(zip(tape.inputs, np.ravel(gradient), strict=True))


def test_new_numbers_give_what_recording_anew_gives():
    tape = lv.record(network, x=0.3, weights=WEIGHTS)
    assert tape.compiled is not None
    for x in (0.3, 0.05, -0.7):
        weights = RNG.normal(size=(12, 40)).tolist()
        value, multipliers = tape.value_and_grad(x=x, weights=weights)
        expected, (by_x, by_weights) = lv.value_and_grad(network, argnums=(0, 1))(x, weights)
        assert value == pytest.approx(expected, rel=1e-13)
        assert multipliers == pytest.approx(
            {"x": by_x, **by_name(tape.replay(), [by_x, *np.ravel(by_weights)])}, rel=1e-12
        )


def test_inputs_that_are_not_given_keep_their_values():
    tape = lv.record(network, x=0.3, weights=WEIGHTS)
    value, multipliers = tape.value_and_grad()
    solution = tape.adjoint_system().solve()
    assert value == pytest.approx(tape.result, rel=1e-14)
    assert multipliers == pytest.approx({name: solution[name] for name in tape.inputs}, rel=1e-12)


@pytest.mark.parametrize("rule", sorted(_KNOWN, key=attrgetter("name")), ids=str)
def test_every_operation_is_the_same_on_arrays(rule):
    ufuncs = {UFUNCS[ufunc]: ufunc for ufunc in UFUNCS} | {POWER: np.power, SQUARE: np.square}
    numbers = RNG.uniform(0.1, 0.9, size=256).tolist()

    def program(xs, y):
        terms = [ufuncs[rule](x) if rule.arity == 1 else ufuncs[rule](x, y) for x in xs]
        if rule.arity == 2:
            terms += [*terms, *(ufuncs[rule](x, 0.5) for x in xs), *(ufuncs[rule](0.5, x) for x in xs)]
        return together([term * 1.5 for term in terms])

    if ufuncs[rule] is np.arccosh:
        numbers = [1 + one for one in numbers]
    tape = lv.record(program, xs=numbers[::-1], y=0.4)
    assert tape.compiled is not None
    value, multipliers = tape.value_and_grad(xs=numbers, y=0.6)
    again = lv.record(program, xs=numbers, y=0.6)
    solution = again.adjoint_system().solve()
    assert value == pytest.approx(again.result, rel=1e-13)
    assert multipliers == pytest.approx({name: solution[name] for name in again.inputs}, rel=1e-11, abs=1e-12)


def test_a_decision_that_flips_is_recorded_anew():
    def kinked(xs):
        return together([x * x if x > 0 else 3.0 * x for x in xs])

    up, down = [1.0 + k for k in range(256)], [-1.0 - k for k in range(256)]
    tape = lv.record(kinked, xs=up)
    assert tape.compiled is not None
    value, multipliers = tape.value_and_grad(xs=down)
    assert value == pytest.approx(kinked(down))
    assert list(multipliers.values()) == [3.0] * 256


def test_an_infinite_partial_that_leads_nowhere_concerns_nobody():
    def with_a_blind_end(xs):
        blind = [np.sqrt(x) for x in xs]
        assert len(blind) == len(xs)
        return together([2.0 * x for x in xs])

    tape = lv.record(with_a_blind_end, xs=[1.0] * 256)
    with np.errstate(divide="raise", invalid="raise"):
        _, multipliers = tape.value_and_grad(xs=[0.0] * 256)
    assert list(multipliers.values()) == [2.0] * 256


def test_arrays_integers_and_short_programs_take_the_general_way():
    tape = lv.record(lambda x, n: np.sum(x**2) * n, x=np.arange(3.0), n=2)
    assert tape.compiled is None
    value, multipliers = tape.value_and_grad(x=np.ones(3))
    assert value == 6.0
    assert multipliers["x"].tolist() == [4.0, 4.0, 4.0]
    assert multipliers["n"] == 3.0
    assert lv.record(lambda x: x * x, x=3.0).value_and_grad(x=4.0) == (16.0, {"x": 8.0})


def test_several_results_have_a_multiplier_each():
    value, multipliers = lv.record(lambda x: {"a": x * x, "b": 3 * x}, x=3.0).value_and_grad(x=2.0)
    assert value == {"a": 4.0, "b": 6.0}
    assert multipliers["x"].tolist() == [4.0, 3.0]


def test_the_program_is_worked_out_once_for_all_replays():
    tape = lv.record(network, x=0.3, weights=WEIGHTS)
    program = tape.compiled
    assert tape.replay(x=0.1).compiled is program


def test_what_is_no_input_is_refused_by_name():
    tape = lv.record(network, x=0.3, weights=WEIGHTS)
    with pytest.raises(UnknownNameError, match="no input named 'y'"):
        tape.value_and_grad(y=1.0)
    with pytest.raises(InputError, match="complex"):
        tape.value_and_grad(x=1j)


def test_what_is_known_is_elementwise():
    assert all(isinstance(rule, Elementwise) or not rule.differentiable for rule in _KNOWN)
