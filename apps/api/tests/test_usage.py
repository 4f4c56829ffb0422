"""What was used: of each job, and of each key and day; both say the same, whatever becomes of
jobs."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from vidmill.db import api_keys, tasks
from vidmill.db.jobs import start_over
from vidmill.db.task_reads import fetch_tasks
from vidmill.db.usage import fold_usage
from vidmill.users import Role, new_api_key
from vidmill_stack.pytest_plugin import MakeSettings

from .running import V1, Account, Json, Service, post_job, problem, serve, upload
from .worked import SOURCE, Work

USED = ("cpu_seconds", "input_bytes", "output_bytes", "video_seconds")


async def ledger(http: httpx.AsyncClient, job_id: str) -> Json:
    return (await http.get(f"{V1}/jobs/{job_id}")).json()["ledger"]


async def usage(http: httpx.AsyncClient, **query: str | int) -> list[Json]:
    """All rows, page by page."""
    rows: list[Json] = []
    while True:
        page = (await http.get(V1 + "/usage", params=query)).json()
        rows += page["items"]
        if page["next_cursor"] is None:
            assert page["total"] == len(rows)
            return rows
        query = {**query, "cursor": page["next_cursor"]}


async def second_key(service: Service, account: Account) -> Account:
    key = new_api_key()
    await api_keys.store_api_key(service.context.db, owner_id=account.user.id, name="2", key=key)
    return Account(account.user, account.password, key)


async def test_a_jobs_ledger(http: httpx.AsyncClient, work: Work, video_id: str) -> None:
    job = await post_job(http, video_id)
    assert job["ledger"] == {
        **dict.fromkeys(USED, 0),
        "cost": {
            "currency": "EUR", "cpu": 0, "video": 0, "output": 0, "total": 0, "stored_per_month": 0,
        },
    }  # fmt: skip
    await work.publish(job["id"])
    made = (await http.get(f"{V1}/jobs/{job['id']}")).json()
    assert made["ledger"]["cpu_seconds"] == 3.5
    assert made["ledger"]["input_bytes"] == SOURCE["size_bytes"]
    assert made["ledger"]["output_bytes"] == 1_100_000 + sum(
        one["size_bytes"] for one in made["outputs"]
    )
    assert made["ledger"]["video_seconds"] == 10.01
    verification = await http.post(f"{V1}/jobs/{job['id']}/verify")
    [task] = [one for one in verification.json()["tasks"] if one["kind"] == "verify"]
    await work.verify(UUID(task["id"]), [])
    assert (await ledger(http, job["id"]))["cpu_seconds"] == 5.0


async def test_costs_follow_the_prices(make_settings: MakeSettings) -> None:
    prices = {
        "price_currency": "CHF", "price_cpu_hour": 3600.0, "price_video_minute": 6.0,
        "price_gib_output": 1024.0, "price_gib_stored_month": 102.4,
    }  # fmt: skip
    async with (
        serve(make_settings(**prices)) as service,
        service.client(await service.account()) as http,
    ):
        job = await post_job(http, (await upload(http))["video_id"])
        await Work(service.context).publish(job["id"])
        used = await ledger(http, job["id"])
        output = round(used["output_bytes"] / 1024**2, 6)
        assert used["cost"] == {
            "currency": "CHF", "cpu": 3.5, "video": 1.001, "output": output,
            "total": round(3.5 + 1.001 + output, 6),
            "stored_per_month": pytest.approx(output / 10, abs=1e-6),
        }  # fmt: skip
        [day] = await usage(http)
        assert day["cost"]["total"] == used["cost"]["total"]


async def test_failed_and_repeated_work_counts_once_each(
    service: Service, http: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    db = service.context.db
    job = await post_job(http, video_id)
    video = await work.plan(job["id"])
    assert (await ledger(http, job["id"]))["input_bytes"] == SOURCE["size_bytes"]
    lease = await work.claim(video.id)
    await tasks.return_task(db, lease, cpu_seconds=0.25)
    lease = await work.claim(video.id)
    await start_over(db, lease, {}, after_seconds=0, max_attempts=5)
    assert await fetch_tasks(db, [UUID(job["id"])]) != []
    await work.publish(job["id"])
    used = await ledger(http, job["id"])
    assert used["cpu_seconds"] == 0.5 + 0.25 + 3.5
    assert used["input_bytes"] == SOURCE["size_bytes"], "read twice, and used once"
    assert used["video_seconds"] == 10.01


@pytest.mark.parametrize("folded", [False, True])
async def test_usage_is_the_sum_of_what_jobs_recorded(
    service: Service, ada: Account, work: Work, folded: bool
) -> None:
    """Completed, failed, retried, cancelled, deleted; of two keys; before and after the reaper has
    added them up."""
    db = service.context.db
    other = await second_key(service, ada)
    recorded: dict[str, Counter[str]] = {}
    for account in (ada, other):
        async with service.client(account) as http:
            video = (await upload(http))["video_id"]
            jobs = [(await post_job(http, video))["id"] for _ in range(5)]
            completed, failed, retried, cancelled, deleted = jobs
            await work.publish(completed)
            for job in (failed, retried):
                lease = await work.claim((await work.plan(job)).id)
                await work.fail(lease)
            assert (await http.post(f"{V1}/jobs/{retried}/retry")).is_success
            await work.plan(cancelled)
            assert (await http.post(f"{V1}/jobs/{cancelled}/cancel")).is_success
            assert (await http.post(f"{V1}/jobs/{cancelled}/retry")).is_success
            await work.publish(cancelled)
            await work.publish(deleted)
            used = Counter[str]()
            for job in jobs:
                told = await ledger(http, job)
                used.update({name: round(1000 * told[name]) for name in USED})
            assert (await http.delete(f"{V1}/jobs/{deleted}")).is_success
            if folded:
                assert await fold_usage(db) > 0
            recorded[account.key] = used
    async with service.client(ada) as http:
        rows = await usage(http, limit=1)
    assert len(rows) == 2
    by_key = {row["api_key_id"]: row for row in rows}
    for account in (ada, other):
        found = await api_keys.find_api_key(db, account.key, address=None, note_use=False)
        assert found is not None
        row = by_key[str(found.key_id)]
        assert {name: round(1000 * row[name]) for name in USED} == recorded[account.key]
        assert row["jobs"] == 5
        assert row["day"] == datetime.now(UTC).date().isoformat()
        assert row["owner_id"] == str(ada.user.id)


async def test_requests_are_counted_by_key_and_written_down(service: Service, ada: Account) -> None:
    other = await second_key(service, ada)
    requests = service.context.gate.requests
    async with service.client(ada) as http, service.client(other) as second:
        for _ in range(3):
            await http.get(V1 + "/jobs")
        await second.get(V1 + "/jobs")
        session = await http.post(
            V1 + "/auth/login", json={"email": ada.user.email, "password": ada.password}
        )
        token = {"Authorization": f"Bearer {session.json()['token']}", "X-API-Key": ""}
        await http.get(V1 + "/jobs", headers=token)
        await requests.flush()
        await http.get(V1 + "/jobs")
        await requests.flush()
        rows = await usage(http)
    assert sorted(row["requests"] for row in rows) == [1, 1, 4]
    assert [row["requests"] for row in rows if row["api_key_id"] is None] == [1]


async def test_what_was_counted_survives_the_end(make_settings: MakeSettings) -> None:
    settings = make_settings()
    async with serve(settings) as service:
        ada = await service.account()
        async with service.client(ada) as http:
            for _ in range(2):
                await http.get(V1 + "/jobs")
    async with serve(settings) as service, service.client(ada) as http:
        assert [row["requests"] for row in await usage(http)] == [2]


async def test_whose_usage_is_seen_and_of_which_days(
    service: Service, ada: Account, http: httpx.AsyncClient, video_id: str
) -> None:
    await post_job(http, video_id)
    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE usage_entries SET day = '2026-02-28' WHERE jobs > 0")
    assert await usage(http) == [] or datetime.now(UTC).date().isoformat() < "2026-03-30"
    [row] = await usage(http, **{"from": "2026-02-28", "to": "2026-02-28"})
    assert (row["day"], row["jobs"]) == ("2026-02-28", 1)
    assert await usage(http, **{"from": "2026-03-01", "to": "2026-03-02"}) == []
    async with service.client(await service.account(Role.ADMIN)) as admin:
        [row] = await usage(admin, **{"from": "2026-02-28", "to": "2026-02-28"})
        assert row["owner_id"] == str(ada.user.id)
    for query in ("from=2026-02-02&to=2026-02-01", "from=2024-01-01&to=2026-01-01", "to=soon"):
        problem(await http.get(f"{V1}/usage?{query}"), 422, "invalid_request")
    for cursor in ("x", "bnVsbA", "WzEsMiwzXQ"):
        problem(await http.get(f"{V1}/usage?cursor={cursor}"), 422, "invalid_cursor")
