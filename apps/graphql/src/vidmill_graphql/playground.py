"""The playground: GraphiQL, from files of our own."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from vidmill.console import console_file
from vidmill.errors import NotFound
from vidmill.settings import Settings
from vidmill_graphql.refusals import refused

#: Nothing from other hosts. GraphiQL's stylesheet carries its fonts and the marks of its editor as
#: data. Inline there is one style, known by its hash: an open menu or dialog adds it to keep the
#: page behind from scrolling. The browser tests notice when another version adds another.
_CSP = (
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-Y/huXlwoYkVyQlxwSVcCi1RCDGDCSVBzDt0hYP9qlTc='; "
    "img-src 'self' data:; font-src data:; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
_PAGE_HEADERS = {
    "Content-Security-Policy": _CSP,
    "Cache-Control": "no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Vidmill GraphQL</title>
<h1>Vidmill GraphQL</h1><p>POST queries to <code>/query</code>. The playground is not built here.
Run <code>make up</code> in the checkout, or let CONSOLE_DIR name the folder that holds it.</p>
</html>"""


async def playground(request: Request) -> Response:
    """GraphiQL from files of our own, or, where it was not built, a page that says how to."""
    page = _console_file(request, "index.html")
    if page is None:
        return HTMLResponse(_NOT_BUILT, headers=_PAGE_HEADERS)
    return FileResponse(page, headers=_PAGE_HEADERS)


async def playground_file(request: Request) -> Response:
    """One of GraphiQL's files."""
    path = _console_file(request, request.path_params["path"])
    if path is None:
        return refused(404, NotFound.code, "There is nothing at this address.")
    return FileResponse(path, headers=_PAGE_HEADERS)


def _console_file(request: Request, name: str) -> Path | None:
    settings: Settings = request.app.state.settings
    return console_file(settings, "graphiql", name)
