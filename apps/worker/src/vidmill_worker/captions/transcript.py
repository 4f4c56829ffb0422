"""What was heard, as cues that can be read in time, and as files for other uses. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from vidmill_worker.captions.results import Speech, Word
from vidmill_worker.packaging.webvtt import Cue, clock
from vidmill_worker.subtitles import cue_text

LINE_CHARS = 42
"""As much as fits on a line of a television's subtitles (EBU, Netflix)."""
CUE_CHARS = 2 * LINE_CHARS
CUE_SECONDS = 6
PAUSE_SECONDS = 1.0
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？", "।", "؟")
_SENTENCE_CHARS = 20
"""Shorter sentences share a cue with what follows."""


def cues_of(speech: Sequence[Speech], shift_seconds: float, duration_seconds: float) -> list[Cue]:
    """Cues of at most two lines, in order and without overlap, inside the video. The times of what
    was heard are moved by `shift_seconds`."""
    last_ms = round(duration_seconds * 1000)
    cues: list[Cue] = []
    spoken = sorted(speech, key=lambda part: part.start)
    for words in (group for part in spoken for group in _groups(_words(part))):
        text = "".join(word.word for word in words).strip()
        payload = cue_text.payload("text", _lines(text).encode())
        start = round((words[0].start + shift_seconds) * 1000)
        start = max(0, start, cues[-1].end_ms if cues else 0)
        end = min(last_ms, round((words[-1].end + shift_seconds) * 1000))
        if payload and end > start:
            cues.append(Cue(start, end, payload))
    return cues


def plain_text(speech: Sequence[Speech]) -> str:
    """One line for each thing said."""
    return "".join(f"{part.text}\n" for part in speech if part.text)


def subrip(cues: Sequence[Cue]) -> str:
    """The cues as SubRip: numbered, with a comma before the milliseconds."""
    return "\n".join(
        f"{number}\n{clock(cue.start_ms, ',')} --> {clock(cue.end_ms, ',')}\n{cue.payload}\n"
        for number, cue in enumerate(cues, start=1)
    )


def as_json(
    speech: Sequence[Speech], shift_seconds: float, *, language: str, probability: float, model: str
) -> bytes:
    """Everything that is known, with the time and probability of each word. Seconds from the first
    picture on."""

    def moved(seconds: float) -> float:
        return round(max(0.0, seconds + shift_seconds), 3)

    return orjson.dumps(
        {
            "language": language,
            "language_probability": probability,
            "model": model,
            "segments": [
                {
                    "start": moved(part.start),
                    "end": moved(part.end),
                    "text": part.text,
                    "words": [
                        {
                            "start": moved(word.start),
                            "end": moved(word.end),
                            "word": word.word.strip(),
                            "probability": word.probability,
                        }
                        for word in part.words
                    ],
                }
                for part in speech
            ],
        }
    )


def _words(part: Speech) -> Sequence[Word]:
    """The words; of a model that can't time them, all as one."""
    return part.words or (
        [Word(start=part.start, end=part.end, word=part.text, probability=0)] if part.text else []
    )


def _groups(words: Sequence[Word]) -> Iterator[list[Word]]:
    group: list[Word] = []
    for word in words:
        if group and _ends(group, word):
            yield group
            group = []
        group.append(word)
    if group:
        yield group


def _ends(group: Sequence[Word], following: Word) -> bool:
    text = "".join(word.word for word in group).strip()
    return (
        len(text) + len(following.word) > CUE_CHARS
        or following.end - group[0].start > CUE_SECONDS
        or following.start - group[-1].end > PAUSE_SECONDS
        or (len(text) >= _SENTENCE_CHARS and text.endswith(_SENTENCE_ENDS))
    )


def _lines(text: str) -> str:
    """Two lines of about the same length where one is too long."""
    if len(text) <= LINE_CHARS:
        return text
    spaces = [place for place, character in enumerate(text) if character == " "]
    if not spaces:
        return text
    middle = min(spaces, key=lambda place: abs(place - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"
