"""Repeat the proof of what was published, from copies of the objects, and name all that is wrong.

What was recorded when the files were made and verified is held against the files as they are now.
Checks go from the whole to the part: together first, one by one only to name what is at fault.
"""

from __future__ import annotations

import asyncio
import hashlib
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from vidmill.jobs import Rendition
from vidmill_worker import verify
from vidmill_worker.digests import sha256_of
from vidmill_worker.engine.findings import ANEW, Findings
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed, OnProgress
from vidmill_worker.layout import INIT, segment_name
from vidmill_worker.packaging import storyboard_vtt
from vidmill_worker.packaging.boxes import InvalidFragment
from vidmill_worker.results import Segment, Track, VerificationFailed
from vidmill_worker.segments import describe_segment

_KILLED = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT}
"""Codes of an FFmpeg that somebody else ended, the kernel when memory ran out for one. That tells
nothing of the file."""


def batches(tracks: Sequence[Track], max_bytes: int) -> Iterator[tuple[Track, ...]]:
    """Tracks cut into runs of segments, the same places in all of them; a run has at most
    `max_bytes` of media, unless one segment of each has more."""
    start = size = 0
    longest = max((len(track.segments) for track in tracks), default=0)
    for place in range(longest):
        step = sum(segment.size_bytes for t in tracks for segment in t.segments[place : place + 1])
        if place > start and size + step > max_bytes:
            yield _cut(tracks, start, place)
            start, size = place, 0
        size += step
    if longest:
        yield _cut(tracks, start, longest)


def _cut(tracks: Sequence[Track], start: int, end: int) -> tuple[Track, ...]:
    parts = (_with(track, track.segments[start:end]) for track in tracks)
    return tuple(part for part in parts if part.segments)


def _with(track: Track, segments: Iterable[Segment]) -> Track:
    return track.model_copy(update={"segments": tuple(segments)})


