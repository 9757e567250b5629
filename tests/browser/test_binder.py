"""What Binder does, without Binder: the steps of `binder/` in a clean environment, then a visit.

Conda is left out. The interpreter is the one that runs the tests, which `environment.yml` must allow, and what else it
lists for pip is installed as it says.
"""

import os
import subprocess
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect

from tests.support.jupyter import JupyterLab
from tests.support.notebooks import COUNTER, write_notebook
from tests.support.tree import ROOT, copy_tree
from tests.support.watch import Watch

pytestmark = pytest.mark.network

ENVIRONMENT = yaml.safe_load((ROOT / "binder/environment.yml").read_text(encoding="utf-8"))


# Voila's own page fetches icons and MathJax from elsewhere; nothing of ours asked for them or needs them.
ICONS = "https://cdn.jsdelivr.net/npm/@fortawesome/"
MATHJAX = "https://cdnjs.cloudflare.com/ajax/libs/mathjax/"

NOTEBOOKS = [f"notebooks/{path.name}" for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
VOILA_STARTS = 120_000  # ms: it runs the notebook before it shows it


class Image:
    """What Binder would have built: a copy of the repository, and an environment in which postBuild has run."""

    def __init__(self, folder: Path) -> None:
        self.tree = copy_tree(folder / "home")
        self.private = folder / "private"
        venv.create(folder / "env", with_pip=True)
        self.bin = folder / "env/bin"
        self.python = str(self.bin / "python")
        write_notebook(
            self.tree / "notebooks/probe.ipynb", "import lagviz, sys; print('lagviz from', sys.prefix)", COUNTER
        )

    def run(self, *command: str | Path) -> None:
        environment = os.environ | {
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "JUPYTER_DATA_DIR": str(self.private / "data"),
        }
        ran = subprocess.run(command, cwd=self.tree, env=environment, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    image = Image(tmp_path_factory.mktemp("binder"))
    for entry in ENVIRONMENT["dependencies"]:
        if isinstance(entry, dict):
            image.run(image.python, "-m", "pip", "install", *entry["pip"])
    image.run(image.tree / "binder/postBuild")
    return image


@pytest.fixture(scope="module")
def lab(image: Image, tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    with JupyterLab(root=image.tree, private=tmp_path_factory.mktemp("lab"), python=image.python) as lab:
        yield lab


def test_the_environment_names_a_python_that_lagviz_runs_on() -> None:
    (python,) = (str(entry)[7:] for entry in ENVIRONMENT["dependencies"] if str(entry).startswith("python="))
    assert tuple(map(int, python.split("."))) >= (3, 11)


def test_a_widget_runs_in_jupyterlab(page: Page, image: Image, lab: JupyterLab) -> None:
    lab.open(page, "notebooks/probe.ipynb")
    lab.run_all(page)
    expect_answers(page, image)


def test_a_widget_runs_in_voila(page: Page, watch: Watch, image: Image, lab: JupyterLab) -> None:
    open_in_voila(page, watch, lab, "notebooks/probe.ipynb")
    expect_answers(page, image)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_the_notebook_is_an_app_in_voila(page: Page, watch: Watch, lab: JupyterLab, notebook: str) -> None:
    open_in_voila(page, watch, lab, notebook)
    expect(page.locator(".lagviz[data-step]").first).to_be_visible(timeout=VOILA_STARTS)


def open_in_voila(page: Page, watch: Watch, lab: JupyterLab, notebook: str) -> None:
    """Open a notebook the way Binder's `urlpath=voila/render/…` does: Voila is a part of the same server."""
    for address in (ICONS, MATHJAX):
        watch.forgive(address)
        page.route(f"{address}**", lambda route: route.abort())
    with page.expect_request(f"{MATHJAX}**", timeout=VOILA_STARTS):
        page.goto(f"{lab.url}/voila/render/{notebook}")


def expect_answers(page: Page, image: Image) -> None:
    expect(page.get_by_text(f"lagviz from {image.bin.parent}")).to_be_visible(timeout=VOILA_STARTS)
    page.get_by_role("button", name="pressed 0, doubled 0").click()
    expect(page.get_by_role("button", name="pressed 1, doubled 2")).to_be_visible()
