"""The built front end: what esbuild made of ``js/src``, read when it is first used."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lagviz.errors import LagvizError

__all__ = ["MissingFrontEndError", "path", "read"]

_FOLDER = Path(__file__).parent / "static"


class MissingFrontEndError(LagvizError, FileNotFoundError):
    """lagviz was installed without its front end."""


def path(name: str) -> Path:
    """A built file: ``widget.js``, ``widget.css``, ``page.js``, ``page.css``.

    Raises
    ------
    MissingFrontEndError
        It was not built.
    """
    file = _FOLDER / name
    if not file.is_file():
        raise MissingFrontEndError(
            f"lagviz is installed without its front end ({name} is missing). From a checkout, run `make build`; otherwise "
            "reinstall the package."
        )
    return file


@cache
def read(name: str) -> str:
    """Text of a built file, read once."""
    return path(name).read_text(encoding="utf-8")