class Reproof:
    """The proof of one job. Names are relative to the job's folder; files are looked for below
    `directory`, and what is not there is missing.

    Methods note what is wrong and raise only what tells nothing of the files: FFmpegStalled,
    FFmpegTimeout, and FFmpegFailed where FFmpeg was killed.
    """

    def __init__(self, ffmpeg: FFmpeg, plan: EncodePlan, directory: Path) -> None:
        self._ffmpeg = ffmpeg
        self._plan = plan
        self._directory = directory
        #: Tracks whose init segment is the recorded one; without it nothing can be decoded.
        self._decodable: set[str] = set()
        self.findings = Findings()

    def check_size(self, name: str, found: int | None, expected: int) -> bool:
        """Check the size of an object, None if there is none; whether it is right."""
        self.findings.look(name)
        if found is None:
            self.findings.add(name, "is missing from storage")
        elif found != expected:
            self.findings.add(name, f"has {found:,} bytes where {expected:,} were published")
        return found == expected

    def check_init(self, track: Track) -> None:
        """Check the init segment of a track, before any of its segments."""
        name = f"{track.name}/{INIT}"
        if not self.check_size(name, self._size(name), track.init_size_bytes):
            return
        if self._has_digest(name, sha256_of(self._directory / name), track.init_sha256):
            self._decodable.add(track.name)

    async def check_segments(self, tracks: Sequence[Track]) -> None:
        """Check some segments of tracks that belong together, such as all rungs: sizes, headers
        against the records and the plan, and that they decode."""
        whole = [_with(t, (s for s in t.segments if self._as_recorded(t, s))) for t in tracks]
        pictures = [track for track in whole if track.width]
        if pictures == [track for track in tracks if track.width]:
            self._check_planned(pictures)
        else:
            for track in pictures:
                for segment in track.segments:
                    self._check_planned([_with(track, [segment])])
        await self._check_decodes([t for t in whole if t.segments and t.name in self._decodable])

    def check_sound(self, track: Track) -> None:
        """Check where the recorded sound starts, and that it has no hole."""
        try:
            verify.check_audio(self._plan, track)
        except VerificationFailed as error:
            self.findings.add(track.name, error.what, ANEW)

    async def check_digest(self, name: str, recorded: str) -> bool:
        """Check all bytes of a file, where its digest was recorded; whether it may be as it was."""
        if not recorded:
            return True
        found = await asyncio.to_thread(sha256_of, self._directory / name)
        return self._has_digest(name, found, recorded)

    def check_bytes(self, name: str, found: bytes, recorded: str) -> bool:
        """`check_digest` of a small file that was read."""
        return self._has_digest(name, hashlib.sha256(found).hexdigest(), recorded)

    async def check_mp4(
        self, name: str, track: Track | None, sound: Sequence[Track], on_progress: OnProgress
    ) -> None:
        """Check a progressive MP4 of the right size, without a track of pictures an M4A: its index,
        and that all of it decodes."""
        pictures = ["v:0"] if track else []
        streams = [*pictures, *(f"a:{number}" for number in range(len(sound)))]
        try:
            verify.check_mp4(self._plan, track, sound, self._directory / name)
        except VerificationFailed as error:
            self.findings.add(name, error.what)
            return
        await self.check_file(name, streams, track.samples if track else None, on_progress)

    async def check_file(
        self,
        name: str,
        streams: Sequence[str],
        frames: int | None = None,
        on_progress: OnProgress | None = None,
    ) -> None:
        """Check that some streams of a file decode, and to how many frames."""
        path = self._directory / name
        try:
            ran = await verify.check_file_decodes(self._ffmpeg, path, streams, frames, on_progress)
            self.findings.cpu_seconds += ran.cpu_seconds
        except VerificationFailed as error:
            _require_verdict(error)
            self.findings.add(name, error.what)

    def check_text(self, name: str, found: bytes, expected: str) -> None:
        """Check a playlist or manifest against the text that the records make."""
        lines = zip(found.split(b"\n"), expected.encode().split(b"\n"), strict=False)
        if found != expected.encode():
            number = next((n for n, (a, b) in enumerate(lines, 1) if a != b), None)
            where = "in its length" if number is None else f"from line {number} on"
            self.findings.add(name, f"differs {where} from what the job's segments make")

    def check_storyboard(
        self, name: str, found: bytes, sprites: Mapping[str, tuple[int, int]], duration_ms: int
    ) -> None:
        """Check the cues of a storyboard against its sprites, which are given with their sizes."""
        text = found.decode("utf-8", "replace")
        for broken in storyboard_vtt.violations(text, sprites, duration_ms):
            self.findings.add(name, f"breaks a rule: {broken}")

    def check_frames(self, rows: Sequence[Rendition], tracks: Sequence[Track]) -> None:
        """Check the listed renditions against the tracks, after all segments."""
        listed: Mapping[str, int] = {row.name: row.frames for row in rows}
        for track in tracks:
            self.findings.frames[track.name] += 0
            if listed.get(track.name) != track.samples:
                told = f"{listed[track.name]} frames" if track.name in listed else "nothing"
                what = f"has {track.samples} frames, but {told} of it is listed"
                self.findings.add(track.name, what, ANEW)
        for name in listed.keys() - {track.name for track in tracks}:
            self.findings.add(name, "is listed, but no result of its encoding is stored", ANEW)

    def _size(self, name: str) -> int | None:
        path = self._directory / name
        return path.stat().st_size if path.exists() else None

    def _as_recorded(self, track: Track, segment: Segment) -> bool:
        """Whether a segment's size and headers are those that were recorded when it was made."""
        name = _name(track, segment)
        if not self.check_size(name, self._size(name), segment.size_bytes):
            return False
        try:
            found = describe_segment(self._directory / name, segment.number)
        except InvalidFragment as error:
            self.findings.add(name, f"is no whole segment: {error}")
            return False
        # How long the last frame is shown, only the segment after it tells.
        found = found.model_copy(update={"duration_ticks": segment.duration_ticks})
        if found.model_copy(update={"sha256": segment.sha256}) != segment:
            self.findings.add(name, "has other frames or times than were published")
            return False
        return self._has_digest(name, found.sha256, segment.sha256)

    def _has_digest(self, name: str, found: str, recorded: str) -> bool:
        """Whether the digest is the recorded one, or none was recorded."""
        if recorded and found != recorded:
            self.findings.add(name, "has other bytes than were published (SHA-256 differs)")
            return False
        return True

    def _check_planned(self, tracks: Sequence[Track]) -> None:
        if not any(track.segments for track in tracks):
            return
        try:
            verify.check_segments(self._plan, tracks, self._directory)
        except VerificationFailed as error:
            alone = len(tracks) == 1 and len(tracks[0].segments) == 1
            file = _name(tracks[0], tracks[0].segments[0]) if alone else error.rendition
            self.findings.add(file, error.what)

    async def _check_decodes(self, tracks: Sequence[Track]) -> None:
        if not tracks:
            return
        try:
            ran = await verify.check_decodes(self._ffmpeg, tracks, self._directory)
        except VerificationFailed as error:
            _require_verdict(error)
            parts = self._parts(tracks)
            if not parts:
                alone = len(tracks) == 1 and len(tracks[0].segments) == 1
                file = _name(tracks[0], tracks[0].segments[0]) if alone else error.rendition
                self.findings.add(file, error.what)
            for part in parts:
                await self._check_decodes([part])
        else:
            self.findings.cpu_seconds += ran.cpu_seconds
            for track in tracks:
                if track.width:
                    self.findings.frames[track.name] += track.samples

    def _parts(self, tracks: Sequence[Track]) -> Sequence[Track]:
        """What to try by itself to find out where the fault is; nothing once enough is known."""
        if len(tracks) > 1:
            return tracks
        if self.findings.full or len(tracks[0].segments) == 1:
            return []
        return [_with(tracks[0], [segment]) for segment in tracks[0].segments]


def _name(track: Track, segment: Segment) -> str:
    return f"{track.name}/{segment_name(segment.number)}"


def _require_verdict(error: VerificationFailed) -> None:
    """Raise the cause instead, where FFmpeg's end tells nothing of the file."""
    if isinstance(error.__cause__, FFmpegFailed) and error.__cause__.returncode in _KILLED:
        raise error.__cause__
