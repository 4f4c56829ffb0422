"""Small sources, made by FFmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg


def film(
    path: Path, seconds: float, sounds: Sequence[Sequence[str]] = (), more: Sequence[str] = ()
) -> Path:
    """A moving picture of 640x360 at 25 frames a second. `sounds`: inputs, by default one tone;
    `more`: further inputs and options of the output."""
    run(
        *("-f", "lavfi", "-i", f"testsrc2=size=640x360:rate=25:duration={seconds}"),
        *(part for sound in sounds or [tone(440, seconds)] for part in sound),
        *(*more, "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"),
        str(path),
    )
    return path


def tone(hertz: int, seconds: float) -> list[str]:
    """An input of one channel at 48 kHz."""
    return ["-f", "lavfi", "-i", f"sine=frequency={hertz}:sample_rate=48000:duration={seconds}"]


def copied(source: Path, name: str, *options: str) -> Path:
    """The same media beside the source, with options of the output."""
    path = source.with_name(name)
    run("-i", str(source), *options, "-c", "copy", str(path))
    return path


def run(*arguments: str) -> None:
    """FFmpeg, which must succeed."""
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    subprocess.run([ffmpeg, "-v", "error", "-nostdin", *arguments], check=True)
