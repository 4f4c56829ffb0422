"""What Lighthouse says of the pages that are looked at most, as a desktop and as a phone.

The whole product runs, with a published video in the gallery; each look begins with an empty cache.
Medians over some rounds through all pages. Performance is the machine's too: Lighthouse slows down
what it finds, so run this with nothing beside it.

    python -m bench.web [ROUNDS]
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx
from bench.footage import camera

from vidmill.authentication import SESSION_COOKIE
from vidmill_cli.client import Client
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.locations import CHECKOUT, node_program
from vidmill_stack.running_stack import RunningStack

HERE = Path(__file__).parent / "lighthouse"
#: For administrators at a desk: looked at, and not judged.
UNJUDGED = {"admin"}
WANTED = {
    "desktop": {"performance": 95, "accessibility": 100, "best-practices": 100},
    "phone": {"performance": 85, "accessibility": 100, "best-practices": 100},
}
#: How much slower a phone is than the machine, by Lighthouse's default.
SLOWER = 4
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
]  # fmt: skip


def install() -> None:
    """Lighthouse, as its lock file names it."""
    script = CHECKOUT / "apps" / "web" / "scripts" / "install.sh"
    found = subprocess.run(
        ["sh", str(script), str(node_program().parent), str(CHECKOUT / ".vidmill" / "tools")],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    subprocess.run(
        [found.stdout.strip().splitlines()[-1], "--dir", str(HERE), "install",
         "--frozen-lockfile", "--reporter=silent"],
        check=True, env={"PATH": f"{node_program().parent}:/usr/bin:/bin", "CI": "1",
                         "HOME": str(Path.home())},
    )  # fmt: skip


def publish(running: RunningStack, folder: Path) -> tuple[str, str]:
    """A video that everybody may watch, done in every rendition: its id, and a session's cookie."""
    client = Client(running.api_url, api_key=running.admin_api_key)
    video = client.upload(camera(folder, 6, "A pan over fine detail"))["video_id"]
    assert video is not None
    job = client.create_job(video_id=video)
    for event in client.events(job["id"]):
        if event["status"] in {"failed", "cancelled"}:
            raise SystemExit(f"The job {event['status']}.")
    with httpx.Client(base_url=running.api_url, trust_env=False) as http:
        key = {"X-API-Key": running.admin_api_key}
        etag = http.get(f"/api/v1/videos/{video}", headers=key).raise_for_status().headers["etag"]
        http.patch(
            f"/api/v1/videos/{video}", headers={**key, "If-Match": etag},
            json={"visibility": "public", "title": "A pan over fine detail"},
        ).raise_for_status()  # fmt: skip
        environment = running.environment
        account = {"email": environment["ADMIN_EMAIL"], "password": environment["ADMIN_PASSWORD"]}
        signed_in = http.post("/api/v1/auth/login", json=account).raise_for_status()
        return video, f"{SESSION_COOKIE}={signed_in.cookies[SESSION_COOKIE]}"


def look(running: RunningStack, video: str, cookie: str, rounds: int) -> list[dict[str, Any]]:
    """What Lighthouse says of each page, form and round."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("There is no Chromium on this machine. Run: apt-get install chromium")
    asked = {
        "chromium": chromium, "flags": FLAGS, "cookie": cookie, "runs": rounds,
        "pages": [
            {"name": "gallery", "url": f"{running.web_url}/", "own": False},
            {"name": "watch", "url": f"{running.web_url}/watch/{video}", "own": False},
            {"name": "upload", "url": f"{running.web_url}/upload", "own": True},
            {"name": "jobs", "url": f"{running.web_url}/jobs", "own": True},
            {"name": "admin", "url": f"{running.web_url}/admin", "own": True},
        ],
    }  # fmt: skip
    ran = subprocess.run(
        [str(node_program()), str(HERE / "run.mjs"), json.dumps(asked)],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return [json.loads(line) for line in ran.stdout.splitlines()]


def report(looks: list[dict[str, Any]]) -> bool:
    """Print the medians; whether all are as good as wanted."""
    pages: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in looks:
        pages[one["name"], one["form"]].append(one)
    fine = True
    host = statistics.median(one["host"] for one in looks)
    print(f"BenchmarkIndex of this machine: {host:.0f}, so of its phone: {host / SLOWER:.0f}")
    print(f"{'':18}performance accessibility best practices    FCP    LCP    TBT ms  shift")
    for (name, form), some in pages.items():
        scores = {
            category: statistics.median(one["scores"][category] for one in some)
            for category in WANTED[form]
        }
        times = [statistics.median(one["milliseconds"][n] for one in some) for n in range(3)]
        shift = statistics.median(one["shift"] for one in some)
        bad = [category for category, least in WANTED[form].items() if scores[category] < least]
        fine &= not bad or name in UNJUDGED
        print(
            f"{name:9}{form:9}{scores['performance']:11.0f}{scores['accessibility']:14.0f}"
            f"{scores['best-practices']:15.0f}  {times[0]:5.0f}  {times[1]:5.0f}  {times[2]:5.0f}"
            f"     {shift:.3f}{'  MISSED: ' + ', '.join(bad) if bad else ''}"
        )
        for failure in sorted({failure for one in some for failure in one["failed"]}):
            print(f"    {failure}")
    return fine


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    install()
    with tempfile.TemporaryDirectory() as folder, ephemeral_config() as config:
        stack = assemble(config, developer={"RATE_LIMIT_PER_SECOND": "0"})
        up(stack, lambda _: None, dies_with_us=True)
        try:
            running = RunningStack(stack)
            looks = look(running, *publish(running, Path(folder)), rounds)
        finally:
            down(config.home)
    if not report(looks):
        raise SystemExit("A page is not as good as wanted.")


if __name__ == "__main__":
    main()
