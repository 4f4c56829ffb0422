"""Which FFmpeg this installation uses, and within which bounds."""

from __future__ import annotations

from functools import cache

import imageio_ffmpeg

from vidmill.processors import processors
from vidmill.settings import Settings
from vidmill_worker.ffmpeg.run import FFmpeg, RunLimits


def ffmpeg_of(settings: Settings) -> FFmpeg:
    """FFMPEG_PATH, or the one that the imageio-ffmpeg wheel carries, with the settings' bounds."""
    return FFmpeg(
        executable=str(settings.ffmpeg_path or from_wheel()),
        # A slot's share: what tasks beside each other do in more threads than there are processors
        # costs 3 % more.
        threads=settings.ffmpeg_threads or max(1, processors() // settings.worker_slots),
        limits=RunLimits(
            memory_bytes=settings.ffmpeg_memory_bytes,
            file_bytes=settings.ffmpeg_output_max_bytes,
            stall_seconds=settings.ffmpeg_stall_seconds,
            wall_seconds=settings.ffmpeg_max_seconds,
        ),
    )


@cache
def from_wheel() -> str:
    """The path of the FFmpeg in the imageio-ffmpeg wheel."""
    return imageio_ffmpeg.get_ffmpeg_exe()
