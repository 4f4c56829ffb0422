"""Parts that all command lines share: how FFmpeg is started, how files and times are written."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ffmpeg

from vidmill import languages
from vidmill_worker.confinement import Reach
from vidmill_worker.ffmpeg.hardware import DEVICES, DRIVER_FILES, HARDWARE

# ffmpeg-python has no types: its objects are Any here and in the two modules of commands, whose
# functions return list[str].
ff: Any = ffmpeg


def compile_command(executable: str, output: Any, *extra: str) -> list[str]:
    """The whole argument list of a graph; `extra` are more global options."""
    front = [
        executable,
        # A terminal's keys must not steer a worker.
        "-nostdin",
        "-hide_banner",
        "-y",
        # verbose, because only there the decoder says how many frames it showed.
        *("-loglevel", "level+verbose"),
        "-nostats",
        *("-progress", "pipe:1"),
        # Short, because a finished segment is noticed at the next report.
        *("-stats_period", "0.25"),
        *extra,
    ]
    return [str(argument) for argument in ff.compile(output, cmd=front)]


Source = Path | str
"""A local file, or the URL at which the worker itself serves one that is not all here."""


def input_url(source: Source) -> str:
    """A local file with its protocol, so that no name is taken for one ("concat:...")."""
    return source if isinstance(source, str) else f"file:{source.absolute()}"


def reading(source: Source) -> dict[str, Any]:
    """Options of an input: no other way to its bytes than the source's own, so that no file can
    name another file or host."""
    if isinstance(source, str):
        # One connection for all ranges.
        return {"protocol_whitelist": "http,tcp", "multiple_requests": 1}
    return {"protocol_whitelist": "file"}


def place_of(source: Source) -> tuple[str, Reach]:
    """A source as an argument of a child of our own, and what that child needs to touch."""
    if isinstance(source, str):
        return source, Reach(port=urlsplit(source).port)
    return str(source.absolute()), Reach(reads=(source,))


def reach_of(argv: Sequence[str], cwd: Path | None) -> Reach:
    """What FFmpeg needs to touch for a command line: its inputs, the folder it works in, and the
    devices of its encoder."""
    reads: list[Path] = []
    port = None
    devices: tuple[str, ...] = ()
    for option, value in pairwise(argv):
        if option == "-c:v" and value in HARDWARE:
            family = HARDWARE[value].family
            devices = DEVICES[family]
            reads += map(Path, DRIVER_FILES[family])
        if option != "-i":
            continue
        protocol, colon, name = value.partition(":")
        if protocol == "http":
            port = urlsplit(value).port
        elif protocol == "concatf":
            # A list of files that are beside it.
            reads.append(Path(name).parent)
        else:
            reads.append(Path(name if colon and protocol == "file" else value))
    # What is named relative to the folder is in it.
    reads = [path for path in reads if path.is_absolute()]
    return Reach(tuple(reads), () if cwd is None else (cwd,), port, devices)


def language_of(stream: str, language: str | None) -> dict[str, Any]:
    """Options that state the language of an output's stream ("a:0"), if it is known."""
    # MP4 holds codes of three letters (ISO/IEC 14496-12, 8.4.2).
    return {f"metadata:s:{stream}": f"language={languages.code(language)}"} if language else {}


def anonymous() -> dict[str, Any]:
    """Sources carry places, names and serial numbers; what is published must not."""
    return {"map_metadata": -1, "map_chapters": -1}


def seconds(value: Fraction) -> str:
    """Seconds to the microsecond, FFmpeg's own precision for options."""
    micros = round(value * 1_000_000)
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    return f"{sign}{micros // 1_000_000}.{micros % 1_000_000:06d}"
