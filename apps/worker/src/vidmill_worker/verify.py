"""Proof before publishing: every rendition is what the plan promised.

Three layers, each as cheap as what it proves allows. Headers of every segment are read (1 ms
each): exact frame count, every frame at its exact time, key pictures where segments and GOPs
start, rungs aligned. Every rendition is decoded in full. The index of each MP4 is read: nothing
lost in copying, picture and sound start together.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from vidmill.errors import InvalidSource
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.derive import decode_command, decode_file_command
from vidmill_worker.ffmpeg.frame_drop import frames_left
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed, OnProgress, RunResult
from vidmill_worker.layout import INIT, segment_name
from vidmill_worker.packaging import fmp4, movie
from vidmill_worker.packaging.boxes import InvalidFragment
from vidmill_worker.results import ChunkResult, PicturesLost, Track, VerificationFailed
from vidmill_worker.segments import write_list

AV_TOLERANCE_SECONDS = 0.010
"""Most that sound may start before or after the picture."""
LOST_FRAMES_SHARE = Fraction(1, 20)
"""A source whose decoder shows fewer frames than this below the count of packets is damaged;
a few undecodable ones at the start of a broadcast recording are normal."""


def check_segments(plan: EncodePlan, tracks: Sequence[Track], directory: Path) -> None:
    """Check every segment of some rungs against the plan, from files in `directory`; they may be
    the first few of a chunk that is still being encoded.

    Raises VerificationFailed.
    """
    for track in tracks:
        _require(track.name, track.timescale == plan.timescale, "its clock is not the planned one")
        for segment in track.segments:
            fragment = _read(track, segment.number, directory)
            where = f"segment {segment.number}"
            _require(
                track.name, fragment.sync_samples[:1] == (0,), f"{where} starts with no key picture"
            )
            if not plan.variable_frame_rate:
                _check_exact(plan, track, segment.number, fragment)
        _check_contiguous(track)
    check_aligned(tracks)


def check_chunk(plan: EncodePlan, chunk: Chunk, result: ChunkResult, directory: Path) -> None:
    """Check a chunk as a whole, whose segments `check_segments` has passed, from files in
    `directory`.

    Raises VerificationFailed, InvalidSource if the source lost too many pictures in decoding, or
    PicturesLost if it lost any where frames are counted.
    """
    expected = expected_frames(plan, chunk, result)
    if not plan.variable_frame_rate and _lost_pictures(plan, chunk, result):
        raise PicturesLost(f"{result.decode_errors} errors in chunk {chunk.ordinal}")
    by_name = {rung.name: rung for rung in plan.rungs}
    for track in result.tracks:
        rung = by_name[track.name]
        _require(track.name, track.samples == expected, f"{track.samples} of {expected} frames")
        size = (track.width, track.height)
        _require(track.name, size == (rung.width, rung.height), f"is {size[0]}x{size[1]}")
        init = fmp4.read_init((directory / track.name / INIT).read_bytes())
        _require(track.name, not init.has_edit_list, "its init segment has an edit list")
        if plan.variable_frame_rate:
            last = _read(track, track.segments[-1].number, directory)
            _check_length(plan, track, max(last.presentation_times))
        _check_contiguous(track)
    check_aligned(result.tracks)


def check_aligned(tracks: Sequence[Track]) -> None:
    """Players switch rungs at segment boundaries: all rungs must have the same ones. Raises
    VerificationFailed."""
    reference = [(s.number, s.start_time, s.samples) for s in tracks[0].segments]
    for track in tracks[1:]:
        shape = [(s.number, s.start_time, s.samples) for s in track.segments]
        _require(track.name, shape == reference, f"its segments differ from {tracks[0].name}'s")


def expected_frames(plan: EncodePlan, chunk: Chunk, result: ChunkResult) -> int:
    """Frames each rung of a chunk must have.

    In a single pass that is what the decoder showed, so that nothing between it and the file can
    get lost; between chunks, and where decoding begins at a key picture before a clip, only the
    probe's count makes frames add up.
    """
    clip = plan.clip
    # Which frames of a variable rate are left out depends on their times.
    by_time = plan.variable_frame_rate and plan.frame_rate < plan.source_frame_rate
    if len(plan.chunks) > 1 or (clip is not None and clip.seek_seconds is not None):
        return result.encoded_frames if by_time else chunk.frames
    shown = result.decoded_frames - (0 if clip is None else clip.skipped_frames)
    if shown < plan.source_frames * (1 - LOST_FRAMES_SHARE) - 2:
        raise InvalidSource(
            "corrupt_file",
            f"Only {shown} of {plan.source_frames} pictures can be decoded. "
            "Export or upload the file again.",
        )
    if by_time:
        return result.encoded_frames
    if clip is not None and clip.ends_early:
        # Decoding runs some pictures ahead of where a clip ends.
        shown = min(shown, plan.source_frames)
    return frames_left(shown, plan.source_frame_rate, plan.frame_rate)


def _lost_pictures(plan: EncodePlan, chunk: Chunk, result: ChunkResult) -> bool:
    """Whether frames that were counted are others, or fewer, than the source's."""
    if len(plan.chunks) > 1:
        # Of a chunk in the middle those behind it take the place of what is lost.
        is_short = max(track.samples for track in result.tracks) < chunk.frames
        return bool(result.decode_errors) or is_short
    return bool(result.decode_errors) and result.decoded_frames < plan.frames


