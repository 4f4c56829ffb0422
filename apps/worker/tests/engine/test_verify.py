"""Damage of every kind is found before anything is published."""

from __future__ import annotations

import asyncio
import dataclasses
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from vidmill.errors import InvalidSource
from vidmill_worker import verify
from vidmill_worker.ffmpeg.chunks import SegmentGrid
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging import fmp4
from vidmill_worker.packaging.boxes import InvalidFragment
from vidmill_worker.results import PicturesLost, Segment
from vidmill_worker.verify import VerificationFailed

from . import whole_job
from .whole_job import SMALL


@pytest.fixture(scope="module")
def made(ffmpeg: FFmpeg, flashes: Path, tmp_path_factory: pytest.TempPathFactory) -> whole_job.Job:
    folder = tmp_path_factory.mktemp("made") / "job"
    return asyncio.run(whole_job.make(ffmpeg, flashes, folder, SMALL))


@pytest.fixture
def job(made: whole_job.Job, tmp_path: Path) -> whole_job.Job:
    """A copy that a test may damage."""
    shutil.copytree(made.folder, tmp_path / "job")
    return dataclasses.replace(made, folder=tmp_path / "job")


def check(job: whole_job.Job, plan: EncodePlan | None = None) -> None:
    plan = plan or job.plan
    verify.check_segments(plan, job.chunks[0].tracks, job.folder)
    verify.check_chunk(plan, plan.chunks[0], job.chunks[0], job.folder)


def test_what_is_whole_passes(job: whole_job.Job) -> None:
    check(job)
    assert job.audio is not None
    verify.check_audio(job.plan, job.audio.tracks[0])
    verify.check_mp4(job.plan, job.tracks[0], job.audio.tracks, job.mp4("360p"))


def test_a_missing_frame_is_found(job: whole_job.Job) -> None:
    result = job.chunks[0].model_copy(update={"decoded_frames": 181})
    with pytest.raises(VerificationFailed, match="360p: 180 of 181 frames"):
        verify.check_chunk(job.plan, job.plan.chunks[0], result, job.folder)


def test_a_source_that_loses_its_pictures_is_damaged(job: whole_job.Job) -> None:
    result = job.chunks[0].model_copy(update={"decoded_frames": 150})
    with pytest.raises(InvalidSource, match="150 of 180"):
        verify.check_chunk(job.plan, job.plan.chunks[0], result, job.folder)


def test_one_of_many_chunks_must_have_its_frames(job: whole_job.Job) -> None:
    first = job.plan.chunks[0]
    chunks = (first.model_copy(update={"frames": 181, "is_last": False}), first)
    plan = job.plan.model_copy(update={"chunks": chunks})
    with pytest.raises(PicturesLost, match="0 errors in chunk 0"):
        verify.check_chunk(plan, chunks[0], job.chunks[0], job.folder)
    damaged = job.chunks[0].model_copy(update={"decode_errors": 2})
    chunks = (first.model_copy(update={"is_last": False}), first)
    plan = job.plan.model_copy(update={"chunks": chunks})
    verify.check_chunk(plan, chunks[0], job.chunks[0], job.folder)
    with pytest.raises(PicturesLost, match="2 errors in chunk 0"):
        verify.check_chunk(plan, chunks[0], damaged, job.folder)


def test_pictures_lost_where_frames_are_counted_are_found(job: whole_job.Job) -> None:
    damaged = job.chunks[0].model_copy(update={"decode_errors": 1})
    verify.check_chunk(job.plan, job.plan.chunks[0], damaged, job.folder)  # none of them missing
    plan = job.plan.model_copy(update={"frames": 181})
    with pytest.raises(PicturesLost, match="1 errors in chunk 0"):
        verify.check_chunk(plan, plan.chunks[0], damaged, job.folder)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"gop_frames": 10}, "key pictures elsewhere"),
        ({"grid": SegmentGrid(lead_frames=31, segment_frames=31)}, "at the wrong time"),
        ({"timescale": 12_800}, "clock"),
    ],
)
def test_a_track_that_is_not_as_planned_is_found(
    change: dict[str, object], what: str, job: whole_job.Job
) -> None:
    with pytest.raises(VerificationFailed, match=what):
        check(job, job.plan.model_copy(update=change))


def test_rungs_of_another_size_or_shape_are_found(job: whole_job.Job) -> None:
    small = job.chunks[0].tracks[0].model_copy(update={"width": 320})
    result = job.chunks[0].model_copy(update={"tracks": (small, job.tracks[1])})
    with pytest.raises(VerificationFailed, match="is 320x360"):
        verify.check_chunk(job.plan, job.plan.chunks[0], result, job.folder)


