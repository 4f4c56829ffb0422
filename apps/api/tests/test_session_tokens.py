"""Sessions: how they go on, and how they end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest

from vidmill.db import sessions
from vidmill.tokens import Signer
from vidmill.users import User

from .running import V1, Account, Service, problem

ME = V1 + "/auth/me"


def sign_in(ada: Account) -> dict[str, str]:
    return {"email": ada.user.email, "password": ada.password}


@dataclass(frozen=True)
class Begun:
    """A session as its owner holds it."""

    id: UUID
    token: str
    refresh_token: str
    cookie: str

    @property
    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


async def begin(service: Service, user: User) -> Begun:
    signer = service.context.signer
    session_id = await sessions.begin_session(service.context.db, user.id, ttl_seconds=3600)
    token, _ = signer.access(user.id, session_id, ttl_seconds=60)
    return Begun(session_id, token, signer.refresh(session_id, 0), signer.cookie(session_id))


async def renew(service: Service, refresh_token: str) -> httpx.Response:
    async with service.client() as program:
        return await program.post(V1 + "/auth/refresh", json={"refresh_token": refresh_token})


async def who(service: Service, **options: Any) -> int:
    async with service.client(**options) as client:
        return (await client.get(ME)).status_code


async def test_a_token_whose_time_has_run_out_says_so(service: Service, ada: Account) -> None:
    begun = await begin(service, ada.user)
    token, _ = service.context.signer.access(ada.user.id, begun.id, ttl_seconds=-1)
    async with service.client(headers={"Authorization": f"Bearer {token}"}) as client:
        detail = problem(await client.get(ME), 401, "token_expired")["detail"]
    assert "/auth/refresh" in detail


async def test_a_session_is_renewed_again_and_again(service: Service, ada: Account) -> None:
    async with service.client() as program:
        refresh_token = (await program.post(V1 + "/auth/login", json=sign_in(ada))).json()[
            "refresh_token"
        ]
    for _ in range(3):
        reply = await renew(service, refresh_token)
        assert reply.status_code == 200
        session = reply.json()
        assert session["user"]["email"] == ada.user.email
        assert session["refresh_token"] != refresh_token
        assert "set-cookie" not in reply.headers
        refresh_token = session["refresh_token"]
        assert await who(service, headers={"Authorization": f"Bearer {session['token']}"}) == 200


async def test_a_lost_answer_and_two_windows_at_once_end_nothing(
    service: Service, ada: Account
) -> None:
    begun = await begin(service, ada.user)
    replies = await asyncio.gather(*(renew(service, begun.refresh_token) for _ in range(4)))
    assert [reply.status_code for reply in replies] == [200] * 4
    [following] = {reply.json()["refresh_token"] for reply in replies}
    assert (await renew(service, following)).status_code == 200


async def test_a_copied_refresh_token_ends_the_session_for_all(
    service: Service, ada: Account
) -> None:
    begun = await begin(service, ada.user)
    session = (await renew(service, begun.refresh_token)).json()
    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE sessions SET renewed_at = now() - interval '11 seconds'")
    said = problem(await renew(service, begun.refresh_token), 401, "unauthenticated")["detail"]
    assert "used before" in said
    assert (await renew(service, session["refresh_token"])).status_code == 401
    assert await who(service, headers={"Authorization": f"Bearer {session['token']}"}) == 401
    assert await who(service, cookies={"vidmill_session": begun.cookie}) == 401


@pytest.mark.parametrize("what", ["", "abc", "token", "cookie", "other"])
async def test_what_is_no_refresh_token_ends_nothing(
    service: Service, ada: Account, what: str
) -> None:
    begun = await begin(service, ada.user)
    other = Signer("another secret of thirty-two bytes or more").refresh(begun.id, 0)
    given = {"token": begun.token, "cookie": begun.cookie, "other": other}.get(what, what)
    reply = await renew(service, given)
    if what == "token":  # longer than any
        problem(reply, 422, "invalid_request")
    else:
        problem(reply, 401, "unauthenticated")
    assert await who(service, headers=begun.bearer) == 200


async def test_a_session_lasts_while_it_is_used(service: Service, ada: Account) -> None:
    begun = await begin(service, ada.user)

    async def left() -> float:
        query = "SELECT extract(epoch FROM expires_at - now()) FROM sessions WHERE id = %s"
        async with service.context.db.connection() as conn:
            row = await (await conn.execute(query, [begun.id])).fetchone()
        assert row is not None
        return float(row[0])

    assert await who(service, cookies={"vidmill_session": begun.cookie}) == 200
    assert await left() < 3600, "a write an hour is enough"
    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE sessions SET last_used_at = now() - interval '61 minutes'")
    assert await who(service, cookies={"vidmill_session": begun.cookie}) == 200
    assert await left() > 29 * 86_400
    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE sessions SET expires_at = now() - interval '1 second'")
    assert await who(service, cookies={"vidmill_session": begun.cookie}) == 401
    assert await who(service, headers=begun.bearer) == 401
    problem(await renew(service, begun.refresh_token), 401, "unauthenticated")
    assert await sessions.forget_sessions(service.context.db) == 1


async def test_logout_takes_effect_at_once(service: Service, ada: Account) -> None:
    origin = service.context.settings.cors_origins[0]
    async with service.client(headers={"Origin": origin}) as browser:
        session = (await browser.post(V1 + "/auth/login", json=sign_in(ada))).json()
        cookie = browser.cookies["vidmill_session"]
        assert (await browser.post(V1 + "/auth/logout")).status_code == 204
        problem(await browser.get(ME), 401, "unauthenticated")
        again = await browser.post(V1 + "/auth/logout")
        assert again.status_code == 204
        assert "set-cookie" not in again.headers
    # What somebody kept of it counts no more.
    assert await who(service, cookies={"vidmill_session": cookie}) == 401
    assert await who(service, headers={"Authorization": f"Bearer {session['token']}"}) == 401
    problem(await renew(service, session["refresh_token"]), 401, "unauthenticated")


async def test_logout_ends_the_one_session_that_asks(service: Service, ada: Account) -> None:
    here, there = await begin(service, ada.user), await begin(service, ada.user)
    async with service.client(headers=here.bearer) as program:
        assert (await program.post(V1 + "/auth/logout")).status_code == 204
    assert await who(service, headers=here.bearer) == 401
    assert await who(service, headers=there.bearer) == 200
    async with service.client(headers=ada.headers) as with_key:
        assert (await with_key.post(V1 + "/auth/logout")).status_code == 204
        assert (await with_key.get(ME)).status_code == 200, "a key is no session"
    assert await who(service, headers=there.bearer) == 200
    expired, _ = service.context.signer.access(ada.user.id, there.id, ttl_seconds=-1)
    async with service.client(headers={"Authorization": f"Bearer {expired}"}) as program:
        problem(await program.post(V1 + "/auth/logout"), 401, "token_expired")
    assert await who(service, headers=there.bearer) == 200
    await sessions.end_sessions_of(service.context.db, ada.user.id)
    assert await who(service, headers=there.bearer) == 401
