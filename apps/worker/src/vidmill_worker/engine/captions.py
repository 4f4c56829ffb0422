"""Write what is spoken in finished sound as captions and transcripts."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from pathlib import Path

from vidmill import languages
from vidmill.captions import AUTO
from vidmill_worker import layout
from vidmill_worker.captions import transcript
from vidmill_worker.captions.listener import Heard, listen
from vidmill_worker.captions.models import Model
from vidmill_worker.captions.results import CaptionsResult, Language, NoCaptions
from vidmill_worker.digests import output_file
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.ffmpeg.speech_command import speech_command
from vidmill_worker.packaging import webvtt, webvtt_rules
from vidmill_worker.packaging.webvtt import Cue
from vidmill_worker.results import OutputFile, Track, VerificationFailed
from vidmill_worker.segments import write_list
from vidmill_worker.subtitles.results import TextTrack

_BCP_47 = {"jw": "jv"}
"""Whisper's own codes that are no longer anybody else's."""


async def make_captions(
    ffmpeg: FFmpeg,
    model: Model,
    sound: Track,
    plan: EncodePlan,
    language: str,
    directory: Path,
    *,
    threads: int,
    taken_labels: Collection[str] = (),
    on_progress: Callable[[float], None] | None = None,
) -> CaptionsResult:
    """Write `transcription/transcript.{vtt,srt,txt,json}` below `directory`, where the segments of
    `sound` are. `language`: Whisper's code, or `auto`.

    Raises NoCaptions where nothing is said or the model can't, ListenerFailed, VerificationFailed,
    FFmpegFailed, FFmpegStalled, FFmpegTimeout.
    """
    started = time.monotonic()
    wav = directory / "speech.wav"
    segments = write_list(
        directory / "speech.txt", directory / sound.name, [s.number for s in sound.segments]
    )
    decoded = await ffmpeg.run(speech_command(ffmpeg.executable, segments, wav.name), cwd=directory)

    def on_time(seconds: float) -> None:
        if on_progress is not None:
            on_progress(seconds / float(plan.duration_seconds))

    heard = await listen(
        model,
        wav,
        language,
        threads=threads,
        memory_bytes=ffmpeg.limits.memory_bytes,
        timeout_seconds=ffmpeg.limits.wall_seconds,
        on_time=on_time,
    )
    wav.unlink()
    spoken = _language(heard, language)
    # The file begins with what the encoder put before the first picture.
    shift = sound.segments[0].decode_time / sound.timescale - float(plan.base_seconds)
    cues = transcript.cues_of(heard.speech, shift, float(plan.duration_seconds))
    if not cues:
        raise NoCaptions("Nothing is spoken in the video.")
    tag = languages.tag(_BCP_47.get(spoken.language, spoken.language))
    files = _write(heard, cues, shift, tag, spoken.probability, model, directory)
    return CaptionsResult(
        track=TextTrack(
            name=layout.TRANSCRIPT,
            label=_label(tag, taken_labels),
            language=tag,
            cues=len(cues),
            file=_write_vtt(plan, cues, directory),
        ),
        transcripts=files,
        language=tag,
        words=sum(len(part.words) or len(part.text.split()) for part in heard.speech),
        model=model.name,
        cpu_seconds=decoded.cpu_seconds + heard.cpu_seconds,
        wall_seconds=time.monotonic() - started,
    )


def _language(heard: Heard, asked: str) -> Language:
    if heard.language is not None:
        return heard.language
    if asked == AUTO:
        raise NoCaptions("Nothing is spoken in the video.")
    return Language(language=asked, probability=1)


def _label(tag: str, taken: Collection[str]) -> str:
    """ "Deutsch (automatic)": nobody is to take it for a person's work."""
    label = wanted = f"{languages.name(tag)} (automatic)"
    number = 1
    while label in taken:
        number += 1
        label = f"{wanted} {number}"
    return label


def _write(
    heard: Heard,
    cues: list[Cue],
    shift: float,
    tag: str,
    probability: float,
    model: Model,
    directory: Path,
) -> tuple[OutputFile, ...]:
    contents = {
        "txt": transcript.plain_text(heard.speech).encode(),
        "srt": transcript.subrip(cues).encode(),
        "json": transcript.as_json(
            heard.speech, shift, language=tag, probability=probability, model=model.name
        ),
    }
    (directory / layout.TRANSCRIPT).parent.mkdir(exist_ok=True)
    for kind, content in contents.items():
        (directory / layout.transcript_name(kind)).write_bytes(content)
    return tuple(output_file(directory, layout.transcript_name(kind)) for kind in contents)


def _write_vtt(plan: EncodePlan, cues: list[Cue], directory: Path) -> OutputFile:
    text = webvtt.document(cues, plan.base_seconds)
    broken = webvtt_rules.violations(text)
    if cues[-1].end_ms > round(plan.duration_seconds * 1000):
        broken.append("a cue ends after the video")
    if broken:
        raise VerificationFailed(layout.TRANSCRIPT, "; ".join(broken[:5]))
    name = layout.vtt_name(layout.TRANSCRIPT)
    (directory / name).write_text(text, encoding="utf-8", newline="\n")
    return output_file(directory, name)