async def check_decodes(ffmpeg: FFmpeg, tracks: Sequence[Track], directory: Path) -> RunResult:
    """Decode all segments of the tracks (files in `directory`) in one process.

    Raises VerificationFailed at the first error, or if a decoder shows too few frames.
    """
    lists = [
        write_list(
            directory / f"verify_{track.name}.txt",
            directory / track.name,
            [segment.number for segment in track.segments],
        )
        for track in tracks
    ]
    try:
        ran = await ffmpeg.run(decode_command(ffmpeg.executable, lists), cwd=directory)
    except FFmpegFailed as error:
        names = ", ".join(track.name for track in tracks)
        raise VerificationFailed(names, f"does not decode: {error.log_tail[-1000:]}") from error
    finally:
        for path in lists:
            path.unlink()
    for number, track in enumerate(tracks):
        if not track.width:
            continue
        shown = ran.decoded_frames.get(number, 0)
        _require(track.name, shown == track.samples, f"{shown} of {track.samples} frames decode")
        _require(track.name, not ran.decode_errors.get(number), "has errors in its pictures")
    return ran


async def check_file_decodes(
    ffmpeg: FFmpeg,
    path: Path,
    streams: Sequence[str],
    frames: int | None = None,
    on_progress: OnProgress | None = None,
) -> RunResult:
    """Decode the streams of one finished file; `frames`: how many pictures it must show.

    Raises VerificationFailed at the first error, or if the number differs.
    """
    try:
        command = decode_file_command(ffmpeg.executable, path, streams)
        ran = await ffmpeg.run(command, on_progress=on_progress)
    except FFmpegFailed as error:
        raise VerificationFailed(path.name, f"does not decode: {error.log_tail[-1000:]}") from error
    if frames is not None:
        shown = ran.decoded_frames.get(0, 0)
        _require(path.name, shown == frames, f"{shown} of {frames} frames decode")
        _require(path.name, not ran.decode_errors.get(0), "has errors in its pictures")
    return ran


def check_audio(plan: EncodePlan, track: Track) -> None:
    """Check the sound's start against the picture's, and that it has no hole, so far as it goes.

    Raises VerificationFailed.
    """
    first = track.segments[0].decode_time + _priming_samples(plan)
    late = Fraction(first, track.timescale) - plan.base_seconds
    _require(track.name, abs(late) <= AV_TOLERANCE_SECONDS, f"starts {float(late):+.3f} s off")
    _check_contiguous(track)


