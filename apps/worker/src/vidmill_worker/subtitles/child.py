"""Runs in a limited child process: read the text packets of one file with PyAV, print each as a
line of JSON.

Usage: python -m vidmill_worker.subtitles.child DEMUXER SOURCE INDEX..., where SOURCE is a path or a
URL that `remote_file` takes, and INDEX those of the streams that are wanted. A line is either
{"stream": index, "at_us": time, "for_us": length or null, "data": base64} or, last, {"end":
reason}, where the reason is null for a file that was read to its end. Times are microseconds
on the container's own clock. Imports little, as `probe_child` does.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from fractions import Fraction

import av
import av.error
import av.logging
from av.container import InputContainer
from av.packet import Packet
from av.stream import Discard, Stream

from vidmill_worker.decoders import TEXT
from vidmill_worker.limits import MAX_STREAMS
from vidmill_worker.remote_file import is_url
from vidmill_worker.subtitles.limits import MAX_BYTES, MAX_PACKETS, PACKET_BYTES


def main(demuxer: str, path: str, wanted: set[int]) -> str | None:
    """Print the packets; returns why not all of them could be, None if they were."""
    options = {
        "protocol_whitelist": "http,tcp" if is_url(path) else "file",
        "format_whitelist": demuxer,
        # Nothing is decoded.
        "codec_whitelist": ",".join(TEXT),
        "max_streams": str(MAX_STREAMS),
    }
    try:
        with av.open(path, format=demuxer, options=options, metadata_errors="replace") as file:
            return _print_packets(file, wanted)
    except av.error.FFmpegError as error:
        return f"{error.strerror}."


def _print_packets(file: InputContainer, wanted: set[int]) -> str | None:
    streams = [stream for stream in file.streams.subtitles if stream.index in wanted]
    for stream in file.streams:
        # What is not wanted is not even read where there is an index.
        stream.discard = Discard.default if stream.index in wanted else Discard.all
    count = size = 0
    for packet in file.demux(streams):
        if not packet.size or packet.size > PACKET_BYTES or packet.pts is None:
            continue
        count += 1
        size += packet.size
        if count > MAX_PACKETS or size > MAX_BYTES:
            return "There is more text than a film can hold."
        _print_packet(packet, packet.pts)
    return None


def _print_packet(packet: Packet[Stream], pts: int) -> None:
    base = packet.time_base or Fraction(0)
    line = {
        "stream": packet.stream_index,
        "at_us": round(pts * base * 1_000_000),
        "for_us": round(packet.duration * base * 1_000_000) if packet.duration else None,
        "data": b64encode(bytes(packet)).decode(),
    }
    print(json.dumps(line))  # noqa: T201  # the answer, a line each


if __name__ == "__main__":
    av.logging.set_level(None)
    reason = main(sys.argv[1], sys.argv[2], {int(index) for index in sys.argv[3:]})
    print(json.dumps({"end": reason}))  # noqa: T201  # so that an end is told from a crash
