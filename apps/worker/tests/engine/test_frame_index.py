"""The index of an MP4 says what demuxing it says; a damaged one says nothing, quickly."""

from __future__ import annotations

import io
import random
import struct
import time
from dataclasses import replace
from pathlib import Path

import av
import pytest
from av.container import InputContainer
from av.video.stream import VideoStream

from vidmill_worker import packets, probe_child
from vidmill_worker.frame_index import FrameIndex, read_frame_index
from vidmill_worker.packaging.boxes import _CONTAINERS as CONTAINERS
from vidmill_worker.packaging.boxes import boxes, flatten, top_level
from vidmill_worker.packets import Packets

from .conftest import MakeClip

DEMUXER = "mov,mp4,m4a,3gp,3g2,mj2"
X264 = ["-c:v", "libx264", "-preset", "ultrafast"]
ENCODED = ["-i", "{}", *X264, "-bf", "2", "-g", "45", "-c:a", "copy"]
RATES = [
    "-vf",
    "settb=1/90000,setpts='N*3000+mod(N*N*977,2500)'",
    *("-enc_time_base", "1:90000", "-fps_mode", "passthrough", "-video_track_timescale", "90000"),
]

INDEXED: dict[str, list[str]] = {
    "plain.mp4": ["-i", "{}", "-c", "copy"],
    "index_first.mp4": ["-i", "{}", "-c", "copy", "-movflags", "+faststart"],
    "reordered.mp4": ENCODED,
    "pyramid.mp4": [*ENCODED, "-x264-params", "b-pyramid=normal:bframes=5:b-adapt=0"],
    "in_order.mp4": ["-i", "{}", *X264, "-bf", "0", "-c:a", "copy"],
    "signed.mp4": [*ENCODED, "-movflags", "+negative_cts_offsets"],
    "open_gop.mp4": [*ENCODED, "-x264-params", "open-gop=1"],
    "no_edits.mp4": [*ENCODED, "-use_editlist", "0"],
    "apple.mov": ENCODED,
    "uncompressed_sound.mov": [*ENCODED, "-c:a", "pcm_s16le"],
    "mp3.mov": [*ENCODED, "-c:a", "libmp3lame"],
    "mute.mp4": [*ENCODED, "-an"],
    "ntsc.mp4": [*ENCODED, "-r", "30000/1001"],
    "film.mp4": [*ENCODED, "-r", "24000/1001"],
    "holes.mp4": ["-i", "{}", "-vf", "select='mod(n,7)*mod(n,11)'", "-fps_mode", "vfr", *X264],
    "uneven.mp4": ["-i", "{}", *RATES, *X264, "-bf", "2"],
    "turned.mp4": ["-display_rotation", "90", "-i", "{}", "-c", "copy"],
    "single.mp4": ["-i", "{}", "-frames:v", "1", "-an", *X264],
    "late_sound.mp4": [
        *("-i", "{}", "-itsoffset", "0.7", "-i", "{}", "-map", "0:v", "-map", "1:a", "-c", "copy")
    ],
    "late_picture.mp4": [
        *("-i", "{}", "-itsoffset", "0.3", "-i", "{}", "-map", "1:v", "-map", "0:a", "-c", "copy")
    ],
    "hevc.mp4": [
        "-i",
        "{}",
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        "bframes=3",
    ],
    "av1.mp4": ["-i", "{}", "-t", "2", "-c:v", "libsvtav1", "-preset", "12", "-c:a", "copy"],
    "mpeg4.mp4": ["-i", "{}", "-c:v", "mpeg4", "-bf", "2", "-g", "30"],
    "all_key.mov": ["-i", "{}", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p"],
    "prores.mov": ["-i", "{}", "-t", "1", "-c:v", "prores_ks", "-profile:v", "0"],
    "clock.mov": ["-i", "{}", "-c", "copy", "-timecode", "00:00:01:00"],
}


def both(path: Path) -> tuple[FrameIndex | None, Packets, av.VideoFrame]:
    """The index, and what demuxing shows."""
    with av.open(str(path)) as file, path.open("rb") as data:
        video = file.streams.video[0]
        index = read_frame_index(data, video.id)
        read = packets.read_packets(file, video)
        first = probe_child._decode_one(file, video, None)
        return index, packets.without_leading(read, first), first


def check_same(index: FrameIndex, read: Packets, path: Path) -> None:
    assert list(index.times) == list(read.times)
    assert (index.samples, index.size_bytes) == (read.total, read.size_bytes)
    assert (index.last_duration, index.last_key_time) == (read.last_duration, read.last_key_time)
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        assert packets.from_index(index, file, video).streams == read.streams
        offered = packets.read_index(str(path), file, video)
        assert offered is None or offered == index
    assert index.data_end <= path.stat().st_size


@pytest.mark.parametrize("name", INDEXED)
def test_the_index_says_what_the_packets_say(name: str, flashes: Path, make_clip: MakeClip) -> None:
    options = [option.format(flashes) for option in INDEXED[name]]
    path = make_clip(f"index_{name}", *options)
    index, read, _ = both(path)
    assert index is not None
    check_same(index, read, path)


@pytest.mark.parametrize("start", ["0.5", "1.0", "1.51", "2.99", "3.47"])
@pytest.mark.parametrize("source", ["index_reordered.mp4", "index_in_order.mp4"])
def test_a_cut_without_encoding_starts_within_its_first_gop(
    start: str, source: str, flashes: Path, make_clip: MakeClip
) -> None:
    options = [option.format(flashes) for option in INDEXED[source.removeprefix("index_")]]
    whole = make_clip(source, *options)
    for end in ([], ["-t", "1.7"]):
        name = f"cut_{start}_{len(end)}_{source}"
        path = make_clip(name, "-ss", start, "-i", whole, *end, "-c", "copy")
        index, read, first = both(path)
        assert index is not None
        check_same(index, read, path)
        assert first.pts == index.times[0]
        hides = (start, len(end), source) == ("1.51", 0, "index_in_order.mp4")
        assert not hides or index.samples > len(index.times)


@pytest.mark.parametrize("flags", ["+frag_keyframe+empty_moov", "+frag_keyframe", "+dash"])
def test_fragments_are_read_as_packets(flags: str, flashes: Path, make_clip: MakeClip) -> None:
    name = f"fragments_{flags.strip('+').replace('+', '_')}.mp4"
    path = make_clip(name, "-i", flashes, "-c", "copy", "-movflags", flags)
    assert both(path)[0] is None
    assert probe_child.examine(DEMUXER, str(path))["video"]["frames"] == 180


def test_codecs_with_a_parser_are_read_as_packets(flashes: Path, make_clip: MakeClip) -> None:
    options = ["-t", "1", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-an"]
    path = make_clip("parsed.mp4", "-i", flashes, *options)
    with av.open(str(path)) as file:
        assert packets.read_index(str(path), file, file.streams.video[0]) is None


def rebuilt(data: bytes, changes: dict[bytes, tuple[bytes, bytes]]) -> bytes:
    """Boxes with the content of some kinds replaced: {old kind: (new kind, content)}."""
    parts: list[bytes] = []
    for kind, content in boxes(data):
        if kind in CONTAINERS:
            content = rebuilt(content, changes)
        elif kind in changes:
            kind, content = changes[kind]
        parts.append(struct.pack(">I4s", 8 + len(content), kind) + content)
    return b"".join(parts)


def found_in(data: bytes, kind: bytes) -> bytes:
    return next(content for name, content in flatten(data) if name == kind)


def as_file(moov: bytes) -> io.BytesIO:
    return io.BytesIO(struct.pack(">I4s", 8 + len(moov), b"moov") + moov)


@pytest.fixture(scope="module")
def moov(flashes: Path, make_clip: MakeClip) -> bytes:
    """The index of a clip with every kind of table and one track, numbered 1."""
    options = [option.format(flashes) for option in INDEXED["mute.mp4"]]
    path = make_clip("index_mute.mp4", *options)
    with path.open("rb") as file:
        spans = {kind: span for kind, *span in top_level(file, path.stat().st_size)}
        start, end = spans[b"moov"]
        file.seek(start)
        return file.read(end - start)


def test_other_spellings_of_the_same_tables(moov: bytes) -> None:
    plain = read_frame_index(as_file(moov), 1)
    assert plain is not None
    stco = found_in(moov, b"stco")
    (count,) = struct.unpack_from(">I", stco, 4)
    offsets = struct.unpack_from(f">{count}I", stco, 8)
    wide = struct.pack(f">II{count}Q", 0, count, *(2**33 + offset for offset in offsets))
    large = read_frame_index(as_file(rebuilt(moov, {b"stco": (b"co64", wide)})), 1)
    assert large == replace(plain, data_end=plain.data_end + 2**33)
    sizes = struct.pack(">IBBBBI", 0, 0, 0, 0, 16, plain.samples) + b"\0\7" * plain.samples
    small = read_frame_index(as_file(rebuilt(moov, {b"stsz": (b"stz2", sizes)})), 1)
    assert small is not None
    assert (small.times, small.size_bytes) == (plain.times, 7 * plain.samples)
    nibbles = struct.pack(">IBBBBI", 0, 0, 0, 0, 4, plain.samples) + b"\x12" * plain.samples
    tiny = read_frame_index(as_file(rebuilt(moov, {b"stsz": (b"stz2", nibbles)})), 1)
    assert tiny is not None
    assert tiny.size_bytes == 3 * plain.samples // 2


SHORT = struct.pack(">IIIihH", 0, 1, 5000, 1024, 1, 0)
FAST = struct.pack(">IIIihH", 0, 1, 6000, 1024, 2, 0)
TWO = struct.pack(">IIIihHIihH", 0, 2, 3000, 1024, 1, 0, 3000, 1024, 1, 0)
EMPTY = struct.pack(">IIIihH", 0, 1, 6000, -1, 1, 0)
NOTHING = struct.pack(">II", 0, 0)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        *((b"elst", content) for content in (SHORT, FAST, TWO, EMPTY)),
        *((kind, NOTHING) for kind in (b"stts", b"ctts", b"stss", b"stsc", b"stco", b"stsd")),
        (b"stss", struct.pack(">III", 0, 1, 2)),
        (b"stts", struct.pack(">IIII", 0, 1, 180, 2**31)),
        (b"stts", struct.pack(">IIII", 0, 1, 180, 0)),
        (b"ctts", struct.pack(">IIIi", 0, 1, 180, 2**30)),
        (b"stsc", struct.pack(">IIIII", 0, 1, 1, 0, 1)),
        (b"stsc", struct.pack(">IIIII", 0, 1, 2, 1, 1)),
        (b"stsz", struct.pack(">III", 0, 1, 2**32 - 1)),
        (b"stsz", struct.pack(">III", 0, 2**31, 180)),
        (b"dinf", struct.pack(">I4sIII4sI", 28, b"dref", 0, 1, 12, b"alis", 0)),
        (b"mdhd", bytes(24)),
        (b"mvhd", bytes(100)),
    ],
)
def test_what_is_unusual_is_left_to_the_packets(moov: bytes, kind: bytes, content: bytes) -> None:
    assert found_in(moov, kind)
    assert read_frame_index(as_file(rebuilt(moov, {kind: (kind, content)})), 1) is None


