"""API keys: made, listed, replaced, revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, Field
from starlette.responses import Response

from vidmill.access import Scope, with_implied
from vidmill.api_keys import (
    ApiKey,
    KeyEnded,
    KeyRights,
    KeyRightsExceeded,
    parse_network,
    require_no_more,
)
from vidmill.db import api_keys as rows
from vidmill.db.pool import Connection
from vidmill.errors import (
    Forbidden,
    IdempotencyMismatch,
    InvalidCursor,
    NotFound,
    Unauthenticated,
)
from vidmill.ids import new_id
from vidmill.users import Role, new_api_key
from vidmill_api.account_schemas import ApiKeyPage, ApiKeyView, NewApiKey
from vidmill_api.account_views import api_key_view, page_view
from vidmill_api.authenticate import require_owner
from vidmill_api.moments import Moment
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation, Query
from vidmill_api.shown_once import answer_with_secret

Json = dict[str, Any]

#: A day is enough to bring a new key to wherever the old one is, a month is more than that.
_OVERLAP_SECONDS, _MAX_OVERLAP_SECONDS = 86_400, 30 * 86_400
_MAX_NETWORKS = 50


def _in_future(value: datetime) -> datetime:
    if value <= datetime.now(UTC):
        raise ValueError("expires_at must be in the future")
    return value


# JSON has no times, so this one is read from text.
FutureMoment = Annotated[Moment, Field(strict=False), AfterValidator(_in_future)]
NetworkText = Annotated[str, Field(max_length=50), AfterValidator(lambda t: str(parse_network(t)))]


class CreateApiKey(Input):
    """What the key will be good for."""

    name: str = Field(min_length=1, max_length=100)
    scopes: list[Annotated[Scope, Field(strict=False)]] = Field(
        default=[Scope.READ, Scope.WRITE],
        min_length=1,
        max_length=len(Scope),
        description="`write` and `admin` include `read`; `admin` is for administrators.",
    )
    expires_at: FutureMoment | None = Field(default=None, description="null: it does not expire.")
    hourly_limit: int | None = Field(default=None, ge=1, le=1_000_000_000)
    ip_allow: list[NetworkText] | None = Field(
        default=None,
        min_length=1,
        max_length=_MAX_NETWORKS,
        description="Addresses and networks (CIDR) that it works from; null: anywhere.",
    )

    @property
    def rights(self) -> KeyRights:
        """What is asked for."""
        networks = self.ip_allow
        return KeyRights(
            scopes=with_implied(self.scopes),
            expires_at=self.expires_at,
            hourly_limit=self.hourly_limit,
            ip_allow=None if networks is None else tuple(parse_network(text) for text in networks),
        )


class RotateApiKey(Input):
    """When the old key ends."""

    overlap_seconds: int = Field(
        default=_OVERLAP_SECONDS,
        ge=0,
        le=_MAX_OVERLAP_SECONDS,
        description="The old key works for so long beside the new one; 0: it ends at once.",
    )
    expires_at: FutureMoment | None = Field(
        default=None, description="Of the new key; null: as the old one's."
    )


class ListApiKeys(Query):
    """Which keys."""

    active: bool | None = Field(
        default=None, description="Only those that count, or only those that have ended."
    )
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="Make an API key", tag="auth", status=201, body=CreateApiKey, response=NewApiKey,
    errors=(KeyRightsExceeded, Forbidden, IdempotencyMismatch), headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)  # fmt: skip
async def create_api_key(call: Call[CreateApiKey, None]) -> Response:
    """The key itself is shown in this answer alone. A key that makes another gives it no more than
    it has itself."""
    require_may_administrate(call.body.rights.scopes, call.user.role)
    await require_within_own(call, call.body.rights)
    return await made_key(call, call.user.id, call.body)


async def made_key(call: Call[Any, Any], owner_id: UUID, wanted: CreateApiKey) -> Response:
    """The answer with a new key."""

    async def insert(conn: Connection) -> tuple[Json, str]:
        return await _insert(conn, owner_id, wanted.name, wanted.rights)

    return await answer_with_secret(call, field="key", folder="api-keys", work=insert)


async def _insert(
    conn: Connection, owner_id: UUID, name: str, rights: KeyRights
) -> tuple[Json, str]:
    key = new_api_key()
    made = await rows.create_api_key(
        conn, key_id=new_id(), owner_id=owner_id, name=name, key=key, rights=rights
    )
    if made is None:  # Not for the key: 256 random bits come once.
        raise Unauthenticated("The account was switched off. Ask an administrator.")
    return api_key_view(made), key


def require_may_administrate(scopes: frozenset[Scope], role: Role) -> None:
    """Raises `Forbidden` for an administrator's scope without an administrator."""
    if Scope.ADMIN in scopes and role != Role.ADMIN:
        raise Forbidden("Only an administrator's key can have the scope admin. Leave it out.")


