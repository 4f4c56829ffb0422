"""Fields of forms: text is text, a list is a field for each entry, and whatever else a model takes
is JSON."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, get_args

import orjson
from pydantic import BaseModel, GetJsonSchemaHandler
from pydantic_core import CoreSchema

from vidmill_api.operation import Input
from vidmill_api.parsing import takes_list
from vidmill_api.problems import InvalidFields


class FormFields(Input):
    """Base of forms. In one, null would be text of four letters: a field that is not wanted is left
    out."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Without null, where the model has it for what is left out."""
        described = handler(schema)
        properties: dict[str, dict[str, Any]] = handler.resolve_ref_schema(described)["properties"]
        for name, field in cls.model_fields.items():
            if "anyOf" in properties[name] and not is_json(field.annotation):
                options = properties[name].pop("anyOf")
                given = [option for option in options if option != {"type": "null"}]
                properties[name] |= given[0] if len(given) == 1 else {"anyOf": given}
                properties[name].pop("default", None)
        return described


def as_json(model: type[BaseModel], fields: dict[str, list[str]]) -> bytes:
    """The fields of a form as a JSON object. A list is a field for each entry, or one as JSON.
    Raises `InvalidFields`."""
    values: dict[str, Any] = {}
    for name, texts in fields.items():
        field = model.model_fields.get(name)
        if field is not None and takes_list(field.annotation):
            values[name] = _entries(texts)
            continue
        if len(texts) > 1:
            raise InvalidFields.one(name, "It is there twice.")
        values[name] = texts[0]
        if field is not None and is_json(field.annotation):
            try:
                values[name] = orjson.loads(texts[0])
            except orjson.JSONDecodeError as error:
                raise InvalidFields.one(name, f"Send it as JSON: {error}.", "json") from error
    return orjson.dumps(values)


def _entries(texts: list[str]) -> Any:
    if len(texts) == 1:
        with suppress(orjson.JSONDecodeError):
            if not isinstance(whole := orjson.loads(texts[0]), str | int | float):
                return whole
    return texts


def is_json(annotation: Any) -> bool:
    """Whether a field takes neither text nor the bytes of a file."""
    if isinstance(annotation, type):
        return not issubclass(annotation, str | bytes)
    origin = getattr(annotation, "__origin__", None)
    if isinstance(origin, type):  # Annotated text, or a list or mapping of something
        return not issubclass(origin, str | bytes)
    return all(is_json(one) for one in get_args(annotation))
