"""The OpenAPI document, made of the declarations that the endpoints run on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from openapi_pydantic import OpenAPI
from openapi_pydantic.util import PydanticSchema, construct_open_api_with_schema_class
from pydantic import BaseModel
from starlette.routing import Route

from vidmill.errors import InvalidRequest, Unauthenticated
from vidmill_api.operation import Operation, operation_of
from vidmill_api.problems import BodyTooLarge, MalformedBody, UnsupportedMediaType
from vidmill_api.schemas import Problem

_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")

DESCRIPTION = """Vidmill turns uploads into video that plays everywhere. This API takes every
write; reads beyond single jobs and lists are in the GraphQL API. Errors are RFC 9457 problem
documents. Send `X-API-Key`, or `Authorization: Bearer` with a token of `POST /auth/login`."""


def build_document(routes: Sequence[Route], prefix: str) -> dict[str, Any]:
    """OpenAPI 3.1 for the routes below `prefix` that declare an operation."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        declared = operation_of(route.endpoint)
        if declared is None or not route.path.startswith(prefix):
            continue
        path = _PARAMETER.sub(r"{\1}", route.path)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            paths.setdefault(path, {})[method.lower()] = _operation(route, declared)
    document = OpenAPI.model_validate(
        {
            "info": {"title": "Vidmill", "version": "1", "description": DESCRIPTION},
            "paths": paths,
            "components": {
                "securitySchemes": {
                    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                    "bearer": {"type": "http", "scheme": "bearer"},
                    "session": {"type": "apiKey", "in": "cookie", "name": "vidmill_session"},
                }
            },
        }
    )
    complete = construct_open_api_with_schema_class(document, by_alias=True)
    return complete.model_dump(mode="json", by_alias=True, exclude_none=True)


def _operation(route: Route, declared: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": declared.summary,
        "description": (route.endpoint.__doc__ or "").strip(),
        "tags": [declared.tag],
        "parameters": [*_path_parameters(route), *_query(declared), *_headers(declared)],
        "responses": _responses(declared),
        "security": [{"apiKey": []}, {"bearer": []}, {"session": []}]
        if declared.authenticated
        else [],
    }
    if declared.body is not None:
        described["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": PydanticSchema(schema_class=declared.body)}},
        }
    return described


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "format": "uuid"}
            if kind == "uuid"
            else {"type": "string"},
        }
        for name, kind in _PARAMETER.findall(route.path)
    ]


def _query(declared: Operation) -> list[dict[str, Any]]:
    if declared.query is None:
        return []
    schema = declared.query.model_json_schema()
    definitions = cast("dict[str, Any]", schema.get("$defs", {}))
    required = cast("list[str]", schema.get("required", []))
    properties = cast("dict[str, dict[str, Any]]", schema["properties"])
    return [
        {
            "name": name,
            "in": "query",
            "required": name in required,
            "description": field.get("description"),
            "schema": _inline(field, definitions),
        }
        for name, field in properties.items()
    ]


def _inline(value: Any, definitions: dict[str, Any]) -> Any:
    """A schema with its references put in place: parameters have no components of their own."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if "$ref" in fields:
            return _inline(definitions[fields["$ref"].rsplit("/", 1)[-1]], definitions)
        return {key: _inline(entry, definitions) for key, entry in fields.items()}
    if isinstance(value, list):
        return [_inline(entry, definitions) for entry in cast("list[Any]", value)]
    return value


def _headers(declared: Operation) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "header",
            "required": False,
            "description": "The same key and request get the same answer, for 24 hours.",
            "schema": {"type": "string", "minLength": 1, "maxLength": 255},
        }
        for name in declared.headers
    ]


def _responses(declared: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done."}
    if declared.response is not None:
        success["content"] = {declared.media_type: {"schema": _schema(declared.response)}}
    elif declared.media_type != "application/json":
        success["content"] = {declared.media_type: {"schema": {"type": "string"}}}
    responses: dict[str, Any] = {str(declared.status): success}
    codes: dict[int, list[str]] = {500: ["internal_error"], 503: ["dependency_unavailable"]}
    errors = list(declared.errors)
    if declared.authenticated:
        errors.append(Unauthenticated)
    if declared.body is not None:
        errors += [InvalidRequest, MalformedBody, UnsupportedMediaType, BodyTooLarge]
    elif declared.query is not None:
        errors.append(InvalidRequest)
    for error in errors:
        known = codes.setdefault(error.status, [])
        if error.code not in known:
            known.append(error.code)
    for status, names in sorted(codes.items()):
        responses[str(status)] = {
            "description": ", ".join(names),
            "content": {"application/problem+json": {"schema": _schema(Problem)}},
        }
    return responses


def _schema(model: type[BaseModel]) -> PydanticSchema[BaseModel]:
    return PydanticSchema(schema_class=model)
