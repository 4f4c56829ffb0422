from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from psycopg import sql

from vidmill.db import api_keys
from vidmill.ids import new_id
from vidmill.tokens import Signer
from vidmill.users import User, new_api_key

from .running import V1, Account, Service, problem
from .test_session_tokens import begin, renew, sign_in

ORIGIN = "http://127.0.0.1:3000"
ME = V1 + "/auth/me"


async def test_login_answers_with_a_token_and_a_cookie(service: Service, ada: Account) -> None:
    async with service.client() as browser:
        reply = await browser.post(V1 + "/auth/login", json=sign_in(ada))
        assert reply.status_code == 200
        session = reply.json()
        assert session["token_type"] == "bearer"
        assert session["user"] == {
            "id": str(ada.user.id),
            "email": ada.user.email,
            "role": "user",
            "created_at": ada.user.created_at.isoformat().replace("+00:00", "Z"),
        }
        left = datetime.fromisoformat(session["expires_at"]) - datetime.now(UTC)
        assert timedelta(minutes=14) < left <= timedelta(minutes=15)
        cookie = reply.headers["set-cookie"].lower()
        assert cookie.startswith("vidmill_session=")
        assert {"httponly", "samesite=lax", "path=/", "max-age=34560000"} <= {
            p.strip() for p in cookie.split(";")
        }
        assert (await browser.get(ME)).json()["email"] == ada.user.email
    async with service.client(headers={"Authorization": f"Bearer {session['token']}"}) as script:
        assert (await script.get(ME)).json()["email"] == ada.user.email


async def test_email_ignores_case_and_password_keeps_its_blanks(
    service: Service, ada: Account
) -> None:
    async with service.client() as browser:
        shouted = {**sign_in(ada), "email": ada.user.email.upper()}
        assert (await browser.post(V1 + "/auth/login", json=shouted)).status_code == 200
        padded = {**sign_in(ada), "password": ada.password + " "}
        reply = await browser.post(V1 + "/auth/login", json=padded)
        problem(reply, 401, "invalid_credentials")


@pytest.mark.parametrize(
    "change",
    [{"password": "wrong"}, {"email": "nobody@example.com"}, {"email": "\u00e9@example.com"}],
)
async def test_wrong_credentials_are_all_the_same(
    service: Service, ada: Account, change: dict[str, str]
) -> None:
    async with service.client() as browser:
        reply = await browser.post(V1 + "/auth/login", json={**sign_in(ada), **change})
        problem(reply, 401, "invalid_credentials")
        assert "set-cookie" not in reply.headers


async def test_no_credentials(service: Service) -> None:
    async with service.client() as nobody:
        reply = await nobody.get(ME)
        problem(reply, 401, "unauthenticated")
        assert reply.headers["www-authenticate"] == "Bearer"


async def test_tokens_that_do_not_count(service: Service, ada: Account) -> None:
    signer = service.context.signer
    other = Signer("another secret of thirty-two bytes or more")
    now = int(time.time())
    mine = (await begin(service, ada.user)).id
    claims = {
        "sub": str(ada.user.id), "sid": str(mine), "iat": now, "exp": now + 60, "iss": "vidmill",
    }  # fmt: skip
    tokens = {
        "of another secret": other.access(ada.user.id, mine, ttl_seconds=60)[0],
        "of no session": signer.access(ada.user.id, new_id(), ttl_seconds=60)[0],
        "unsigned": jwt.encode(claims, "", algorithm="none"),
        "for renewal": signer.refresh(mine, 0),
        "a cookie of another secret": other.cookie(mine),
        "for playback": signer.playback(ada.user.id, expires=0),
        "garbage": "abc",
    }
    for name, token in tokens.items():
        async with service.client(headers={"Authorization": f"Bearer {token}"}) as client:
            problem(await client.get(ME), 401, "unauthenticated")
        async with service.client(cookies={"vidmill_session": token}) as client:
            assert (await client.get(ME)).status_code == 401, name


async def set_key(service: Service, user: User, column: str) -> str:
    key = new_api_key()
    await api_keys.store_api_key(service.context.db, owner_id=user.id, name="old", key=key)
    async with service.context.db.connection() as conn:
        await conn.execute(
            sql.SQL(
                "UPDATE api_keys SET {} = now() - interval '1 second' WHERE name = 'old'"
            ).format(sql.Identifier(column))
        )
    return key


@pytest.mark.parametrize("column", ["expires_at", "revoked_at"])
async def test_keys_that_have_ended(service: Service, ada: Account, column: str) -> None:
    key = await set_key(service, ada.user, column)
    async with service.client(headers={"X-API-Key": key}) as client:
        problem(await client.get(ME), 401, "unauthenticated")


async def test_a_wrong_key_is_not_saved_by_a_good_token(service: Service, ada: Account) -> None:
    headers = {"X-API-Key": "vm_wrong", **(await begin(service, ada.user)).bearer}
    async with service.client(headers=headers) as client:
        problem(await client.get(ME), 401, "unauthenticated")


async def test_use_of_a_key_is_noted(
    service: Service, ada: Account, http: httpx.AsyncClient
) -> None:
    query = "SELECT last_used_at FROM api_keys WHERE owner_id = %s"
    assert (await http.get(ME)).status_code == 200
    async with service.context.db.connection() as conn:
        row = await (await conn.execute(query, [ada.user.id])).fetchone()
    assert row is not None
    assert row[0] is not None


async def test_switched_off_accounts_stay_out(service: Service, ada: Account) -> None:
    begun = await begin(service, ada.user)
    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE users SET active = false WHERE id = %s", [ada.user.id])
    problem(await renew(service, begun.refresh_token), 401, "unauthenticated")
    for headers in (ada.headers, begun.bearer):
        async with service.client(headers=headers) as client:
            problem(await client.get(ME), 401, "unauthenticated")
    async with service.client() as browser:
        reply = await browser.post(V1 + "/auth/login", json=sign_in(ada))
        problem(reply, 401, "invalid_credentials")


@pytest.mark.parametrize("origin", [None, "null", "https://evil.example", ORIGIN + ".evil.example"])
async def test_cookies_do_not_write_for_other_sites(
    service: Service, ada: Account, origin: str | None
) -> None:
    headers = {"Origin": origin} if origin else {}
    begun = await begin(service, ada.user)
    body = {"filename": "clip.mp4", "size": 10}
    async with service.client(
        cookies={"vidmill_session": begun.cookie}, headers=headers
    ) as browser:
        problem(await browser.post(V1 + "/uploads", json=body), 403, "csrf")
        problem(await browser.delete(f"{V1}/jobs/{new_id()}"), 403, "csrf")
        problem(await browser.post(V1 + "/auth/logout"), 403, "csrf")
        assert (await browser.get(ME)).status_code == 200, "reading does no harm"


async def test_cookies_write_for_our_pages(service: Service, ada: Account) -> None:
    origin = service.context.settings.cors_origins[0]
    begun = await begin(service, ada.user)
    body = {"filename": "clip.mp4", "size": 10}
    cookies, headers = {"vidmill_session": begun.cookie}, {"Origin": origin}
    async with service.client(cookies=cookies, headers=headers) as browser:
        assert (await browser.post(V1 + "/uploads", json=body)).status_code == 201


async def test_cookie_is_for_https_where_the_api_is(service: Service, ada: Account) -> None:
    async with service.client() as browser:
        plain = await browser.post(V1 + "/auth/login", json=sign_in(ada))
        assert "secure" not in plain.headers["set-cookie"].lower()
