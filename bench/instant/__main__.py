"""Seconds from the end of an upload to a playable video, for a short, a long and a very long one.

1080p H.264 at 30 frames a second, about 10 Mbit/s, with sound; the long ones are the short one
looped (the index grows as that of a real one would). The clock starts when the last byte of the
upload has been sent, and stops when a client that followed the job's events has fetched the master
playlist, the playlists of the smallest rung and of the sound, their init segments and their first
segments. Two workers, as `make up` starts them. Each job is cancelled once it plays.

    python -m bench.instant [ROUNDS]
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from bench.footage import TEN_MEGABIT, camera, looped

from vidmill_cli.client import Client
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.running_stack import RunningStack

LIMIT_SECONDS = 5
#: Name and length in tens of seconds.
SOURCES = {"10 s": 1, "10 min": 60, "2 h": 720}


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
        short = camera(Path(folder), 10, "10 s", TEN_MEGABIT)
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
