"""One kind of source, made by FFmpeg: what it is, and how it must be cut.

Each picture carries its own number, as sixteen blocks over its top, in a strip of 24 pixels: the
nth, from the left, is white where bit n is set.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

WIDTH, HEIGHT, STRIP = 320, 180, 24
BITS = 16


@dataclass(frozen=True)
class Variant:
    """One source. Its file's name ends as its container does."""

    name: str
    options: str
    """Of FFmpeg, for its output: encoders and containers."""
    rate: str = "25"
    sound: str = "sine=frequency=440:sample_rate=48000"
    """Graph of the sound; empty for none."""
    size: tuple[int, int] = (WIDTH, HEIGHT)
    filters: str = ""
    """After the pictures, before they are encoded."""
    number: str = "N"
    """What the strip shows, in terms of N, the frame's number."""
    whole_because: str = ""
    """Encoded in one piece by design, for which the plan gives a reason with these words."""
    turned: int = 0
    """Degrees by which a player turns it clockwise."""
    cut: str = ""
    """Seconds from which on it is copied, within a GOP."""

    @property
    def strip(self) -> Fraction:
        """Part of the height that numbers take, before the picture is turned."""
        return Fraction(STRIP, self.size[1])

    @property
    def is_whole(self) -> bool:
        return bool(self.whole_because)


def make(variant: Variant, executable: str, folder: Path, seconds: int) -> Path:
    """Write the source."""
    ffmpeg = [executable, "-v", "error", "-nostdin", "-y"]
    is_copied = bool(variant.turned or variant.cut)
    path = folder / (f"first_{variant.name}" if is_copied else variant.name)
    sound = (
        ["-f", "lavfi", "-i", f"{variant.sound},atrim=duration={seconds}"] if variant.sound else []
    )
    graph = ["-filter_complex", _pictures(variant, seconds), "-map", "[v]"]
    mapped = ["-map", "0:a"] if variant.sound else []
    options = ["-threads", "1", *variant.options.split()]
    subprocess.run([*ffmpeg, *sound, *graph, *mapped, *options, path], check=True)
    if not is_copied:
        return path
    turn = ["-display_rotation", str(-variant.turned)] if variant.turned else []
    cut = ["-ss", variant.cut] if variant.cut else []
    copied = folder / variant.name
    subprocess.run([*ffmpeg, *turn, *cut, "-i", path, "-c", "copy", copied], check=True)
    return copied


def _pictures(variant: Variant, seconds: int) -> str:
    width, height = variant.size
    timing = f"r={variant.rate}:d={seconds}"
    # One pixel a block, enlarged: drawing the blocks themselves costs a hundred times more.
    strip = (
        f"nullsrc=s={BITS}x2:{timing},format=gray,"
        f"geq=lum='if(mod(floor(({variant.number})/pow(2,X)),2),235,16)',"
        f"scale={width}:{STRIP}:flags=neighbor,format=yuv444p"
    )
    # Grain, as cameras have it: encoders then have something to leave out.
    rest = f"testsrc2=s={width}x{height - STRIP}:{timing},noise=alls=8:allf=t,format=yuv444p"
    after = f",{variant.filters}" if variant.filters else ""
    return f"{strip}[a];{rest}[b];[a][b]vstack{after}[v]"
