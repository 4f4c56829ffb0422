from __future__ import annotations

import asyncio
import csv
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from vidmill.db.job_statistics import fold_changes
from vidmill.users import Role
from vidmill_api.job_list_schemas import JobStates, JobStatistics
from vidmill_api.routes import job_export
from vidmill_stack.pytest_plugin import Servers

from .running import V1, Account, Json, Service, post_job, problem, upload
from .worked import SOURCE, Work

JOBS = V1 + "/jobs"


async def test_batch_status_tells_of_own_jobs_only(
    http: httpx.AsyncClient, service: Service, video_id: str, work: Work
) -> None:
    first, second = [(await post_job(http, video_id))["id"] for _ in range(2)]
    await work.fail(await work.begin(second))
    async with service.client(await service.account()) as other:
        theirs = (await post_job(other, (await upload(other))["video_id"]))["id"]
        async with service.client(await service.account(Role.ADMIN)) as admin:
            seen = (await admin.post(JOBS + "/batch-status", json={"job_ids": [theirs]})).json()
            assert [job["id"] for job in seen["items"]] == [theirs]
    nobodys = str(uuid4())
    asked = {"job_ids": [second, nobodys, theirs, first, second]}
    reply = await http.post(JOBS + "/batch-status", json=asked)
    body = reply.json()
    JobStates.model_validate(body)
    assert [(j["id"], j["status"]) for j in body["items"]] == [
        (second, "failed"), (first, "queued"),
    ]  # fmt: skip
    assert body["items"][0]["error"]["code"] == "corrupt_file"
    assert body["not_found"] == [nobodys, theirs]
    for bad in ([], ["x"], [str(uuid4())] * 501):
        problem(
            await http.post(JOBS + "/batch-status", json={"job_ids": bad}), 422, "invalid_request"
        )


async def statistics(http: httpx.AsyncClient, **params: str) -> Json:
    reply = await http.get(JOBS + "/stats", params=params)
    assert reply.status_code == 200, reply.text
    JobStatistics.model_validate(reply.json())
    return reply.json()


async def test_statistics_are_those_of_the_jobs_there_are(
    http: httpx.AsyncClient, service: Service, video_id: str, work: Work
) -> None:
    db = service.context.db
    nothing = await statistics(http)
    assert (nothing["total_jobs"], nothing["success_rate"], nothing["days"]) == (0, None, [])
    ids = [(await post_job(http, video_id))["id"] for _ in range(5)]
    done, failed, cancelled, paused = ids[:4]
    await work.publish(done)
    await fold_changes(db)
    await work.fail(await work.begin(failed))
    await http.post(f"{JOBS}/{cancelled}/cancel")
    await http.post(f"{JOBS}/{paused}/pause")
    by_status = {
        "queued": 1, "processing": 0, "paused": 1, "completed": 1, "failed": 1, "cancelled": 1,
    }  # fmt: skip
    outputs = (await http.get(f"{JOBS}/{done}")).json()
    published = sum(f["size_bytes"] for f in outputs["outputs"] + outputs["renditions"])
    for _ in range(2):
        now = await statistics(http)
        assert (now["total_jobs"], now["status_breakdown"]) == (5, by_status)
        assert now["success_rate"] == 50.0
        assert now["storage"] == {"input_bytes": SOURCE["size_bytes"], "output_bytes": published}
        metrics = now["processing_metrics"]
        assert metrics["total_video_duration_seconds"] == 10.01
        assert 0 < metrics["average_processing_time_seconds"] < 60
        assert 0 < metrics["average_wait_time_seconds"] < 60
        [day] = now["days"]
        assert (day["total_jobs"], day["status_breakdown"]) == (5, by_status)
        # Whether changes are added up or not shows nowhere.
        await asyncio.gather(fold_changes(db), fold_changes(db))
    today = datetime.now(UTC).date()
    assert (await statistics(http, first=str(today), last=str(today)))["total_jobs"] == 5
    assert (await statistics(http, last=str(today - timedelta(days=1))))["total_jobs"] == 0
    assert (await http.delete(f"{JOBS}/{done}")).status_code == 204
    assert (await http.post(f"{JOBS}/{failed}/retry")).status_code == 202
    now = await statistics(http)
    assert (now["total_jobs"], now["status_breakdown"]["queued"], now["success_rate"]) == (
        4,
        2,
        None,
    )
    assert now["storage"] == {"input_bytes": 0, "output_bytes": 0}
    async with service.client(await service.account()) as other:
        assert (await statistics(other))["total_jobs"] == 0
    async with service.client(await service.account(Role.ADMIN)) as admin:
        assert (await statistics(admin))["total_jobs"] == 4
    problem(await http.get(JOBS + "/stats", params={"first": "yesterday"}), 422, "invalid_request")


