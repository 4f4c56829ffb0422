"""Runs in a limited child process: recognise speech in a WAV file with faster-whisper, and print
what is heard as lines of JSON.

Usage: python -m vidmill_worker.captions.child MODEL WAV LANGUAGE THREADS, where MODEL is a folder
with a Whisper model for CTranslate2, WAV has 16 bit mono at 16 kHz, and LANGUAGE is one of
Whisper's or `auto`. A line is {"language": code, "probability": 0 to 1} as soon as that is known,
{"start", "end", "text", "words"} for each thing said, in seconds from the file's start on, or,
last, {"end": reason}, where the reason is null if all of the file was heard.

faster-whisper keeps all it works on in memory, so a long file is heard in parts, which end where it
is quiet.
"""

from __future__ import annotations

import json
import sys
import wave
from collections.abc import Iterator
from typing import Any

import numpy as np
from faster_whisper import WhisperModel

SAMPLE_RATE = 16_000
PART_SECONDS = 1200
"""Of sound heard at a time: some 0.5 GB of memory."""
SEARCH_SECONDS = 30
"""How much of a part's end is searched for a quiet moment."""
_STEP = SAMPLE_RATE // 50
_QUIET_STEPS = 15


def main(model_folder: str, path: str, language: str, threads: int) -> str | None:
    """Print what is heard; returns why not everything could be, None if it was."""
    # The fastest type that this processor is good at: eight bits, on nearly all.
    model: Any = WhisperModel(model_folder, device="cpu", compute_type="auto", cpu_threads=threads)
    known = None if language == "auto" else language
    if not model.model.is_multilingual and known not in {None, "en"}:
        return "The model knows English only."
    for start, samples in _parts(path):
        segments, info = model.transcribe(
            samples,
            language=known,
            word_timestamps=True,
            # Silence and music make Whisper invent text; a small model of its own leaves them out.
            vad_filter=True,
            # One sentence misheard would otherwise mislead all that follow.
            condition_on_previous_text=False,
        )
        for segment in segments:
            if known is None or language == "auto":
                known, language = info.language, info.language
                _say(language=known, probability=round(float(info.language_probability), 4))
            _say(
                start=round(start + segment.start, 3),
                end=round(start + segment.end, 3),
                text=segment.text.strip(),
                words=[_word(start, word) for word in segment.words or ()],
            )
    return None


def _word(start: float, word: Any) -> dict[str, Any]:
    return {
        "start": round(start + float(word.start), 3),
        "end": round(start + float(word.end), 3),
        "word": word.word,
        "probability": round(float(word.probability), 4),
    }


def _parts(path: str) -> Iterator[tuple[float, Any]]:
    """(time of the first sample, samples from -1 to 1) of each part."""
    with wave.open(path, "rb") as file:
        position, total = 0, file.getnframes()
        while position < total:
            file.setpos(position)
            raw = file.readframes(PART_SECONDS * SAMPLE_RATE)
            samples = np.frombuffer(raw, np.int16).astype(np.float32) / 32768
            if position + len(samples) < total:
                samples = samples[: _quiet(samples)]
            yield position / SAMPLE_RATE, samples
            position += len(samples)


def _quiet(samples: Any) -> int:
    """The middle of the quietest moment near the end, as a number of samples."""
    first = len(samples) - SEARCH_SECONDS * SAMPLE_RATE
    tail = samples[first:]
    power = (tail[: len(tail) // _STEP * _STEP].reshape(-1, _STEP) ** 2).mean(axis=1)
    level = np.convolve(power, np.ones(_QUIET_STEPS), mode="valid")
    return first + (int(level.argmin()) + _QUIET_STEPS // 2) * _STEP


def _say(**line: Any) -> None:
    print(json.dumps(line), flush=True)  # noqa: T201  # the answer


if __name__ == "__main__":
    _say(end=main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
