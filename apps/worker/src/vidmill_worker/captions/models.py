"""Which speech model a video is heard with, of those that an operator has put there."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from vidmill_worker.captions.results import NoCaptions

FILES = ("model.bin", "config.json", "tokenizer.json")
"""What makes a folder a model. faster-whisper would fetch a missing tokenizer from the network."""
PREFERENCES = (
    (300, ("tiny", "base", "small")),
    (1800, ("base", "small", "tiny")),
    (3600, ("small", "base", "tiny")),
)
"""Up to so many seconds of video these models, the best first. A larger one hears better and takes
longer; in short clips that is little of the wait, and what is long is to be done within the day."""
FOR_LONGER = ("base", "tiny", "small")


@dataclass(frozen=True, slots=True)
class Model:
    """A Whisper model in CTranslate2's format."""

    name: str
    folder: Path


def choose_model(folder: Path | None, seconds: float) -> Model:
    """The model for a video of that length. Raises `NoCaptions` where there is none, or nothing to
    run it with."""
    if find_spec("faster_whisper") is None:
        raise NoCaptions("Captions need the Python package faster-whisper, which is not installed.")
    if folder is None:
        raise NoCaptions("No speech model is installed (CAPTIONS_MODELS is not set).")
    folder = folder.resolve()
    if _is_model(folder):
        return Model(folder.name, folder)
    found = {path.name: path for path in _folders(folder) if _is_model(path)}
    for name in (*_preferred(seconds), *sorted(found)):
        if name in found:
            return Model(name, found[name])
    raise NoCaptions("No speech model is installed (CAPTIONS_MODELS names a folder without any).")


def _preferred(seconds: float) -> tuple[str, ...]:
    return next((names for limit, names in PREFERENCES if seconds < limit), FOR_LONGER)


def _folders(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []


def _is_model(folder: Path) -> bool:
    return all((folder / name).is_file() for name in FILES)