async def test_export_has_every_job_in_both_formats(
    http: httpx.AsyncClient, video_id: str, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_export, "ROWS", 2)
    empty = await http.get(JOBS + "/export")
    assert list(csv.reader(empty.text.splitlines())) == [list(job_export.COLUMNS)]
    assert (await http.get(JOBS + "/export", params={"format": "json"})).json() == []
    ids = [
        (await post_job(http, video_id, metadata={"n": n, "text": 'a\n"b"'}))["id"]
        for n in range(5)
    ]
    await work.publish(ids[1])
    reply = await http.get(JOBS + "/export")
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    assert reply.headers["content-disposition"] == 'attachment; filename="jobs.csv"'
    rows = list(csv.DictReader(reply.text.splitlines()))
    exported = (await http.get(JOBS + "/export", params={"format": "json"})).json()
    assert [row["id"] for row in rows] == [row["id"] for row in exported] == ids[::-1]
    assert list(exported[0]) == list(job_export.COLUMNS)
    done = exported[3]
    assert (done["status"], done["duration_seconds"]) == ("completed", 10.01)
    assert done["metadata"] == {"n": 1, "text": 'a\n"b"'}
    assert done["output_bytes"] > done["wait_seconds"] > 0
    narrowed = await http.get(JOBS + "/export", params={"format": "json", "status": "completed"})
    assert [row["id"] for row in narrowed.json()] == [ids[1]]
    problem(await http.get(JOBS + "/export", params={"format": "xml"}), 422, "invalid_request")


@pytest.mark.parametrize("name", ["=1+1.mp4", "+1.mp4", "-2.mp4", "@SUM(A1).mp4"])
async def test_no_cell_of_an_export_is_a_formula(http: httpx.AsyncClient, name: str) -> None:
    await post_job(http, (await upload(http, filename=name))["video_id"])
    [row] = csv.DictReader((await http.get(JOBS + "/export")).text.splitlines())
    assert row["filename"] == "'" + name
    [told] = (await http.get(JOBS + "/export", params={"format": "json"})).json()
    assert told["filename"] == name


async def test_an_export_that_fails_on_the_way_does_not_look_complete(
    http: httpx.AsyncClient, service: Service, servers: Servers, ada: Account, video_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await post_job(http, video_id)
    monkeypatch.setattr(job_export, "ROWS", 100)
    async with service.context.db.connection() as conn:
        await conn.execute(
            "INSERT INTO jobs (id, owner_id, video_id, preset, spec, filename, metadata)"
            " SELECT gen_random_uuid(), %s, %s, 'web', '{}', 'many.mp4',"
            " jsonb_build_object('text', repeat('x', 10000)) FROM generate_series(1, 2000)",
            [ada.user.id, video_id],
        )
    request = http.build_request("GET", JOBS + "/export", params={"format": "json"})
    reply = await http.send(request, stream=True)
    assert reply.status_code == 200
    chunks = reply.aiter_raw(1000)
    await anext(chunks)
    servers.postgres.kill()
    with pytest.raises(httpx.RemoteProtocolError):
        await exhausted(chunks)
    servers.postgres.start()


async def exhausted(chunks: AsyncIterator[bytes]) -> None:
    async for _ in chunks:
        pass
