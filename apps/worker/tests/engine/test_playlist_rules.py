"""The rules that playlists and manifests are held against: each can be broken."""

from __future__ import annotations

import pytest

from vidmill.presets import WEB
from vidmill_worker import layout
from vidmill_worker.engine.manifests import manifest_texts
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.packaging import dash_rules, hls, hls_rules

from .described import sound, source, track

GOOD = hls.media_playlist(track())
FILES = {f"v/{name}" for name in ("init.mp4", *(layout.segment_name(n) for n in range(3)))}
MASTER = (
    "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n"
    '#EXT-X-STREAM-INF:BANDWIDTH=9,CODECS="avc1.64001F",RESOLUTION=2x2,FRAME-RATE=25\nv/p.m3u8\n'
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
        ('CODECS="avc1.64001F",', "", "CODECS should"),
        ("avc1.64001F", "avc1", "RFC 6381"),
        (",FRAME-RATE=25", ",FRAME-RATE=25,VIDEO-RANGE=HDR", "VIDEO-RANGE"),
        ("RESOLUTION=2x2,", "", "RESOLUTION"),
        (",FRAME-RATE=25", "", "FRAME-RATE"),
        (",FRAME-RATE=25", ',FRAME-RATE=25,AUDIO="a"', "no audio group"),
        ("v/p.m3u8", "v/q.m3u8", "not there"),
        ("\nv/p.m3u8", "", "without a playlist"),
        ("#EXT-X-INDEPENDENT-SEGMENTS\n", "", "INDEPENDENT"),
        ("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-TARGETDURATION:4", "4.1"),
        ("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MEDIA:TYPE=AUDIO", "without NAME"),
        ("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MEDIA:TYPE=AUDIO", "without LANGUAGE"),
        ("#EXT-X-INDEPENDENT-SEGMENTS", "#EXT-X-MEDIA:DEFAULT=YES\n" * 2, "more than one default"),
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
        ('value="main"', 'value="alternate"', "main one"),
        ("segment_$Number%03d$", "segment_$Number%05d$", "not there"),
        ("$RepresentationID$/init.mp4", "init.mp4", "not there"),
    ],
)
def test_each_rule_of_manifests_can_be_broken(old: str, new: str, rule: str) -> None:
    plan = make_plan(source(), WEB)
    good = manifest_texts(plan, [track()], sound().tracks, with_hls=False)["manifest.mpd"]
    names = ["init.mp4", *(layout.segment_name(n) for n in range(3))]
    files = {f"{folder}/{name}" for folder in ("720p", "audio") for name in names}
    assert dash_rules.violations(good, files) == []
    assert old in good
    broken = dash_rules.violations(good.replace(old, new), files)
    assert any(rule in found for found in broken), broken
