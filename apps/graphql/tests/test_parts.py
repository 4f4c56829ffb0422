"""Lists of tasks and files over many jobs."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson
import pytest

from vidmill.db.job_lists import COUNTED
from vidmill.users import Role, User

TASKS = """query($first: Int, $after: String, $job: ID, $kind: TaskKind, $status: TaskStatus) {
  tasks(first: $first, after: $after, jobId: $job, kind: $kind, status: $status) {
    totalCount totalIsExact pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id } } nodes { id jobId kind ordinal status } } }"""
ASSETS = """query($first: Int, $after: String, $job: ID, $kind: AssetKind) {
  assets(first: $first, after: $after, jobId: $job, kind: $kind) {
    totalCount totalIsExact pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id } } nodes { id jobId kind key } } }"""
LISTS = {"tasks": TASKS, "assets": ASSETS}
#: As a job says itself what it has, and in which order.
OF_JOBS = "{ jobs(limit: 100) { tasks { id } assets { id } } }"


async def some_jobs(data: Any, owner: User) -> list[UUID]:
    """With chunks, so that the order of a job's own tasks shows, and one without any file."""
    made = [await data.finished_job(owner) for _ in range(3)]
    made += [await data.failed_job(owner), await data.finished_job(owner)]
    async with data.db.connection() as conn:
        await conn.execute(
            """INSERT INTO tasks (id, job_id, kind, ordinal, status, priority, max_attempts,
                finished_at, result)
            SELECT gen_random_uuid(), %s, kind::task_kind, n, 'completed', 5, 5, now(), '{}'
            FROM unnest(ARRAY['video', 'audio']) kind, generate_series(0, 11, 3) n""",
            [made[1]],
        )
    return made


async def all_of(
    client: Any, key: str, name: str, first: int, **wanted: Any
) -> list[dict[str, Any]]:
    """A list, page by page."""
    seen: list[dict[str, Any]] = []
    after = None
    while True:
        answer = await client.data(LISTS[name], key, first=first, after=after, **wanted)
        page = answer[name]
        info, nodes = page["pageInfo"], page["nodes"]
        assert info["hasPreviousPage"] == (after is not None)
        assert [edge["node"]["id"] for edge in page["edges"]] == [node["id"] for node in nodes]
        if nodes:
            ends = [info["startCursor"], info["endCursor"]]
            assert [page["edges"][0]["cursor"], page["edges"][-1]["cursor"]] == ends
        seen += nodes
        after = info["endCursor"]
        if not info["hasNextPage"]:
            assert (page["totalCount"], page["totalIsExact"]) == (len(seen), True)
            return seen
        assert len(nodes) == first


def ids(nodes: Sequence[dict[str, Any]]) -> list[str]:
    return [node["id"] for node in nodes]


@pytest.mark.parametrize("first", [1, 2, 3, 7, 500])
@pytest.mark.parametrize("name", LISTS)
async def test_pages_follow_each_other_as_jobs_list_them(
    client: Any, data: Any, name: str, first: int
) -> None:
    user, key = await data.user()
    _, admin = await data.user(Role.ADMIN)
    await some_jobs(data, user)
    jobs = (await client.data(OF_JOBS, key))["jobs"]
    due = [one["id"] for job in jobs for one in job[name]]
    assert ids(await all_of(client, key, name, first)) == due
    assert ids(await all_of(client, admin, name, first)) == due


@pytest.mark.parametrize("role", [Role.USER, Role.ADMIN])
async def test_lists_are_narrowed(client: Any, data: Any, role: Role) -> None:
    user, key = await data.user()
    if role is Role.ADMIN:
        _, key = await data.user(Role.ADMIN)
    made = await some_jobs(data, user)
    queued = await data.job(user)
    tasks = await all_of(client, key, "tasks", 500)
    for wanted in (
        {"kind": "VIDEO"}, {"kind": "VERIFY"}, {"status": "COMPLETED"}, {"status": "FAILED"},
        {"status": "QUEUED"}, {"status": "BLOCKED"}, {"status": "RUNNING"},
        {"kind": "PLAN", "status": "QUEUED"}, {"kind": "AUDIO", "status": "FAILED"},
    ):  # fmt: skip
        due = [one for one in tasks if wanted.items() <= one.items()]
        assert await all_of(client, key, "tasks", 2, **wanted) == due, wanted
    for job in (*made, queued):
        due = [one for one in tasks if one["jobId"] == str(job)]
        assert due
        assert await all_of(client, key, "tasks", 2, job=str(job)) == due
    assets = await all_of(client, key, "assets", 500)
    for kind in ("THUMBNAIL", "MASTER_PLAYLIST", "TRANSCRIPT"):
        due = [one for one in assets if one["kind"] == kind]
        assert await all_of(client, key, "assets", 2, kind=kind) == due
    assert len(await all_of(client, key, "assets", 3, job=str(made[0]))) == 5
    for name in LISTS:
        assert await all_of(client, key, name, 2, job="nonsense") == []


