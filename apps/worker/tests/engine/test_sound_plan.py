"""Which sound is kept, and what it is called; on sources made up by hand."""

from __future__ import annotations

from typing import Any

import pytest

from vidmill import languages
from vidmill.presets import WEB
from vidmill.sound import AudioSettings
from vidmill.sources import AudioStream
from vidmill_worker.ffmpeg.audio_plan import AudioPlan, plan_audio
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.track_names import Named, labels, plain

from .described import source


def stream(index: int = 1, **changes: Any) -> AudioStream:
    return source().audio[0].model_copy(update={"index": index, **changes})


def planned(*streams: AudioStream, settings: AudioSettings | None = None) -> AudioPlan:
    plan, _ = plan_audio(streams, settings or AudioSettings())
    assert plan is not None
    return plan


SURROUND = AudioSettings(codec="opus", channels=6, bitrate_bps=384_000)


def wide(channels: int) -> AudioStream:
    return stream(channels=channels, sample_rate=44_100)


def test_opus_knows_one_rate_and_a_share_of_the_bits_goes_to_each_channel() -> None:
    [surround, stereo] = planned(wide(6), wide(2), settings=SURROUND).tracks
    assert (surround.sample_rate, surround.bitrate_bps) == (48_000, 384_000)
    assert (stereo.sample_rate, stereo.bitrate_bps) == (48_000, 128_000)


def test_sound_follows_the_source_up_to_the_preset() -> None:
    tracks = planned(
        stream(1),
        stream(2, channels=1, sample_rate=44_100),
        stream(3, channels=6, sample_rate=96_000),
    ).tracks
    assert [(t.channels, t.bitrate_bps, t.sample_rate) for t in tracks] == [
        (2, 128_000, 48_000),
        (1, 64_000, 44_100),
        (2, 128_000, 48_000),
    ]
    assert [t.channels for t in planned(*map(wide, range(1, 9)), settings=SURROUND).tracks] == [
        *(1, 2, 2, 2, 6, 6, 6, 6),
    ]
    assert [t.name for t in tracks] == ["audio", "audio_2", "audio_3"]
    assert [t.stream_index for t in tracks] == [1, 2, 3]
    assert make_plan(source(audio=()), WEB).audio is None


def test_what_the_source_itself_would_play_comes_first() -> None:
    tracks = planned(stream(1), stream(2, dispositions=("default",)), stream(3)).tracks
    assert [t.stream_index for t in tracks] == [2, 1, 3]


def test_more_sound_than_a_preset_takes_is_left_out_and_the_job_says_so() -> None:
    many = tuple(stream(index) for index in range(1, 19))
    plan = make_plan(source(audio=many), WEB)
    assert plan.audio is not None
    assert len(plan.audio.tracks) == 16
    assert plan.notes == (
        "The source has 18 sound tracks; the first 16 are kept, as many as the preset takes.",
    )
    assert make_plan(source(audio=many[:16]), WEB).notes == ()


def test_tracks_are_named_by_language_and_title_and_never_alike() -> None:
    named = [
        Named("ger", None),
        Named("deu", None),
        Named("eng", "Director's commentary"),
        Named("eng", "English 5.1"),
        Named(None, "Music only"),
        Named(None, None),
        Named("gsw", None),
    ]
    assert labels(named, "Audio") == [
        "Deutsch",
        "Deutsch 2",
        "English (Director's commentary)",
        "English 5.1",
        "Music only",
        "Audio",
        "gsw",
    ]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ('a "quoted"\r\n#EXT-X-ENDLIST', "a quoted #EXT-X-ENDLIST"),
        ("\x1b[31mred\u202e", "[31mred"),
        (" \n ", None),
        (None, None),
        ("x" * 500, "x" * 60),
    ],
)
def test_titles_of_strangers_are_one_plain_line(title: str | None, shown: str | None) -> None:
    assert plain(title) == shown


def test_languages_are_stated_as_each_format_wants_them() -> None:
    assert [languages.tag(code) for code in ("deu", "ger", "de", "zh-Hans", "gsw", "eng")] == [
        *("de", "de", "de", "zh-Hans", "gsw", "en"),
    ]
    assert [languages.code(tag) for tag in ("de", "ger", "fre", "gsw")] == [
        *("deu", "deu", "fra", "gsw"),
    ]
    assert languages.name("jpn") == "日本語"
