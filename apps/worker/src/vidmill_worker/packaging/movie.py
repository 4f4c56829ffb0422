"""Read the index of a progressive MP4 (ISO/IEC 14496-12): what a player is told it holds."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

from vidmill_worker.packaging.boxes import InvalidFragment, boxes, flatten, top_level


@dataclass(frozen=True, slots=True)
class MovieTrack:
    """One track; times in seconds of its own clock."""

    handler: str
    """vide or soun."""
    sample_entry: str
    """Kind of its samples: avc1, hvc1, mp4a."""
    samples: int
    media_seconds: float
    """Sum of the samples' durations."""
    start_seconds: float
    """When the first sample is shown, after the edit list; priming before it is negative."""
    edited_seconds: float
    """Length the edit list shows; the media's if there is none."""


@dataclass(frozen=True, slots=True)
class Movie:
    """A progressive MP4."""

    tracks: tuple[MovieTrack, ...]
    index_first: bool
    """True if the index precedes the media, so that playing can start while it downloads."""
    complete: bool
    """True if the boxes end where the file ends."""


def read_movie(path: Path) -> Movie:
    """Raises InvalidFragment if the file has no readable index."""
    size = path.stat().st_size
    order: list[bytes] = []
    moov = None
    end = 0
    with path.open("rb") as file:
        for kind, start, stop in top_level(file, size):
            order.append(kind)
            end = stop
            if kind == b"moov":
                file.seek(start)
                moov = file.read(stop - start)
    if moov is None or b"mdat" not in order:
        raise InvalidFragment("no index or no media in the file")
    mvhd = dict(boxes(moov))[b"mvhd"]
    (scale,) = struct.unpack_from(">I", mvhd, 20 if mvhd[0] == 1 else 12)
    return Movie(
        tracks=tuple(_track(content, scale) for kind, content in boxes(moov) if kind == b"trak"),
        index_first=order.index(b"moov") < order.index(b"mdat"),
        complete=end == size,
    )


def _track(trak: bytes, movie_scale: int) -> MovieTrack:
    found = dict(flatten(trak))
    mdhd = found[b"mdhd"]
    (timescale,) = struct.unpack_from(">I", mdhd, 20 if mdhd[0] == 1 else 12)
    (samples,) = struct.unpack_from(">I", found[b"stsz"], 8)
    runs = _pairs(found[b"stts"])
    duration = sum(count * delta for count, delta in runs)
    first_offset = 0
    if b"ctts" in found:
        first_offset = _pairs(found[b"ctts"], signed=found[b"ctts"][0] == 1)[0][1]
    length, media_time = _edit(found.get(b"elst"))
    return MovieTrack(
        handler=found[b"hdlr"][8:12].decode("latin-1"),
        sample_entry=found[b"stsd"][12:16].decode("latin-1"),
        samples=samples,
        media_seconds=duration / timescale,
        start_seconds=(first_offset - media_time) / timescale,
        edited_seconds=(duration / timescale) if length is None else length / movie_scale,
    )


def _pairs(table: bytes, *, signed: bool = False) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", table, 4)
    return list(struct.iter_unpack(">Ii" if signed else ">II", table[8 : 8 + 8 * count]))


def _edit(elst: bytes | None) -> tuple[int | None, int]:
    """(length in the movie's clock, first media time) of the only edit."""
    if elst is None:
        return None, 0
    (count,) = struct.unpack_from(">I", elst, 4)
    if count != 1:
        raise InvalidFragment(f"{count} edits where one is expected")
    length, media_time = struct.unpack_from(">Qq" if elst[0] == 1 else ">Ii", elst, 8)
    return length, media_time
