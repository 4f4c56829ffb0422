"""What is no query, or one that is too deep: a client learns what is wrong with it, at once, and on
either way of executing."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from graphql import parse

from vidmill_graphql.compiled import plan_of
from vidmill_graphql.limits import MAX_ALIASES, MAX_DEPTH, MAX_TOKENS, problems_of
from vidmill_graphql.schema import CORE
from vidmill_graphql.shape import shapes_of


def spread(fragments: int, body: str, last: str, kind: str = "Job") -> str:
    """Fragments of which each has the next one, once or more often, in its body."""
    chain = (f"fragment F{n} on {kind} {body.replace('_', f'F{n + 1}')}" for n in range(fragments))
    return " ".join([*chain, f"fragment F{fragments} on {kind} {last}"])


MALFORMED = [
    ("{ }", "is empty"),
    ("{ jobs { } }", "The selection of 'jobs' is empty. Name at least one field"),
    ("{ j: jobs { } me { id } }", "The selection of 'jobs' is empty"),
    ("{ jobsConnection { nodes { } } }", "The selection of 'nodes' is empty"),
    ("{ me { ... { } } }", "A selection is empty"),
    ("{ me { ... on User { } } }", "A selection is empty"),
    ("{ me { ...F } } fragment F on User { }", "The selection of 'F' is empty"),
    ("query Q { }", "The selection of 'Q' is empty"),
    ("query Q { me { id @include(if: true) tags { } } }", "The selection of 'tags' is empty"),
    ("{ jobs }", "must have a selection of subfields"),
    ("{ me { id { x } } }", "must not have a selection"),
    ("{ __typename { } }", "must not have a selection"),
    ("{ me { ...F } }", "Unknown fragment 'F'"),
    ("{ ...F }", "Unknown fragment 'F'"),
    ("{ me { ...F } } fragment F on User { ...G }", "Unknown fragment 'G'"),
    ("{ me { ...F } } fragment F on User { ...F }", "Cannot spread fragment 'F' within itself"),
    (
        "{ me { ...F } } fragment F on User { ...G } fragment G on User { id ...F }",
        "Cannot spread fragment 'F' within itself via 'G'",
    ),
    ("{ me { ...F } } fragment F on Nobody { id }", "Unknown type 'Nobody'"),
    ("{ jobs {", "Syntax Error"),
    ("{ jobs ( { id } }", "Syntax Error"),
    (" ", "Syntax Error"),
    ("fragment F on User { id }", "a document with one operation"),
    ("type A { b: Int }", "a document with one operation"),
    ("query A { me { id } } query B { me { id } }", "operationName which of them"),
    ("subscription { jobProgress(id: 1) { id } }", "Subscriptions need a WebSocket"),
    ("mutation { jobs { } }", "mutation operation is not supported"),
    ("{" + "me{" * (MAX_TOKENS // 2), "Syntax Error"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "message"), MALFORMED)
async def test_what_is_malformed_is_said(client: Any, data: Any, query: str, message: str) -> None:
    _, key = await data.user()
    assert plan_of(query, None) is None
    answer = await client.ask(query, key)
    assert answer["data"] is None
    assert any(message in error["message"] for error in answer["errors"]), answer
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"invalid_query"}


@pytest.mark.parametrize(
    "body",
    [
        {"query": ""},
        {"query": None},
        {"query": "{ me { id } }", "operationName": 5},
        {"query": "{ me { id } }", "operationName": ["A"]},
        {"query": "{ me { id } }", "variables": [1]},
    ],
)
async def test_a_body_that_can_mean_nothing_is_refused(client: Any, data: Any, body: Any) -> None:
    _, key = await data.user()
    reply = await client.http.post("/query", json=body, headers={"X-API-Key": key})
    assert reply.status_code == 400
    assert reply.json()["errors"][0]["extensions"]["code"] == "invalid_request"


async def test_an_operation_that_is_not_there_is_said(client: Any, data: Any) -> None:
    _, key = await data.user()
    body = {"query": "query A { me { id } }", "operationName": "B"}
    reply = await client.http.post("/query", json=body, headers={"X-API-Key": key})
    [error] = reply.json()["errors"]
    assert error["extensions"]["code"] == "invalid_query"
    assert "no operation of that name" in error["message"]


def test_depth_counts_the_fields_around_the_innermost() -> None:
    deep = (
        "{ a { b { ...F } } } fragment F on T { c { ... on T { d } e { __schema { x { y } } } } }"
    )
    [(_, shape)] = shapes_of(parse(deep))
    assert (shape.depth, shape.aliases) == (4, 0)
    twice = "{ a: b { ...F } ...F } fragment F on T { x: y { z: z } }"
    [(_, shape)] = shapes_of(parse(twice))
    assert (shape.depth, shape.aliases) == (2, 5)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("{ x" * (MAX_DEPTH + 1) + " }" * (MAX_DEPTH + 1), None),
        ("{ x" * (MAX_DEPTH + 2) + " }" * (MAX_DEPTH + 2), "11 fields deep; 10 are allowed"),
        ("{ x { ...F } } " + spread(8, "{ x { ..._ } }", "{ x { x } }"), None),
        ("{ x { ...F0 } } " + spread(9, "{ x { ..._ } }", "{ x { x } }"), "11 fields deep"),
        ("{ j: jobs { ...F0 } } " + spread(3, "{ ..._ ..._ }", "{ a: id }"), None),
        (
            "{ j: jobs { ...F0 } } " + spread(4, "{ ..._ ..._ }", "{ a: id }"),
            f"17 aliases; {MAX_ALIASES} are allowed",
        ),
    ],
)
def test_depth_and_aliases_are_limited(query: str, problem: str | None) -> None:
    found = [e.message for e in problems_of(CORE, parse(query)) if "allowed" in e.message]
    assert len(found) == (problem is not None)
    assert problem is None or problem in found[0]


@pytest.mark.parametrize(
    ("body", "last"),
    [
        ("{ ..._ ..._ }", "{ id }"),
        ("{ ..._ id ..._ tasks { id } }", "{ assets { id } }"),
        ("{ ..._ a: id ..._ }", "{ id }"),
    ],
)
async def test_fragments_that_double_take_no_longer_than_others(
    client: Any, data: Any, body: str, last: str
) -> None:
    """In each one twice: as a tree this has 2 to the 100th leaves."""
    _, key = await data.user()
    query = "{ jobs { ...F0 } } " + spread(100, body, last)
    begun = time.monotonic()
    answer = await client.ask(query, key)
    assert time.monotonic() - begun < 5
    assert answer["errors"][0]["extensions"]["code"] in {"query_too_large", "invalid_query"}
    small = "{ me { ...F0 } } " + spread(10, "{ ..._ ..._ }", "{ email }", "User")
    plan = plan_of(small, None)
    assert plan is not None
    assert plan.sizes.values({}) == 1 + 2**10
    assert json.dumps(await client.data(small, key)).count("@example.com") == 1


async def test_as_many_fragments_as_there_may_be_one_in_another(client: Any, data: Any) -> None:
    _, key = await data.user()
    query = "{ me { ...F0 } } " + spread(240, "{..._}", "{ id }", "User")
    answer = await client.ask(query, key)
    assert [error["extensions"]["code"] for error in answer.get("errors", [])] in (
        [], ["invalid_query"],
    )  # fmt: skip
