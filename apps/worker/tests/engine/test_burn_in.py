"""Burnt-in subtitles by content: text in exactly the right frames, from every kind of file."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from vidmill.edits import Clip
from vidmill.errors import InvalidSource
from vidmill.sources import SourceInfo
from vidmill_worker.engine.burn_in import lay_out_fonts, read_track, write_script
from vidmill_worker.ffmpeg.burn_in import FONTS, script, shift
from vidmill_worker.ffmpeg.overlay_plan import BurnInPlan
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.probe import probe
from vidmill_worker.subtitle_file import Cue, NotSubtitles, read_cues

from . import whole_job
from .conftest import MakeClip
from .whole_job import ANY, SMALL, Overlay

RATE = Fraction(30_000, 1001)
# The first lies over a join of chunks (frame 30); the second begins exactly at one (frame 60).
SRT = """1
00:00:00,900 --> 00:00:01,200
<b>Hello</b> {\\an8}<font color="red">World</font>

2
00:00:02,002 --> 00:00:02,502
Grüße, Привет
"""


def lit(path: Path) -> list[bool]:
    """Which frames have anything bright in their lower half."""
    with av.open(str(path)) as file:
        found: list[bool] = []
        for frame in file.decode(video=0):
            plane = frame.planes[0]
            found.append(max(bytes(plane)[plane.line_size * frame.height // 2 :]) > 150)
        return found


def expected(cues: list[Cue], rate: Fraction, frames: int) -> list[bool]:
    return [any(cue.start <= n / rate < cue.end for cue in cues) for n in range(frames)]


@pytest.fixture(scope="module")
def black(make_clip: MakeClip) -> Path:
    return make_clip("black.mp4", "-f", "lavfi", "-i", "color=black:s=640x360:r=30000/1001:d=3")


async def overlay_of(
    ffmpeg: FFmpeg, source: Path, cues: list[Cue], folder: Path, clip: Clip | None = None
) -> tuple[Overlay, list[Cue]]:
    """What the plan task does, without storage."""
    found = await probe(source, ANY, clip=clip)
    plan = make_plan(found, SMALL)
    begin = plan.start_seconds - found.video.start_seconds
    cues = shift(cues, begin, plan.duration_seconds)
    path = await write_script(ffmpeg, cues, plan, folder)

    def change(_: SourceInfo, plan: EncodePlan) -> EncodePlan:
        return plan.model_copy(update={"burn_in": BurnInPlan(sha256="00")})

    return Overlay(change, [path, folder / FONTS]), cues


async def test_text_is_in_exactly_its_frames_over_joins(
    ffmpeg: FFmpeg, black: Path, tmp_path: Path
) -> None:
    overlay, cues = await overlay_of(ffmpeg, black, read_cues(SRT.encode()), tmp_path)
    job = await whole_job.make(ffmpeg, black, tmp_path / "job", SMALL, 3, overlay=overlay)
    assert [chunk.first_frame for chunk in job.plan.chunks] == [0, 30, 60]
    wanted = expected(cues, RATE, job.plan.frames)
    assert wanted[27:36] == [True] * 9
    assert wanted[59:61] == [False, True]
    assert lit(job.mp4("360p")) == wanted
    assert lit(job.mp4("240p")) == wanted


async def test_text_moves_with_a_clip(ffmpeg: FFmpeg, black: Path, tmp_path: Path) -> None:
    clip = Clip(start_seconds=1.1, end_seconds=2.9)
    overlay, cues = await overlay_of(ffmpeg, black, read_cues(SRT.encode()), tmp_path, clip)
    job = await whole_job.make(ffmpeg, black, tmp_path / "job", SMALL, 2, clip, overlay)
    assert len(job.chunks) == 2
    first = 33  # the first frame at 1.1 s or later
    whole = expected(read_cues(SRT.encode()), RATE, 90)
    assert lit(job.mp4("360p")) == whole[first : first + job.plan.frames]
    assert len(cues) == 2


async def test_a_high_picture_holds_long_lines(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    source = make_clip("high.mp4", "-f", "lavfi", "-i", "color=black:s=360x640:r=10:d=1")
    text = "Every word of this long sentence has to be seen, whatever the shape of the picture is."
    cues = [Cue(Fraction(0), Fraction(1), text)]
    overlay, _ = await overlay_of(ffmpeg, source, cues, tmp_path)
    job = await whole_job.make(ffmpeg, source, tmp_path / "job", SMALL, 1, overlay=overlay)
    with av.open(str(job.mp4("360p"))) as file:
        frame = next(file.decode(video=0))
    plane = frame.planes[0]
    data = bytes(plane)
    rows = [data[y * plane.line_size :][: frame.width] for y in range(frame.height)]
    bright = [(x, y) for y, row in enumerate(rows) for x, value in enumerate(row) if value > 150]
    assert min(x for x, _ in bright) >= 18
    assert max(x for x, _ in bright) <= 342
    assert 640 / 2 < min(y for _, y in bright) < max(y for _, y in bright) < 640 * 0.96


@pytest.mark.parametrize("name", ["tracks.mkv", "tracks.mp4"])
async def test_a_track_of_the_source(
    name: str, ffmpeg: FFmpeg, black: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    """The second of two; the MP4's clock does not begin at zero."""
    other = tmp_path / "other.srt"
    other.write_text("1\n00:00:00,000 --> 00:00:09,000\nAnother language\n")
    text = tmp_path / "text.srt"
    text.write_text(SRT)
    codec = "mov_text" if name.endswith("mp4") else "subrip"
    source = make_clip(
        name, "-i", black, "-i", other, "-i", text, "-map", "0", "-map", "1", "-map", "2",
        "-c:v", "copy", "-c:s", codec, "-output_ts_offset", "3" if codec == "mov_text" else "0",
    )  # fmt: skip
    clip = Clip(start_seconds=1.1)
    plan = make_plan(await probe(source, ANY, clip=clip), SMALL)
    cues = await read_track(ffmpeg, source, plan, 1, tmp_path)
    begin = 33 / RATE
    moved = shift(read_cues(SRT.encode()), begin, plan.duration_seconds)
    assert [cue.text for cue in cues] == ["\x02b\x03Hello\x02/b\x03 World", "Grüße, Привет"]
    for found, wanted in zip(cues, moved, strict=True):
        assert abs(found.start - wanted.start) < Fraction(2, 1000)
        assert abs(found.end - wanted.end) < Fraction(2, 1000)
    with pytest.raises(InvalidSource, match="no text in a subtitle track 2") as caught:
        await read_track(ffmpeg, source, plan, 2, tmp_path)
    assert caught.value.source_code == "burn_in_invalid"


