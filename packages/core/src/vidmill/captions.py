"""Captions: what presets and jobs may say about the language of what is spoken."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

AUTO = "auto"
"""Whichever language is heard."""

LANGUAGES = frozenset(
    {
        "af", "am", "ar", "as", "az", "ba", "be", "bg", "bn", "bo", "br", "bs", "ca", "cs", "cy",
        "da", "de", "el", "en", "es", "et", "eu", "fa", "fi", "fo", "fr", "gl", "gu", "ha", "haw",
        "he", "hi", "hr", "ht", "hu", "hy", "id", "is", "it", "ja", "jw", "ka", "kk", "km", "kn",
        "ko", "la", "lb", "ln", "lo", "lt", "lv", "mg", "mi", "mk", "ml", "mn", "mr", "ms", "mt",
        "my", "ne", "nl", "nn", "no", "oc", "pa", "pl", "ps", "pt", "ro", "ru", "sa", "sd", "si",
        "sk", "sl", "sn", "so", "sq", "sr", "su", "sv", "sw", "ta", "te", "tg", "th", "tk", "tl",
        "tr", "tt", "uk", "ur", "uz", "vi", "yi", "yo", "yue", "zh",
    }
)  # fmt: skip
"""What Whisper can be told to hear, by its own codes: those of BCP 47, but for jw (Javanese)."""


def _known(language: str) -> str:
    if language not in {AUTO, *LANGUAGES}:
        raise ValueError(
            f"{language!r} is no language that speech is recognised in; give {AUTO!r} or one of "
            f"{', '.join(sorted(LANGUAGES))}"
        )
    return language


CaptionLanguage = Annotated[str, AfterValidator(_known)]
"""A language of speech, or `auto`."""
