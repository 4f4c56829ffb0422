"""Write the OpenAPI document to a file, from which the web app's types are made."""

from __future__ import annotations

import sys
from pathlib import Path

import orjson

from vidmill_api.app import openapi_document


def render() -> str:
    """The document as it is kept in version control."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(openapi_document(), option=options).decode()


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else "apps/api/openapi.json").write_text(
        render(), encoding="utf-8"
    )
