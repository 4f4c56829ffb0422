"""Presets as clients send and get them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self

import orjson
from pydantic import BeforeValidator, Field

from vidmill.presets import Preset
from vidmill_api.schemas import Output


class PresetBody(Preset):
    """A preset to be stored. Fields left out have the value that the schema names."""

    @classmethod
    def model_validate(cls, obj: Any, **_: Any) -> Self:
        """As JSON, where a number sent as text is an error and a list may become a tuple."""
        return cls.model_validate_json(orjson.dumps(obj), strict=True)


class Outputs(PresetBody):
    """What a job makes, given with the job: a preset that nobody stores."""

    name: str = Field(default="custom", pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")


InlineOutputs = Annotated[Outputs, BeforeValidator(Outputs.model_validate)]
"""`Outputs` in another body."""


class PresetView(Output):
    """A preset: a built-in one, or one of yours."""

    name: str
    built_in: bool = Field(description="It can be used and copied, but not changed.")
    preset: Preset = Field(description="All of it, to be copied and sent back.")
    created_at: datetime
    updated_at: datetime


class PresetPage(Output):
    """One page of presets."""

    items: list[PresetView]
    next_cursor: str | None
    total: int