async def test_nobody_lists_what_is_of_another_s_job(client: Any, data: Any) -> None:
    owner, key = await data.user()
    _, stranger = await data.user()
    _, admin = await data.user(Role.ADMIN)
    job_id = str(await data.finished_job(owner))
    theirs = await all_of(client, key, "tasks", 1)
    after = (await client.data(TASKS, key, first=1))["tasks"]["pageInfo"]["endCursor"]
    for name in LISTS:
        assert await all_of(client, stranger, name, 9, job=job_id) == []
        assert await all_of(client, stranger, name, 9) == []
        assert await all_of(client, admin, name, 9, job=job_id) != []
    page = (await client.data(TASKS, stranger, after=after))["tasks"]
    assert (page["nodes"], page["totalCount"]) == ([], 0)
    assert len(theirs) == 2


async def test_a_place_stays_when_its_job_is_gone_and_others_come(client: Any, data: Any) -> None:
    user, key = await data.user()
    made = await some_jobs(data, user)
    tasks = await all_of(client, key, "tasks", 500)
    place = next(n for n, one in enumerate(tasks) if one["jobId"] == str(made[1])) + 1
    page = (await client.data(TASKS, key, first=place))["tasks"]
    await data.job(user)
    async with data.db.connection() as conn:
        await conn.execute("DELETE FROM jobs WHERE id = %s", [made[1]])
    rest = (await client.data(TASKS, key, after=page["pageInfo"]["endCursor"]))["tasks"]["nodes"]
    assert rest == [one for one in tasks if one["jobId"] == str(made[0])]


async def test_a_total_is_exact_up_to_a_thousand(client: Any, data: Any) -> None:
    user, key = await data.user()
    job_id = await data.job(user)
    insert = """INSERT INTO tasks (id, job_id, kind, ordinal, status, priority, max_attempts)
        SELECT gen_random_uuid(), %s, 'video', n, 'blocked', 5, 5
        FROM generate_series(%s::int, %s) n"""
    for begin, end, total, exact in ((2, COUNTED, COUNTED, True), (1, 1, COUNTED, False)):
        async with data.db.connection() as conn:
            await conn.execute(insert, [job_id, begin, end])
        first = (await client.data(TASKS, key, first=1))["tasks"]
        after = first["pageInfo"]["endCursor"]
        second = (await client.data(TASKS, key, first=1, after=after))["tasks"]
        for page in (first, second):
            assert (page["totalCount"], page["totalIsExact"]) == (total, exact)


def _changed(cursor: str, place: int, value: object) -> str:
    packed = orjson.loads(base64.urlsafe_b64decode(cursor + "=="))
    packed[place] = value
    return base64.urlsafe_b64encode(orjson.dumps(packed)).rstrip(b"=").decode()


async def test_a_cursor_of_something_else_is_refused(client: Any, data: Any) -> None:
    user, key = await data.user()
    await data.finished_job(user)
    jobs = await client.data("{ jobsConnection { pageInfo { endCursor } } }", key)
    own = {
        name: (await client.data(LISTS[name], key, first=1))[name]["pageInfo"]["endCursor"]
        for name in LISTS
    }
    task = own["tasks"]
    for name, cursor in (
        ("tasks", own["assets"]),
        ("assets", own["tasks"]),
        ("tasks", jobs["jobsConnection"]["pageInfo"]["endCursor"]),
        ("tasks", "x"),
        ("tasks", ""),
        ("tasks", _changed(task, 1, "yesterday")),
        ("tasks", _changed(task, 2, "nobody")),
        ("tasks", _changed(task, 2, 7)),
        ("tasks", _changed(task, 3, "no kind")),
        ("tasks", _changed(task, 4, "first")),
        ("assets", _changed(own["assets"], 3, "\0")),
        ("assets", _changed(own["assets"], 3, 5)),
    ):
        answer = await client.ask(LISTS[name], key, after=cursor)
        assert answer["errors"][0]["extensions"]["code"] == "invalid_cursor", (name, cursor)
    far = await client.data(TASKS, key, after=_changed(task, 4, 2**64 - 1))
    assert [one["kind"] for one in far["tasks"]["nodes"]] == ["PACKAGE"]


async def test_a_list_takes_one_statement_and_reads_what_is_asked_for(
    client: Any, data: Any, statements: list[str]
) -> None:
    user, key = await data.user()
    await some_jobs(data, user)
    statements.clear()
    await client.data("{ tasks { nodes { id kind progress error { code } } } }", key)
    assert len(statements) == 2, "the account, and the tasks"
    for heavy in ("'result'", "'params'", "'error_log'", "count("):
        assert heavy not in statements[1]
    statements.clear()
    await client.data("{ assets { edges { cursor node { url } } } }", key)
    assert len(statements) == 2, "the account, and the files"
    assert "'content_type'" not in statements[1]
    statements.clear()
    await client.data(TASKS, key, first=2)
    assert len(statements) == 2, "the first page has its count with it"
    after = (await client.data(TASKS, key, first=2))["tasks"]["pageInfo"]["endCursor"]
    statements.clear()
    await client.data(TASKS, key, first=2, after=after)
    assert len(statements) == 3, "later ones in a statement of its own"
