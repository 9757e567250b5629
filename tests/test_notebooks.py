"""Every notebook runs from top to bottom, and is stored the way GitHub and an untrusted reader can show it."""

import shutil
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.support.tree import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def stored(request: pytest.FixtureRequest) -> Path:
    path: Path = request.param
    return path


def test_it_runs(stored: Path, tmp_path: Path) -> None:
    shutil.copytree(stored.parent, tmp_path, dirs_exist_ok=True)
    notebook = nbformat.read(tmp_path / stored.name, as_version=4)
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(tmp_path)}}).execute()


def test_it_stores_no_widget_state(stored: Path) -> None:
    # With state, `nbconvert --to html` picks the widget, which is blank without a network, over the picture.
    assert "widgets" not in nbformat.read(stored, as_version=4).metadata


def test_what_it_stores_was_run_in_order_and_names_no_folder_of_one_machine(stored: Path) -> None:
    cells = [cell for cell in nbformat.read(stored, as_version=4).cells if cell.cell_type == "code" and cell.outputs]
    assert [cell.execution_count for cell in cells] == sorted(cell.execution_count for cell in cells)
    assert [cell.id for cell in cells if str(Path.home()) in str(cell.outputs) or str(ROOT) in str(cell.outputs)] == []
