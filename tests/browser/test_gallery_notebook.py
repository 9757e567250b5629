"""The second notebook in a real JupyterLab: its pictures stand, and what its text asks the reader to do comes out so."""

import nbformat
from playwright.sync_api import Page, expect

from lagviz.gallery import PROGRAMS
from tests.support.jupyter import JupyterLab

NOTEBOOK = "02-gallery.ipynb"


def test_every_program_is_drawn_and_the_choice_moves_its_entry(page: Page, jupyter_lab: JupyterLab) -> None:
    jupyter_lab.open(page, NOTEBOOK)
    # As it is read: one picture stands before the next is asked for.
    drawn = 0
    for cell in nbformat.read(jupyter_lab.root / NOTEBOOK, as_version=4).cells:
        jupyter_lab.run_next(page)
        drawn += "lv.explore(" in cell.source
        expect(page.locator(".lagviz[data-step] .lv-footer")).to_have_count(drawn)
    assert drawn == len(PROGRAMS)

    branch = page.locator(".lagviz").nth(list(PROGRAMS).index("branch"))
    near, far = (branch.locator(f".lv-entry[data-row='{row}'][data-col='13']") for row in (8, 11))
    expect(far).to_have_count(1)
    field = branch.get_by_role("spinbutton", name="y, as a number")
    field.fill("1")
    field.press("Enter")
    expect(near).to_have_count(1)
    expect(far).to_have_count(0)
