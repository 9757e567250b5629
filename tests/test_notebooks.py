"""Every notebook runs from top to bottom on a new kernel, tells the truth, and is stored without what a run leaves."""

import csv
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.tree import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
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
    assert BACKPROP in NOTEBOOKS


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
    assert set(re.findall(r"^\s*(?:import|from) (\w+)", code, re.MULTILINE)) <= {"numpy", "lagviz"}
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
