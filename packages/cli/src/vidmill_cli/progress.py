"""Progress while it happens: bars on a terminal, a line for each step elsewhere."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from vidmill_cli import formats
from vidmill_cli.models import JobProgress, Task
from vidmill_cli.output import Output

#: What each kind of task does, in a word or two.
TITLES = {
    "fetch": "Fetch source",
    "plan": "Look at source",
    "video": "Encode video",
    "audio": "Encode sound",
    "images": "Pictures",
    "mp4": "MP4 files",
    "subtitles": "Subtitles",
    "metrics": "Measure quality",
    "captions": "Captions",
    "package": "Publish",
    "verify": "Verify",
}


class _Display:
    """Bars on stderr, if it is a terminal; otherwise nothing moves."""

    def __init__(self, output: Output, bars: Progress) -> None:
        self._output = output
        self._bars = bars

    def __enter__(self) -> Self:
        if self._output.animated:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._output.animated:
            self._bars.stop()


class TransferDisplay(_Display):
    """Bytes, speed and time left of one file's transfer."""

    def __init__(self, output: Output, title: str, total: int) -> None:
        bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=output.notes,
            disable=not output.animated,
        )
        super().__init__(output, bars)
        self._bar = bars.add_task(escape(title), total=total)
        self._begun = False
        if not output.animated:
            output.note(f"{title} ({formats.size(total)})")

    def show(self, sent: int) -> None:
        """How many bytes have been transferred. What was there at the first call does not count
        for the speed."""
        if not self._begun:
            self._begun = True
            self._bars.reset(self._bar, completed=sent)
        self._bars.update(self._bar, completed=sent)


class JobDisplay(_Display):
    """The tasks of one job."""

    def __init__(self, output: Output, title: str) -> None:
        bars = Progress(
            TextColumn("  {task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[info]}"),
            console=output.notes,
            disable=not output.animated,
        )
        super().__init__(output, bars)
        self._title = title
        self._rows: dict[str, TaskID] = {}
        self._told: dict[str, str] = {}

    def show(self, snapshot: JobProgress) -> None:
        """Bring the display up to a snapshot."""
        kinds = [task["kind"] for task in snapshot["tasks"]]
        for task in snapshot["tasks"]:
            name = TITLES.get(task["kind"], task["kind"])
            if kinds.count(task["kind"]) > 1:
                name += f" {task['ordinal'] + 1}"
            if self._output.animated:
                self._draw(name, task)
            else:
                self._tell(name, task)

    def _draw(self, name: str, task: Task) -> None:
        row = self._rows.get(task["id"])
        if row is None:
            row = self._rows[task["id"]] = self._bars.add_task(name, total=100, info="")
        done = 100 if task["status"] in {"completed", "skipped"} else task["progress"]
        self._bars.update(row, completed=done, info=escape(describe(task)))

    def _tell(self, name: str, task: Task) -> None:
        state = task["status"]
        if self._told.get(task["id"]) == state or state in {"blocked", "queued"}:
            return
        self._told[task["id"]] = state
        self._output.note(f"{self._title}: {name.lower()}: {describe(task)}")


def describe(task: Task) -> str:
    """A task's state, its pace and what it has against it."""
    words: list[str] = [task["status"]]
    if task["status"] == "running":
        if task["speed"]:
            words.append(f"{task['speed']:.1f}× real time")
        if task["eta_seconds"] is not None:
            words.append(f"{formats.duration(task['eta_seconds'])} left")
    if task["attempt"] > 1:
        words.append(f"attempt {task['attempt']} of {task['max_attempts']}")
    if task["error"] is not None and task["status"] != "completed":
        words.append(task["error"]["message"])
    if task["status"] == "skipped" and task["detail"] is not None:
        words.append(task["detail"])
    return ", ".join(words)
