"""What is wrong is said where it is, the rest goes on: scenes that cannot be read, a panel that fails, what a host refuses."""

import html
from pathlib import Path

import numpy as np
from playwright.sync_api import Locator, Page, expect

import lagviz as lv
from tests.support import kernel
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook
from tests.support.widget import multipliers, press
from tests.view.write_fixtures import loss

PROGRAM = """
import numpy as np, lagviz as lv
def loss(x, y, w1, w2):
    a = w1 * x
    h = np.tanh(a)
    p = w2 * h
    r = p - y
    return r ** 2
explorer = lv.explore(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1)
explorer
"""
DAMAGE = """
from lagviz.view.packing import pack, unpack
def damaged(change):
    header, columns = unpack(explorer.scene_bytes)
    header.pop("columns")
    change(header)
    return pack(header, columns)
"""

#: What is wrong with a scene, in the panel that cannot be drawn then, in a phase.
PANELS = [
    ("header['nodes'][4].update(reads=None)", "Computational graph", "Record"),
    ("header['nodes'][4].update(label=None)", "Adjoint system", "Solve"),
    ("header['lagrangian'].update(conditions=None)", "This step", "Lagrangian"),
    ("header['entries'][0].update(sources=None)", "Source", "Record"),
    ("header.update(notes=None)", "Inputs", "Record"),
]


def shown(page: Page, jupyter_lab: JupyterLab, name: str, *cells: str) -> Locator:
    write_notebook(jupyter_lab.root / f"{name}.ipynb", *cells)
    return jupyter_lab.show(page, f"{name}.ipynb")


def to_phase(widget: Locator, name: str) -> None:
    widget.get_by_role("group", name="Phase").get_by_role("button", name=name).click()


def test_a_scene_of_another_version_is_said_and_the_next_is_shown(page: Page, jupyter_lab: JupyterLab) -> None:
    widget = shown(page, jupyter_lab, "versions", PROGRAM)
    kernel.run(
        page,
        DAMAGE + "good = explorer.scene_bytes; explorer._scene = damaged(lambda header: header.update(version=9))",
    )
    expect(widget.get_by_role("alert")).to_contain_text("made by another version of lagviz")
    press(widget, "Last step")
    expect(widget).to_have_attribute("data-step", "18")
    assert multipliers(widget)[8] == 1
    for damage in ("good[:100]", "b''", "good[:-8]", "good[:60] + b'\\0' + good[61:]"):
        kernel.run(page, f"explorer._scene = {damage}")
        expect(widget.get_by_role("alert")).to_contain_text("This picture cannot be read")
        press(widget, "Previous step")
        press(widget, "Next step")
        expect(widget).to_have_attribute("data-step", "18")
    kernel.run(page, "explorer.inputs = {'w1': 0.5}")
    expect(widget.get_by_role("alert")).to_have_text("")
    expect(widget.locator("[data-node='2'] [data-value]").first).to_have_attribute("data-value", "0.5")


def test_a_scene_that_cannot_be_read_is_no_blank_box(page: Page, jupyter_lab: JupyterLab) -> None:
    other = "lv.explore(lambda x: x * x, x=2.0)"
    unread = (
        "import lagviz as lv\nwhole = lv.Explorer._scene_now\n"
        "lv.Explorer._scene_now = lambda self, *notes, **others: whole(self, *notes, **others)[:100]\n"
        f"unread = {other}\nlv.Explorer._scene_now = whole\nunread"
    )
    widget = shown(page, jupyter_lab, "unreadable", unread, other)
    alert = page.locator(".jp-OutputArea-output").first.get_by_role("alert")
    expect(alert).to_have_text("This picture cannot be read: its data is cut short.")
    press(widget, "Last step")
    expect(widget.locator("[data-multiplier='0']")).to_have_attribute("data-value", "4")


def test_an_error_in_one_panel_is_said_there_and_the_others_go_on(page: Page, jupyter_lab: JupyterLab) -> None:
    widget = shown(page, jupyter_lab, "panels", PROGRAM)
    kernel.run(page, DAMAGE + "good = explorer.scene_bytes")
    for damage, region, phase in PANELS:
        kernel.run(page, f"explorer._scene = damaged(lambda header: {damage})")
        to_phase(widget, phase)
        said = widget.get_by_role("region", name=region).get_by_role("alert").filter(has_text="could not be drawn")
        expect(said.first).to_be_visible()
        expect(widget.get_by_role("alert").filter(has_text="could not be drawn")).to_have_count(said.count())
        press(widget, "Last step")
        expect(widget).to_have_attribute("data-step", "18")
        kernel.run(page, "explorer._scene = good")
        to_phase(widget, phase)
        expect(widget.get_by_role("alert").filter(has_text="could not be drawn")).to_have_count(0)


def test_a_host_that_refuses_workers_storage_and_clipboard_refuses_nothing_that_is_needed(
    page: Page, tmp_path: Path
) -> None:
    """A page in a sandbox: an origin of its own, so no storage, and no leave to write to the clipboard."""
    tape = lv.record(lambda w, x: np.sum(np.tanh(w * x)), np.array([0.5, -1.0, 2.0]), np.array([1.0, 2.0, 3.0]))
    text = lv.save_html(tape, tmp_path / "page.html").read_text(encoding="utf-8")
    text = text.replace("worker-src blob:", "worker-src 'none'")
    page.set_content(
        f'<iframe sandbox="allow-scripts" width="1300" height="900" srcdoc="{html.escape(text)}"></iframe>'
    )
    frame = page.frames[-1]
    widget = page.frame_locator("iframe").locator(".lagviz[data-step]")
    widget.wait_for()
    refused = "() => { try { return String(localStorage.length); } catch (error) { return error.name; } }"
    assert frame.evaluate(refused) == "SecurityError"
    press(widget, "Last step")
    expect(widget).to_have_attribute("data-step", widget.get_attribute("data-steps") or "")
    press(widget, "Copy the value of w, as NumPy text")
    expect(widget.get_by_role("textbox", name="Copy the value of w: the text")).to_have_value(
        "np.array([0.5, -1.0, 2.0])"
    )
    expect(widget.get_by_role("alert").first).to_have_text("")


def test_a_notebook_that_is_not_trusted_shows_a_picture_and_the_equations(page: Page, jupyter_lab: JupyterLab) -> None:
    bundle = lv.explore(loss, x=1.5, y=0.2, w1=0.7, w2=-1.1)._repr_mimebundle_()
    assert bundle is not None
    write_notebook(jupyter_lab.root / "untrusted.ipynb", PROGRAM, outputs=[bundle[0]])
    jupyter_lab.open(page, "untrusted.ipynb")
    output = page.locator(".jp-OutputArea-output").first
    image = output.get_by_role("img", name="loss(x, y, w₁, w₂). Solve 9 of 9: row x")
    expect(image).to_have_js_property("complete", value=True)
    assert image.evaluate("image => image.naturalWidth") > 0
    output.locator("summary").click()
    expect(output.get_by_role("row", name="h = tanh(a)")).to_have_text("h = tanh(a)0.78182.332")
    expect(page.locator(".lagviz")).to_have_count(0)
