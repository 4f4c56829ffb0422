"""Bring sound to a loudness: measure what is there, find the gain, and prove what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from vidmill_worker import layout
from vidmill_worker.engine.source_run import run_on_source
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.audio_command import (
    Reading,
    coded_loudness_command,
    loudness_command,
)
from vidmill_worker.ffmpeg.audio_plan import AudioPlan, LoudnessPlan, Voice
from vidmill_worker.ffmpeg.loudness import (
    Leveling,
    Loudness,
    Made,
    measure_made_command,
    read_loudness,
)
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.results import Track, TrackLoudness, VerificationFailed
from vidmill_worker.segments import write_list

MAX_GAIN_DB = 30.0
"""What is quieter than the target by more holds little but noise, which must not become loud."""
TOLERANCE_LU = 0.5
"""Of what is published (EBU R 128 allows 0.5 where the loudness is known beforehand)."""
CLOSE_ENOUGH_LU = 0.2
WRONG_LU = 2.0
"""What encoders never take away: something else was encoded than was measured."""
LEAST_SHARE = 0.2
"""Of a decibel of gain that is taken to come out as loudness, however hard the limiter works."""
MAX_ROUNDS = 4
"""Gains that are tried. Without a limiter the first is right; what one takes from peaks is missing
in loudness."""


@dataclass(slots=True)
class Levels:
    """How each voice is brought to its loudness, by its name."""

    levelings: dict[str, Leveling] = field(default_factory=dict[str, Leveling])
    before: dict[str, Loudness] = field(default_factory=dict[str, Loudness])
    """Of what goes into the encoder if nothing is done."""
    expected: dict[str, float] = field(default_factory=dict[str, float])
    """LUFS that come of it; none where there is nothing to hear."""
    share: dict[str, float] = field(default_factory=dict[str, float])
    """How much of a gain comes out as loudness; all of it without a limiter."""
    cpu_seconds: float = 0.0


async def find_levels(
    ffmpeg: FFmpeg, source: Source, plan: EncodePlan, directory: Path
) -> Levels | None:
    """Measure all sound and find what is to be done to it; None if it stays as loud as it is.
    Silence is left alone.

    Raises InvalidSource, FFmpegFailed, FFmpegStalled, FFmpegTimeout.
    """
    audio = plan.audio
    if audio is None or audio.loudness is None:
        return None
    finder = _Finder(ffmpeg, source, plan, audio, audio.loudness, directory, Levels())
    levels = finder.levels
    # The MP3 is often the first track as it is.
    first, *others = audio.voices
    twin = next((v for v in others if v.name == layout.MP3 and v.channels == first.channels), None)
    voices = [voice for voice in (first, *others) if voice != twin]
    levels.before = await finder.measure(voices)
    heard = [voice for voice in voices if not levels.before[voice.name].is_silent]
    await _approach(finder, heard)
    if twin is not None:
        levels.before[twin.name] = levels.before[first.name]
        if first in heard:
            levels.levelings[twin.name] = levels.levelings[first.name]
            levels.expected[twin.name] = levels.expected[first.name]
            levels.share[twin.name] = levels.share.get(first.name, 1)
            heard.append(twin)
    await finder.make_good(heard)
    return levels


async def _approach(finder: _Finder, voices: Sequence[Voice]) -> None:
    """Find the gains of some voices: by trying, where a limiter takes something away."""
    levels, target = finder.levels, finder.target.target_lufs
    for voice in voices:
        lufs = levels.before[voice.name].lufs
        finder.set_gain(voice, target - lufs)
        levels.expected[voice.name] = lufs + levels.levelings[voice.name].gain_db
    before = {voice.name: (0.0, levels.before[voice.name].lufs) for voice in voices}
    left = [v for v in voices if levels.levelings[v.name].ceiling_dbtp is not None]
    for number in range(MAX_ROUNDS):
        if not left:
            return
        found = await finder.measure(left)
        limited, left = left, []
        for voice in limited:
            name = voice.name
            here = levels.levelings[name].gain_db, found[name].lufs
            levels.expected[name] = here[1]
            levels.share[name] = share_of(before[name], here)
            before[name] = here
            if abs(here[1] - target) <= CLOSE_ENOUGH_LU or number == MAX_ROUNDS - 1:
                continue
            finder.set_gain(voice, here[0] + (target - here[1]) / levels.share[name])
            if levels.levelings[name].gain_db != here[0]:
                left.append(voice)


def share_of(before: tuple[float, float], here: tuple[float, float]) -> float:
    """How much of a gain comes out as loudness, by two gains that were tried, each with the LUFS it
    led to. Of more gain a limiter lets ever less through, so that trying again by this seldom goes
    too far."""
    gained, louder = here[0] - before[0], here[1] - before[1]
    share = louder / gained if abs(gained) > CLOSE_ENOUGH_LU else 1
    return min(1, max(LEAST_SHARE, share))


@dataclass(frozen=True, slots=True)
class _Finder:
    ffmpeg: FFmpeg
    source: Source
    plan: EncodePlan
    audio: AudioPlan
    target: LoudnessPlan
    directory: Path
    levels: Levels

    def set_gain(self, voice: Voice, gain_db: float) -> None:
        gain = min(MAX_GAIN_DB, gain_db)
        peak = self.levels.before[voice.name].true_peak_dbtp + gain
        ceiling = self.target.true_peak_dbtp
        self.levels.levelings[voice.name] = Leveling(gain, ceiling if peak > ceiling else None)

    async def measure(self, voices: Sequence[Voice]) -> dict[str, Loudness]:
        """What would go into the encoders."""
        readings = self._readings(voices)
        command = loudness_command(self.ffmpeg.executable, self.source, self.plan, readings)
        await self._run(command)
        return {reading.voice.name: self._taken(reading.log) for reading in readings}

    async def make_good(self, voices: Sequence[Voice]) -> None:
        """Add what the encoders take away."""
        if not voices:
            return
        readings = self._readings(voices)
        await self._run(
            coded_loudness_command(
                self.ffmpeg.executable, self.source, self.plan, self.audio, readings
            )
        )
        for reading in readings:
            before, behind = self._taken(reading.log), self._taken(reading.coded_log)
            if not before.is_silent and not behind.is_silent:
                name = reading.voice.name
                gain = self.levels.levelings[name].gain_db
                lost = before.lufs - behind.lufs
                self.set_gain(reading.voice, gain + lost / self.levels.share.get(name, 1))

    def _readings(self, voices: Sequence[Voice]) -> list[Reading]:
        return [
            Reading(voice, self.levels.levelings.get(voice.name), f"loudness_{number}.txt")
            for number, voice in enumerate(voices)
        ]

    async def _run(self, command: list[str]) -> None:
        ran = await run_on_source(self.ffmpeg, command, on_progress=None, cwd=self.directory)
        self.levels.cpu_seconds += ran.cpu_seconds

    def _taken(self, log: str) -> Loudness:
        return _taken(self.directory / log)


def _called(voice: Voice) -> str:
    return "The MP3" if voice.name == layout.MP3 else f"The sound track {voice.track.label}"


def _taken(log: Path) -> Loudness:
    found = read_loudness(log)
    log.unlink(missing_ok=True)
    return found


async def prove_levels(
    ffmpeg: FFmpeg,
    plan: EncodePlan,
    tracks: Sequence[Track],
    directory: Path,
    levels: Levels,
) -> tuple[dict[str, TrackLoudness], tuple[str, ...]]:
    """Measure what was encoded, from files in `directory`: by name of the voice, and a sentence for
    each that isn't as loud as was asked for.

    Raises VerificationFailed if it isn't as loud as was found out before, FFmpegFailed,
    FFmpegStalled, FFmpegTimeout.
    """
    assert plan.audio is not None
    assert plan.audio.loudness is not None
    target = plan.audio.loudness
    made: dict[str, Made] = {}
    for number, track in enumerate(tracks):
        numbers = [segment.number for segment in track.segments]
        path = write_list(directory / f"made_{number}.txt", directory / track.name, numbers)
        made[track.name] = Made(path, is_list=True, log=f"loudness_{number}.txt")
    if plan.audio.mp3:
        made[layout.MP3] = Made(directory / layout.MP3, is_list=False, log="loudness_mp3.txt")
    length = plan.duration_seconds
    command = measure_made_command(ffmpeg.executable, list(made.values()), length)
    ran = await ffmpeg.run(command, cwd=directory)
    levels.cpu_seconds += ran.cpu_seconds
    for entry in made.values():
        if entry.is_list:
            entry.path.unlink()
    found = {name: _taken(directory / entry.log) for name, entry in made.items()}
    for name, wanted in levels.expected.items():
        if name in found and abs(found[name].lufs - wanted) > WRONG_LU:
            what = f"is at {found[name].lufs:.1f} LUFS instead of {wanted:.1f}"
            raise VerificationFailed(name, what)
    described = {name: _described(name, heard, target, levels) for name, heard in found.items()}
    notes = (_note(v, found[v.name], target) for v in plan.audio.voices if v.name in found)
    return described, tuple(note for note in notes if note is not None)


def _note(voice: Voice, found: Loudness, target: LoudnessPlan) -> str | None:
    if found.is_silent:
        return f"{_called(voice)} is silent, and is left so."
    if abs(found.lufs - target.target_lufs) <= TOLERANCE_LU:
        return None
    return (
        f"{_called(voice)} is at {found.lufs:.1f} LUFS instead of {target.target_lufs:g}: more "
        f"than {MAX_GAIN_DB:g} dB of gain, or a limiter at work all the time, would spoil it."
    )


def _described(name: str, found: Loudness, target: LoudnessPlan, levels: Levels) -> TrackLoudness:
    before = levels.before.get(name, found)
    level = levels.levelings.get(name, Leveling(0))
    return TrackLoudness(
        target_lufs=target.target_lufs,
        source_lufs=None if before.is_silent else round(before.lufs, 2),
        source_true_peak_dbtp=None if before.is_silent else round(before.true_peak_dbtp, 2),
        gain_db=round(level.gain_db, 2),
        is_limited=level.ceiling_dbtp is not None,
        lufs=None if found.is_silent else round(found.lufs, 2),
        true_peak_dbtp=None if found.is_silent else round(found.true_peak_dbtp, 2),
    )
