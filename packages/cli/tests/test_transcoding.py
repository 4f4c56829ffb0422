"""From a file to its downloaded outputs, through the API, a worker and storage."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import NoReturn

import httpx
import pytest

from vidmill.storage import Storage
from vidmill_cli import events
from vidmill_cli.client import Client
from vidmill_cli.downloads import part_path
from vidmill_cli.errors import NotFound

from .conftest import ApiThread, Command

NO_JOB = "01890a5d-ac96-774b-bcce-b302099a8057"


@pytest.mark.usefixtures("worker")
def test_a_video_is_uploaded_followed_downloaded_and_verified(
    vidmill: Command, clip: Path, client: Client, storage: Storage
) -> None:
    uploaded = vidmill("upload", str(clip), "--watch", "--json", "--metadata", "title=A=B")
    assert uploaded.code == 0, uploaded.stderr
    [job] = uploaded.json()
    assert job["status"] == "completed"
    assert job["metadata"] == {"title": "A=B"}
    assert "encode video: completed" in uploaded.stderr
    assert "\x1b" not in uploaded.stdout + uploaded.stderr

    shown = vidmill("job", job["id"])
    assert shown.code == 0
    assert "360p       640×360     h264" in shown.stdout
    assert "a [clip].mp4: completed in " in shown.stdout
    assert job["page_url"] in shown.stdout
    [hls] = [line.split()[1] for line in shown.stdout.splitlines() if " HLS " in line]
    assert httpx.get(hls).text.startswith("#EXTM3U")

    saved = vidmill("download", job["id"], "--output", "out", "--only", "mp4")
    assert saved.code == 0, saved.stderr
    assert saved.stdout == "out/360p/video_360p.mp4\n"
    [rendition] = job["renditions"]
    mp4 = vidmill.home / "out" / "360p" / "video_360p.mp4"
    assert mp4.read_bytes() == httpx.get(rendition["mp4_url"]).content
    again = vidmill("download", job["id"], "--output", "out")
    assert "out/360p/video_360p.mp4 (was there already)\n" in again.stdout
    assert (vidmill.home / "out" / "audio" / "audio.mp3").stat().st_size > 1000
    assert not list(vidmill.home.rglob("*.part"))

    _check_resumed_download(client, job["id"], mp4)
    _check_verification(vidmill, job["id"], storage)
    assert vidmill("delete", job["id"]).code == 2
    assert vidmill("delete", job["id"], "--yes").stdout == f"{job['id']}: deleted\n"
    with pytest.raises(NotFound):
        client.get_job(job["id"])


def _check_resumed_download(client: Client, job_id: str, mp4: Path) -> None:
    """What is on disk already is kept and not asked for again."""
    content = mp4.read_bytes()
    [asset] = [a for a in client.outputs(job_id) if a["kind"] == "mp4"]
    target = mp4.with_name("again.mp4")
    # Bytes that storage does not have show that they were kept.
    part_path(target, asset).write_bytes(b"x" * 100_000)
    seen: list[int] = []
    assert client.download(job_id, asset, target, seen.append)
    assert seen[0] > 100_000
    assert target.read_bytes() == b"x" * 100_000 + content[100_000:]
    # Too long to be a beginning: begun anew.
    target.unlink()
    part_path(target, asset).write_bytes(b"x" * (len(content) + 1))
    assert client.download(job_id, asset, target)
    assert target.read_bytes() == content


def _check_verification(vidmill: Command, job_id: str, storage: Storage) -> None:
    """Whole, then with a segment gone; one id that is refused does not keep the other."""
    whole = vidmill("verify", job_id)
    assert whole.code == 0, whole.stderr
    assert "a [clip].mp4: passed, everything is as it was published" in whole.stdout
    assert "360p       50 of 50  passed" in whole.stdout
    assert "verify: completed" in whole.stderr
    segment = f"processed/{job_id}/360p/segment_000.m4s"
    assert asyncio.run(storage.delete_prefix(segment)) == 1
    damaged = vidmill("verify", job_id, "--json")
    assert damaged.code == 1
    [job] = damaged.json()
    [problem] = job["verification"]["problems"]
    assert problem["file"] == "360p/segment_000.m4s"
    shown = vidmill("verify", NO_JOB, job_id)
    assert shown.code == 3
    assert f"{NO_JOB}: There is nothing here" in shown.stderr
    assert "a [clip].mp4: failed, 1 problem\n" in shown.stdout
    assert "360p       0 of 50  1 problem" in shown.stdout
    assert "  360p/segment_000.m4s: is missing from storage. Restore it" in shown.stdout


@pytest.mark.usefixtures("worker")
def test_a_file_that_is_no_video_fails_with_its_reason(vidmill: Command, tmp_path: Path) -> None:
    file = tmp_path / "notes.mp4"
    file.write_text("no video at all\n" * 100)
    watched = vidmill("upload", str(file), "--watch")
    assert watched.code == 1
    assert "notes.mp4: failed" in watched.stdout
    assert "The source itself is at fault" in watched.stdout
    [failed] = vidmill("jobs", "--status", "failed", "--json").json()
    assert failed["error"]["code"] in {"unsupported_format", "corrupt_file", "no_video_stream"}
    assert vidmill("job", failed["id"]).code == 0
    assert vidmill("job", failed["id"], "--watch").code == 1
    assert vidmill("download", failed["id"]).code == 1


def test_following_outlives_a_restart_of_the_server(
    client: Client, api: ApiThread, clip: Path, worker_gate: threading.Event
) -> None:
    job = client.transcode(clip)
    snapshots = client.events(job["id"])
    assert next(snapshots)["status"] == "queued"
    api.stop()
    api.start()
    worker_gate.set()
    statuses = [snapshot["status"] for snapshot in snapshots]
    assert statuses[-1] == "completed"
    assert client.wait(job["id"])["renditions"][0]["name"] == "360p"


@pytest.mark.usefixtures("worker")
def test_a_job_is_asked_for_where_no_events_come_through(
    client: Client, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    streams: list[str] = []

    def broken(path: str, **_: object) -> NoReturn:
        streams.append(path)
        raise httpx.RemoteProtocolError("a proxy closed the connection")

    monkeypatch.setattr(client.transport, "stream", broken)
    monkeypatch.setattr(events, "POLL_SECONDS", 0.2)
    job = client.transcode(clip)
    snapshots = list(client.events(job["id"]))
    assert len(streams) == events.MAX_EMPTY_STREAMS
    assert snapshots[-1]["status"] == "completed"


def test_a_cancelled_job_ends_and_a_deleted_one_is_gone(client: Client, clip: Path) -> None:
    job = client.transcode(clip)
    client.cancel_job(job["id"])
    assert client.wait(job["id"])["status"] == "cancelled"
    client.delete_job(job["id"])
    with pytest.raises(NotFound):
        client.wait(job["id"])
