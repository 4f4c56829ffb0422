"""A whole package against the rules of HLS, one test a rule, by what is in the files.

"Apple" is Apple's HLS authoring specification for Apple devices, "bis" is
draft-pantos-hls-rfc8216bis. Nothing here uses the packager's own modules: playlists are read by
these few lines, media by PyAV.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import pytest

from vidmill.presets import WEB, VideoSettings, rungs
from vidmill_worker.ffmpeg.run import FFmpeg

from . import whole_job
from .conftest import MakeClip
from .packaged import Package, Playlist, Variant, pieces, time

SECONDS = 9
SUBRIP = "1\n00:00:01,000 --> 00:00:02,500\n{}\n\n2\n00:00:07,000 --> 00:00:08,000\n{}\n"


@pytest.fixture(scope="module")
def package(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path_factory: pytest.TempPathFactory
) -> Package:
    """A job of three chunks, two rungs, two languages of sound and of text."""
    folder = tmp_path_factory.mktemp("package")
    texts: list[str | Path] = []
    for language in ("en", "de"):
        path = folder / f"{language}.srt"
        path.write_text(SUBRIP.format(language, language))
        texts += ["-i", path]
    clip = make_clip(
        "languages.mkv",
        *("-f", "lavfi", "-i", f"testsrc2=s=640x360:r=30000/1001:d={SECONDS}"),
        *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:d={SECONDS}"),
        *("-f", "lavfi", "-i", f"sine=frequency=880:sample_rate=44100:d={SECONDS}"),
        *texts,
        *("-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map", "4"),
        *("-metadata:s:a:0", "language=eng", "-metadata:s:s:0", "language=eng"),
        # The second sound says nothing of its language.
        *("-metadata:s:s:1", "language=ger"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac", "-c:s", "srt"),
    )
    settings = VideoSettings(encoder_preset="veryfast", rungs=rungs(240, 360))
    preset = WEB.model_copy(
        update={"video": settings, "thumbnail_percents": (), "storyboard": False, "previews": ()}
    )
    job = asyncio.run(whole_job.make(ffmpeg, clip, folder / "job", preset, chunks=3))
    assert len(job.plan.chunks) == 3
    master = Playlist.read(job.folder / "master.m3u8")
    names = [line for line in master.lines if line and not line.startswith("#")]
    streams = master.attributes("#EXT-X-STREAM-INF")
    renditions = master.attributes("#EXT-X-MEDIA")

    def of(kind: str) -> list[Variant]:
        chosen = [found for found in renditions if found["TYPE"] == kind]
        return [Variant(each, Playlist.read(job.folder / each["URI"])) for each in chosen]

    variants = [
        Variant(attributes, Playlist.read(job.folder / name))
        for attributes, name in zip(streams, names, strict=True)
    ]
    return Package(master, variants, of("AUDIO"), of("SUBTITLES"))


def test_apple_1_13_key_pictures_come_every_two_seconds(package: Package) -> None:
    for variant in package.variants:
        keys = [
            time(packet.pts, packet)
            for piece in pieces(variant.playlist)
            for packet in piece.packets
            if packet.is_keyframe
        ]
        steps = {after - before for before, after in pairwise(keys)}
        assert max(steps) <= Fraction(1001, 30_000) * 60


def test_apple_1_26_and_9_14_average_bandwidth_is_what_the_files_have(package: Package) -> None:
    """AVERAGE-BANDWIDTH within a tenth of the measured; bis 4.4.6.2: of variant and renditions."""
    sound = max(entry.playlist.rates()[1] for entry in package.audio)
    for variant in package.variants:
        stated = int(variant.attributes["AVERAGE-BANDWIDTH"])
        measured = variant.playlist.rates()[1] + sound
        assert measured <= stated <= measured * Fraction(11, 10)


def test_apple_1_27_and_9_13_bandwidth_is_the_peak_of_the_files(package: Package) -> None:
    """BANDWIDTH: the largest sum of peak segment bit rates of any playable combination."""
    sound = max(entry.playlist.rates()[0] for entry in package.audio)
    for variant in package.variants:
        stated = int(variant.attributes["BANDWIDTH"])
        measured = variant.playlist.rates()[0] + sound
        assert measured <= stated <= measured * Fraction(11, 10)


def test_apple_1_3_and_1_10_h264_is_avc1_in_high_profile_up_to_level_5_2(package: Package) -> None:
    for variant in package.variants:
        for piece in pieces(variant.playlist):
            # ISO/IEC 14496-15, 5.3.3.1: version, profile, compatibility, level.
            assert piece.sample_entry == "avc1"
            assert piece.extradata[:2] == bytes([1, 100])
            assert piece.extradata[3] <= 52


def test_apple_2_3_and_2_17_sound_is_stereo_or_mono_aac_alone_in_its_segments(
    package: Package,
) -> None:
    for entry in package.audio:
        assert int(entry.attributes["CHANNELS"]) <= 2
        for piece in pieces(entry.playlist):
            assert piece.kinds == "a"
            # ISO/IEC 14496-3, 1.6.2.1: object type 2 is AAC-LC.
            assert (piece.codec, piece.extradata[0] >> 3) == ("aac", 2)


def test_apple_5_3_subtitles_say_where_they_are_on_the_clock(package: Package) -> None:
    """X-TIMESTAMP-MAP (bis 3.1.4) names the time of the first picture, which is their zero."""
    first = next(pieces(package.variants[0].playlist)).first
    for entry in package.text:
        [(path, _)] = entry.playlist.segments
        text = path.read_text(encoding="utf-8").splitlines()
        assert text[0] == "WEBVTT"
        found = re.fullmatch(r"X-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:(\d+)", text[1])
        assert found is not None
        assert abs(Fraction(int(found[1]), 90_000) - first) <= Fraction(1, 90_000)


def test_apple_5_5_subtitles_last_as_long_as_the_rest(package: Package) -> None:
    longest = max(playlist.seconds for playlist in package.media)
    for entry in package.text:
        assert abs(entry.playlist.seconds - longest) < Fraction(1, 1000)


def test_apple_7_1_and_7_3_segments_follow_each_other_without_a_gap(package: Package) -> None:
    """Also over the joins of chunks: decode time and duration are those of the segment before."""
    for playlist in package.media:
        for before, after in pairwise(list(pieces(playlist))):
            last, first = before.packets[-1], after.packets[0]
            assert time(last.dts, last) + time(last.duration, last) == time(first.dts, first)
            assert before.end == after.first


def test_apple_7_4_video_segments_start_with_an_idr_picture(package: Package) -> None:
    for variant in package.variants:
        for piece in pieces(variant.playlist):
            first = piece.packets[0]
            assert first.is_keyframe
            kinds = list(_nal_types(bytes(first)))
            assert [kind for kind in kinds if kind <= 5] == [5] * sum(k <= 5 for k in kinds)


def _nal_types(data: bytes) -> Iterator[int]:
    """nal_unit_type of each unit behind its length (ITU-T H.264, 7.3.1; 5 is a slice of an IDR)."""
    place = 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 4])
        yield data[place + 4] & 31
        place += 4 + length


def test_apple_7_7_segments_keep_to_the_target_duration(package: Package) -> None:
    """And bis 4.4.3.1: rounded to whole seconds they are no longer."""
    for playlist in (*package.media, *(entry.playlist for entry in package.text)):
        for _, seconds in playlist.segments:
            assert int(seconds + Fraction(1, 2)) <= playlist.target


def test_apple_8_1_durations_of_any_run_are_right_to_the_frame(package: Package) -> None:
    frame = Fraction(1001, 30_000)
    for playlist in package.media:
        stated = Fraction(0)
        found = list(pieces(playlist))
        for (_, seconds), piece in zip(playlist.segments, found, strict=True):
            stated += seconds
            assert abs(stated - (piece.end - found[0].first)) < min(frame, Fraction(1, 1000))


def test_apple_8_2_sound_and_picture_share_a_target_duration(package: Package) -> None:
    assert len({playlist.target for playlist in package.media}) == 1


def test_apple_8_3_and_8_7_all_cover_the_same_time(package: Package) -> None:
    """Rungs exactly; sound to a packet and its priming, which have lengths of their own."""
    lengths = [variant.playlist.seconds for variant in package.variants]
    assert len(set(lengths)) == 1
    for entry in package.audio:
        assert abs(entry.playlist.seconds - lengths[0]) < Fraction(2 * 1024, 44_100)


def test_apple_8_6_finished_playlists_are_vod_and_end(package: Package) -> None:
    for playlist in (*package.media, *(entry.playlist for entry in package.text)):
        assert playlist.value("#EXT-X-PLAYLIST-TYPE") == "VOD"
        assert playlist.lines[-1] == "#EXT-X-ENDLIST"


def test_apple_8_10_every_rendition_has_a_language(package: Package) -> None:
    """And bis 4.4.6.1: it is an RFC 5646 tag; `und` says that nobody knows."""
    assert [entry.attributes["LANGUAGE"] for entry in package.audio] == ["en", "und"]
    assert [entry.attributes["LANGUAGE"] for entry in package.text] == ["en", "de"]


def test_apple_8_13_and_8_15_there_are_no_discontinuities(package: Package) -> None:
    """Chunks continue each other: one encoder's settings, one clock."""
    for playlist in package.media:
        assert not [line for line in playlist.lines if "DISCONTINUITY" in line]


