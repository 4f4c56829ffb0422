"""The command line that makes what speech is recognised in. Pure, like `command`."""

from __future__ import annotations

from pathlib import Path

from vidmill_worker.ffmpeg.arguments import compile_command, ff
from vidmill_worker.ffmpeg.derive import LIST_OPTIONS, list_url

SAMPLE_RATE = 16_000
"""What Whisper was trained on."""


def speech_command(executable: str, segments: Path, output: str) -> list[str]:
    """Decode a list of finished sound segments to 16 bit mono, as WAV."""
    sound = ff.input(list_url(segments), **LIST_OPTIONS, threads=1)["a:0"]
    options = {"ar": SAMPLE_RATE, "ac": 1, "c:a": "pcm_s16le", "f": "wav"}
    return compile_command(executable, sound.output(output, **options))
