"""Every notebook runs from top to bottom on a new kernel, tells the truth, and is stored without what a run leaves."""

import csv
import json
import re
import shutil
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import lagviz as lv
from tests.support.tree import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
GALLERY = ROOT / "notebooks/02-gallery.ipynb"
BACKPROP = ROOT / "notebooks/01-backprop-is-back-substitution.ipynb"
PENGUINS = ROOT / "notebooks/data/penguins.csv"

# Run after the last cell of the first notebook: what its story ended with, for the tests below.
TOLD = """
import json
def plainly(found):
    return {name: float(found[name]) for name in found.system.tape.names}
print(json.dumps({
    "prices": plainly(solution),
    "tied": plainly(tied_solution),
    "through": {
        node.name: float(-tied_solution.system.matrix[tied.index("w"), node.index] * tied_solution[node])
        for node in (tied["a"], tied["p"])
    },
    "values": {node.name: float(node.value) for node in tape},
    "multiplications": solution.cost.multiplications,
    "w1, w2": list(lv.grad(loss, argnums=(2, 3))(1.5, 0.2, 0.7, -1.1)),
    "loss after": loss(1.5, 0.2, w1, w2),
    "worst difference": float(worst),
    "losses": list(map(float, losses)),
    "surprise of a coin": float(mean_surprise(start, X, side)),
    "right when seen": float(right[~held_out].mean()),
    "right when held out": float(right[held_out].mean()),
    "held out": int(held_out.sum()),
    "depths": [float(bills[side == one, 1].mean()) for one in (-1, 1)],
    "weights": list(map(float, params["w"])),
}))
"""


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.name)
def stored(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    cells = run(BACKPROP, tmp_path_factory.mktemp("told"), TOLD)
    said: dict[str, Any] = json.loads(cells[-1].outputs[0].text)
    return said


def run(stored: Path, folder: Path, *more: str) -> list[Any]:
    """Run a copy, with cells added at its end, the way a person would; return its code cells with their outputs."""
    shutil.copytree(stored.parent, folder, dirs_exist_ok=True)
    notebook = nbformat.read(folder / stored.name, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(one) for one in more]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("IPYTHONDIR", str(folder / ".ipython"))  # nobody's start-up files
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def prose(stored: Path) -> str:
    cells = nbformat.read(stored, as_version=4).cells
    return "\n\n".join(" ".join(cell.source.split("\n")) for cell in cells if cell.cell_type == "markdown")


# --- all of them ------------------------------------------------------------------------------------------------------


def test_there_are_notebooks() -> None:
    assert [BACKPROP, GALLERY] == NOTEBOOKS


def test_it_runs_without_a_warning(stored: Path, tmp_path: Path) -> None:
    outputs = [output for cell in run(stored, tmp_path) for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []


def test_it_stores_nothing_of_a_run(stored: Path) -> None:
    # With widget state, `nbconvert --to html` picks the widget, which is blank without a network, over the picture.
    notebook = nbformat.read(stored, as_version=4)
    nbformat.validate(notebook)
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.id for cell in code if cell.outputs or cell.execution_count is not None] == []
    assert [cell.id for cell in notebook.cells if cell.metadata] == []


def test_it_asks_for_nothing_that_lagviz_does_not_bring(stored: Path) -> None:
    code = "\n".join(cell.source for cell in nbformat.read(stored, as_version=4).cells if cell.cell_type == "code")
    assert set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE)) <= {
        "numpy",
        "lagviz",
        *sys.stdlib_module_names,
    }
    assert "input(" not in code  # as an app it would wait forever


def test_its_links_lead_somewhere(stored: Path) -> None:
    links = [link for link in re.findall(r"\]\(([^)]+)\)", prose(stored)) if not link.startswith("https://")]
    assert [link for link in links if not (stored.parent / link).exists()] == []


# --- 01: the story ----------------------------------------------------------------------------------------------------


def test_the_prices_of_the_network(told: dict[str, Any]) -> None:
    assert {name: round(price, 4) for name, price in told["prices"].items()} == {
        "x": 0.6346,
        "y": 2.1200,
        "w1": 1.3599,
        "w2": -1.6574,
        "a": 0.9066,
        "h": 2.3320,
        "p": -2.1200,
        "r": -2.1200,
        "loss": 1.0,
    }
    assert told["multiplications"] == 8
    assert told["w1, w2"] == [told["prices"]["w1"], told["prices"]["w2"]]


def test_a_step_against_the_prices_lowers_the_loss(told: dict[str, Any]) -> None:
    assert round(told["loss after"], 3) == 0.712


