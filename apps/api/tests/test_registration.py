"""Making an account: who may, with what, and what is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from vidmill.users import Role
from vidmill_stack.pytest_plugin import MakeSettings

from .running import PASSWORD, V1, Account, Json, Service, problem, serve

REGISTER = V1 + "/auth/register"
INVITES = V1 + "/admin/invites"
ADA = {"email": "ada@example.com", "password": PASSWORD}


@pytest.fixture
async def root(service: Service) -> AsyncGenerator[httpx.AsyncClient]:
    async with service.client(await service.account(Role.ADMIN)) as client:
        yield client


@asynccontextmanager
async def open_to_all(make_settings: MakeSettings, **more: Any) -> AsyncGenerator[Service]:
    async with serve(make_settings(registration="open", **more)) as service:
        yield service


async def empty(service: Service) -> None:
    """As before the first account."""
    async with service.context.db.connection() as conn:
        await conn.execute("DELETE FROM users")


async def invited(root: httpx.AsyncClient, **fields: Any) -> Json:
    reply = await root.post(INVITES, json=fields)
    assert reply.status_code == 201, reply.text
    return reply.json()


async def register(service: Service, **fields: Any) -> httpx.Response:
    async with service.client() as browser:
        return await browser.post(REGISTER, json={**ADA, **fields})


async def test_an_account_is_signed_in_at_once(make_settings: MakeSettings) -> None:
    async with open_to_all(make_settings) as service, service.client() as browser:
        reply = await browser.post(REGISTER, json={**ADA, "email": " Ada@EXAMPLE.com "})
        assert reply.status_code == 201, reply.text
        made = reply.json()
        assert (made["user"]["email"], made["user"]["role"]) == ("ada@example.com", "user")
        assert made["api_key"] is None
        assert "vidmill_session" in browser.cookies
        me = (await browser.get(V1 + "/auth/me")).json()
        assert {name: me[name] for name in made["user"]} == made["user"]
        async with service.client(headers={"Authorization": f"Bearer {made['token']}"}) as other:
            assert (await other.get(V1 + "/auth/me")).json() == me
        assert (await browser.post(V1 + "/auth/login", json=ADA)).status_code == 200
        shouted = await register(service, email="ADA@example.COM")
        problem(shouted, 409, "email_taken")


async def test_a_first_key_for_scripts(make_settings: MakeSettings) -> None:
    async with open_to_all(make_settings) as service:
        key = (await register(service, with_api_key=True)).json()["api_key"]
        async with service.client(headers={"X-API-Key": key}) as script:
            [listed] = (await script.get(V1 + "/api-keys")).json()["items"]
            assert listed["scopes"] == ["read", "write"]
            assert key.startswith(listed["prefix"])


@pytest.mark.parametrize(
    ("fields", "field", "code"),
    [
        ({"email": "ada"}, "email", "value_error"),
        ({"email": "a da@example.com"}, "email", "value_error"),
        ({"email": "ada@-example.com"}, "email", "value_error"),
        ({"email": "ada@" + "b" * 250}, "email", "value_error"),
        ({"password": "hasty"}, "password", "too_short"),
        ({"password": "fourteen chars"}, "password", "too_short"),
        ({"password": "ada@example.com 1"}, "password", "contains_email"),
        ({"password": "password12345678"}, "password", "too_common"),
        ({"password": "qwertyuiop123456"}, "password", "too_common"),
        ({"password": "x" * 1001}, "password", "string_too_long"),
        ({"password": "correct horse\0 battery"}, "password", "value_error"),
        ({"more": 1}, "more", "extra_forbidden"),
    ],
)
async def test_what_is_not_taken(
    make_settings: MakeSettings, fields: Json, field: str, code: str
) -> None:
    async with open_to_all(make_settings) as service:
        told = problem(await register(service, **fields), 422, "invalid_request")
    assert [(one["field"], one["code"]) for one in told["errors"]] == [(field, code)]
    assert "password" not in fields or fields["password"] not in str(told)


async def test_passwords_are_of_any_characters(make_settings: MakeSettings) -> None:
    for n, password in enumerate(
        (
            "just five ordinary words here",
            "日本語の長いパスワードですよこれ",
            "ééécole maternelle",
        )
    ):
        async with open_to_all(make_settings) as service:
            mine = {"email": f"{n}@example.com", "password": password}
            assert (await register(service, **mine)).status_code == 201, password
            mine["password"] = password.replace("é", "e\u0301")
            async with service.client() as browser:
                again = await browser.post(V1 + "/auth/login", json=mine)
                assert again.status_code == 200, "another keyboard writes the same letter otherwise"


async def test_the_first_account_is_the_administrators(service: Service) -> None:
    await empty(service)
    numbers = range(4)
    replies = await asyncio.gather(*(register(service, email=f"{n}@example.com") for n in numbers))
    roles = [one.json()["user"]["role"] for one in replies if one.status_code == 201]
    assert roles == ["admin"]
    refused = [one for one in replies if one.status_code != 201]
    for reply in refused:
        problem(reply, 403, "invite_required")
    assert len(refused) == 3


async def test_of_all_that_come_first_to_an_open_house_one_is_administrator(
    make_settings: MakeSettings,
) -> None:
    async with open_to_all(make_settings) as service:
        await empty(service)
        replies = await asyncio.gather(
            *(register(service, email=f"{n}@example.com") for n in range(4))
        )
    assert sorted(one.json()["user"]["role"] for one in replies) == ["admin", *["user"] * 3]


async def test_where_it_is_closed_nobody_registers(make_settings: MakeSettings) -> None:
    async with serve(make_settings(registration="closed")) as service:
        root = await service.account(Role.ADMIN)
        async with service.client(root) as client:
            token = (await invited(client))["token"]
        problem(await register(service, invite=token), 403, "registration_closed")
        await empty(service)
        problem(await register(service), 403, "registration_closed")


async def test_an_invitation_is_good_once(service: Service, root: httpx.AsyncClient) -> None:
    problem(await register(service), 403, "invite_required")
    invite = await invited(root)
    assert (invite["role"], invite["email"], invite["used_at"]) == ("user", None, None)
    replies = await asyncio.gather(
        *(register(service, email=f"{n}@example.com", invite=invite["token"]) for n in range(3))
    )
    assert sorted(one.status_code for one in replies) == [201, 403, 403]
    problem(await register(service, invite=invite["token"]), 403, "invalid_invite")
    [listed] = (await root.get(INVITES)).json()["items"]
    [made] = [one.json()["user"]["id"] for one in replies if one.status_code == 201]
    assert listed["used_by"] == made
    assert "token" not in listed
    problem(await root.delete(f"{INVITES}/{invite['id']}"), 409, "invite_used")


async def test_an_invitation_binds_address_and_role(
    service: Service, root: httpx.AsyncClient
) -> None:
    token = (await invited(root, email="Grace@Example.com", role="admin"))["token"]
    problem(await register(service, invite=token), 403, "invalid_invite")
    reply = await register(service, invite=token, email="grace@example.com")
    assert reply.json()["user"]["role"] == "admin"


async def test_invitations_that_do_not_count(
    service: Service, root: httpx.AsyncClient, ada: Account
) -> None:
    revoked, late, open_one = [await invited(root) for _ in range(3)]
    for _ in range(2):
        assert (await root.delete(f"{INVITES}/{revoked['id']}")).status_code == 204
    async with service.context.db.connection() as conn:
        query = "UPDATE invites SET expires_at = now() WHERE id = %s"
        await conn.execute(query, [late["id"]])
    for token in (revoked["token"], late["token"], "vmi_none", ""):
        problem(await register(service, invite=token), 403, "invalid_invite")
    taken = await register(service, invite=open_one["token"], email=ada.user.email)
    problem(taken, 409, "email_taken")
    again = await register(service, invite=open_one["token"])
    assert again.status_code == 201, "it was not used up by an address that was taken"


async def test_the_same_invitation_for_the_same_request(
    service: Service, root: httpx.AsyncClient
) -> None:
    headers = {"Idempotency-Key": "1"}
    first, second = [await root.post(INVITES, json={}, headers=headers) for _ in range(2)]
    assert first.json() == second.json()
    async with service.context.db.connection() as conn:
        rows = await (await conn.execute("SELECT response::text FROM idempotency_keys")).fetchall()
    assert first.json()["token"] not in str(rows), "kept so that only the server can read it"