async def require_within_own(call: Call[Any, Any], wanted: KeyRights) -> None:
    """Raises `KeyRightsExceeded` where a key asks for a mightier one; a session may ask for any."""
    assert call.identity is not None
    if call.identity.key_id is not None:
        own = await rows.fetch_api_key(call.context.db, call.identity.key_id)
        require_no_more(wanted, own.rights)


@Operation(
    summary="List API keys", tag="auth", query=ListApiKeys, response=ApiKeyPage,
    errors=(InvalidCursor,),
)  # fmt: skip
async def list_api_keys(call: Call[None, ListApiKeys]) -> Json:
    """Yours, the newest first."""
    query = call.query
    page = await rows.list_api_keys(
        call.context.db, owner_id=call.user.id, active=query.active, limit=query.limit,
        cursor=query.cursor,
    )  # fmt: skip
    return page_view(page, api_key_view)


async def _own_key(call: Call[Any, Any]) -> ApiKey:
    key = await rows.fetch_api_key(call.context.db, call.path("key_id"))
    require_owner(call.user, key.owner_id)
    return key


@Operation(summary="An API key", tag="auth", response=ApiKeyView, errors=(NotFound,))
async def get_api_key(call: Call[None, None]) -> Json:
    """What it is good for, and when and from where it was last used."""
    return api_key_view(await _own_key(call))


@Operation(summary="Revoke an API key", tag="auth", status=204, errors=(NotFound,))
async def revoke_api_key(call: Call[None, None]) -> None:
    """It counts for nothing from now on. Revoking it again changes nothing."""
    key = await _own_key(call)
    await rows.revoke_api_key(call.context.db, key.id)


@Operation(
    summary="Replace an API key by a new one", tag="auth", status=201, body=RotateApiKey,
    response=NewApiKey, errors=(NotFound, KeyEnded, KeyRightsExceeded, Forbidden,
    IdempotencyMismatch), headers=(IDEMPOTENCY_KEY,), answers_with=("Location",),
)  # fmt: skip
async def rotate_api_key(call: Call[RotateApiKey, None]) -> Response:
    """The new key has the old one's name and rights. The old one goes on working for a while."""
    old = await _own_key(call)
    ends = call.body.expires_at or old.expires_at
    rights = replace(old.rights, expires_at=ends)
    await require_within_own(call, rights)

    async def exchange(conn: Connection) -> tuple[Json, str]:
        locked = await rows.lock_api_key(conn, old.id)
        if locked.has_ended(datetime.now(UTC)) or locked.rotated_to is not None:
            raise KeyEnded
        made, key = await _insert(conn, old.owner_id, old.name, rights)
        await rows.replace_api_key(
            conn, old.id, successor_id=made["id"], overlap_seconds=call.body.overlap_seconds
        )
        return made, key

    return await answer_with_secret(call, field="key", folder="api-keys", work=exchange)
