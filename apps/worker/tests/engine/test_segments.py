"""Segments are told once they can be used."""

from __future__ import annotations

from pathlib import Path

from vidmill.presets import WEB
from vidmill_worker.engine import encode_audio
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.probe import probe
from vidmill_worker.results import Segment
from vidmill_worker.segments import SegmentWatch

from . import whole_job
from .conftest import MakeClip


async def test_segments_wait_for_the_init_segment_they_need(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    tone = ["-f", "lavfi", "-i", "sine=440:r=48000:d=5", "-f", "lavfi", "-i"]
    clip = make_clip("tone_5s.mp4", *tone, "color=s=64x36:r=25:d=5", "-c:a", "aac")
    plan = make_plan(await probe(clip, whole_job.ANY), WEB)
    await encode_audio(ffmpeg, clip, plan, tmp_path)
    told: list[int] = []

    async def on_segment(_: str, segment: Segment) -> None:
        told.append(segment.number)

    watch = SegmentWatch(tmp_path, ["audio"], 0, on_segment)
    # Of several rungs FFmpeg numbers the init segments; each gets its name a moment later.
    init = tmp_path / "audio" / "init.mp4"
    init.rename(tmp_path / "audio" / "init_0.mp4")
    await watch.poll()
    assert (told, watch.begun, watch.complete) == ([], (), 0)
    (tmp_path / "audio" / "init_0.mp4").rename(init)
    await watch.poll()
    assert told == [0, 1]
    assert watch.track("audio").init_size_bytes == init.stat().st_size
