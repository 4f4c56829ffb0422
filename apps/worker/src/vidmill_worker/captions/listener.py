"""Have a model hear a sound file, in a child process with limits that can touch nothing else."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from vidmill.errors import VidmillError
from vidmill_worker import sandbox
from vidmill_worker.captions.models import Model
from vidmill_worker.captions.results import Language, NoCaptions, Speech
from vidmill_worker.confinement import Reach

MAX_LINES = 500_000
"""More than is said in a day."""
LAST_WORDS_CHARS = 500


class ListenerFailed(VidmillError):
    """The speech model ended without an answer."""

    code = "listener_failed"


class _End(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    end: str | None


@dataclass(slots=True)
class Heard:
    """All that was heard."""

    language: Language | None = None
    """None if nothing was said."""
    speech: list[Speech] = field(default_factory=list[Speech])
    cpu_seconds: float = 0.0


async def listen(
    model: Model,
    wav: Path,
    language: str,
    *,
    threads: int,
    memory_bytes: int,
    timeout_seconds: float,
    on_time: Callable[[float], None] | None = None,
) -> Heard:
    """What is said in a file of 16 bit mono at 16 kHz; both paths are absolute. `language`:
    Whisper's code, or `auto`; `on_time` is called with the time, in seconds, up to which it has
    been heard.

    Cancelling kills the child. Raises `NoCaptions` where the model can't do it, `ListenerFailed`.
    """
    arguments = [str(model.folder), str(wav), language, str(threads)]
    child = await sandbox.start(
        [sys.executable, "-I", "-m", "vidmill_worker.captions.child", *arguments],
        # Nobody waits for captions: the job can be played.
        sandbox.ProcessLimits(memory_bytes=memory_bytes, file_bytes=0, niceness=10),
        Reach(reads=(model.folder, wav)),
    )
    heard = Heard()
    errors = asyncio.ensure_future(child.stderr.read(-1))
    try:
        async with asyncio.timeout(timeout_seconds):
            complete = await _take(child.stdout, heard, on_time)
            heard.cpu_seconds = (await child.wait()).cpu_seconds
            *_, last_words = ["", *(await errors).decode("utf-8", "replace").strip().splitlines()]
    except TimeoutError:
        raise ListenerFailed(f"it took longer than {timeout_seconds:g} s") from None
    except ValidationError as error:
        raise ListenerFailed("its answer makes no sense") from error
    finally:
        await asyncio.shield(child.kill())
        errors.cancel()
        await asyncio.gather(errors, return_exceptions=True)
    if not complete:
        raise ListenerFailed(last_words[:LAST_WORDS_CHARS] or "it ended without a word")
    return heard


async def _take(
    answer: asyncio.StreamReader, heard: Heard, on_time: Callable[[float], None] | None
) -> bool:
    """Whether the child said that it came to its end. Raises pydantic.ValidationError for a line
    that is none of its own, and `NoCaptions`."""
    while line := await answer.readline():
        if line.startswith(b'{"end"'):
            reason = _End.model_validate_json(line).end
            if reason is not None:
                raise NoCaptions(reason)
            return True
        if line.startswith(b'{"language"'):
            heard.language = Language.model_validate_json(line)
            continue
        speech = Speech.model_validate_json(line)
        if len(heard.speech) < MAX_LINES:
            heard.speech.append(speech)
        if on_time is not None:
            on_time(speech.end)
    return False
