"""What metadata.json says of text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vidmill import languages
from vidmill_worker import layout
from vidmill_worker.subtitles.results import TextTrack


def output_text(prefix: str, tracks: Sequence[TextTrack]) -> list[dict[str, Any]]:
    """One entry a track, whose files are below `prefix`."""
    return [
        {
            "name": track.label,
            **({"language": languages.tag(track.language)} if track.language else {}),
            "forced": track.is_forced,
            "hearing_impaired": track.describes_sound,
            "cues": track.cues,
            "path": f"{prefix}/{track.file.name}",
            "size_bytes": track.file.size_bytes,
            "playlist_path": f"{prefix}/{layout.text_playlist_name(track.name)}",
        }
        for track in tracks
    ]
