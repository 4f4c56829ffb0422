"""Rungs fitted to sources: sizes people expect, never larger than what was sent."""

from __future__ import annotations

from itertools import pairwise

import pytest
from pydantic import ValidationError

from vidmill import ladder, presets
from vidmill.presets import BUILT_IN, MOBILE, WEB, Preset, VideoSettings


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ((1920, 1080), ["1920x1080", "1280x720", "854x480", "640x360"]),
        ((3840, 2160), ["1920x1080", "1280x720", "854x480", "640x360"]),
        ((1280, 720), ["1280x720", "854x480", "640x360"]),
        # Between rungs: its own size on top.
        ((768, 432), ["768x432", "640x360"]),
        ((1600, 900), ["1600x900", "1280x720", "854x480", "640x360"]),
        # Within 10 % above a rung: not twice the same picture.
        ((704, 396), ["640x360"]),
        ((1920, 1088), ["1906x1080", "1270x720", "848x480", "636x360"]),
        # Portrait: the short side names it.
        ((1080, 1920), ["1080x1920", "720x1280", "480x854", "360x640"]),
        # Four to three, cinema, square.
        ((640, 480), ["640x480", "480x360"]),
        ((1920, 800), ["1920x800", "1728x720", "1152x480", "864x360"]),
        ((500, 500), ["480x480", "360x360"]),
        # Odd sizes become even, downwards.
        ((1279, 721), ["1278x720", "852x480", "638x360"]),
        # Below the ladder: one rung of its own size.
        ((320, 240), ["320x240"]),
        ((321, 241), ["320x240"]),
    ],
)
def test_web_fits(source: tuple[int, int], expected: list[str]) -> None:
    rungs = ladder.select(WEB, *source)
    assert [f"{rung.width}x{rung.height}" for rung in rungs] == expected


@pytest.mark.parametrize("width", range(360, 2000, 77))
@pytest.mark.parametrize("height", range(360, 1300, 91))
def test_never_upscaled_odd_or_doubled(width: int, height: int) -> None:
    rungs = ladder.select(WEB, width, height)
    sides = [min(rung.width, rung.height) for rung in rungs]
    assert all(rung.width <= width and rung.height <= height for rung in rungs)
    assert all(rung.width % 2 == rung.height % 2 == 0 for rung in rungs)
    assert sides == sorted(set(sides), reverse=True)
    assert all(upper > lower * 1.1 for upper, lower in pairwise(sides))
    assert [rung.name for rung in rungs] == [f"{side}p" for side in sides]
    for rung in rungs:  # the shape is kept to within a pixel of rounding
        rounding = 1.05 * (1 / rung.width + 1 / rung.height)
        assert abs(rung.width / rung.height / (width / height) - 1) < rounding


def test_mobile_stops_at_720p() -> None:
    assert [rung.name for rung in ladder.select(MOBILE, 1920, 1080)] == ["720p", "360p"]


def test_a_rung_between_two_gets_a_bit_rate_between_theirs() -> None:
    own, below = ladder.select(WEB, 768, 432)
    assert below.rung.max_bitrate_bps < own.rung.max_bitrate_bps < 2_200_000


def test_presets_survive_json() -> None:
    for name, preset in BUILT_IN.items():
        assert preset.name == name
        assert Preset.model_validate_json(preset.model_dump_json()) == preset


def test_a_preset_that_makes_no_sense_is_refused() -> None:
    video = VideoSettings(rungs=presets.rungs(360))
    with pytest.raises(ValidationError, match="whole number"):
        Preset(name="x", video=video, segment_seconds=5)
    with pytest.raises(ValidationError, match="ascend"):
        VideoSettings(rungs=(presets.rungs(720)[0], presets.rungs(360)[0]))
    with pytest.raises(ValidationError, match="once"):
        Preset(name="x", video=video, previews=("gif", "gif"))
    with pytest.raises(ValidationError, match="each position once"):
        Preset(name="x", video=video, thumbnail_percents=(0, 0))
    with pytest.raises(ValidationError, match="equal to 100"):
        Preset(name="x", video=video, thumbnail_percents=(101,))
    with pytest.raises(ValidationError, match="pattern"):
        Preset(name="../x", video=video)
