"""What is refused: in which words, at which line, as which kind of exception, and without leaving anything behind."""

from __future__ import annotations

import builtins
import gc
import inspect
import math
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from scipy import special

import lagviz as lv
from lagviz import errors
from lagviz.engine import recording
from lagviz.errors import ConstantWarning

VECTOR = np.array([1.0, 2.0, 3.0])


def to_float(x):
    return float(x)  # here


def to_int(x):
    return x * int(x)  # here


def to_sine(x):
    return math.sin(x)  # here


def to_arc(x):
    return math.asin(2 * x)  # here


def to_gamma(x):
    return math.gamma(x)  # here


def to_round(x):
    return round(x)  # here


def to_floor(x):
    return math.floor(x)  # here


def to_index(x):
    return [1.0, 2.0][x]  # here


def to_array_index(x):
    return VECTOR[x]  # here


def to_range(x):
    total = x
    for _ in range(x):  # here
        total = total + x
    return total


def to_plain_array(x):
    return np.sum(np.array([x, 2 * x]))  # here


def to_element(x):
    a = np.zeros(3)
    a[0] = x  # here
    return np.sum(a)


def to_complex(x):
    return x * complex(x)  # here


def writes_element(x):
    x[0] = 1.0  # here
    return np.sum(x)


def adds_in_place(x):
    x += 1  # here
    return np.sum(x)


def adds_to_plain(x):
    a = np.zeros(3)
    a += x  # here
    return np.sum(a)


def writes_out(x):
    a = np.zeros(3)
    np.exp(x, out=a)  # here
    return np.sum(a)


def without_rule(x):
    return np.unique(x)[0]  # here


def without_rule_in_a_module(x):
    return special.ellipk(x)[0]  # here


def with_an_option(x):
    return np.sum(np.exp(x, where=x > 1))  # here


def bits(x):
    return x * (7 & 3 & np.floor(x))  # here


def times_complex(x):
    return x * 2j  # here


def times_complex_array(x):
    return np.sum(x * np.array([1j, 2, 3]))  # here


def times_objects(x):
    return np.sum(x * np.array([1, 2, 3], dtype=object))  # here


def times_matrix(x):
    return np.sum(x * np.ma.masked_array([1.0, 2.0, 3.0], [False, True, False]))  # here


def ragged(x):
    return np.sum(lv.array([[x, x], [x]]))  # here


def endless(x):
    while x < 10:
        x = x * 1.0  # here
    return x


REFUSED: list[tuple[Any, Any, type[Exception], str]] = [
    (to_float, 1.5, TypeError, "turned into a plain float.*compute with it as it is"),
    (to_int, 1.5, TypeError, "turned into a plain int.*np.floor or np.rint"),
    (to_sine, 1.5, TypeError, r"math\.sin\(x\) leaves the tape.*Use np\.sin\(x\)"),
    (to_arc, 0.1, TypeError, r"math\.asin\(2 \* x\) leaves the tape.*Use np\.arcsin\(2 \* x\)"),
    (to_gamma, 1.5, TypeError, r"math\.gamma\(x\) leaves the tape.*Write it with NumPy's functions"),
    (to_round, 1.5, TypeError, r"turned into a rounded number.*use np\.round\(x\)"),
    (to_floor, 1.5, TypeError, r"math\.floor\(x\) leaves the tape.*Use np\.floor\(x\)"),
    (to_index, 1.0, TypeError, "an index or a trip count.*a plain integer"),
    (to_array_index, 1.0, TypeError, "plain NumPy array"),
    (to_range, 2.0, TypeError, "an index or a trip count.*a plain integer"),
    (to_plain_array, 1.5, TypeError, r"plain NumPy array.*lv\.array\(\[\.\.\.\]\).*np\.stack"),
    (to_element, 1.5, TypeError, r"written into a plain array.*parts in a list.*lv\.array\(parts\)"),
    (to_complex, 1.5, TypeError, "complex numbers are not recorded"),
    (writes_element, VECTOR, TypeError, r"overwritten.*np\.where\(mask, new, old\), or np\.concatenate"),
    (adds_in_place, VECTOR, TypeError, "changed in place.*x = x \\+ y in place of x \\+= y"),
    (
        adds_to_plain,
        VECTOR,
        TypeError,
        r"plain array was to be changed.* in place.*x = x \+ y in place of x \+= y",
    ),
    (writes_out, VECTOR, TypeError, "np.exp was to write.*Leave out= away"),
    (
        without_rule,
        VECTOR,
        NotImplementedError,
        r"^np\.unique compares numbers as members of a set.*np\.unique\(labels",
    ),
    (without_rule_in_a_module, VECTOR, NotImplementedError, r"^scipy\.special\.ellipk has no derivative rule"),
    (with_an_option, VECTOR, NotImplementedError, "np.exp with where= is not recorded.*Leave the option away"),
    (bits, 5.0, NotImplementedError, "works on their bits"),
    (times_complex, 1.5, TypeError, r"met a complex.*\.real and \.imag"),
    (times_complex_array, VECTOR, TypeError, r"an array of complex128.*\.real and \.imag"),
    (times_objects, VECTOR, TypeError, "an array of object"),
    (times_matrix, VECTOR, TypeError, "a MaskedArray"),
    (ragged, 1.5, TypeError, r"different shapes, \(2,\) and \(1,\).*ragged"),
    (endless, 1.5, RuntimeError, r"stopped at 1,000 equations.*without an end.*max_nodes=1_000"),
]


