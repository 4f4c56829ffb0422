"""The OpenAPI document, made of the declarations that the endpoints run on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, cast

from openapi_pydantic import DataType, OpenAPI, Schema
from openapi_pydantic.util import PydanticSchema, construct_open_api_with_schema_class
from pydantic import BaseModel
from starlette.routing import Route

from vidmill.access import AddressNotAllowed, InsufficientScope, Scope
from vidmill.authentication import SESSION_COOKIE
from vidmill.errors import (
    CrossSiteRequest,
    DependencyDown,
    Forbidden,
    InvalidRequest,
    InvalidSource,
    Unauthenticated,
    VidmillError,
)
from vidmill.rate_limits import RateLimited
from vidmill_api.form_fields import is_json
from vidmill_api.openapi_words import (
    ALSO,
    DESCRIPTION,
    ERROR_HEADERS,
    EVENT_STREAM,
    LIMIT_HEADERS,
    PATH_SCHEMAS,
    REQUEST_HEADERS,
    RESPONSE_HEADERS,
    TAGS,
)
from vidmill_api.operation import Operation, operation_of
from vidmill_api.parsing import takes_list
from vidmill_api.problems import MEDIA_TYPE, BodyTooLarge, MalformedBody, UnsupportedMediaType
from vidmill_api.schemas import Problem

_PARAMETER = re.compile(r"\{(\w+)(?::(\w+))?\}")

#: Of sources that are refused at once.
SOURCE_CODES = ("corrupt_file",)


def build_document(routes: Sequence[Route]) -> dict[str, Any]:
    """OpenAPI 3.1 for the routes whose endpoints declare an operation."""
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        declared = operation_of(route.endpoint)
        if declared is None:
            continue
        path = _PARAMETER.sub(r"{\1}", route.path)
        for method in sorted((route.methods or set()) - {"HEAD"}):
            paths.setdefault(path, {})[method.lower()] = _operation(route, method, declared)
    document = OpenAPI.model_validate(
        {
            "info": {"title": "Vidmill", "version": "1", "description": DESCRIPTION},
            "paths": paths,
            "tags": [{"name": name, "description": text} for name, text in TAGS.items()],
            "components": {
                "securitySchemes": {
                    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
                    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                    "session": {"type": "apiKey", "in": "cookie", "name": SESSION_COOKIE},
                }
            },
        }
    )
    complete = construct_open_api_with_schema_class(document, by_alias=True)
    return complete.model_dump(mode="json", by_alias=True, exclude_none=True)


def _operation(route: Route, method: str, declared: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": route.name,
        "summary": declared.summary,
        "description": " ".join((route.endpoint.__doc__ or "").split()),
        "tags": [declared.tag],
        "parameters": [*_path_parameters(route), *_query(declared), *_headers(declared)],
        "responses": _responses(method, declared),
        "security": _security(declared),
    }
    if (sent := _request_body(declared)) is not None:
        described["requestBody"] = sent
    return described


def _request_body(declared: Operation) -> dict[str, Any] | None:
    anything = {"schema": {"type": "string", "format": "binary"}}
    content: dict[str, Any] = dict.fromkeys(declared.octets, anything)
    model = declared.body or declared.form
    if model is not None:
        kind = "application/json" if declared.body else "multipart/form-data"
        content[kind] = {"schema": _schema(model)}
        if declared.form:
            content[kind]["encoding"] = _encoding(declared.form)
    if not content:
        return None
    required = model is None or any(f.is_required() for f in model.model_fields.values())
    return {"required": required, "content": content}


def _encoding(form: type[BaseModel]) -> dict[str, Any]:
    """What of a form is JSON; lists are a field for each entry (OpenAPI 3.1, section 4.8.15)."""
    json = {"contentType": "application/json"}
    return {
        name: json
        for name, field in form.model_fields.items()
        if is_json(field.annotation) and not takes_list(field.annotation)
    }


def _security(declared: Operation) -> list[dict[str, Any]]:
    if not declared.authenticated:
        return []
    ways: list[dict[str, Any]] = [{"apiKey": []}, {"bearer": []}, {"session": []}]
    return [{}, *ways] if declared.authenticated == "optional" else ways


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": PATH_SCHEMAS.get(kind, {"type": "string"}),
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
        {"name": name, "in": "header", "required": False, **REQUEST_HEADERS[name]}
        for name in declared.headers
    ]


def _responses(method: str, declared: Operation) -> dict[str, Any]:
    success: dict[str, Any] = {"description": "Done."}
    if content := _content(declared):
        success["content"] = {kind: {"schema": schema} for kind, schema in content.items()}
    names = (*declared.answers_with, *(LIMIT_HEADERS if declared.limited else ()))
    if names:
        success["headers"] = {name: RESPONSE_HEADERS[name] for name in names}
    responses = {
        str(status): _problem(status, codes) for status, codes in errors_of(method, declared)
    }
    responses[str(declared.status)] = success
    for status in declared.also:
        bare = {key: value for key, value in success.items() if status != 304 or key != "content"}
        responses[str(status)] = {**bare, "description": ALSO[status]}
    return dict(sorted(responses.items()))


def errors_of(method: str, declared: Operation) -> list[tuple[int, list[str]]]:
    """The codes of each status that an operation may fail with."""
    errors: list[type[VidmillError]] = [VidmillError, DependencyDown, *declared.errors]
    if declared.authenticated:
        errors += [Unauthenticated, InsufficientScope, AddressNotAllowed]
    if declared.limited:
        errors.append(RateLimited)
    if declared.scope is Scope.ADMIN:
        errors.append(Forbidden)
    if declared.authenticated and method not in {"GET", "HEAD"}:
        errors.append(CrossSiteRequest)
    if declared.body is not None:
        errors += [InvalidRequest, MalformedBody, UnsupportedMediaType, BodyTooLarge]
    elif declared.query is not None or declared.octets:
        errors.append(InvalidRequest)
    codes: dict[int, list[str]] = {}
    for error in errors:
        known = codes.setdefault(error.status, [])
        known += [name for name in codes_of(error) if name not in known]
    return sorted(codes.items())


def codes_of(error: type[VidmillError]) -> tuple[str, ...]:
    """The codes that an error may show."""
    return SOURCE_CODES if error is InvalidSource else (error.code,)


def _problem(status: int, codes: Sequence[str]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "description": ", ".join(codes),
        "content": {MEDIA_TYPE: {"schema": _schema(Problem)}},
    }
    if status in ERROR_HEADERS:
        name = ERROR_HEADERS[status]
        described["headers"] = {name: RESPONSE_HEADERS[name]}
    return described


def _content(declared: Operation) -> dict[str, Schema | PydanticSchema[BaseModel]]:
    """What a success holds, by media type."""
    content: dict[str, Schema | PydanticSchema[BaseModel]] = {}
    if declared.response is not None:
        schema = _schema(declared.response)
        events = declared.media_type == EVENT_STREAM
        content[declared.media_type] = _event(schema) if events else schema
    elif declared.media_type != "application/json":
        content[declared.media_type] = Schema(type=DataType.STRING)
    if declared.entries is not None:
        array = Schema(type=DataType.ARRAY, items=_schema(declared.entries))
        content["application/json"] = array
    return content


def _event(schema: PydanticSchema[BaseModel]) -> Schema:
    """One event of a stream, whose data is JSON."""
    text = Schema(type=DataType.STRING)
    data = Schema(type=DataType.STRING, contentMediaType="application/json", contentSchema=schema)
    return Schema(
        type=DataType.OBJECT,
        properties={"event": text, "id": text, "data": data},
        required=["event", "data"],
    )


def _schema(model: type[BaseModel]) -> PydanticSchema[BaseModel]:
    return PydanticSchema(schema_class=model)
