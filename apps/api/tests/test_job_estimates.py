from __future__ import annotations

import httpx
import pytest

from vidmill_api.estimate_schemas import EstimateView

from .running import V1, Json, Service, post_job, problem
from .worked import Work

ESTIMATE = V1 + "/jobs/estimate"
SHAPE: Json = {"duration_seconds": 60, "width": 1920, "height": 1080, "fps": 30}


async def estimate(http: httpx.AsyncClient, **fields: object) -> Json:
    reply = await http.post(ESTIMATE, json=fields)
    assert reply.status_code == 200, reply.text
    EstimateView.model_validate(reply.json())
    return reply.json()


async def test_a_source_is_told_by_its_shape_or_by_a_job_that_looked_at_it(
    http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    told = await estimate(http, **SHAPE)
    assert [one["name"] for one in told["renditions"]] == ["1080p", "720p", "480p", "360p"]
    assert (told["jobs_ahead"], told["queue_seconds"], told["learnt_from"]) == (0, 0, 0)
    seconds = told["processing_seconds"]
    assert 0 < seconds["low"] < seconds["likely"] < seconds["high"]
    assert told["eta_seconds"] == seconds["likely"]
    sizes = [one["size_bytes"]["likely"] for one in told["renditions"]]
    assert sizes == sorted(sizes, reverse=True)
    twice = await estimate(http, **{**SHAPE, "duration_seconds": 120})
    assert 1.5 < twice["cpu_seconds"]["likely"] / told["cpu_seconds"]["likely"] < 2.5
    problem(await http.post(ESTIMATE, json={"video_id": video_id}), 409, "source_unknown")
    job = await post_job(http, video_id)
    await work.plan(job["id"])
    known = await estimate(http, video_id=video_id)
    by_key = await estimate(http, input_key=job["input_key"])
    assert known["renditions"] == by_key["renditions"]
    assert known["renditions"][0]["height"] == 720
    assert known["jobs_ahead"] == 1, "the job itself"
    assert known["queue_seconds"] > 0


async def test_estimates_are_learnt_from_finished_jobs(
    http: httpx.AsyncClient, service: Service, video_id: str, work: Work
) -> None:
    job = await post_job(http, video_id)
    await work.publish(job["id"])
    before = await estimate(http, video_id=video_id)
    assert before["learnt_from"] == 1
    async with service.context.db.connection() as conn:
        # As if it had taken ten minutes, twenty times over.
        await conn.execute(
            "UPDATE jobs SET started_at = finished_at - interval '10 minutes' WHERE id = %s",
            [job["id"]],
        )
        await conn.execute(
            "INSERT INTO jobs SELECT (jsonb_populate_record(j, jsonb_build_object("
            "'id', gen_random_uuid()))).* FROM jobs j, generate_series(1, 20) WHERE j.id = %s",
            [job["id"]],
        )
        await conn.execute(
            "INSERT INTO job_ledgers SELECT id, 900000, 0, 0, 0 FROM jobs"
            " ON CONFLICT (job_id) DO UPDATE SET cpu_ms = 900000"
        )
    after = await estimate(http, video_id=video_id)
    assert after["learnt_from"] == 21
    assert after["processing_seconds"] == {"low": 600.0, "likely": 600.0, "high": 600.0}
    assert after["cpu_seconds"]["likely"] == 900.0
    [size] = [one["size_bytes"] for one in after["renditions"] if one["name"] == "360p"]
    assert size["likely"] > 0


@pytest.mark.parametrize(
    "body",
    [
        {}, {"duration_seconds": 60}, {**SHAPE, "fps": 0}, {**SHAPE, "video_id": "x"},
        {**SHAPE, "input_key": "a"}, {**SHAPE, "preset": "nope"}, {**SHAPE, "width": 1},
    ],
)  # fmt: skip
async def test_bad_questions_are_named(http: httpx.AsyncClient, body: Json) -> None:
    problem(await http.post(ESTIMATE, json=body), 422, "invalid_request")
