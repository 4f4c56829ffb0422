"""The API's own documentation: the OpenAPI document, and Swagger UI from files of our own."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from vidmill.errors import NotFound
from vidmill_api.context import Context

#: Nothing from other hosts; Swagger UI sets styles on its elements.
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_NOT_BUILT = """<!doctype html><html lang="en"><title>Vidmill API</title>
<h1>Vidmill API</h1><p>The browsable documentation is not built here; run <code>make setup</code>
in the checkout. The document itself: <a href="/openapi.json">/openapi.json</a>.</p></html>"""


async def openapi(request: Request) -> Response:
    """The document, encoded once."""
    return Response(request.app.state.openapi, media_type="application/json")


async def docs(request: Request) -> Response:
    """Swagger UI, or, where it was not built, a page that says how to."""
    folder = _folder(request)
    headers = {"Content-Security-Policy": _CSP}
    if not folder.joinpath("index.html").is_file():
        return HTMLResponse(_NOT_BUILT, headers=headers)
    return FileResponse(folder / "index.html", headers=headers)


async def docs_file(request: Request) -> Response:
    """One of Swagger UI's files."""
    folder = _folder(request).resolve()
    path = folder.joinpath(request.path_params["path"]).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise NotFound
    return FileResponse(path, headers={"Content-Security-Policy": _CSP})


def _folder(request: Request) -> Path:
    context: Context = request.app.state.context
    return (context.settings.console_dir or Path("console")) / "docs"
