"""The house of the browser tests stands: JupyterLab opens, a kernel answers, and what goes wrong is noticed."""

import pytest
from playwright.sync_api import Page, expect

from tests.support.axe import violations
from tests.support.jupyter import JupyterLab
from tests.support.notebooks import COUNTER, write_notebook
from tests.support.watch import Watch


def test_a_widget_runs_in_jupyterlab_and_its_kernel_answers(page: Page, jupyter_lab: JupyterLab) -> None:
    write_notebook(jupyter_lab.root / "counter.ipynb", COUNTER)
    button = jupyter_lab.show(page, "counter.ipynb").get_by_role("button")
    expect(button).to_have_text("pressed 0, doubled 0")
    button.click()
    expect(button).to_have_text("pressed 1, doubled 2")


def test_a_cell_that_raises_fails_the_run_in_its_own_words(page: Page, jupyter_lab: JupyterLab) -> None:
    write_notebook(jupyter_lab.root / "raises.ipynb", "1 + 1", "raise ValueError('on purpose')")
    jupyter_lab.open(page, "raises.ipynb")
    with pytest.raises(AssertionError, match="on purpose"):
        jupyter_lab.run_all(page)


def test_errors_and_requests_that_leave_the_machine_are_noticed(page: Page, watch: Watch) -> None:
    page.set_content("<script>console.error('on purpose'); oops()</script>")
    page.evaluate("() => fetch('http://lagviz.invalid/').catch(() => {})")
    watch.forgive("console error at : on purpose")
    watch.forgive("ReferenceError: oops is not defined")
    watch.forgive("request that leaves the machine: http://lagviz.invalid/")
    watch.forgive("net::ERR_")


def test_axe_finds_a_picture_without_words_also_where_scripts_are_refused(page: Page) -> None:
    page.set_content(
        """<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:">
        <main class="lagviz"><img src="data:,"><button>Next step</button></main>"""
    )
    (found,) = violations(page)
    assert found.startswith("image-alt at img: ")
