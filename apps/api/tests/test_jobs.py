from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest

from vidmill.db.job_reads import fetch_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.ids import new_id
from vidmill.presets import Preset
from vidmill_api.job_schemas import JobView

from .running import NO_AUTHORITIES, V1, Account, Json, Service, content_of, post_job, problem
from .worked import CONTENTS, Work

JOBS = V1 + "/jobs"


async def job_of(http: httpx.AsyncClient, job_id: str) -> Json:
    reply = await http.get(f"{JOBS}/{job_id}")
    assert reply.status_code == 200, reply.text
    JobView.model_validate(reply.json())
    return reply.json()


async def test_accepted_job(
    service: Service, http: httpx.AsyncClient, ada: Account, video_id: str
) -> None:
    metadata = {"title": "Ein Film", "tags": ["a", 1, None, {"b": 1.5}]}
    reply = await http.post(
        JOBS, json={"video_id": video_id, "priority": 8, "metadata": metadata, "preset": "mobile"}
    )
    assert reply.status_code == 202
    job = reply.json()
    assert reply.headers["location"] == f"{JOBS}/{job['id']}"
    JobView.model_validate(job)
    assert (job["status"], job["priority"], job["preset"]) == ("queued", 8, "mobile")
    assert (job["metadata"], job["video_id"], job["filename"]) == (metadata, video_id, "clip.mp4")
    assert job["page_url"] == f"{service.context.settings.web_public_url}/jobs/{job['id']}"
    assert [(t["kind"], t["status"]) for t in job["tasks"]] == [("plan", "queued")]
    assert job["playback"] is job["source"] is job["error"] is None
    assert job["created_at"].endswith("Z")
    assert UUID(job["id"]).version == 7
    assert await job_of(http, job["id"]) == job
    # The doorbell has rung for exactly this task.
    assert (await service.context.queue.depths())[8] == 1
    assert await service.context.queue.pop(0.1, up_to=9) == [UUID(job["tasks"][0]["id"])]


async def test_root_answers_the_same(http: httpx.AsyncClient, video_id: str) -> None:
    reply = await http.post("/jobs", json={"video_id": video_id})
    assert reply.status_code == 202
    job = (await http.get(f"/jobs/{reply.json()['id']}")).json()
    assert job == reply.json()
    assert (await http.get("/jobs")).json()["items"][0]["id"] == job["id"]


async def test_input_key_completes_its_upload(service: Service, http: httpx.AsyncClient) -> None:
    link = (await http.get(V1 + "/upload-url", params={"filename": "a b.mp4"})).json()
    reply = await http.post(JOBS, json={"input_key": link["key"]})
    assert "Upload it" in problem(reply, 404, "missing_file")["detail"]
    async with httpx.AsyncClient(trust_env=False, verify=NO_AUTHORITIES) as s3:
        put = await s3.request(
            link["method"], link["url"], content=content_of(1000), headers=link["headers"]
        )
    assert put.status_code == 200
    reply = await http.post(JOBS, json={"input_key": link["key"]})
    assert reply.status_code == 202, reply.text
    job = reply.json()
    assert (job["input_key"], job["filename"]) == (link["key"], "a b.mp4")
    assert (await http.get(f"{V1}/uploads/{link['upload_id']}")).json()["status"] == "completed"
    # The key stays good for further jobs.
    again = await http.post(JOBS, json={"input_key": link["key"]})
    assert again.json()["video_id"] == job["video_id"]
    video = (await http.get(f"{V1}/videos/{job['video_id']}")).json()
    assert video["own"]["latest_job_id"] == again.json()["id"]


async def test_empty_file(service: Service, http: httpx.AsyncClient) -> None:
    link = (await http.get(V1 + "/upload-url")).json()
    await service.context.storage.put(link["key"], b"", content_type="video/mp4")
    problem(await http.post(JOBS, json={"input_key": link["key"]}), 422, "corrupt_file")


