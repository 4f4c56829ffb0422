"""Errors as RFC 9457 problem documents: a stable code for programs, a sentence for people."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from vidmill.errors import (
    DependencyDown,
    InvalidRequest,
    InvalidSource,
    Unauthenticated,
    VidmillError,
)
from vidmill.quotas import Quota, QuotaExceeded
from vidmill.rate_limits import RateLimited
from vidmill_api.encoding import dumps

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

_HTTP = {
    404: ("not_found", "There is nothing at this address. See /docs for those there are."),
    405: ("method_not_allowed", "This address takes other methods only: see Allow, or /docs."),
}
#: A restarted server is back within seconds.
_RETRY_AFTER_SECONDS = 2


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


class InvalidFields(InvalidRequest):
    """Some fields are not valid. See errors[] for each."""

    def __init__(self, errors: Sequence[dict[str, Any]]) -> None:
        self.errors = list(errors)
        fields = ", ".join(sorted({str(entry["field"]) for entry in self.errors}))
        super().__init__(f"Check these fields: {fields}.")

    @classmethod
    def one(cls, field: str, detail: str, code: str = "value_error") -> InvalidFields:
        """A single field that is not as it should be."""
        return cls([{"field": field, "code": code, "detail": detail}])

    @classmethod
    def of(cls, error: ValidationError) -> InvalidFields:
        """One entry a field, by its path; the values sent are not repeated."""
        return cls(
            [
                _field_error(entry["loc"], entry["type"], entry["msg"])
                for entry in error.errors(include_url=False, include_input=False)
            ]
        )


#: How a check of several fields begins that is about one of them: "rungs.0.crf: 60 is not …".
_NAMED = re.compile(r"([a-z]+(?:[._][a-z0-9]+)*)(?:: | is | must | needs )")


def _field_error(loc: tuple[int | str, ...], kind: str, message: str) -> dict[str, Any]:
    detail = message.removeprefix("Value error, ")
    path = [str(part) for part in loc]
    named = _NAMED.match(detail) if kind == "value_error" else None
    if named is not None and path[-1:] != [named[1]]:
        path.append(named[1])
    return {"field": ".".join(path) or "body", "code": kind, "detail": detail}


def quota_view(quota: Quota) -> dict[str, Any]:
    """`QuotaView`."""
    return {"limit": quota.limit, "used": quota.used, "resets_at": quota.resets_at}


def _quota_problem(quota: Quota) -> dict[str, Any]:
    return {"name": quota.name, **quota_view(quota)}


def problem(
    status: int,
    code: str,
    detail: str,
    errors: Sequence[dict[str, Any]] | None = None,
    quota: dict[str, Any] | None = None,
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
    if quota is not None:
        body["quota"] = quota
    return Response(dumps(body), status, media_type=MEDIA_TYPE)


async def on_domain_error(_: Request, error: Exception) -> Response:
    """Any error of our own."""
    assert isinstance(error, VidmillError)
    code = error.source_code if isinstance(error, InvalidSource) else error.code
    errors = error.errors if isinstance(error, InvalidFields) else None
    quota = _quota_problem(error.quota) if isinstance(error, QuotaExceeded) else None
    response = problem(error.status, code, " ".join(error.detail.split()), errors, quota)
    if isinstance(error, DependencyDown):
        response.headers["Retry-After"] = str(_RETRY_AFTER_SECONDS)
    if isinstance(error, RateLimited | QuotaExceeded) and error.retry_after_seconds is not None:
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, Unauthenticated):
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


async def on_http_error(request: Request, error: Exception) -> Response:
    """Starlette's own: unknown address, wrong method."""
    assert isinstance(error, HTTPException)
    code, detail = _HTTP.get(error.status_code, ("http_error", str(error.detail)))
    response = problem(error.status_code, code, detail)
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["Allow"] = ", ".join(_methods(request))
    return response


def _methods(request: Request) -> list[str]:
    """Every method of an address: each has a route of its own, and Starlette names but one."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    matching = [r for r in routes if r.matches(request.scope)[0] is not Match.NONE]
    return sorted({method for route in matching for method in route.methods or ()})


def unexpected() -> Response:
    """A fault of ours. What happened is in the log under the request's id, not in the answer."""
    return problem(500, VidmillError.code, VidmillError().detail)
