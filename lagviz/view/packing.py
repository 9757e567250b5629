"""The scene as bytes, and back: a JSON header and binary columns, laid out as `scene.json` says.

Numbers travel as float64 and int32, so NaN survives and a million nodes are a few megabytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["VERSION", "as_json", "definition", "pack", "unpack"]

_MAGIC = b"LAGVIZ01"
_ALIGNMENT = 8

Columns = Mapping[str, NDArray[Any]]


@cache
def definition() -> dict[str, Any]:
    """What a scene is: the JSON Schema of its header, and its columns."""
    read: dict[str, Any] = json.loads(files("lagviz.view").joinpath("scene.json").read_text(encoding="utf-8"))
    return read


VERSION: int = definition()["properties"]["version"]["const"]


def pack(header: Mapping[str, Any], columns: Columns) -> bytes:
    """One block of bytes of a header (without its ``columns``) and all columns of the definition.

    Raises
    ------
    ValueError
        A column is missing, or is none of the definition's.
    """
    defined = definition()["x-columns"]
    if set(columns) != set(defined):
        raise ValueError(f"columns differ from scene.json: {sorted(set(columns) ^ set(defined))}")
    placed, parts, offset = {}, [], 0
    for name, column in defined.items():
        data = np.ascontiguousarray(columns[name], dtype=np.dtype(column["dtype"]).newbyteorder("<")).ravel()
        raw = data.tobytes()
        placed[name] = {"dtype": column["dtype"], "offset": offset, "length": len(data)}
        parts.append(raw + bytes(-len(raw) % _ALIGNMENT))
        offset += len(parts[-1])
    text = as_json({**header, "columns": placed})
    head = _MAGIC + struct.pack("<II", len(text), 0) + text
    return head + bytes(-len(head) % _ALIGNMENT) + b"".join(parts)


def as_json(value: Any) -> bytes:
    """Without spaces. Strictly JSON: a NaN that slipped in would be unreadable for the page."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def unpack(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Header and columns of what `pack` made.

    Raises
    ------
    ValueError
        It is no scene, or one of another version.
    """
    if data[:8] != _MAGIC:
        raise ValueError("these bytes are no lagviz scene")
    (length, _) = struct.unpack_from("<II", data, 8)
    header = json.loads(data[16 : 16 + length])
    if header["version"] != VERSION:
        raise ValueError(f"this scene has version {header['version']}; this lagviz reads version {VERSION}")
    start = 16 + length + (-(16 + length) % _ALIGNMENT)
    columns = {
        name: np.frombuffer(data, np.dtype(at["dtype"]).newbyteorder("<"), at["length"], start + at["offset"])
        for name, at in header["columns"].items()
    }
    return header, columns
