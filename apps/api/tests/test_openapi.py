from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_pydantic import OpenAPI

from vidmill_api.app import PREFIX, ROUTES, openapi_document
from vidmill_api.export import WRITTEN
from vidmill_api.operation import operation_of

ROOT = Path(__file__).resolve().parents[3]
UNDOCUMENTED = {"openapi", "docs", "docs_file", "preflight"}


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method, declared)
        for path, methods in openapi_document()["paths"].items()
        for method, declared in methods.items()
    ]


@pytest.mark.parametrize("name", WRITTEN)
def test_what_is_made_of_declarations_is_current(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8") == WRITTEN[name](), "run: make schema"


def test_every_route_is_in_the_list_of_routes() -> None:
    page = (ROOT / "docs/api.md").read_text(encoding="utf-8")
    for path, method, _ in operations():
        assert f"| `{method.upper()} {path.removeprefix(PREFIX)}` |" in page


def test_document_is_openapi() -> None:
    OpenAPI.model_validate(openapi_document())


def test_every_endpoint_is_documented() -> None:
    assert {r.name for r in ROUTES if operation_of(r.endpoint) is None} == UNDOCUMENTED


def test_operation_ids_are_unique() -> None:
    names = [declared["operationId"] for _, _, declared in operations()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("path", "method", "declared"), operations())
def test_operation_is_complete(path: str, method: str, declared: dict[str, Any]) -> None:
    assert declared["summary"]
    assert declared["description"]
    responses = declared["responses"]
    assert "500" in responses
    if declared["security"]:
        assert {"401", "403"} <= set(responses)
    if "requestBody" in declared:
        assert {"413", "422"} <= set(responses)
        # Bytes are bytes, whatever they are said to be.
        assert {"400", "415"} <= set(responses) or "{number}" in path
    if "{" in path:
        assert "404" in responses
    for status, response in responses.items():
        if int(status) >= 400 and path.startswith(PREFIX + "/health"):
            continue
        if int(status) >= 400:
            assert list(response["content"]) == ["application/problem+json"]
        elif status not in {"204", "304", "307"}:
            assert response["content"]


def test_root_routes_are_those_of_the_api() -> None:
    endpoints = {(r.path, method): r.endpoint for r in ROUTES for method in r.methods or ()}
    at_root = [(p, m) for p, m in endpoints if PREFIX + p in {path for path, _ in endpoints}]
    assert {"/jobs", "/jobs/{job_id:uuid}", "/upload-url", "/download-url/{key:path}", "/health",
            "/metrics"} <= {path for path, _ in at_root}  # fmt: skip
    for path, method in at_root:
        assert endpoints[path, method] is endpoints[PREFIX + path, method]
