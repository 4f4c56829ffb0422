"""Making an account, and changing its password."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from starlette.responses import Response

from vidmill.access import Scope
from vidmill.api_keys import KeyRights
from vidmill.db import accounts, api_keys, sessions
from vidmill.db.registration import register_user, require_admission
from vidmill.emails import normal_email
from vidmill.errors import Forbidden
from vidmill.ids import new_id
from vidmill.password_rules import refusal
from vidmill.passwords import hash_password, verify_password
from vidmill.registration import EmailTaken, InvalidInvite, InviteRequired, RegistrationClosed
from vidmill.users import User, new_api_key
from vidmill_api.account_schemas import RegisteredView
from vidmill_api.context import Context
from vidmill_api.limiting import limit_sign_in
from vidmill_api.operation import Call, Input, Operation
from vidmill_api.problems import InvalidFields
from vidmill_api.routes.sessions import Password, origin_of, session_answer

EmailText = Annotated[str, Field(max_length=254), AfterValidator(normal_email)]


class WrongPassword(Forbidden):
    """The old password is not right. Check it; if you have forgotten it, ask an administrator."""

    code = "wrong_password"


class Register(Input):
    """A new account."""

    email: EmailText
    password: Password
    invite: str | None = Field(default=None, max_length=200)
    with_api_key: bool = Field(
        default=False, description="Also make an API key that may read and write."
    )


class ChangePassword(Input):
    """The old and the new one."""

    old_password: Password
    new_password: Password


@Operation(
    summary="Make an account", tag="auth", status=201, body=Register, response=RegisteredView,
    errors=(RegistrationClosed, InviteRequired, InvalidInvite, EmailTaken), authenticated=False,
)  # fmt: skip
async def register(call: Call[Register, None]) -> Response:
    """And signs in, as `POST /auth/login` does. The first account of an installation is its
    administrator's. Whether an address has an account is only told to who may make one for it."""
    context, body = call.context, call.body
    await limit_sign_in(call.request, context, body.email)
    mode = context.settings.registration
    await require_admission(context.db, mode, email=body.email, invite=body.invite)
    require_good_password(context, "password", body.password, body.email)
    user = await register_user(
        context.db,
        mode,
        email=body.email,
        password_hash=await hash_password(body.password),
        invite=body.invite,
    )
    key = await _first_key(context, user) if body.with_api_key else None
    session_id = await sessions.begin_session(
        context.db,
        user.id,
        ttl_seconds=context.settings.session_ttl_seconds,
        origin=origin_of(call.request),
    )
    return session_answer(context, user, session_id, 201, also={"api_key": key})


async def _first_key(context: Context, user: User) -> str:
    key = new_api_key()
    rights = KeyRights(
        scopes=frozenset({Scope.READ, Scope.WRITE}),
        expires_at=None,
        hourly_limit=None,
        ip_allow=None,
    )
    async with context.db.connection() as conn:
        await api_keys.create_api_key(
            conn, key_id=new_id(), owner_id=user.id, name="First key", key=key, rights=rights
        )
    return key


@Operation(
    summary="Change your password", tag="auth", status=204, body=ChangePassword,
    errors=(WrongPassword,),
)  # fmt: skip
async def change_password(call: Call[ChangePassword, None]) -> None:
    """Ends all your other sessions. API keys stay as they are."""
    context, body, user = call.context, call.body, call.user
    await limit_sign_in(call.request, context, user.email)
    require_good_password(context, "new_password", body.new_password, user.email)
    old_hash = await accounts.fetch_password_hash(context.db, user.id)
    if not await verify_password(old_hash, body.old_password):
        raise WrongPassword
    assert call.identity is not None
    changed = await accounts.change_password(
        context.db,
        user.id,
        old_hash=old_hash,
        new_hash=await hash_password(body.new_password),
        session_id=call.identity.session_id,
    )
    if not changed:
        raise WrongPassword  # Somebody else was quicker, and it is not the password any more.


def require_good_password(context: Context, field: str, password: str, email: str) -> None:
    """Raises `InvalidFields`."""
    least = context.settings.password_min_length
    if (refused := refusal(password, email=email, min_length=least)) is not None:
        code, detail = refused
        raise InvalidFields.one(field, detail, code)
