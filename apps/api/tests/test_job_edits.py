"""Edits that a job asks for: clips, watermarks, subtitles to burn in."""

from __future__ import annotations

import httpx

from vidmill_api.job_schemas import JobView

from .running import V1, Json, Service, post_job, problem
from .test_jobs import JOBS, job_of


async def test_a_clip_belongs_to_its_job(http: httpx.AsyncClient, video_id: str) -> None:
    clip = {"start_seconds": 10, "end_seconds": 25.5}
    job = (await http.post(JOBS, json={"video_id": video_id, "clip": clip})).json()
    assert job["edits"] == {"clip": clip}
    assert await job_of(http, job["id"]) == job
    whole = await post_job(http, video_id)
    assert whole["edits"] is None


async def test_bad_clips_are_named(http: httpx.AsyncClient, video_id: str) -> None:
    clips: list[tuple[Json, str, str]] = [
        ({}, "clip", "start_seconds, end_seconds or both"),
        ({"start_seconds": 5, "end_seconds": 5}, "clip.end_seconds", "greater than start_seconds"),
        ({"start_seconds": -1}, "clip.start_seconds", "greater than or equal to 0"),
        ({"end_seconds": 0}, "clip.end_seconds", "greater than 0"),
        ({"start_seconds": "10"}, "clip.start_seconds", "valid number"),
        ({"start": 10}, "clip.start", "not permitted"),
    ]
    for clip, field, says in clips:
        reply = await http.post(JOBS, json={"video_id": video_id, "clip": clip})
        [error] = problem(reply, 422, "invalid_request")["errors"]
        assert error["field"] == field
        assert says in error["detail"]


async def test_a_watermark_is_an_upload_of_ones_own(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    async def answer(key: str, **fields: object) -> httpx.Response:
        body = {"video_id": video_id, "watermark": {"input_key": key, **fields}}
        return await http.post(JOBS, json=body)

    def refused(reply: httpx.Response, field: str, code: str | None = None) -> str:
        [error] = problem(reply, 422, "invalid_request")["errors"]
        assert error["field"] == field
        assert code in {None, error["code"]}
        return error["detail"]

    key = "watermark.input_key"
    assert "purpose watermark" in refused(await answer("uploads/none"), key, "unknown_file")
    link = (await http.get(V1 + "/upload-url", params={"filename": "a.mp4"})).json()
    assert "purpose video" in refused(await answer(link["key"]), key, "wrong_purpose")
    async with service.client(await service.account()) as other:
        theirs = await begin_upload(other, "logo.png", 10, "watermark")
        assert "Nothing was" in refused(await answer(theirs["key"]), key, "unknown_file")
    logo = await begin_upload(http, "logo.png", 10, "watermark")
    assert (logo["purpose"], logo["mode"]) == ("watermark", "single")
    refused(await answer(logo["key"]), key, "missing_file")
    await service.context.storage.put(logo["key"], bytes(10), content_type="image/png")
    job = (await answer(logo["key"], position="top", opacity=0.5)).json()
    assert job["edits"] == {
        "watermark": {
            "input_key": logo["key"], "position": "top", "width_percent": 15.0,
            "margin_percent": 3.0, "opacity": 0.5,
        }
    }  # fmt: skip
    JobView.model_validate(job)
    upload = (await http.get(f"{V1}/uploads/{logo['id']}")).json()
    assert (upload["status"], upload["video_id"]) == ("completed", None)
    detail = refused(await answer(logo["key"], position="middle"), "watermark.position")
    assert "'top-left', 'top', 'top-right'" in detail
    refused(await answer(logo["key"], width_percent=0), "watermark.width_percent")
    refused(await answer(logo["key"], opacity=1.5), "watermark.opacity")
    # It is no video.
    problem(await http.post(JOBS, json={"input_key": logo["key"]}), 404, "missing_file")
    large = {"filename": "logo.png", "size": 9 * 1024**2, "purpose": "watermark"}
    problem(await http.post(f"{V1}/uploads", json=large), 413, "too_large")


async def test_subtitles_to_burn_in_have_one_origin(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    async def answer(**burn_in: object) -> httpx.Response:
        return await http.post(JOBS, json={"video_id": video_id, "burn_in": burn_in})

    job = (await answer(track=1)).json()
    assert job["edits"] == {"burn_in": {"track": 1}}
    text = await begin_upload(http, "talk.srt", 10, "subtitles")
    await service.context.storage.put(text["key"], bytes(10), content_type="text/plain")
    job = (await answer(input_key=text["key"])).json()
    assert job["edits"] == {"burn_in": {"input_key": text["key"]}}
    JobView.model_validate(job)
    bad: list[tuple[Json, str]] = [
        ({}, "burn_in"),
        ({"track": 0, "input_key": text["key"]}, "burn_in"),
        ({"track": -1}, "burn_in.track"),
        ({"track": "0"}, "burn_in.track"),
        ({"input_key": "uploads/none"}, "burn_in.input_key"),
    ]
    for burn_in, field in bad:
        [error] = problem(await answer(**burn_in), 422, "invalid_request")["errors"]
        assert error["field"] == field, burn_in


async def begin_upload(http: httpx.AsyncClient, name: str, size: int, purpose: str) -> Json:
    body = {"filename": name, "size": size, "purpose": purpose}
    reply = await http.post(f"{V1}/uploads", json=body)
    assert reply.status_code == 201, reply.text
    return reply.json()
