"""Every route, asked by everybody that there can be. What is due follows from the declarations that
the routes run on and from `trials`, so a new route is in here without a word of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_network

import httpx

from vidmill.access import ALL_SCOPES, Scope
from vidmill.db import api_keys
from vidmill.users import Role, hash_api_key, new_api_key
from vidmill_api.app import PREFIX, ROUTES
from vidmill_api.authenticate import scopes_of
from vidmill_api.operation import Operation, operation_of

from .running import Account, Json, Service
from .test_ownership import Estate, estate_of, everything
from .test_session_tokens import begin
from .trials import TRIALS, Trial
from .worked import Work

READ = frozenset({Scope.READ})
WRITE = frozenset({Scope.READ, Scope.WRITE})
ELSEWHERE = "192.0.2.1/32"

Headers = dict[str, str]
Due = tuple[int, str] | None
"""Status and code of a refusal; None for being let in, whatever the route then answers."""

_REFUSALS = {
    "unauthenticated", "address_not_allowed", "insufficient_scope", "forbidden", "csrf",
    "not_found",
}  # fmt: skip
#: What changes nothing comes first, and what removes things last: the outermost at the very end.
_ORDER = {"GET": 0, "POST": 1, "PUT": 2, "PATCH": 3, "DELETE": 4}


@dataclass(frozen=True)
class Asker:
    """Somebody with credentials, or without."""

    name: str
    headers: Headers
    scopes: frozenset[Scope] = frozenset()
    owns: bool = False
    administrates: bool = False
    """Is an administrator's account, whatever its key is good for."""
    refused: Due = None
    """What these credentials get wherever they are looked at."""


def due(asker: Asker, method: str, declared: Operation, trial: Trial, *, named: bool) -> Due:
    """What an asker is answered."""
    if asker.refused and not (asker.name == "anonymous" and declared.authenticated == "optional"):
        return asker.refused
    if declared.scope is Scope.ADMIN and not asker.administrates:
        return 403, "forbidden"
    if asker.name != "anonymous" and not set(scopes_of(method, declared.scope)) <= asker.scopes:
        return 403, "insufficient_scope"
    as_admin = asker.administrates and Scope.ADMIN in asker.scopes and trial.admins
    return None if not named or asker.owns or as_admin else (404, trial.code)


def declared_routes() -> Iterator[tuple[str, str, Operation]]:
    """Method, path below the prefix and declaration of every route that looks at credentials."""
    found = [
        (method, route.path.removeprefix(PREFIX), declared)
        for route in ROUTES
        if route.path.startswith(PREFIX)
        and (declared := operation_of(route.endpoint)) is not None
        and declared.authenticated
        for method in (route.methods or set()) - {"HEAD"}
    ]
    # A new password ends the other sessions.
    yield from sorted(
        found, key=lambda it: (it[1] == "/auth/password", _ORDER[it[0]], -len(it[1]), it[1])
    )


async def ask(
    http: httpx.AsyncClient, method: str, path: str, headers: Headers, body: Json | None
) -> tuple[int, str]:
    """Status and code of an answer; of streams only their beginning is read."""
    async with http.stream(method, path, headers=headers, json=body) as reply:
        if reply.status_code < 400:
            return reply.status_code, ""
        await reply.aread()
        return reply.status_code, str(reply.json()["code"])


async def differences(http: httpx.AsyncClient, asker: Asker, estate: Estate) -> list[str]:
    """Where an asker is not answered as is due."""
    found: list[str] = []
    for method, route, declared in declared_routes():
        for n, trial in enumerate(TRIALS[method, route]):
            named = bool(estate.named_by(trial))
            # Each trial of a route on another thing, since the first may have removed its own.
            things = list(estate.attempts(trial))
            path, body = things[n % len(things)]
            answer = await ask(http, method, PREFIX + path, asker.headers, body)
            wanted = due(asker, method, declared, trial, named=named)
            let_in = answer[1] not in _REFUSALS
            if (let_in if wanted is None else answer == wanted) is False:
                what = wanted or "to be let in"
                found.append(f"{asker.name}: {method} {trial.path} {answer}, due is {what}")
    return found


