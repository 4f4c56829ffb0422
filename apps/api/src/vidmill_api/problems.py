"""Errors as RFC 9457 problem documents: a stable code for programs, a sentence for people."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import orjson
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from vidmill.errors import DependencyDown, InvalidSource, Unauthenticated, VidmillError

log = logging.getLogger(__name__)

_HTTP = {
    404: ("not_found", "There is nothing at this address. See /docs for those there are."),
    405: ("method_not_allowed", "This address does not take that method. See /docs."),
}


class MalformedBody(VidmillError):
    """The body is not valid JSON. Send a JSON object."""

    code = "malformed_json"
    status = 400


class UnsupportedMediaType(VidmillError):
    """Send the body as JSON, with Content-Type: application/json."""

    code = "unsupported_media_type"
    status = 415


class BodyTooLarge(VidmillError):
    """The body is too large for this address. Files are sent to storage, not here."""

    code = "body_too_large"
    status = 413


def problem(
    status: int, code: str, detail: str, errors: Sequence[dict[str, Any]] | None = None
) -> Response:
    """A problem document; `errors` holds one entry a field."""
    body: dict[str, Any] = {
        "type": f"urn:vidmill:problem:{code}",
        "title": code.replace("_", " ").capitalize(),
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors is not None:
        body["errors"] = list(errors)
    return Response(orjson.dumps(body), status, media_type="application/problem+json")


async def on_domain_error(_: Request, error: Exception) -> Response:
    """Any error of our own."""
    assert isinstance(error, VidmillError)
    code = error.source_code if isinstance(error, InvalidSource) else error.code
    response = problem(error.status, code, " ".join(error.detail.split()))
    if isinstance(error, DependencyDown):
        response.headers["Retry-After"] = "2"
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def on_invalid(_: Request, error: Exception) -> Response:
    """A body or query that does not fit its model: one entry a field."""
    assert isinstance(error, ValidationError)
    errors = [
        {
            "field": ".".join(str(part) for part in entry["loc"]) or "body",
            "code": entry["type"],
            "detail": entry["msg"],
        }
        for entry in error.errors(include_url=False, include_input=False)
    ]
    fields = ", ".join(sorted({str(entry["field"]) for entry in errors}))
    return problem(422, "invalid_request", f"Check these fields: {fields}.", errors)


async def on_http_error(_: Request, error: Exception) -> Response:
    """Starlette's own: unknown address, wrong method."""
    assert isinstance(error, HTTPException)
    code, detail = _HTTP.get(error.status_code, ("http_error", str(error.detail)))
    response = problem(error.status_code, code, detail)
    response.headers.update(error.headers or {})
    return response


async def on_unexpected(request: Request, error: Exception) -> Response:
    """A fault of ours. What happened is in the log under the request's id, not in the answer."""
    log.error("unexpected error", exc_info=error, extra={"path": request.url.path})
    return problem(500, VidmillError.code, VidmillError().detail)
