"""How a clip is cut out of what is read of its source. Pure, like `command`."""

from __future__ import annotations

from typing import Any

from vidmill_worker.ffmpeg.arguments import seconds
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.clip_plan import ClipPlan
from vidmill_worker.ffmpeg.frame_drop import source_frame
from vidmill_worker.ffmpeg.plan import EncodePlan


def cut(pictures: Any, plan: EncodePlan, clip: ClipPlan, chunk: Chunk) -> Any:
    """Pictures of the chunk, without those before and after the clip."""
    bounds: dict[str, int] = {}
    if clip.skipped_frames:
        bounds["start_frame"] = clip.skipped_frames
    if clip.ends_early and chunk.is_last:
        # Not by frames:v: where times are uneven, FFmpeg ends rungs at different frames.
        first = source_frame(chunk.first_frame, plan.source_frame_rate, plan.frame_rate)
        bounds["end_frame"] = clip.skipped_frames + plan.source_frames - first
    return pictures.filter("trim", **bounds) if bounds else pictures


def sound_seek(plan: EncodePlan) -> dict[str, Any]:
    """Options of an input that is read for its sound, with copyts."""
    if plan.clip is None or plan.clip.sound_seek_seconds is None:
        return {}
    return {
        "ss": seconds(plan.clip.sound_seek_seconds),
        "seek_timestamp": 1,
        # The filter cuts, to the sample. FFmpeg's own cut is wrong together with copyts: it takes
        # the place for one counted from the earliest stream.
        "noaccurate_seek": None,
    }


def sound_end(plan: EncodePlan, sample_rate: int) -> str:
    """The end of a filter chain, for sound whose first sample is that of the clip."""
    if plan.clip is None:
        return ""
    count = round(plan.duration_seconds * sample_rate)
    # As long as the picture, to the sample; silence where the source has no sound.
    return f",apad=whole_len={count},atrim=end_sample={count}"
