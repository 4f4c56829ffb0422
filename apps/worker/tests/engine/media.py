"""Look into media files with PyAV, a reader that is not the one under test."""

from __future__ import annotations

from array import array
from fractions import Fraction
from pathlib import Path

import av
from av.audio.resampler import AudioResampler


def lumas(path: Path) -> list[int]:
    """Luma in the middle of every decoded frame."""
    with av.open(str(path)) as file:
        values: list[int] = []
        for frame in file.decode(file.streams.video[0]):
            plane = frame.planes[0]
            middle = frame.height // 2 * plane.line_size + frame.width // 2
            values.append(bytes(plane)[middle])
        return values


def frame_times(path: Path) -> list[Fraction]:
    """Presentation time of every decoded frame, in seconds."""
    with av.open(str(path)) as file:
        stream = file.streams.video[0]
        base = stream.time_base
        assert base is not None
        return [frame.pts * base for frame in file.decode(stream) if frame.pts is not None]


def samples(path: Path, track: int = 0) -> tuple[float, array[int]]:
    """(time of the first sample, all samples) of a track of sound, as 16 bit mono at 48 kHz."""
    resampler = AudioResampler(format="s16", layout="mono", rate=48_000)
    start = None
    data = array("h")
    with av.open(str(path)) as file:
        for frame in file.decode(file.streams.audio[track]):
            start = frame.time if start is None else start
            for part in resampler.resample(frame):
                data.frombytes(bytes(part.planes[0])[: part.samples * 2])
    return start or 0.0, data


def flash_times(path: Path, threshold: int = 120) -> list[float]:
    """Times at which the picture turns white."""
    times = frame_times(path)
    white = [value > threshold for value in lumas(path)]
    edges = zip(times, white, [False, *white], strict=False)
    return [float(time) for time, now, before in edges if now and not before]


def beep_times(path: Path) -> list[float]:
    """Times at which sound starts after at least 0.3 s of silence."""
    start, data = samples(path)
    found: list[float] = []
    last = -1.0
    for number, value in enumerate(data):
        if abs(value) > 1000:
            time = start + number / 48_000
            if time - last > 0.3:
                found.append(time)
            last = time
    return found


def starts(path: Path) -> dict[str, float]:
    """Start of each stream as a player sees it, by kind."""
    with av.open(str(path)) as file:
        return {
            stream.type: float((stream.start_time or 0) * (stream.time_base or 0))
            for stream in file.streams
        }
