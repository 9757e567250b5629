"""Takes the README's pictures of the widget: ``python -m tests.support.pictures``, after a change of its looks."""

import tempfile
from pathlib import Path

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.support import chromium
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import press

FOLDER = Path(__file__).parents[2] / "notebooks" / "images"
WIDTH, HEIGHT = 1400, 1000
ROW_A = 14
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}
CELL = """\
import lagviz as lv
import numpy as np

def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r**2

lv.explore(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1, parameters=["w1", "w2"])
"""


def main() -> None:
    """Write the widget in a notebook, solving row a of the 1-1-1 network, in both themes."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        root, private = Path(folder) / "notebooks", Path(folder) / "private"
        private.mkdir()
        write_notebook(root / "picture.ipynb", CELL)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        with JupyterLab(root=root, private=private) as lab:
            for name in THEMES:
                take(browser, lab, name)
        browser.close()
    print(f"wrote {FOLDER}")


def take(browser: Browser, lab: JupyterLab, name: str) -> None:
    """Write the picture of one theme."""
    window = ViewportSize(width=WIDTH + 150, height=HEIGHT)
    page = browser.new_page(viewport=window, device_scale_factor=1.5, reduced_motion="reduce")
    lab.open(page, "picture.ipynb")
    page.evaluate(
        """async theme => {
            const { commands } = globalThis.jupyterapp;
            if (commands.isToggled("application:toggle-left-area")) {
                await commands.execute("application:toggle-left-area");
            }
            await commands.execute("apputils:change-theme", { theme });
        }""",
        THEMES[name],
    )
    lab.run_all(page)
    widget = page.locator(f".lagviz[data-theme={name}]").first
    widget.wait_for()
    box = widget.bounding_box()
    assert box is not None
    page.set_viewport_size(ViewportSize(width=round(2 * WIDTH + 150 - box["width"]), height=HEIGHT))
    press(widget, "Next step")
    press(widget, "First step")
    for _ in range(ROW_A):
        press(widget, "Next step")
    widget.evaluate("element => element.scrollIntoView()")
    page.mouse.move(0, 0)
    # The panels take the new width in the frame after the one that has it; in two frames all is drawn.
    page.evaluate("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))")
    widget.screenshot(path=FOLDER / f"loss-solve-{name}.png")
    page.close()


if __name__ == "__main__":
    main()
