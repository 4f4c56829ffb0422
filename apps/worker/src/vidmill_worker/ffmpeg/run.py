"""The one place that starts FFmpeg."""

from __future__ import annotations

import asyncio
import logging
import re
import shlex
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vidmill_worker import sandbox
from vidmill_worker.ffmpeg.arguments import reach_of
from vidmill_worker.ffmpeg.progress import Progress, ProgressParser

log = logging.getLogger(__name__)

TAIL_LINES = 40
"""Lines of warnings and errors kept of a run: enough to see a cause, small enough for a row."""
TAIL_LINE_CHARS = 500

OnProgress = Callable[[Progress], Awaitable[None]]

# "[info]", "[h264 @ 0x55d0] [error] ..." as written by -loglevel level+verbose
_LEVEL = re.compile(r"\[(quiet|panic|fatal|error|warning|info|verbose|debug|trace)\] ?")
_VIDEO_DECODED = re.compile(
    r"Input stream #(\d+):\d+ \(video\): .*; (\d+) frames decoded.*?; (\d+) decode errors"
)
_VIDEO_ENCODED = re.compile(r"Output stream #0:(\d+) \(video\): (\d+) frames encoded")


class FFmpegError(Exception):
    """FFmpeg did not do its work."""

    def __init__(self, message: str, log_tail: str) -> None:
        super().__init__(message)
        self.log_tail = log_tail


class FFmpegFailed(FFmpegError):
    """FFmpeg ended with an error; a negative returncode is the signal that ended it."""

    def __init__(self, returncode: int, log_tail: str) -> None:
        super().__init__(f"FFmpeg ended with code {returncode}.", log_tail)
        self.returncode = returncode


class FFmpegStalled(FFmpegError):
    """FFmpeg made no progress for the stall limit and was killed."""


class FFmpegTimeout(FFmpegError):
    """FFmpeg ran longer than the wall clock limit and was killed."""


@dataclass(frozen=True, slots=True)
class RunLimits:
    """Bounds of one FFmpeg run; the defaults are those of `vidmill.settings`."""

    memory_bytes: int = 8 * 2**30
    """Private memory of the process."""
    file_bytes: int = 40 * 2**30
    """Largest single output file."""
    stall_seconds: float = 60
    """Longest time without a new frame, timestamp or byte."""
    wall_seconds: float = 14_400


@dataclass(frozen=True, slots=True)
class FFmpeg:
    """Which FFmpeg, and how it may be used on this machine."""

    executable: str
    threads: int = 0
    """Of each decoder and encoder; 0 lets FFmpeg decide."""
    limits: RunLimits = RunLimits()
    niceness: int = 0
    """How far it stands back behind other processes, from 0 to 19."""

    async def run(
        self,
        argv: Sequence[str],
        *,
        on_progress: OnProgress | None = None,
        cwd: Path | None = None,
    ) -> RunResult:
        """`run_ffmpeg` within this machine's limits."""
        return await run_ffmpeg(
            argv, self.limits, on_progress=on_progress, cwd=cwd, niceness=self.niceness
        )


@dataclass(frozen=True, slots=True)
class RunResult:
    """A run that ended well."""

    cpu_seconds: float
    wall_seconds: float
    peak_memory_bytes: int
    decoded_frames: dict[int, int]
    """Video frames decoded, by input number."""
    decode_errors: dict[int, int]
    """Errors of the video decoder, by input number."""
    encoded_frames: dict[int, int]
    """Frames that reached a video encoder, by stream number of the first output."""
    warnings: str
    """Warnings and errors FFmpeg wrote although it ended well."""


async def run_ffmpeg(
    argv: Sequence[str],
    limits: RunLimits,
    *,
    on_progress: OnProgress | None = None,
    cwd: Path | None = None,
    niceness: int = 0,
) -> RunResult:
    """Run FFmpeg to its end. Cancelling kills its process group at once, then re-raises.

    It can touch what the command line names as inputs, and `cwd` with all in it, to which it may
    also write: any other file that a filter or an output names must be there.

    Raises FFmpegFailed, FFmpegStalled or FFmpegTimeout; all carry the last lines it wrote.
    """
    log.info("ffmpeg starts", extra={"command": shlex.join(argv), "cwd": str(cwd or Path.cwd())})
    started = time.monotonic()
    bounds = sandbox.ProcessLimits(limits.memory_bytes, limits.file_bytes, niceness=niceness)
    child = await sandbox.start(argv, bounds, reach_of(argv, cwd), cwd)
    messages = _Messages()
    watch = _Watch(limits)
    readers = [
        asyncio.create_task(messages.read(child.stderr)),
        asyncio.create_task(_read_progress(child.stdout, watch, on_progress)),
    ]
    try:
        await _until_end(child, readers, watch, messages)
        ended = await child.wait()
    finally:
        await asyncio.shield(child.kill())
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
    if ended.returncode != 0:
        raise FFmpegFailed(ended.returncode, messages.tail())
    return RunResult(
        cpu_seconds=ended.cpu_seconds,
        wall_seconds=time.monotonic() - started,
        peak_memory_bytes=ended.peak_memory_bytes,
        decoded_frames=messages.decoded_frames,
        decode_errors=messages.decode_errors,
        encoded_frames=messages.encoded_frames,
        warnings=messages.tail(),
    )


