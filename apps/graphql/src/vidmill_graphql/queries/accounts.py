"""What belongs to an account beside its videos and jobs."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from vidmill.db import presets, webhooks
from vidmill.db.usage import list_usage
from vidmill_graphql.context import GraphqlContext, context_of
from vidmill_graphql.queries.arguments import page_size
from vidmill_graphql.types.figures import UsageType
from vidmill_graphql.types.preset import PresetType
from vidmill_graphql.types.webhook import WebhookType


@strawberry.type
class AccountQueries:
    """Yours, or, but for presets, for administrators, everybody's."""

    @strawberry.field(
        description="Presets: the built-in ones and yours, by name.",
        graphql_type=list[PresetType],
    )
    async def presets(self, info: Info, first: int = 100) -> Any:
        """Nobody else's, whoever asks: a name means another thing to each."""
        context = context_of(info)
        found, _ = await presets.list_presets(
            context.db, owner_id=context.user.id, limit=page_size(first)
        )
        return found

    @strawberry.field(
        description="Webhooks, the newest first, without those of single jobs; `mine` leaves out "
        "what administrators see of others.",
        graphql_type=list[WebhookType],
    )
    async def webhooks(self, info: Info, first: int = 100, mine: bool = False) -> Any:
        """Without secrets."""
        context = context_of(info)
        page = await webhooks.list_webhooks(
            context.db, owner_id=_owner(context, mine=mine), limit=page_size(first), cursor=None
        )
        return page.items

    @strawberry.field(
        description="What was used, by day and key, the newest first; of the last 30 days unless "
        "said otherwise, both days included; `mine` leaves out what administrators see of others.",
        graphql_type=list[UsageType],
    )
    async def usage(
        self,
        info: Info,
        first_day: date | None = None,
        last_day: date | None = None,
        first: int = 100,
        mine: bool = False,
    ) -> Any:
        """From the ledger that quotas count by."""
        context = context_of(info)
        last = last_day or datetime.now(UTC).date()
        page = await list_usage(
            context.db,
            owner_id=_owner(context, mine=mine),
            first=first_day or last - timedelta(days=29),
            last=last,
            limit=page_size(first),
            cursor=None,
        )
        return page.items


def _owner(context: GraphqlContext, *, mine: bool) -> UUID | None:
    """Whose a list is; None: everybody's."""
    return context.user.id if mine else context.user.scope
