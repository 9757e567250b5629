"""Takes the README's pictures of the widget: ``python -m tests.support.pictures``, after a change of its looks."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import lagviz as lv
from tests.support import chromium
from tests.support.widget import press
from tests.view.write_fixtures import loss

FOLDER = Path(__file__).parents[2] / "notebooks" / "images"
ROW_A = 14


def main() -> None:
    """Write the widget, solving row a of the 1-1-1 network, in both themes."""
    FOLDER.mkdir(exist_ok=True)
    tape = lv.record(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1, parameters=["w1", "w2"])
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page_file = lv.save_html(tape, Path(folder) / "loss.html")
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        for scheme in ("light", "dark"):
            page = browser.new_page(
                viewport={"width": 1400, "height": 880},
                device_scale_factor=1.5,
                color_scheme=scheme,
                reduced_motion="reduce",
            )
            page.goto(page_file.as_uri())
            widget = page.locator(".lagviz[data-step]")
            press(widget, "First step")
            for _ in range(ROW_A):
                press(widget, "Next step")
            page.mouse.move(0, 0)
            widget.screenshot(path=FOLDER / f"loss-solve-{scheme}.png")
        browser.close()
    print(f"wrote {FOLDER}")


if __name__ == "__main__":
    main()
