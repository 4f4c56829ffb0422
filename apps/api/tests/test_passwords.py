"""Changing one's password, and one's other sessions."""

from __future__ import annotations

import asyncio

from vidmill.db.accounts import fetch_password_hash, set_password
from vidmill.db.sessions import begin_session_with
from vidmill.ids import new_id

from .running import PASSWORD, V1, Account, Service, problem
from .test_session_tokens import begin, renew, who

NEW = "an altogether different one"
SESSIONS = V1 + "/auth/sessions"


async def test_a_new_password_ends_the_other_sessions(service: Service, ada: Account) -> None:
    here, there = await begin(service, ada.user), await begin(service, ada.user)
    change = {"old_password": PASSWORD, "new_password": NEW}
    async with service.client(headers=here.bearer) as client:
        reply = await client.post(V1 + "/auth/password", json=change)
        assert (reply.status_code, reply.content) == (204, b"")
        problem(await client.post(V1 + "/auth/password", json=change), 403, "wrong_password")
    assert await who(service, headers=here.bearer) == 200
    assert await who(service, headers=there.bearer) == 401
    problem(await renew(service, there.refresh_token), 401, "unauthenticated")
    assert await who(service, headers=ada.headers) == 200, "keys have nothing to do with it"
    async with service.client() as browser:
        for password, status in ((PASSWORD, 401), (NEW, 200)):
            mine = {"email": ada.user.email, "password": password}
            assert (await browser.post(V1 + "/auth/login", json=mine)).status_code == status


async def test_a_bad_new_password_is_not_taken(service: Service, ada: Account) -> None:
    async with service.client(ada) as client:
        for new, code in (("too short", "too_short"), ("passwordpassword", "too_common")):
            change = {"old_password": PASSWORD, "new_password": new}
            reply = await client.post(V1 + "/auth/password", json=change)
            told = problem(reply, 422, "invalid_request")
            assert told["errors"][0]["code"] == code
            assert told["errors"][0]["field"] == "new_password"


async def test_of_two_changes_at_once_one_counts(service: Service, ada: Account) -> None:
    async with service.client(ada) as client:
        replies = await asyncio.gather(
            *(
                client.post(
                    V1 + "/auth/password",
                    json={"old_password": PASSWORD, "new_password": f"{NEW} {n}"},
                )
                for n in range(2)
            )
        )
    assert sorted(one.status_code for one in replies) == [204, 403]


async def test_no_session_of_the_old_password_is_left(service: Service, ada: Account) -> None:
    """However a sign-in and a change meet."""
    mine = {"email": ada.user.email, "password": PASSWORD}
    change = {"old_password": PASSWORD, "new_password": NEW}
    async with service.client() as browser, service.client(ada) as client:
        replies = await asyncio.gather(
            *(browser.post(V1 + "/auth/login", json=mine) for _ in range(4)),
            client.post(V1 + "/auth/password", json=change),
            *(browser.post(V1 + "/auth/login", json=mine) for _ in range(4)),
        )
    assert {one.status_code for one in replies} <= {200, 204, 401}
    assert replies[4].status_code == 204
    async with service.client(ada) as client:
        assert (await client.get(SESSIONS)).json()["total"] == 0


async def test_a_session_needs_the_password_of_now(service: Service, ada: Account) -> None:
    db = service.context.db
    old = await fetch_password_hash(db, ada.user.id)
    assert await begin_session_with(db, ada.user.id, password_hash=old, ttl_seconds=60)
    await set_password(db, ada.user.id, "another")
    begun = await begin_session_with(db, ada.user.id, password_hash=old, ttl_seconds=60)
    assert begun is None


async def test_sessions_are_listed_and_ended(service: Service, ada: Account) -> None:
    here, there = await begin(service, ada.user), await begin(service, ada.user)
    bob = await begin(service, (await service.account()).user)
    async with service.client(headers=here.bearer) as client:
        page = (await client.get(SESSIONS + "?limit=1")).json()
        assert page["total"] == 2
        assert [(one["id"], one["current"]) for one in page["items"]] == [(str(there.id), False)]
        rest = (await client.get(f"{SESSIONS}?cursor={page['next_cursor']}")).json()
        assert [(one["id"], one["current"]) for one in rest["items"]] == [(str(here.id), True)]
        for wrong in (new_id(), bob.id):
            problem(await client.delete(f"{SESSIONS}/{wrong}"), 404, "not_found")
        assert (await client.delete(f"{SESSIONS}/{there.id}")).status_code == 204
        problem(await client.delete(f"{SESSIONS}/{there.id}"), 404, "not_found")
        assert (await client.get(SESSIONS)).json()["total"] == 1
    assert await who(service, headers=there.bearer) == 401
    assert await who(service, headers=bob.bearer) == 200


async def test_a_session_tells_from_where_and_with_what_it_was_begun(
    service: Service, ada: Account
) -> None:
    mine = {"email": ada.user.email, "password": ada.password}
    agents = {"Fox/9 \xe9\t(Linux)": "Fox/9 \xe9(Linux)", "a" * 400: "a" * 300, "": None}
    for sent in agents:
        async with service.client(headers={"User-Agent": sent.encode("latin-1")}) as browser:
            assert (await browser.post(V1 + "/auth/login", json=mine)).status_code == 200
    await begin(service, ada.user)
    async with service.client(ada) as client:
        items = (await client.get(SESSIONS)).json()["items"]
    assert [one["user_agent"] for one in reversed(items)] == [*agents.values(), None]
    assert {one["address"] for one in items[1:]} == {"127.0.0.1"}
    assert items[0]["address"] is None
