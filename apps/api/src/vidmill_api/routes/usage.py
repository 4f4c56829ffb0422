"""What was used, by day and key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from pydantic import Field, model_validator

from vidmill.db.usage import list_usage
from vidmill.errors import InvalidCursor
from vidmill.ledger import Prices
from vidmill_api.moments import Day
from vidmill_api.operation import Call, Operation, Query
from vidmill_api.usage_schemas import UsagePage
from vidmill_api.usage_views import usage_view

MAX_DAYS = 366
_USUAL_DAYS = 30


class UsageQuery(Query):
    """From which day to which, both included; UTC."""

    first: Day | None = Field(
        default=None, alias="from", description="30 days up to the last, unless said otherwise."
    )
    last: Day | None = Field(default=None, alias="to", description="Today, unless said otherwise.")
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last."""
        last = self.last or max(datetime.now(UTC).date(), self.first or date.min)
        return self.first or last - timedelta(days=min(_USUAL_DAYS - 1, last.toordinal() - 1)), last

    @model_validator(mode="after")
    def _in_order(self) -> UsageQuery:
        first, last = self.days
        if first > last:
            raise ValueError("from must not be later than to")
        if (last - first).days >= MAX_DAYS:
            raise ValueError(f"ask for at most {MAX_DAYS} days at a time")
        return self


@Operation(
    summary="What was used, by day and key", tag="usage", query=UsageQuery, response=UsagePage,
    errors=(InvalidCursor,),
)  # fmt: skip
async def usage(call: Call[None, UsageQuery]) -> dict[str, Any]:
    """Yours, or, for administrators, everybody's. Work counts on the day on which it was done, with
    the key that posted the job; what deleted jobs have used stays."""
    query, context = call.query, call.context
    first, last = query.days
    page = await list_usage(
        context.db,
        owner_id=call.user.scope,
        first=first,
        last=last,
        limit=query.limit,
        cursor=query.cursor,
    )
    prices = Prices.of(context.settings)
    return {
        "items": [usage_view(one, prices) for one in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }
