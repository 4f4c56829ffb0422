"""What was heard and what was made of it: facts stored as JSON with a task."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vidmill_worker.results import OutputFile
from vidmill_worker.subtitles.results import TextTrack


class NoCaptions(Exception):
    """Captions are not possible here, or of this video; the message says why, as a sentence."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Word(_Record):
    """One word as the model spells it, with the space before it. Seconds."""

    start: float
    end: float
    word: str
    probability: float


class Speech(_Record):
    """Something said without a pause. Seconds."""

    start: float
    end: float
    text: str
    words: tuple[Word, ...]


class Language(_Record):
    """The language of all that is said, as Whisper calls it."""

    language: str
    probability: float


class CaptionsResult(_Record):
    """The captions of a job."""

    track: TextTrack
    """What players offer."""
    transcripts: tuple[OutputFile, ...]
    """The same as plain text, SubRip and JSON."""
    language: str
    """As in BCP 47."""
    words: int
    model: str
    cpu_seconds: float
    wall_seconds: float
