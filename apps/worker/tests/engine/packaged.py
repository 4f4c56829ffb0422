"""A published folder as a player has it: playlists read by these few lines, media by PyAV, and
nothing by the packager's own modules."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import av
from av.packet import Packet
from av.stream import Stream
from av.video.codeccontext import VideoCodecContext


@dataclass(frozen=True)
class Playlist:
    """A playlist as it lies in the folder."""

    path: Path
    lines: list[str]

    @classmethod
    def read(cls, path: Path) -> Playlist:
        text = path.read_text(encoding="utf-8")
        assert text.startswith("#EXTM3U\n"), "bis 4.4.1.1"
        return cls(path, text.splitlines())

    def values(self, tag: str) -> list[str]:
        return [line[len(tag) + 1 :] for line in self.lines if line.split(":")[0] == tag]

    def value(self, tag: str) -> str:
        [value] = self.values(tag)
        return value

    def attributes(self, tag: str) -> list[dict[str, str]]:
        found = (re.findall(r'([A-Z-]+)=("[^"]*"|[^,]*)', value) for value in self.values(tag))
        return [{name: value.strip('"') for name, value in pairs} for pairs in found]

    @property
    def segments(self) -> list[tuple[Path, Fraction]]:
        """(file, stated duration in seconds) of each."""
        names = [line for line in self.lines if line and not line.startswith("#")]
        durations = [Fraction(value.split(",")[0]) for value in self.values("#EXTINF")]
        return list(zip((self.path.parent / name for name in names), durations, strict=True))

    @property
    def init(self) -> bytes:
        [mapped] = self.attributes("#EXT-X-MAP")
        return (self.path.parent / mapped["URI"]).read_bytes()

    @property
    def seconds(self) -> Fraction:
        return sum((seconds for _, seconds in self.segments), Fraction(0))

    @property
    def target(self) -> int:
        return int(self.value("#EXT-X-TARGETDURATION"))

    def rates(self) -> tuple[Fraction, Fraction]:
        """(peak, average) in bits a second, by the sizes of files: bis 4.1."""
        sizes = [(path.stat().st_size * 8, seconds) for path, seconds in self.segments]
        runs = [
            (sum(bits for bits, _ in run), sum((length for _, length in run), Fraction(0)))
            for first in range(len(sizes))
            for run in (sizes[first:end] for end in range(first + 1, len(sizes) + 1))
        ]
        counted = [
            bits / length
            for bits, length in runs
            if Fraction(1, 2) * self.target <= length <= Fraction(3, 2) * self.target
        ]
        return max(counted), sum(bits for bits, _ in sizes) / self.seconds


@dataclass(frozen=True)
class Variant:
    attributes: dict[str, str]
    playlist: Playlist


@dataclass(frozen=True)
class Package:
    """Everything that a master playlist names."""

    master: Playlist
    variants: list[Variant]
    audio: list[Variant]
    text: list[Variant]

    @property
    def media(self) -> list[Playlist]:
        """Of sound and picture."""
        return [entry.playlist for entry in (*self.variants, *self.audio)]


@dataclass(frozen=True)
class Piece:
    """One segment behind its init segment, and nothing else: what a player has that begins here."""

    packets: list[Packet[Stream]]
    frames: int
    kinds: str
    """Streams in it, a letter each."""
    codec: str
    sample_entry: str
    extradata: bytes
    size: tuple[int, int]

    @property
    def first(self) -> Fraction:
        return min(time(packet.pts, packet) for packet in self.packets)

    @property
    def end(self) -> Fraction:
        """Up to when it shows or sounds."""
        return max(
            time(packet.pts, packet) + time(packet.duration, packet) for packet in self.packets
        )


def time(ticks: int | None, packet: Packet[Stream]) -> Fraction:
    assert ticks is not None
    return ticks * packet.time_base


def pieces(playlist: Playlist) -> Iterator[Piece]:
    for path, _ in playlist.segments:
        data = playlist.init + path.read_bytes()
        with av.open(BytesIO(data), "r") as file:
            packets = [packet for packet in file.demux() if packet.size]
        with av.open(BytesIO(data), "r") as file:
            kinds = "".join(each.type[0] for each in file.streams)
            [stream] = (*file.streams.video, *file.streams.audio)
            context = stream.codec_context
            # What is broken must be told, and not be concealed.
            context.options = {"err_detect": "explode"}
            frames = sum(1 for _ in file.decode(stream))
            size = (0, 0)
            if isinstance(context, VideoCodecContext):
                size = (context.width, context.height)
            extradata = bytes(context.extradata or b"")
            yield Piece(packets, frames, kinds, context.name, context.codec_tag, extradata, size)