def test_apple_8_20_fragmented_mp4_has_one_map_that_holds_no_media(package: Package) -> None:
    for playlist in package.media:
        assert b"moof" not in playlist.init
        assert b"moov" in playlist.init


def test_apple_8_22_rungs_are_cut_at_the_same_pictures(package: Package) -> None:
    """Bis 6.2.4: matching content has matching timestamps."""
    cuts = [
        [(piece.first, piece.frames) for piece in pieces(variant.playlist)]
        for variant in package.variants
    ]
    assert cuts[0] == cuts[1]


def test_apple_9_1_codecs_are_those_in_the_files(package: Package) -> None:
    """RFC 6381, 3.3: `avc1.` and three bytes of the configuration, `mp4a.40.` and object type."""
    for variant in package.variants:
        video = next(pieces(variant.playlist))
        names = {f"avc1.{video.extradata[1:4].hex().upper()}"}
        names |= {
            f"mp4a.40.{next(pieces(entry.playlist)).extradata[0] >> 3}" for entry in package.audio
        }
        assert set(variant.attributes["CODECS"].split(",")) == names


def test_apple_9_2_resolution_is_that_of_the_pictures(package: Package) -> None:
    for variant in package.variants:
        width, height = next(pieces(variant.playlist)).size
        assert variant.attributes["RESOLUTION"] == f"{width}x{height}"


