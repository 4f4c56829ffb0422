"""From an exception to a failure that is stored, shown and, where that can help, tried again."""

from __future__ import annotations

from vidmill.errors import InvalidSource, MissingObject, VidmillError
from vidmill.tasks import Failure, Task
from vidmill_worker.ffmpeg.run import FFmpegFailed, FFmpegStalled, FFmpegTimeout
from vidmill_worker.verify import VerificationFailed

VERIFICATION_FAILED = "verification_failed"


def failure_of(error: Exception) -> Failure:
    """What to store of a handler's exception. Only an invalid or missing source is final: for
    anything else another attempt, on another machine, may do."""
    match error:
        case InvalidSource():
            return Failure(code=error.source_code, message=error.detail, retryable=False)
        case MissingObject():
            return Failure(code=error.code, message=error.detail, retryable=False)
        case FFmpegFailed():
            return Failure(code="ffmpeg_failed", message=str(error), log_tail=error.log_tail)
        case FFmpegStalled():
            return Failure(code="ffmpeg_stalled", message=str(error), log_tail=error.log_tail)
        case FFmpegTimeout():
            return Failure(code="ffmpeg_timeout", message=str(error), log_tail=error.log_tail)
        case VerificationFailed():
            return Failure(code=VERIFICATION_FAILED, message=str(error))
        case VidmillError():
            return Failure(code=error.code, message=error.detail)
        case _:
            return Failure(code="internal_error", message=f"{type(error).__name__}: {error}")


def attempts_allowed(task: Task, failure: Failure) -> int:
    """How often the task may be tried in all. What fails verification is made again once: by
    then it is no accident."""
    if failure.code == VERIFICATION_FAILED == task.error_code:
        return task.attempt
    return task.max_attempts
