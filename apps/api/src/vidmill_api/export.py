"""Write what is made of the routes' declarations: the OpenAPI document, from which the web app's
types are made, and the page that lists the routes."""

from __future__ import annotations

from pathlib import Path

import orjson

from vidmill_api.app import API_ROUTES, OPEN_ROUTES, PREFIX, below, openapi_document
from vidmill_api.reference import render_reference


def render() -> str:
    """The OpenAPI document as it is kept in version control."""
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    return orjson.dumps(openapi_document(), option=options).decode()


def render_page() -> str:
    """The page likewise."""
    return render_reference(PREFIX, [*below(PREFIX, API_ROUTES), *OPEN_ROUTES])


#: What is written where, from the checkout's root.
WRITTEN = {"apps/api/openapi.json": render, "docs/api.md": render_page}

if __name__ == "__main__":
    for name, made in WRITTEN.items():
        Path(name).write_text(made(), encoding="utf-8")
