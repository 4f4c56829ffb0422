"""One request to a receiver of webhooks, and what its answer means."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from vidmill.outbound import Outbound, OutboundFailed, Reply
from vidmill.outbound_rules import UrlRefused, read_url
from vidmill.sealing import Sealer, Unreadable
from vidmill.webhook_signatures import signature_headers
from vidmill.webhooks import Sending

#: Of the answer's head and of its body, so much goes into the log.
KEPT_BYTES = 1024
_GONE = 410


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a request. `attempt` is its row in the log, without its number."""

    attempt: dict[str, Any]
    retry_after: float | None
    silent: bool
    """No full answer came in time."""

    @property
    def delivered(self) -> bool:
        return self.attempt["error"] is None

    @property
    def gone(self) -> bool:
        return self.attempt["response_status"] == _GONE


async def send(outbound: Outbound, sealer: Sealer, sending: Sending, *, seconds: float) -> Outcome:
    """Send one delivery; whatever goes wrong is an outcome."""
    body = orjson.dumps(sending.payload)
    headers: dict[str, str] = {}
    reply: Reply | None = None
    error: str | None = None
    silent = False
    started_at, began = datetime.now(UTC), time.perf_counter()
    try:
        headers = _headers(sealer, sending, body, int(started_at.timestamp()))
        reply = await outbound.post(
            sending.url, headers=headers, body=body, seconds=seconds, keep_bytes=KEPT_BYTES
        )
        error = None if 200 <= reply.status < 300 else _complaint(reply.status)
    except Unreadable:
        error = "The secret can't be read: SECRET_KEY has changed since. Rotate the secret."
    except UrlRefused as refused:
        error = refused.detail
    except OutboundFailed as failed:
        error, silent = failed.detail, failed.reason == "timeout"
    return Outcome(
        attempt={
            "started_at": started_at,
            "seconds": time.perf_counter() - began,
            "url": sending.url,
            "request_head": _request_head(sending.url, headers, len(body)),
            "request_size": len(body),
            "request_sha256": hashlib.sha256(body).digest(),
            "response_status": reply and reply.status,
            "response_head": reply and _response_head(reply),
            "response_body": reply and _text(reply.body),
            "error": error,
        },
        retry_after=_retry_after(reply),
        silent=silent,
    )


def _headers(sealer: Sealer, sending: Sending, body: bytes, timestamp: int) -> dict[str, str]:
    where = sending.webhook_id.bytes
    keys = [
        sealer.open(sealed, where)
        for sealed in (sending.secret, sending.previous_secret)
        if sealed is not None
    ]
    signed = signature_headers(keys, delivery_id=str(sending.id), timestamp=timestamp, body=body)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Vidmill-Webhooks/1",
        "X-Webhook-Event": sending.event,
        **signed,
    }


def _complaint(status: int) -> str:
    if 300 <= status < 400:
        return f"The receiver answered {status}; redirects are not followed."
    return f"The receiver answered {status}."


def _request_head(url: str, headers: dict[str, str], size: int) -> str:
    target = read_url(url)
    lines = [
        f"POST {target.path} HTTP/1.1",
        f"Host: {target.host_header}",
        *(f"{name}: {value}" for name, value in headers.items()),
        f"Content-Length: {size}",
    ]
    return "\n".join(lines)


def _response_head(reply: Reply) -> str:
    lines = [f"HTTP/1.1 {reply.status}", *(f"{name}: {value}" for name, value in reply.headers)]
    return _text("\n".join(lines).encode()[:KEPT_BYTES])


def _text(content: bytes) -> str:
    """As PostgreSQL can hold it: text without NUL."""
    return content.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _retry_after(reply: Reply | None) -> float | None:
    """Seconds that the receiver asks for (RFC 9110, section 10.2.3); its form as a date is not
    read."""
    values = [value for name, value in (reply.headers if reply else ()) if _is(name)]
    return float(values[0]) if values and values[0].isdigit() and len(values[0]) < 9 else None


def _is(name: str) -> bool:
    return name.lower() == "retry-after"