@pytest.mark.parametrize(("f", "value", "kind", "words"), REFUSED, ids=lambda part: getattr(part, "__name__", ""))
def test_a_refusal_says_what_happened_at_which_line_and_what_to_write(f, value, kind, words) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.record(f, value, max_nodes=1000)
    assert isinstance(caught.value, kind)
    lines, first = inspect.getsourcelines(f)
    (number, text) = next((first + at, line) for at, line in enumerate(lines) if "# here" in line)
    assert f"line {number} of {f.__name__}: {text.strip()}" in str(caught.value)


@pytest.mark.parametrize("f", [f for f, *_ in REFUSED if f is not endless], ids=lambda f: f.__name__)
def test_grad_refuses_the_same(f) -> None:
    value = next(value for g, value, *_ in REFUSED if g is f)
    with pytest.raises(lv.LagvizError, match=f"of {f.__name__}"):
        lv.grad(f)(value)


def test_every_refusal_is_a_lagviz_error_and_a_built_in() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, lv.LagvizError)]
    for kind in kinds:
        if kind not in {lv.LagvizError, errors.RefusedError}:
            assert any(base.__name__ in vars(builtins) and base is not Exception for base in kind.__mro__[2:-3]), kind


# --- arguments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1 + 2j, r"x is complex \(\(1\+2j\)\).*\.real and \.imag"),
        ("abc", r"x is text \('abc'\).*functools\.partial\(f, x='abc'\)"),
        (b"abc", "x is text"),
        (np.array([1j]), "x is an array of complex numbers"),
        (np.array([1, None], dtype=object), "x is an array of Python objects"),
        (np.array(["a"]), "x is an array of <U1"),
        (np.datetime64("2020-01-01"), "x is an array of datetime64"),
        ({1, 2}, "x is of type set.*dicts, lists and tuples"),
        (np.ma.masked_array([1.0, 2.0], [False, True]), "x is a MaskedArray"),
        ([1.0, {"b": "c"}], r"x\[1\]\['b'\] is text"),
    ],
)
def test_an_argument_that_cannot_be_recorded_is_refused_by_name(value, words) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.record(lambda x: x, x=value)
    assert isinstance(caught.value, TypeError)


def test_a_misspelt_option_is_a_type_error_that_lists_the_options() -> None:
    with pytest.raises(
        TypeError, match=r"max_node= is neither an argument of f\(x\) nor an option.*max_nodes, parameters"
    ):
        lv.record(named_f, 1.0, max_node=3)


def named_f(x):
    return 2 * x


named_f.__name__ = "f"


def test_a_call_that_does_not_fit_is_refused_in_the_functions_own_words() -> None:
    with pytest.raises(lv.LagvizError, match=r"f\(x\) cannot be called like this: too many positional arguments"):
        lv.record(named_f, 1.0, 2.0)


def test_a_parameter_that_is_no_input_is_named() -> None:
    with pytest.raises(lv.LagvizError, match=r"parameters= names 'w', which is no input. Inputs are: x\."):
        lv.record(named_f, 1.0, parameters=["w"])


@pytest.mark.parametrize("argument", [np.arange(3), np.array([True, False])])
def test_a_gradient_by_integers_does_not_exist(argument) -> None:
    with pytest.raises(
        lv.LagvizError, match=r"argument 0 is an array of (int|bool)\d*: there is no gradient by .*x\.astype\(float\)"
    ):
        lv.grad(np.sum)(argument)


def test_an_argument_that_was_not_passed_is_counted() -> None:
    with pytest.raises(lv.LagvizError, match=r"argnums asks for argument 2, but f was called with 1 positional"):
        lv.grad(named_f, argnums=2)(1.0)


