"""Uploads in one PUT and in parts: begun, broken off, gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from vidmill_cli.client import Client
from vidmill_cli.errors import ApiError, FileChanged
from vidmill_cli.models import SignedParts
from vidmill_cli.upload_state import LocalFile, UploadStates
from vidmill_cli.uploads import PartUrls, UploadProgress, send_file

from .conftest import ApiThread, Command, Stored

PART = 16 * 1024**2


@pytest.fixture
def api_changes() -> dict[str, object]:
    """More than 1 MB goes in parts of 16 MiB."""
    return {"upload_single_max_bytes": 1_000_000}


def test_parts_arrive_whole_and_in_order(client: Client, big: Path, stored: Stored) -> None:
    seen: list[UploadProgress] = []
    upload = client.upload(big, on_progress=seen.append)
    assert (upload["status"], upload["mode"], upload["part_count"]) == ("completed", "multipart", 2)
    assert stored(upload["key"]) == big.read_bytes()
    assert seen[-1] == UploadProgress(18_000_000, 18_000_000, 0)
    assert not list(UploadStates().folder.iterdir())


def test_a_small_file_goes_in_one_put(client: Client, tmp_path: Path, stored: Stored) -> None:
    file = tmp_path / "müsli (1).webm"
    file.write_bytes(os.urandom(300_000))
    upload = client.upload(file)
    assert (upload["mode"], upload["content_type"]) == ("single", "video/webm")
    assert upload["filename"] == "müsli (1).webm"
    assert stored(upload["key"]) == file.read_bytes()


def test_an_interrupted_upload_goes_on_where_it_stopped(
    client: Client, big: Path, stored: Stored
) -> None:
    begun = _interrupt_after_first_part(client, big)
    seen: list[UploadProgress] = []
    upload = client.upload(big, on_progress=seen.append)
    assert upload["id"] == begun
    assert seen[0].resumed >= PART
    assert min(progress.sent for progress in seen) >= PART
    assert stored(upload["key"]) == big.read_bytes()


def test_a_changed_file_is_another_upload(client: Client, big: Path, stored: Stored) -> None:
    begun = _interrupt_after_first_part(client, big)
    with big.open("r+b") as file:
        file.write(b"changed")
    os.utime(big, ns=(1, 1))
    upload = client.upload(big)
    assert upload["id"] != begun
    assert stored(upload["key"]).startswith(b"changed")


def test_an_aborted_upload_is_begun_anew(client: Client, big: Path) -> None:
    begun = _interrupt_after_first_part(client, big)
    client.abort_upload(begun)
    upload = client.upload(big)
    assert upload["id"] != begun
    assert upload["status"] == "completed"


def test_a_file_that_grows_meanwhile_is_not_taken(client: Client, big: Path) -> None:
    def grow(progress: UploadProgress) -> None:
        if progress.sent == progress.total:
            with big.open("ab") as file:
                file.write(b"more")

    with pytest.raises(FileChanged, match="was changed during the upload"):
        client.upload(big, on_progress=grow)
    assert not list(UploadStates().folder.iterdir())


def test_a_refused_signature_is_renewed(
    client: Client, big: Path, monkeypatch: pytest.MonkeyPatch, stored: Stored
) -> None:
    sign = client.sign_parts
    asked: list[list[int]] = []

    def sign_badly_at_first(upload_id: str, numbers: Sequence[int]) -> SignedParts:
        signed = sign(upload_id, numbers)
        asked.append(list(numbers))
        if len(asked) == 1:
            for part in signed["urls"]:
                part["url"] = part["url"].replace("X-Amz-Signature=", "X-Amz-Signature=0")
        return signed

    monkeypatch.setattr(client, "sign_parts", sign_badly_at_first)
    upload = client.upload(big)
    assert asked[0] == [1, 2]
    assert sorted(asked[1:]) == [[1], [2]]
    assert stored(upload["key"]) == big.read_bytes()


def test_many_parts_are_signed_in_batches(client: Client, tmp_path: Path) -> None:
    sparse = tmp_path / "sparse.mov"
    with sparse.open("wb") as file:
        file.truncate(60 * PART)
    upload = client.create_upload(sparse.name, 60 * PART, "video/quicktime")
    urls = PartUrls(client, upload["id"], list(range(1, 61)))
    first = urls.get(1, fresh=False)
    assert urls.get(50, fresh=False) != first
    assert "partNumber=60&" in urls.get(60, fresh=False) + "&"
    assert urls.get(1, fresh=False) == first
    with pytest.raises(ApiError) as refused:
        urls.get(61, fresh=True)
    assert 400 <= refused.value.status < 500
    client.abort_upload(upload["id"])


def test_a_wrong_preset_does_not_cost_the_upload(vidmill: Command, big: Path) -> None:
    refused = vidmill("upload", str(big), "--preset", "nonesuch", "--json")
    assert refused.code == 3
    assert "There is no preset 'nonesuch'. There are: " in refused.stderr
    [answer] = refused.json()
    assert answer["error"]["code"] == "invalid_request"
    posted = vidmill("upload", str(big), "--json")
    assert posted.code == 0, posted.stderr
    assert "100 % is on the server already" in posted.stderr
    fresh = vidmill("upload", str(big), "--json")
    assert "already" not in fresh.stderr
    assert fresh.json()[0]["video_id"] != posted.json()[0]["video_id"]


def test_ctrl_c_leaves_an_upload_that_can_be_resumed(
    vidmill: Command, big: Path, client: Client, api: ApiThread
) -> None:
    with big.open("ab") as file:
        file.truncate(24 * PART)
    with vidmill.start("upload", str(big)) as process:
        upload_id = _wait_for_a_part(client, big, vidmill.home / "state", process)
        process.send_signal(signal.SIGINT)
        _, stderr = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "run the same command again" in stderr
    states = UploadStates(vidmill.home / "state" / "vidmill" / "uploads")
    assert states.find(api.url, LocalFile.of(big)) == upload_id
    upload = client.get_upload(upload_id)
    assert upload["status"] == "pending"
    assert 1 <= len(upload["parts"]) < 24
    client.abort_upload(upload_id)


def _wait_for_a_part(
    client: Client, file: Path, state: Path, process: subprocess.Popen[str]
) -> str:
    states = UploadStates(state / "vidmill" / "uploads")
    while process.poll() is None:
        found = states.find(client.url, LocalFile.of(file))
        if found is not None and client.get_upload(found)["parts"]:
            return found
    raise AssertionError(process.communicate())


def _interrupt_after_first_part(client: Client, file: Path) -> str:
    """Break off in the second part, as Ctrl-C would; returns the upload's id."""

    def interrupt(progress: UploadProgress) -> None:
        if progress.sent > PART + 500_000:
            raise KeyboardInterrupt

    local, states = LocalFile.of(file), UploadStates()
    with pytest.raises(KeyboardInterrupt):
        send_file(client, local, states=states, parallel=1, on_progress=interrupt)
    found = states.find(client.url, local)
    assert found is not None
    return found
