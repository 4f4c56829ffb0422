"""From bodies and query strings to models; whatever does not fit is one of our own errors."""

from __future__ import annotations

from functools import reduce
from operator import getitem
from types import UnionType
from typing import Any, TypeVar, cast, get_args

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from vidmill_api.problems import (
    BodyTooLarge,
    InvalidFields,
    MalformedBody,
    UnsupportedMediaType,
)

M = TypeVar("M", bound=BaseModel)

#: Metadata and part lists stay far below; files never come this way.
MAX_BODY_BYTES = 1_000_000

#: Beyond it a number is no integer of PostgreSQL's, whatever it looks like.
_LARGEST = 2**63

_NUL_DETAIL = "Text must not hold NUL characters."


async def read_body(request: Request, model: type[BaseModel]) -> bytes:
    """The body, or an empty object where there is none and none is needed. Raises `BodyTooLarge`,
    `UnsupportedMediaType`."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    length = request.headers.get("content-length", "")
    if length.isdigit() and int(length) > MAX_BODY_BYTES:
        raise BodyTooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
    if not body and not any(f.is_required() for f in model.model_fields.values()):
        return b"{}"
    if kind != "application/json":
        raise UnsupportedMediaType
    return bytes(body)


def parse_body(raw: bytes, model: type[M]) -> M:
    """Raises `MalformedBody`, `InvalidFields`."""
    try:
        content: Any = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(f"The body is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise MalformedBody("The body is JSON, but not an object. Send an object.")
    if b"u0000" in raw and (path := _nul_path(content)) is not None:
        raise InvalidFields.one(path, _NUL_DETAIL)
    return _validate(cast("dict[str, Any]", content), model)


def parse_query(request: Request, model: type[M]) -> M:
    """Raises `InvalidFields`."""
    given = request.query_params
    content: dict[str, Any] = dict(given)
    for name, field in model.model_fields.items():
        if name in given and takes_list(field.annotation):
            content[name] = given.getlist(name)
    if (path := _nul_path(content)) is not None:
        raise InvalidFields.one(path, _NUL_DETAIL)
    return _validate(content, model)


def takes_list(annotation: Any) -> bool:
    """Whether a field takes a list: in a query or a form it is there once for each entry."""
    if getattr(annotation, "__origin__", None) is list:
        return True
    return isinstance(annotation, UnionType) and any(map(takes_list, get_args(annotation)))


def _validate(content: dict[str, Any], model: type[M]) -> M:
    _check_lengths(content, model)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        if not _make_integral(content, error):
            raise InvalidFields.of(error) from error
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise InvalidFields.of(error) from error


def _check_lengths(content: dict[str, Any], model: type[BaseModel]) -> None:
    """Of texts as they were sent, as JSON Schema has it: models count without the blanks at their
    ends. Raises `InvalidFields`."""
    for name, field in model.model_fields.items():
        value = content.get(field.alias or name)
        limits = (getattr(one, "max_length", None) for one in field.metadata)
        longest = next((limit for limit in limits if limit is not None), None)
        if isinstance(value, str) and longest is not None and len(value) > longest:
            raise InvalidFields.one(
                field.alias or name, f"It may have {longest} characters.", "string_too_long"
            )


def _make_integral(content: Any, error: ValidationError) -> bool:
    """Where an integer is missing, 5.0 is one (JSON Schema, section 6.1.1), though JSON's parsers
    make another type of it. Only these are changed, in place; False if there are none."""
    changed = False
    for entry in error.errors(include_url=False):
        value = entry["input"]
        whole = isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST
        if entry["type"] != "int_type" or not whole:
            continue
        *path, last = entry["loc"]
        try:
            holder: Any = reduce(getitem, path, content)
            holder[last] = int(value)
        except (KeyError, IndexError, TypeError):
            continue  # The path also names which of several types was tried.
        changed = True
    return changed


def _nul_path(value: Any, path: str = "body") -> str | None:
    """Where a NUL character is, which PostgreSQL's text and JSON cannot hold; None if nowhere."""
    if isinstance(value, str):
        return path if "\0" in value else None
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        if any("\0" in name for name in fields):
            return path
        entries = [(name if path == "body" else f"{path}.{name}", v) for name, v in fields.items()]
    elif isinstance(value, list):
        entries = [(f"{path}.{n}", v) for n, v in enumerate(cast("list[Any]", value))]
    else:
        return None
    return next((found for name, v in entries if (found := _nul_path(v, name))), None)
