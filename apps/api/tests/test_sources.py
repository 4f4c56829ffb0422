"""What a job may be made of, besides an upload; what becomes of it is tested with the workers."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
import pytest

from vidmill.access import Scope
from vidmill.db import api_keys
from vidmill.db.task_reads import fetch_tasks
from vidmill.ids import new_id
from vidmill.storage import Storage
from vidmill.users import Role, new_api_key
from vidmill_stack.pytest_plugin import MakeSettings

from .running import V1, Account, Json, Service, post_job, problem, serve

JOBS = V1 + "/jobs"


@pytest.fixture
def archive_name() -> str:
    return f"archive-{new_id()}"


@pytest.fixture
async def service(make_settings: MakeSettings, archive_name: str) -> AsyncGenerator[Service]:
    settings = make_settings(
        source_buckets=f"{archive_name}/films/, {archive_name}/in/{{user}}/, none-{archive_name}",
        source_roots="/srv/films, /mnt/more",
        input_max_bytes=1000,
    )
    async with serve(settings) as running:
        yield running


@pytest.fixture
async def archive(make_settings: MakeSettings, archive_name: str) -> AsyncGenerator[Storage]:
    """Somebody else's bucket."""
    storage = Storage(make_settings(s3_bucket=archive_name))
    await storage.ensure_bucket()
    yield storage
    storage.close()


@pytest.fixture
async def admin(service: Service) -> AsyncGenerator[httpx.AsyncClient]:
    async with service.client(await service.account(Role.ADMIN)) as client:
        yield client


async def kinds(service: Service, job: Json) -> list[tuple[str, str]]:
    tasks = await fetch_tasks(service.context.db, [UUID(job["id"])])
    return [(str(task.kind), str(task.status)) for task in tasks]


async def test_a_url_is_accepted_at_once(service: Service, http: httpx.AsyncClient) -> None:
    url = "https://films.invalid:8443/a%20b/Urlaub%202.mp4?key=1"
    reply = await http.post(JOBS, json={"url": url, "preset": "mobile"})
    assert reply.status_code == 202, reply.text
    job = reply.json()
    assert (job["origin"], job["filename"], job["status"]) == (url, "Urlaub 2.mp4", "queued")
    assert job["input_key"].startswith("uploads/")
    assert await kinds(service, job) == [("fetch", "queued"), ("plan", "blocked")]
    assert await service.context.queue.depths()
    again = (await http.get(f"{JOBS}/{job['id']}")).json()
    assert again["origin"] == url
    for body in ({"video_id": job["video_id"]}, {"input_key": job["input_key"]}):
        problem(await http.post(JOBS, json=body), 409, "source_pending")
    reply = await http.post(f"{V1}/videos/{job['video_id']}/transcode", json={})
    problem(reply, 409, "source_pending")


async def test_urls_that_are_refused_at_once(http: httpx.AsyncClient) -> None:
    for url in (
        "http://example.com/a.mp4",
        "ftp://example.com/a.mp4",
        "file:///etc/passwd",
        "https://user:word@example.com/a.mp4",
        "https://127.0.0.1/a.mp4",
        "https://10.0.0.1/a.mp4",
        "https://[::1]/a.mp4",
        "https://[::ffff:169.254.169.254]/a.mp4",
        "https://2130706433/a.mp4",
        "https://0x7f.1/a.mp4",
        "https://192.168.0.1:443/",
        "example.com/a.mp4",
    ):
        problem(await http.post(JOBS, json={"url": url}), 422, "url_refused")
    assert (await http.get(JOBS)).json()["total"] == 0
    assert (await http.get(V1 + "/videos")).json()["total"] == 0


async def test_urls_may_be_switched_off(make_settings: MakeSettings) -> None:
    settings = make_settings(source_urls=False)
    async with serve(settings) as service, service.client(await service.account()) as http:
        reply = await http.post(JOBS, json={"url": "https://example.com/a.mp4"})
        problem(reply, 422, "urls_not_allowed")


async def test_an_object_of_a_bucket(
    admin: httpx.AsyncClient, archive: Storage, archive_name: str
) -> None:
    await archive.put("films/a b.mp4", b"film", content_type="video/mp4")
    named = {"bucket": archive_name, "object_key": "films/a b.mp4"}
    job = (await admin.post(JOBS, json=named)).json()
    key = f"s3://{archive_name}/films/a b.mp4"
    assert (job["input_key"], job["filename"], job["origin"]) == (key, "a b.mp4", None)
    video = (await admin.get(f"{V1}/videos/{job['video_id']}")).json()
    assert (video["own"]["size_bytes"], video["own"]["content_type"]) == (4, "video/mp4")
    same = [{"input_key": key}, named, {"video_id": job["video_id"]}]
    assert {(await admin.post(JOBS, json=body)).json()["video_id"] for body in same} == {
        job["video_id"]
    }
    await archive.put("films/a b.mp4", b"another", content_type="video/mp4")
    other = (await admin.post(JOBS, json=named)).json()
    assert other["video_id"] != job["video_id"], "another version is another video"
    problem(await admin.get(f"{V1}/download-url/{key}"), 404, "not_found")


