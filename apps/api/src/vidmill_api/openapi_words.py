"""What the OpenAPI document says in words: tags, headers, and what statuses mean."""

from __future__ import annotations

from typing import Any

from vidmill_api.operation import IDEMPOTENCY_KEY

DESCRIPTION = """Vidmill turns uploads into video that plays everywhere. This API takes every
write; reads beyond single jobs and lists are in the GraphQL API. Errors are RFC 9457 problem
documents. Send `X-API-Key`, or `Authorization: Bearer` with a token of `POST /auth/login`."""


TAGS = {
    "auth": "Accounts, signing in and out, and API keys.",
    "uploads": "Getting a file into storage: in one PUT, or in parts that can be resumed.",
    "videos": "What was uploaded, and what of it everybody may watch.",
    "jobs": "Transcoding a video, and what comes of it.",
    "presets": "What jobs make, under a name.",
    "usage": "What was used.",
    "webhooks": "Requests to your server when something happens, and the log of them.",
    "links": "Single links to put a file, or to read one.",
    "playback": "Published files, for players.",
    "admin": "For administrators.",
    "system": "How much there is to do, how much was done, and what is wrong.",
    "health": "For those who run it.",
}

REQUEST_HEADERS: dict[str, dict[str, Any]] = {
    IDEMPOTENCY_KEY: {
        "description": "The same key and request get the same answer, for 24 hours.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 255},
    },
    "Range": {
        "description": "One range of bytes (RFC 9110, section 14).",
        "schema": {"type": "string"},
    },
    "If-Range": {
        "description": "The ETag that the range is of; of another version all is sent.",
        "schema": {"type": "string"},
    },
    "Content-MD5": {
        "description": "Base64 of the body's MD5 (RFC 1864): a body that differs is not kept.",
        "schema": {"type": "string"},
    },
    "If-Match": {
        "description": "The ETag of what is to be changed; another version is left alone.",
        "schema": {"type": "string"},
    },
    "Last-Event-ID": {
        "description": "The id of the last event that is here already.",
        "schema": {"type": "string"},
    },
    "If-None-Match": {
        "description": "ETags that are here already.",
        "schema": {"type": "string"},
    },
}

PATH_SCHEMAS: dict[str, dict[str, Any]] = {
    "uuid": {"type": "string", "format": "uuid"},
    "int": {"type": "integer", "minimum": 0},
}

RESPONSE_HEADERS: dict[str, dict[str, Any]] = {
    "Content-Disposition": {"description": "The name of the file.", "schema": {"type": "string"}},
    "Location": {"description": "Where it is.", "schema": {"type": "string"}},
    "ETag": {"description": "The version of the content.", "schema": {"type": "string"}},
    "Cache-Control": {"description": "How long it may be kept.", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}},
    "RateLimit-Policy": {
        "description": "The rate limits that hold: per policy q requests in w seconds "
        "(draft-ietf-httpapi-ratelimit-headers-10).",
        "schema": {"type": "string"},
    },
    "RateLimit": {
        "description": "What is left of them: per policy r requests, and all again in t seconds.",
        "schema": {"type": "string"},
    },
    "WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}},
    "Content-Range": {"description": "How long the file is.", "schema": {"type": "string"}},
}

#: Of every answer to a request that is limited, unless the limits are turned off.
LIMIT_HEADERS = ("RateLimit-Policy", "RateLimit")

#: The header that goes with an error's status.
ERROR_HEADERS = {
    401: "WWW-Authenticate",
    402: "Retry-After",
    416: "Content-Range",
    429: "Retry-After",
    503: "Retry-After",
}

#: What an answer that is no error means, besides the usual one.
ALSO = {206: "The range.", 304: "What is here already is the same.", 503: "Not all is well."}

EVENT_STREAM = "text/event-stream"
