"""The API's own documentation: the OpenAPI document, and Swagger UI from files of our own."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from vidmill.console import console_file
from vidmill.errors import NotFound
from vidmill_api.context import Context

#: Nothing from other hosts, nothing inline; Swagger UI's stylesheet carries its icons as data.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HEADERS = {"Content-Security-Policy": _CSP, "Cache-Control": "no-cache"}
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Vidmill API</title>
<h1>Vidmill API</h1><p>The browsable documentation is not built here. Run <code>make up</code> in
the checkout, or let CONSOLE_DIR name the folder that holds it. What it shows is in
<a href="/openapi.json">/openapi.json</a>.</p></html>"""


async def openapi(request: Request) -> Response:
    """The document, encoded once."""
    return Response(
        request.app.state.openapi,
        media_type="application/json",
        headers={"Cache-Control": "no-cache"},
    )


async def docs(_: Request) -> Response:
    """To the folder, against which the page names its files."""
    return RedirectResponse("/docs/")


async def docs_file(request: Request) -> Response:
    """Swagger UI, or, where it was not built, a page that says how to."""
    context: Context = request.app.state.context
    name = request.path_params["path"] or "index.html"
    if path := console_file(context.settings, "docs", name):
        return FileResponse(path, headers=_HEADERS)
    if name == "index.html":
        return HTMLResponse(_NOT_BUILT, headers=_HEADERS)
    raise NotFound
