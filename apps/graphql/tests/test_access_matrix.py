"""Every field of the query type, asked by everybody that there can be. The queries are made of the
schema, so a new field is in here without a word of its own."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

import pytest
from graphql import (
    GraphQLField,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from vidmill.access import Scope
from vidmill.users import Role
from vidmill_graphql.schema import schema

#: Everybody else is refused.
FOR_ADMINISTRATORS = {"workers", "deadLetters"}
#: Also answered to somebody who says nothing of who they are, with what is public.
FOR_EVERYBODY = {"video", "videos"}
#: How deep the queries go: `jobsConnection { nodes { video { id } } }` is 3.
DEPTH = 3

READ = frozenset({Scope.READ})
WRITE = frozenset({Scope.READ, Scope.WRITE})


def fields() -> dict[str, GraphQLField]:
    query = schema._schema.query_type
    assert query is not None
    return query.fields


def named(field: Any) -> Any:
    """The type of a field without its brackets and exclamation marks."""
    untyped: Any = get_named_type
    return untyped(field.type)


@dataclass(frozen=True)
class Estate:
    """Ada's things."""

    ids: dict[str, str]
    """By the name of a type."""
    marks: tuple[str, ...]
    """What only what is hers can hold."""

    def argument(self, field: GraphQLField, name: str, argument: Any) -> str:
        """A value for an argument that there is no going without."""
        assert (name, str(argument.type)) == ("id", "ID!"), f"say here what {name} may be"
        return f'id: "{self.ids[named(field).name]}"'

    def query(self, name: str, field: GraphQLField) -> str:
        """Everything that a field has, to a depth."""
        given = [
            self.argument(field, argument, declared)
            for argument, declared in field.args.items()
            if is_required_argument(declared)
        ]
        given += [f"{size}: 5" for size in ("first", "limit") if size in field.args]
        call = f"({', '.join(given)})" if given else ""
        return f"{{ {name}{call} {selection(field, DEPTH)} }}"

    def mentioned(self, text: str) -> list[str]:
        return [mark for mark in self.marks if mark in text]


def selection(field: GraphQLField, depth: int) -> str:
    """The fields of what a field answers with; those with arguments they need are left out."""
    kind = named(field)
    if is_leaf_type(kind):
        return ""
    assert isinstance(kind, GraphQLObjectType), kind
    chosen = [
        f"{name} {selection(inner, depth - 1)}"
        for name, inner in kind.fields.items()
        if not any(is_required_argument(argument) for argument in inner.args.values())
        and (is_leaf_type(named(inner)) or depth > 1)
    ]
    return f"{{ {' '.join(chosen or ['__typename'])} }}"


@pytest.fixture
async def ada(data: Any) -> tuple[Any, Estate]:
    user, _ = await data.user()
    job_id = await data.finished_job(user)
    async with data.db.connection() as conn:
        query = "SELECT video_id FROM jobs WHERE id = %s"
        row = await (await conn.execute(query, [job_id])).fetchone()
    ids = {"Job": str(job_id), "Video": str(row[0])}
    return user, Estate(ids, (str(user.id), user.email, *ids.values()))


async def ask(client: Any, headers: dict[str, str], query: str) -> Any:
    return await client.http.post("/query", json={"query": query}, headers=headers)


async def test_without_rights_no_field_is_answered(
    client: Any, data: Any, ada: tuple[Any, Estate]
) -> None:
    user, estate = ada
    ended: list[str] = [await data.key(user) for _ in range(2)]
    async with data.db.connection() as conn:
        for key, column in zip(ended, ("revoked_at", "expires_at"), strict=True):
            query = f"UPDATE api_keys SET {column} = now() WHERE prefix = %s"
            await conn.execute(query.encode(), [key[:11]])
    elsewhere = await data.key(user, ip_allow=[ip_network("192.0.2.1/32")])
    for headers, status, code in (
        ({}, 401, "unauthenticated"),
        ({"X-API-Key": ended[0]}, 401, "unauthenticated"),
        ({"X-API-Key": ended[1]}, 401, "unauthenticated"),
        ({"X-API-Key": elsewhere}, 403, "address_not_allowed"),
    ):
        for name, field in fields().items():
            reply = await ask(client, headers, estate.query(name, field))
            answer = reply.json()
            if not headers and name in FOR_EVERYBODY:
                assert (reply.status_code, estate.mentioned(reply.text)) == (200, []), name
                continue
            assert (reply.status_code, answer.get("data")) == (status, None), name
            assert [one["extensions"]["code"] for one in answer["errors"]] == [code], name


async def test_everybody_gets_what_is_theirs(
    client: Any, data: Any, ada: tuple[Any, Estate]
) -> None:
    user, estate = ada
    _, bobs = await data.user()
    root, roots = await data.user(Role.ADMIN)
    found: list[str] = []
    seen: dict[str, list[str]] = {}
    for who, key, owns, administrates in (
        ("read key", await data.key(user, scopes=READ), True, False),
        ("owner", await data.key(user), True, False),
        ("other user", bobs, False, False),
        ("admin's plain key", await data.key(root, scopes=WRITE), False, False),
        ("admin", roots, False, True),
    ):
        for name, field in fields().items():
            reply = await ask(client, {"X-API-Key": key}, estate.query(name, field))
            answer = reply.json()
            codes = [one["extensions"]["code"] for one in answer.get("errors", [])]
            due = ["forbidden"] if name in FOR_ADMINISTRATORS and not administrates else []
            if (reply.status_code, codes) != (200, due):
                found.append(f"{who}: {name} {reply.text}")
            if not owns and not administrates and estate.mentioned(reply.text):
                found.append(f"{who} sees what is Ada's: {name} {reply.text}")
            if estate.mentioned(reply.text):
                seen.setdefault(who, []).append(name)
    assert found == []
    assert seen["owner"] == seen["read key"]
    lists = {"jobs", "jobsConnection", "tasks", "assets", "videos"}
    assert {*lists, "job", "video", "me"} <= set(seen["owner"])
    assert {*seen["admin"], "me"} >= set(seen["owner"]), "administrators see everybody's"
