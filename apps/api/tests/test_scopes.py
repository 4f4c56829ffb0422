"""What a key is good for: its scopes, its addresses, and who an administrator's key makes one."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

import httpx
import pytest
from pydantic import ValidationError
from starlette.routing import Route

from vidmill.access import Scope
from vidmill.db import api_keys
from vidmill.users import Role, User, new_api_key
from vidmill_api.operation import Call, Operation
from vidmill_stack.pytest_plugin import MakeSettings

from .running import V1, Account, Json, Service, problem, serve

READ = frozenset({Scope.READ})
WRITE = frozenset({Scope.READ, Scope.WRITE})
WATCH = frozenset({Scope.READ, Scope.ADMIN})


async def a_key(
    service: Service,
    user: User,
    scopes: frozenset[Scope],
    ip_allow: Sequence[IPv4Network | IPv6Network] | None = None,
) -> dict[str, str]:
    key = new_api_key()
    await api_keys.store_api_key(
        service.context.db, owner_id=user.id, name="k", key=key, scopes=scopes, ip_allow=ip_allow
    )
    return {"X-API-Key": key}


async def who(call: Call[None, None]) -> Json:
    """Tells who asks."""
    identity = call.identity
    return {
        "email": identity and identity.user.email,
        "admin": identity and identity.user.is_admin,
        "key": identity and identity.key_id,
    }


@pytest.fixture
async def routes(service: Service) -> None:
    """Two routes of the kinds that the API has none of its own of yet."""
    for path, declared in (
        ("/for-everybody", Operation(summary="Who?", tag="auth", authenticated="optional")),
        ("/for-admins", Operation(summary="Who?", tag="auth", scope=Scope.ADMIN)),
    ):
        service.app.router.routes.append(Route(path, declared(who), methods=["GET", "POST"]))


async def test_a_key_does_what_its_scopes_say(service: Service, ada: Account) -> None:
    async with service.client() as http:
        read = await a_key(service, ada.user, READ)
        write = await a_key(service, ada.user, WRITE)
        new = {"filename": "a.mp4", "size": 1}
        assert (await http.get(V1 + "/jobs", headers=read)).status_code == 200
        assert (await http.head(V1 + "/jobs", headers=read)).status_code == 200
        refused = await http.post(V1 + "/uploads", headers=read, json=new)
        assert "write" in problem(refused, 403, "insufficient_scope")["detail"]
        problem(await http.get("/upload-url", headers=read), 403, "insufficient_scope")
        assert (await http.post(V1 + "/uploads", headers=write, json=new)).status_code == 201


async def test_routes_of_administrators(service: Service, ada: Account, routes: None) -> None:
    root = await service.account(Role.ADMIN)
    async with service.client() as http:
        problem(await http.get("/for-admins", headers=ada.headers), 403, "forbidden")
        watch = await a_key(service, root.user, WATCH)
        for headers, get, post in (
            (root.headers, 200, 200),
            (watch, 200, 403),
            (await a_key(service, root.user, WRITE), 403, 403),
        ):
            assert (await http.get("/for-admins", headers=headers)).status_code == get
            assert (await http.post("/for-admins", headers=headers)).status_code == post
        missing = problem(await http.post("/for-admins", headers=watch), 403, "insufficient_scope")
        assert missing["detail"].startswith("This API key lacks the scope write.")


async def test_without_the_scope_an_administrator_is_a_user(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    root = await service.account(Role.ADMIN)
    async with service.client() as other:
        for scopes, total in ((WATCH, 1), (WRITE, 0)):
            headers = await a_key(service, root.user, scopes)
            assert (await other.get(V1 + "/videos", headers=headers)).json()["total"] == total
            one = await other.get(f"{V1}/videos/{video_id}", headers=headers)
            assert one.status_code == (200 if total else 404)
            me = (await other.get(V1 + "/auth/me", headers=headers)).json()
            assert me["role"] == "admin", "the account stays what it is"


async def test_what_is_for_everybody_knows_who_asks(
    service: Service, ada: Account, routes: None
) -> None:
    async with service.client() as http:
        nobody = await http.get("/for-everybody")
        assert nobody.json() == {"email": None, "admin": None, "key": None}
        known = (await http.get("/for-everybody", headers=ada.headers)).json()
        assert (known["email"], known["admin"]) == (ada.user.email, False)
        assert known["key"]
        for wrong in (
            {"X-API-Key": "vm_no"},
            {"Authorization": "Bearer no"},
            {"Authorization": "Basic YTpi"},
            {"Cookie": "vidmill_session=no"},
        ):
            problem(await http.get("/for-everybody", headers=wrong), 401, "unauthenticated")
        read = await a_key(service, ada.user, READ)
        problem(await http.post("/for-everybody", headers=read), 403, "insufficient_scope")


async def test_a_key_works_from_its_addresses_alone(service: Service, ada: Account) -> None:
    listed = [ip_network("192.0.2.0/28"), ip_network("2001:db8:1::/48")]
    headers = await a_key(service, ada.user, READ, listed)
    async with service.client() as http:
        for address, allowed in (
            ("192.0.2.15", True),
            ("192.0.2.16", False),
            ("::ffff:192.0.2.1", True),
            ("::ffff:c000:0201", True),
            ("[2001:db8:1::5]:1234", True),
            ("2001:db8:2::5", False),
            ("10.0.0.1, 192.0.2.1", True),
            ("192.0.2.1, 10.0.0.1", False),
            ("192.0.2.1, 10.0.0.1, 127.0.0.1", False),
            ("nonsense", False),
        ):
            seen = {**headers, "X-Forwarded-For": address}
            reply = await http.get(V1 + "/jobs", headers=seen)
            if allowed:
                assert reply.status_code == 200, address
            else:
                problem(reply, 403, "address_not_allowed")
        problem(await http.get(V1 + "/jobs", headers=headers), 403, "address_not_allowed")


async def test_a_strangers_word_on_its_address_counts_nothing(make_settings: MakeSettings) -> None:
    async with serve(make_settings(forwarded_allow_ips="192.0.2.7")) as service:
        ada = await service.account()
        headers = await a_key(service, ada.user, READ, [ip_network("127.0.0.1/32")])
        async with service.client(headers={**headers, "X-Forwarded-For": "192.0.2.1"}) as http:
            assert (await http.get(V1 + "/jobs")).status_code == 200


def test_only_addresses_can_be_trusted_proxies(make_settings: MakeSettings) -> None:
    for wrong in ("*", "proxy.internal", "10.0.0.1/8"):
        with pytest.raises(ValidationError):
            make_settings(forwarded_allow_ips=wrong)
