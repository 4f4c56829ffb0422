"""Hand-written SQL, in `.sql` files beside the functions that run it: see `vidmill.blocks`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import LiteralString

from vidmill.blocks import load_blocks


def load_queries(filename: str) -> Mapping[str, LiteralString]:
    """The statements of one `.sql` file of this package; raises `ValueError` on a name twice."""
    return load_blocks("vidmill.db", filename)
