"""Reads over HTTP, with real PostgreSQL."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from vidmill.access import Scope
from vidmill.db.pool import Database
from vidmill.db.sessions import begin_session, end_session
from vidmill.errors import DatabaseDown
from vidmill.settings import Settings
from vidmill.tokens import Signer
from vidmill.users import Role
from vidmill_graphql.export import render

#: As the first document of the project has them.
FIRST = """query {
  jobs(limit: 10) { id status inputKey createdAt renditions { resolution outputKey } } }"""
METRICS = (
    """query { systemMetrics { queueDepth totalJobs completedJobs failedJobs processingJobs } }"""
)
ONE = """query($id: ID!) {
  job(id: $id) { id status errorMessage renditions { resolution outputKey } } }"""
EVERYTHING = """query($id: ID!) { job(id: $id) {
  id status priority preset inputKey videoId filename metadata progress etaSeconds
  edits { clip { startSeconds endSeconds }
          watermark { inputKey position widthPercent marginPercent opacity }
          burnIn { inputKey track } }
  createdAt updatedAt startedAt playableAt completedAt errorMessage pageUrl
  error { code message task attempts logTail }
  source { filename sizeBytes format durationSeconds width height fps frames videoCodec bitrateBps }
  tasks { id kind ordinal status progress speed etaSeconds attempt maxAttempts workerId cpuSeconds
          startedAt finishedAt error { code message } detail }
  renditions { id name resolution outputKey playlistKey width height codec codecs fps frames
               durationSeconds bitrateBps sizeBytes mp4Url mp4SizeBytes psnr ssim vmaf }
  assets { id kind name rendition key contentType sizeBytes url }
  playback { hlsUrl dashUrl posterUrl thumbnailUrl storyboardUrl }
  verification { status progress startedAt finishedAt files renditions { name frames }
                 problems { file message } problemCount }
  video { id title filename visibility sizeBytes contentType createdAt latestJobId } } }"""
LIST = """query($first: Int!, $after: String, $filter: JobFilter, $by: JobOrder!) {
  jobsConnection(first: $first, after: $after, filter: $filter, orderBy: $by) {
    totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    edges { cursor node { id } } nodes { id filename priority } } }"""


async def test_the_first_queries_run_as_written(client: Any, data: Any) -> None:
    user, key = await data.user()
    job_id = str(await data.finished_job(user))
    [job] = (await client.data(FIRST, key))["jobs"]
    assert (job["id"], job["status"]) == (job_id, "COMPLETED")
    assert [r["resolution"] for r in job["renditions"]] == ["360p", "720p"]
    assert job["renditions"][0]["outputKey"] == f"processed/{job_id}/360p/video_360p.mp4"
    metrics = (await client.data(METRICS, key))["systemMetrics"]
    assert metrics == {
        "queueDepth": 0, "totalJobs": 1, "completedJobs": 1, "failedJobs": 0, "processingJobs": 0,
    }  # fmt: skip
    assert (await client.data(ONE, key, id=job_id))["job"]["errorMessage"] is None


async def test_every_field_of_a_job_is_answered(client: Any, data: Any, settings: Settings) -> None:
    user, key = await data.user()
    job_id = await data.finished_job(user)
    job = (await client.data(EVERYTHING, key, id=str(job_id)))["job"]
    assert job["renditions"][1]["sizeBytes"] == 3_000_000_000
    assert [job["renditions"][0][name] for name in ("psnr", "ssim", "vmaf")] == [41.5, None, 93.25]
    assert job["video"]["latestJobId"] == str(job_id)
    token = job["playback"]["hlsUrl"].split("/media/")[1].split("/")[0]
    signer = Signer(settings.secret_key.get_secret_value())
    assert signer.playback_job(token) == job_id
    assert job["playback"]["posterUrl"].endswith(f"{token}/thumbnails/thumb_00.jpg")
    assert job["playback"]["thumbnailUrl"].endswith(f"{token}/thumbnails/poster_small.jpg")
    assert job["playback"]["storyboardUrl"].endswith(f"{token}/thumbnails/storyboard.vtt")
    assert [t["kind"] for t in job["tasks"]] == ["PLAN", "PACKAGE"]
    assert job["verification"] is None
    problem = {"file": "360p/init.mp4", "message": "is missing from storage. Restore it."}
    await data.verified(job_id, {"360p": 250}, [problem])
    found = (await client.data(EVERYTHING, key, id=str(job_id)))["job"]["verification"]
    assert (found["status"], found["progress"], found["files"]) == ("FAILED", 100, 9)
    assert found["renditions"] == [{"name": "360p", "frames": 250}]
    assert (found["problems"], found["problemCount"]) == ([problem], 1)


async def test_pages_follow_each_other(client: Any, data: Any) -> None:
    user, key = await data.user()
    made = [str(await data.job(user, priority=number % 3)) for number in range(5)]
    for order in ("CREATED_AT_DESC", "CREATED_AT_ASC", "PRIORITY_DESC", "UPDATED_AT_ASC"):
        seen: list[str] = []
        after = None
        while True:
            page = await client.data(LIST, key, first=2, after=after, filter=None, by=order)
            page = page["jobsConnection"]
            assert page["totalCount"] == 5
            assert page["pageInfo"]["hasPreviousPage"] == (after is not None)
            seen += [node["id"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                break
        assert sorted(seen) == sorted(made), order
    wanted = {"search": "CLIP", "priority": 1, "status": "QUEUED"}
    page = await client.data(LIST, key, first=9, filter=wanted, by="CREATED_AT_DESC")
    assert [node["priority"] for node in page["jobsConnection"]["nodes"]] == [1, 1]


async def test_nobody_reads_what_is_another_s_but_an_administrator(client: Any, data: Any) -> None:
    owner, _ = await data.user()
    _, stranger = await data.user()
    _, admin = await data.user(Role.ADMIN)
    job_id = str(await data.finished_job(owner))
    seen = (await client.data(EVERYTHING, admin, id=job_id))["job"]
    video = "query($id: ID!) { video(id: $id) { id } }"
    assert (await client.data(EVERYTHING, stranger, id=job_id))["job"] is None
    assert (await client.data(video, stranger, id=seen["videoId"]))["video"] is None
    assert (await client.data(video, admin, id=seen["videoId"]))["video"]["id"] == seen["videoId"]
    lists = """{ jobs { id } jobsConnection { totalCount nodes { id } }
                 videos { totalCount nodes { id } } systemMetrics { totalJobs } me { role } }"""
    answer = await client.data(lists, stranger)
    assert answer == {
        "jobs": [],
        "jobsConnection": {"totalCount": 0, "nodes": []},
        "videos": {"totalCount": 0, "nodes": []},
        "systemMetrics": {"totalJobs": 0},
        "me": {"role": "USER"},
    }
    refused = await client.ask("{ workers { id } }", stranger)
    assert refused["errors"][0]["extensions"]["code"] == "forbidden"
    assert (await client.data("{ workers { id } }", admin))["workers"] == []


async def test_without_valid_credentials_nothing_is_answered(client: Any) -> None:
    for headers in ({}, {"X-API-Key": "vm_no"}, {"Authorization": "Bearer no"}):
        reply = await client.http.post("/query", json={"query": "{ me { id } }"}, headers=headers)
        assert reply.status_code == 401
        assert reply.json()["errors"][0]["extensions"]["code"] == "unauthenticated"


async def test_a_key_counts_for_what_it_is_good_for(client: Any, data: Any) -> None:
    root, _ = await data.user(Role.ADMIN)
    nowhere = await data.key(root, ip_allow=[ip_network("192.0.2.1/32")])
    asked = {"url": "/query", "json": {"query": "{ me { id } }"}}
    reply = await client.http.post(**asked, headers={"X-API-Key": nowhere})
    assert reply.status_code == 403
    assert reply.json()["errors"][0]["extensions"]["code"] == "address_not_allowed"
    for scopes, codes in (({Scope.READ}, ["forbidden"]), ({Scope.READ, Scope.ADMIN}, [])):
        key = await data.key(root, scopes=frozenset(scopes))
        answer = await client.ask("{ workers { id } }", key)
        assert [one["extensions"]["code"] for one in answer.get("errors", [])] == codes


async def test_a_session_counts_until_it_ends(client: Any, data: Any, settings: Settings) -> None:
    user, _ = await data.user()
    signer = Signer(settings.secret_key.get_secret_value())
    session_id = await begin_session(data.db, user.id, ttl_seconds=60)
    token, _ = signer.access(user.id, session_id, ttl_seconds=60)
    asked: dict[str, Any] = {"url": "/query", "json": {"query": "{ me { email } }"}}
    bearer = {"Authorization": f"Bearer {token}"}
    reply = await client.http.post(**asked, headers=bearer)
    assert reply.json() == {"data": {"me": {"email": user.email}}}
    client.http.cookies.set("vidmill_session", signer.cookie(session_id))
    reply = await client.http.post(**asked)
    assert reply.json() == {"data": {"me": {"email": user.email}}}
    await end_session(data.db, session_id)
    assert (await client.http.post(**asked)).status_code == 401
    assert (await client.http.post(**asked, headers=bearer)).status_code == 401


async def test_nested_fields_are_read_once_each_however_many_jobs(
    client: Any, data: Any, statements: list[str]
) -> None:
    user, key = await data.user()
    nested = """{ jobsConnection { nodes { tasks { id } verification { status }
                  renditions { name } assets { url }
                  playback { hlsUrl } video { title } } } }"""
    counts: list[int] = []
    for jobs in (2, 12):
        for _ in range(jobs):
            await data.finished_job(user)
        statements.clear()
        await client.data(nested, key)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    # The account, the count and page of jobs, then tasks, renditions, assets and videos.
    assert counts[1] == 7


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{ jobs(limit: 501) { id } }", "page_size"),
        ("{ jobs(limit: 0) { id } }", "page_size"),
        ("{ nonsense }", "invalid_query"),
        ('{ jobsConnection(after: "x") { totalCount } }', "invalid_cursor"),
        ("{ " + " ".join(f"a{n}: me {{ id }}" for n in range(16)) + " }", "invalid_query"),
        ("{ " + "me { id } " * 700 + " }", "invalid_query"),
    ],
)
async def test_what_asks_too_much_or_wrong_is_refused(
    client: Any, data: Any, query: str, code: str
) -> None:
    _, key = await data.user()
    answer = await client.ask(query, key)
    assert answer["errors"][0]["extensions"]["code"] == code, answer


async def test_a_body_that_is_no_query_is_refused(client: Any, data: Any) -> None:
    _, key = await data.user()
    headers = {"X-API-Key": key, "Content-Type": "application/json"}
    for body, status in ((b"{", 400), (b"[]", 400), (b"{}", 400), (b" " * 200_000, 413)):
        reply = await client.http.post("/query", content=body, headers=headers)
        assert reply.status_code == status
    reply = await client.http.post("/query", data={"query": "{ me { id } }"})
    assert reply.status_code == 415


async def test_a_mutation_does_not_exist_and_the_session_could_not_write(
    client: Any, data: Any, settings: Settings
) -> None:
    _, key = await data.user()
    answer = await client.ask("mutation { cancelJob(id: 1) { id } }", key)
    assert "errors" in answer
    read_only = Database(
        settings.database_url.get_secret_value(),
        size=1,
        name="test",
        options="-c default_transaction_read_only=on",
    )
    await read_only.open()
    try:
        with pytest.raises(Exception, match="read-only") as caught:
            async with read_only.connection() as conn:
                await conn.execute("DELETE FROM jobs")
        assert not isinstance(caught.value, DatabaseDown)
    finally:
        await read_only.close()


async def test_health_metrics_and_playground_are_open(client: Any) -> None:
    assert (await client.http.get("/health")).json() == {"status": "ok"}
    assert (await client.http.get("/health/detailed")).status_code == 200
    page = await client.http.get("/")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert (await client.http.get("/graphiql/..%2f..%2fpyproject.toml")).status_code == 404
    assert "graphql_requests_total" in (await client.http.get("/metrics")).text


def test_the_exported_schema_is_the_schema() -> None:
    exported = Path(__file__).resolve().parents[1] / "schema.graphql"
    assert exported.read_text(encoding="utf-8") == render(), "run: make schema"
