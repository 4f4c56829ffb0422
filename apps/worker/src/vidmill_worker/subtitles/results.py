"""What was made of text: facts about files, stored as JSON with a task."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vidmill_worker.results import OutputFile


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TextTrack(_Record):
    """A finished WebVTT file that players offer."""

    name: str
    """Of its files, without what they end in."""
    label: str
    language: str | None
    is_default: bool = False
    is_forced: bool = False
    describes_sound: bool = False
    cues: int
    file: OutputFile
    """WebVTT."""


class SubtitlesResult(_Record):
    """The subtitles of a job."""

    tracks: tuple[TextTrack, ...]
    """In the plan's order, without those of which nothing could be read."""
    notes: tuple[str, ...]
    """A sentence for each track that was left out."""
    problem: str | None
    """Why the source was not read to its end; None if it was."""
    cpu_seconds: float
    wall_seconds: float