def test_a_cut_segment_is_found(job: whole_job.Job) -> None:
    path = job.folder / "360p" / "segment_001.m4s"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(VerificationFailed, match=r"segment 1: .*does not fit"):
        check(job)


async def test_flipped_bits_are_found_by_decoding(ffmpeg: FFmpeg, job: whole_job.Job) -> None:
    path = job.folder / "360p" / "segment_003.m4s"
    data = bytearray(path.read_bytes())
    for position in range(len(data) - 400, len(data), 7):
        data[position] ^= 0xFF
    path.write_bytes(data)
    check(job)  # headers are as they were
    with pytest.raises(VerificationFailed, match="360p"):
        await verify.check_decodes(ffmpeg, job.tracks, job.folder)


async def test_a_missing_segment_is_found_by_decoding(ffmpeg: FFmpeg, job: whole_job.Job) -> None:
    track = job.tracks[0]
    short = track.model_copy(update={"segments": track.segments[:-1]})
    wrong = short.model_copy(
        update={
            "segments": (
                *short.segments[:-1],
                short.segments[-1].model_copy(update={"samples": short.segments[-1].samples + 1}),
            )
        }
    )
    with pytest.raises(VerificationFailed, match="150 of 151 frames decode"):
        await verify.check_decodes(ffmpeg, [wrong], job.folder)
    await verify.check_decodes(ffmpeg, [short], job.folder)


def test_sound_that_starts_elsewhere_or_has_a_hole_is_found(job: whole_job.Job) -> None:
    assert job.audio is not None
    [track] = job.audio.tracks

    def shifted(first: int, ticks: int) -> tuple[Segment, ...]:
        return tuple(
            s.model_copy(
                update={"decode_time": s.decode_time + ticks, "decode_end": s.decode_end + ticks}
            )
            if s.number >= first
            else s
            for s in track.segments
        )

    late = track.model_copy(update={"segments": shifted(0, 600)})
    with pytest.raises(VerificationFailed, match=r"starts \+0\.01"):
        verify.check_audio(job.plan, late)
    verify.check_audio(job.plan, track.model_copy(update={"segments": shifted(0, 400)}))
    holed = track.model_copy(update={"segments": shifted(2, 1024)})
    with pytest.raises(VerificationFailed, match="does not follow"):
        verify.check_audio(job.plan, holed)


def cut_one_byte(data: bytes) -> bytes:
    return data[:-1]


def cut_half(data: bytes) -> bytes:
    return data[: len(data) // 2]


def cut_all(data: bytes) -> bytes:
    return data[:0]


def take_the_sound(data: bytes) -> bytes:
    return data.replace(b"soun", b"text")


def take_the_index(data: bytes) -> bytes:
    return data.replace(b"moov", b"free")


@pytest.mark.parametrize(
    ("damage", "what"),
    [
        (cut_one_byte, "does not fit"),
        (cut_half, "does not fit"),
        (cut_all, "no index"),
        (take_the_sound, "holds"),
        (take_the_index, "no index"),
    ],
)
def test_a_damaged_mp4_is_found(
    damage: Callable[[bytes], bytes], what: str, job: whole_job.Job
) -> None:
    assert job.audio is not None
    path = job.mp4("360p")
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(VerificationFailed, match=what):
        verify.check_mp4(job.plan, job.tracks[0], job.audio.tracks, path)


def test_an_mp4_of_another_track_is_found(job: whole_job.Job) -> None:
    assert job.audio is not None
    short = job.tracks[0].model_copy(update={"segments": job.tracks[0].segments[:-1]})
    with pytest.raises(VerificationFailed, match="180 of 150 samples"):
        verify.check_mp4(job.plan, short, job.audio.tracks, job.mp4("360p"))
    with pytest.raises(VerificationFailed, match="holds"):
        verify.check_mp4(job.plan, job.tracks[0], (), job.mp4("360p"))


def test_an_mp4_whose_index_is_at_the_end_is_found(
    job: whole_job.Job, make_clip: Callable[..., Path]
) -> None:
    assert job.audio is not None
    path = make_clip("index_last.mp4", "-i", job.mp4("360p"), "-c", "copy")
    with pytest.raises(VerificationFailed, match="not at the front"):
        verify.check_mp4(job.plan, job.tracks[0], job.audio.tracks, path)


@pytest.mark.parametrize(
    "data", [b"", b"\0\0\0\x08free", b"\0\0\0\x08moov\0\0\0\x08moof", b"abc", b"\0\0\0\4moof" * 9]
)
def test_what_is_no_fragment_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.m4s"
    path.write_bytes(data)
    with pytest.raises(InvalidFragment):
        fmp4.read_fragment(path)
    with pytest.raises(InvalidFragment):
        fmp4.read_init(data)
