"""Every file of the corpus through the real probe and, where that takes it, the real encoder.

Nothing may touch the lures: a port that listens, and a secret that nobody opens. Each file has its
code, within seconds and a bounded memory.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Generator, Iterable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from vidmill.presets import Preset, Rung, VideoSettings
from vidmill_worker import sandbox
from vidmill_worker.engine import encode_audio, encode_video
from vidmill_worker.failures import failure_of
from vidmill_worker.ffmpeg.chunks import WHOLE, even
from vidmill_worker.ffmpeg.executable import from_wheel
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan, with_own_times
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed, RunLimits
from vidmill_worker.probe import Limits, probe
from vidmill_worker.results import PicturesLost

from .corpus import CORPUS, Lures, write
from .expected import EXPECTED

LIMITS = Limits(min_seconds=0.5, min_short_side=64)
FFMPEG = FFmpeg(
    from_wheel(),
    threads=1,
    limits=RunLimits(memory_bytes=2**31, file_bytes=2**24, stall_seconds=30, wall_seconds=60),
)
TINY = Preset(
    name="tiny",
    video=VideoSettings(
        encoder_preset="ultrafast",
        gop_seconds=0.4,
        rungs=(Rung(short_side=64, crf=40, max_bitrate_bps=100_000, buffer_bits=100_000),),
    ),
    segment_seconds=0.4,
)
SOUND = Preset(name="sound", thumbnail_percents=())
MOST_CPU_SECONDS = 10.0
"""Of one file; a bomb would take hours. Measured on the children, as machines are busy."""
MOST_MEMORY_BYTES = 1_500_000_000
MOST_OUTPUT_BYTES = 2_000_000
SECRET = b"vidmill-canary-5f1c9be3"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Good files to be spoilt, by ending. One thread: the same bytes each time."""
    folder = tmp_path_factory.mktemp("good")
    exact = ("-threads", "1", "-fflags", "+bitexact", "-flags", "+bitexact")
    h264 = ("-c:v", "libx264", "-preset", "ultrafast", "-g", "12", *exact)

    def make(name: str, *options: str | Path) -> bytes:
        command = [FFMPEG.executable, "-v", "error", "-nostdin", "-y", *map(str, options)]
        subprocess.run([*command, str(folder / name)], check=True)
        return (folder / name).read_bytes()

    pictures = ("-f", "lavfi", "-i", "testsrc2=s=128x96:r=25:d=1")
    tone = ("-f", "lavfi", "-i", "sine=440:r=48000:d=1")
    source = folder / "good.mp4"
    made = {"mp4": make("good.mp4", *pictures, *tone, *h264, "-c:a", "aac")}
    for ending in ("mov", "mkv", "ts", "flv"):
        made[ending] = make(f"good.{ending}", "-i", source, "-c", "copy", *exact)
    for ending, options in {
        "avi": ("-c:v", "mpeg4", "-c:a", "mp3"),
        "wmv": ("-c:v", "wmv2", "-c:a", "wmav2"),
        "mxf": ("-s", "720x576", "-c:v", "mpeg2video", "-c:a", "pcm_s16le"),
    }.items():
        made[ending] = make(f"good.{ending}", "-i", source, *options, *exact)
    made["m4a"] = make("song.mp4", "-i", source, "-vn", "-c", "copy")
    make("cover.png", "-i", source, "-frames:v", "1", "-update", "1")
    covered = ("-map", "0:a", "-map", "1:v", "-c", "copy", "-disposition:v", "attached_pic")
    made["cover.m4a"] = make("cover.mp4", "-i", source, "-i", folder / "cover.png", *covered)
    small = make("small.h264", "-i", source, "-c", "copy", "-bsf:v", "h264_mp4toannexb")
    large = make("large.h264", "-f", "lavfi", "-i", "color=s=4096x2304:r=25:d=1", *h264)
    (folder / "both.h264").write_bytes(small + large)
    made["grows.ts"] = make("grows.ts", "-r", "25", "-i", folder / "both.h264", "-c", "copy")
    return made


class Watch:
    """Notices whether anything below a folder is opened, by whatever process (inotify(7))."""

    OPENED_OR_READ = 0x20 | 0x1

    def __init__(self, folder: Path) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        self._file = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        added = libc.inotify_add_watch(self._file, str(folder).encode(), self.OPENED_OR_READ)
        assert self._file >= 0 <= added

    def seen(self) -> list[bytes]:
        """Names that were opened since the last time."""
        try:
            data = os.read(self._file, 65_536)
        except BlockingIOError:
            return []
        names: list[bytes] = []
        while data:
            length = struct.unpack_from("=i3I", data)[3]
            names.append(data[16 : 16 + length].rstrip(b"\0"))
            data = data[16 + length :]
        return names

    def close(self) -> None:
        os.close(self._file)


@dataclass
class Traps:
    """The lures, and what tells that somebody took them."""

    lures: Lures
    watch: Watch
    sockets: tuple[socket.socket, socket.socket]

    def sprung(self) -> list[str]:
        """What was touched."""
        found = [f"opened {name!r}" for name in self.watch.seen()]
        listening, datagrams = self.sockets
        with suppress(BlockingIOError):
            listening.accept()[0].close()
            found.append("connected")
        with suppress(BlockingIOError):
            found.append(f"sent {datagrams.recv(100)!r}")
        return found


