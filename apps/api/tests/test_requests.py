"""What holds for every request: errors, ids, CORS, metrics, documentation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from pathlib import Path

import httpx
import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from vidmill.logs import JsonFormatter
from vidmill_stack.pytest_plugin import MakeSettings

from .running import V1, Account, Service, eventually, post_job, problem, serve

UPLOADS = V1 + "/uploads"


async def test_bodies_that_are_none(http: httpx.AsyncClient) -> None:
    json = {"Content-Type": "application/json"}
    for content, status, code in (
        (b"{", 400, "malformed_json"),
        (b"", 400, "malformed_json"),
        (b"[]", 400, "malformed_json"),
        (b"null", 400, "malformed_json"),
        (b'{"size": NaN}', 400, "malformed_json"),
        (b'{"filename": "\xff"}', 400, "malformed_json"),
        (b"{" + b" " * 1_000_001, 413, "body_too_large"),
    ):
        problem(await http.post(UPLOADS, content=content, headers=json), status, code)

    async def endless() -> AsyncGenerator[bytes]:
        for _ in range(100):
            yield b" " * 20_000

    reply = await http.post(UPLOADS, content=endless(), headers=json)
    problem(reply, 413, "body_too_large")
    for kind in ({}, {"Content-Type": "text/plain"}, {"Content-Type": "multipart/form-data"}):
        reply = await http.post(UPLOADS, content=b"{}", headers=kind)
        problem(reply, 415, "unsupported_media_type")
    reply = await http.post(
        UPLOADS,
        content=b'{"filename":"a","size":1}',
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )
    assert reply.status_code == 201


async def test_a_whole_number_may_have_a_point(http: httpx.AsyncClient, video_id: str) -> None:
    body = {"video_id": video_id, "metadata": {"take": 1.0}}
    taken = await http.post(V1 + "/jobs", json=body | {"priority": 6.0})
    assert (taken.json()["priority"], taken.json()["metadata"]) == (6, {"take": 1.0})
    for wrong in (6.5, 1e300, "6", True):
        reply = await http.post(V1 + "/jobs", json=body | {"priority": wrong})
        assert problem(reply, 422, "invalid_request")["errors"][0]["field"] == "priority"


async def test_a_number_is_no_date(http: httpx.AsyncClient) -> None:
    for wrong in ("0.5", "1760000000", "2026-05-01", "2026-05-01T12:00:00"):
        reply = await http.get(V1 + "/jobs", params={"created_to": wrong})
        assert problem(reply, 422, "invalid_request")["errors"][0]["field"] == "created_to"
    for right in ("2026-05-01T12:00:00Z", "2026-05-01 12:00:00.5+02:00"):
        assert (await http.get(V1 + "/jobs", params={"created_to": right})).status_code == 200


async def test_addresses_and_methods_that_are_none(http: httpx.AsyncClient) -> None:
    for path in ("/", "/nothing", V1, V1 + "/jobs/123", V1 + "/jobs/", "/api/v2/jobs"):
        reply = await http.get(path, follow_redirects=True)
        assert (
            reply.status_code == 200 if path.endswith("jobs/") else problem(reply, 404, "not_found")
        )
    reply = await http.put(V1 + "/jobs")
    problem(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == "GET, HEAD, POST"
    reply = await http.put(f"{V1}/jobs/{'0' * 32}")
    problem(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == "DELETE, GET, HEAD, PATCH"


async def test_request_ids(http: httpx.AsyncClient) -> None:
    given = await http.get("/health", headers={"X-Request-ID": "abc-1.2_3"})
    assert given.headers["x-request-id"] == "abc-1.2_3"
    for odd in ("a b", "x" * 65, "é"):
        made = await http.get("/nothing", headers=[(b"X-Request-ID", odd.encode())])
        assert len(made.headers["x-request-id"]) == 32


async def test_safe_headers(http: httpx.AsyncClient) -> None:
    for path in (V1 + "/jobs", "/nothing", "/health"):
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "server" not in headers


async def test_our_pages_may_ask(service: Service, ada: Account) -> None:
    origin = service.context.settings.cors_origins[0]
    wanted = "content-type, x-api-key, idempotency-key, authorization"
    async with service.client(headers={"Origin": origin}) as page:
        asked = {
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": wanted,
        }
        preflight = await page.options(V1 + "/jobs", headers=asked)
        assert preflight.status_code == 200
        reply = await page.get(V1 + "/jobs", headers=ada.headers)
        unknown = await page.get("/nothing")
        for answer in (preflight, reply, unknown):
            assert answer.headers["access-control-allow-origin"] == origin
            assert answer.headers["access-control-allow-credentials"] == "true"
        exposed = reply.headers["access-control-expose-headers"]
        assert {"ETag", "Location", "X-Request-ID"} <= set(exposed.split(", "))
    async with service.client(headers={"Origin": "https://evil.example"}) as page:
        assert (await page.options(V1 + "/jobs", headers=asked)).status_code == 400
        reply = await page.get(V1 + "/jobs", headers=ada.headers)
        assert "access-control-allow-origin" not in reply.headers


async def test_unexpected_errors_are_told_and_logged(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_: Request) -> Response:
        raise RuntimeError("the secret cause")

    service.app.router.routes.insert(0, Route("/broken/{id}", broken))
    formatter = JsonFormatter("api")
    lines: list[bytes] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record).encode())

    handler = Keep()
    logging.getLogger().addHandler(handler)
    origin = service.context.settings.cors_origins[0]
    try:
        async with service.client(headers={"Origin": origin, "X-Request-ID": "r1"}) as page:
            reply = await page.get("/broken/5")
            metrics = (await page.get("/metrics")).text
    finally:
        logging.getLogger().removeHandler(handler)
    body = problem(reply, 500, "internal_error")
    assert "secret" not in str(body)
    assert reply.headers["x-request-id"] == "r1"
    assert reply.headers["access-control-allow-origin"] == origin
    [line] = [orjson.loads(line) for line in lines if b"the secret cause" in line]
    assert (line["request_id"], line["endpoint"], line["level"]) == ("r1", "/broken/{id}", "error")
    assert 'endpoint="/broken/{id}",method="GET",status="500"} 1.0' in metrics


async def test_metrics_count_by_route(http: httpx.AsyncClient, video_id: str) -> None:
    job_id = (await post_job(http, video_id))["id"]
    for path in (f"{V1}/jobs/{job_id}", f"/jobs/{job_id}", "/nothing/1", "/nothing/2"):
        await http.get(path)
    reply = await http.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    for line in (
        'http_requests_total{endpoint="/api/v1/jobs/{job_id:uuid}",method="GET",status="200"} 1.0',
        'http_requests_total{endpoint="/jobs/{job_id:uuid}",method="GET",status="200"} 1.0',
        'http_requests_total{endpoint="unknown",method="GET",status="404"} 2.0',
        "jobs_created_total 1.0",
        "uploads_completed_total 1.0",
        "transcode_input_bytes_total 7.0",
    ):
        assert line in reply.text
    assert "http_request_duration_seconds_bucket" in reply.text
    assert job_id not in reply.text


async def test_documentation(make_settings: MakeSettings, tmp_path: Path) -> None:
    async with serve(make_settings(console_dir=tmp_path)) as service, service.client() as browser:
        page = await browser.get("/docs", follow_redirects=True)
        assert page.status_code == 200
        assert "make up" in page.text
        folder = tmp_path / "docs"
        folder.mkdir()
        (folder / "index.html").write_text("<title>Swagger</title>")
        (folder / "ui.js").write_text("1")
        (folder / "ui.css").write_text("p {}")
        (folder / "icon.svg").write_text("<svg/>")
        (tmp_path / "secret.txt").write_text("x")
        page = await browser.get("/docs/")
        assert "Swagger" in page.text
        policy = page.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "http" not in policy, "nothing from other hosts"
        assert "unsafe" not in policy
        for name, kind in (("ui.js", "javascript"), ("ui.css", "css"), ("icon.svg", "svg+xml")):
            file = await browser.get(f"/docs/{name}")
            assert kind in file.headers["content-type"]
            assert file.headers["content-security-policy"] == policy
            assert file.headers["cache-control"] == "no-cache", "a new version is seen at once"
        outside = ("%2e%2e/secret.txt", "..%2f..%2fsecret.txt", f"%2f{tmp_path}/secret.txt")
        for name in (*outside, "none.js", "a%00b", "a" * 300):
            problem(await browser.get(f"/docs/{name}"), 404, "not_found")
        for path in ("/openapi.json", V1 + "/openapi.json"):
            document = (await browser.get(path)).json()
            assert document["openapi"].startswith("3.1")
        assert (await browser.get(V1 + "/docs", follow_redirects=True)).url.path == "/docs/"


async def test_a_client_that_leaves_is_no_error(
    service: Service, ada: Account, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection(*service.address)
    head = f"POST {UPLOADS} HTTP/1.1\r\nHost: x\r\nX-API-Key: {ada.key}\r\n"
    head += "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"

    async def logged() -> bool:
        return any(record.message == "request" for record in caplog.records)

    with caplog.at_level(logging.INFO):
        writer.write(head.encode())
        await writer.drain()
        writer.close()
        await eventually(logged)
    assert not [r for r in caplog.records if r.levelno >= logging.WARNING]
    reader.feed_eof()