def test_the_price_of_a_tied_weight_is_the_sum_over_its_two_readers(told: dict[str, Any]) -> None:
    assert round(told["tied"]["w"], 4) == 0.8265
    assert sum(told["through"].values()) == pytest.approx(told["tied"]["w"], rel=1e-12)


def test_the_gradient_of_the_penguins_agrees_with_differences(told: dict[str, Any]) -> None:
    assert told["worst difference"] < 1e-6


def test_training_lowers_the_loss_at_every_turn(told: dict[str, Any]) -> None:
    losses = told["losses"]
    assert all(later < earlier for earlier, later in pairwise(losses))
    assert round(losses[0], 3) == 0.693
    assert losses[-1] < 0.06


def test_the_trained_model_tells_the_species_apart(told: dict[str, Any]) -> None:
    assert told["right when seen"] > 0.95
    assert told["right when held out"] > 0.95
    length, depth = told["weights"]
    assert length > 0 > depth
    assert abs(told["depths"][0] - told["depths"][1]) < 0.1  # mm: "equally deep bills on average"


def test_the_text_states_no_number_that_was_not_computed(told: dict[str, Any]) -> None:
    prices, tied, values = told["prices"], told["tied"], told["values"]
    computed = {
        *(f"{values[name]:g}" for name in ("x", "y", "w1", "w2")),
        f"{values['loss']:.3f}",
        f"{prices['h']:.3f}",
        f"{prices['w1']:.4f}",
        f"{0.01 * prices['w1']:.4f}",
        f"{-values['w2']:.2f}",  # row h of the matrix
        f"{-values['w2']:.1f}",
        f"{tied['w']:.4f}",
        *(f"{cost:.4f}" for cost in told["through"].values()),
        f"{told['surprise of a coin']:.3f}",
        "0.01",  # the cheat
        "0.7",  # the tied weight
    }
    stated = {number.replace("−", "-") for number in re.findall(r"−?\d+\.\d+", prose(BACKPROP))}
    assert stated - computed == set()
    assert computed - stated <= {"1.1"}


def test_the_text_counts_the_penguins_right(told: dict[str, Any]) -> None:
    with PENGUINS.open(encoding="utf-8") as file:
        species = [row["species"] for row in csv.DictReader(file)]
    text = prose(BACKPROP)
    assert f"{len(species)} real penguins" in text
    assert f"{species.count('Adelie')} Adelie and {species.count('Chinstrap')} Chinstrap penguins" in text
    assert f"{told['held out']} birds are few" in text
    assert round(100 / told["held out"]) == 2  # "one bird more or less is two percent"


def test_the_data_names_its_source_and_its_licence() -> None:
    beside = PENGUINS.with_name("README.md").read_text(encoding="utf-8")
    assert "Gorman KB, Williams TD, Fraser WR (2014)" in beside
    assert "CC0 1.0" in beside
    with PENGUINS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert all(f"| `{column}` |" in beside for column in rows[0])
    assert all(float(row[column]) > 0 for row in rows for column in row if column != "species")


# --- 02: the gallery --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """Lines by cell."""
    cells = run(GALLERY, tmp_path_factory.mktemp("printed"))
    return {
        cell.id: "".join(output.text for output in cell.outputs if output.get("name") == "stdout").splitlines()
        for cell in cells
    }


def squares(lines: list[str]) -> np.ndarray:
    return np.array([[mark == "■" for mark in line.split("  ")[0].split(" ")] for line in lines])


def readers(lines: list[str]) -> dict[str, list[str]]:
    """Who reads it, by row, as the squares say it."""
    labels = [line.split("  ")[1] for line in lines]
    pattern = squares(lines)
    return {label: [labels[j] for j in np.flatnonzero(pattern[i]) if j != i] for i, label in enumerate(labels)}


def test_it_shows_every_program_of_the_gallery_in_its_order() -> None:
    code = "\n".join(cell.source for cell in nbformat.read(GALLERY, as_version=4).cells if cell.cell_type == "code")
    assert re.findall(r"= lv\.gallery\.(\w+)\(\)\nlv\.explore", code) == list(lv.gallery.PROGRAMS)


def test_a_loop_is_a_chain_and_its_weight_a_long_row(printed: dict[str, list[str]]) -> None:
    loop = readers(printed["loop-small"])
    assert loop["w"] == ["h⁽²⁾", "h⁽³⁾", "h⁽⁴⁾", "h⁽⁵⁾"]
    assert [loop[f"h⁽{k}⁾"] for k in "¹²³⁴"] == [[f"h⁽{k}⁾"] for k in "²³⁴⁵"]


