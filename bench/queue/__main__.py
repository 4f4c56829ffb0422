"""No-op tasks a second, and the time from enqueue to start when idle, beside six other queues.

All on the same Valkey with an append-only file, one worker process each with 64 tasks at a time, in
turn, over several rounds; a ratio is our rate over a peer's. Ours writes every claim and completion
to PostgreSQL, so a machine that loses power forgets nothing that was acknowledged; a peer is as
durable only where Valkey syncs its file at every command. That is the first table; the second has
Valkey's default, with which peers may lose a second's tasks.

    python -m bench.queue [ROUNDS] [TASKS]
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
NOT_NEEDED = {"worker-1", "worker-2", "reaper", "notifier", "web", "graphql"}
#: Appendfsync for the peers, and what it means. Ours keeps the default, for PostgreSQL knows
#: what was queued.
FSYNCS = {
    "always": "each as durable as it gets (peers: appendfsync always)",
    "everysec": "peers may lose a second's tasks (appendfsync everysec)",
}
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
    name: str, environment: dict[str, str], fsync: str, *, count: int, gap: float, idle: bool
) -> list[tuple[int, int]]:
    """Run one queue over `count` tasks. Busy: all are sent before the worker starts. Idle: the
    worker waits, and they come one by one."""
    with redis.Redis.from_url(environment["REDIS_URL"]) as client:
        client.flushall()
        client.config_set("appendfsync", "everysec" if name == OURS else fsync)
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


Figures = dict[str, tuple[list[float], list[float]]]


def compare(environment: dict[str, str], fsync: str, rounds: int, tasks: int) -> Figures:
    """Each queue's rates (tasks a second) and idle waits (milliseconds), round by round."""
    figures: Figures = {name: ([], []) for name in (OURS, *PEERS)}
    for _ in range(rounds):
        for name, (rates, waits) in figures.items():
            busy = measure(name, environment, fsync, count=tasks, gap=0, idle=False)
            begun = [at for _, at in busy]
            rates.append((len(begun) - 1) / ((max(begun) - min(begun)) / 1e9))
            idle = measure(
                name, environment, fsync, count=IDLE_TASKS, gap=IDLE_GAP_SECONDS, idle=True
            )
            waits += [(at - sent) / 1e6 for sent, at in idle]
    return figures


def show(title: str, figures: Figures) -> None:
    ours = statistics.median(figures[OURS][0])
    print(f"\n{title}\n{'':10} {'tasks/s':>8} {'ratio':>6} {'idle p50 ms':>12} {'p99 ms':>8}")
    for name, (rates, waits) in figures.items():
        rate, ordered = statistics.median(rates), sorted(waits)
        p50, p99 = ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]
        print(f"{name:10} {rate:8.0f} {ours / rate:6.2f} {p50:12.2f} {p99:8.2f}", flush=True)


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    tasks = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    with ephemeral_config() as config:
        stack = assemble(config, developer={})
        up(stack, lambda _: None, dies_with_us=True)
        try:
            running = RunningStack(stack)
            for program in stack.programs:
                if program.name in NOT_NEEDED:
                    running.supervisor.stop_program(program)
            environment = {**os.environ, **stack.environment}
            for fsync, title in FSYNCS.items():
                show(title, compare(environment, fsync, rounds, tasks))
        finally:
            down(config.home)


if __name__ == "__main__":
    main()
