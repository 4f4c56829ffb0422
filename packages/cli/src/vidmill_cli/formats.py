"""Figures as people read them."""

from __future__ import annotations


def size(count: float) -> str:
    """Bytes in decimal units, as storage is sold: `1.5 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.0f} B" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def bitrate(bits_per_second: float) -> str:
    """Bits per second: `2.4 Mbit/s`."""
    if bits_per_second < 1e6:
        return f"{bits_per_second / 1e3:.0f} kbit/s"
    return f"{bits_per_second / 1e6:.1f} Mbit/s"


def duration(seconds: float | None) -> str:
    """Seconds: `8.2 s`, `3:05`, `1:02:03`; a dash if not known."""
    if seconds is None:
        return "–"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def moment(timestamp: str | None) -> str:
    """An RFC 3339 time in UTC, to the second: `2026-01-31 12:00:00`."""
    return timestamp[:19].replace("T", " ") if timestamp else "–"
