"""Command lines that read finished segments: progressive MP4s, stills, and the decode test.

Pure, like `command`; paths of outputs are relative to the directory FFmpeg is started in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from vidmill_worker.ffmpeg.arguments import (
    anonymous,
    compile_command,
    ff,
    input_url,
    language_of,
    reading,
    seconds,
)
from vidmill_worker.ffmpeg.audio_plan import AudioTrackPlan
from vidmill_worker.ffmpeg.plan import EncodePlan

LIST_OPTIONS: dict[str, Any] = {
    "f": "mov,mp4,m4a,3gp,3g2,mj2",
    "protocol_whitelist": "file,concatf",
    # The init segment says all there is to know; looking would decode the first pictures twice.
    "nofind_stream_info": None,
}
_DESCRIBED_BY_PICTURES = {"vp9"}
"""Codecs whose configuration box the muxer fills in from a picture; others' boxes are copied."""

JPEG_COLOURS = {"out_color_matrix": "bt601", "out_range": "pc"}
"""Options of a scaler before a JPEG: JFIF knows no other matrix and range (ITU-T T.871, section 7),
while most video is BT.709. Said in a graph of its own, they can't spread to a rung."""


@dataclass(frozen=True, slots=True)
class Remux:
    """One progressive MP4: lists of files that make up its tracks, and its own name."""

    video_list: Path
    output: str
    timescale: int


