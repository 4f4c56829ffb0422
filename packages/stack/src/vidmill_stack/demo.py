"""`make demo`: a sample video through the public API, with the `vidmill` command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import imageio_ffmpeg

from vidmill_stack.locations import CHECKOUT, Home

SAMPLE_SECONDS = 10
#: Moving shapes with the frame's time and number burnt in, so that a wrong frame can be seen.
PICTURE = f"testsrc2=size=1920x1080:rate=30:duration={SAMPLE_SECONDS}"
#: A chord that swells twice a second, with another octave on the right: a missing channel or a
#: gap can be heard.
SOUND = (
    "aevalsrc='0.2*(sin(2*PI*220*t)+sin(2*PI*277.2*t))*(0.6+0.4*sin(4*PI*t))"
    "|0.2*(sin(2*PI*440*t)+sin(2*PI*659.3*t))*(0.6+0.4*cos(4*PI*t))'"
    f":sample_rate=48000:duration={SAMPLE_SECONDS}"
)


class DemoFailed(Exception):
    """The sample video could not be made or transcoded."""


def sample_video(home: Home) -> Path:
    """The sample: 10 s of 1080p with stereo sound; made once. Raises `DemoFailed`."""
    path = home.folder / "sample.mp4"
    if path.exists():
        return path
    part = path.with_name("sample.part.mp4")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", "-nostdin"]
    command += ["-f", "lavfi", "-i", PICTURE, "-f", "lavfi", "-i", SOUND]
    # Fast, and small enough to be uploaded in a moment.
    command += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p"]
    command += ["-c:a", "aac", "-b:a", "128k", "-movflags", "+faststart", str(part)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise DemoFailed(f"FFmpeg could not make the sample video:\n{result.stderr}")
    part.replace(path)
    return path


def chosen_video(path: Path) -> Path:
    """The person's own video, by a path from the checkout on. Raises `DemoFailed` if there is none,
    to be told before a whole stack is started for it."""
    if not (video := CHECKOUT / path).is_file():
        raise DemoFailed(f"There is no file {video}.")
    return video


def run_demo(home: Home, services: dict[str, str], video: Path | None) -> None:
    """Upload a video, follow its job to the end and print what became of it. `services` is the
    environment of the stack's services.

    Raises `DemoFailed` where the job did not complete.
    """
    file = video or sample_video(home)
    sys.stdout.write(f"\nUploading {file.name} and transcoding it:\n")
    sys.stdout.flush()
    command = [str(Path(sys.executable).with_name("vidmill")), "upload", str(file), "--watch"]
    environment = {
        **os.environ,
        "VIDMILL_URL": services["API_PUBLIC_URL"],
        "VIDMILL_API_KEY": services["ADMIN_API_KEY"],
    }
    if subprocess.run(command, env=environment, check=False).returncode != 0:
        raise DemoFailed(
            "The job did not complete; why is said above. The programs' logs: make logs"
        )
