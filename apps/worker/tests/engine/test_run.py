"""FFmpeg runs: limited, watched, and gone when told to."""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

from vidmill_worker import sandbox
from vidmill_worker.confinement import Reach
from vidmill_worker.ffmpeg.progress import Progress, ProgressParser
from vidmill_worker.ffmpeg.run import (
    FFmpeg,
    FFmpegFailed,
    FFmpegStalled,
    FFmpegTimeout,
    RunLimits,
    run_ffmpeg,
)

FRONT = ("-nostdin", "-hide_banner", "-y", "-loglevel", "level+verbose", "-nostats")
REPORTS = (*FRONT, "-progress", "pipe:1", "-stats_period", "0.1")
ENDLESS = ("-re", "-f", "lavfi", "-i", "testsrc2=s=64x64")


async def test_a_run_reports_progress_cpu_and_what_was_decoded(
    ffmpeg: FFmpeg, flashes: Path
) -> None:
    reports: list[Progress] = []

    async def note(progress: Progress) -> None:
        reports.append(progress)

    command = [ffmpeg.executable, *REPORTS, "-i", str(flashes), "-f", "null", "-"]
    result = await ffmpeg.run(command, on_progress=note)
    assert reports[-1].ended
    assert reports[-1].frame == 180
    assert reports[-1].fraction(180) == 1
    assert result.decoded_frames == {0: 180}
    assert result.decode_errors == {0: 0}
    assert 0 < result.cpu_seconds < 30
    assert result.peak_memory_bytes > 1_000_000


async def test_a_failure_carries_the_last_lines(ffmpeg: FFmpeg, tmp_path: Path) -> None:
    command = [ffmpeg.executable, *REPORTS, "-i", str(tmp_path / "none.mp4"), "-f", "null", "-"]
    with pytest.raises(FFmpegFailed) as failure:
        await ffmpeg.run(command)
    assert failure.value.returncode > 0
    assert "No such file" in failure.value.log_tail
    assert len(failure.value.log_tail) < 40 * 500


async def test_cancelling_kills_it_within_two_seconds(ffmpeg: FFmpeg) -> None:
    started = asyncio.Event()

    async def note(_: Progress) -> None:
        started.set()

    command = [ffmpeg.executable, *REPORTS, *ENDLESS, "-f", "null", "-"]
    # Servers that other tests of the session started are children too.
    others = _children()
    task = asyncio.create_task(ffmpeg.run(command, on_progress=note))
    await asyncio.wait_for(started.wait(), 20)
    children = _children() - others
    assert children
    before = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - before < 2
    assert not children & _children()


async def test_no_progress_is_a_stall(ffmpeg: FFmpeg, tmp_path: Path) -> None:
    pipe = tmp_path / "silent"
    os.mkfifo(pipe)
    # Opened for reading and writing, so that FFmpeg's open succeeds and its read waits for ever.
    descriptor = os.open(pipe, os.O_RDWR)
    try:
        command = [ffmpeg.executable, *REPORTS, "-f", "rawvideo", "-video_size", "64x64"]
        with pytest.raises(FFmpegStalled, match=r"0\.5 s"):
            await run_ffmpeg(
                [*command, "-i", str(pipe), "-f", "null", "-"], RunLimits(stall_seconds=0.5)
            )
    finally:
        os.close(descriptor)


async def test_progress_holds_the_stall_watchdog_off_but_not_the_clock(ffmpeg: FFmpeg) -> None:
    command = [ffmpeg.executable, *REPORTS, *ENDLESS, "-f", "null", "-"]
    before = time.monotonic()
    with pytest.raises(FFmpegTimeout, match=r"1\.5 s"):
        await run_ffmpeg(command, RunLimits(stall_seconds=1, wall_seconds=1.5))
    assert time.monotonic() - before < 5


