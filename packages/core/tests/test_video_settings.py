"""What presets may say about pictures: errors name the field and what it takes."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from vidmill import ladder
from vidmill.codecs import RULES
from vidmill.presets import BUILT_IN, Preset, Rung, VideoSettings

CAP = {"max_bitrate_bps": 2_000_000, "buffer_bits": 4_000_000}


def settings(**changes: object) -> VideoSettings:
    quality = {"short_side": 360, "crf": 30, **CAP}
    return VideoSettings.model_validate({"rungs": [quality]} | changes)


def aim(**rung: object) -> dict[str, object]:
    return {"rungs": [{"short_side": 360, **CAP, **rung}]}


@pytest.mark.parametrize("codec", RULES)
def test_each_codec_takes_its_own_values(codec: str) -> None:
    rules = RULES[codec]  # pyright: ignore[reportArgumentType]  # a key of the table itself
    for encoder_preset in rules.encoder_presets:
        made = settings(codec=codec, encoder_preset=encoder_preset)
        assert made.encoder_preset == encoder_preset
    assert rules.default_preset in rules.encoder_presets
    for crf in (rules.crf_min, rules.crf_max):
        assert settings(codec=codec, **aim(crf=crf)).rungs[0].crf == crf


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"codec": "theora"}, "'h264', 'hevc', 'av1' or 'vp9'"),
        ({"encoder_preset": "8"}, "encoder_preset is '8'; h264 takes one of ultrafast, .*veryslow"),
        ({"codec": "av1", "encoder_preset": "slow"}, "encoder_preset .* av1 takes one of 2, 3"),
        ({"codec": "vp9", "encoder_preset": "6"}, "vp9 takes one of 0, 1, 2, 3, 4, 5 "),
        ({"codec": "hevc", "profile": "high"}, "profile is for h264 only"),
        ({"hdr": "keep"}, r"hdr is 'keep'; h264 takes 'tone_map' only \(hevc, av1, vp9 take both"),
        (aim(crf=52), "rungs.0.crf: 52 is not a number from 1 to 51, the range of h264"),
        ({"codec": "av1", **aim(crf=30.5)}, "rungs.0.crf: 30.5 is not a whole number from 1 to 63"),
        ({"codec": "vp9", **aim(crf=64)}, "rungs.0.crf: 64 is not a whole number from 0 to 63"),
        ({"two_pass": True}, "two_pass needs bitrate_bps in every rung, and rungs.0 has crf"),
        (aim(), "either crf or bitrate_bps"),
        (aim(crf=23, bitrate_bps=1000), "either crf or bitrate_bps"),
        (aim(bitrate_bps=2_000_001), "at most max_bitrate_bps .2000000. is allowed"),
        (aim(bitrate_bps=0), "greater than 0"),
        (aim(bitrate_bps=1000, target_vmaf=93), "target_vmaf needs a crf to begin with"),
        (
            {"codec": "av1", **aim(crf=30, target_vmaf=93)},
            "rungs.0.target_vmaf is for h264, hevc without hdr: keep",
        ),
        (
            {"codec": "hevc", "hdr": "keep", **aim(crf=30, target_vmaf=93)},
            "rungs.0.target_vmaf is for h264, hevc without hdr: keep",
        ),
        ({"codec": "av1", **aim(crf=30, short_side=90)}, "short_side is 90; av1 takes 128 or more"),
        ({"max_fps": 0}, "max_fps\n.*greater than or equal to 1"),
        ({"gop_seconds": 11}, "gop_seconds\n.*less than or equal to 10"),
    ],
)
def test_what_an_encoder_would_refuse_is_refused_here(
    changes: dict[str, object], what: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        settings(**changes)
    message = str(refused.value)
    assert refused.match(what), message


def test_two_passes_go_with_an_average_bit_rate() -> None:
    assert settings(two_pass=True, **aim(bitrate_bps=1_000_000)).two_pass


def test_a_rung_between_two_gets_an_average_below_its_cap() -> None:
    rungs = [
        Rung(short_side=side, bitrate_bps=rate, max_bitrate_bps=2 * rate, buffer_bits=4 * rate)
        for side, rate in ((360, 500_000), (720, 2_000_000))
    ]
    preset = Preset(name="x", video=VideoSettings(rungs=tuple(rungs)))
    own, below = ladder.select(preset, 854, 480)
    assert own.name == "480p"
    assert below.rung.bitrate_bps == 500_000
    assert own.rung.bitrate_bps is not None
    assert 500_000 < own.rung.bitrate_bps < 2_000_000
    assert own.rung.max_bitrate_bps == pytest.approx(2 * own.rung.bitrate_bps, rel=0.01)


def test_settings_survive_json() -> None:
    for preset in BUILT_IN.values():
        assert Preset.model_validate(preset.model_dump(mode="json")) == preset
