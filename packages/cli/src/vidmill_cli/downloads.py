"""Published files onto this machine: streamed, gone on with after a break, checked, renamed."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import httpx

from vidmill_cli.errors import ClientError, DownloadIncomplete, StorageRefused
from vidmill_cli.models import Asset
from vidmill_cli.rest import RestApi
from vidmill_cli.transport import PASSING_STATUS, pause_seconds

ATTEMPTS = 6
CHUNK_BYTES = 256 * 1024

OnBytes = Callable[[int], None]


def relative_path(asset: Asset) -> PurePosixPath:
    """Where an output lies below its job's folder, such as `720p/video_720p.mp4`. Raises
    `ClientError` for a name that would lead out of the folder it is saved to."""
    # processed/{job}/path
    path = PurePosixPath(*PurePosixPath(asset["key"]).parts[2:])
    if not path.parts or path.is_absolute() or ".." in path.parts:
        raise ClientError(f"The server names an output {asset['key']!r}, which is no plain path.")
    return path


def part_path(target: Path, asset: Asset) -> Path:
    """Where a file grows until it is whole. Its name holds the output's id, so that what is left
    of another output is never gone on with."""
    return target.with_name(f".{target.name}.{asset['id'].replace('-', '')[-12:]}.part")


def fetch(
    api: RestApi, job_id: str, asset: Asset, target: Path, on_bytes: OnBytes = lambda _: None
) -> bool:
    """Save an output as `target`; False if it is there already, in the right size.

    `on_bytes` is told how many bytes of the file are there. Raises `ApiError`, `Unreachable`,
    `StorageRefused`, `DownloadIncomplete`, `OSError`.
    """
    size = asset["size_bytes"]
    if target.is_file() and target.stat().st_size == size:
        on_bytes(size)
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_path(target, asset)
    for attempt in range(ATTEMPTS):
        failure = _attempt(api, job_id, asset, part, on_bytes)
        if failure is None:
            break
        if attempt == ATTEMPTS - 1:
            raise failure
        time.sleep(pause_seconds(attempt))
    part.replace(target)
    return True


def _attempt(
    api: RestApi, job_id: str, asset: Asset, part: Path, on_bytes: OnBytes
) -> ClientError | None:
    """Fetch what is missing; returns a fault that may pass, raises one that will not."""
    size = asset["size_bytes"]
    have = part.stat().st_size if part.exists() else 0
    if have > size:
        part.unlink()
        have = 0
    if have < size or not part.exists():
        # A URL for each attempt: the one before may have expired.
        url = api.output_url(job_id, asset["id"])
        headers = {"Range": f"bytes={have}-"} if have else {}
        # Without this, a proxy may compress, and sizes would not be those announced.
        headers["Accept-Encoding"] = "identity"
        try:
            with api.transport.storage.stream("GET", url, headers=headers) as response:
                if response.status_code not in {200, 206}:
                    return _refusal(response)
                have = _write(response, part, have, on_bytes)
        except httpx.TransportError as error:
            return api.transport.unreachable(error, url)
    if have != size:
        part.unlink()
        return DownloadIncomplete(
            f"{asset['name']} has {have:,} bytes instead of {size:,}. Try again."
        )
    on_bytes(size)
    return None


def _write(response: httpx.Response, part: Path, have: int, on_bytes: OnBytes) -> int:
    """Append the body, or begin anew if storage sends all of it; returns the file's size."""
    resumed = response.status_code == 206
    have = have if resumed else 0
    with part.open("ab" if resumed else "wb") as out:
        for chunk in response.iter_bytes(CHUNK_BYTES):
            out.write(chunk)
            have += len(chunk)
            on_bytes(have)
    return have


def _refusal(response: httpx.Response) -> ClientError:
    refusal = StorageRefused(response.status_code, response.reason_phrase)
    # 403: the URL expired between signing and use.
    if response.status_code in PASSING_STATUS or response.status_code == 403:
        return refusal
    raise refusal
