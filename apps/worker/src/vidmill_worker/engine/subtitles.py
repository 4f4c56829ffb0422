"""Write a source's text subtitles as WebVTT."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path

from vidmill_worker import layout
from vidmill_worker.digests import output_file
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.subtitle_plan import SubtitlePlan
from vidmill_worker.packaging import webvtt, webvtt_rules
from vidmill_worker.packaging.webvtt import Cue
from vidmill_worker.results import VerificationFailed
from vidmill_worker.subtitles import cue_text
from vidmill_worker.subtitles.reader import TextPacket, TextPackets, read_text
from vidmill_worker.subtitles.results import SubtitlesResult, TextTrack

UNSTATED_SECONDS = 4
"""How long text is shown at most if the file does not say: about as long as two lines take."""


async def make_subtitles(
    source: Source,
    plan: EncodePlan,
    directory: Path,
    *,
    timeout_seconds: float,
    on_progress: Callable[[float], None] | None = None,
) -> SubtitlesResult:
    """Write `subtitles/{language}.vtt` for each track of the plan below `directory`.

    What can't be read is left out, with a note. Raises VerificationFailed.
    """
    started = time.monotonic()
    end_us = float(plan.start_seconds + plan.duration_seconds) * 1e6

    def on_time(at_us: int) -> None:
        if on_progress is not None:
            on_progress(max(0.0, at_us / end_us) if end_us else 0.0)

    found = await read_text(
        source,
        plan.demuxer,
        [track.stream_index for track in plan.subtitles],
        timeout_seconds=timeout_seconds,
        on_time=on_time,
    )
    (directory / layout.SUBTITLES).mkdir(exist_ok=True)
    tracks: list[TextTrack] = []
    notes: list[str] = []
    for track in plan.subtitles:
        cues = cues_of(plan, track, found)
        if cues:
            tracks.append(_write(plan, track, cues, directory))
        else:
            reason = found.problem or "nothing is written in them"
            notes.append(f"The subtitles {track.label} are left out: {reason.rstrip('.')}.")
    if found.problem is not None and tracks:
        notes.append(f"The subtitles end early: {found.problem.rstrip('.')}.")
    return SubtitlesResult(
        tracks=tuple(tracks),
        notes=tuple(notes),
        problem=found.problem,
        cpu_seconds=found.cpu_seconds,
        wall_seconds=time.monotonic() - started,
    )


def cues_of(plan: EncodePlan, track: SubtitlePlan, found: TextPackets) -> list[Cue]:
    """The cues of one track, on the clock of everything that is made: 0 is the first picture. Text
    before it is left out, and after the end of a clip."""
    packets = sorted(
        (p for p in found.packets if p.stream == track.stream_index), key=lambda p: p.at_us
    )
    zero = round(plan.start_seconds * 1_000_000)
    last_ms = round(plan.duration_seconds * 1000) if plan.clip is not None else None
    cues: list[Cue] = []
    for packet, until_us in zip(packets, _ends(packets), strict=True):
        start = max(0, round((packet.at_us - zero) / 1000))
        end = round((until_us - zero) / 1000)
        if last_ms is not None:
            end = min(end, last_ms)
        if end > start and (text := cue_text.payload(track.codec, packet.data)):
            cues.append(Cue(start, end, text))
    return sorted(cues)


def _ends(packets: list[TextPacket]) -> Iterable[int]:
    for number, packet in enumerate(packets, start=1):
        if packet.for_us is not None:
            yield packet.at_us + packet.for_us
            continue
        longest = packet.at_us + UNSTATED_SECONDS * 1_000_000
        yield min([longest, *(following.at_us for following in packets[number : number + 1])])


def _write(plan: EncodePlan, track: SubtitlePlan, cues: list[Cue], directory: Path) -> TextTrack:
    text = webvtt.document(cues, plan.base_seconds)
    if broken := webvtt_rules.violations(text):
        raise VerificationFailed(track.name, "; ".join(broken[:5]))
    name = layout.vtt_name(track.name)
    (directory / name).write_text(text, encoding="utf-8", newline="\n")
    return TextTrack(
        name=track.name,
        label=track.label,
        language=track.language,
        is_default=track.is_default,
        is_forced=track.is_forced,
        describes_sound=track.describes_sound,
        cues=len(cues),
        file=output_file(directory, name),
    )
