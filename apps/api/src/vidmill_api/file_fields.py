"""What a client says about a file it sends."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints


def _base_name(value: str) -> str:
    """The name without folders and control characters: it is shown, and offered for downloads."""
    name = value.replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(c for c in name if unicodedata.category(c) not in {"Cc", "Zl", "Zp"})
    if not visible.strip(" ."):
        raise ValueError("the name needs a letter or a digit")
    return visible.strip()


FileName = Annotated[
    str, StringConstraints(min_length=1, max_length=255), AfterValidator(_base_name)
]
"""A file's own name; folders before it are left out."""

ContentType = Annotated[
    str,
    StringConstraints(max_length=127, pattern=r"^[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+$"),
    Field(description="Media type without parameters (RFC 6838, section 4.2)."),
]
"""What the file claims to be; what it is, is sniffed later."""