async def test_what_no_font_has_is_refused(ffmpeg: FFmpeg, black: Path, tmp_path: Path) -> None:
    cues = [Cue(Fraction(0), Fraction(1), "Hello \U00013000 {x} a\\N")]
    plan = make_plan(await probe(black, ANY), SMALL)
    with pytest.raises(InvalidSource, match="these characters of the subtitles: \U00013000 ") as e:
        await write_script(ffmpeg, cues, plan, tmp_path)
    assert e.value.source_code == "burn_in_no_font"


def test_the_font_comes_with_the_worker(tmp_path: Path) -> None:
    lay_out_fonts(tmp_path)
    assert sorted(path.name for path in (tmp_path / FONTS).glob("*.ttf")) == [
        "NotoSans-Italic[wdth,wght].ttf", "NotoSans[wdth,wght].ttf",
    ]  # fmt: skip


def test_files_of_each_kind_hold_the_same() -> None:
    vtt = """WEBVTT

STYLE
::cue { background: url(http://example.com/x.png) }

one
00:01.500 --> 00:03.000 align:start
<v Ann>Fish &amp; <i>chips</i></v>

00:04.000 --> 00:05.000
Second
line
"""
    srt = vtt.replace("WEBVTT", "").replace("&amp;", "&").replace("00:0", "00:00:0")
    ass = r"""[Script Info]
ScriptType: v4.00+

[Fonts]
fontname: evil.ttf
!!!!

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Picture: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,/etc/passwd
Dialogue: 0,0:00:04.00,0:00:05.00,Default,,0,0,0,,Second\Nline
Dialogue: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,{\p1}m 0 0 l 9 9{\p0}
Dialogue: 0,0:00:01.50,0:00:03.00,Default,,0,0,0,,{\pos(1,1)\fnEvil}Fish & {\i1}chips{\i0}
"""
    wanted = [
        Cue(Fraction(3, 2), Fraction(3), "Fish & \x02i\x03chips\x02/i\x03"),
        Cue(Fraction(4), Fraction(5), "Second\nline"),
    ]
    assert read_cues(vtt.encode()) == wanted
    assert read_cues(srt.encode("utf-16")) == wanted
    assert read_cues(b"\xef\xbb\xbf" + ass.replace("\n", "\r\n").encode()) == wanted
    tight = "1\n00:00:01,000 --> 00:00:02,000\na\n2\n00:00:02,000 --> 00:00:03,000\nb\n"
    assert [cue.text for cue in read_cues(tight.encode())] == ["a", "b"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "hold no text"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "neither SubRip, WebVTT nor ASS"),
        (b"<svg/>", "neither SubRip"),
        (b"\x89PNG\r\n\x1a\n\0\0", "not in UTF-8"),
        ("1\n00:00:01,000 --> 00:00:02,000\nGrüße\n".encode("latin-1"), "not in UTF-8"),
        (b"1\n00:00:02,000 --> 00:00:01,000\nbackwards\n", "hold no text"),
        (b"1\n00:00:01,000 --> 00:00:02,000\n" + b"x" * 1001, "longer than 1000"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nx\n\n" * 9, "More than 8"),
        (b"WEBVTT\n\n", "hold no text"),
    ],
)
def test_what_is_no_subtitle_file_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(NotSubtitles, match=says):
        read_cues(data)


def test_text_can_not_command() -> None:
    cue = Cue(Fraction(0), Fraction(1, 2), "a{\\fn/etc/x}b\\N\x02b\x03c\x02/b\x03\nd")
    [line] = [line for line in script([cue], (1920, 1080), RATE).split("\n") if "Dialogue" in line]
    assert line == (
        "Dialogue: 0,0:00:00.00,0:00:00.49,Default,,0,0,0,,"
        "a\\{\\\u2060fn/etc/x\\}b\\\u2060N{\\b1}c{\\b0}\\Nd"
    )
