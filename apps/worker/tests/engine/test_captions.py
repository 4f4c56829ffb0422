"""Captions: a model made on the spot is really loaded and asked, and what it hears is written."""

from __future__ import annotations

import asyncio
import json
import shutil
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from vidmill.presets import AUDIO
from vidmill.sound import AudioSettings
from vidmill_worker import engine
from vidmill_worker.captions import child, models, transcript
from vidmill_worker.captions.listener import ListenerFailed
from vidmill_worker.captions.models import Model, choose_model
from vidmill_worker.captions.results import CaptionsResult, NoCaptions, Speech, Word
from vidmill_worker.engine.captions import make_captions
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging import webvtt_rules
from vidmill_worker.packaging.webvtt import Cue
from vidmill_worker.probe import probe
from vidmill_worker.results import Track

from . import whole_job
from .conftest import MakeClip

PICTURE = ["-f", "lavfi", "-i", "color=black:s=64x36:r=5:d=4"]
SOUND = AUDIO.model_copy(update={"audio": AudioSettings(mp3=False)})
CODECS = ["-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", "-shortest"]


@pytest.fixture(scope="session")
def spoken(make_clip: MakeClip, voice: Callable[[float], list[str]]) -> Path:
    return make_clip("spoken.mp4", *PICTURE, *voice(4), *CODECS)


@pytest.fixture(scope="session")
def silent(make_clip: MakeClip) -> Path:
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:d=4"]
    return make_clip("tone.mp4", *PICTURE, *sound, *CODECS)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory, write_model: Callable[..., Path]) -> Model:
    return Model("tiny", write_model(tmp_path_factory.mktemp("models") / "tiny"))


@dataclass(frozen=True)
class Sound:
    """Finished sound of a clip, and the plan it was made by."""

    plan: EncodePlan
    track: Track
    folder: Path


async def sound_of(ffmpeg: FFmpeg, clip: Path, folder: Path) -> Sound:
    plan = make_plan(await probe(clip, whole_job.ANY), SOUND)
    return Sound(plan, (await engine.encode_audio(ffmpeg, clip, plan, folder)).tracks[0], folder)


@pytest.fixture(scope="session")
def said_once(ffmpeg: FFmpeg, spoken: Path, tmp_path_factory: pytest.TempPathFactory) -> Sound:
    return asyncio.run(sound_of(ffmpeg, spoken, tmp_path_factory.mktemp("sound")))


async def caption(
    ffmpeg: FFmpeg,
    model: Model,
    sound: Sound,
    folder: Path,
    language: str = "auto",
    taken_labels: Sequence[str] = (),
) -> CaptionsResult:
    shutil.copytree(sound.folder, folder, dirs_exist_ok=True)
    return await make_captions(
        ffmpeg, model, sound.track, sound.plan, language, folder, threads=1,
        taken_labels=taken_labels,
    )  # fmt: skip


async def test_a_model_hears_a_voice_and_what_it_says_is_written(
    ffmpeg: FFmpeg, tiny: Model, said_once: Sound, tmp_path: Path
) -> None:
    result = await caption(ffmpeg, tiny, said_once, tmp_path)
    assert (result.language, result.words, result.model) == ("de", 2, "tiny")
    assert (result.track.label, result.track.language) == ("Deutsch (automatic)", "de")
    assert (result.track.is_default, result.track.cues) == (False, 1)
    text = (tmp_path / result.track.file.name).read_text()
    assert result.track.file.name == "transcription/transcript.vtt"
    assert webvtt_rules.violations(text) == []
    assert text.rstrip().endswith("hello world.")
    names = [file.name for file in result.transcripts]
    assert names == [f"transcription/transcript.{kind}" for kind in ("txt", "srt", "json")]
    assert (tmp_path / names[0]).read_text() == "hello world.\n"
    assert (tmp_path / names[1]).read_text().startswith("1\n00:00:0")
    told = json.loads((tmp_path / names[2]).read_bytes())
    [segment] = told.pop("segments")
    assert told == {"language": "de", "language_probability": 1.0, "model": "tiny"}
    assert [word["word"] for word in segment["words"]] == ["hello", "world."]
    assert 0 <= segment["start"] < segment["end"] <= 4
    assert not (tmp_path / "speech.wav").exists()
    assert 0 < result.cpu_seconds < 60


async def test_the_language_that_is_asked_for_is_the_one_that_is_heard(
    ffmpeg: FFmpeg, tiny: Model, said_once: Sound, tmp_path: Path
) -> None:
    taken = ["English (automatic)"]
    result = await caption(ffmpeg, tiny, said_once, tmp_path, "en", taken)
    assert result.language == "en"
    assert result.track.label == "English (automatic) 2", "no two tracks are called alike"


async def test_nothing_is_made_up_of_a_sound_that_is_no_voice(
    ffmpeg: FFmpeg, tiny: Model, silent: Path, tmp_path: Path
) -> None:
    sound = await sound_of(ffmpeg, silent, tmp_path / "sound")
    with pytest.raises(NoCaptions, match="Nothing is spoken"):
        await caption(ffmpeg, tiny, sound, tmp_path / "made")
    assert not (tmp_path / "made" / "transcription").exists()


