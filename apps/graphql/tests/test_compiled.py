"""Plans answer as graphql-core does: random queries, and all that plans leave to it."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from graphql import GraphQLInt, GraphQLString

from vidmill.presentation import Links
from vidmill.settings import Settings
from vidmill.tokens import Signer
from vidmill.users import Role, User
from vidmill_graphql.compiled import plan_of
from vidmill_graphql.context import GraphqlContext, Terms
from vidmill_graphql.leaves import Unplain, leaf_column
from vidmill_graphql.limits import MAX_ALIASES
from vidmill_graphql.loaders import Loaders
from vidmill_graphql.schema import CORE, schema

from .random_queries import Author

Json = dict[str, Any]


class Asker:
    """Executes on either way."""

    def __init__(self, data: Any, settings: Settings) -> None:
        self.db = data.db
        self.links = Links(settings, Signer(settings.secret_key.get_secret_value()))
        self.terms = Terms.of(settings)

    def context(self, user: User) -> GraphqlContext:
        return GraphqlContext(self.db, self.links, self.terms, user, Loaders(self.db))

    async def planned(self, user: User, query: str, variables: Json | None = None) -> Any:
        plan = plan_of(query, None)
        assert plan is not None, query
        return _sent(await plan.run(variables or {}, self.context(user)))

    async def walked(self, user: User, query: str, variables: Json | None = None) -> Any:
        result = await schema.execute(
            query, variable_values=variables, context_value=self.context(user)
        )
        assert not result.errors, result.errors
        return _sent(result.data)


def _sent(answer: Any) -> bytes:
    """As it is sent; the order of keys is part of an answer."""
    return orjson.dumps(answer)


@pytest.fixture
def asker(data: Any, settings: Settings) -> Asker:
    return Asker(data, settings)


@pytest.fixture
async def estate(data: Any) -> tuple[User, User, dict[str, list[str]]]:
    """A user with jobs in all sorts of states, and an administrator."""
    user, _ = await data.user()
    admin, _ = await data.user(Role.ADMIN)
    finished = [str(await data.finished_job(user, rungs)) for rungs in ((360,), (360, 720), ())]
    queued = str(await data.job(user, priority=9))
    failed = str(await data.failed_job(user))
    await data.verified(await data.finished_job(user), {"360p": 250}, [])
    jobs = [*finished, queued, failed]
    videos = [str(await data.video_of(job)) for job in jobs]
    return user, admin, {"job": [*jobs, "nonsense"], "video": [*videos, jobs[0]]}


async def test_random_queries_have_the_same_answer_on_both_ways(
    asker: Asker, estate: tuple[User, User, dict[str, list[str]]]
) -> None:
    user, admin, ids = estate
    for seed in range(60):
        query = Author(random.Random(seed), ids).query()
        assert await asker.planned(admin, query) == await asker.walked(admin, query), query
        if "workers" not in query and "deadLetters" not in query:
            assert await asker.planned(user, query) == await asker.walked(user, query), query


async def test_variables_reach_arguments(
    asker: Asker, estate: tuple[User, User, dict[str, list[str]]]
) -> None:
    user, _, ids = estate
    query = """query($id: ID!, $first: Int = 2, $filter: JobFilter, $by: JobOrder!) {
      job(id: $id) { id }
      jobsConnection(first: $first, filter: $filter, orderBy: $by) {
        nodes { id status } totalCount pageInfo { endCursor hasNextPage } } }"""
    for given in (
        {"id": ids["job"][0], "by": "CREATED_AT_DESC"},
        {"id": "x", "by": "PRIORITY_ASC", "first": 1, "filter": None},
        {"id": "x", "by": "UPDATED_AT_DESC", "filter": {"createdTo": "2100-01-01T00:00:00Z"}},
    ):
        planned = await asker.planned(user, query, given)
        assert planned == await asker.walked(user, query, given)
        assert orjson.loads(planned)["jobsConnection"]["nodes"]


async def test_pages_of_parts_are_the_same_on_both_ways(
    asker: Asker, estate: tuple[User, User, dict[str, list[str]]]
) -> None:
    user, admin, ids = estate
    query = """query($first: Int!, $tasks: String, $assets: String, $job: ID) {
      tasks(first: $first, after: $tasks, jobId: $job) { ...T totalCount totalIsExact }
      assets(first: $first, after: $assets, jobId: $job) {
        edges { cursor node { url } } pageInfo { endCursor } } }
    fragment T on TaskConnection { nodes { id detail error { code } } pageInfo { endCursor } }"""
    for asks, job in ((user, None), (admin, None), (user, ids["job"][1])):
        given: Json = {"first": 2, "job": job}
        for _ in range(3):
            planned = await asker.planned(asks, query, given)
            assert planned == await asker.walked(asks, query, given)
            found = orjson.loads(planned)
            given |= {name: found[name]["pageInfo"]["endCursor"] for name in ("tasks", "assets")}


WRONG: list[tuple[str, Json, str]] = [
    ("{ jobs(limit: 501) { id } }", {}, "page_size"),
    ("{ me { id } workers { id } }", {}, "forbidden"),
    ('{ jobsConnection(after: "x") { totalCount } }', {}, "invalid_cursor"),
    ("query($n: Int!) { jobs(limit: $n) { id } }", {"n": "many"}, "invalid_query"),
    ("query($n: Int!) { jobs(limit: $n) { id } }", {}, "invalid_query"),
    ("{ a: jobs(limit: 500) { tasks { detail } assets { url name key } } "
     "b: jobs(limit: 500) { tasks { detail id kind } renditions { id name } } "
     "c: jobs(limit: 500) { assets { id name key kind rendition language label } } "
     "d: jobs(limit: 500) { assets { id name key kind rendition language label } } }",
     {}, "query_too_large"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "variables", "code"), WRONG)
async def test_what_goes_wrong_is_said_by_graphql_core(
    client: Any, data: Any, query: str, variables: Json, code: str
) -> None:
    _, key = await data.user()
    answer = await client.ask(query, key, **variables)
    [error] = answer["errors"]
    assert error["extensions"]["code"] == code
    assert error["message"]


@pytest.mark.parametrize(
    "query",
    [
        "{ __schema { queryType { name } } }",
        "query($yes: Boolean = true) { me { id @include(if: $yes) } }",
        "{ me { ...F @skip(if: false) } } fragment F on User { id }",
    ],
)
async def test_what_plans_have_no_word_for_is_answered(client: Any, data: Any, query: str) -> None:
    _, key = await data.user()
    assert plan_of(query, None) is None
    assert await client.data(query, key)


@pytest.mark.parametrize(
    "query",
    [
        "{ " + " ".join(f"a{n}: me {{ id }}" for n in range(MAX_ALIASES + 1)) + " }",
        "{ " + "me { id } " * 700 + " }",
        "{ nonsense }",
        "{ jobs { id }",
        "mutation { id }",
    ],
)
def test_no_plan_is_made_of_what_is_not_allowed(query: str) -> None:
    assert plan_of(query, None) is None


async def test_of_two_operations_the_named_one_is_run(client: Any, data: Any) -> None:
    user, key = await data.user()
    both = "query A { me { id } } query B { me { email } }"
    for name, answer in (("A", {"id": str(user.id)}), ("B", {"email": user.email})):
        reply = await client.http.post(
            "/query", json={"query": both, "operationName": name}, headers={"X-API-Key": key}
        )
        assert reply.json() == {"data": {"me": answer}}


async def test_only_what_is_asked_for_is_read(
    client: Any, data: Any, statements: list[str]
) -> None:
    user, key = await data.user()
    await data.finished_job(user)
    statements.clear()
    await client.data("{ jobs { id status renditions { resolution } } }", key)
    assert len(statements) == 3, "the account, the jobs, the renditions"
    for heavy in ("encode_plan", "spec", "count(", "videos", "mp4_key"):
        assert heavy not in " ".join(statements[1:])


def test_columns_of_scalars_are_as_graphql_core_has_them() -> None:
    now = datetime.now(UTC)
    text = leaf_column(GraphQLString, nullable=True)
    assert text(["a", None]) == ["a", None]
    assert text([3, True, None]) == ["3", "true", None]
    with pytest.raises(Unplain):
        leaf_column(GraphQLString, nullable=False)(["a", None])
    whole = leaf_column(GraphQLInt, nullable=False)
    assert whole([1, 2**31 - 1, -(2**31)]) == [1, 2**31 - 1, -(2**31)]
    assert whole([]) == []
    for wrong in (2**31, "x", 1.5):
        with pytest.raises(Exception, match="Int cannot represent"):
            whole([wrong])
    assert orjson.dumps(now) == f'"{now.isoformat()}"'.encode()
    status: Any = CORE.get_type("JobStatus")
    assert leaf_column(status, nullable=True)(["queued", None]) == ["QUEUED", None]
    with pytest.raises(Unplain):
        leaf_column(status, nullable=False)(["unheard of"])


def test_every_type_and_field_says_what_it_is() -> None:
    for name, kind in CORE.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        assert kind.description, name
        for field_name, one in getattr(kind, "fields", {}).items():
            assert one.description, f"{name}.{field_name}"