async def test_objects_that_are_refused(
    service: Service, admin: httpx.AsyncClient, archive: Storage, archive_name: str
) -> None:
    await archive.put("films/empty", b"", content_type="video/mp4")
    await archive.put("films/large", bytes(1001), content_type="video/mp4")
    await archive.put("secret/a.mp4", b"x", content_type="video/mp4")
    own = service.context.storage.bucket
    for bucket, key, status, code in (
        (archive_name, "films/none.mp4", 404, "missing_file"),
        (f"none-{archive_name}", "a.mp4", 404, "missing_file"),
        (archive_name, "films/empty", 422, "corrupt_file"),
        (archive_name, "films/large", 413, "too_large"),
        (archive_name, "secret/a.mp4", 422, "bucket_not_allowed"),
        (archive_name, "in/a.mp4", 422, "bucket_not_allowed"),
        (archive_name, "films/../secret/a.mp4", 422, "invalid_request"),
        (archive_name, "films//a.mp4", 422, "invalid_request"),
        (own, "uploads/a.mp4", 422, "bucket_not_allowed"),
        ("other", "a.mp4", 422, "bucket_not_allowed"),
    ):
        reply = await admin.post(JOBS, json={"bucket": bucket, "object_key": key})
        problem(reply, status, code)


async def test_a_folder_for_everybody_is_everybodys_own(
    service: Service, http: httpx.AsyncClient, ada: Account, archive: Storage, archive_name: str
) -> None:
    key = f"in/{ada.user.id}/a.mp4"
    await archive.put(key, b"film", content_type="video/mp4")
    await archive.put("films/a.mp4", b"film", content_type="video/mp4")
    hers = {"bucket": archive_name, "object_key": key}
    job = await http.post(JOBS, json=hers)
    assert job.status_code == 202, job.text
    reply = await http.post(JOBS, json={**hers, "object_key": "films/a.mp4"})
    problem(reply, 422, "bucket_not_allowed")
    reply = await http.post(JOBS, json={"input_key": f"s3://{archive_name}/films/a.mp4"})
    problem(reply, 422, "bucket_not_allowed")
    async with service.client(await service.account()) as bob:
        problem(await bob.post(JOBS, json=hers), 422, "bucket_not_allowed")
        reply = await bob.post(JOBS, json={"input_key": job.json()["input_key"]})
        problem(reply, 422, "bucket_not_allowed")


async def test_files_are_for_administrators(
    service: Service, http: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    path = "/srv/films/new/a b.mp4"
    reply = await admin.post(JOBS, json={"file_path": path})
    assert reply.status_code == 202, reply.text
    job = reply.json()
    assert (job["origin"], job["filename"]) == (path, "a b.mp4")
    assert await kinds(service, job) == [("fetch", "queued"), ("plan", "blocked")]
    for wrong in ("/srv/films", "/srv/filmsx/a", "/srv/films/../a", "/etc/passwd", "films/a", "a"):
        problem(await admin.post(JOBS, json={"file_path": wrong}), 422, "path_not_allowed")
    problem(await http.post(JOBS, json={"file_path": path}), 403, "forbidden")
    account, key = await service.account(Role.ADMIN), new_api_key()
    await api_keys.store_api_key(
        service.context.db,
        owner_id=account.user.id,
        name="plain",
        key=key,
        scopes=frozenset({Scope.READ, Scope.WRITE}),
    )
    async with service.client(headers={"X-API-Key": key}) as plain:
        problem(await plain.post(JOBS, json={"file_path": path}), 403, "forbidden")


async def test_transcode_of_a_video(http: httpx.AsyncClient, video_id: str) -> None:
    url = f"{V1}/videos/{video_id}/transcode"
    first = await http.post(url, json={"preset": "mobile", "priority": 9, "metadata": {"a": 1}})
    assert first.status_code == 202
    job = first.json()
    assert first.headers["location"] == f"{JOBS}/{job['id']}"
    assert (job["video_id"], job["preset"], job["priority"]) == (video_id, "mobile", 9)
    key = {"Idempotency-Key": "1"}
    once, twice = [await http.post(url, headers=key) for _ in range(2)]
    assert once.json()["id"] == twice.json()["id"] != job["id"]
    reply = await http.post(url, json={"video_id": video_id})
    assert problem(reply, 422, "invalid_request")["errors"][0]["field"] == "video_id"
    other = await post_job(http, video_id)
    assert other["video_id"] == video_id


async def test_one_source_is_named(http: httpx.AsyncClient, video_id: str) -> None:
    bodies: list[tuple[Json, list[str]]] = [
        ({}, ["input_key"]),
        ({"video_id": video_id, "url": "https://example.com/a.mp4"}, ["url"]),
        ({"url": "https://a.example/", "file_path": "/a", "bucket": "b"}, ["url", "file_path"]),
        ({"bucket": "archive"}, ["object_key"]),
        ({"object_key": "a.mp4"}, ["bucket"]),
        ({"url": ""}, ["url"]),
        ({"file_path": "a" * 4097}, ["file_path"]),
    ]
    for body, fields in bodies:
        errors = problem(await http.post(JOBS, json=body), 422, "invalid_request")["errors"]
        assert [error["field"] for error in errors] == fields, body
