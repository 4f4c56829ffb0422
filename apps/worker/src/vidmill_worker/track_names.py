"""What tracks of sound and text are called in players' menus. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vidmill import languages

TITLE_CHARS = 60
"""Longest title taken from a source: menus are narrow."""


@dataclass(frozen=True, slots=True)
class Named:
    """What a source says of a track."""

    language: str | None
    title: str | None


def plain(text: str | None) -> str | None:
    """A source's title without what has a meaning in playlists or a terminal: one line of printable
    characters. None if nothing is left."""
    if not text:
        return None
    # The quote has no escape in playlists (RFC 8216, 4.2).
    shown = "".join(c if c.isprintable() and c != '"' else " " for c in text)
    return " ".join(shown.split())[:TITLE_CHARS].rstrip() or None


def labels(tracks: Sequence[Named], fallback: str) -> list[str]:
    """A name for each track, unlike all others: players and RFC 8216 (4.3.4.1.1) want that."""
    found: list[str] = []
    for track in tracks:
        wanted = _label(track) or fallback
        name, number = wanted, 1
        while name in found:
            number += 1
            name = f"{wanted} {number}"
        found.append(name)
    return found


def _label(track: Named) -> str | None:
    if track.language is None:
        return track.title
    name = languages.name(track.language)
    if track.title is None:
        return name
    says_it = name.casefold() in track.title.casefold()
    return track.title if says_it else f"{name} ({track.title})"
