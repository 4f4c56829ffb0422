"""API keys: what is shown, what they give on, how they are replaced and end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from vidmill.users import Role, hash_api_key

from .running import V1, Account, Json, Service, problem
from .test_session_tokens import begin

KEYS = V1 + "/api-keys"


@pytest.fixture
async def signed_in(service: Service, ada: Account) -> AsyncGenerator[httpx.AsyncClient]:
    """Ada in a session, without a key."""
    async with service.client(headers=(await begin(service, ada.user)).bearer) as client:
        yield client


async def make(client: httpx.AsyncClient, **fields: Any) -> Json:
    reply = await client.post(KEYS, json={"name": "script", **fields})
    assert reply.status_code == 201, reply.text
    return reply.json()


async def status(service: Service, key: Json, **headers: str) -> int:
    async with service.client(headers={"X-API-Key": key["key"], **headers}) as client:
        return (await client.get(V1 + "/auth/me")).status_code


def later(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


async def test_a_key_is_shown_once(service: Service, signed_in: httpx.AsyncClient) -> None:
    made = await make(
        signed_in, hourly_limit=50, ip_allow=["2001:DB8::/32", "::ffff:192.0.2.0/120"]
    )
    assert made["key"].startswith(made["prefix"])
    assert made["ip_allow"] == ["2001:db8::/32", "192.0.2.0/24"]
    shown = (await signed_in.get(f"{KEYS}/{made['id']}")).json()
    assert shown == {name: value for name, value in made.items() if name != "key"}
    assert shown["scopes"] == ["read", "write"]
    assert (shown["hourly_limit"], shown["expires_at"]) == (50, None)
    listed = (await signed_in.get(KEYS)).json()
    assert shown in listed["items"]
    assert made["key"] not in str(listed)
    async with service.context.db.connection() as conn:
        row = await (
            await conn.execute(
                "SELECT key_hash, k::text FROM api_keys k WHERE id = %s", [made["id"]]
            )
        ).fetchone()
    assert row is not None
    assert bytes(row[0]) == hash_api_key(made["key"])
    assert made["key"] not in row[1]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["all"]}, "scopes.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01"}, "expires_at"),
        ({"expires_at": 4102444800}, "expires_at"),
        ({"hourly_limit": 0}, "hourly_limit"),
        ({"ip_allow": []}, "ip_allow"),
        ({"ip_allow": ["10.0.0.1/8"]}, "ip_allow.0"),
        ({"ip_allow": ["localhost"]}, "ip_allow.0"),
    ],
)
async def test_what_a_key_can_not_be(
    signed_in: httpx.AsyncClient, fields: Json, field: str
) -> None:
    told = problem(await signed_in.post(KEYS, json={"name": "n", **fields}), 422, "invalid_request")
    assert [one["field"] for one in told["errors"]] == [field]


async def test_scopes_bring_what_they_need(service: Service, signed_in: httpx.AsyncClient) -> None:
    assert (await make(signed_in, scopes=["write"]))["scopes"] == ["read", "write"]
    problem(
        await signed_in.post(KEYS, json={"name": "n", "scopes": ["read", "admin"]}),
        403,
        "forbidden",
    )
    root = await service.account(Role.ADMIN)
    async with service.client(headers=(await begin(service, root.user)).bearer) as client:
        assert (await make(client, scopes=["admin"]))["scopes"] == ["admin", "read"]


async def test_a_key_gives_on_no_more_than_it_has(
    service: Service, signed_in: httpx.AsyncClient
) -> None:
    ends = later(hours=2)
    small = {
        "scopes": ["write"],
        "expires_at": ends,
        "hourly_limit": 50,
        "ip_allow": ["192.0.2.0/24", "2001:db8::/32"],
    }
    own = await make(signed_in, **small)
    mighty = await make(signed_in, name="mighty")
    headers = {"X-API-Key": own["key"], "X-Forwarded-For": "192.0.2.1"}
    async with service.client(headers=headers) as client:
        part = {"ip_allow": ["192.0.2.128/25", "2001:db8::1"], "expires_at": later(hours=1)}
        smaller = await make(client, **{**small, **part, "scopes": ["read"]})
        assert smaller["scopes"] == ["read"]
        for field, value in (
            ("expires_at", None),
            ("expires_at", later(hours=3)),
            ("hourly_limit", None),
            ("hourly_limit", 51),
            ("ip_allow", None),
            ("ip_allow", ["192.0.2.1", "192.0.3.1"]),
            ("ip_allow", ["0.0.0.0/0"]),
        ):
            reply = await client.post(KEYS, json={"name": "n", **small, field: value})
            assert field in problem(reply, 403, "key_rights_exceeded")["detail"]
        reply = await client.post(f"{KEYS}/{mighty['id']}/rotate", json={})
        problem(reply, 403, "key_rights_exceeded")
        longer = await client.post(f"{KEYS}/{own['id']}/rotate", json={"expires_at": later(days=9)})
        problem(longer, 403, "key_rights_exceeded")
        assert (await client.post(f"{KEYS}/{own['id']}/rotate", json={})).status_code == 201


async def test_a_replaced_key_works_for_a_while(
    service: Service, signed_in: httpx.AsyncClient
) -> None:
    old = await make(signed_in, scopes=["read"], hourly_limit=9, ip_allow=["127.0.0.1"])
    reply = await signed_in.post(f"{KEYS}/{old['id']}/rotate", json={"overlap_seconds": 60})
    new = reply.json()
    assert reply.headers["location"] == f"{KEYS}/{new['id']}"
    same = ("name", "scopes", "hourly_limit", "ip_allow", "expires_at", "owner_id")
    assert [new[name] for name in same] == [old[name] for name in same]
    assert [await status(service, key) for key in (old, new)] == [200, 200]
    shown = (await signed_in.get(f"{KEYS}/{old['id']}")).json()
    assert shown["rotated_to"] == new["id"]
    left = datetime.fromisoformat(shown["expires_at"]) - datetime.now(UTC)
    assert timedelta(seconds=50) < left <= timedelta(seconds=60)
    again = await signed_in.post(f"{KEYS}/{old['id']}/rotate", json={})
    problem(again, 409, "api_key_ended")
    async with service.context.db.connection() as conn:
        query = "UPDATE api_keys SET expires_at = now() WHERE id = %s"
        await conn.execute(query, [old["id"]])
    assert [await status(service, key) for key in (old, new)] == [401, 200]


async def test_a_key_replaced_at_once_ends_at_once(
    service: Service, signed_in: httpx.AsyncClient
) -> None:
    old = await make(signed_in)
    path, body = f"{KEYS}/{old['id']}/rotate", {"overlap_seconds": 0}
    replies = await asyncio.gather(*(signed_in.post(path, json=body) for _ in range(3)))
    assert sorted(one.status_code for one in replies) == [201, 409, 409]
    [new] = [one.json() for one in replies if one.status_code == 201]
    assert [await status(service, key) for key in (old, new)] == [401, 200]


async def test_a_revoked_key_counts_for_nothing(
    service: Service, signed_in: httpx.AsyncClient
) -> None:
    made = await make(signed_in)
    assert await status(service, made) == 200
    for _ in range(2):
        assert (await signed_in.delete(f"{KEYS}/{made['id']}")).status_code == 204
    assert await status(service, made) == 401
    problem(await signed_in.post(f"{KEYS}/{made['id']}/rotate", json={}), 409, "api_key_ended")
    for active, expected in ((True, False), (False, True)):
        listed = (await signed_in.get(f"{KEYS}?active={str(active).lower()}")).json()["items"]
        assert (made["id"] in {one["id"] for one in listed}) == expected


async def test_last_use_is_noted_with_its_address(
    service: Service, signed_in: httpx.AsyncClient
) -> None:
    made = await make(signed_in, ip_allow=["192.0.2.0/24", "127.0.0.1"])
    assert await status(service, made, **{"X-Forwarded-For": "198.51.100.1"}) == 403
    before = (await signed_in.get(f"{KEYS}/{made['id']}")).json()
    assert (before["last_used_at"], before["last_used_address"]) == (None, None)
    assert await status(service, made, **{"X-Forwarded-For": "::ffff:192.0.2.9"}) == 200
    after = (await signed_in.get(f"{KEYS}/{made['id']}")).json()
    assert after["last_used_address"] == "192.0.2.9"
    assert after["last_used_at"] is not None


async def test_a_repeated_request_gets_the_same_key(
    service: Service, signed_in: httpx.AsyncClient
) -> None:
    headers = {"Idempotency-Key": "1"}
    made, again = [
        (await signed_in.post(KEYS, json={"name": "one"}, headers=headers)).json() for _ in range(2)
    ]
    assert made == again
    assert await status(service, made) == 200
    other = await signed_in.post(KEYS, json={"name": "two"}, headers=headers)
    problem(other, 422, "idempotency_key_reused")
    async with service.context.db.connection() as conn:
        rows = await (await conn.execute("SELECT response::text FROM idempotency_keys")).fetchall()
    assert made["key"] not in str(rows), "kept so that only the server can read it"
    second = await make(signed_in, name="two")
    headers = {"Idempotency-Key": "2"}
    replies = [
        await signed_in.post(f"{KEYS}/{one['id']}/rotate", json={}, headers=headers)
        for one in (made, second)
    ]
    assert replies[0].status_code == 201
    problem(replies[1], 422, "idempotency_key_reused")


async def test_administrators_see_and_revoke_keys(
    service: Service, signed_in: httpx.AsyncClient
) -> None:
    made = await make(signed_in)
    async with service.client(await service.account(Role.ADMIN)) as root:
        assert (await root.get(f"{KEYS}/{made['id']}")).status_code == 200
        assert (await root.delete(f"{KEYS}/{made['id']}")).status_code == 204
    assert await status(service, made) == 401
