"""How soon N workers end one job: list scheduling of its tasks, with measured times.

A worker takes the first task that is ready, in the queue's order, as real ones do. Measured is what
a task of each kind takes; how many there are of which size, the planner itself says.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vidmill.tasks import TaskKind
from vidmill_worker.ffmpeg.chunks import FAST_START, SegmentGrid, split

AFTER: Mapping[TaskKind, tuple[TaskKind, ...]] = {
    TaskKind.PLAN: (),
    TaskKind.AUDIO: (TaskKind.PLAN,),
    TaskKind.VIDEO: (TaskKind.PLAN,),
    TaskKind.MP4: (TaskKind.VIDEO, TaskKind.AUDIO),
    TaskKind.IMAGES: (TaskKind.VIDEO,),
    TaskKind.PACKAGE: (TaskKind.VIDEO, TaskKind.AUDIO, TaskKind.MP4, TaskKind.IMAGES),
}
"""What each kind waits for, in the order in which tasks are taken that are ready at once."""
FRAME_RATE = 30
SEGMENTS = SegmentGrid(lead_frames=30, segment_frames=120)
"""Those of the web preset at that rate."""


@dataclass(frozen=True)
class Cost:
    """Seconds of a task on one core: a start, and so much for every second of video in it."""

    start: float
    per_second: float

    def of(self, seconds: float) -> float:
        """What a task takes in which there are so many seconds of video."""
        return self.start + self.per_second * seconds


def line(points: Sequence[tuple[float, float]]) -> Cost:
    """The line that fits (seconds of video, seconds taken) best, by least squares; neither of its
    parts is below zero."""
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread if spread else 0
    slope = min(max(0, slope), mean_y / mean_x)
    return Cost(mean_y - slope * mean_x, slope)


@dataclass(frozen=True)
class Work:
    """One task."""

    kind: TaskKind
    seconds: float


@dataclass(frozen=True)
class Outcome:
    """A simulated job. Seconds from the start."""

    ends: float
    last_chunk: float
    sound: float


def tasks_of(seconds: float, costs: Mapping[TaskKind, Cost]) -> list[Work]:
    """The tasks of a job on a video of that length, in the order in which they are queued."""
    work: list[Work] = []
    for kind in AFTER:
        if kind == TaskKind.VIDEO:
            chunks = split(int(seconds * FRAME_RATE), SEGMENTS, FAST_START)
            work += [Work(kind, costs[kind].of(chunk.frames / FRAME_RATE)) for chunk in chunks]
        else:
            work.append(Work(kind, costs[kind].of(seconds)))
    return work


def simulate(work: Sequence[Work], workers: int) -> Outcome:
    """Run the tasks of one job on that many idle workers."""
    waiting = list(work)
    unfinished = {kind: sum(task.kind == kind for task in work) for kind in AFTER}
    ended: dict[TaskKind, float] = {}
    running: list[tuple[float, int, TaskKind]] = []
    now = 0.0
    while waiting or running:
        ready = next((task for task in waiting if not _blocked(task.kind, unfinished)), None)
        if ready is not None and len(running) < workers:
            waiting.remove(ready)
            heapq.heappush(running, (now + ready.seconds, len(waiting), ready.kind))
            continue
        now, _, kind = heapq.heappop(running)
        unfinished[kind] -= 1
        ended[kind] = now
    return Outcome(ends=now, last_chunk=ended[TaskKind.VIDEO], sound=ended[TaskKind.AUDIO])


def _blocked(kind: TaskKind, unfinished: Mapping[TaskKind, int]) -> bool:
    return any(unfinished[other] for other in AFTER[kind])
