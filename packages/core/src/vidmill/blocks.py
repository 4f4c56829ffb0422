"""Statements and scripts in files of their own: named blocks, loaded beside what runs them.

A block begins with `-- name: verb_noun`, a comment in SQL and in Lua, and ends where the next
begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)$", re.MULTILINE)


def load_blocks(package: str, filename: str) -> Mapping[str, LiteralString]:
    """The named blocks of a file of a package; raises `ValueError` on a name twice."""
    text = files(package).joinpath(filename).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    blocks: dict[str, LiteralString] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in blocks:
            raise ValueError(f"{filename} names {name} twice")
        # Part of the package, never of a request: as literal as a string in the source.
        blocks[name] = cast("LiteralString", body.strip().rstrip(";"))
    return MappingProxyType(blocks)
