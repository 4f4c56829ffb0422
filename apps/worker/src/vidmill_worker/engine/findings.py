"""What a repeated proof found: all that is wrong, up to a bound, and what was looked at."""

from __future__ import annotations

from collections import Counter

from vidmill.verifications import MAX_PROBLEMS, Problem, VerifyResult

RESTORE = "Restore it from a backup, or transcode the video again."
ANEW = "Transcode the video again."
MAX_MESSAGE_CHARS = 400


class Findings:
    """Grows while the proof goes on."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._count = 0
        self._files: set[str] = set()
        #: Frames of each rendition that decode.
        self.frames: Counter[str] = Counter()
        self.cpu_seconds = 0.0

    @property
    def full(self) -> bool:
        """Whether further problems are only counted."""
        return self._count >= MAX_PROBLEMS

    def look(self, name: str) -> None:
        """Count an object among those looked at, once."""
        self._files.add(name)

    def add(self, file: str | None, what: str, remedy: str = RESTORE) -> None:
        """Note a problem: `what` is the rest of a sentence that begins with the file's name."""
        self._count += 1
        if len(self._problems) < MAX_PROBLEMS:
            # FFmpeg's last lines may be in it.
            text = " ".join(what.split())[:MAX_MESSAGE_CHARS].rstrip(".")
            self._problems.append(Problem(file=file, message=f"{text}. {remedy}"))

    def result(self) -> VerifyResult:
        """The verdict."""
        return VerifyResult(
            problems=tuple(self._problems),
            problem_count=self._count,
            files=len(self._files),
            frames=dict(self.frames),
            cpu_seconds=round(self.cpu_seconds, 3),
        )
