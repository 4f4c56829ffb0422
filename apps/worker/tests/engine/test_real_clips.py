"""The real clips: sizes, exact frame counts, sound where there was sound.

Collected where the clips are (see conftest): required if VIDMILL_MEDIA names their folder.
"""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.presets import WEB
from vidmill_worker.ffmpeg.run import FFmpeg

from . import media, whole_job
from .conftest import MEDIA, in_media

pytestmark = pytest.mark.files

# The fastest encoder preset with B-frames: what is tested here does not depend on it.
FAST = WEB.model_copy(
    update={"video": WEB.video.model_copy(update={"encoder_preset": "superfast"})}
)


@pytest.mark.parametrize(
    ("name", "rate", "frames", "sizes", "has_sound"),
    [
        ("bbb_720p_5s.mp4", "25", 132, ["1280x720", "854x480", "640x360"], True),
        ("car_432p_30s.mp4", "25/2", 377, ["768x432", "640x360"], True),
        ("bottle_360p_40s_noaudio.mp4", "179/6", 1189, ["640x360"], False),
        in_media(
            "hd_1080p_422_10bit_10s.mp4",
            "25",
            250,
            ["1920x1080", "1280x720", "854x480", "640x360"],
            True,
        ),
    ],
)
async def test_clip(
    name: str,
    rate: str,
    frames: int,
    sizes: list[str],
    has_sound: bool,
    ffmpeg: FFmpeg,
    tmp_path: Path,
) -> None:
    job = await whole_job.make(ffmpeg, MEDIA / name, tmp_path / "job", FAST)
    assert job.source.video.frame_rate == Fraction(rate)
    assert [f"{track.width}x{track.height}" for track in job.tracks] == sizes
    assert {track.samples for track in job.tracks} == {frames}
    assert {track.duration_seconds for track in job.tracks} == {frames / Fraction(rate)}
    assert (job.audio is not None) == has_sound
    smallest = job.mp4(job.tracks[-1].name)
    expected = {"video": 0.0} | ({"audio": 0.0} if has_sound else {})
    assert media.starts(smallest) == expected
    assert len(media.frame_times(smallest)) == frames
