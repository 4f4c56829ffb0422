"""What a job makes: a stored preset as it stands now, or outputs given with the request."""

from __future__ import annotations

from typing import Any

from vidmill.db import presets
from vidmill_api.operation import Call
from vidmill_api.preset_schemas import InlineOutputs
from vidmill_api.problems import InvalidFields


async def spec_of(
    call: Call[Any, Any], preset: str, outputs: InlineOutputs | None
) -> dict[str, Any]:
    """A `vidmill.presets.Preset` as JSON. Raises `InvalidFields` naming the presets there are."""
    if outputs is not None:
        return outputs.model_dump(mode="json")
    db, owner_id = call.context.db, call.user.id
    spec = await presets.fetch_preset(db, preset, owner_id=owner_id)
    if spec is None:
        names = ", ".join(await presets.list_names(db, owner_id=owner_id))
        raise InvalidFields.one(
            "preset", f"There is no preset {preset!r}. There are: {names}.", "unknown_preset"
        )
    return spec
