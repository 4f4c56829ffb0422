"""Which subtitles of a source become WebVTT; a part of its `EncodePlan`."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from vidmill import languages
from vidmill.sources import SubtitleStream
from vidmill_worker import layout
from vidmill_worker.subtitles.cue_text import CODECS
from vidmill_worker.track_names import Named, labels

MAX_TRACKS = 32
"""More than any film has; each costs a file and a line in every menu."""

_PICTURES = {"hdmv_pgs_subtitle", "dvd_subtitle", "dvb_subtitle", "xsub"}


class SubtitlePlan(BaseModel):
    """One track of text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """Of its files, without what they end in."""
    stream_index: int
    codec: str
    language: str | None
    """As the source states it (ISO 639-2)."""
    label: str
    """Its name for people, unlike that of any other text of the job."""
    is_default: bool
    """Shown unless somebody turns it off."""
    is_forced: bool
    """Only what has to be read by those too who follow the sound."""
    describes_sound: bool
    """For people who can't hear."""


def plan_subtitles(
    streams: Sequence[SubtitleStream], *, wanted: bool
) -> tuple[tuple[SubtitlePlan, ...], tuple[str, ...]]:
    """The tracks, and a sentence for each reason why some are left out."""
    if not wanted:
        return (), ()
    text = [stream for stream in streams if stream.codec in CODECS]
    kept = text[:MAX_TRACKS]
    named = labels([Named(stream.language, stream.title) for stream in kept], "Subtitles")
    default = next((stream for stream in kept if _is_default(stream)), None)
    names: list[str] = []
    for stream in kept:
        names.append(_name(stream, names))
    plans = tuple(
        SubtitlePlan(
            name=name,
            stream_index=stream.index,
            codec=stream.codec,
            language=stream.language,
            label=label,
            # One at most (RFC 8216, 4.3.4.1.1).
            is_default=stream is default,
            is_forced="forced" in stream.dispositions,
            describes_sound="hearing_impaired" in stream.dispositions,
        )
        for name, stream, label in zip(names, kept, named, strict=True)
    )
    return plans, tuple(_left_out(streams, len(text) - len(kept)))


def _is_default(stream: SubtitleStream) -> bool:
    return "default" in stream.dispositions and "forced" not in stream.dispositions


def _name(stream: SubtitleStream, taken: Sequence[str]) -> str:
    """ "subtitles/de", "subtitles/de_2", …: the language is a tag by now, so safe in a name."""
    wanted = name = layout.subtitles_name(languages.tag(stream.language or "und"))
    number = 1
    while name in taken:
        number += 1
        name = f"{wanted}_{number}"
    return name


def _left_out(streams: Sequence[SubtitleStream], too_many: int) -> list[str]:
    pictures = [stream for stream in streams if stream.codec in _PICTURES]
    unknown = [s for s in streams if s.codec not in _PICTURES and s.codec not in CODECS]
    notes: list[str] = []
    if pictures:
        notes.append(f"Subtitles left out because they are pictures: {_list(pictures)}.")
    if unknown:
        notes.append(f"Subtitles left out because their kind is not known: {_list(unknown)}.")
    if too_many:
        notes.append(f"Subtitles left out because there are more than {MAX_TRACKS}: {too_many}.")
    return notes


def _list(streams: Sequence[SubtitleStream]) -> str:
    named = (languages.name(stream.language or "und") for stream in streams)
    shown = [f"{name} ({stream.codec})" for name, stream in zip(named, streams, strict=True)]
    return ", ".join([*shown[:8], *(["…"] if len(shown) > 8 else [])])
