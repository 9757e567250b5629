"""A saved page: one file, under a policy of its own that lets nothing in but what is in it."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lagviz as lv
from lagviz.view.packing import unpack
from lagviz.view.page import page


def loss(x, w):
    return np.tanh(w * x) ** 2


class Elements(HTMLParser):
    """Every element with its attributes, and the text in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), []))

    def handle_endtag(self, tag: str) -> None:
        self.found.append((f"/{tag}", {}, []))  # what follows belongs to nobody

    def handle_data(self, data: str) -> None:
        if self.found:
            self.found[-1][2].append(data)

    def of(self, tag: str) -> list[tuple[dict[str, str | None], str]]:
        return [(attributes, "".join(text)) for name, attributes, text in self.found if name == tag]


@pytest.fixture
def saved(tmp_path: Path) -> Elements:
    path = lv.save_html(lv.record(loss, x=1.5, w=0.7), tmp_path / "page.html")
    assert path == (tmp_path / "page.html").resolve()
    text = path.read_text(encoding="utf-8")
    assert len(text.encode()) < 1_000_000
    return Elements(text)


def digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def test_script_and_style_are_those_whose_hashes_are_allowed(saved: Elements) -> None:
    policy = next(a["content"] for a, _ in saved.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    rules: dict[str, list[str]] = {}
    for rule in policy.split("; "):
        name, *values = rule.split()
        rules[name] = values
    assert rules["default-src"] == ["'none'"]
    scripts = [text for attributes, text in saved.of("script") if attributes.get("type") == "module"]
    assert rules["script-src"] == [digest(text) for text in scripts]
    assert rules["style-src"] == [digest(text) for _, text in saved.of("style")]
    assert not any("http" in value or value == "*" for values in rules.values() for value in values)


def test_nothing_is_fetched(saved: Elements) -> None:
    for tag, attributes, _ in saved.found:
        for name in ("src", "href", "srcset", "data", "action", "poster"):
            assert name not in attributes, (tag, attributes)
        assert not any(name.startswith("on") for name in attributes), (tag, attributes)
    for _, style in saved.of("style"):
        assert "@import" not in style
        assert all(url.strip("'\"").startswith("data:") for url in re.findall(r"url\(([^)]*)", style))
    for attributes, script in saved.of("script"):
        if attributes.get("type") == "module":
            assert not re.search(r"\b(?:import|fetch)\s*\(\s*[\"'`]https?:", script)
            assert not re.search(r"\bfrom\s*[\"']https?:", script)


def test_the_page_carries_the_scene(saved: Elements) -> None:
    (data,) = (text for attributes, text in saved.of("script") if attributes.get("id") == "lagviz-scene")
    header, columns = unpack(base64.b64decode(data))
    assert header["title"]["signature"] == "loss(x, w)"
    solution = lv.record(loss, x=1.5, w=0.7).adjoint_system().solve()
    assert columns["multiplier"].tolist() == list(solution.multipliers)


def test_without_script_the_steps_can_be_read(saved: Elements) -> None:
    said = [text for _, text in saved.of("li")]
    steps = list(lv.record(loss, x=1.5, w=0.7).adjoint_system().solve().steps())
    assert [one.strip() for one in said] == [step.sentence for step in steps]


def test_a_page_of_an_explorer_that_asks_first_does_so_too(tmp_path: Path) -> None:
    explorer = lv.explore(loss, x=1.5, w=0.7)
    explorer.predict = True
    asking = Elements(explorer.to_html(tmp_path / "page.html").read_text(encoding="utf-8"))
    assert [attributes for attributes, _ in asking.of("main")] == [{"id": "lagviz", "data-predict": None}]
    assert asking.of("li") == []
    explorer.predict = False
    plain = Elements(explorer.to_html(tmp_path / "page.html").read_text(encoding="utf-8"))
    assert [attributes for attributes, _ in plain.of("main")] == [{"id": "lagviz"}]
    assert plain.of("li") != []
    explorer.close()


def test_names_cannot_break_out_of_the_page() -> None:
    evil = "</script><script>alert(1)</script>"
    tape = lv.record(lambda d: d[evil] * 2, {evil: 1.0})
    elements = Elements(page(tape.adjoint_system().solve()))
    assert len(elements.of("script")) == 2
    assert not any("alert(1)" in text for attributes, text in elements.of("script"))


def test_an_array_result_is_asked_about_by_its_first_element(tmp_path: Path) -> None:
    path = lv.save_html(lv.record(lambda x: x * x, np.array([1.0, 2.0])), tmp_path / "page.html")
    assert "λ" in path.read_text(encoding="utf-8")


def test_what_is_no_program_is_refused(tmp_path: Path) -> None:
    anything: Any = loss
    with pytest.raises(lv.LagvizError, match="takes a Tape or an Explorer, not a function") as caught:
        lv.save_html(anything, tmp_path / "page.html")
    assert isinstance(caught.value, TypeError)
    assert not (tmp_path / "page.html").exists()
