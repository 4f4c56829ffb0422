"""The REST API with a million jobs of ten thousand users in PostgreSQL: one server process on a
core of its own, 200 requests a second of all kinds, and how long each takes.

Lists are those of one user with a hundred thousand jobs, with each filter, the first page and the
thousandth (of as many jobs a page as make a thousand pages, at most 100). The plans of their
statements are printed, with those of GraphQL's lists of tasks and files, and beside posting jobs
what the bare INSERT and LPUSH would take.

    python -m bench.rest [JOBS] [SECONDS] [RATE]
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import UUID

import psycopg
from bench.processes import Business, bind, family
from bench.rest.creation import compare_creation
from bench.rest.lists import LISTS, Listed, deep_cursor, print_plans
from bench.rest.load import Request, Times, open_loop
from bench.rest.parts import print_part_plans
from bench.rest.population import populate

from vidmill.db import api_keys
from vidmill.db.pool import Database
from vidmill.users import new_api_key
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.running_stack import RunningStack

V1 = "/api/v1"
#: They would take the processors.
NOT_NEEDED = {"worker-1", "worker-2", "web", "graphql"}
#: So high that nobody is refused, and yet everybody is counted.
LIMITS = {
    "RATE_LIMIT_PER_SECOND": "100000", "RATE_LIMIT_BURST": "100000",
    "RATE_LIMIT_IP_PER_SECOND": "100000", "RATE_LIMIT_IP_BURST": "100000",
    "QUOTA_JOBS_PER_DAY": "-1",
}  # fmt: skip
#: Shares of all requests, and milliseconds that 95 % of them may take.
MIX: dict[str, tuple[float, int]] = {
    "GET /jobs/{id}": (0.72, 50),
    "GET /jobs": (0.10, 100),
    "POST /jobs/{id}/cancel": (0.04, 100),
    "POST /jobs": (0.04, 100),
    "GET /jobs/stats": (0.04, 200),
    "GET /health": (0.06, 10),
}


def separate(running: RunningStack, programs: set[str]) -> None:
    """The server on a core of its own, and all else on the others: it stands for a machine with the
    API on it, whose database is elsewhere."""
    first, *others = sorted(os.sched_getaffinity(0))
    bind(running.pid("api"), {first})
    print(f"server on core {first}, all else on {others or first}")
    if not others:
        return
    for name in programs - NOT_NEEDED - {"api"}:
        for pid in family(running.pid(name)):
            bind(pid, set(others))
    bind(os.getpid(), set(others))


class Traffic:
    """What is asked, and for what."""

    def __init__(self, key: str, ids: list[UUID], open_ids: list[UUID], videos: list[UUID]) -> None:
        self._key, self._ids, self._videos = key, ids, videos
        self._open_ids = open_ids
        self._lists: list[Request] = []

    def add_list(self, listed: Listed, cursor: str | None) -> None:
        """A list by its first page, and the page at a cursor."""
        path = f"{V1}/jobs?{listed.query}"
        self._lists.append(Request.of(f"GET /jobs {listed.name}, page 1", "GET", path, self._key))
        if cursor is not None:
            path += f"&cursor={quote(cursor)}"
            name = f"GET /jobs {listed.name}, page {listed.deep_page:,}"
            self._lists.append(Request.of(name, "GET", path, self._key))

    def choose(self) -> Request:
        """One of the mix, at random."""
        [name] = random.choices(list(MIX), [share for share, _ in MIX.values()])
        make: dict[str, Callable[[], Request]] = {
            "GET /jobs": lambda: random.choice(self._lists),
            "GET /jobs/{id}": lambda: self._ask(name, "GET", f"/jobs/{random.choice(self._ids)}"),
            "POST /jobs/{id}/cancel": lambda: self._ask(
                name, "POST", f"/jobs/{self._open_ids.pop()}/cancel"
            ),
            "POST /jobs": self.post,
            "GET /jobs/stats": lambda: self._ask(name, "GET", "/jobs/stats"),
            "GET /health": lambda: self._ask(name, "GET", "/health"),
        }
        return make[name]()

    def post(self) -> Request:
        """A new job."""
        body = {"video_id": str(random.choice(self._videos)), "metadata": {"project": "bench"}}
        return Request.of("POST /jobs", "POST", f"{V1}/jobs", self._key, body)

    def _ask(self, name: str, method: str, path: str) -> Request:
        return Request.of(name, method, V1 + path, self._key)


def ids_of(url: str, query: str, *values: object) -> list[UUID]:
    """The first column of a query's answer."""
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute(query.encode(), values).fetchall()]


