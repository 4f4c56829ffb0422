"""The command line that makes what encoders are tried on."""

from __future__ import annotations

from vidmill_worker.ffmpeg.arguments import compile_command, ff

FRAME_RATE = 24


def trial_command(executable: str, output: str) -> list[str]:
    """A second of a moving test picture, 640x360, as MP4 in the directory FFmpeg is started in."""
    picture = ff.input(f"testsrc2=size=640x360:rate={FRAME_RATE}:duration=1", f="lavfi")
    options = {"c:v": "libx264", "preset": "ultrafast", "pix_fmt": "yuv420p"}
    return compile_command(executable, picture.output(output, **options))