async def _until_end(
    child: sandbox.Child,
    readers: list[asyncio.Task[None]],
    watch: _Watch,
    messages: _Messages,
) -> None:
    """Wait for the child and its output, whichever of end, error and limit comes first."""
    finished = asyncio.gather(child.wait(), *readers)
    try:
        while not finished.done():
            await asyncio.wait({finished}, timeout=watch.remaining())
            if not finished.done():
                watch.check(messages)
        await finished
    finally:
        finished.cancel()
        # Or asyncio reports at some later time that nobody heard of the cancellation.
        await asyncio.gather(finished, return_exceptions=True)


class _Watch:
    """The wall clock limit and the stall watchdog of one run."""

    def __init__(self, limits: RunLimits) -> None:
        self._limits = limits
        self._started = self._advanced = time.monotonic()
        self._last: tuple[int, float, int] | None = None

    def note(self, progress: Progress) -> None:
        position = (progress.frame, progress.out_seconds, progress.total_bytes)
        if position != self._last:
            self._last = position
            self._advanced = time.monotonic()

    def remaining(self) -> float:
        """Seconds until the next limit is reached."""
        now = time.monotonic()
        wall = self._started + self._limits.wall_seconds - now
        stall = self._advanced + self._limits.stall_seconds - now
        return max(0.0, min(wall, stall))

    def check(self, messages: _Messages) -> None:
        now = time.monotonic()
        if now - self._started >= self._limits.wall_seconds:
            seconds = self._limits.wall_seconds
            raise FFmpegTimeout(f"FFmpeg ran longer than {seconds:g} s.", messages.tail())
        if now - self._advanced >= self._limits.stall_seconds:
            seconds = self._limits.stall_seconds
            raise FFmpegStalled(f"FFmpeg made no progress for {seconds:g} s.", messages.tail())


class _Messages:
    """FFmpeg's log: the tail of what matters, and the decoder's own count of frames."""

    def __init__(self) -> None:
        self._tail: deque[str] = deque(maxlen=TAIL_LINES)
        self.decoded_frames: dict[int, int] = {}
        self.decode_errors: dict[int, int] = {}
        self.encoded_frames: dict[int, int] = {}

    def tail(self) -> str:
        return "\n".join(self._tail)

    async def read(self, stream: asyncio.StreamReader) -> None:
        async for line in _lines(stream):
            self._take(line)

    def _take(self, line: str) -> None:
        level = _LEVEL.search(line)
        if level is None or level[1] in {"panic", "fatal", "error", "warning"}:
            text = _LEVEL.sub("", line, count=1).strip()
            if text:
                self._tail.append(text[:TAIL_LINE_CHARS])
        elif count := _VIDEO_DECODED.search(line):
            self.decoded_frames[int(count[1])] = int(count[2])
            self.decode_errors[int(count[1])] = int(count[3])
        elif count := _VIDEO_ENCODED.search(line):
            self.encoded_frames[int(count[1])] = int(count[2])


async def _read_progress(
    stream: asyncio.StreamReader, watch: _Watch, on_progress: OnProgress | None
) -> None:
    parser = ProgressParser()
    async for line in _lines(stream):
        progress = parser.feed(line)
        if progress is not None:
            watch.note(progress)
            if on_progress is not None:
                await on_progress(progress)


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[str]:
    """Lines of a stream, however long or broken: an overlong one comes in pieces."""
    while True:
        try:
            line = await stream.readuntil(b"\n")
        except asyncio.IncompleteReadError as error:
            line = error.partial
        except asyncio.LimitOverrunError as error:
            line = await stream.read(error.consumed)
        if not line:
            return
        yield line.decode("utf-8", "replace")
