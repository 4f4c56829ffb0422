"""Hand-written SQL: named blocks of a `.sql` file, loaded beside the functions that run them.

A block begins with `-- name: verb_noun` and ends where the next begins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import LiteralString, cast

_NAME = re.compile(r"^-- name: ([a-z][a-z0-9_]*)$", re.MULTILINE)


def load_queries(filename: str) -> Mapping[str, LiteralString]:
    """The named blocks of one `.sql` file of this package; raises `ValueError` on a name twice."""
    text = files("vidmill.db").joinpath(filename).read_text(encoding="utf-8")
    parts = _NAME.split(text)[1:]
    queries: dict[str, LiteralString] = {}
    for name, body in zip(parts[::2], parts[1::2], strict=True):
        if name in queries:
            raise ValueError(f"{filename} names {name} twice")
        # Part of the package, never of a request: as literal as a string in the source.
        queries[name] = cast("LiteralString", body.strip().rstrip(";"))
    return MappingProxyType(queries)
