"""Sources of the benchmarks, made by FFmpeg."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

from vidmill_worker.ffmpeg.executable import from_wheel

CONSTANT_QUALITY = ("-preset", "ultrafast", "-crf", "26")
TEN_MEGABIT = ("-preset", "superfast", "-b:v", "10M")


def camera(
    folder: Path, seconds: int, name: str = "camera", encoder: Sequence[str] = CONSTANT_QUALITY
) -> Path:
    """1080p at 30 frames a second as a camera gives it, with sound: a slow pan over detail, light
    sensor noise. In the web preset the first rung comes out at 3 to 4 Mbit/s, as that of real
    footage does."""
    still = folder / "still.png"
    if not still.exists():
        detail = "mandelbrot=size=3840x2160:maxiter=200:start_scale=1.2"
        _make("-f", "lavfi", "-i", detail, "-frames:v", "1", str(still))
    pan = "crop=2880:1620:x='480+440*sin(t*0.7)':y='270+240*cos(t*0.5)'"
    return _encode(
        folder / f"{name}.mp4",
        ("-loop", "1", "-framerate", "30", "-i", str(still)),
        f"{pan},scale=1920:1080:flags=bilinear,noise=alls=5:allf=t",
        seconds,
        encoder,
    )


def grain(folder: Path, seconds: int) -> Path:
    """The hardest case: nothing but fine detail, which takes every rung to its cap. Decoding, and
    so the proof, costs most there."""
    picture = ("-f", "lavfi", "-i", "mandelbrot=size=1920x1080:rate=30:maxiter=300")
    return _encode(folder / "grain.mp4", picture, "noise=alls=6:allf=t", seconds, CONSTANT_QUALITY)


def looped(source: Path, name: str, times: int) -> Path:
    """The source so many times in a row, copied. Picture and sound each by themselves: sound that
    lasts a little longer would delay each repetition, and the frame rate would no longer be one."""
    path = source.with_name(f"{name}.mp4")
    inputs: list[str] = []
    for stream in ("v", "a"):
        alone = source.with_name(f"{stream}.mp4")
        _make("-y", "-i", str(source), "-map", f"0:{stream}", "-c", "copy", str(alone))
        inputs += ["-stream_loop", str(times - 1), "-i", str(alone)]
    _make(*inputs, "-map", "0:v", "-map", "1:a", "-c", "copy", str(path))
    return path


def _encode(
    path: Path, picture: Sequence[str], filters: str, seconds: int, encoder: Sequence[str]
) -> Path:
    sound = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000")
    _make(
        *(*picture, *sound, "-t", str(seconds), "-vf", filters, "-c:v", "libx264", *encoder),
        *("-pix_fmt", "yuv420p", "-c:a", "aac", str(path)),
    )
    return path


def _make(*arguments: str) -> None:
    subprocess.run([from_wheel(), "-v", "error", "-nostdin", *arguments], check=True)