@pytest.fixture(scope="module")
def traps(good: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Generator[Traps]:
    folder = tmp_path_factory.mktemp("lure")
    secret = folder / "secret.txt"
    secret.write_bytes(SECRET)
    watch = Watch(folder)
    with (
        socket.create_server(("127.0.0.1", 0)) as listening,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams,
    ):
        port = listening.getsockname()[1]
        datagrams.bind(("127.0.0.1", port))
        listening.setblocking(False)
        datagrams.setblocking(False)
        yield Traps(Lures(port, secret, good), watch, (listening, datagrams))
    watch.close()


async def outcome(path: Path, folder: Path, preset: Preset) -> str:
    """The code that a job of this file ends with, or "valid"."""
    try:
        source = await probe(path, LIMITS, sound_alone=not preset.video.rungs)
        try:
            await encode(path, make_plan(source, preset, even(2)), folder)
        except PicturesLost:
            # As `tasks.plan` does it then.
            shutil.rmtree(folder)
            await encode(path, make_plan(with_own_times(source), preset, WHOLE), folder)
    except Exception as error:  # noqa: BLE001  # as the worker does it
        return failure_of(error).code
    return "valid"


async def encode(path: Path, plan: EncodePlan, folder: Path) -> None:
    folder.mkdir()
    for chunk in plan.chunks:
        await encode_video(FFMPEG, path, plan, chunk, folder)
    if plan.audio is not None:
        await encode_audio(FFMPEG, path, plan, folder)


CHILDREN: ContextVar[list[sandbox.Child]] = ContextVar("children")


async def examined(name: str, traps: Traps, folder: Path, preset: Preset) -> str:
    """What comes of one file, and what it did beside that."""
    children: list[sandbox.Child] = []
    CHILDREN.set(children)
    path = write(name, traps.lures, folder)
    result = await outcome(path, folder / "out", preset)
    ended = [await child.wait() for child in children]
    if (cpu := sum(each.cpu_seconds for each in ended)) > MOST_CPU_SECONDS:
        result += f", {cpu:.0f} CPU seconds"
    if (peak := max((e.peak_memory_bytes for e in ended), default=0)) > MOST_MEMORY_BYTES:
        result += f", {peak:,} bytes of memory"
    made = [file.read_bytes() for file in (folder / "out").rglob("*") if file.is_file()]
    if (size := sum(map(len, made))) > MOST_OUTPUT_BYTES:
        result += f", {size:,} bytes written"
    if any(SECRET in data for data in made):
        result += ", holds the secret"
    shutil.rmtree(folder)
    return result


async def examine_all(
    names: Iterable[str],
    traps: Traps,
    folder: Path,
    preset: Preset,
    monkeypatch: pytest.MonkeyPatch,
) -> dict[str, str]:
    """What comes of some files, by name."""
    start = sandbox.start

    async def noted(*arguments: Any, **named: Any) -> sandbox.Child:
        child = await start(*arguments, **named)
        CHILDREN.get().append(child)
        return child

    monkeypatch.setattr(sandbox, "start", noted)
    slots = asyncio.Semaphore(2)
    found: dict[str, str] = {}

    async def examine(number: int, name: str) -> None:
        async with slots:
            found[name] = await examined(name, traps, folder / str(number), preset)

    await asyncio.gather(*(examine(number, name) for number, name in enumerate(names)))
    return found


@pytest.mark.files
async def test_every_file_has_its_code_and_touches_nothing(
    traps: Traps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert await examine_all(CORPUS, traps, tmp_path, TINY, monkeypatch) == EXPECTED
    assert traps.sprung() == []
    assert not list(Path.cwd().glob("*pwned*"))


async def test_files_without_pictures_are_looked_at_as_sound(
    traps: Traps, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [name for name, code in EXPECTED.items() if code == "no_video_stream"]
    found = await examine_all(names, traps, tmp_path, SOUND, monkeypatch)
    others = {
        "a_song.mp4": "valid",
        "a_song_with_a_cover.mp4": "valid",
        "spoilt_8.mp4": "too_short",
    }
    assert found == dict.fromkeys(names, "no_audio_stream") | others
    assert traps.sprung() == []


def test_the_traps_would_notice(traps: Traps) -> None:
    traps.lures.secret.read_bytes()
    socket.create_connection(("127.0.0.1", traps.lures.port)).close()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", traps.lures.port))
    assert {what.split()[0] for what in traps.sprung()} == {"opened", "connected", "sent"}


@pytest.mark.parametrize("lure", ["{secret}", r"http\://127.0.0.1\:{port}/stolen"])
async def test_ffmpeg_told_to_take_the_lures_cannot(
    lure: str, traps: Traps, tmp_path: Path
) -> None:
    """As if a decoder had been taken over: lists of protocols and formats are of no help then."""
    name = lure.format(secret=traps.lures.secret, port=traps.lures.port)
    front = (FFMPEG.executable, "-nostdin", "-loglevel", "level+verbose", "-f", "lavfi")
    with pytest.raises(FFmpegFailed) as failed:
        await FFMPEG.run([*front, "-i", f"movie='{name}'", "-f", "null", "-"], cwd=tmp_path)
    denied = ("Permission denied", "Operation not permitted")
    assert any(reason in failed.value.log_tail for reason in denied), failed.value.log_tail
    assert traps.sprung() == []
