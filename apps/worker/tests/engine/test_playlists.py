"""HLS and DASH, on tracks made up by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from vidmill.presets import WEB
from vidmill_worker.engine.manifests import growing_manifests, manifest_texts
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.packaging import hls, rates
from vidmill_worker.verify import VerificationFailed

from .described import sound, source, track


def test_a_finished_media_playlist() -> None:
    assert hls.media_playlist(track()) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-TARGETDURATION:4\n"
        "#EXT-X-MEDIA-SEQUENCE:0\n"
        "#EXT-X-PLAYLIST-TYPE:VOD\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MAP:URI="init.mp4"\n'
        "#EXTINF:4.000000,\nsegment_000.m4s\n"
        "#EXTINF:4.000000,\nsegment_001.m4s\n"
        "#EXTINF:2.000000,\nsegment_002.m4s\n"
        "#EXT-X-ENDLIST\n"
    )


def test_a_growing_playlist_has_no_end_and_a_fixed_target() -> None:
    text = hls.media_playlist(track(), "EVENT", target_seconds=5)
    assert "#EXT-X-PLAYLIST-TYPE:EVENT\n" in text
    assert "#EXT-X-TARGETDURATION:5\n" in text
    assert "ENDLIST" not in text
    with pytest.raises(ValueError, match="longer than 3 s"):
        hls.media_playlist(track(), "EVENT", target_seconds=3)


def test_a_master_playlist() -> None:
    tracks = sound().tracks
    variants = [hls.variant(track(), tracks, Fraction(30_000, 1001))]
    stream = source().audio[0].model_copy(update={"language": "ger"})
    plan = make_plan(source(audio=(stream,)), WEB)
    assert hls.master_playlist(variants, hls.audio_renditions(plan, tracks)) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",LANGUAGE="de",NAME="Deutsch",DEFAULT=YES,'
        'AUTOSELECT=YES,CHANNELS="2",URI="audio/playlist.m3u8"\n'
        "#EXT-X-STREAM-INF:BANDWIDTH=1252632,AVERAGE-BANDWIDTH=953192,"
        'CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio",'
        "CLOSED-CAPTIONS=NONE\n"
        "720p/playlist.m3u8\n"
    )


def test_a_rung_still_being_made_states_its_cap_and_no_average() -> None:
    planned = hls.Variant("720p", 1280, 720, "avc1.64001F", Fraction(25), 4_500_000, None)
    text = hls.master_playlist([planned])
    assert "BANDWIDTH=4500000,CODECS" in text
    assert "AUDIO=" not in text


def test_peak_bit_rate_is_over_half_to_one_and_a_half_targets() -> None:
    # 500,000 bytes in 4 s are 1 Mbit/s; the last 2 s at 100,000 bytes are 0.4 Mbit/s.
    assert rates.peak_bps(track()) == 1_000_000
    # A short tail counts from half a target duration on: 300,000 bytes in 2 s.
    assert rates.peak_bps(track(sizes=(400_000, 300_000))) == 1_200_000
    assert rates.average_bps(track()) == 800_000
    assert rates.peak_bps(track(sizes=(300_000,))) == 1_200_000


def test_whole_packages_break_no_rule_and_name_the_master_last() -> None:
    plan = make_plan(source(width=1280, height=720), WEB)
    texts = manifest_texts(plan, [track("720p"), track("360p", (300, 200, 100))], sound().tracks)
    assert list(texts) == [
        "720p/playlist.m3u8",
        "360p/playlist.m3u8",
        "audio/playlist.m3u8",
        "manifest.mpd",
        "master.m3u8",
    ]
    assert list(manifest_texts(plan, [track()], (), with_dash=False))[-1] == "master.m3u8"
    assert list(manifest_texts(plan, [track()], (), with_hls=False)) == ["manifest.mpd"]
    mpd = texts["manifest.mpd"]
    assert 'mediaPresentationDuration="PT10.006S"' in mpd
    assert '<S t="1024" d="51200" r="1" />' in mpd
    assert 'presentationTimeOffset="3840"' in mpd
    assert 'startNumber="0"' in mpd


def test_growing_playlists_break_no_rule_and_their_master_stays() -> None:
    plan = make_plan(source(width=1280, height=720), WEB)
    long = [track("720p"), track("360p")]
    short = [part.model_copy(update={"segments": part.segments[:1]}) for part in long]
    first = growing_manifests(plan, short, sound().tracks)
    later = growing_manifests(plan, long, sound().tracks)
    assert first["master.m3u8"] == later["master.m3u8"]
    assert list(first)[-1] == "master.m3u8"
    for name, text in first.items():
        if name != "master.m3u8":
            assert later[name].startswith(text)
            assert "#EXT-X-START:TIME-OFFSET=0\n" in text
            assert "#EXT-X-TARGETDURATION:4\n" in text
            assert "ENDLIST" not in text
    # 4.5 Mbit/s, 9 Mbit of buffer in 4 s, and one and a half times the sound's 128 kbit/s.
    assert "BANDWIDTH=6942000,CODECS" in first["master.m3u8"]


def test_a_growing_playlist_keeps_the_planned_target_duration() -> None:
    stretched = track(sizes=(500_000, 400_000)).model_copy(update={"timescale": 11_130})
    plan = make_plan(source(), WEB)
    with pytest.raises(VerificationFailed, match="longer than 4 s"):
        growing_manifests(plan, [stretched], ())


def test_all_playlists_share_one_target_duration() -> None:
    # Segments of 4.6 s round to 5, the sound's of 4 s to 4.
    long = track(sizes=(500_000, 400_000))
    stretched = long.model_copy(update={"timescale": 11_130})
    plan = make_plan(source(), WEB)
    texts = manifest_texts(plan, [stretched], sound().tracks, with_dash=False)
    assert "TARGETDURATION:5" in texts["audio/playlist.m3u8"]
    assert "TARGETDURATION:5" in texts["720p/playlist.m3u8"]


def test_a_package_that_breaks_a_rule_is_not_published() -> None:
    plan = make_plan(source(), WEB)
    late = track()
    moved = [s.model_copy(update={"start_time": s.start_time + 12_800}) for s in late.segments]
    with pytest.raises(VerificationFailed, match="off the period"):
        manifest_texts(plan, [late.model_copy(update={"segments": tuple(moved)})], ())
