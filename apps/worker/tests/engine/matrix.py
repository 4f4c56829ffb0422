"""What is to be known of a job's outputs to hold chunks against a single pass: frames by content
and time, sound by samples, VMAF by frame."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import av
from av.video.frame import VideoFrame

from vidmill.presets import Preset, Rung, VideoSettings
from vidmill.sound import AudioSettings
from vidmill_worker.ffmpeg.run import FFmpeg

from .matrix_variants import BITS
from .whole_job import Job

CHUNK_SECONDS = 2
"""The shortest chunk is one segment of so long, two GOPs. Those of a real job, but its lead, are of
16 to 32 seconds."""
PRESET = Preset(
    name="matrix",
    video=VideoSettings(
        # As in `web`: how rate control looks ahead, and so what it does at joins, depends on it.
        encoder_preset="veryfast",
        gop_seconds=CHUNK_SECONDS / 2,
        # Caps that leave the quality constant, as in `web` for most videos.
        rungs=tuple(
            Rung(short_side=side, crf=23, max_bitrate_bps=rate, buffer_bits=2 * rate)
            for side, rate in ((120, 1_000_000), (180, 2_000_000))
        ),
    ),
    audio=AudioSettings(mp3=False),
    segment_seconds=CHUNK_SECONDS,
    thumbnail_percents=(),
)


@dataclass(frozen=True)
class Shown:
    """One decoded frame."""

    number: int
    """What its strip says; -1 where a block is neither black nor white."""
    seconds: Fraction


def frames(path: Path, strip: Fraction, turned: int = 0) -> list[Shown]:
    """Every decoded frame. `strip`: the part of the height that numbers took before the picture was
    turned by so many degrees."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        base = stream.time_base or Fraction(0)
        return [
            Shown(_number(frame, strip, turned), (frame.pts or 0) * base)
            for frame in file.decode(stream)
        ]


def _number(frame: VideoFrame, strip: Fraction, turned: int) -> int:
    frame = frame.reformat(format="gray")
    luma = frame.planes[0]
    data = memoryview(luma)
    value = 0
    for bit, (x, y) in enumerate(_places(frame.width, frame.height, strip, turned)):
        shade = data[y * luma.line_size + x]
        if 90 < shade < 160:
            return -1
        value |= (shade > 125) << bit
    return value


def _places(width: int, height: int, strip: Fraction, turned: int) -> Iterator[tuple[int, int]]:
    """The middle of each block."""
    across, down = (height, width) if turned in {90, 270} else (width, height)
    depth = int(down * strip / 2)
    for bit in range(BITS):
        along = (2 * bit + 1) * across // (2 * BITS)
        yield {
            0: (along, depth),
            90: (width - 1 - depth, along),
            180: (width - 1 - along, height - 1 - depth),
            270: (depth, height - 1 - along),
        }[turned]


@dataclass(frozen=True)
class Sound:
    """A decoded track of sound."""

    samples: int
    start_seconds: Fraction
    sha256: str
    """Of all samples."""


def sound(path: Path) -> Sound | None:
    """The first track; None if there is none."""
    with av.open(str(path)) as file:
        if not file.streams.audio:
            return None
        stream = file.streams.audio[0]
        count, first, digest = 0, None, sha256()
        for frame in file.decode(stream):
            first = frame.pts if first is None else first
            count += frame.samples
            for plane in frame.planes:
                digest.update(bytes(plane)[: frame.samples * frame.format.bytes])
        start = (first or 0) * (stream.time_base or Fraction(0))
        return Sound(count, start, digest.hexdigest())


def picture_bytes(path: Path) -> int:
    """Size of all pictures of an H.264 file. Beside them x264 writes its version and settings, some
    750 bytes, wherever it begins: much for these small pictures, nothing for a real chunk."""
    with av.open(str(path)) as file:
        packets = file.demux(file.streams.video[0])
        return sum(
            length for packet in packets for kind, length in _units(bytes(packet)) if kind != 6
        )


def _units(data: bytes) -> Iterator[tuple[int, int]]:
    """(nal_unit_type, size) of each unit behind its length (ITU-T H.264, 7.4.1; 6 is SEI)."""
    place = 0
    while place < len(data):
        size = 4 + int.from_bytes(data[place : place + 4])
        yield data[place + 4] & 31, size
        place += size


def vmaf(ffmpeg: FFmpeg, source: Path, job: Job, folder: Path) -> list[float]:
    """VMAF of each frame of the largest rung against the source, turned, scaled and deinterlaced at
    once as the encoder does it piece by piece."""
    track = job.tracks[0]
    bob = "bwdif=send_frame," if job.plan.deinterlace else ""
    # Frame against frame, whatever their times are.
    counted = "settb=1/1000,setpts=N*40"
    size = f"{track.width}:{track.height}"
    graph = (
        f"[0:v:0]{counted},format=yuv420p[out];"
        f"[1:v:0]{bob}scale={size}:flags=bicubic,setsar=1,"
        f"format=pix_fmts=yuv420p:color_ranges=tv,{counted}[in];"
        "[out][in]libvmaf=shortest=1:log_fmt=json:log_path=vmaf.json:n_threads=1"
    )
    inputs = ["-i", str(job.mp4(track.name)), "-i", str(source)]
    command = [ffmpeg.executable, "-v", "error", "-nostdin", *inputs, "-lavfi", graph]
    subprocess.run(
        [*command, "-fps_mode", "passthrough", "-f", "null", "-"], check=True, cwd=folder
    )
    found = json.loads((folder / "vmaf.json").read_text())["frames"]
    return [frame["metrics"]["vmaf"] for frame in found]


@dataclass(frozen=True)
class Dip:
    """What frames around the joins lost against a single pass, in VMAF; below zero is a gain."""

    mean: float
    """Over half a second around the worst join."""
    worst: float
    """Of the worst frame in any of these."""


def dip_at_joins(job: Job, alone: list[float], chunked: list[float]) -> Dip:
    """Hold half a second around each join against the same frames of a single pass."""
    reach = max(1, round(job.plan.frame_rate / 4))
    around: list[list[float]] = []
    for chunk in job.plan.chunks[1:]:
        near = slice(max(0, chunk.first_frame - reach), chunk.first_frame + reach)
        around.append([a - b for a, b in zip(alone[near], chunked[near], strict=True)])
    return Dip(max(sum(lost) / len(lost) for lost in around), max(map(max, around)))
