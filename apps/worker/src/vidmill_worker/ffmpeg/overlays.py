"""The filters that lay pictures and text over those of a job. Pure, like `command`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vidmill_worker.ffmpeg.arguments import compile_command, ff
from vidmill_worker.ffmpeg.burn_in import FONTS, SCRIPT
from vidmill_worker.ffmpeg.overlay_plan import WatermarkPlan

WATERMARK = "watermark.png"
"""In the directory that FFmpeg is started in."""


def lay_watermark(pictures: Any, plan: WatermarkPlan, tick: str) -> Any:
    """The pictures with the watermark on each; `tick` is their time base."""
    mark = (
        ff.input(f"file:{WATERMARK}", f="png_pipe", protocol_whitelist="file")["0"]
        # One picture, whatever follows in the file; the overlay repeats it.
        .filter("trim", end_frame=1)
        # Scaled with colours weighted by alpha, or those of invisible pixels would show at edges.
        .filter("format", pix_fmts="gbrap")
        .filter("premultiply", inplace=1)
        .filter("scale", plan.width, plan.height, flags="bicubic")
        .filter("unpremultiply", inplace=1)
        .filter("colorchannelmixer", aa=f"{plan.opacity:g}")
        .filter("scale", out_color_matrix=plan.untagged_matrix or "bt709", out_range="tv")
        .filter("format", pix_fmts="yuva420p")
        # The overlay would otherwise choose a time base that fits both, in which ticks round.
        .filter("settb", tick)
    )
    if plan.untagged_matrix is not None:
        # As untagged as the video: FFmpeg would convert it to BT.601.
        mark = mark.filter("setparams", colorspace="unknown")
    return ff.filter([pictures, mark], "overlay", plan.x, plan.y, format="yuv420")


def draw_text(pictures: Any, first_frame: int) -> Any:
    """The pictures with what the script shows; `first_frame` is the number of the first of them,
    where they have one, as times in the script count from the start of the whole."""
    drawing = {"filename": SCRIPT, "fontsdir": FONTS}
    if not first_frame:
        return pictures.filter("ass", **drawing)
    return (
        pictures.filter("setpts", f"PTS+{first_frame}")
        .filter("ass", **drawing)
        .filter("setpts", f"PTS-{first_frame}")
    )


def specimen_command(executable: str, name: str) -> list[str]:
    """Draw one picture of a script in the directory that FFmpeg is started in."""
    picture = ff.input("color=black:s=1280x720:r=1:d=1", f="lavfi").filter(
        "ass", filename=name, fontsdir=FONTS
    )
    return compile_command(executable, picture.output("pipe:", **{"f": "null", "frames:v": 1}))


def check_picture_command(executable: str, path: Path) -> list[str]:
    """Decode a PNG once and end at the first error."""
    picture = ff.input(
        f"file:{path.absolute()}",
        f="png_pipe",
        protocol_whitelist="file",
        err_detect="explode",
        threads=1,
    )
    output = picture["v:0"].output("pipe:", **{"f": "null", "frames:v": 1})
    return compile_command(executable, output, "-xerror")