@dataclass(frozen=True, slots=True)
class Sound:
    """A sound track of the MP4s: the list of files that make it up, and what it is."""

    audio_list: Path
    track: AudioTrackPlan


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A file that is made of a picture: its name, and its size in pixels."""

    output: str
    width: int
    height: int
    quality: int
    """Quantiser scale, 2 (best) to 31."""


@dataclass(frozen=True, slots=True)
class Picture:
    """One still: the list of files that hold it, its time in them, and what is made of it."""

    video_list: Path
    seconds: Fraction
    files: tuple[Jpeg, ...]


def mp4_command(
    executable: str,
    remuxes: Sequence[Remux],
    sound: Sequence[Sound],
    plan: EncodePlan,
) -> list[str]:
    """Copy finished segments into progressive MP4s, all in one process; each with all sound tracks,
    of which the first is played unless somebody chooses another."""
    sounds, tags = _sounds(sound, first=1)
    outputs: list[Any] = []
    for remux in remuxes:
        video = _joined(remux.video_list, looking=plan.codec in _DESCRIBED_BY_PICTURES)["v:0"]
        options = {**_copied(plan), "video_track_timescale": remux.timescale, **tags}
        outputs.append(ff.output(video, *sounds, remux.output, **options))
    return compile_command(executable, ff.merge_outputs(*outputs))


def m4a_command(
    executable: str, sound: Sequence[Sound], output: str, plan: EncodePlan
) -> list[str]:
    """Copy finished segments of sound into one file, like `mp4_command`."""
    sounds, tags = _sounds(sound, first=0)
    # What tells Apple's players that there is no picture.
    options = {**_copied(plan), "brand": "M4A ", **tags}
    return compile_command(executable, ff.output(*sounds, output, **options))


def _sounds(sound: Sequence[Sound], *, first: int) -> tuple[list[Any], dict[str, Any]]:
    """The streams, and options that say what they are, from that place in the file on."""
    tags: dict[str, Any] = {}
    for number, entry in enumerate(sound):
        tags |= language_of(f"a:{number}", entry.track.language)
        tags[f"disposition:a:{number}"] = "0" if number else "default"
        if len(sound) > 1:
            # The same stream, counted among all: a second option of one name would be lost.
            tags[f"metadata:s:{first + number}"] = f"title={entry.track.label}"
    return [_joined(entry.audio_list)["a:0"] for entry in sound], tags


def _copied(plan: EncodePlan) -> dict[str, Any]:
    return {
        "c": "copy",
        "f": "mp4",
        # The index first, so that playing starts before the file is whole.
        "movflags": "+faststart",
        # One shift for all tracks brings the first frame to 0 and leaves the AAC priming before
        # it, for the edit list to skip. Shifting each input to its own start would move the sound
        # by those 1024 samples.
        "output_ts_offset": seconds(-plan.base_seconds),
        **anonymous(),
    }


def pictures_command(executable: str, pictures: Sequence[Picture]) -> list[str]:
    """Write JPEG stills, all in one process; a picture is decoded once for all of its files."""
    outputs: list[Any] = []
    for picture in pictures:
        shown = ff.input(
            list_url(picture.video_list),
            **LIST_OPTIONS,
            # One thread: a second of decoding does not pay for starting more.
            threads=1,
            # Times in the files are absolute; without this they count from the first segment.
            seek_timestamp=1,
            ss=seconds(picture.seconds),
        )["v:0"]
        copies = branches(shown, len(picture.files))
        outputs += [_jpeg(copy, file) for copy, file in zip(copies, picture.files, strict=True)]
    return compile_command(executable, ff.merge_outputs(*outputs))


def _jpeg(picture: Any, file: Jpeg) -> Any:
    return (
        picture.filter("scale", file.width, file.height, flags="bicubic", **JPEG_COLOURS)
        .filter("format", pix_fmts="yuvj420p")
        .output(
            file.output,
            **{
                "frames:v": 1,
                "c:v": "mjpeg",
                "q:v": file.quality,
                "f": "image2",
                # One file, not a numbered series.
                "update": 1,
                "threads": 1,
            },
        )
    )


def branches(stream: Any, count: int) -> list[Any]:
    """A stream as often as it is needed, for FFmpeg lets each be read once."""
    if count == 1:
        return [stream]
    split = stream.filter_multi_output("split", count)
    return [split[number] for number in range(count)]


def decode_command(executable: str, lists: Sequence[Path]) -> list[str]:
    """Decode every file list to nothing, in one process; any error ends it."""
    outputs = [
        ff.input(
            list_url(path),
            **LIST_OPTIONS,
            # The decoders run beside each other, and beside the encoders.
            threads=1,
            # Anything the decoder would conceal is an error.
            err_detect="explode",
            # Every syntax element is still parsed and every prediction made; only the smoothing
            # of block edges, a third of the time, is left out. It can't fail.
            skip_loop_filter="all",
        )["0"].output("pipe:", f="null", fps_mode="passthrough")
        for path in lists
    ]
    # xerror: the first error ends it, instead of a count of errors at the end.
    return compile_command(executable, ff.merge_outputs(*outputs), "-xerror")


def decode_file_command(executable: str, path: Path, streams: Sequence[str]) -> list[str]:
    """Decode some streams of one file ("v:0", "a:0") to nothing; any error ends it."""
    source = ff.input(
        input_url(path),
        **reading(path),
        # As in `decode_command`.
        threads=1,
        err_detect="explode",
        skip_loop_filter="all",
    )
    output = ff.output(
        *(source[stream] for stream in streams), "pipe:", f="null", fps_mode="passthrough"
    )
    return compile_command(executable, output, "-xerror")


def segments_input(path: Path) -> Any:
    """An input that reads a list of finished segments."""
    return ff.input(list_url(path), **LIST_OPTIONS, threads=1)


def list_url(path: Path) -> str:
    """What FFmpeg opens to read the files of a list, joined."""
    # concatf reads names of files, one a line, and joins their bytes: no copy, no long command.
    return f"concatf:{path.absolute()}"


def _joined(path: Path, *, looking: bool = False) -> Any:
    options = dict(LIST_OPTIONS)
    if looking:
        del options["nofind_stream_info"]
    # copyts: see mp4_command; FFmpeg would otherwise move each input to its own start.
    return ff.input(list_url(path), **options, copyts=None)
