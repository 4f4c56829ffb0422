"""FFmpeg's `-progress` output: blocks of key=value lines, each ended by `progress=`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """One report of a running FFmpeg."""

    frame: int
    """Video frames encoded; 0 where there is no video."""
    out_seconds: float
    """Latest timestamp written; includes the output's offset."""
    total_bytes: int
    speed: float | None
    """Media seconds a second; None while unknown."""
    ended: bool

    def fraction(self, frames: int) -> float:
        """Share done of `frames`, 0 to 1."""
        return min(1.0, self.frame / frames) if frames > 0 else 0.0


class ProgressParser:
    """Collects lines until a block is complete. Unknown keys and values are ignored."""

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def feed(self, line: str) -> Progress | None:
        """Take one line; returns a Progress at the end of a block, else None."""
        key, _, value = line.strip().partition("=")
        if key != "progress":
            self._values[key] = value.strip()
            return None
        values, self._values = self._values, {}
        return Progress(
            frame=_integer(values.get("frame")),
            out_seconds=_integer(values.get("out_time_us")) / 1e6,
            total_bytes=_integer(values.get("total_size")),
            speed=_speed(values.get("speed")),
            ended=value == "end",
        )


def _integer(text: str | None) -> int:
    try:
        return int(text or 0)
    except ValueError:  # FFmpeg writes N/A until it knows
        return 0


def _speed(text: str | None) -> float | None:
    try:
        return float((text or "").removesuffix("x"))
    except ValueError:
        return None