async def test_memory_is_limited(ffmpeg: FFmpeg) -> None:
    # A queue of 4K frames that would take gigabytes.
    command = [ffmpeg.executable, *REPORTS, "-f", "lavfi", "-i", "testsrc2=s=3840x2160:d=60"]
    graph = ["-vf", "reverse", "-f", "null", "-"]
    with pytest.raises(FFmpegFailed):
        await run_ffmpeg([*command, *graph], RunLimits(memory_bytes=600 * 2**20))


async def test_output_is_limited(ffmpeg: FFmpeg, tmp_path: Path) -> None:
    command = [ffmpeg.executable, *REPORTS, "-f", "lavfi", "-i", "testsrc2=s=640x360:d=60"]
    with pytest.raises(FFmpegFailed):
        await run_ffmpeg(
            [*command, "-f", "rawvideo", "big.raw"], RunLimits(file_bytes=2**20), cwd=tmp_path
        )
    assert (tmp_path / "big.raw").stat().st_size <= 2**20


async def test_an_error_in_a_callback_ends_the_run(ffmpeg: FFmpeg) -> None:
    async def fail(_: Progress) -> None:
        raise ConnectionError("storage is gone")

    command = [ffmpeg.executable, *REPORTS, *ENDLESS, "-f", "null", "-"]
    before = _children()
    with pytest.raises(ConnectionError):
        await ffmpeg.run(command, on_progress=fail)
    assert _children() == before


async def test_children_have_no_environment_and_their_own_session() -> None:
    child = await sandbox.start(
        ["/bin/sh", "-c", "/usr/bin/env; sleep 0.2"],
        sandbox.ProcessLimits(cpu_seconds=5),
        Reach(),
    )
    assert os.getsid(child.pid) == child.pid != os.getsid(0)
    output = (await child.stdout.read(-1)).decode()
    ended = await child.wait()
    await child.kill()
    assert ended.returncode == 0
    assert "HOME=" not in output
    assert "SECRET" not in output


async def test_a_child_stands_back_as_far_as_it_is_told() -> None:
    show = "sleep 0.2; nice; cat /proc/self/autogroup 2>/dev/null || echo nice 7"
    child = await sandbox.start(["/bin/sh", "-c", show], sandbox.ProcessLimits(niceness=7), Reach())
    assert os.sched_getscheduler(child.pid) == os.SCHED_BATCH
    assert os.sched_getscheduler(0) == os.SCHED_OTHER
    printed = (await child.stdout.read(-1)).decode().split()
    assert (await child.wait()).returncode == 0
    await child.kill()
    assert int(printed[0]) == min(19, os.nice(0) + 7)
    # By session too, where the kernel groups processes that way.
    assert printed[-2:] == ["nice", "7"]


async def test_a_child_beyond_its_cpu_limit_is_ended() -> None:
    child = await sandbox.start(
        ["/bin/sh", "-c", "while :; do :; done"], sandbox.ProcessLimits(cpu_seconds=1), Reach()
    )
    ended = await asyncio.wait_for(child.wait(), 30)
    await child.kill()
    assert ended.returncode < 0
    assert 0.5 < ended.cpu_seconds < 3


def test_progress_ignores_what_it_does_not_know() -> None:
    parser = ProgressParser()
    lines = ["frame=12", "out_time_us=N/A", "total_size=N/A", "speed=N/A", "stream_0_0_q=1.0"]
    assert [parser.feed(line) for line in lines] == [None] * len(lines)
    assert parser.feed("progress=continue") == Progress(12, 0.0, 0, None, ended=False)
    for line in ("frame=24", "out_time_us=1500000", "total_size=100", "speed= 2.5x"):
        assert parser.feed(line) is None
    assert parser.feed("progress=end") == Progress(24, 1.5, 100, 2.5, ended=True)
    assert Progress(5, 0, 0, None, ended=False).fraction(0) == 0


def _children() -> set[int]:
    """Of every thread of this process. One may end while they are looked at."""
    found: set[int] = set()
    for thread in Path(f"/proc/{os.getpid()}/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):
            found.update(map(int, (thread / "children").read_text().split()))
    return found