def check_mp4(plan: EncodePlan, track: Track | None, sound: Sequence[Track], path: Path) -> None:
    """Check a progressive MP4's index against the segments it was copied from; without a track of
    pictures, an M4A's.

    Raises VerificationFailed.
    """
    name = path.name
    try:
        found = movie.read_movie(path)
    except InvalidFragment as error:
        raise VerificationFailed(name, str(error)) from error
    _require(name, found.index_first, "its index is not at the front")
    _require(name, found.complete, "it is cut off")
    pictures = [("vide", track)] if track else []
    expected = [*pictures, *(("soun", audio) for audio in sound)]
    kinds = [entry.handler for entry in found.tracks]
    _require(name, kinds == [kind for kind, _ in expected], f"holds {kinds}")
    for entry, (_, source) in zip(found.tracks, expected, strict=True):
        codec = source.codecs.split(".")[0]
        _require(
            name, entry.sample_entry.lower() == codec.lower(), f"{entry.sample_entry} for {codec}"
        )
        _require(
            name, entry.samples == source.samples, f"{entry.samples} of {source.samples} samples"
        )
        off = abs(entry.edited_seconds - float(_shown_seconds(plan, source)))
        _require(
            name,
            off <= _length_tolerance(plan),
            f"{entry.handler} lasts {entry.edited_seconds:.3f} s",
        )
    primings = [
        *(0.0 for _ in pictures),
        *(_priming_samples(plan) / audio.timescale for audio in sound),
    ]
    off = max(
        abs(entry.start_seconds + priming)
        for entry, priming in zip(found.tracks, primings, strict=True)
    )
    _require(name, off <= AV_TOLERANCE_SECONDS, f"a track starts {off:.3f} s off")


def _priming_samples(plan: EncodePlan) -> int:
    return plan.audio.encoder.priming_samples if plan.audio else 0


def _length_tolerance(plan: EncodePlan) -> float:
    """One frame. With a variable rate a muxer only guesses how long the last one is shown."""
    return plan.gop_seconds if plan.variable_frame_rate else float(1 / plan.frame_rate)


def _shown_seconds(plan: EncodePlan, track: Track) -> Fraction:
    """Length of a track from its first frame or real sample to its end."""
    last = track.segments[-1]
    end = Fraction(last.start_time + last.duration_ticks, track.timescale)
    return end - plan.base_seconds


def _read(track: Track, number: int, directory: Path) -> fmp4.Fragment:
    try:
        return fmp4.read_fragment(directory / track.name / segment_name(number))
    except InvalidFragment as error:
        raise VerificationFailed(track.name, f"segment {number}: {error}") from error


def _check_exact(plan: EncodePlan, track: Track, number: int, fragment: fmp4.Fragment) -> None:
    """Every frame of a constant rate is at its own tick, every GOP as long as planned."""
    first = plan.grid.first_frame(number)
    tick = plan.frame_ticks
    times = [plan.base_ticks + (first + n) * tick for n in range(fragment.samples)]
    where = f"segment {number}"
    _require(
        track.name,
        sorted(fragment.presentation_times) == times,
        f"{where} has frames at the wrong time",
    )
    _require(track.name, set(fragment.durations) == {tick}, f"{where} has frames of odd length")
    keys = tuple(range(0, fragment.samples, plan.gop_frames))
    _require(track.name, fragment.sync_samples == keys, f"{where} has key pictures elsewhere")


def _check_length(plan: EncodePlan, track: Track, last: int) -> None:
    """A variable rate, always one chunk, starts at zero, and its last frame (at `last` ticks)
    starts before the source ends."""
    start = track.segments[0].start_time
    _require(track.name, start == plan.base_ticks, f"starts at {start} ticks")
    off = Fraction(last, plan.timescale) - plan.base_seconds - plan.duration_seconds
    late = off > 1 / plan.frame_rate
    _require(track.name, not late, f"ends {float(off):.3f} s after the source")


def _check_contiguous(track: Track) -> None:
    previous = None
    for segment in track.segments:
        if previous is not None:
            follows = segment.decode_time == previous.decode_end
            _require(
                track.name,
                segment.number == previous.number + 1 and follows,
                f"segment {segment.number} does not follow the one before",
            )
        previous = segment


def _require(rendition: str, holds: bool, what: str) -> None:
    if not holds:
        raise VerificationFailed(rendition, what)