async def test_a_model_of_one_language_is_asked_for_no_other(
    ffmpeg: FFmpeg, said_once: Sound, tmp_path: Path, write_model: Callable[..., Path]
) -> None:
    model = Model("tiny.en", write_model(tmp_path / "model", languages=False))
    with pytest.raises(NoCaptions, match="knows English only"):
        await caption(ffmpeg, model, said_once, tmp_path / "made", "de")


async def test_a_damaged_model_says_what_is_wrong(
    ffmpeg: FFmpeg, tiny: Model, said_once: Sound, tmp_path: Path
) -> None:
    damaged = tmp_path / "model"
    shutil.copytree(tiny.folder, damaged)
    whole = (damaged / "model.bin").read_bytes()
    (damaged / "model.bin").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ListenerFailed, match=r"^RuntimeError: .*invalid payload size"):
        await caption(ffmpeg, Model("damaged", damaged), said_once, tmp_path / "made")


def test_long_sound_is_heard_in_parts_that_end_where_it_is_quiet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rate = child.SAMPLE_RATE
    monkeypatch.setattr(child, "PART_SECONDS", 10)
    monkeypatch.setattr(child, "SEARCH_SECONDS", 6)
    loud, quiet = b"\x00\x40" * rate, b"\x01\x00" * rate
    with wave.open(str(tmp_path / "long.wav"), "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(loud * 6 + quiet + loud * 15)
    parts = list(child._parts(str(tmp_path / "long.wav")))
    starts = [start for start, _ in parts]
    assert starts[0] == 0
    assert 6 < starts[1] < 7, "in the quiet second"
    assert sum(len(samples) for _, samples in parts) == 22 * rate
    for (start, samples), following in zip(parts, starts[1:], strict=False):
        assert following == pytest.approx(start + len(samples) / rate)


def said(text: str, start: float, end: float) -> Speech:
    """Words of one length each, without pauses."""
    spelled = text.split(" ")
    step = (end - start) / len(spelled)
    words = tuple(
        Word(start=start + n * step, end=start + (n + 1) * step, word=f" {word}", probability=0.5)
        for n, word in enumerate(spelled)
    )
    return Speech(start=start, end=end, text=text, words=words)


def test_cues_are_short_enough_to_read_and_stay_inside_the_video() -> None:
    long = said("It was the best of times, it was the worst of times, it was the age of wisdom, "
                "it was the age of foolishness", 1, 9)  # fmt: skip
    cues = transcript.cues_of([long, said("The end <3 & more", 8.5, 12)], -0.02, 11)
    assert [cue.payload for cue in cues] == [
        "It was the best of times, it was the\nworst of times, it was the age of wisdom,",
        "it was the age of foolishness",
        "The end &lt;3 &amp; more",
    ]
    assert cues[0].start_ms == 980
    assert all(cue.start_ms >= before.end_ms for before, cue in pairwise(cues))
    assert all(cue.end_ms - cue.start_ms <= 6000 for cue in cues)
    assert cues[-1].end_ms == 11_000


def test_a_sentence_or_a_pause_ends_a_cue() -> None:
    cues = transcript.cues_of([said("This is a whole sentence. Next", 0, 3)], 0, 60)
    assert [cue.payload for cue in cues] == ["This is a whole sentence.", "Next"]
    pause = Speech(start=0, end=9, text="one two", words=(
        Word(start=0, end=1, word=" one", probability=1),
        Word(start=3, end=4, word=" two", probability=1),
    ))  # fmt: skip
    assert [c.start_ms for c in transcript.cues_of([pause], 0, 60)] == [0, 3000]


def test_what_cannot_be_timed_by_word_is_a_cue_of_its_own() -> None:
    speech = [Speech(start=1, end=2, text="hello", words=()), said("late", 70, 80)]
    assert transcript.cues_of(speech, 0, 60) == [Cue(1000, 2000, "hello")]


def test_subrip_numbers_its_cues() -> None:
    assert transcript.subrip([Cue(0, 1500, "a\nb"), Cue(3_600_000, 3_601_000, "c")]) == (
        "1\n00:00:00,000 --> 00:00:01,500\na\nb\n\n2\n01:00:00,000 --> 01:00:01,000\nc\n"
    )


@pytest.mark.parametrize(
    ("there", "seconds", "chosen"),
    [
        ({"tiny", "base", "small"}, 60, "tiny"),
        ({"tiny", "base", "small"}, 600, "base"),
        ({"tiny", "base", "small"}, 1800, "small"),
        ({"tiny", "base", "small"}, 7200, "base"),
        ({"small"}, 7200, "small"),
        ({"large-v3"}, 60, "large-v3"),
    ],
)
def test_the_model_goes_by_the_length_of_the_video(
    tmp_path: Path, there: set[str], seconds: float, chosen: str
) -> None:
    for name in there:
        (tmp_path / name).mkdir()
        for file in models.FILES:
            (tmp_path / name / file).touch()
    (tmp_path / "half").mkdir()
    assert choose_model(tmp_path, seconds) == Model(chosen, tmp_path / chosen)
    assert choose_model(tmp_path / chosen, 1).name == chosen, "a folder that is a model itself"


def test_without_a_model_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoCaptions, match="CAPTIONS_MODELS is not set"):
        choose_model(None, 60)
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(NoCaptions, match="names a folder without any"):
            choose_model(folder, 60)


def test_without_the_package_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_: str) -> None:
        return None

    monkeypatch.setattr(models, "find_spec", nothing)
    with pytest.raises(NoCaptions, match="faster-whisper, which is not installed"):
        choose_model(None, 60)
