"""A file's way into storage: one PUT, or parts side by side; what was begun is gone on with."""

from __future__ import annotations

import contextlib
import mimetypes
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

from vidmill_cli.errors import EmptyFile, FileChanged, NotFound
from vidmill_cli.models import Upload
from vidmill_cli.rest import RestApi
from vidmill_cli.storage_put import Piece, Sender
from vidmill_cli.upload_state import LocalFile, UploadStates

#: More connections than this bring little on one machine and crowd out its other users.
PARALLEL_PARTS = 4
#: Parts are signed in batches of this size; the server takes up to 100 at a time.
SIGN_BATCH = 50


@dataclass(frozen=True, slots=True)
class UploadProgress:
    """How far an upload is, in bytes. `resumed` of them were in storage when it began."""

    sent: int
    total: int
    resumed: int


Listener = Callable[[UploadProgress], None]


def ignore_progress(_: UploadProgress) -> None:
    """For who does not want to know."""


def send_file(
    api: RestApi,
    file: LocalFile,
    *,
    states: UploadStates,
    parallel: int = PARALLEL_PARTS,
    on_progress: Listener = ignore_progress,
) -> Upload:
    """Upload a file and return the completed upload, whose `video_id` names the new video.

    Goes on with an upload of the same file that was interrupted, and leaves its record in
    `states` to the caller to forget. `on_progress` is called from several threads, one at a time.
    Raises `ApiError`, `Unreachable`, `StorageRefused`, `FileChanged`, `OSError`.
    """
    upload = _begun(api, file, states) or _begin(api, file, states)
    if upload["status"] == "completed":
        on_progress(UploadProgress(file.size, file.size, file.size))
        return upload
    transfer = _Transfer(api, file, upload, on_progress)
    etags = transfer.send_parts(parallel) if upload["mode"] == "multipart" else transfer.send()
    if not file.unchanged():
        states.forget(api.url, file)
        api.abort_upload(upload["id"])
        raise FileChanged(
            f"{file.path} was changed during the upload. Upload it again once it is finished."
        )
    return api.complete_upload(upload["id"], etags)


def send_small_file(api: RestApi, file: LocalFile, purpose: str) -> Upload:
    """Upload a file that is for jobs to use, in one PUT. Raises what `send_file` raises."""
    kind = mimetypes.guess_type(file.path.name)[0] or "application/octet-stream"
    upload = api.create_upload(file.path.name, file.size, kind, purpose)
    _Transfer(api, file, upload, ignore_progress).send()
    return api.complete_upload(upload["id"])


def _begun(api: RestApi, file: LocalFile, states: UploadStates) -> Upload | None:
    """The upload that an earlier run began, if the server still has it."""
    known = states.find(api.url, file)
    if known is None:
        return None
    try:
        upload = api.get_upload(known)
    except NotFound:
        upload = None
    if upload and upload["status"] in {"pending", "completed"} and upload["size"] == file.size:
        return upload
    states.forget(api.url, file)
    return None


def _begin(api: RestApi, file: LocalFile, states: UploadStates) -> Upload:
    kind = mimetypes.guess_type(file.path.name)[0] or "application/octet-stream"
    upload = api.create_upload(file.path.name, file.size, kind)
    # What cannot be remembered cannot be resumed, but it can be uploaded.
    with contextlib.suppress(OSError):
        states.remember(api.url, file, upload["id"])
    return upload


class _Transfer:
    """The bytes of one upload."""

    def __init__(
        self, api: RestApi, file: LocalFile, upload: Upload, on_progress: Listener
    ) -> None:
        self._api = api
        self._file = file
        self._upload = upload
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._sent = 0
        self._resumed = 0
        self._stop = threading.Event()
        self._sender = Sender(api.transport, self._count, self._stop)

    def send(self) -> None:
        """All of it in one PUT."""
        self._sender.put(Piece(self._file.path, 0, self._file.size), self._single_address)

    def send_parts(self, parallel: int) -> dict[int, str]:
        """What storage does not hold yet, in `parallel` threads; returns the ETag of each part.
        An error or an interrupt in one thread ends the others."""
        etags = self._held()
        urls = PartUrls(
            self._api, self._upload["id"], [n for n in self._numbers() if n not in etags]
        )
        with ThreadPoolExecutor(parallel, thread_name_prefix="upload") as pool:
            try:
                futures = {
                    pool.submit(self._send_part, number, urls): number for number in urls.pending
                }
                wait(futures, return_when=FIRST_EXCEPTION)
                failed = [f for f in futures if f.done() and f.exception() is not None]
                if failed:
                    self._stop.set()
                    failed[0].result()
                return etags | {number: future.result() for future, number in futures.items()}
            finally:
                self._stop.set()
                pool.shutdown(wait=False, cancel_futures=True)

    def _send_part(self, number: int, urls: PartUrls) -> str:
        return self._sender.put(
            self._piece(number), lambda fresh: (urls.get(number, fresh=fresh), {})
        )

    def _single_address(self, fresh: bool) -> tuple[str, dict[str, str]]:
        if fresh:
            self._upload = self._api.get_upload(self._upload["id"])
        if self._upload["url"] is None:
            raise FileChanged("The upload was ended by somebody else. Upload the file again.")
        return self._upload["url"], self._upload["headers"] or {}

    def _numbers(self) -> range:
        return range(1, (self._upload["part_count"] or 0) + 1)

    def _piece(self, number: int) -> Piece:
        size = self._upload["part_size"] or 0
        offset = (number - 1) * size
        return Piece(self._file.path, offset, min(size, self._file.size - offset))

    def _held(self) -> dict[int, str]:
        """Parts in storage that are whole, and their ETags."""
        held = {
            part["number"]: part["etag"]
            for part in self._upload["parts"]
            if part["number"] in self._numbers()
            and part["size"] == self._piece(part["number"]).size
        }
        self._resumed = sum(self._piece(number).size for number in held)
        self._count(self._resumed)
        return held

    def _count(self, count: int) -> None:
        with self._lock:
            self._sent += count
            self._on_progress(UploadProgress(self._sent, self._file.size, self._resumed))


class PartUrls:
    """Signed URLs of an upload's parts, asked for in batches and only when they are needed: those
    of the last parts of a long upload would have expired by then."""

    def __init__(self, api: RestApi, upload_id: str, pending: list[int]) -> None:
        self.pending = pending
        self._api = api
        self._upload_id = upload_id
        self._urls: dict[int, str] = {}
        self._lock = threading.Lock()

    def get(self, number: int, *, fresh: bool) -> str:
        """The URL of a part. Raises `ApiError`, `Unreachable`."""
        with self._lock:
            if fresh:
                self._sign([number])
            elif number not in self._urls:
                start = self.pending.index(number)
                self._sign(self.pending[start : start + SIGN_BATCH])
            return self._urls[number]

    def _sign(self, numbers: list[int]) -> None:
        signed = self._api.sign_parts(self._upload_id, numbers)
        self._urls |= {part["number"]: part["url"] for part in signed["urls"]}


def local_file(path: str | Path) -> LocalFile:
    """A file to be uploaded. Raises `OSError`; `EmptyFile`."""
    file = LocalFile.of(Path(path))
    if file.size == 0:
        raise EmptyFile(f"{path} is empty.")
    return file
