"""What metadata.json says of text. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vidmill import languages
from vidmill_worker import layout
from vidmill_worker.captions.results import CaptionsResult
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


def output_transcript(prefix: str, captions: CaptionsResult) -> dict[str, Any]:
    """What is spoken, by kind of file; the WebVTT is also among the subtitles."""
    files = {file.name.rsplit(".", 1)[1]: file for file in captions.transcripts}
    described: dict[str, Any] = {
        kind: {"path": f"{prefix}/{file.name}", "size_bytes": file.size_bytes}
        for kind, file in (files | {"vtt": captions.track.file}).items()
    }
    # The plain text goes by its own name in this document.
    text = described.pop("txt") | {"word_count": captions.words, "language": captions.language}
    return {
        "text": text,
        **described,
        "processing_time_seconds": round(captions.wall_seconds, 3),
        "whisper_model": captions.model,
    }
