"""Series, queues, presets, usage, webhooks and dead letters, over HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vidmill.db.figures import Bucket
from vidmill.ids import new_id
from vidmill.users import Role


async def ended_at(data: Any, job_id: Any, moment: datetime, seconds: float = 0) -> None:
    async with data.db.connection() as conn:
        await conn.execute(
            "UPDATE jobs SET finished_at = %s, source = jsonb_build_object('duration_seconds',"
            " %s::float8) WHERE id = %s",
            [moment, seconds, job_id],
        )


SERIES = """query($bucket: Bucket!, $since: DateTime, $until: DateTime) {
  throughput(bucket: $bucket, since: $since, until: $until) {
    start completed failed videoSeconds outputBytes } }"""


async def test_throughput_by_minute_hour_and_day(client: Any, data: Any) -> None:
    user, key = await data.user()
    _, stranger = await data.user()
    _, admin = await data.user(Role.ADMIN)
    noon = datetime(2026, 5, 4, 12, tzinfo=UTC)
    for minutes, seconds in ((0, 10.5), (1, 20), (65, 30)):
        job_id = await data.finished_job(user, (360, 720))
        await ended_at(data, job_id, noon + timedelta(minutes=minutes, seconds=30), seconds)
    await ended_at(data, await data.failed_job(user), noon + timedelta(minutes=1))
    asked = {"since": noon.isoformat(), "until": (noon + timedelta(hours=2)).isoformat()}
    for who in (key, admin):
        hours = (await client.data(SERIES, who, bucket="HOUR", **asked))["throughput"]
        assert [(h["completed"], h["failed"], h["videoSeconds"]) for h in hours] == [
            (2, 1, 30.5), (1, 0, 30),
        ]  # fmt: skip
        assert [h["outputBytes"] for h in hours] == [12_000_000_000, 6_000_000_000]
        assert hours[0]["start"] == "2026-05-04T12:00:00+00:00"
    minutes = (await client.data(SERIES, key, bucket="MINUTE", **asked))["throughput"]
    assert len(minutes) == 120
    assert [n for n, one in enumerate(minutes) if one["completed"]] == [0, 1, 65]
    [day] = (await client.data(SERIES, key, bucket="DAY", **asked))["throughput"]
    assert (day["completed"], day["start"]) == (3, "2026-05-04T00:00:00+00:00")
    theirs = (await client.data(SERIES, stranger, bucket="DAY", **asked))["throughput"]
    assert [one["completed"] for one in theirs] == [0]
    assert len((await client.data(SERIES, key, bucket="HOUR"))["throughput"]) == 60


@pytest.mark.parametrize(
    ("since", "until"),
    [
        ("2026-01-01T00:00:00Z", "2026-01-03T00:00:00Z"),
        ("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"),
        ("2026-01-01T00:00:00", "2026-01-01T01:00:00"),
    ],
)
async def test_series_that_are_too_long_or_wrong_are_refused(
    client: Any, data: Any, since: str, until: str
) -> None:
    _, key = await data.user()
    answer = await client.ask(SERIES, key, bucket="MINUTE", since=since, until=until)
    assert answer["errors"][0]["extensions"]["code"] == "invalid_range"


def test_buckets_begin_in_utc() -> None:
    moment = datetime.fromisoformat("2026-05-04T00:30:59+02:00")
    starts = [bucket.start(moment).isoformat() for bucket in Bucket]
    assert starts == [
        "2026-05-03T22:30:00+00:00", "2026-05-03T22:00:00+00:00", "2026-05-03T00:00:00+00:00",
    ]  # fmt: skip


async def test_queues_and_dead_letters(client: Any, data: Any) -> None:
    user, key = await data.user()
    _, admin = await data.user(Role.ADMIN)
    for priority in (5, 9, 5):
        await data.job(user, priority=priority)
    queues = (await client.data("{ queues { priority waiting delayed } }", key))["queues"]
    assert queues == [
        {"priority": 9, "waiting": 1, "delayed": 0}, {"priority": 5, "waiting": 2, "delayed": 0},
    ]  # fmt: skip
    job_id = await data.failed_job(user, retryable=True)
    letters = "{ deadLetters { jobId ownerId filename kind attempts errorCode } }"
    [letter] = (await client.data(letters, admin))["deadLetters"]
    assert letter == {
        "jobId": str(job_id), "ownerId": str(user.id), "filename": "clip.mp4", "kind": "PLAN",
        "attempts": 1, "errorCode": "corrupt_file",
    }  # fmt: skip
    refused = await client.ask(letters, key)
    assert refused["errors"][0]["extensions"]["code"] == "forbidden"


async def test_presets_and_webhooks_in_a_bounded_number_of_statements(
    client: Any, data: Any, statements: list[str]
) -> None:
    user, key = await data.user()
    async with data.db.connection() as conn:
        await conn.execute(
            "INSERT INTO presets (name, owner_id, spec) SELECT 'mine', %s, spec FROM presets"
            " WHERE name = 'web'",
            [user.id],
        )
        for number in range(3):
            hook = new_id()
            await conn.execute(
                "INSERT INTO webhooks (id, owner_id, url, lane, events, secret)"
                " VALUES (%s, %s, %s, 1, '{job.completed}', 'x')",
                [hook, user.id, f"https://example.com/{number}"],
            )
            for _ in range(12):
                await conn.execute(
                    "INSERT INTO deliveries (id, webhook_id, lane, event, subject_id, payload)"
                    " VALUES (%s, %s, 1, 'job.completed', %s, '{}')",
                    [new_id(), hook, new_id()],
                )
    statements.clear()
    asked = """{ presets { name builtIn description }
      webhooks { url events active deliveries { event status attempts payload } } }"""
    found = await client.data(asked, key)
    names = [one["name"] for one in found["presets"] if not one["builtIn"]]
    assert names == ["mine"]
    assert [one["url"][-1] for one in found["webhooks"]] == ["2", "1", "0"]
    assert [len(one["deliveries"]) for one in found["webhooks"]] == [10, 10, 10]
    assert found["webhooks"][0]["deliveries"][0]["status"] == "PENDING"
    # The account, presets and their count, webhooks and theirs, and all deliveries at once.
    assert len(statements) == 6, statements
    _, stranger = await data.user()
    assert (await client.data("{ webhooks { id } }", stranger))["webhooks"] == []
    _, admin = await data.user(Role.ADMIN)
    asked = "{ all: webhooks { id } own: webhooks(mine: true) { id } }"
    seen = await client.data(asked, admin)
    assert (len(seen["all"]), seen["own"]) == (3, [])
    assert len((await client.data(asked, key))["own"]) == 3


async def test_usage_by_day(client: Any, data: Any) -> None:
    user, key = await data.user()
    await data.job(user)
    asked = "{ usage { day ownerId jobs requests cpuSeconds } }"
    [today] = (await client.data(asked, key))["usage"]
    assert (today["day"], today["jobs"]) == (datetime.now(UTC).date().isoformat(), 1)
    _, stranger = await data.user()
    assert (await client.data(asked, stranger))["usage"] == []
    _, admin = await data.user(Role.ADMIN)
    both = "{ all: usage { ownerId jobs } own: usage(mine: true) { ownerId } }"
    seen = await client.data(both, admin)
    assert {"ownerId": str(user.id), "jobs": 1} in seen["all"]
    assert str(user.id) not in {one["ownerId"] for one in seen["own"]}
