"""Look at a source before anything is spent on it: what is it, and is it one we take?

The file is read by PyAV in a child process with limits, so that a file made to crash, hang or
swell a demuxer harms that process alone.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from fractions import Fraction
from io import SEEK_END
from typing import Any

from vidmill.edits import Clip
from vidmill.errors import InvalidSource
from vidmill.sources import AudioStream, SourceInfo, SubtitleStream, VideoStream
from vidmill_worker import clip_bounds, sandbox
from vidmill_worker.admission import check
from vidmill_worker.ffmpeg.arguments import Source, place_of
from vidmill_worker.limits import Limits
from vidmill_worker.remote_file import open_source
from vidmill_worker.sniff import HEAD_BYTES, Container, sniff
from vidmill_worker.track_names import plain

CHILD_LIMITS = sandbox.ProcessLimits(memory_bytes=3 * 2**30, file_bytes=0, cpu_seconds=300)
"""3 GiB hold the index of a day of video many times over; a full read of 20 GB takes 20 CPU s."""
ANSWER_BYTES = 2**20

# ITU-T H.273, tables 2 to 4, in FFmpeg's spelling; numbers not listed count as unknown.
_RANGES = {1: "tv", 2: "pc"}
_SPACES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    14: "ictcp",
}
_TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    18: "arib-std-b67",
}
_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    11: "smpte431",
    12: "smpte432",
}
# libavcodec's AVFieldOrder
_FIELD_ORDERS = {1: "progressive", 2: "tt", 3: "bb", 4: "tb", 5: "bt"}

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")

_CORRUPT = "The file is damaged or incomplete ({detail}) Export or upload it again."
_DETAILS = {
    "corrupt_file": _CORRUPT,
    "no_video_stream": "The file holds no video stream. Send a file with a picture.",
    "no_audio_stream": "The file holds no sound. Send one that does.",
    "unsupported_format": "{detail} Convert the video to a common codec such as H.264.",
    "encrypted": "The video is protected (DRM). Send a copy without protection.",
    "too_large": "{detail} Send a smaller version.",
    "too_long": "{detail} Cut it.",
}


async def probe(
    source: Source,
    limits: Limits,
    *,
    clip: Clip | None = None,
    sound_alone: bool = False,
    timeout_seconds: float = 300,
) -> SourceInfo:
    """Sniff, read and check a source, and find the frames of the clip that is wanted of it.
    `sound_alone`: it need not have pictures, unless a clip is wanted, which is a run of them.

    Raises InvalidSource (never worth a retry): missing_file, unsupported_format, corrupt_file,
    no_video_stream, no_audio_stream, encrypted, resolution_too_low, too_short, too_long, too_large,
    clip_out_of_range.
    """
    container, size = await asyncio.to_thread(_glance, source)
    if size > limits.max_bytes:
        raise InvalidSource(
            "too_large",
            f"The file has {size:,} bytes; at most {limits.max_bytes:,} are taken. "
            "Send a smaller one.",
        )
    bounds = map(str, (limits.max_pixels, limits.max_frames, limits.max_seconds))
    needed = "sound" if sound_alone and clip is None else "pictures"
    more = [*bounds, needed, *clip_bounds.arguments(clip)]
    answer = await _ask_child(container, source, more, timeout_seconds)
    if "error" in answer:
        text = _DETAILS[answer["error"]].format(detail=answer["detail"])
        raise InvalidSource(answer["error"], text)
    described = _source(container, size, answer)
    check(described, limits)
    if described.pictures is None:
        return described
    found = answer["video"]["clip"]
    part = clip_bounds.clip_range(clip, found, described.pictures, limits.min_seconds)
    return described.model_copy(update={"clip": part})


def _glance(source: Source) -> tuple[Container, int]:
    try:
        with open_source(source) as file:
            container = sniff(file.read(HEAD_BYTES))
            return container, file.seek(0, SEEK_END)
    except FileNotFoundError:
        raise InvalidSource(
            "missing_file", "The file is not there. Upload it again, then start a new job."
        ) from None


async def _ask_child(
    container: Container, source: Source, more: list[str], timeout_seconds: float
) -> dict[str, Any]:
    argv = [sys.executable, "-I", "-m", "vidmill_worker.probe_child", container.demuxer]
    place, reach = place_of(source)
    child = await sandbox.start([*argv, place, *more], CHILD_LIMITS, reach)
    try:
        async with asyncio.timeout(timeout_seconds):
            # Both pipes are drained at once, so that neither can fill and block the child.
            answer, errors, ended = await asyncio.gather(
                child.stdout.read(-1), child.stderr.read(-1), child.wait()
            )
    except TimeoutError:
        raise InvalidSource(
            "corrupt_file",
            f"The file could not be read within {timeout_seconds:g} s. Export it again.",
        ) from None
    finally:
        await asyncio.shield(child.kill())
    if ended.returncode != 0 or len(answer) > ANSWER_BYTES:
        # A crash of the reader is a fault of the file: the same reader takes thousands of others.
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        detail = f"reader ended with {ended.returncode}: {lines[-1][:200] if lines else ''}."
        raise InvalidSource("corrupt_file", _CORRUPT.format(detail=detail))
    return json.loads(answer)


def _source(container: Container, size: int, answer: dict[str, Any]) -> SourceInfo:
    video = _video(answer["video"]) if answer["video"] else None
    seconds = float(video.duration_seconds) if video else answer["duration"]
    audio = [raw for raw in answer["audio"] if raw["codec"] and raw["sample_rate"]]
    lost = len(answer["audio"]) - len(audio)
    if video is None and not audio:
        raise InvalidSource(
            "unsupported_format",
            "No decoder knows the sound. Convert it to a common codec such as AAC.",
        )
    return SourceInfo(
        format=container.format,
        demuxer=container.demuxer,
        size_bytes=size,
        duration_seconds=seconds,
        start_seconds=answer["start"],
        bitrate_bps=answer["bit_rate"] or (round(size * 8 / seconds) if seconds else 0),
        video=video,
        audio=tuple(map(_audio, audio)),
        subtitles=tuple(
            SubtitleStream(index=each["index"], codec=each["codec"], **_named(each))
            for each in answer["subtitles"]
        ),
        notes=(f"Sound tracks left out because no decoder knows them: {lost}.",) if lost else (),
    )


def _video(raw: dict[str, Any]) -> VideoStream:
    width, height = _display_size(raw)
    color_range, space, transfer, primaries = raw["color"]
    order = _FIELD_ORDERS.get(raw["field_order"], "unknown")
    if raw["interlaced"] and order in {"unknown", "progressive"}:
        order = "tt"
    return VideoStream(
        index=raw["index"],
        codec=raw["codec"],
        profile=raw["profile"],
        coded_width=raw["coded_width"],
        coded_height=raw["coded_height"],
        width=width,
        height=height,
        rotation=raw["rotation"],
        sample_aspect_ratio=raw["sar"],
        pixel_format=raw["pix_fmt"],
        bit_depth=raw["bit_depth"],
        color_range=_RANGES.get(color_range),
        color_space=_SPACES.get(space),
        color_transfer=_TRANSFERS.get(transfer),
        color_primaries=_PRIMARIES.get(primaries),
        field_order=order,
        frame_rate=raw["rate"],
        frames=raw["frames"],
        variable_frame_rate=not raw["constant"],
        start_seconds=raw["start"],
        duration_seconds=raw["duration"],
        bitrate_bps=raw["bit_rate"],
    )


def _display_size(raw: dict[str, Any]) -> tuple[int, int]:
    """Square pixels: the side with the smaller density is stretched, so that no detail is lost."""
    width, height, sar = raw["width"], raw["height"], Fraction(raw["sar"])
    if sar > 1:
        width = round(width * sar)
    elif sar < 1:
        height = round(height / sar)
    return (height, width) if raw["rotation"] in {90, 270} else (width, height)


def _audio(raw: dict[str, Any]) -> AudioStream:
    return AudioStream(
        index=raw["index"],
        codec=raw["codec"],
        channels=raw["channels"],
        channel_layout=raw["layout"],
        sample_rate=raw["sample_rate"],
        **_named(raw),
        start_seconds=raw["start"],
        duration_seconds=raw["duration"],
        bitrate_bps=raw["bit_rate"] or None,
    )


def _named(raw: dict[str, Any]) -> dict[str, Any]:
    # Written by strangers, and copied into playlists: only what is a language tag is taken.
    language = raw["language"] if _LANGUAGE.fullmatch(raw["language"] or "") else None
    return {
        "language": None if language == "und" else language,
        "title": plain(raw["title"]),
        "dispositions": tuple(raw["dispositions"]),
    }
