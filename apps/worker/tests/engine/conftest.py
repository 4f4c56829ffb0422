"""Clips made by FFmpeg on the spot: small, and each with the trait a test needs."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from vidmill_worker.ffmpeg.run import FFmpeg

MakeClip = Callable[..., Path]

MEDIA = Path(os.environ.get("VIDMILL_MEDIA") or Path(__file__).parents[5] / "shared" / "media")
"""Real clips are not in the repository. Named by VIDMILL_MEDIA they must be there; without it,
their tests run where the folder is and are not collected where it is not."""

collect_ignore = [] if MEDIA.is_dir() or "VIDMILL_MEDIA" in os.environ else ["test_real_clips.py"]


def in_media(*values: object) -> Any:
    """A case of a test that only `make test-media` tries, for others like it are always tried."""
    return pytest.param(*values, marks=pytest.mark.media)


EXECUTABLE = imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(scope="session")
def ffmpeg() -> FFmpeg:
    return FFmpeg(EXECUTABLE)


@pytest.fixture(scope="session")
def make_clip(tmp_path_factory: pytest.TempPathFactory) -> MakeClip:
    """`make_clip("name.mp4", "-f", "lavfi", "-i", "…", …)`: made once a session."""
    folder = tmp_path_factory.mktemp("clips")

    def make(name: str, *arguments: str | Path) -> Path:
        # Two tests may use one name for different clips, and run in one process or in two.
        path = folder / sha256(repr(arguments).encode()).hexdigest()[:16] / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            command = [EXECUTABLE, "-v", "error", "-nostdin", "-y", *map(str, arguments), str(path)]
            subprocess.run(command, check=True)
        return path

    return make


@pytest.fixture(scope="session")
def counted(make_clip: MakeClip) -> Callable[[str, str, float], Path]:
    """A clip whose picture brightness is the frame's number, with a tone: shows lost frames."""

    def make(name: str, rate: str, seconds: float, *options: str) -> Path:
        return make_clip(
            name,
            *("-f", "lavfi", "-i", f"nullsrc=s=32x18:r={rate}:d={seconds}"),
            *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:d={seconds}"),
            # 16 + n mod 200, in luma: two neighbours always differ, also after encoding.
            *("-vf", "format=yuv420p,geq=lum='16+mod(N*7,200)':cb=128:cr=128,scale=640:360"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-g", "48", "-c:a", "aac"),
            *options,
        )

    return make


@pytest.fixture(scope="session")
def flashes(make_clip: MakeClip) -> Path:
    """Six seconds of 640x360 at 30 frames a second: a white flash and a beep at every second."""
    return make_clip(
        "flashes.mp4",
        "-f",
        "lavfi",
        "-i",
        "color=black:s=640x360:r=30:d=6,drawbox=c=white:t=fill:enable='lt(mod(t,1),0.1)'",
        "-f",
        "lavfi",
        "-i",
        "sine=f=1000:r=48000:d=6,volume='if(lt(mod(t,1),0.1),1,0)':eval=frame",
        *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac", "-shortest"),
    )
