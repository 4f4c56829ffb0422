"""Read the text packets of a source, in a child process with limits: the file is a stranger's."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict

from vidmill_worker import sandbox
from vidmill_worker.ffmpeg.arguments import Source, place_of
from vidmill_worker.subtitles.limits import MAX_PACKETS

CHILD_LIMITS = sandbox.ProcessLimits(
    # As for probing: a full read of 20 GB takes 20 CPU seconds.
    memory_bytes=4 * 2**30,
    file_bytes=0,
    cpu_seconds=300,
    # Nobody waits for the text: playlists name it when the job is done.
    niceness=7,
)


class _Line(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", val_json_bytes="base64", populate_by_name=True
    )


class TextPacket(_Line):
    """One packet of a text stream; microseconds on the container's own clock."""

    stream: int
    at_us: int
    for_us: int | None
    """How long it is shown; None if the file does not say."""
    data: bytes


class _End(_Line):
    end: str | None


@dataclass(slots=True)
class TextPackets:
    """All that was read."""

    packets: list[TextPacket] = field(default_factory=list[TextPacket])
    problem: str | None = None
    """Why reading ended early, as a sentence; None if it did not."""
    cpu_seconds: float = 0.0


async def read_text(
    source: Source,
    demuxer: str,
    streams: Sequence[int],
    *,
    timeout_seconds: float,
    on_time: Callable[[int], None] | None = None,
) -> TextPackets:
    """The packets of these streams. Whatever goes wrong with the file is said in the answer, which
    keeps what was read until then.

    `on_time` is called with the time of each packet, in microseconds.
    """
    place, reach = place_of(source)
    argv = [sys.executable, "-I", "-m", "vidmill_worker.subtitles.child", demuxer, place]
    child = await sandbox.start([*argv, *map(str, streams)], CHILD_LIMITS, reach)
    found = TextPackets(problem="The reader ended before the file did.")
    errors = asyncio.ensure_future(child.stderr.read(-1))
    try:
        async with asyncio.timeout(timeout_seconds):
            await _take(child.stdout, found, on_time)
            found.cpu_seconds = (await child.wait()).cpu_seconds
    except TimeoutError:
        found.problem = f"The file could not be read within {timeout_seconds:g} s."
    except ValueError:
        # Only a child that the file has taken over answers so.
        found.problem = "The reader's answer makes no sense."
    finally:
        await asyncio.shield(child.kill())
        errors.cancel()
        await asyncio.gather(errors, return_exceptions=True)
    return found


async def _take(
    answer: asyncio.StreamReader, found: TextPackets, on_time: Callable[[int], None] | None
) -> None:
    """Raises ValueError for a line that is none of the child's, or too long."""
    while line := await answer.readline():
        if line.startswith(b'{"end"'):
            found.problem = _End.model_validate_json(line).end
            return
        packet = TextPacket.model_validate_json(line)
        found.packets.append(packet)
        if len(found.packets) > MAX_PACKETS:
            raise ValueError("more packets than the child ever prints")
        if on_time is not None:
            on_time(packet.at_us)
