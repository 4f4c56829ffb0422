"""HLS, DASH and their rules, on tracks made up by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from vidmill.presets import WEB
from vidmill_worker import layout, metadata
from vidmill_worker.engine.manifests import manifest_texts
from vidmill_worker.engine.thumbnails import best_track, positions
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.packaging import dash_rules, hls, hls_rules, rates
from vidmill_worker.results import (
    AudioResult,
    ChunksDiffer,
    Mp4Result,
    OutputFile,
    Segment,
    Thumbnail,
    ThumbnailsResult,
    Track,
    join_tracks,
)
from vidmill_worker.verify import VerificationFailed

from .described import source


def track(name: str = "720p", sizes: tuple[int, ...] = (500_000, 400_000, 100_000)) -> Track:
    """Segments of 4 s at 25 frames a second; the last one lasts 2 s."""
    segments = tuple(
        Segment(
            number=n,
            decode_time=n * 51_200,
            start_time=1024 + n * 51_200,
            duration_ticks=51_200 if n < len(sizes) - 1 else 25_600,
            samples=100 if n < len(sizes) - 1 else 50,
            size_bytes=size,
        )
        for n, size in enumerate(sizes)
    )
    return Track(
        name=name,
        codecs="avc1.64001F",
        timescale=12_800,
        init_size_bytes=800,
        init_sha256="00",
        segments=segments,
        width=1280,
        height=720,
    )


def sound() -> AudioResult:
    lengths = (188 * 1024, 187 * 1024, 95 * 1024)
    starts = [3840 - 1024 + sum(lengths[:n]) for n in range(3)]
    segments = tuple(
        Segment(
            number=n,
            decode_time=start,
            start_time=start,
            duration_ticks=length,
            samples=length // 1024,
            size_bytes=64_000,
        )
        for n, (start, length) in enumerate(zip(starts, lengths, strict=True))
    )
    return AudioResult(
        track=Track(
            name="audio",
            codecs="mp4a.40.2",
            timescale=48_000,
            init_size_bytes=700,
            init_sha256="11",
            segments=segments,
        ),
        channels=2,
        sample_rate=48_000,
        bitrate_bps=128_000,
        mp3_name="audio/audio.mp3",
        mp3_size_bytes=240_000,
        cpu_seconds=0.5,
        wall_seconds=0.5,
    )


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
    variants = [hls.variant(track(), sound().track, Fraction(30_000, 1001))]
    assert hls.master_playlist(variants, hls.audio_rendition(sound(), "deu")) == (
        "#EXTM3U\n"
        "#EXT-X-VERSION:7\n"
        "#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",LANGUAGE="de",NAME="deu",DEFAULT=YES,'
        'AUTOSELECT=YES,CHANNELS="2",URI="audio/playlist.m3u8"\n'
        "#EXT-X-STREAM-INF:BANDWIDTH=1252632,AVERAGE-BANDWIDTH=953192,"
        'CODECS="avc1.64001F,mp4a.40.2",RESOLUTION=1280x720,FRAME-RATE=29.970,AUDIO="audio",'
        "CLOSED-CAPTIONS=NONE\n"
        "720p/playlist.m3u8\n"
    )


def test_a_rung_still_being_made_states_its_cap_and_no_average() -> None:
    planned = hls.Variant("720p", 1280, 720, "avc1.64001F", Fraction(25), 4_500_000, None)
    text = hls.master_playlist([planned], None)
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
    texts = manifest_texts(plan, [track("720p"), track("360p", (300, 200, 100))], sound())
    assert list(texts) == [
        "720p/playlist.m3u8",
        "360p/playlist.m3u8",
        "audio/playlist.m3u8",
        "manifest.mpd",
        "master.m3u8",
    ]
    assert list(manifest_texts(plan, [track()], None, with_dash=False))[-1] == "master.m3u8"
    assert list(manifest_texts(plan, [track()], None, with_hls=False)) == ["manifest.mpd"]
    mpd = texts["manifest.mpd"]
    assert 'mediaPresentationDuration="PT10.006S"' in mpd
    assert '<S t="1024" d="51200" r="1" />' in mpd
    assert 'presentationTimeOffset="3840"' in mpd
    assert 'startNumber="0"' in mpd


def test_all_playlists_share_one_target_duration() -> None:
    # Segments of 4.6 s round to 5, the sound's of 4 s to 4.
    long = track(sizes=(500_000, 400_000))
    stretched = long.model_copy(update={"timescale": 11_130})
    plan = make_plan(source(), WEB)
    texts = manifest_texts(plan, [stretched], sound(), with_dash=False)
    assert "TARGETDURATION:5" in texts["audio/playlist.m3u8"]
    assert "TARGETDURATION:5" in texts["720p/playlist.m3u8"]


def test_a_package_that_breaks_a_rule_is_not_published() -> None:
    plan = make_plan(source(), WEB)
    late = track()
    moved = [s.model_copy(update={"start_time": s.start_time + 12_800}) for s in late.segments]
    with pytest.raises(VerificationFailed, match="off the period"):
        manifest_texts(plan, [late.model_copy(update={"segments": tuple(moved)})], None)


GOOD = hls.media_playlist(track())
FILES = {f"v/{name}" for name in ("init.mp4", *(layout.segment_name(n) for n in range(3)))}
MASTER = (
    "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n"
    '#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS="avc1",RESOLUTION=2x2,FRAME-RATE=25\nv/p.m3u8\n'
)


def check(media: str = GOOD, master: str = MASTER) -> list[str]:
    return hls_rules.violations("m.m3u8", {"m.m3u8": master, "v/p.m3u8": media}, FILES)


def test_good_playlists_break_no_rule() -> None:
    assert check() == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("#EXTM3U\n", "", "4.3.1.1"),
        ("#EXT-X-VERSION:7", "#EXT-X-VERSION:3", "needs version 6"),
        ("#EXT-X-VERSION:7", "#EXT-X-VERSION:7\n#EXT-X-VERSION:7", "4.3.1.2"),
        ("#EXT-X-TARGETDURATION:4\n", "", "4.3.3.1"),
        ("#EXT-X-TARGETDURATION:4", "#EXT-X-TARGETDURATION:3", "longer than the target"),
        ("#EXTINF:2.000000,", "#EXTINF:0,", "4.3.2.1"),
        ("#EXTINF:2.000000,\n", "", "3 segments"),
        ("segment_002.m4s\n", "", "no segment behind"),
        ("segment_002", "segment_003", "not there"),
        ("segment_002", "segment_001", "twice"),
        ("segment_002.m4s", "/segment_002.m4s", "relative"),
        ("segment_002.m4s", "http://x/segment_002.m4s", "relative"),
        ('#EXT-X-MAP:URI="init.mp4"\n', "", "3.3"),
        ('URI="init.mp4"', 'URI="../init.mp4"', "relative"),
        ("#EXT-X-ENDLIST\n", "", "6.2.1"),
        ("TYPE:VOD", "TYPE:LIVE", "4.3.3.5"),
        ("#EXT-X-ENDLIST\n", "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-ENDLIST\n", "4.3.3.2"),
        ("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-STREAM-INF:BANDWIDTH=1", "4.1"),
        ("#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-MEDIA-SEQUENCE:0\t", "control character"),
    ],
)
def test_each_rule_of_media_playlists_can_be_broken(old: str, new: str, rule: str) -> None:
    assert old in GOOD
    assert any(rule in found for found in check(media=GOOD.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("BANDWIDTH=9", "AVERAGE-BANDWIDTH=9", "BANDWIDTH is missing"),
        ("BANDWIDTH=9", "BANDWIDTH=9,AVERAGE-BANDWIDTH=10", "above"),
        ('CODECS="avc1",', "", "CODECS"),
        ("RESOLUTION=2x2,", "", "RESOLUTION"),
        (",FRAME-RATE=25", "", "FRAME-RATE"),
        (",FRAME-RATE=25", ',FRAME-RATE=25,AUDIO="a"', "no audio group"),
        ("v/p.m3u8", "v/q.m3u8", "not there"),
        ("\nv/p.m3u8", "", "without a playlist"),
        ("#EXT-X-INDEPENDENT-SEGMENTS\n", "", "INDEPENDENT"),
        ("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-TARGETDURATION:4", "4.1"),
        ("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MEDIA:TYPE=AUDIO", "without NAME"),
    ],
)
def test_each_rule_of_master_playlists_can_be_broken(old: str, new: str, rule: str) -> None:
    assert old in MASTER
    assert any(rule in found for found in check(master=MASTER.replace(old, new)))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ('type="static"', 'type="dynamic"', "static"),
        ('minBufferTime="PT4.000S"', "", "@minBufferTime"),
        ("PT10.006S", "PT99S", "5.3.1.2"),
        ('mimeType="video/mp4" ', "", "mimeType"),
        ('segmentAlignment="true" ', "", "segmentAlignment"),
        ('startWithSAP="1" ', "", "startWithSAP"),
        ('bandwidth="1000000" ', "", "without @bandwidth"),
        ('id="audio"', 'id="720p"', "not unique"),
        ('<S t="1024"', "<S", "5.3.9.6"),
        ('<S t="1024"', '<S t="51200"', "off the period"),
        ('d="25600"', 'd="0"', "without length"),
        ('r="1"', 'r="2"', "not there"),
        ("segment_$Number%03d$", "segment_$Number%05d$", "not there"),
        ("$RepresentationID$/init.mp4", "init.mp4", "not there"),
    ],
)
def test_each_rule_of_manifests_can_be_broken(old: str, new: str, rule: str) -> None:
    plan = make_plan(source(), WEB)
    good = manifest_texts(plan, [track()], sound(), with_hls=False)["manifest.mpd"]
    names = ["init.mp4", *(layout.segment_name(n) for n in range(3))]
    files = {f"{folder}/{name}" for folder in ("720p", "audio") for name in names}
    assert dash_rules.violations(good, files) == []
    assert old in good
    broken = dash_rules.violations(good.replace(old, new), files)
    assert any(rule in found for found in broken), broken


def test_chunks_join_only_if_they_fit() -> None:
    whole = track()
    parts = [
        whole.model_copy(update={"segments": whole.segments[:1]}),
        whole.model_copy(update={"segments": whole.segments[1:]}),
    ]
    assert join_tracks(parts) == whole
    with pytest.raises(ChunksDiffer, match="init segments"):
        join_tracks([parts[0], parts[1].model_copy(update={"init_sha256": "ff"})])
    with pytest.raises(ChunksDiffer, match="segment 0 is missing"):
        join_tracks(parts[1:])
    with pytest.raises(ChunksDiffer, match="segment 1 is missing"):
        join_tracks([parts[0], parts[0]])
    late = parts[1].segments[0].model_copy(update={"decode_time": 51_201})
    gap = parts[1].model_copy(update={"segments": (late, parts[1].segments[1])})
    with pytest.raises(ChunksDiffer, match="does not follow"):
        join_tracks([parts[0], gap])


def test_stills_come_from_the_first_to_the_last_frame() -> None:
    places = positions(track(), (0, 25, 50, 75, 100))
    assert [((p.time - 1024) / 12_800, p.segment.number) for p in places] == [
        (0, 0),
        (2.5, 0),
        (5, 1),
        (7.5, 1),
        (10, 2),
    ]


def test_stills_come_from_the_best_track_that_need_not_shrink() -> None:
    wide = track("1080p").model_copy(update={"width": 1920, "height": 1080})
    assert best_track([wide, track("720p")]).name == "720p"
    assert best_track([wide]).name == "1080p"


def test_metadata() -> None:
    job = metadata.JobFacts(
        job_id="j",
        prefix="processed/j",
        filename="a.mp4",
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        completed_at=datetime(2026, 1, 2, 3, 4, 15, tzinfo=UTC),
        user_metadata={"title": "A"},
    )
    made = metadata.Made(
        tracks=[track()],
        audio=sound(),
        mp4s=Mp4Result(
            files={"720p": OutputFile(name="720p/video_720p.mp4", size_bytes=1_200_000)},
            cpu_seconds=0,
            wall_seconds=0,
        ),
        thumbnails=ThumbnailsResult(
            thumbnails=(
                Thumbnail(
                    percent=50,
                    seconds=4005.2,
                    file=OutputFile(name="thumbnails/thumb_50.jpg", size_bytes=7),
                    width=1280,
                    height=720,
                ),
            ),
            cpu_seconds=0,
            wall_seconds=0,
        ),
        video_seconds=3.5,
        segment_seconds=4,
    )
    document = metadata.build(job, source(), made)
    assert document["processing_time_seconds"] == 10
    assert document["created_at"] == "2026-01-02T03:04:05Z"
    assert document["user_metadata"] == {"title": "A"}
    assert document["source"]["resolution"] == "1920x1080"
    assert document["source"]["audio_sample_rate"] == 48_000
    assert document["outputs"]["720p"] == {
        "size_bytes": 1_200_000,
        "resolution": "1280x720",
        "bitrate": 800_000,
        "frames": 250,
        "processing_time_seconds": 3.5,
        "segments": {
            "count": 3,
            "duration_seconds": 4,
            "total_size_bytes": 1_000_800,
            "playlist_path": "processed/j/720p/playlist.m3u8",
        },
        "path": "processed/j/720p/video_720p.mp4",
    }
    assert document["outputs"]["audio"]["path"] == "processed/j/audio/audio.mp3"
    still = document["outputs"]["thumbnails"]["auto_generated"][0]
    assert still["timestamp"] == "01:06:45"
    assert document["compression_ratio"] == {"720p": 5.0, "total_saved_percent": 76.0}