_REVOKED = "UPDATE api_keys SET revoked_at = now() WHERE key_hash = %s"
_EXPIRED = "UPDATE api_keys SET expires_at = now() WHERE key_hash = %s"


async def with_key(
    service: Service, account: Account, scopes: frozenset[Scope], *, sql: str = "", at: str = ""
) -> Headers:
    """A key; `sql`: what became of it; `at`: the only address that it works from."""
    key, db = new_api_key(), service.context.db
    await api_keys.store_api_key(
        db,
        owner_id=account.user.id,
        name="asks",
        key=key,
        scopes=scopes,
        ip_allow=[ip_network(at)] if at else None,
    )
    if sql:
        async with db.connection() as conn:
            await conn.execute(sql.encode(), [hash_api_key(key)])
    return {"X-API-Key": key}


async def in_session(service: Service, account: Account) -> Headers:
    return (await begin(service, account.user)).bearer


async def test_everybody_gets_what_is_due(service: Service, work: Work) -> None:
    found: list[str] = []
    async with AsyncExitStack() as stack:

        async def with_estate() -> tuple[Account, Estate, httpx.AsyncClient]:
            owner = await service.account()
            client = await stack.enter_async_context(service.client(owner))
            return owner, await estate_of(service, client, owner, work), client

        ada, estate, hers = await with_estate()
        bob, root = await service.account(), await service.account(Role.ADMIN)
        http = await stack.enter_async_context(service.client())
        before = await everything(hers, estate)
        nobody = (401, "unauthenticated")
        key, elsewhere = partial(with_key, service), (403, "address_not_allowed")
        for asker in (
            Asker("anonymous", {}, refused=nobody),
            Asker("other user", await in_session(service, bob), ALL_SCOPES),
            Asker("admin's plain key", await key(root, WRITE), WRITE, administrates=True),
            Asker("revoked key", await key(ada, ALL_SCOPES, sql=_REVOKED), refused=nobody),
            Asker("expired key", await key(ada, ALL_SCOPES, sql=_EXPIRED), refused=nobody),
            Asker("wrong address", await key(ada, ALL_SCOPES, at=ELSEWHERE), refused=elsewhere),
        ):
            found += await differences(http, asker, estate)
        assert await everything(hers, estate) == before, "none of these could change anything"
        # Playing is reading, and yet counts a view.
        asker = Asker("read key", await key(ada, READ), READ, owns=True)
        found += await differences(http, asker, estate)
        # Each of those who may change things gets an estate to do that in.
        owner, estate, _ = await with_estate()
        asker = Asker("write key", await key(owner, WRITE), WRITE, owns=True)
        found += await differences(http, asker, estate)
        owner, estate, _ = await with_estate()
        asker = Asker("owner", await in_session(service, owner), ALL_SCOPES, owns=True)
        found += await differences(http, asker, estate)
        owner, estate, _ = await with_estate()
        asker = Asker("admin", await in_session(service, root), ALL_SCOPES, administrates=True)
        found += await differences(http, asker, estate)
    assert found == []


async def test_what_is_open_is_so_for_wrong_credentials_too(service: Service) -> None:
    ada = await service.account()
    wrong = (
        {"X-API-Key": "vm_wrong"},
        await with_key(service, ada, READ),
        await with_key(service, ada, ALL_SCOPES, sql=_REVOKED),
        await with_key(service, ada, ALL_SCOPES, at=ELSEWHERE),
    )
    async with service.client() as http:
        for route in ROUTES:
            declared = operation_of(route.endpoint)
            if declared is not None and declared.authenticated:
                continue
            path = route.path.replace("{token}", "x").replace("{path:path}", "x")
            for method in (route.methods or set()) - {"HEAD"}:
                plain = (await http.request(method, path)).status_code
                assert plain not in {401, 403}, path
                for headers in wrong:
                    reply = await http.request(method, path, headers=headers)
                    assert reply.status_code == plain, f"{method} {path} {headers}"
