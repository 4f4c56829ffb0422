"""The API's own documentation: the OpenAPI document, and Swagger UI from files of our own."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from vidmill.errors import NotFound
from vidmill_api.context import Context

#: Nothing from other hosts; Swagger UI sets styles on its elements.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self'; connect-src 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; form-action 'none'"
)
_HEADERS = {"Content-Security-Policy": _CSP, "Cache-Control": "no-cache"}
_NOT_BUILT = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Vidmill API</title>
<h1>Vidmill API</h1><p>The browsable documentation is not built here. Run <code>make up</code> in
the checkout, or let CONSOLE_DIR name the folder that holds it. What it shows is in
<a href="/openapi.json">/openapi.json</a>.</p></html>"""

#: Where `make` builds it, for a service that runs from a checkout.
_BUILT = Path(__file__).resolve().parents[5] / "packages" / "console" / "dist"


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
    folder = _folder(request)
    name = request.path_params["path"] or "index.html"
    path = (folder / name.replace("\0", "")).resolve()
    if path.is_relative_to(folder) and path.is_file():
        return FileResponse(path, headers=_HEADERS)
    if name == "index.html":
        return HTMLResponse(_NOT_BUILT, headers=_HEADERS)
    raise NotFound


def _folder(request: Request) -> Path:
    context: Context = request.app.state.context
    return ((context.settings.console_dir or _BUILT) / "docs").resolve()
