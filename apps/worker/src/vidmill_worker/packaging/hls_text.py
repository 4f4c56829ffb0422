"""Text in HLS (RFC 8216): one playlist with one WebVTT file for each track, and its line in the
master playlist. Pure; all names are relative."""

from __future__ import annotations

import math
from fractions import Fraction
from posixpath import basename

from vidmill import languages
from vidmill_worker.layout import SUBTITLES, text_playlist_name
from vidmill_worker.subtitles.results import TextTrack

_FOR_DEAF = (
    "public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound"
)


def text_playlist(track: TextTrack, seconds: Fraction) -> str:
    """The playlist of one track, which lasts as long as picture and sound. Its target duration may
    be another than theirs (6.2.4)."""
    return "\n".join(
        [
            "#EXTM3U",
            "#EXT-X-VERSION:7",
            f"#EXT-X-TARGETDURATION:{max(1, math.ceil(seconds))}",
            "#EXT-X-MEDIA-SEQUENCE:0",
            "#EXT-X-PLAYLIST-TYPE:VOD",
            f"#EXTINF:{float(seconds):.6f},",
            basename(track.file.name),
            "#EXT-X-ENDLIST",
            "",
        ]
    )


def text_media(track: TextTrack) -> str:
    """EXT-X-MEDIA of a track (4.3.4.1)."""
    attributes = [
        "TYPE=SUBTITLES",
        f'GROUP-ID="{SUBTITLES}"',
        # Every rendition has one (Apple, 4.7).
        f'LANGUAGE="{languages.tag(track.language or languages.UNKNOWN)}"',
        f'NAME="{track.label}"',
        f"DEFAULT={_yes(track.is_default)}",
        "AUTOSELECT=YES",
        f"FORCED={_yes(track.is_forced)}",
    ]
    if track.describes_sound:
        attributes.append(f'CHARACTERISTICS="{_FOR_DEAF}"')
    attributes.append(f'URI="{text_playlist_name(track.name)}"')
    return "#EXT-X-MEDIA:" + ",".join(attributes)


def _yes(value: bool) -> str:
    return "YES" if value else "NO"
