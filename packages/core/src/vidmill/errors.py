"""Domain errors: one class each, whose docstring is the default message.

`code` is stable and meant for programs, `status` is the HTTP status a service answers with,
and the message is meant for people: it says what to do.
"""

from __future__ import annotations

import inspect
from typing import ClassVar


class VidmillError(Exception):
    """Something went wrong inside Vidmill. Try again; if it stays, look at the logs."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500

    def __init__(self, detail: str | None = None) -> None:
        self.detail = detail or inspect.cleandoc(type(self).__doc__ or "")
        super().__init__(self.detail)


class NotFound(VidmillError):
    """There is nothing here with that id, or it is not yours. Check the id."""

    code = "not_found"
    status = 404


class Unauthenticated(VidmillError):
    """Sign in, or send a valid key in X-API-Key or token in Authorization: Bearer."""

    code = "unauthenticated"
    status = 401


class TokenExpired(Unauthenticated):
    """The token's time has run out. Get a new one with POST /auth/refresh, or sign in again."""

    code = "token_expired"


class InvalidCredentials(Unauthenticated):
    """The email address and password do not belong together. Check both."""

    code = "invalid_credentials"


class Forbidden(VidmillError):
    """Your account may not do this. Ask an administrator."""

    code = "forbidden"
    status = 403


class CrossSiteRequest(Forbidden):
    """A session cookie only counts from an allowed web origin. Send X-API-Key instead, or add
    the page's origin to CORS_ORIGINS."""

    code = "csrf"


class InvalidRequest(VidmillError):
    """The request is not valid. See errors[] for each field."""

    code = "invalid_request"
    status = 422


class InvalidCursor(InvalidRequest):
    """The cursor is not one that this list gave out. Start again without a cursor."""

    code = "invalid_cursor"


class IdempotencyMismatch(InvalidRequest):
    """This Idempotency-Key was used before with another request. Use a new key."""

    code = "idempotency_key_reused"


class Conflict(VidmillError):
    """The state it is in does not allow that."""

    code = "conflict"
    status = 409


class JobActive(Conflict):
    """The job is still active. Cancel it first, then delete it."""

    code = "job_active"


class JobNotRetryable(Conflict):
    """Only a failed or cancelled job can be retried."""

    code = "job_not_retryable"


class JobNotCompleted(Conflict):
    """Only what a completed job has published can be verified."""

    code = "job_not_completed"


class JobFinished(Conflict):
    """The job has already ended, so there is nothing left to cancel."""

    code = "job_finished"


class UploadNotPending(Conflict):
    """The upload was aborted. Start a new one."""

    code = "upload_not_pending"


class UploadIncomplete(Conflict):
    """Not every part of the upload has arrived. Send the missing parts, then complete it."""

    code = "upload_incomplete"


class UploadExpired(VidmillError):
    """The upload's time has run out. Start a new one."""

    code = "upload_expired"
    status = 410


class MissingObject(VidmillError):
    """The file is not in storage. Upload it first, then try again."""

    code = "missing_file"
    status = 404


class RangeNotSatisfiable(VidmillError):
    """The range lies behind the file's end. Ask for its size first."""

    code = "range_not_satisfiable"
    status = 416


class InvalidImage(VidmillError):
    """The file is no picture that can be used. Send a JPEG, PNG or WebP of up to 5 MB."""

    code = "invalid_image"
    status = 422


class TooLarge(VidmillError):
    """The file is larger than this server takes."""

    code = "too_large"
    status = 413


class DependencyDown(VidmillError):
    """A service that Vidmill needs does not answer. Nothing was changed; try again shortly."""

    code = "dependency_unavailable"
    status = 503


class DatabaseDown(DependencyDown):
    """The database does not answer. Nothing was changed; try again shortly."""

    code = "database_unavailable"


class StorageDown(DependencyDown):
    """The object store does not answer. Nothing was changed; try again shortly."""

    code = "storage_unavailable"


class LeaseLost(VidmillError):
    """The task is no longer this worker's: its lease ran out or the job was cancelled."""

    code = "lease_lost"
    status = 409


class InvalidSource(VidmillError):
    """The source cannot be transcoded. It is never tried again; `code` says why."""

    status = 422

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.source_code = code
