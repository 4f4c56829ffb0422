"""Chunked against single pass, for every kind of source: the same frames in the same order at the
same times, the same sound, and no join that can be seen."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.executable import from_wheel
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.ffmpeg.run import FFmpeg

from . import matrix, whole_job
from .matrix import CHUNK_SECONDS
from .matrix_sources import VARIANTS
from .matrix_variants import Variant, make
from .whole_job import Job

COUNTS = (2, 4, 8)
MOST_DIP = 1.0
"""VMAF that half a second around a join may be below the same frames of a single pass."""
MOST_BYTES = 0.02
"""Share by which a chunked rung may be larger or smaller."""
CLOCK = Fraction(1, 1000)
"""Some containers round times to so much, in seconds."""

Note = Callable[[str, object], None]


def check(variant: Variant, job: Job, path: Path) -> None:
    """Every frame once, in order, at its time; picture and sound begin together."""
    wanted = matrix.frames(path, variant.strip)
    numbers = [frame.number for frame in wanted]
    assert -1 not in numbers
    assert numbers == sorted(set(numbers)), "the source's own numbers"
    video = job.source.video
    assert video.frames == len(numbers)
    start = wanted[0].seconds
    for track in job.tracks:
        assert track.samples == len(numbers)
        shown = matrix.frames(job.mp4(track.name), variant.strip, variant.turned)
        assert [frame.number for frame in shown] == numbers, track.name
        for count, (frame, source) in enumerate(zip(shown, wanted, strict=True)):
            exact = count / video.frame_rate
            time = source.seconds - start if video.variable_frame_rate else exact
            assert abs(frame.seconds - time) <= (CLOCK if video.variable_frame_rate else 0)
    sound = matrix.sound(job.mp4(job.tracks[0].name))
    assert (sound is None) == (not variant.sound)
    assert sound is None or sound.start_seconds == 0


def same_but_for_bits(job: Job, alone: Job) -> None:
    """The same segments at the same times behind the same init segment, and the same sound."""
    for track, other in zip(job.tracks, alone.tracks, strict=True):
        assert track.init_sha256 == other.init_sha256
        assert [s.model_copy(update={"size_bytes": 0, "sha256": ""}) for s in track.segments] == [
            s.model_copy(update={"size_bytes": 0, "sha256": ""}) for s in other.segments
        ]
        assert matrix.sound(job.mp4(track.name)) == matrix.sound(alone.mp4(track.name))


def _size(job: Job, alone: Job, rung: str) -> float:
    """Share by which the pictures of a rung are larger than those of a single pass."""
    return matrix.picture_bytes(job.mp4(rung)) / matrix.picture_bytes(alone.mp4(rung)) - 1


async def compare(
    ffmpeg: FFmpeg, variant: Variant, counts: tuple[int, ...], folder: Path, note: Note
) -> None:
    """Encode in one piece and in chunks, hold them against each other, and note what was measured
    as a row of a table."""
    path = make(variant, ffmpeg.executable, folder, CHUNK_SECONDS * counts[-1])
    alone = await whole_job.make(ffmpeg, path, folder / "1", matrix.PRESET)
    check(variant, alone, path)
    heard = matrix.sound(alone.mp4(alone.tracks[0].name))
    cells = [
        f"{variant.name:<22}{alone.tracks[0].samples:>4} frames"
        f"{heard.samples if heard else 0:>7} samples"
    ]
    if variant.is_whole:
        plan = make_plan(alone.source, matrix.PRESET, even(counts[-1]))
        assert len(plan.chunks) == 1
        assert any(variant.whole_because in text for text in plan.notes)
        note("row", f"{cells[0]}  in one piece")
        return
    scores = matrix.vmaf(ffmpeg, path, alone, folder)
    problems: list[str] = []
    for count in counts:
        job = await whole_job.make(ffmpeg, path, folder / str(count), matrix.PRESET, count)
        assert len(job.plan.chunks) == count
        check(variant, job, path)
        same_but_for_bits(job, alone)
        size = max((_size(job, alone, track.name) for track in job.tracks), key=abs)
        dip = matrix.dip_at_joins(job, scores, matrix.vmaf(ffmpeg, path, job, folder))
        cells.append(f"{count}: {size:+6.2%}{dip.mean:+6.2f}{dip.worst:+6.2f}")
        if dip.mean > MOST_DIP or abs(size) > MOST_BYTES:
            problems.append(f"{count} chunks: {size:+.2%} bytes, {dip}")
    note("row", "  ".join(cells))
    assert not problems


QUICK = {"open_gop.mkv"}


@pytest.mark.parametrize(
    "variant", [v for v in VARIANTS if v.name in QUICK], ids=lambda variant: variant.name
)
async def test_one_of_the_worst(variant: Variant, tmp_path: Path, record_property: Note) -> None:
    ffmpeg = FFmpeg(from_wheel(), threads=1)
    await compare(ffmpeg, variant, (2,), tmp_path, record_property)


@pytest.mark.media
@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
async def test_matrix(variant: Variant, tmp_path: Path, record_property: Note) -> None:
    await compare(FFmpeg(from_wheel(), threads=1), variant, COUNTS, tmp_path, record_property)
