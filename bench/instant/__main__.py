"""Seconds from the end of an upload to a playable video, for a short, a long and a very long one.

1080p H.264 at 30 frames a second, about 10 Mbit/s, with sound; the long ones are the short one
looped (the index grows as that of a real one would). The clock starts when the last byte of the
upload has been sent, and stops when a client that followed the job's events has fetched the master
playlist, the playlists of the smallest rung and of the sound, their init segments and their first
segments. Two workers, as `make up` starts them. Each job is cancelled once it plays.

    python bench/instant [ROUNDS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx

from vidmill_cli.client import Client
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.running_stack import RunningStack
from vidmill_worker.ffmpeg.executable import from_wheel

LIMIT_SECONDS = 5
#: Name and length in tens of seconds.
SOURCES = {"10 s": 1, "10 min": 60, "2 h": 720}


def ten_seconds(folder: Path) -> Path:
    """A slow pan over detail with light noise, as a camera gives it."""
    still, path = folder / "still.png", folder / "10 s.mp4"
    make = [from_wheel(), "-v", "error", "-nostdin"]
    picture = ["-f", "lavfi", "-i", "mandelbrot=size=3840x2160:maxiter=200:start_scale=1.2"]
    subprocess.run([*make, *picture, "-frames:v", "1", str(still)], check=True)
    pan = "crop=2880:1620:x='480+440*sin(t*0.7)':y='270+240*cos(t*0.5)'"
    subprocess.run(
        [
            *make, "-loop", "1", "-framerate", "30", "-i", str(still),
            "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "10",
            "-vf", f"{pan},scale=1920:1080:flags=bilinear,noise=alls=5:allf=t",
            "-c:v", "libx264", "-preset", "superfast", "-b:v", "10M", "-pix_fmt", "yuv420p",
            "-c:a", "aac", str(path),
        ],
        check=True,
    )  # fmt: skip
    return path


def looped(source: Path, name: str, times: int) -> Path:
    """The source so many times in a row, copied. Picture and sound each by themselves: sound that
    lasts a little longer would delay each repetition, and the frame rate would no longer be one."""
    path = source.with_name(f"{name}.mp4")
    make = [from_wheel(), "-v", "error", "-nostdin"]
    inputs: list[str] = []
    for stream in ("v", "a"):
        alone = source.with_name(f"{stream}.mp4")
        command = [*make, "-y", "-i", str(source), "-map", f"0:{stream}", "-c", "copy"]
        subprocess.run([*command, str(alone)], check=True)
        inputs += ["-stream_loop", str(times - 1), "-i", str(alone)]
    streams = ["-map", "0:v", "-map", "1:a", "-c", "copy"]
    subprocess.run([*make, *inputs, *streams, str(path)], check=True)
    return path


def seconds_to_playing(client: Client, http: httpx.Client, source: Path) -> float:
    """Upload, follow, fetch what a player needs first."""
    sent_at = 0.0

    def on_progress(_: object) -> None:
        nonlocal sent_at
        sent_at = time.perf_counter()

    video = client.upload(source, on_progress=on_progress)
    job = client.create_job(video_id=video["video_id"], reuse=False)
    for event in client.events(job["id"]):
        if event["status"] in {"failed", "cancelled"}:
            raise SystemExit(f"The job {event['status']}.")
        if event["playable_at"]:
            break
    playback = client.get_job(job["id"])["playback"]
    assert playback is not None
    begin_playing(http, playback["hls_url"])
    seconds = time.perf_counter() - sent_at
    client.cancel_job(job["id"])
    return seconds


def begin_playing(http: httpx.Client, url: str) -> None:
    """Fetch what a player must have before the first frame is shown with sound."""
    base = url.rsplit("/", 1)[0]
    master = fetch(http, url).decode().splitlines()
    smallest = next(line for line in master if line and not line.startswith("#"))
    for playlist in (smallest, "audio/playlist.m3u8"):
        folder = f"{base}/{playlist.rsplit('/', 1)[0]}"
        lines = fetch(http, f"{base}/{playlist}").decode().splitlines()
        fetch(http, f"{folder}/init.mp4")
        fetch(http, f"{folder}/{next(line for line in lines if line.endswith('.m4s'))}")


def fetch(http: httpx.Client, url: str) -> bytes:
    """The body of a good answer."""
    return http.get(url).raise_for_status().content


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder, ephemeral_config() as config:
        short = ten_seconds(Path(folder))
        sources = {
            name: short if times == 1 else looped(short, name, times)
            for name, times in SOURCES.items()
        }
        stack = assemble(config, developer={})
        up(stack, lambda _: None, dies_with_us=True)
        try:
            running = RunningStack(stack)
            client = Client(running.api_url, api_key=running.admin_api_key)
            with httpx.Client(trust_env=False) as http:
                for name, source in sources.items():
                    taken = [seconds_to_playing(client, http, source) for _ in range(rounds)]
                    median = statistics.median(taken)
                    size = source.stat().st_size / 1e6
                    print(
                        f"{name} ({size:,.0f} MB): {median:.1f} s "
                        f"({', '.join(f'{seconds:.1f}' for seconds in taken)}), "
                        f"limit {LIMIT_SECONDS} s",
                        flush=True,
                    )
        finally:
            down(config.home)


if __name__ == "__main__":
    main()