def test_the_side_that_is_not_taken_has_no_reader_and_the_price_0() -> None:
    f, inputs = lv.gallery.branch()
    for y, taken, other in ((2.2, "far", "near"), (1.0, "near", "far")):
        solution = lv.record(f, **inputs).replay(y=y).adjoint_system().solve()
        pattern, nodes = solution.system.pattern.toarray(), solution.system.nodes
        row = {node.name: int(np.count_nonzero(pattern[i])) for i, node in enumerate(nodes)}
        assert (row[taken], row[other]) == (2, 1)
        assert (solution[taken], solution[other]) == (1.0, 0.0)


def test_layers_are_a_chain_and_each_weight_has_a_row_of_one_entry(printed: dict[str, list[str]]) -> None:
    mlp = readers(printed["mlp-small"])
    assert [mlp[f"{kind}⁽{k}⁾"] for k in "¹²³" for kind in "Wb"] == [[f"h⁽{k}⁾"] for k in "¹¹²²³³"]
    assert [mlp["X"], mlp["h⁽¹⁾"], mlp["h⁽²⁾"]] == [["h⁽¹⁾"], ["h⁽²⁾"], ["h⁽³⁾"]]


def test_branches_part_in_a_row_and_meet_in_a_column(printed: dict[str, list[str]]) -> None:
    inception = readers(printed["inception-small"])
    assert len(inception["x"]) == 3
    assert [end for end, by in inception.items() if "joined" in by] == inception["x"]


def test_a_dense_block_is_a_full_triangle(printed: dict[str, list[str]]) -> None:
    dense = readers(printed["dense-small"])
    layers = [f"h⁽{k}⁾" for k in "¹²³⁴⁵"]
    assert [dense[layer][: 4 - k] for k, layer in enumerate(layers)] == [layers[k + 1 :] for k in range(5)]


def test_the_way_around_a_block_is_two_off_and_of_strength_1(printed: dict[str, list[str]]) -> None:
    residual = readers(printed["residual-small"])
    pattern = squares(printed["residual-small"])
    for k, after in pairwise("¹²³⁴⁵"):
        assert residual[f"x⁽{k}⁾"] == [f"change⁽{k}⁾", f"x⁽{after}⁾"]
    rows = [list(residual).index(f"x⁽{k}⁾") for k in "²³⁴"]
    assert all(pattern[row, row + 2] for row in rows)
    f, inputs = lv.gallery.residual_network()
    system = lv.record(f, **inputs).adjoint_system()
    first, second = [node.index for node in system.nodes if node.name == "x"][:2]
    around = system.matrix[system.slices[first], system.slices[second]].toarray()
    assert around.tolist() == (-np.eye(3)).tolist()


def test_weights_of_a_recurrent_network_have_long_rows_and_prices_shrink(printed: dict[str, list[str]]) -> None:
    recurrent = readers(printed["recurrent-small"])
    assert {len(recurrent[name]) for name in ("xs", "W", "U", "b")} == {5}
    prices = [float(line.split()[1]) for line in printed["recurrent-prices"]]
    assert len(prices) == 6
    assert all(earlier < later for earlier, later in pairwise(prices))


def test_a_cell_of_the_rod_is_read_by_itself_and_its_neighbours(printed: dict[str, list[str]]) -> None:
    heat = readers(printed["heat-small"])
    assert heat["k"] == [f"u⁽{k}⁾" for k in "²³⁴⁵⁶"]
    assert [heat[f"u⁽{k}⁾"] for k in "¹²³⁴⁵"] == [[f"u⁽{k}⁾"] for k in "²³⁴⁵⁶"]
    band = squares(printed["heat-block"])
    cells = np.arange(12)
    inner = (cells > 0) & (cells < 11)  # as readers; the ends read themselves
    near = np.abs(cells[:, None] - cells) <= 1
    assert (band == np.where(inner, near, np.eye(12, dtype=bool))).all()


def test_the_layer_without_a_depth_has_a_full_block_on_the_diagonal() -> None:
    f, inputs = lv.gallery.fixed_point()
    system = lv.record(f, **inputs).adjoint_system()
    blocks = [system.matrix[part, part].toarray() for part in (system.slices[node.index] for node in system.nodes)]
    full = [
        node.name
        for node, block in zip(system.nodes, blocks, strict=True)
        if not np.array_equal(block, np.eye(len(block)))
    ]
    assert full == ["z"]
    assert np.count_nonzero(blocks[system.tape.index("z")]) == 16


def test_attention_reads_its_tokens_three_times(printed: dict[str, list[str]]) -> None:
    attention = readers(printed["attention-small"])
    assert len(attention) == 13
    assert attention["X"] == ["Q", "K", "V"]
    assert attention["V"] == ["out"]
    assert attention["Q"] == attention["K"] == ["weights⁽²⁾"]
