"""A source's own text through the whole engine: every cue in time with the picture."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.edits import Clip
from vidmill.presets import WEB
from vidmill.sources import SubtitleStream
from vidmill_worker.engine import make_subtitles
from vidmill_worker.engine.subtitles import cues_of
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging.hls_rules import attributes
from vidmill_worker.probe import probe
from vidmill_worker.subtitles.reader import TextPacket, TextPackets

from . import media, whole_job
from .conftest import MakeClip
from .described import source
from .whole_job import SMALL

SRT = """1
00:00:01,000 --> 00:00:01,100
Flash <i>one</i>

2
00:00:02,000 --> 00:00:02,100
Two --> <script>alert(1)</script>

3
00:00:05,000 --> 00:00:05,100
five
"""


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("text") / "text.srt"
    path.write_text(SRT)
    return path


def with_text(make_clip: MakeClip, flashes: Path, written: Path, name: str, codec: str) -> Path:
    """The flashes, each with its text; picture and text begin three seconds late."""
    late = ("-itsoffset", "3")
    return make_clip(
        name,
        *(*late, "-i", flashes, *late, "-i", written),
        *("-map", "0", "-map", "1", "-map", "1", "-c", "copy", "-c:s", codec),
        *("-metadata:s:s:0", "language=ger", "-disposition:s:0", "default"),
        *("-metadata:s:s:1", "language=eng", "-metadata:s:s:1", "title=SDH"),
        *("-disposition:s:1", "hearing_impaired+forced"),
    )


def cues(path: Path) -> list[tuple[float, str]]:
    """(seconds from the first picture on, text) of each cue."""
    found = re.findall(r"(\d\d):(\d\d):(\d\d\.\d{3}) --> .*\n(.*)\n", path.read_text())
    return [(int(h) * 3600 + int(m) * 60 + float(s), text) for h, m, s, text in found]


@pytest.mark.parametrize(
    ("name", "codec"),
    [("a.mkv", "srt"), ("b.mkv", "ass"), ("c.mkv", "webvtt"), ("d.mp4", "mov_text")],
)
async def test_text_comes_with_the_picture(
    name: str, codec: str, flashes: Path, written: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = with_text(make_clip, flashes, written, name, codec)
    plan = make_plan(await probe(clip, whole_job.ANY), SMALL)
    result = await make_subtitles(clip, plan, tmp_path, timeout_seconds=60)
    assert (result.notes, result.problem) == ((), None)
    assert [(t.name, t.label, t.cues) for t in result.tracks] == [
        ("subtitles/de", "Deutsch", 3),
        ("subtitles/en", "English (SDH)", 3),
    ]
    for track in result.tracks:
        found = cues(tmp_path / f"{track.name}.vtt")
        assert [time for time, _ in found] == [1.0, 2.0, 5.0]
        assert found[0][1] == "Flash <i>one</i>"
        assert "--&gt;" in found[1][1]
        assert "<script" not in found[1][1]


async def test_players_are_told_of_text_and_when_to_show_it(
    ffmpeg: FFmpeg, flashes: Path, written: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = with_text(make_clip, flashes, written, "a.mkv", "srt")
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL)
    assert job.plan.start_seconds > 2.9
    master = (job.folder / "master.m3u8").read_text()
    lines = [attributes(line) for line in re.findall("#EXT-X-MEDIA:TYPE=SUBTITLES.*", master)]
    wanted = ("LANGUAGE", "NAME", "DEFAULT", "AUTOSELECT", "FORCED", "URI")
    assert [tuple(line.get(key) for key in wanted) for line in lines] == [
        ("de", "Deutsch", "YES", "YES", "NO", "subtitles/de.m3u8"),
        ("en", "English (SDH)", "NO", "YES", "YES", "subtitles/en.m3u8"),
    ]
    assert "transcribes-spoken-dialog" in lines[1]["CHARACTERISTICS"]
    assert master.count('SUBTITLES="subtitles"') == 2
    assert "\nde.vtt\n" in (job.folder / "subtitles/de.m3u8").read_text()
    manifest = (job.folder / "manifest.mpd").read_text()
    assert 'contentType="text" mimeType="text/vtt" lang="de"' in manifest
    assert "<BaseURL>subtitles/en.vtt</BaseURL>" in manifest
    assert 'value="forced-subtitle"' in manifest
    # On the clock of the segments: what the map adds brings each cue to its flash.
    text = (job.folder / "subtitles/de.vtt").read_text()
    [ticks] = re.findall(r"LOCAL:00:00:00\.000,MPEGTS:(\d+)", text)
    shown = media.flash_times(job.folder / "360p/playlist.m3u8")
    for time, _ in cues(job.folder / "subtitles/de.vtt"):
        assert any(abs(time + int(ticks) / 90_000 - flash) < 0.001 for flash in shown)
    # And on that of the MP4s and of DASH, which is that of the cues.
    assert {1.0, 2.0, 5.0} <= {round(flash, 3) for flash in media.flash_times(job.mp4("360p"))}


async def test_the_text_of_a_clip_is_that_of_its_pictures(
    flashes: Path, written: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = with_text(make_clip, flashes, written, "a.mkv", "srt")
    part = Clip(start_seconds=1.05, end_seconds=3)
    plan = make_plan(await probe(clip, whole_job.ANY, clip=part), SMALL)
    await make_subtitles(clip, plan, tmp_path, timeout_seconds=60)
    found = cues(tmp_path / "subtitles/de.vtt")
    # Frames of a thirtieth: the clip starts with the one at 1.067 s, within the first cue.
    assert [round(time, 3) for time, _ in found] == [0, 0.933]


async def test_text_that_cannot_be_read_is_left_out_and_fails_nothing(
    flashes: Path, written: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = with_text(make_clip, flashes, written, "a.mkv", "srt")
    plan = make_plan(await probe(clip, whole_job.ANY), SMALL)
    broken = tmp_path / "broken.mkv"
    broken.write_bytes(clip.read_bytes()[:300])
    result = await make_subtitles(broken, plan, tmp_path, timeout_seconds=60)
    assert result.tracks == ()
    assert len(result.notes) == 2
    assert result.notes[0].startswith("The subtitles Deutsch are left out: ")
    result = await make_subtitles(clip, plan, tmp_path, timeout_seconds=0.01)
    assert result.problem == "The file could not be read within 0.01 s."
    assert len(result.notes) == 2


def stream(
    index: int, codec: str, language: str | None = "eng", *dispositions: str
) -> SubtitleStream:
    return SubtitleStream(
        index=index, codec=codec, language=language, title=None, dispositions=dispositions
    )


def test_pictures_and_unknown_kinds_are_left_out_and_the_job_says_so() -> None:
    streams = (
        stream(2, "hdmv_pgs_subtitle", "fra"),
        stream(3, "subrip"),
        stream(4, "eia_608", None),
        stream(5, "mov_text"),
        stream(6, "ass", None, "default", "forced"),
    )
    plan = make_plan(source(subtitles=streams), WEB)
    assert [(t.name, t.stream_index) for t in plan.subtitles] == [
        ("subtitles/en", 3),
        ("subtitles/en_2", 5),
        ("subtitles/und", 6),
    ]
    assert not any(track.is_default for track in plan.subtitles), "forced text is no default"
    assert plan.notes == (
        "Subtitles left out because they are pictures: Français (hdmv_pgs_subtitle).",
        "Subtitles left out because their kind is not known: und (eia_608).",
    )
    off = WEB.model_copy(update={"subtitles": False})
    assert make_plan(source(subtitles=streams), off).subtitles == ()
    many = tuple(stream(index, "subrip") for index in range(2, 40))
    plan = make_plan(source(subtitles=many), WEB)
    assert len(plan.subtitles) == 32
    assert plan.notes == ("Subtitles left out because there are more than 32: 6.",)


def packet(at: float, seconds: float | None, text: str) -> TextPacket:
    length = None if seconds is None else round(seconds * 1e6)
    return TextPacket(stream=2, at_us=round(at * 1e6), for_us=length, data=text.encode())


def test_text_without_a_length_lasts_until_the_next_or_four_seconds() -> None:
    changes = {"subtitles": (stream(2, "subrip"),), "start_seconds": Fraction(1, 2)}
    plan = make_plan(source(**changes), WEB)
    packets = [packet(9, None, "c"), packet(0, 0.4, "early"), packet(0.2, None, "a")]
    packets += [packet(1, None, "b"), packet(0.4, 1, "cut")]
    found = cues_of(plan, plan.subtitles[0], TextPackets(packets))
    assert [(cue.start_ms, cue.end_ms, cue.payload) for cue in found] == [
        (0, 900, "cut"),
        (500, 4500, "b"),
        (8500, 12_500, "c"),
    ]
