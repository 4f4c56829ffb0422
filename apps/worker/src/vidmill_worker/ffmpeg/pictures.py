"""Command lines for storyboards and animated previews, made of finished segments, for uploaded
stills, and for the check of pictures. Pure, like `derive`.
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
    reading,
    seconds,
)
from vidmill_worker.ffmpeg.derive import JPEG_COLOURS, LIST_OPTIONS, branches, list_url


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sprite: some of the pictures that a list of files holds, side by side."""

    video_list: Path
    keys_only: bool
    """Whether the pictures are counted among key pictures, and no others decoded."""
    picks: tuple[int, ...]
    """Which pictures, counted from 0 in the order in which they are shown."""
    tile_width: int
    tile_height: int
    columns: int
    rows: int
    output: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage of a preview: the list of files that hold it, its start in them, its length."""

    video_list: Path
    seconds: Fraction
    length_seconds: Fraction


@dataclass(frozen=True, slots=True)
class Animation:
    """One animated picture of all cuts."""

    format: str
    """gif or webp."""
    width: int
    height: int
    output: str


def sheet_command(executable: str, sheet: Sheet) -> list[str]:
    """Write one sprite."""
    options = dict(LIST_OPTIONS)
    if sheet.keys_only:
        # By the demuxer, so that it holds for every codec; VP9's decoder knows no skip_frame.
        options["discard"] = "nokey"
    picked = "+".join(f"eq(n,{pick})" for pick in sheet.picks)
    output = (
        ff.input(list_url(sheet.video_list), **options, threads=1)["v:0"]
        .filter("select", picked)
        .filter("scale", sheet.tile_width, sheet.tile_height, flags="bicubic", **JPEG_COLOURS)
        .filter("format", pix_fmts="yuvj420p")
        .filter("tile", f"{sheet.columns}x{sheet.rows}")
        # Not frames=1, which would end the decoder early and spoil its count of pictures.
        .output(
            sheet.output,
            **{
                "c:v": "mjpeg",
                # Of 2 (best) to 31: a tile is 160 pixels wide and looked at for a moment.
                "q:v": 5,
                "f": "image2",
                # One file, not a numbered series.
                "update": 1,
                "fps_mode": "passthrough",
                "threads": 1,
            },
        )
    )
    return compile_command(executable, output)


def preview_command(
    executable: str, cuts: Sequence[Cut], animations: Sequence[Animation], frame_rate: int
) -> list[str]:
    """Write every animation of the same cuts, from one decode, all in one process."""
    passages = [
        ff.input(
            list_url(cut.video_list),
            **LIST_OPTIONS,
            threads=1,
            # Times in the files are absolute; without this they count from the first segment.
            seek_timestamp=1,
            ss=seconds(cut.seconds),
            t=seconds(cut.length_seconds),
        )["v:0"].filter("fps", frame_rate)
        for cut in cuts
    ]
    # Joined before scaling: all cuts are of one rendition, so their pictures are alike.
    joined = ff.concat(*passages, n=len(passages)) if len(passages) > 1 else passages[0]
    outputs = [
        _gif(branch, animation) if animation.format == "gif" else _webp(branch, animation)
        for branch, animation in zip(branches(joined, len(animations)), animations, strict=True)
    ]
    return compile_command(executable, ff.merge_outputs(*outputs))


def _gif(pictures: Any, animation: Animation) -> Any:
    scaled = pictures.filter("scale", animation.width, animation.height, flags="bicubic")
    for_palette, for_pictures = branches(scaled, 2)
    palette = for_palette.filter("palettegen")
    drawn = ff.filter(
        [for_pictures, palette],
        "paletteuse",
        # A fixed pattern, as faint as it can be. Error diffusion would change every pixel of every
        # picture, for 60 % more CPU and 15 % more bytes.
        dither="bayer",
        bayer_scale=5,
        # Only the part of a picture that changed is drawn anew.
        diff_mode="rectangle",
    )
    # loop 0: for ever.
    return drawn.output(animation.output, **{"c:v": "gif", "f": "gif", "loop": 0})


def _webp(pictures: Any, animation: Animation) -> Any:
    return (
        pictures.filter(
            "scale",
            animation.width,
            animation.height,
            flags="bicubic",
            # RFC 6386, section 9.2: BT.601, whatever the video has.
            out_color_matrix="bt601",
            out_range="tv",
        )
        .filter("format", pix_fmts="yuv420p")
        .output(
            animation.output,
            **{
                "c:v": "libwebp_anim",
                "quality": 60,
                # 6 takes ten times as long to save a tenth of the bytes.
                "compression_level": 4,
                "loop": 0,
                "f": "webp",
                **anonymous(),
            },
        )
    )


@dataclass(frozen=True, slots=True)
class Boxed:
    """A JPEG that fits into a box, whose sides are in pixels."""

    output: str
    max_width: int
    max_height: int
    quality: int
    """Quantiser scale, 2 (best) to 31."""


@dataclass(frozen=True, slots=True)
class Still:
    """An uploaded picture and what it becomes."""

    image: Path
    demuxer: str
    has_alpha: bool
    """Whether the format may hold transparent pixels."""
    max_pixels: int
    """Of the picture that is decoded."""
    files: tuple[Boxed, ...]


def still_command(executable: str, still: Still) -> list[str]:
    """Re-encode an uploaded picture, turned as its EXIF data says and without any of it."""
    pictures = ff.input(
        input_url(still.image),
        f=still.demuxer,
        **reading(still.image),
        # Looked at by the decoder before it makes room for a picture.
        max_pixels=still.max_pixels,
        err_detect="explode",
        threads=1,
    )["v:0"]
    if still.has_alpha:
        # What is transparent becomes black: what colour it has besides is nobody's choice.
        pictures = pictures.filter("format", pix_fmts="gbrap").filter("premultiply", inplace=1)
    copies = branches(pictures, len(still.files))
    outputs = [_boxed(copy, file) for copy, file in zip(copies, still.files, strict=True)]
    return compile_command(executable, ff.merge_outputs(*outputs), "-xerror")


def _boxed(pictures: Any, file: Boxed) -> Any:
    shrunk = f"min(1,min({file.max_width}/iw,{file.max_height}/ih))"
    return (
        pictures.filter(
            "scale",
            # Said by hand, because the scaler's own way leaves nothing of a thin strip.
            f"max(1,round(iw*{shrunk}))",
            f"max(1,round(ih*{shrunk}))",
            flags="bicubic",
            **JPEG_COLOURS,
        )
        .filter("format", pix_fmts="yuvj420p")
        .filter("setsar", 1)
        .output(
            file.output,
            **{
                "c:v": "mjpeg",
                "q:v": file.quality,
                "f": "image2",
                "update": 1,
                # Of an animated picture, the first.
                "frames:v": 1,
                "threads": 1,
                **anonymous(),
            },
        )
    )


def check_command(executable: str, files: Sequence[tuple[Path, str]]) -> list[str]:
    """Decode pictures (each with its demuxer) to nothing, in one process; any error ends it."""
    outputs = [
        ff.input(input_url(path), f=demuxer, **reading(path), err_detect="explode", threads=1)[
            "v:0"
        ].output("pipe:", f="null", fps_mode="passthrough")
        for path, demuxer in files
    ]
    return compile_command(executable, ff.merge_outputs(*outputs), "-xerror")
