"""Presets: the built-in ones, and each account's own."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field
from starlette.responses import Response

from vidmill.db import presets as rows
from vidmill.db.pool import Connection
from vidmill.db.presets import PresetBuiltIn, PresetExists, StoredPreset, TooManyPresets
from vidmill.errors import IdempotencyMismatch, NotFound
from vidmill_api.encoding import json_response
from vidmill_api.idempotent import answer_once, earlier_answer
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Operation, Query
from vidmill_api.preset_schemas import PresetBody, PresetPage, PresetView
from vidmill_api.problems import InvalidFields


class ListPresets(Query):
    """Which page."""

    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=63)


@Operation(
    summary="List presets", tag="presets", query=ListPresets, response=PresetPage,
)  # fmt: skip
async def list_presets(call: Call[None, ListPresets]) -> dict[str, Any]:
    """The built-in ones and yours, by name."""
    limit = call.query.limit
    # The name of the last entry is all that the next page needs.
    found, total = await rows.list_presets(
        call.context.db, owner_id=call.user.id, limit=limit + 1, after=call.query.cursor or ""
    )
    page = found[:limit]
    return {
        "items": [preset_view(one) for one in page],
        "next_cursor": page[-1].name if len(found) > limit else None,
        "total": total,
    }


@Operation(
    summary="Store a preset", tag="presets", status=201, body=PresetBody, response=PresetView,
    errors=(PresetBuiltIn, PresetExists, TooManyPresets, IdempotencyMismatch),
    headers=(IDEMPOTENCY_KEY,), answers_with=("Location",),
)  # fmt: skip
async def create_preset(call: Call[PresetBody, None]) -> Response:
    """Under a name that neither a built-in preset nor one of yours has."""
    answer = await earlier_answer(call)
    if answer is None:

        async def insert(conn: Connection) -> dict[str, Any]:
            body = call.body
            spec = body.model_dump(mode="json")
            stored = await rows.create_preset(conn, body.name, spec, owner_id=call.user.id)
            return preset_view(stored)

        answer, _ = await answer_once(call, 201, insert)
    response = json_response(answer, 201)
    response.headers["Location"] = f"/api/v1/presets/{answer['name']}"
    return response


@Operation(summary="A preset", tag="presets", response=PresetView, errors=(NotFound,))
async def get_preset(call: Call[None, None]) -> dict[str, Any]:
    """What a job with this preset makes."""
    return preset_view(
        await rows.fetch_stored_preset(call.context.db, call.path("name"), owner_id=call.user.id)
    )


@Operation(
    summary="Change a preset", tag="presets", body=PresetBody, response=PresetView,
    errors=(NotFound, PresetBuiltIn),
)  # fmt: skip
async def replace_preset(call: Call[PresetBody, None]) -> dict[str, Any]:
    """Replaces one of yours as a whole. Jobs that were posted before keep what it was then."""
    name, body = call.path("name"), call.body
    if body.name != name:
        raise InvalidFields.one(
            "name", f"The address names the preset {name!r}. Send the same name, or leave renaming "
            "to POST and DELETE.",
        )  # fmt: skip
    spec = body.model_dump(mode="json")
    return preset_view(
        await rows.replace_preset(call.context.db, name, spec, owner_id=call.user.id)
    )


@Operation(summary="Delete a preset", tag="presets", status=204, errors=(NotFound, PresetBuiltIn))
async def delete_preset(call: Call[None, None]) -> None:
    """One of yours. Jobs that were posted with it are not touched."""
    await rows.delete_preset(call.context.db, call.path("name"), owner_id=call.user.id)


def preset_view(stored: StoredPreset) -> dict[str, Any]:
    """`PresetView`."""
    fields = asdict(stored)
    return {"preset": fields.pop("spec"), **fields}
