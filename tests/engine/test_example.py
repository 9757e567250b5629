"""The textbook example: a network of one input, one hidden unit and one output, with squared loss."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

import lagviz as lv
from lagviz.engine import filling, words


def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r**2


def tied(x, y, w):
    a = w * x
    h = np.tanh(a)
    p = w * h
    r = p - y
    return r**2


NAMES = ["x", "y", "w1", "w2", "a", "h", "p", "r", "loss"]
MULTIPLIERS = [0.6346, 2.1200, 1.3599, -1.6574, 0.9066, 2.3320, -2.1200, -2.1200, 1.0]
#: Who reads whom, in the order in which the equations were recorded.
ENTRIES = [(2, 4), (0, 4), (4, 5), (3, 6), (5, 6), (6, 7), (1, 7), (7, 8)]


@pytest.fixture
def tape() -> lv.Tape:
    return lv.record(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1)


@pytest.fixture
def solution(tape: lv.Tape) -> lv.Solution:
    return tape.adjoint_system().solve()


# --- the sequence ---------------------------------------------------------------------------------------------------


def test_equations_have_the_names_of_the_source(tape: lv.Tape) -> None:
    assert [node.name for node in tape] == NAMES


def test_kinds_and_operations(tape: lv.Tape) -> None:
    assert [node.kind for node in tape] == ["input"] * 4 + ["operation"] * 5
    assert [node.op for node in tape] == [None] * 4 + ["multiply", "tanh", "multiply", "subtract", "square"]


def test_values_are_those_of_the_function(tape: lv.Tape) -> None:
    assert tape.result == pytest.approx(loss(1.5, 0.2, 0.7, -1.1), rel=1e-14)
    assert [node.value for node in tape][:5] == [1.5, 0.2, 0.7, -1.1, 0.7 * 1.5]


def test_an_equation_reads_what_its_expression_names(tape: lv.Tape) -> None:
    reads = {node.name: [parent.name for parent in node.parents] for node in tape}
    assert reads == {
        **{name: [] for name in NAMES[:4]},
        "a": ["w1", "x"],
        "h": ["a"],
        "p": ["w2", "h"],
        "r": ["p", "y"],
        "loss": ["r"],
    }


def test_the_source_of_an_equation_is_its_exact_expression(tape: lv.Tape) -> None:
    places = [tape[name].source for name in NAMES[4:]]
    assert [place.text for place in places if place] == ["w1 * x", "np.tanh(a)", "w2 * h", "p - y", "r**2"]
    assert all(tape[name].source is None for name in NAMES[:4])


def test_nodes_are_found_by_index_name_and_node(tape: lv.Tape) -> None:
    assert tape["w1"].index == 2
    assert tape["h"] == tape[5] == tape[tape[5]] == tape[-4]
    assert tape.output.name == "loss"
    assert list(tape.inputs) == ["x", "y", "w1", "w2"]


def test_it_prints_as_the_numbered_sequence(tape: lv.Tape) -> None:
    assert repr(tape) == (
        "z₁  x = 1.5\n"
        "z₂  y = 0.2\n"
        "z₃  w₁ = 0.7\n"
        "z₄  w₂ = −1.1\n"
        "z₅  a = w₁·x = 1.050\n"
        "z₆  h = tanh(a) = 0.7818\n"
        "z₇  p = w₂·h = −0.8600\n"
        "z₈  r = p − y = −1.060\n"
        "z₉  loss = r² = 1.124"
    )


def test_equations_in_latex(tape: lv.Tape) -> None:
    assert [node.latex for node in tape][4:] == [
        r"a = w_{1} \cdot x",
        r"h = \tanh(a)",
        r"p = w_{2} \cdot h",
        r"r = p - y",
        r"\mathit{loss} = {r}^{2}",
    ]


# --- the system -----------------------------------------------------------------------------------------------------


def test_the_matrix_is_unit_upper_triangular_with_its_diagonal_stored(tape: lv.Tape) -> None:
    matrix = tape.adjoint_system().matrix
    assert isinstance(matrix, sparse.csr_array)
    assert matrix.dtype == np.float64
    assert matrix.nnz == 9 + 8
    dense = matrix.toarray()
    assert np.array_equal(np.diag(dense), np.ones(9))
    assert np.array_equal(np.tril(dense, -1), np.zeros((9, 9)))


def test_the_matrix_holds_minus_the_partials(tape: lv.Tape) -> None:
    values = {node.name: node.value for node in tape}
    partials = [
        values["x"],
        values["w1"],
        1 - values["h"] ** 2,
        values["h"],
        values["w2"],
        1.0,
        -1.0,
        2 * values["r"],
    ]
    dense = tape.adjoint_system().matrix.toarray()
    assert [-dense[at] for at in ENTRIES] == pytest.approx(partials, rel=1e-15)


def test_entries_stand_in_the_order_of_recording(tape: lv.Tape) -> None:
    system = tape.adjoint_system()
    assert [(entry.row, entry.column) for entry in system.entries] == ENTRIES
    assert [system.blocks[at].structure for at in ENTRIES] == ["scalar"] * 8
    assert system.blocks[0, 0].structure == "identity"


def test_a_partial_that_is_zero_keeps_its_entry() -> None:
    tape = lv.record(lambda x, w: np.maximum(w * x, 0.0) * x, x=1.0, w=-2.0)
    system = tape.adjoint_system()
    matrix = system.matrix
    assert matrix.nnz == 5 + 5
    assert matrix[2, 3] == 0.0
    assert (2, 3) in system.blocks


def test_an_operand_that_is_read_twice_is_one_entry_with_the_sum_of_its_partials() -> None:
    system = lv.record(lambda x: x * x, x=3.0).adjoint_system()
    assert [entry.positions for entry in system.entries] == [(0, 1)]
    assert system.matrix[0, 1] == -6.0
    assert system.matrix.nnz == 3
    assert system.solve()["x"] == 6.0


def test_a_block_that_is_not_there_is_said_to_be_none(tape: lv.Tape) -> None:
    with pytest.raises(lv.LagvizError, match=r"A has no block \(0, 8\): equation 8 does not read node 0"):
        tape.adjoint_system().blocks[0, 8]


def test_pattern_levels_and_right_hand_side(tape: lv.Tape) -> None:
    system = tape.adjoint_system()
    expected = np.eye(9, dtype=bool)
    expected[tuple(zip(*ENTRIES, strict=True))] = True
    assert system.pattern.dtype == bool
    assert np.array_equal(system.pattern.toarray(), expected)
    assert system.levels == [6, 3, 6, 4, 5, 4, 3, 2, 1]
    assert np.array_equal(system.rhs, np.eye(9)[8])


def test_slices_count_scalars(tape: lv.Tape) -> None:
    assert tape.adjoint_system().slices == [slice(i, i + 1) for i in range(9)]


# --- the solution ---------------------------------------------------------------------------------------------------


def test_the_multipliers(solution: lv.Solution) -> None:
    assert solution.multipliers == pytest.approx(MULTIPLIERS, abs=5e-5)
    assert [solution[name] for name in NAMES] == list(solution.multipliers)


def test_eight_entries_take_eight_multiplications_and_no_addition(solution: lv.Solution) -> None:
    assert (solution.cost.multiplications, solution.cost.additions, solution.cost.depth) == (8, 0, 9)


def test_every_row_is_met(tape: lv.Tape, solution: lv.Solution) -> None:
    system = tape.adjoint_system()
    matrix, prices = system.matrix, np.array(solution.multipliers)
    bound = 1e-12 * (abs(matrix) @ abs(prices) + system.rhs)
    assert (abs(matrix @ prices - system.rhs) <= bound).all()
    assert solution.residual <= 1e-12


def test_tied_weights_are_one_row_with_a_sum() -> None:
    tape = lv.record(tied, x=1.5, y=0.2, w=0.7)
    solution = tape.adjoint_system().solve()
    assert solution["w"] == pytest.approx(0.8265, abs=5e-5)
    assert len(tape.adjoint_system().readers[tape["w"].index]) == 2
    assert (solution.cost.multiplications, solution.cost.additions) == (8, 1)


def test_grad_gives_the_multipliers_of_the_inputs(solution: lv.Solution) -> None:
    gradient = lv.grad(loss, argnums=(0, 1, 2, 3))(1.5, 0.2, 0.7, -1.1)
    assert gradient == tuple(solution.multipliers[:4])


# --- the steps ------------------------------------------------------------------------------------------------------


def test_steps_go_up_from_the_result_and_read_what_the_row_holds(tape: lv.Tape, solution: lv.Solution) -> None:
    steps = list(solution.steps())
    assert [tape[step.node].name for step in steps] == NAMES[::-1]
    assert [[event.what for event in step.reads] for step in steps[:2]] == [["rhs"], ["matrix", "multiplier", "value"]]
    for step in steps:
        (written,) = step.writes
        assert (written.what, written.index, written.final) == ("multiplier", step.node, True)
        assert written.value == solution.multipliers[step.node]
        assert step.drops == ()


def test_a_step_reads_multipliers_that_are_written_already(solution: lv.Solution) -> None:
    written: set[int] = set()
    for step in solution.steps():
        assert {event.index for event in step.reads if event.what == "multiplier"} <= written
        written |= {event.index for event in step.writes}


def test_a_step_names_the_forward_values_it_uses(tape: lv.Tape, solution: lv.Solution) -> None:
    used = {
        tape[step.node].name: [tape[event.index].name for event in step.reads if event.what == "value"]
        for step in solution.steps()
    }
    assert used == {
        "loss": [],
        "r": ["r"],
        "p": [],
        "h": ["w2"],
        "a": ["h"],
        "w2": ["h"],
        "w1": ["x"],
        "y": [],
        "x": ["w1"],
    }


SOLVE_SENTENCES = {
    "loss": (
        "Who reads loss? Nobody: loss is the result. So add 0.01 to loss and loss is 0.01 higher. Its price is 1. "
        "That is the 1 on the right, and the only price we get for free."
    ),
    "r": (
        "Who reads r? Only loss = r². How strongly? loss moves 2r = −2.120 per unit. At what price? λ_loss = 1, "
        "solved one step ago. So λ_r = −2.120: +0.01 saves about 0.021."
    ),
    "h": (
        "Who reads h? Only p = w₂·h. How strongly? p turns 1 into w₂ = −1.1. At what price? λ_p = −2.120, solved one "
        "step ago. So λ_h = 2.332: +0.01 costs about 0.023."
    ),
    "a": (
        "Who reads a? Only h = tanh(a). How strongly? At a = 1.050 tanh passes on 0.3888 of any small push. "
        "At what price? λ_h = 2.332, solved one step ago. So λ_a = 0.9066: +0.01 costs about 0.0091."
    ),
    "y": (
        "Who reads y? Only r = p − y. How strongly? r takes it over with its sign turned, −1. At what price? "
        "λ_r = −2.120, solved six steps ago. So λ_y = 2.120: +0.01 costs about 0.021."
    ),
}

RECORD_SENTENCES = {
    "a": "a = w₁·x = 0.7 × 1.5 = 1.050. It reads w₁ and x: column a gets an entry in row w₁ and one in row x.",
    "h": "h = tanh(a) = 0.7818. It reads only a. At a = 1.050 tanh passes on 0.3888 of any small push.",
    "p": "p = w₂·h = −1.1 × 0.7818 ≈ −0.860. It reads w₂ and h: column p gets an entry in row w₂ and one in row h.",
    "loss": (
        "loss = r² = 1.124. It reads only r. loss moves 2r = −2.120 per unit. "
        "Nothing reads loss: it is what we ask about."
    ),
}


@pytest.mark.parametrize("name", SOLVE_SENTENCES)
def test_what_a_solve_step_says(tape: lv.Tape, solution: lv.Solution, name: str) -> None:
    (step,) = (step for step in solution.steps() if tape[step.node].name == name)
    assert step.sentence == str(step) == SOLVE_SENTENCES[name]


@pytest.mark.parametrize("name", RECORD_SENTENCES)
def test_what_a_record_step_says(tape: lv.Tape, solution: lv.Solution, name: str) -> None:
    lines = words.record_lines(solution.system, tape[name].index)
    assert filling.spoken(lines, solution) == RECORD_SENTENCES[name]


def test_what_the_step_of_the_inputs_says(tape: lv.Tape, solution: lv.Solution) -> None:
    assert filling.spoken(words.given_lines(tape.adjoint_system(), [0, 1, 2, 3]), solution) == (
        "Given: x = 1.5, y = 0.2, w₁ = 0.7, w₂ = −1.1. They read nothing, so each column holds only its own 1."
    )


def test_what_the_sum_of_tied_weights_says() -> None:
    tape = lv.record(tied, x=1.5, y=0.2, w=0.7)
    (step,) = (step for step in tape.adjoint_system().solve().steps() if tape[step.node].name == "w")
    assert step.sentence == (
        "Who reads w? Two equations: a = w·x and p = w·h. How strongly, at what price? "
        "Through a: 1.5 × 0.1890 = 0.2835. Through p: 0.7818 × 0.6945 ≈ 0.543. "
        "So add, for one knob turns both: λ_w = 0.8265."
    )


def test_what_a_step_writes_as_a_formula(tape: lv.Tape, solution: lv.Solution) -> None:
    (step,) = (step for step in solution.steps() if tape[step.node].name == "a")
    assert step.latex == (
        r"\lambda_{a} = \frac{\partial h}{\partial a}\,\lambda_{h} = 0.3888 \times 2.332 \approx 0.907"
    )
    assert step._repr_latex_() == f"${step.latex}$"


# --- the Lagrangian -------------------------------------------------------------------------------------------------


def test_both_conditions_of_an_equation(tape: lv.Tape) -> None:
    by_name = {tape[condition.node].name: condition for condition in tape.lagrangian().stationarity()}
    h = by_name["h"]
    assert h.forward == (r"\frac{\partial L}{\partial \lambda_{h}} = 0", r"h = \tanh(a)")
    assert h.backward == (r"\frac{\partial L}{\partial h} = 0", r"-\lambda_{h} + w_{2}\,\lambda_{p} = 0")
    assert h.numbers == r"\lambda_{h} - (-1.1)\,\lambda_{p} = 0"
    assert by_name["loss"].numbers == r"\lambda_{\mathit{loss}} = 1"


def test_the_conditions_hold_at_the_solution(tape: lv.Tape, solution: lv.Solution) -> None:
    assert tape.lagrangian().residual(solution) <= 1e-12


def test_the_whole_problem_in_latex(tape: lv.Tape) -> None:
    latex = tape.lagrangian().latex()
    assert latex.startswith(r"\begin{aligned}&\text{minimise } \mathit{loss} \text{ subject to}")
    assert latex.count(r"\Rightarrow") == 10
    assert latex.count("{") == latex.count("}")