async def test_metrics_are_the_presets_unless_the_job_names_them(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    requests: list[tuple[Json, list[str]]] = [
        ({}, []),
        ({"metrics": ["vmaf", "psnr"]}, ["vmaf", "psnr"]),
        ({"metrics": []}, []),
    ]
    for named, stored in requests:
        job = (await http.post(JOBS, json={"video_id": video_id, **named})).json()
        row = await fetch_job(service.context.db, UUID(job["id"]))
        assert row.spec["metrics"] == stored
        assert Preset.model_validate(row.spec).name == "web"


async def test_captions_are_the_presets_unless_the_job_names_a_language(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    requests: list[tuple[Json, str | None]] = [
        ({}, None),
        ({"captions": "auto"}, "auto"),
        ({"captions": "de"}, "de"),
    ]
    for named, stored in requests:
        job = (await http.post(JOBS, json={"video_id": video_id, **named})).json()
        row = await fetch_job(service.context.db, UUID(job["id"]))
        assert Preset.model_validate(row.spec).captions == stored


async def test_unknown_sources(http: httpx.AsyncClient) -> None:
    reply = await http.post(JOBS, json={"input_key": "uploads/none"})
    problem(reply, 404, "missing_file")
    problem(await http.post(JOBS, json={"video_id": str(new_id())}), 404, "not_found")


async def test_bad_fields_are_named(http: httpx.AsyncClient, video_id: str) -> None:
    def with_video(**fields: object) -> Json:
        return {"video_id": video_id, **fields}

    bodies: list[tuple[Json, str]] = [
        ({}, "input_key"),
        ({"input_key": "a", "video_id": video_id}, "video_id"),
        ({"video_id": "abc"}, "video_id"),
        ({"input_key": ""}, "input_key"),
        ({"input_key": "a\0b"}, "input_key"),
        (with_video(priority=11), "priority"),
        (with_video(priority=-1), "priority"),
        (with_video(priority="5"), "priority"),
        (with_video(metadata=[]), "metadata"),
        (with_video(metadata={"a": {"b": ["\0"]}}), "metadata.a.b.0"),
        (with_video(metadata={"a\0": 1}), "metadata"),
        (with_video(metadata={"a": "x" * 70_000}), "body"),
        (with_video(prioritty=5), "prioritty"),
        (with_video(metrics=["psnr", "mos"]), "metrics.1"),
        (with_video(metrics="vmaf"), "metrics"),
        (with_video(metrics=["vmaf", "vmaf"]), "metrics"),
        (with_video(captions="klingon"), "captions"),
    ]
    for body, field in bodies:
        reply = await http.post(JOBS, json=body)
        errors = problem(reply, 422, "invalid_request")["errors"]
        assert [error["field"] for error in errors] == [field], body
    reply = await http.post(JOBS, json=with_video(preset="wep"))
    [error] = problem(reply, 422, "invalid_request")["errors"]
    assert error["field"] == "preset"
    assert "mobile, preview, web" in error["detail"]
    assert (await http.get(JOBS)).json()["total"] == 0, "nothing half-written stays"


async def test_finished_job(
    service: Service, http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.publish(job_id)
    job = await job_of(http, job_id)
    assert (job["status"], job["progress"], job["eta_seconds"]) == ("completed", 100.0, None)
    assert job["source"]["fps"] == pytest.approx(29.97, abs=0.001)
    assert (job["source"]["width"], job["source"]["audio_codec"]) == (1280, "aac")
    [rendition] = job["renditions"]
    assert (rendition["name"], rendition["frames"]) == ("360p", 300)
    assert (rendition["psnr"], rendition["ssim"], rendition["vmaf"]) == (41.5, None, 93.25)
    assert job["compression"] == {"360p": 9.0}
    assert len(job["outputs"]) == len(CONTENTS)
    base = service.context.settings.api_public_url + "/media/"
    for url in (job["playback"]["hls_url"], job["playback"]["dash_url"], rendition["mp4_url"]):
        assert url.startswith(base)
    assert job["playback"]["poster_url"].endswith("thumbnails/thumb_25.jpg")
    assert job["playback"]["storyboard_url"].endswith("thumbnails/storyboard.vtt")
    assert job["timings"]["cpu_seconds"] == 3.5
    assert job["timings"]["total_seconds"] >= job["timings"]["queue_seconds"] >= 0
    assert job["timings"]["audio_seconds"] is None
    assert {t["status"] for t in job["tasks"]} == {"completed"}
    # Asked again soon, the links are the same, so that caches serve them.
    assert (await job_of(http, job_id))["playback"] == job["playback"]


async def test_running_job(http: httpx.AsyncClient, video_id: str, work: Work) -> None:
    job_id = (await post_job(http, video_id))["id"]
    queued = await work.plan(job_id)
    lease = await work.claim(queued.id)
    await work.progress(lease, 0.5)
    job = await job_of(http, job_id)
    video = next(t for t in job["tasks"] if t["kind"] == "video")
    assert job["status"] == "processing"
    assert (video["status"], video["progress"], video["speed"]) == ("running", 50.0, 2.5)
    assert (video["worker_id"], video["attempt"]) == ("worker-1", 1)
    assert video["eta_seconds"] >= 0
    assert 40 < job["progress"] < 60
    assert job["eta_seconds"] >= 0
    await work.fail(lease, retryable=True)
    video = next(t for t in (await job_of(http, job_id))["tasks"] if t["kind"] == "video")
    assert (video["status"], video["error"]["code"]) == ("queued", "corrupt_file")
    assert video["detail"].startswith("Attempt 2 of 5 begins after ")


async def test_failed_job_is_retried(
    service: Service, http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.fail(await work.begin(job_id))
    job = await job_of(http, job_id)
    assert job["status"] == "failed"
    assert job["error"] == {
        "code": "corrupt_file",
        "message": "The file ends in mid-frame.",
        "task": "plan",
        "attempts": 1,
        "log_tail": "moov atom not found",
    }
    [summary] = (await http.get(JOBS)).json()["items"]
    assert summary["error"] == {"code": "corrupt_file", "message": "The file ends in mid-frame."}
    await service.context.queue.pop(0.1)
    reply = await http.post(f"{JOBS}/{job_id}/retry")
    assert reply.status_code == 202
    assert (reply.json()["status"], reply.json()["error"]) == ("queued", None)
    assert len(await service.context.queue.pop(0.1, up_to=9)) == 1
    problem(await http.post(f"{JOBS}/{job_id}/retry"), 409, "job_not_retryable")


async def test_cancel(service: Service, http: httpx.AsyncClient, video_id: str, work: Work) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.begin(job_id)
    problem(await http.delete(f"{JOBS}/{job_id}"), 409, "job_active")
    reply = await http.post(f"{JOBS}/{job_id}/cancel")
    assert (reply.status_code, reply.json()["status"]) == (200, "cancelled")
    assert {t["status"] for t in reply.json()["tasks"]} == {"cancelled"}
    problem(await http.post(f"{JOBS}/{job_id}/cancel"), 409, "job_finished")
    again = await http.post(f"{JOBS}/{job_id}/retry")
    assert (again.status_code, again.json()["status"]) == (202, "queued")
    assert [t.status for t in await fetch_tasks(service.context.db, [UUID(job_id)])] == ["queued"]


@pytest.mark.parametrize("delete_files", [True, False])
async def test_delete(
    service: Service, http: httpx.AsyncClient, video_id: str, work: Work, delete_files: bool
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.publish(job_id)
    params = {} if delete_files else {"delete_files": "false"}
    assert (await http.delete(f"{JOBS}/{job_id}", params=params)).status_code == 204
    problem(await http.get(f"{JOBS}/{job_id}"), 404, "not_found")
    problem(await http.delete(f"{JOBS}/{job_id}"), 404, "not_found")
    assert (await http.get(f"{V1}/videos/{video_id}")).status_code == 200, "the source stays"
    async with service.context.db.connection() as conn:
        rows = await (await conn.execute("SELECT prefix FROM purges")).fetchall()
    assert rows == ([(f"processed/{job_id}/",)] if delete_files else [])


async def test_outputs_and_downloads(
    http: httpx.AsyncClient, s3: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    assert (await http.get(f"{JOBS}/{job_id}/outputs")).json() == {
        "items": [],
        "next_cursor": None,
        "total": 0,
    }
    await work.publish(job_id)
    listed = (await http.get(f"{JOBS}/{job_id}/outputs")).json()
    assert listed["total"] == len(CONTENTS)
    mp4 = next(o for o in listed["items"] if o["kind"] == "mp4")
    reply = await http.get(f"{JOBS}/{job_id}/outputs/{mp4['id']}/download")
    assert reply.status_code == 307
    file = await s3.get(reply.headers["location"])
    assert len(file.content) == mp4["size_bytes"]
    assert "clip-video_360p.mp4" in file.headers["content-disposition"]
    link = (await http.get(f"{V1}/download-url/{mp4['key']}")).json()
    assert (await s3.get(link["url"])).content == file.content
    assert link["expires_at"] > datetime.now(UTC).isoformat()
    missing = f"{JOBS}/{job_id}/outputs/{new_id()}/download"
    problem(await http.get(missing), 404, "not_found")


async def test_download_urls_stay_on_their_path(
    http: httpx.AsyncClient, video_id: str, work: Work, s3: httpx.AsyncClient
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.publish(job_id)
    source = (await http.get(f"{V1}/jobs/{job_id}")).json()["input_key"]
    reply = await http.get(f"{V1}/download-url/{source}")
    assert (await s3.get(reply.json()["url"])).content == b"a video"
    for key in (
        f"processed/{job_id}/%2e%2e/{job_id}/master.m3u8",
        f"processed/{job_id}//master.m3u8",
        f"processed/{job_id}",
        "processed/x/master.m3u8",
        "uploads/unknown",
        "a%00b",
    ):
        assert (await http.get(f"{V1}/download-url/{key}")).status_code == 404, key
    reply = await http.get(f"{V1}/download-url/processed/{job_id}/none.mp4")
    problem(reply, 404, "missing_file")
