"""Presets."""

from __future__ import annotations

from datetime import datetime

import strawberry

from vidmill_graphql.fields import computed
from vidmill_graphql.types.scalars import Json


@strawberry.type(name="Preset", description="What a job makes, under a name.")
class PresetType:
    """A `vidmill.db.presets.StoredPreset`."""

    name: str = strawberry.field(description="Jobs name it.")
    description: str = computed(lambda one, _: one.spec["description"], "What it is for.")
    built_in: bool = strawberry.field(description="It can be copied, but not changed.")
    spec: Json = strawberry.field(description="All of it, as the REST API takes it.")
    created_at: datetime = strawberry.field(description="When it was stored.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
