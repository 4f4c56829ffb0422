"""Following a job: server-sent events, taken up again when they break off, else polling."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import httpx

from vidmill_cli.errors import ApiError, NotFound, Unreachable
from vidmill_cli.models import ENDED, Job, JobProgress
from vidmill_cli.rest import RestApi
from vidmill_cli.transport import PASSING_STATUS, pause_seconds

#: The server sends something at least every 15 s; a silence this long is a dead connection.
SILENCE_SECONDS = 40.0
#: After this many streams in a row that brought nothing, ask instead of listening.
MAX_EMPTY_STREAMS = 3
POLL_SECONDS = 2.0
#: How long a server may be away, restarting for example, before following it is given up.
AWAY_SECONDS = 120.0


def parse_events(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Pairs of event name and data (WHATWG HTML, section 9.2.6). Lines come without their ends;
    an event that is not ended by an empty line is dropped."""
    name, data = "message", list[str]()
    for line in lines:
        if not line:
            if data:
                yield name, "\n".join(data)
            name, data = "message", []
            continue
        field, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            name = value
        elif field == "data":
            data.append(value)


def follow(api: RestApi, job_id: str) -> Iterator[JobProgress]:
    """Snapshots of a job until it has ended; the last one shows how.

    Raises `NotFound` if the job is not there or is deleted meanwhile, `ApiError`, and
    `Unreachable` if the server stays away.
    """
    empty = 0
    while empty < MAX_EMPTY_STREAMS:
        ended, heard = False, False
        try:
            for snapshot in _stream(api, job_id):
                heard, ended = True, snapshot["status"] in ENDED
                yield snapshot
        except httpx.TransportError:
            pass
        except ApiError as error:
            if error.status not in PASSING_STATUS:
                raise
        if ended:
            return
        empty = 0 if heard else empty + 1
        time.sleep(pause_seconds(empty))
    yield from _poll(api, job_id)


def _stream(api: RestApi, job_id: str) -> Iterator[JobProgress]:
    path = f"/jobs/{job_id}/events"
    accept = "text/event-stream"
    with api.transport.stream(path, read_seconds=SILENCE_SECONDS, accept=accept) as response:
        if not response.headers.get("content-type", "").startswith(accept):
            return
        for name, data in parse_events(response.iter_lines()):
            value: dict[str, Any] = json.loads(data)
            if name == "end":
                if value.get("status") == "deleted":
                    raise NotFound(404, "not_found", "The job was deleted.")
                return
            if name == "job":
                yield cast("JobProgress", value)


def follow_verification(api: RestApi, job_id: str) -> Iterator[Job]:
    """The job whenever its verification has gone on, until that has ended.

    Raises `NotFound` if the job is not there or is deleted meanwhile, `ApiError`, and
    `Unreachable` if the server stays away.
    """

    def ended(job: Job) -> bool:
        return job["verification"] is None or job["verification"]["status"] != "running"

    return _ask(api, job_id, ended)


def _poll(api: RestApi, job_id: str) -> Iterator[JobProgress]:
    last: JobProgress | None = None
    for job in _ask(api, job_id, lambda job: job["status"] in ENDED):
        snapshot = progress_of(job)
        if snapshot != last:
            last = snapshot
            yield snapshot


def _ask(api: RestApi, job_id: str, ended: Callable[[Job], bool]) -> Iterator[Job]:
    """The job every few seconds, whether it has changed or not, until it has ended so."""
    answered = time.monotonic()
    while True:
        try:
            job = api.get_job(job_id)
        except (Unreachable, ApiError) as error:
            passing = isinstance(error, Unreachable) or error.status in PASSING_STATUS
            if not passing or time.monotonic() - answered > AWAY_SECONDS:
                raise
        else:
            answered = time.monotonic()
            yield job
            if ended(job):
                return
        time.sleep(POLL_SECONDS)


def progress_of(job: Job) -> JobProgress:
    """The snapshot of a job that its events would show."""
    return {
        "id": job["id"],
        "status": job["status"],
        "progress": job["progress"],
        "eta_seconds": job["eta_seconds"],
        "playable_at": job["playable_at"],
        "completed_at": job["completed_at"],
        "playback": job["playback"],
        "error": job["error"],
        "tasks": job["tasks"],
        "renditions": [{"name": r["name"], "progress": 100.0} for r in job["renditions"]],
    }
