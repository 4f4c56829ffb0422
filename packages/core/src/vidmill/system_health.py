"""What is wrong with an installation, if anything: figures in, alerts out. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from vidmill.settings import Settings
from vidmill.workers import Worker


class Severity(StrEnum):
    """How bad it is."""

    HEALTHY = "healthy"
    WARNING = "warning"
    """Jobs are made, but something wants looking at."""
    CRITICAL = "critical"
    """Jobs are not made, or will not be soon."""


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is wrong."""

    code: str
    severity: Severity
    detail: str
    """What is the case, in a sentence."""
    action: str
    """What to do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What is looked at."""

    now: datetime
    workers: Sequence[Worker]
    waiting_tasks: int
    oldest_wait_seconds: float
    dead_letters: int
    unreachable: Sequence[str]
    """Names of services that do not answer: redis, storage."""


def assess(figures: Figures, settings: Settings) -> tuple[Severity, list[Alert]]:
    """The worst of all, and each thing that is wrong, the worst first."""
    alerts = [
        *_services(figures), *_workers(figures), *_queue(figures, settings),
        *_dead_letters(figures, settings),
    ]  # fmt: skip
    alerts.sort(key=lambda alert: alert.severity is Severity.WARNING)
    return (alerts[0].severity if alerts else Severity.HEALTHY), alerts


def _services(figures: Figures) -> Iterable[Alert]:
    for name in figures.unreachable:
        yield Alert(
            f"{name}_unavailable",
            Severity.CRITICAL,
            f"{name.capitalize()} does not answer.",
            f"Start it again and look at its log; GET /health/{name} says more. What was accepted "
            "is kept, and goes on when it is back.",
        )


def _workers(figures: Figures) -> Iterable[Alert]:
    expected = [worker for worker in figures.workers if worker.status != "stopped"]
    healthy = [worker for worker in expected if worker.is_healthy(figures.now)]
    taking = [worker for worker in healthy if worker.status == "active"]
    if not taking:
        yield Alert(
            "no_workers",
            Severity.CRITICAL,
            f"No worker takes tasks; {len(healthy)} are draining."
            if healthy
            else "No worker is running.",
            "Start workers, or let a draining one go on. Jobs wait until then.",
        )
    silent = len(expected) - len(healthy)
    if silent and healthy:
        most = 2 * silent > len(expected)
        yield Alert(
            "workers_silent",
            Severity.CRITICAL if most else Severity.WARNING,
            f"{silent} of {len(expected)} workers have not been heard of lately.",
            "See whether their hosts are up; GET /workers/health names them. Their tasks are taken "
            "over by others.",
        )


def _queue(figures: Figures, settings: Settings) -> Iterable[Alert]:
    if figures.waiting_tasks > settings.health_queue_depth:
        yield Alert(
            "queue_deep",
            Severity.WARNING,
            f"{figures.waiting_tasks:,} tasks wait; over {settings.health_queue_depth:,} is "
            "thought of as many.",
            "Add workers, or raise HEALTH_QUEUE_DEPTH if that is usual here.",
        )
    if figures.oldest_wait_seconds > settings.health_queue_wait_seconds:
        yield Alert(
            "queue_slow",
            Severity.WARNING,
            f"A task has been waiting for {figures.oldest_wait_seconds:,.0f} s; over "
            f"{settings.health_queue_wait_seconds:,.0f} s is thought of as long.",
            "Add workers, or look for long tasks that hold them: GET /workers/health.",
        )


def _dead_letters(figures: Figures, settings: Settings) -> Iterable[Alert]:
    count = figures.dead_letters
    if count > settings.health_dead_letters_warning:
        critical = count > settings.health_dead_letters_critical
        yield Alert(
            "dead_letters",
            Severity.CRITICAL if critical else Severity.WARNING,
            f"{count:,} tasks failed for good and nobody has dealt with them.",
            "GET /admin/dlq groups them by cause. Retry those worth it, and clear the others away.",
        )
