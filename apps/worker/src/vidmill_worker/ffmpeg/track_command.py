"""The command line that reads a source's own subtitles. Pure, like `command`."""

from __future__ import annotations

from vidmill_worker.ffmpeg.arguments import Source, compile_command, ff, input_url
from vidmill_worker.ffmpeg.command import source_options
from vidmill_worker.ffmpeg.plan import EncodePlan


def track_command(
    executable: str, source: Source, plan: EncodePlan, track: int, name: str
) -> list[str]:
    """Write a track of text as SubRip, with the times of the source's own clock."""
    track_input = ff.input(input_url(source), **source_options(source, plan, 0), copyts=None)
    output = track_input[f"s:{track}"].output(name, **{"c:s": "srt", "f": "srt"})
    return compile_command(executable, output)
