"""The client: everything that the REST API offers, and whole errands on top of it.

with Client("http://127.0.0.1:8080", api_key=key) as vidmill:
    job = vidmill.transcode("talk.mov")
    for snapshot in vidmill.events(job["id"]):
        print(snapshot["progress"])
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vidmill_cli import downloads, events, uploads
from vidmill_cli.edits import Edits
from vidmill_cli.models import Asset, Job, JobProgress, Upload
from vidmill_cli.rest import RestApi
from vidmill_cli.upload_state import UploadStates


class Client(RestApi):
    """A server, as one account sees it. Synchronous, safe for threads, a context manager.

    All methods raise `ApiError` (and its kinds `NotSignedIn`, `Forbidden`, `NotFound`) for what
    the server refuses and `Unreachable` if it does not answer.
    """

    def upload(
        self,
        path: str | Path,
        *,
        parallel: int = uploads.PARALLEL_PARTS,
        on_progress: uploads.Listener = uploads.ignore_progress,
        keep_record: bool = False,
    ) -> Upload:
        """Upload a file, or go on with an upload of it that was interrupted.

        `on_progress` is called from several threads, one at a time. With `keep_record` another
        call finds the completed upload again, until `forget_upload`. Raises also
        `StorageRefused`, `FileChanged`, `EmptyFile`, `OSError`.
        """
        file, states = uploads.local_file(path), UploadStates()
        upload = uploads.send_file(
            self, file, states=states, parallel=parallel, on_progress=on_progress
        )
        if not keep_record:
            states.forget(self.url, file)
        return upload

    def upload_file(self, path: str | Path, purpose: str) -> str:
        """Upload a small file for jobs to use, with purpose `watermark` or `subtitles`; returns the
        key by which edits name it. Raises what `upload` raises."""
        return uploads.send_small_file(self, uploads.local_file(path), purpose)["key"]

    def forget_upload(self, path: str | Path) -> None:
        """The next upload of this file begins anew."""
        UploadStates().forget(self.url, uploads.local_file(path))

    def transcode(
        self,
        path: str | Path,
        *,
        preset: str = "web",
        priority: int = 5,
        metadata: dict[str, Any] | None = None,
        edits: Edits | None = None,
        reuse: bool = True,
        captions: str | None = None,
        on_progress: uploads.Listener = uploads.ignore_progress,
    ) -> Job:
        """Upload a file and post its job. If posting fails, the file is not sent again by the
        next call. Raises what `upload` and `create_job` raise."""
        upload = self.upload(path, on_progress=on_progress, keep_record=True)
        job = self.create_job(
            video_id=upload["video_id"],
            preset=preset,
            priority=priority,
            metadata=metadata,
            edits=edits,
            reuse=reuse,
            captions=captions,
        )
        self.forget_upload(path)
        return job

    def events(self, job_id: str) -> Iterator[JobProgress]:
        """Snapshots of a job until it has ended; the last one shows how. Survives restarts of
        the server."""
        return events.follow(self, job_id)

    def wait(self, job_id: str) -> Job:
        """Follow a job to its end and return it."""
        for _ in self.events(job_id):
            pass
        return self.get_job(job_id)

    def verifications(self, job_id: str) -> Iterator[Job]:
        """The job, again and again while its verification goes on; the last one shows the
        verdict."""
        return events.follow_verification(self, job_id)

    def download(
        self,
        job_id: str,
        asset: Asset,
        target: Path,
        on_bytes: downloads.OnBytes = lambda _: None,
    ) -> bool:
        """Save one of a job's `outputs` as `target`; False if it is there already, in the right
        size. A download that broke off is gone on with. Raises also `StorageRefused`,
        `DownloadIncomplete`, `OSError`."""
        return downloads.fetch(self, job_id, asset, target, on_bytes)
