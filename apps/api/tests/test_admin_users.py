"""Accounts, as administrators list and change them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import httpx
import pytest

from vidmill.ids import new_id
from vidmill.users import Role

from .running import PASSWORD, V1, Account, Service, problem
from .test_registration import INVITES, REGISTER, invited
from .test_session_tokens import begin, renew, who

USERS = V1 + "/admin/users"


@pytest.fixture
async def root(service: Service) -> Account:
    """The only administrator."""
    async with service.context.db.connection() as conn:
        await conn.execute("DELETE FROM users")
    return await service.account(Role.ADMIN)


@pytest.fixture
async def client(service: Service, root: Account) -> AsyncGenerator[httpx.AsyncClient]:
    async with service.client(root) as admin:
        yield admin


async def test_accounts_are_listed(service: Service, client: httpx.AsyncClient) -> None:
    users = [await service.account() for _ in range(3)]
    first = (await client.get(USERS + "?limit=2")).json()
    assert first["total"] == 4
    rest = (await client.get(f"{USERS}?cursor={first['next_cursor']}")).json()
    assert rest["next_cursor"] is None
    emails = [one["email"] for one in first["items"] + rest["items"]]
    assert emails[:3] == [one.user.email for one in reversed(users)]
    for query, found in (
        (f"search={users[0].user.email[:36].upper()}", 1),
        ("search=%25", 0),
        ("role=admin", 1),
        ("role=user&active=true", 3),
        ("active=false", 0),
    ):
        assert (await client.get(f"{USERS}?{query}")).json()["total"] == found, query
    problem(await client.get(USERS + "?cursor=x"), 422, "invalid_cursor")


async def test_what_is_used_is_told_of_each(
    service: Service, client: httpx.AsyncClient, http: httpx.AsyncClient, ada: Account
) -> None:
    bob = await service.account()
    await http.post(V1 + "/uploads", json={"filename": "a.mp4", "size": 100})
    listed = (await client.get(USERS)).json()["items"]
    used = {one["id"]: one["quota"]["stored_bytes"]["used"] for one in listed}
    assert (used[str(ada.user.id)], used[str(bob.user.id)]) == (100, 0)
    [own] = [one for one in listed if one["id"] == str(ada.user.id)]
    assert (await client.get(f"{USERS}/{ada.user.id}")).json() == own
    told = (await http.get(V1 + "/auth/me")).json()["quota"]
    assert own["quota"] == told


async def test_quotas_and_roles_are_set(service: Service, client: httpx.AsyncClient) -> None:
    path = f"{USERS}/{(await service.account()).user.id}"
    made = (await client.get(path)).json()
    assert (made["role"], made["active"], made["quota_jobs_per_day"]) == ("user", True, None)
    changes = {"role": "admin", "quota_jobs_per_day": 7, "quota_stored_bytes": -1}
    changed = (await client.patch(path, json=changes)).json()
    quota = changed["quota"]
    assert (quota["jobs_per_day"]["limit"], quota["stored_bytes"]["limit"]) == (7, None)
    assert changed == {**made, **changes, "quota": quota}
    back = (await client.patch(path, json={"quota_jobs_per_day": None})).json()
    assert back["quota"]["jobs_per_day"]["limit"] is None, "administrators have no limit"
    assert back == {**changed, "quota_jobs_per_day": None, "quota": back["quota"]}
    assert (await client.patch(path, json={})).json() == back == (await client.get(path)).json()
    for wrong in (
        {"role": None}, {"active": None}, {"role": "king"}, {"quota_jobs_per_day": -2},
        {"quota_stored_bytes": 2**63}, {"email": "x@example.com"},
    ):  # fmt: skip
        problem(await client.patch(path, json=wrong), 422, "invalid_request")
    problem(await client.patch(f"{USERS}/{new_id()}", json={}), 404, "not_found")


async def test_who_is_switched_off_is_out_at_once(
    service: Service, client: httpx.AsyncClient, ada: Account
) -> None:
    begun = await begin(service, ada.user)
    path = f"{USERS}/{ada.user.id}"
    assert (await client.patch(path, json={"active": False})).json()["active"] is False
    for back_on in (False, True):
        if back_on:
            assert (await client.patch(path, json={"active": True})).status_code == 200
        for headers in (ada.headers, begun.bearer, {"Cookie": f"vidmill_session={begun.cookie}"}):
            assert await who(service, headers=headers) == 401
        problem(await renew(service, begun.refresh_token), 401, "unauthenticated")
        async with service.client() as browser:
            mine = {"email": ada.user.email, "password": PASSWORD}
            reply = await browser.post(V1 + "/auth/login", json=mine)
            assert reply.status_code == (200 if back_on else 401)


async def test_the_last_administrator_stays_one(
    service: Service, client: httpx.AsyncClient, root: Account
) -> None:
    idle = await service.account(Role.ADMIN)
    away = await client.patch(f"{USERS}/{idle.user.id}", json={"active": False})
    assert away.status_code == 200
    for change in ({"role": "user"}, {"active": False}):
        problem(await client.patch(f"{USERS}/{root.user.id}", json=change), 409, "last_admin")
    assert (
        await client.patch(f"{USERS}/{root.user.id}", json={"role": "admin"})
    ).status_code == 200


async def test_two_administrators_can_not_end_each_other(
    service: Service, client: httpx.AsyncClient, root: Account
) -> None:
    other = await service.account(Role.ADMIN)
    async with service.client(other) as second:
        replies = await asyncio.gather(
            client.patch(f"{USERS}/{other.user.id}", json={"role": "user"}),
            second.patch(f"{USERS}/{root.user.id}", json={"active": False}),
        )
    assert sorted(one.status_code for one in replies) in ([200, 401], [200, 403], [200, 409])
    async with service.context.db.connection() as conn:
        query = "SELECT count(*) FROM users WHERE role = 'admin' AND active"
        row = await (await conn.execute(query)).fetchone()
    assert row == (1,)


async def test_invitations_go_with_their_administrator(
    service: Service, client: httpx.AsyncClient
) -> None:
    rogue = await service.account(Role.ADMIN)
    async with service.client(rogue) as other:
        token = (await invited(other, role="admin"))["token"]
    assert (await client.patch(f"{USERS}/{rogue.user.id}", json={"role": "user"})).is_success
    async with service.client() as nobody:
        body = {"email": "x@example.com", "password": PASSWORD, "invite": token}
        problem(await nobody.post(REGISTER, json=body), 403, "invalid_invite")
    assert (await client.get(INVITES)).json()["items"][0]["revoked_at"] is not None


async def test_a_key_for_somebody(
    service: Service, client: httpx.AsyncClient, ada: Account
) -> None:
    body = {"user_id": str(ada.user.id), "name": "for Ada", "scopes": ["read"]}
    made = (await client.post(V1 + "/admin/api-keys", json=body)).json()
    assert (made["owner_id"], made["scopes"]) == (str(ada.user.id), ["read"])
    async with service.client(headers={"X-API-Key": made["key"]}) as hers:
        assert (await hers.get(V1 + "/auth/me")).json()["email"] == ada.user.email
    too_much = {**body, "scopes": ["admin"]}
    problem(await client.post(V1 + "/admin/api-keys", json=too_much), 403, "forbidden")
    nobody = {**body, "user_id": str(new_id())}
    problem(await client.post(V1 + "/admin/api-keys", json=nobody), 404, "not_found")
    await client.patch(f"{USERS}/{ada.user.id}", json={"active": False})
    problem(await client.post(V1 + "/admin/api-keys", json=body), 404, "not_found")
