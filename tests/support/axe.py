"""Ask axe whether what is on a page can be used without eyes or a mouse.

axe comes with the front end's packages (`js/node_modules`). It cannot judge contrast in SVG.
"""

from typing import Any

from playwright.sync_api import Page

from tests.support.tree import ROOT

SOURCE = ROOT / "js/node_modules/axe-core/axe.min.js"


def violations(page: Page, root: str = ".lagviz") -> list[str]:
    """Return a line for each element at fault under `root`: the rule, where it is, and what is wrong with it."""
    # Evaluated and not added as a tag, which a page with a strict policy refuses.
    page.evaluate(f"() => {{ {SOURCE.read_text(encoding='utf-8')} }}")
    found: list[dict[str, Any]] = page.evaluate("async (root) => (await axe.run(root)).violations", root)
    return [
        f"{rule['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]
