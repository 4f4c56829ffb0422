"""A plan's encoder where graphics hardware may be missing, or fail: then the job starts over in
software, for a chunk of another encoder would not join those that are there."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

from vidmill_worker.attempt import Attempt
from vidmill_worker.ffmpeg.encoders import ENCODERS
from vidmill_worker.ffmpeg.run import FFmpegError
from vidmill_worker.results import HardwareFailed, VerificationFailed

log = logging.getLogger(__name__)


@contextmanager
def needed_encoder(attempt: Attempt, encoder: str) -> Generator[None]:
    """Around work with an encoder. Raises HardwareFailed in place of what goes wrong in FFmpeg or
    in the proof of what it made, and at once if this worker lacks the encoder; software is left as
    it is."""
    if not ENCODERS[encoder].in_hardware:
        yield
        return
    if encoder not in attempt.services.encoders:
        raise HardwareFailed(f"{encoder} does not work on every worker")
    try:
        yield
    except FFmpegError as error:
        log.warning("hardware failed", extra={"encoder": encoder, "tail": error.log_tail})
        raise HardwareFailed(f"{encoder} failed ({error})") from error
    except VerificationFailed as error:
        raise HardwareFailed(f"{encoder} made what is no good ({error})") from error
