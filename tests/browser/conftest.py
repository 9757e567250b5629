"""A real browser and a real JupyterLab for the tests in this folder."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support import chromium
from tests.support.jupyter import JupyterLab
from tests.support.watch import Watch

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parents[1] / "notebooks"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    return chromium.find()


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Return a browser without a past, at the width of a desktop.

    `page.set_viewport_size` and `page.emulate_media` change what a test needs otherwise.
    """
    context = browser.new_context(
        viewport={"width": 1400, "height": 1000},
        device_scale_factor=1,
        reduced_motion="reduce",
        service_workers="block",  # their requests could not be watched
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(autouse=True)
def watch(page: Page) -> Iterator[Watch]:
    """Fail the test at its end if its page logged an error, threw, or asked anything of another machine."""
    watch = Watch(page)
    yield watch
    complaints = watch.complaints()
    assert not complaints, "\n".join(complaints)


@pytest.fixture(scope="session")
def jupyter_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[JupyterLab]:
    """Return a JupyterLab on a copy of the notebooks; tests may add their own to `jupyter_lab.root`."""
    root = tmp_path_factory.mktemp("notebooks")
    if NOTEBOOKS.exists():
        shutil.copytree(NOTEBOOKS, root, dirs_exist_ok=True)
    with JupyterLab(root=root, private=tmp_path_factory.mktemp("jupyter")) as lab:
        yield lab
