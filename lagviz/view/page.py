"""A program as one HTML file: the same front end, without Jupyter, from disk, offline, with nothing fetched."""

from __future__ import annotations

import base64
import hashlib
import html
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lagviz.engine.filling import spoken
from lagviz.engine.question import asked
from lagviz.engine.tape import Tape
from lagviz.errors import InputError
from lagviz.view.alternatives import alternatives
from lagviz.view.built import read
from lagviz.view.packing import as_json
from lagviz.view.questions import questions
from lagviz.view.scene import scene

if TYPE_CHECKING:
    import os

    from lagviz.engine.solution import Solution, Step
    from lagviz.view.explorer import Explorer

__all__ = ["page", "page_scene", "save_html"]


#: Bytes that a page may have before other methods are left out of it.
MOST_BYTES = 1_000_000


def save_html(program: Tape | Explorer, path: str | os.PathLike[str], *, methods: Sequence[str] | None = None) -> Path:
    """Write a page that steps through a program: graph, matrix and each step, linked.

    Parameters
    ----------
    program : Tape or Explorer
        Of an explorer the page shows what it shows now, and asks first where it does (``explorer.predict``).
    path : str or path-like
        Where to write it. An existing file is replaced.
    methods : sequence of str, optional
        Ways of solving that can be chosen on the page, beside the one it opens with. Without it: all that apply to a program
        of up to 150 equations and are little work, as long as the page stays below a megabyte.

    Returns
    -------
    pathlib.Path
        The file, absolute.

    Raises
    ------
    InputError
        ``program`` is neither, or ``methods`` is no list.
    UnknownNameError, NotApplicableError
        One of the methods is none, or does not apply to the program.

    Examples
    --------
    >>> import tempfile, lagviz as lv
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = lv.save_html(lv.record(lambda x: x**2, x=3.0), f"{folder}/square.html")
    ...     file.name, file.read_text(encoding="utf-8")[:15]
    ('square.html', '<!doctype html>')
    """
    if isinstance(methods, str):
        raise InputError(f"methods= is a list of names: methods=[{methods!r}].")
    if isinstance(program, Tape):
        solution = asked(program).solve()
        text = page(solution, page_scene(solution, partial(scene, solution), methods))
    elif hasattr(program, "solution") and hasattr(program, "page_bytes"):
        text = page(program.solution, program.page_bytes(methods), predict=program.predict)
    else:
        raise InputError(
            f"save_html takes a Tape or an Explorer, not a {type(program).__name__}. Write save_html(lv.record(f, …), path)."
        )
    target = Path(path).resolve()
    target.write_text(text, encoding="utf-8")
    return target


def page_scene(solution: Solution, make: Callable[..., bytes], methods: Sequence[str] | None = None) -> bytes:
    """Make the scene for a page without a kernel, with what it says of other questions, and by other methods."""
    asked_otherwise = questions(solution)
    alone = make(questions=asked_otherwise)
    room = MOST_BYTES - len(page(solution, alone).encode())
    carried = []
    for other in alternatives(solution, methods):
        room -= len(as_json(other)) * 4 // 3  # as base64
        if methods is not None or room >= 0:
            carried.append(other)
    return make(questions=asked_otherwise, alternatives=carried) if carried else alone


def page(solution: Solution, scene_bytes: bytes | None = None, *, predict: bool = False) -> str:
    """The page's text.

    Script and style are allowed by their hashes alone, so the page works under its own strict policy, and nothing that
    is written into it can run. With ``predict`` it opens asking for each λ before it shows it, and does not write them
    down for readers without scripts.
    """
    script, style = read("page.js"), read("page.css")
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_hash(script)}",
            f"style-src {_hash(style)}",
            "worker-src blob:",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    data = base64.b64encode(scene_bytes or scene(solution, questions=questions(solution))).decode()
    tape = solution.system.tape
    title = html.escape(f"{tape.title}: back substitution")
    said = [] if predict else [spoken(step.lines, solution) for step in _first(solution)]
    steps = "\n".join(f"<li>{html.escape(sentence)}</li>" for sentence in said)
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main id="lagviz"{" data-predict" if predict else ""}></main>
<noscript><h1>{title}</h1><ol>
{steps}
</ol></noscript>
<script type="application/octet-stream" id="lagviz-scene">{data}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def _first(solution: Solution, most: int = 200) -> list[Step]:
    return [step for step, _ in zip(solution.steps(), range(most), strict=False)]


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