def test_damaged_indexes_end_quickly_and_in_silence(moov: bytes) -> None:
    began = time.monotonic()
    for kind in (b"stts", b"ctts", b"stss", b"stsz", b"stsc", b"stco", b"elst", b"stsd", b"dinf"):
        content = found_in(moov, kind)
        for offset in range(0, min(24, len(content)), 4):
            huge = content[:offset] + b"\xff" * 4 + content[offset + 4 :]
            read_frame_index(as_file(rebuilt(moov, {kind: (kind, huge)})), 1)
        if kind not in {b"stsd", b"dinf"}:
            count = 8 if kind == b"stsz" else 4
            huge = content[:count] + b"\xff" * 4 + content[count + 4 :]
            assert read_frame_index(as_file(rebuilt(moov, {kind: (kind, huge)})), 1) is None
            for length in range(len(content)):
                short = rebuilt(moov, {kind: (kind, content[:length])})
                assert read_frame_index(as_file(short), 1) is None or kind == b"elst"
    for length in range(0, len(moov), 7):
        read_frame_index(as_file(moov[:length]), 1)
        read_frame_index(io.BytesIO(as_file(moov).getvalue()[:length]), 1)
    chance = random.Random(7)
    for _ in range(300):
        damaged = bytearray(moov)
        for _ in range(chance.randint(1, 8)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        read_frame_index(as_file(bytes(damaged)), 1)
    assert time.monotonic() - began < 20


def test_a_decoder_that_disagrees_is_asked_for_all_packets(
    flashes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = probe_child.examine(DEMUXER, str(flashes))

    def wrong(
        source: str, file: InputContainer, video: VideoStream, max_frames: int
    ) -> FrameIndex | None:
        index = packets.read_index(source, file, video, max_frames)
        assert index is not None
        return replace(index, times=[time + 1 for time in index.times])

    monkeypatch.setattr(probe_child, "read_index", wrong)
    assert probe_child.examine(DEMUXER, str(flashes)) == expected
    monkeypatch.setattr(packets, "INDEXED_CODECS", set[str]())
    monkeypatch.setattr(probe_child, "read_index", packets.read_index)
    assert probe_child.examine(DEMUXER, str(flashes)) == expected


def test_an_index_that_promises_more_than_there_is(
    flashes: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    path = make_clip("front.mp4", "-i", flashes, "-c", "copy", "-movflags", "+faststart")
    (tmp_path / "cut.mp4").write_bytes(path.read_bytes()[:-100])
    answer = probe_child.examine(DEMUXER, str(tmp_path / "cut.mp4"))
    assert answer["error"] == "corrupt_file"
    assert answer["detail"].startswith("It ends after ")