def report(times: Times) -> bool:
    """Print a line for each kind of request; whether all are within their limits."""
    print(f"\n{'':58} {'n':>6} {'p50':>7} {'p95':>7} {'p99':>7} {'limit':>6}  ms")
    fine = True
    for name in sorted(times.seconds):
        kind = next(kind for kind in sorted(MIX, key=len, reverse=True) if name.startswith(kind))
        limit = MIX[kind][1]
        p50, p95, p99 = (times.percentile(name, share) for share in (0.5, 0.95, 0.99))
        fine &= p95 < limit
        mark = "" if p95 < limit else "  OVER"
        count = len(times.seconds[name])
        print(f"{name:58} {count:6} {p50:7.1f} {p95:7.1f} {p99:7.1f} {limit:6}{mark}")
    for error, count in times.errors.items():
        print(f"ERROR {error} x {count}")
    return fine and not times.errors


async def give_key(url: str, owner_id: UUID) -> str:
    """An API key of a user's."""
    key = new_api_key()
    db = Database(url, size=1, name="bench")
    await db.open()
    await api_keys.store_api_key(db, owner_id=owner_id, name="bench", key=key)
    await db.close()
    return key


async def run(running: RunningStack, url: str, seconds: float, rate: float) -> bool:
    """Load and report."""
    [heavy] = ids_of(url, "SELECT id FROM users WHERE email = 'user-1@example.com'")
    key = await give_key(url, heavy)
    recent = datetime.now(UTC) - timedelta(days=36)
    traffic = Traffic(
        key,
        ids_of(url, "SELECT id FROM jobs WHERE owner_id = %s AND created_at > %s", heavy, recent),
        ids_of(
            url, "SELECT id FROM jobs WHERE owner_id = %s AND status <> ALL('{completed,failed,"
            "cancelled}') ORDER BY random()", heavy,
        ),
        ids_of(url, "SELECT id FROM videos WHERE owner_id = %s LIMIT 5000", heavy),
    )  # fmt: skip
    for listed in LISTS:
        traffic.add_list(listed, await deep_cursor(url, heavy, listed))
    address = ("127.0.0.1", running.config.api_port)
    print("warming up", flush=True)
    await open_loop(address, traffic.choose, rate=rate / 2, seconds=10)
    print(f"{rate:.0f} requests/s for {seconds:.0f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    business = Business()
    times = await open_loop(address, traffic.choose, rate=rate, seconds=seconds)
    busy = (f"core {core} {share:.0%}" for core, share in business.shares().items())
    print(f"busy: {', '.join(busy)}")
    fine = report(times)
    fine &= await compare_creation(
        address, [traffic.post() for _ in range(2000)], url, running.environment["REDIS_URL"], heavy
    )
    await print_plans(url, heavy)
    await print_part_plans(url, heavy)
    return fine


def main() -> None:
    jobs = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 120
    rate = float(sys.argv[3]) if len(sys.argv) > 3 else 200
    with ephemeral_config() as config:
        stack = assemble(config, developer=LIMITS)
        up(stack, lambda _: None, dies_with_us=True)
        try:
            running = RunningStack(stack)
            for program in stack.programs:
                if program.name in NOT_NEEDED:
                    running.supervisor.stop_program(program)
            url = stack.environment["DATABASE_URL"]
            print(f"{jobs:,} jobs", flush=True)
            populate(url, jobs)
            separate(running, {program.name for program in stack.programs})
            fine = asyncio.run(run(running, url, seconds, rate))
        finally:
            down(config.home)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