# --- results --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("returned", "words"),
    [
        (None, "returned nothing"),
        ("text", "returned 'text', of type str"),
        ([], "returned nothing"),
        (object, "of type type"),
    ],
)
def test_record_refuses_what_is_no_number(returned, words) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.record(lambda _x: returned, 1.0)
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("run", [lambda f: lv.record(f, 1.0), lambda f: lv.grad(f)(1.0), lambda f: lv.vjp(f, 1.0)])
def test_a_function_that_has_only_been_prepared_is_refused(run) -> None:
    def steps(x):
        yield 2 * x

    async def later(x):
        return 2 * x

    async def stream(x):
        yield 2 * x

    for f, words in (
        (steps, "steps is a generator"),
        (stream, "stream is a generator"),
        (later, "later is asynchronous"),
    ):
        with pytest.raises(lv.LagvizError, match=f"{words}: it computes nothing before") as caught:
            run(f)
        assert isinstance(caught.value, TypeError)


class Frame:
    """As a table of pandas: it can be made an array, and is none."""

    def __array__(self, dtype=None, copy=None):
        return np.ones((2, 2), dtype)


def test_a_table_is_refused_and_a_column_is_an_array() -> None:
    class Series(Frame):
        dtype = np.dtype(float)

    with pytest.raises(
        lv.LagvizError, match=r"table is of type Frame.*Pass its numbers: np\.asarray\(table, dtype=float\)"
    ):
        lv.record(lambda table: table, table=Frame())
    np.testing.assert_array_equal(lv.grad(lambda x: np.sum(x * x))(Series()), 2 * np.ones((2, 2)))


@pytest.mark.parametrize(
    ("f", "words"),
    [
        (lambda _: None, "returned nothing. Return the number"),
        (lambda x: x * VECTOR, r"an array of shape \(3,\); a gradient belongs to one number.*np\.sum or np\.mean"),
        (lambda x: (x, x), "returned a tuple"),
        (lambda x: x > 0, r"returned a decision \(True\)"),
        (lambda _: "text", "returned a str, not a number"),
        (lambda _: VECTOR, r"array of shape \(3,\) that reads no input"),
    ],
)
def test_grad_refuses_what_is_no_single_number(f, words) -> None:
    with pytest.raises(lv.LagvizError, match=words) as caught:
        lv.grad(f)(1.0)
    assert isinstance(caught.value, TypeError)


def test_a_constant_has_gradient_zero_and_a_warning() -> None:
    def constant(_):
        return 3.0

    with pytest.warns(ConstantWarning, match="The result of constant reads none of the arguments") as caught:
        assert lv.grad(constant)(1.0) == 0.0
    assert caught[0].filename == __file__
    with pytest.warns(ConstantWarning):
        np.testing.assert_array_equal(lv.grad(constant)(VECTOR), np.zeros(3))


def test_a_result_without_a_multiplier_cannot_be_asked_about() -> None:
    tape = lv.record(lambda x: x > 0, 1.0)
    with pytest.raises(lv.LagvizError, match="is a decision or an integer, so it has no gradient") as caught:
        tape.adjoint_system()
    assert isinstance(caught.value, TypeError)


# --- names ----------------------------------------------------------------------------------------------------------------


def test_a_name_that_is_not_there_is_answered_with_those_that_are() -> None:
    tape = lv.record(lambda weight: weight * weight, weight=2.0)
    for ask in (lambda: tape["weigth"], lambda: tape.adjoint_system("weigth")):
        with pytest.raises(KeyError, match=r"No equation is named 'weigth'. There are: weight") as caught:
            ask()
        assert isinstance(caught.value, lv.LagvizError)
        assert not str(caught.value).startswith(("'", '"'))
    with pytest.raises(KeyError, match=r"There is no method 'gauss'. There are: back_substitution"):
        tape.adjoint_system().solve("gauss")
    with pytest.raises(KeyError, match=r"has no input named 'w'. Its inputs are: weight"):
        tape.replay(w=1.0)
    with pytest.raises(IndexError, match=r"There is no equation 9: the tape has 2"):
        tape[9]


# --- values of other recordings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        *(lambda x: x * 2, lambda x: x + 2.0, lambda x: x > 0, bool, np.tanh, lambda x: -x, lambda x: 1 / x),
        *(float, int, round, math.sin, np.asarray, lambda x: np.array([x, x]), lambda x: x.item()),
    ],
)
def test_a_value_used_after_its_recording_ended_is_refused(use) -> None:
    kept = []

    def f(x):
        kept.append(x * 3)
        return x

    lv.record(f, 1.0)
    with pytest.raises(lv.LagvizError, match=r"used after its recording had ended.*Return what you need") as caught:
        use(kept[0])
    assert isinstance(caught.value, ValueError)


def test_values_of_two_siblings_do_not_mix() -> None:
    def f(x):
        kept = []

        def first(y):
            kept.append(y)
            return y * y

        lv.grad(first)(x)
        return lv.grad(lambda z: z * kept[0])(x)

    with pytest.raises(lv.LagvizError, match="two recordings that know nothing of each other") as caught:
        lv.record(f, 1.0)
    assert isinstance(caught.value, ValueError)


