"""What recognising speech is tested with: a model and a voice, both made on the spot.

The Whisper model has 300 kB, is in CTranslate2's format and hears the same in every voice: what a
real one hears is its training's business, how it is loaded and asked is ours. All weights are small
random numbers, but those that decide what is said: each position of the decoder points in a
direction of its own, and along it lies the token that is to come there.

The voice is what a detector of speech takes for one: the harmonics of a gliding pitch, in the
formants of three vowels (a, i, u) that follow each other as in fast talk.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ctranslate2.specs import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models

LANGUAGES = ("en", "de", "fr")
# A vocabulary with an empty token is one of many languages (CTranslate2's whisper.cc).
WORDS = ("", " -", " hello", " world", ".")
SPECIAL = (
    *("<|endoftext|>", "<|startoftranscript|>", *(f"<|{code}|>" for code in LANGUAGES)),
    *("<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"),
    "<|notimestamps|>",
)
TIMES = tuple(f"<|{number * 0.02:.2f}|>" for number in range(1501))
SAID = ("<|0.00|>", " hello", " world", ".", "<|1.00|>")
"""What it hears in each half minute."""
DETECTED = "<|de|>"
PROMPT = 3
"""Tokens before what is said: start, language, task."""
WIDTH, HEADS, POSITIONS, MELS, FRAMES = 16, 2, 448, 80, 1500
FAR = 1000


def _write_model(folder: Path, languages: bool = True) -> Path:
    """The model in a new folder; without `languages` it knows English only."""
    folder.mkdir(parents=True)
    words = [word for word in WORDS if word or languages]
    vocabulary = [*words, *SPECIAL, *TIMES]
    spec = WhisperSpec(1, HEADS, 1, HEADS)
    _fill(spec, np.random.default_rng(7))
    _decide(spec.decoder, vocabulary, PROMPT if languages else 1)
    spec.register_vocabulary(vocabulary)
    config: Any = spec.config
    config.suppress_ids = []
    config.suppress_ids_begin = [vocabulary.index("<|endoftext|>")]
    config.lang_ids = [vocabulary.index(f"<|{code}|>") for code in LANGUAGES]
    config.alignment_heads = [[0, head] for head in range(HEADS)]
    spec.validate()
    spec.optimize()
    spec.save(str(folder))
    known = {token: number for number, token in enumerate([*words, *SPECIAL])}
    tokenizer: Any = Tokenizer(models.WordLevel(known, unk_token=words[0]))
    tokenizer.decoder = decoders.Fuse()
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in SPECIAL])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def _fill(spec: Any, random: np.random.Generator) -> None:
    def small(*shape: int) -> Any:
        return (random.standard_normal(shape) * 0.05).astype(np.float32)

    def linear(layer: Any, size: int, inputs: int = WIDTH) -> None:
        layer.weight, layer.bias = small(size, inputs), _zeros(size)

    def norm(layer: Any) -> None:
        layer.gamma, layer.beta = np.ones(WIDTH, np.float32), _zeros(WIDTH)

    def attention(layer: Any, *sizes: int) -> None:
        norm(layer.layer_norm)
        for part, size in zip(layer.linear, sizes, strict=True):
            linear(part, size)

    for layer, inputs in ((spec.encoder.conv1, MELS), (spec.encoder.conv2, WIDTH)):
        layer.weight, layer.bias = small(WIDTH, inputs, 3), _zeros(WIDTH)
    spec.encoder.position_encodings.encodings = small(FRAMES, WIDTH)
    for half in (spec.encoder, spec.decoder):
        norm(half.layer_norm)
        for layer in half.layer:
            attention(layer.self_attention, 3 * WIDTH, WIDTH)
            norm(layer.ffn.layer_norm)
            linear(layer.ffn.linear_0, 4 * WIDTH)
            linear(layer.ffn.linear_1, WIDTH, 4 * WIDTH)
    for layer in spec.decoder.layer:
        attention(layer.attention, WIDTH, 2 * WIDTH, WIDTH)


def _decide(decoder: Any, vocabulary: list[str], prompt: int) -> None:
    said = {0: DETECTED} | {prompt - 1 + n: token for n, token in enumerate(SAID)}
    end = prompt - 1 + len(SAID)
    positions, tokens = _zeros(POSITIONS, WIDTH), _zeros(len(vocabulary), WIDTH)
    for position in range(POSITIONS):
        positions[position, min(position, end)] = FAR
    for position in range(end + 1):
        tokens[vocabulary.index(said.get(position, "<|endoftext|>")), position] = 5
    decoder.position_encodings.encodings = positions
    decoder.embeddings.weight = decoder.projection.weight = tokens


def _zeros(*shape: int) -> Any:
    return np.zeros(shape, np.float32)


PITCH, HARMONICS = 150, 30
VOWELS = (
    ((730, 90), (1090, 110), (2440, 170)),
    ((270, 60), (2290, 200), (3010, 250)),
    ((300, 60), (870, 100), (2240, 170)),
)
"""Hertz and width in Hertz of the first three formants (Peterson and Barney, 1952)."""
LOUDNESS = (1, 0.5, 0.25)
ROUND_SECONDS = 0.6
"""Time for all three."""


def _voice(seconds: float) -> list[str]:
    """FFmpeg's options of an input."""
    weights = ";".join(f"st({number}\\,{_weight(number)})" for number in range(len(VOWELS)))
    tones = "+".join(_tone(number) for number in range(1, HARMONICS))
    wave = f"{weights};0.12*({tones})+0.004*(random(5)-0.5)"
    return ["-f", "lavfi", "-i", f"aevalsrc='{wave}':s=48000:d={seconds}"]


def _weight(vowel: int) -> str:
    """How loud a vowel is at a time: a hump in its third of each round."""
    shift = ROUND_SECONDS * (0.5 - vowel / len(VOWELS)) % ROUND_SECONDS
    place = f"(mod(t+{shift:.3f}\\,{ROUND_SECONDS})/{ROUND_SECONDS}-0.5)"
    return f"pow(max(0\\,cos(3*PI*{place}))\\,0.7)"


def _tone(number: int) -> str:
    loudness = "+".join(
        f"{_loudness(number * PITCH, vowel):.3f}*ld({place})" for place, vowel in enumerate(VOWELS)
    )
    return f"sin({number}*(2*PI*{PITCH}*t-12*cos(1.4*PI*t)))*({loudness})"


def _loudness(hertz: float, vowel: tuple[tuple[int, int], ...]) -> float:
    return sum(
        loudness / (1 + ((hertz - middle) / width) ** 2)
        for loudness, (middle, width) in zip(LOUDNESS, vowel, strict=True)
    )


@pytest.fixture(scope="session")
def write_model() -> Callable[..., Path]:
    """`write_model(folder)`: a model in a new folder; with `languages=False` of English only."""
    return _write_model


@pytest.fixture(scope="session")
def voice() -> Callable[[float], list[str]]:
    """`voice(seconds)`: FFmpeg's options of an input."""
    return _voice
