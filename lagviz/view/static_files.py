"""The built front end: what esbuild made of ``js/src``, read when it is first used."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from lagviz.errors import LagvizError

__all__ = ["MissingFrontEndError", "read"]


class MissingFrontEndError(LagvizError, FileNotFoundError):
    """lagviz was installed without its front end."""


@cache
def read(name: str) -> str:
    """Text of a built file: ``widget.js``, ``widget.css``, ``page.js``, ``page.css``."""
    path = files("lagviz.view").joinpath("static", name)
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MissingFrontEndError(
            f"lagviz is installed without its front end ({name} is missing). From a checkout, run `make build`; otherwise "
            "reinstall the package."
        ) from None
