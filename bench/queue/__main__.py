"""No-op tasks a second, and the time from enqueue to start when idle, beside six other queues.

All on the same Valkey (append-only file, fsync every second), one worker process each, in turn,
over several rounds. Ours also writes every claim and completion to PostgreSQL.

    python bench/queue [ROUNDS] [TASKS]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import redis

from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.locations import CHECKOUT
from vidmill_stack.running_stack import RunningStack

HERE = Path(__file__).parent
PEERS = ("Celery", "RQ", "Dramatiq", "arq", "SAQ", "taskiq")
OURS = "Vidmill"
#: They would take the tasks, or the processors.
NOT_NEEDED = {"worker-1", "worker-2", "reaper", "web", "graphql"}
IDLE_TASKS = 200
IDLE_GAP_SECONDS = 0.01
PATIENCE_SECONDS = 120


def argv(name: str, *rest: str) -> list[str]:
    """The command of one queue's worker or sender."""
    if name == OURS:
        return [sys.executable, str(HERE / "ours.py"), *rest]
    python = CHECKOUT / ".vidmill" / "venvs" / "bench" / "bin" / "python"
    return [str(python), str(HERE / "peers.py"), name, *rest]


def wait_for(path: Path) -> list[tuple[int, int]]:
    """The recorded tasks: when each was sent and begun, in nanoseconds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not path.exists():
        if time.monotonic() > deadline:
            raise SystemExit(f"Nothing in {path} after {PATIENCE_SECONDS} s.")
        time.sleep(0.02)
    return json.loads(path.read_text())


def measure(
    name: str, environment: dict[str, str], *, count: int, gap: float, idle: bool
) -> list[tuple[int, int]]:
    """Run one queue over `count` tasks. Busy: all are sent before the worker starts. Idle: the
    worker waits, and they come one by one."""
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.flushall()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "out.json"
        made = {
            **environment,
            "BENCH_OUT": str(out),
            "BENCH_TASKS": str(count),
            "BENCH_REDIS": environment["REDIS_URL"],
        }
        send = argv(name, "send", str(count), str(gap))
        quiet = subprocess.DEVNULL
        if not idle:
            subprocess.run(send, check=True, env=made, stderr=quiet)
        worker = subprocess.Popen(argv(name, "worker", "0", "0"), env=made, stderr=quiet)
        try:
            if idle:
                time.sleep(4)  # Every worker is up and waiting by then.
                subprocess.run(send, check=True, env=made, stderr=quiet)
            return wait_for(out)
        finally:
            worker.kill()
            worker.wait()


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    tasks = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    rates: dict[str, list[float]] = {name: [] for name in (OURS, *PEERS)}
    waits: dict[str, list[float]] = {name: [] for name in (OURS, *PEERS)}
    with ephemeral_config() as config:
        stack = assemble(config, developer={})
        up(stack, lambda _: None, dies_with_us=True)
        try:
            running = RunningStack(stack)
            for program in stack.programs:
                if program.name in NOT_NEEDED:
                    running.supervisor.stop_program(program)
            environment = {**os.environ, **stack.environment}
            for _ in range(rounds):
                for name, rate in rates.items():
                    begun = [
                        b for _, b in measure(name, environment, count=tasks, gap=0, idle=False)
                    ]
                    rate.append((len(begun) - 1) / ((max(begun) - min(begun)) / 1e9))
                    idle = measure(
                        name, environment, count=IDLE_TASKS, gap=IDLE_GAP_SECONDS, idle=True
                    )
                    waits[name] += [(b - sent) / 1e6 for sent, b in idle]
        finally:
            down(config.home)
    ours = statistics.median(rates[OURS])
    print(f"{'':10} {'tasks/s':>8} {'ratio':>6} {'idle p50 ms':>12} {'p99 ms':>8}")
    for name, found in rates.items():
        rate, ordered = statistics.median(found), sorted(waits[name])
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        print(f"{name:10} {rate:8.0f} {ours / rate:6.2f} {p50:12.2f} {p99:8.2f}")


if __name__ == "__main__":
    main()
