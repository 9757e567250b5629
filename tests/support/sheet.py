"""Takes the contact sheet of the gallery, after a change of the widget's looks: ``make sheet``."""

import base64
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

import lagviz as lv
from lagviz.gallery import PROGRAMS
from tests.support import chromium
from tests.support.pictures import FOLDER
from tests.support.widget import press

SIZE = ViewportSize(width=1400, height=900)
#: Of a picture on the sheet, and pictures abreast.
WIDTH, ABREAST = 480, 3
PAPER: dict[Literal["light", "dark"], str] = {"light": "#ffffff", "dark": "#111111"}


def main() -> None:
    """Write the widget on every program of the gallery, in the middle of solving, in both themes."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        pages = {name: Path(folder) / f"{name}.html" for name in PROGRAMS}
        for name, path in pages.items():
            f, inputs = PROGRAMS[name]()
            lv.save_html(lv.record(f, **inputs), path)
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=["--no-sandbox", "--disable-gpu"])
        for theme in PAPER:
            shots = {name: shot(browser, path, theme) for name, path in pages.items()}
            lay_out(browser, shots, theme)
        browser.close()
    print(f"wrote {FOLDER}")


def shot(browser: Browser, path: Path, theme: Literal["light", "dark"]) -> bytes:
    """One program, halfway through its solution."""
    page = browser.new_page(viewport=SIZE, color_scheme=theme, reduced_motion="reduce")
    page.goto(path.as_uri())
    widget = page.locator(".lagviz").first
    press(widget, "Last step")
    steps = int(widget.get_attribute("data-step") or 0)
    while widget.get_attribute("data-phase") == "solve":
        page.keyboard.press("PageUp")
    first = int(widget.get_attribute("data-step") or 0)
    for _ in range((steps - first) // 2):
        press(widget, "Next step")
    picture = widget.screenshot()
    page.close()
    return picture


def lay_out(browser: Browser, shots: dict[str, bytes], theme: Literal["light", "dark"]) -> None:
    """All of them on one sheet."""
    pictures = "".join(
        f'<figure><img src="data:image/png;base64,{base64.b64encode(shot).decode()}"><figcaption>{name}</figcaption></figure>'
        for name, shot in shots.items()
    )
    style = (
        f"body {{ margin: 12px; background: {PAPER[theme]}; color: #7a7f87; font: 15px sans-serif; display: grid; "
        f"grid-template-columns: repeat({ABREAST}, {WIDTH}px); gap: 12px }} figure {{ margin: 0 }} img {{ width: 100% }}"
    )
    page = browser.new_page(viewport=ViewportSize(width=ABREAST * (WIDTH + 12) + 12, height=100))
    page.set_content(f"<style>{style}</style>{pictures}")
    page.screenshot(path=FOLDER / f"gallery-{theme}.jpg", full_page=True, type="jpeg", quality=82)
    page.close()


if __name__ == "__main__":
    main()
