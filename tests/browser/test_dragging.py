"""Dragging stays fluid: one request under way at most, the last value wins, and the page draws meanwhile."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.support import kernel
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import write_notebook

PROGRAM = """
import numpy as np, lagviz as lv
def recurrent(w, u, h):
    for x in [0.5, -0.25, 1.0, 0.75, -1.0, 0.25, 0.5, -0.5, 1.5, -0.75, 0.1, 0.9, -0.3, 0.6]:
        h = np.tanh(w * h + u * x)
    return h
explorer = lv.explore(recurrent, w=0.5, u=0.25, h=0.1, phase="solve")
explorer
"""

#: Requests and answers as they pass, how many were under way at once, and the frames the page drew.
COUNT = """() => {
    const kernel = globalThis.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const counted = { asked: 0, answered: 0, most: 0, frames: 0 };
    globalThis.counted = counted;
    kernel.anyMessage.connect((_, { msg, direction }) => {
        const content = msg.content?.data?.content;
        if (direction === "send" && content?.kind === "replay") counted.asked++;
        if (direction === "recv" && content?.kind === "replayed") counted.answered++;
        counted.most = Math.max(counted.most, counted.asked - counted.answered);
    });
    const frame = () => { counted.frames++; requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
}"""


def drag(page: Page, moves: int) -> str:
    """Drag a slider to and fro; the value it is left at."""
    slider = page.get_by_role("slider", name="w", exact=True)
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box is not None
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.6, middle)
    page.mouse.down()
    for move in range(moves):
        part = abs((move / moves * 4) % 2 - 1)
        page.mouse.move(box["x"] + box["width"] * (0.25 + 0.5 * part), middle)
    page.mouse.up()
    return slider.input_value()


def test_one_request_at_most_is_under_way_and_the_last_value_wins(page: Page, jupyter_lab: JupyterLab) -> None:
    write_notebook(jupyter_lab.root / "dragging.ipynb", PROGRAM)
    widget = jupyter_lab.show(page, "dragging.ipynb")
    assert int(kernel.run(page, "print(len(explorer.tape))")) == 59
    page.evaluate(COUNT)
    last = drag(page, 120)
    expect(widget.locator("[data-node='0'] [data-value]").first).to_have_attribute("data-value", last)
    page.wait_for_function("() => counted.asked === counted.answered")
    counted: dict[str, Any] = page.evaluate("() => counted")
    assert counted["most"] == 1
    assert 1 < counted["asked"] <= 121
    assert counted["frames"] > counted["answered"]
    assert kernel.run(page, "print(explorer.inputs['w'])") == f"{float(last)}\n"
    expect(widget.get_by_role("alert")).to_have_text("")
