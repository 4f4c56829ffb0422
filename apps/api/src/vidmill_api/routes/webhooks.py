"""Webhooks: who hears of what, by which URL, under which secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from vidmill.db import webhooks as rows
from vidmill.db.pool import Connection
from vidmill.errors import IdempotencyMismatch, InvalidCursor, NotFound
from vidmill.webhooks import TooManyWebhooks, Webhook, WebhookEvent
from vidmill_api.account_views import page_view
from vidmill_api.authenticate import require_owner
from vidmill_api.idempotent import earlier_answer
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation, Query
from vidmill_api.problems import InvalidFields
from vidmill_api.shown_once import answer_with_secret
from vidmill_api.webhook_schemas import NewWebhook, WebhookPage, WebhookView
from vidmill_api.webhook_targets import checked_target, usable_secret
from vidmill_api.webhook_views import webhook_view

Json = dict[str, Any]

_OVERLAP_SECONDS, _MAX_OVERLAP_SECONDS = 86_400, 7 * 86_400


class EventSwitches(Input):
    """Events by name, with a switch each."""

    job_started: bool = False
    job_progress: bool = False
    job_playable: bool = False
    job_completed: bool = False
    job_failed: bool = False
    job_cancelled: bool = False
    video_uploaded: bool = False


Events = list[Annotated[WebhookEvent, Field(strict=False)]] | EventSwitches

_URL = Field(min_length=8, max_length=2048, description="https, on the public internet.")
_DESCRIPTION = Field(max_length=500)


class CreateWebhook(Input):
    """Where to send what."""

    url: str = _URL
    events: Events = Field(
        default_factory=lambda: [*WebhookEvent],
        description="A list of names, or a switch for each; all of them if left out.",
    )
    description: Annotated[str, _DESCRIPTION] = ""
    secret: str | None = Field(
        default=None, description="Of your own; left out, a new one is made, which is better."
    )


class ChangeWebhook(Input):
    """What is to change; what is left out stays."""

    url: Annotated[str, _URL] | None = None
    events: Events | None = None
    description: Annotated[str, _DESCRIPTION] | None = None
    active: bool | None = Field(
        default=None,
        description="false: nothing is recorded any more, and what is still to be sent waits. "
        "true: goes on, also after the webhook was disabled.",
    )


class RotateSecret(Input):
    """How to go from one secret to the next."""

    overlap_seconds: int = Field(
        default=_OVERLAP_SECONDS,
        ge=0,
        le=_MAX_OVERLAP_SECONDS,
        description="The old secret signs for so long beside the new one; 0: it ends at once.",
    )
    secret: str | None = Field(default=None, description="Of your own, in place of a new one.")


class ListWebhooks(Query):
    """Which webhooks."""

    job_id: UUID | None = Field(
        default=None, description="Those of this job alone, made by its `webhook_url`."
    )
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="Make a webhook", tag="webhooks", status=201, body=CreateWebhook, response=NewWebhook,
    errors=(TooManyWebhooks, IdempotencyMismatch), headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)  # fmt: skip
async def create_webhook(call: Call[CreateWebhook, None]) -> Response:
    """It hears of everything from now on, also of jobs under way. The secret is shown in this
    answer alone."""
    body, context = call.body, call.context
    events, secret = _events(body.events), usable_secret("secret", body.secret)
    earlier = await earlier_answer(call)
    target = None if earlier is not None else await checked_target(call, "url", body.url)

    async def insert(conn: Connection) -> tuple[Json, str]:
        made = await rows.create_webhook(
            conn,
            context.sealer,
            owner_id=call.user.id,
            target=target or await checked_target(call, "url", body.url),
            events=events,
            description=body.description,
            secret=secret,
        )
        return webhook_view(made), secret

    answer = await answer_with_secret(call, field="secret", folder="webhooks", work=insert)
    await rows.tell_active_jobs(context.db, call.user.id)
    return answer


@Operation(
    summary="List webhooks", tag="webhooks", query=ListWebhooks, response=WebhookPage,
    errors=(InvalidCursor,),
)  # fmt: skip
async def list_webhooks(call: Call[None, ListWebhooks]) -> Json:
    """Yours, or, for administrators, everybody's; the newest first."""
    page = await rows.list_webhooks(
        call.context.db,
        owner_id=call.user.scope,
        job_id=call.query.job_id,
        limit=call.query.limit,
        cursor=call.query.cursor,
    )
    return page_view(page, webhook_view)


async def own_webhook(call: Call[Any, Any]) -> Webhook:
    """The webhook in the path. Raises `NotFound`, also for somebody else's."""
    webhook = await rows.fetch_webhook(call.context.db, call.path("webhook_id"))
    require_owner(call.user, webhook.owner_id)
    return webhook


@Operation(summary="A webhook", tag="webhooks", response=WebhookView, errors=(NotFound,))
async def get_webhook(call: Call[None, None]) -> Json:
    """What it hears of, and how its receiver fares."""
    return webhook_view(await own_webhook(call))


@Operation(
    summary="Change a webhook", tag="webhooks", body=ChangeWebhook, response=WebhookView,
    errors=(NotFound,),
)  # fmt: skip
async def change_webhook(call: Call[ChangeWebhook, None]) -> Json:
    """Another URL counts for what is still to be sent, too."""
    webhook, body = await own_webhook(call), call.body
    target = None if body.url is None else await checked_target(call, "url", body.url)
    changed = await rows.change_webhook(
        call.context.db,
        webhook,
        target=target,
        events=None if body.events is None else _events(body.events),
        description=body.description,
        active=body.active,
    )
    return webhook_view(changed)


@Operation(summary="Delete a webhook", tag="webhooks", status=204, errors=(NotFound,))
async def delete_webhook(call: Call[None, None]) -> None:
    """With its log; what is still to be sent is not sent."""
    webhook = await own_webhook(call)
    await rows.delete_webhook(call.context.db, webhook.id)


@Operation(
    summary="Replace a webhook's secret", tag="webhooks", status=201, body=RotateSecret,
    response=NewWebhook, errors=(NotFound, IdempotencyMismatch), headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)  # fmt: skip
async def rotate_secret(call: Call[RotateSecret, None]) -> Response:
    """Requests are signed by both until the overlap is over. The new secret is shown in this answer
    alone."""
    webhook, body = await own_webhook(call), call.body
    secret = usable_secret("secret", body.secret)

    async def rotate(conn: Connection) -> tuple[Json, str]:
        changed = await rows.rotate_secret(
            conn,
            call.context.sealer,
            webhook.id,
            secret,
            overlap=timedelta(seconds=body.overlap_seconds),
        )
        return webhook_view(changed), secret

    return await answer_with_secret(call, field="secret", folder="webhooks", work=rotate)


def _events(events: Events) -> list[WebhookEvent]:
    """As a list of each once. Raises `InvalidFields` where there are none."""
    if isinstance(events, EventSwitches):
        switches = events.model_dump()
        chosen = [event for event in WebhookEvent if switches[event.replace(".", "_")]]
    else:
        chosen = list(dict.fromkeys(events))
    if not chosen:
        raise InvalidFields.one("events", f"Choose at least one of: {', '.join(WebhookEvent)}.")
    return chosen