def test_apple_9_7_other_languages_are_streams_of_their_own(package: Package) -> None:
    """Bis 4.4.6.1.1: in one group, told apart by NAME, with one default that may be chosen."""
    for entries, kind in ((package.audio, "AUDIO"), (package.text, "SUBTITLES")):
        assert len({entry.attributes["NAME"] for entry in entries}) == len(entries) == 2
        [group] = {entry.attributes["GROUP-ID"] for entry in entries}
        assert {variant.attributes[kind] for variant in package.variants} == {group}
    defaults = [entry for entry in package.audio if entry.attributes["DEFAULT"] == "YES"]
    assert [entry.attributes["AUTOSELECT"] for entry in defaults] == ["YES"]


def test_apple_9_9_there_is_more_than_one_bit_rate(package: Package) -> None:
    rates = [int(variant.attributes["BANDWIDTH"]) for variant in package.variants]
    assert len(set(rates)) == len(rates) == 2


def test_apple_9_11_every_segment_decodes_alone(package: Package) -> None:
    """EXT-X-INDEPENDENT-SEGMENTS (bis 4.4.2.1) is stated, and true."""
    assert "#EXT-X-INDEPENDENT-SEGMENTS" in package.master.lines
    for variant in package.variants:
        for piece in pieces(variant.playlist):
            assert piece.frames == len(piece.packets)


def test_apple_9_15_frame_rate_is_that_of_the_pictures(package: Package) -> None:
    """Bis 4.4.6.2: rounded to three decimals."""
    for variant in package.variants:
        durations = {
            time(packet.duration, packet)
            for piece in pieces(variant.playlist)
            for packet in piece.packets
        }
        [step] = durations
        assert variant.attributes["FRAME-RATE"] == f"{float(1 / step):.3f}"


def test_bis_4_4_1_2_the_version_allows_what_is_used(package: Package) -> None:
    """Bis 8: EXT-X-MAP outside of I-frame playlists needs 6; version 13 is the newest there is."""
    for playlist in (package.master, *package.media):
        assert 6 <= int(playlist.value("#EXT-X-VERSION")) <= 13


def test_bis_4_1_names_are_relative_and_there(package: Package) -> None:
    for playlist in (*package.media, *(entry.playlist for entry in package.text)):
        for path, _ in playlist.segments:
            assert path.parent == playlist.path.parent
            assert path.stat().st_size > 0