# --- nothing is left behind -------------------------------------------------------------------------------------------------


class MineError(Exception):
    """The reader's own."""


def raises(x, constant):
    y = x * constant
    if np.sum(y) != 0:
        raise MineError
    return y


@pytest.mark.parametrize("run", [lv.record, lv.grad(raises)], ids=["record", "grad"])
def test_an_exception_in_the_readers_function_passes_and_leaves_nothing_behind(run) -> None:
    constant = np.array([1.0, 2.0])
    view = constant[:1]
    x = np.array([1.0, 2.0])
    arguments = (raises, x, constant) if run is lv.record else (x, constant)
    assert gc.isenabled()
    with pytest.raises(MineError):
        run(*arguments)
    assert gc.isenabled()
    assert constant.flags.writeable
    assert view.flags.writeable
    assert x.flags.writeable
    assert recording.running.get() is None


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        lv.record(lambda x: x, 1.0)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_the_nodes_of_a_failed_recording_are_freed_without_the_collector() -> None:
    class Watched(np.ndarray):
        pass

    constant = np.ones(3).view(Watched)
    watch = weakref.ref(constant)
    gc.disable()
    try:
        with pytest.raises(MineError):
            lv.record(raises, 1.0, constant)
        del constant
        assert watch() is None
    finally:
        gc.enable()


def test_recordings_in_many_threads_do_not_see_each_other() -> None:
    shared = np.linspace(1.0, 2.0, 5)
    shown = shared[::2]
    together = threading.Barrier(8)

    def work(seed: int) -> float:
        def f(x):
            together.wait()
            for _ in range(20):
                x = np.tanh(x * shared[0]) + np.sum(x * shown) / 10
            if seed % 3 == 0:
                raise MineError
            return x

        try:
            return float(lv.grad(f)(0.1 * seed))
        except MineError:
            return math.nan

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(work, range(8)))
    together = threading.Barrier(1)
    alone = [work(seed) for seed in range(8)]
    np.testing.assert_array_equal(found, alone)
    assert gc.isenabled()
    assert shared.flags.writeable
    assert shown.flags.writeable


def test_a_constant_written_into_between_two_uses_is_refused_with_the_line_and_what_to_write() -> None:
    noise = np.zeros(3)

    def f(x):
        total = np.sum(x * noise)
        noise[:] = 1.0
        return total

    for call in (lambda: lv.record(f, np.ones(3)), lambda: lv.grad(f)(np.ones(3))):
        with pytest.raises(lv.LagvizError, match=r"noise\[:\] = 1\.0.*x \* noise\.copy\(\)"):
            call()
        noise[:] = 0.0  # it can be written again


@pytest.mark.parametrize("name", ["view", "data", "strides", "byteswap"])
def test_a_method_that_is_not_recorded_is_refused_by_name(name: str) -> None:
    def f(x):
        return getattr(x, name)()

    with pytest.raises(
        lv.LagvizError, match=rf"\.{name} of a recorded value is not recorded, at line \d+ of f"
    ) as caught:
        lv.record(f, np.ones(3))
    assert isinstance(caught.value, AttributeError)
    assert not hasattr(lv.record(lambda x: x, 1.0).recorded[0], "no_such_thing")


@pytest.mark.parametrize("name", ["item", "tolist", "tobytes"])
def test_a_method_that_leaves_the_tape_is_refused_by_name(name: str) -> None:
    def f(x):
        return getattr(x, name)()

    with pytest.raises(lv.LagvizError, match=rf"plain numbers by \.{name}\(\), at line \d+ of f") as caught:
        lv.record(f, np.ones(3))
    assert isinstance(caught.value, TypeError)


@pytest.mark.parametrize("name", ["sort", "fill", "partition", "put", "resize"])
def test_a_method_that_writes_in_place_is_refused_with_the_function_that_does_not(name: str) -> None:
    def f(x):
        return getattr(x, name)(1)

    with pytest.raises(lv.LagvizError, match=rf"\.{name}\(\) was to change.*at line \d+ of f.*np\.\w+\(") as caught:
        lv.record(f, np.ones(3))
    assert isinstance(caught.value, TypeError)


def test_the_largest_of_numbers_with_nan_among_them_has_no_price() -> None:
    x = np.array([1.0, np.nan, 2.0])
    assert np.isnan(lv.grad(np.max)(x)).all()


def test_what_is_no_function_is_refused() -> None:
    with pytest.raises(lv.LagvizError, match="3 is no function"):
        lv.record(3, x=1.0)  # type: ignore[arg-type]
