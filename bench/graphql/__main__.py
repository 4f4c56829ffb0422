"""Our GraphQL service beside plain Strawberry with dataloaders, on the same rows.

A page of 100 jobs with four renditions each, in two selections: the one that the first document of
the project asks for, and what a page with a table of jobs shows. One process each, in turn, over
several rounds; before that all answers are compared. Both authenticate an API key and read with
the same functions. A ratio is our rate over the other's.

    python -m bench.graphql [ROUNDS] [SECONDS]
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvloop
from bench.graphql.rows import seed

from vidmill.settings import Settings
from vidmill_stack import programs
from vidmill_stack.database_cluster import create_cluster, create_database
from vidmill_stack.environment import (
    Secrets,
    database_url,
    process_environment,
    service_environment,
)
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.locations import CHECKOUT
from vidmill_stack.server_process import ServerProcess

WANTED = 3.0
CLIENTS = 4
QUERIES = {
    "first document": "{ jobs(limit: 100) { id status inputKey createdAt "
    "renditions { resolution outputKey } } }",
    "table of jobs": "query Page($limit: Int!) { jobs(limit: $limit) { id status priority preset "
    "filename progress createdAt updatedAt completedAt errorMessage renditions { id name width "
    "height codec fps durationSeconds bitrateBps sizeBytes vmaf outputKey } } }",
}
VARIABLES = {"first document": {}, "table of jobs": {"limit": 100}}


@dataclass(frozen=True)
class Server:
    """A service in a process of its own."""

    name: str
    url: str
    process: subprocess.Popen[bytes]

    def cpu_seconds(self) -> float:
        """Used so far, in user space and in the kernel."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(
    name: str, argv: list[str], port: int, environment: dict[str, str]
) -> Generator[Server]:
    process = subprocess.Popen(argv, env=environment, cwd=CHECKOUT)
    try:
        yield Server(name, f"http://127.0.0.1:{port}/query", process)
    finally:
        process.terminate()
        process.wait()


@contextlib.contextmanager
def both() -> Generator[tuple[list[Server], str]]:
    """The two services over one PostgreSQL with rows, and an API key for both."""
    with ephemeral_config() as config:
        config.home.create()
        secrets = Secrets.generate()
        create_cluster(config.home, secrets)
        environment = {
            **os.environ,
            **process_environment({"VIDMILL_HOME": str(config.home.folder)}),
            **service_environment(config, secrets, {}),
        }
        postgres = ServerProcess(
            programs.postgres(config, secrets, durable=True), config.home, environment
        )
        postgres.spawn()
        try:
            postgres.wait_ready()
            create_database(database_url(config, secrets, "postgres"), "vidmill")
            os.environ.update(environment)
            key = asyncio.run(seed(Settings()))  # pyright: ignore[reportCallIssue]
            plain_port = int(environment["API_PORT"])
            plain = [
                *(sys.executable, "-m", "uvicorn", "bench.graphql.plain:app"),
                *("--port", str(plain_port), "--loop", "uvloop", "--http", "httptools"),
                *("--no-access-log", "--log-level", "warning"),
            ]
            ours = [sys.executable, "-m", "vidmill_graphql"]
            our_port = int(environment["GRAPHQL_PORT"])
            with (
                serving("plain Strawberry", plain, plain_port, environment) as theirs,
                serving("Vidmill", ours, our_port, environment) as own,
            ):
                yield [theirs, own], key
        finally:
            postgres.stop()


async def ask(http: httpx.AsyncClient, server: Server, query: str) -> Any:
    body = {"query": QUERIES[query], "variables": VARIABLES[query]}
    reply = await http.post(server.url, json=body)
    reply.raise_for_status()
    return reply.json()


async def ready(http: httpx.AsyncClient, server: Server) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            await ask(http, server, "first document")
            return
        except httpx.HTTPError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.2)


async def load(server: Server, key: str, query: str, seconds: float) -> tuple[float, float]:
    """Queries a second, and milliseconds of CPU a query."""
    request = _request(server, key, query)
    done = 0
    until = time.perf_counter() + seconds

    async def client() -> None:
        nonlocal done
        reader, writer = await asyncio.open_connection("127.0.0.1", _port(server))
        while time.perf_counter() < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().splitlines()
                if line.startswith(b"content-length")
            )
            await reader.readexactly(length)
            done += 1
        writer.close()

    cpu, begun = server.cpu_seconds(), time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    taken = time.perf_counter() - begun
    return done / taken, 1000 * (server.cpu_seconds() - cpu) / done


def _port(server: Server) -> int:
    port = httpx.URL(server.url).port
    assert port is not None
    return port


def _request(server: Server, key: str, query: str) -> bytes:
    """The bytes of one request: a client that makes them anew is slower than what is measured."""
    body = orjson.dumps({"query": QUERIES[query], "variables": VARIABLES[query]})
    path = "/query/" if server.name.startswith("plain") else "/query"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nX-API-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def measure(servers: list[Server], key: str, rounds: int, seconds: float) -> bool:
    async with httpx.AsyncClient(
        headers={"X-API-Key": key}, trust_env=False, follow_redirects=True, timeout=30
    ) as http:
        for server in servers:
            await ready(http, server)
        for query in QUERIES:
            theirs, ours = [await ask(http, server, query) for server in servers]
            assert theirs == ours, f"{query}: the answers differ"
            assert len(ours["data"]["jobs"]) == 100
            assert sum(len(job["renditions"]) for job in ours["data"]["jobs"]) == 400
    print("All answers are equal.\n")
    print(f"{'':34} {'queries/s':>9} {'ratio':>6} {'CPU ms':>7} {'ratio':>6}")
    kept = True
    for query in QUERIES:
        found: dict[str, list[tuple[float, float]]] = {server.name: [] for server in servers}
        for _ in range(rounds):
            for server in servers:
                found[server.name].append(await load(server, key, query, seconds))
        medians = {
            name: [statistics.median(column) for column in zip(*figures, strict=True)]
            for name, figures in found.items()
        }
        base_rate, base_cpu = medians[servers[0].name]
        for name, (rate, cpu) in medians.items():
            print(
                f"{query:16} {name:17} {rate:9.0f} {rate / base_rate:6.2f} {cpu:7.2f} "
                f"{base_cpu / cpu:6.2f}",
                flush=True,
            )
        kept = kept and medians[servers[-1].name][0] / base_rate >= WANTED
    return kept


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 3
    with both() as (servers, key):
        kept = uvloop.run(measure(servers, key, rounds, seconds))
    if not kept:
        raise SystemExit(f"Below {WANTED} times plain Strawberry.")


if __name__ == "__main__":
    main()
