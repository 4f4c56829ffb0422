"""Names of a job's files, relative to its directory: the same on disk and in the bucket."""

from __future__ import annotations

AUDIO = "audio"
"""Directory of the first sound track, beside those of the rungs; also the group of all of them."""
SUBTITLES = "subtitles"
"""Directory of the source's own text; also the group of all text in playlists."""
TRANSCRIPT = "transcription/transcript"
"""What is spoken, without what its files end in."""
INIT = "init.mp4"
SEGMENT_PATTERN = "segment_%03d.m4s"
PLAYLIST = "playlist.m3u8"
MASTER = "master.m3u8"
DASH = "manifest.mpd"
METADATA = "metadata.json"
MP3 = f"{AUDIO}/audio.mp3"
M4A = f"{AUDIO}/audio.m4a"
STORYBOARD = "thumbnails/storyboard.vtt"
SMALL_POSTER = "thumbnails/poster_small.jpg"
CUSTOM_THUMBNAIL = "thumbnails/thumb_custom.jpg"
SMALL_CUSTOM_THUMBNAIL = "thumbnails/thumb_custom_small.jpg"


def segment_name(number: int) -> str:
    """Name of a media segment in its track's directory, as FFmpeg writes it."""
    return SEGMENT_PATTERN % number


def audio_name(number: int) -> str:
    """Directory of a sound track, counted from 0 in the order of the job: "audio", "audio_2", ….
    Languages may be missing or there twice, so names don't say them."""
    return f"{AUDIO}_{number + 1}" if number else AUDIO


def subtitles_name(language: str) -> str:
    """Name of a track of text, without what its files end in."""
    return f"{SUBTITLES}/{language}"


def vtt_name(track: str) -> str:
    """Name of a text track's WebVTT file."""
    return f"{track}.vtt"


def transcript_name(kind: str) -> str:
    """Name of the transcript as txt, srt or json."""
    return f"{TRANSCRIPT}.{kind}"


def text_playlist_name(track: str) -> str:
    """Name of a text track's HLS playlist."""
    return f"{track}.m3u8"


def mp4_name(rung: str) -> str:
    """Name of a rung's progressive MP4."""
    return f"{rung}/video_{rung}.mp4"


def thumbnail_name(percent: int) -> str:
    """Name of the still at a position in percent of the duration."""
    return f"thumbnails/thumb_{percent:02d}.jpg"


def sprite_name(number: int) -> str:
    """Name of one of the storyboard's sprites; they lie beside the file that names them."""
    return f"thumbnails/sprite_{number:03d}.jpg"


def preview_name(kind: str) -> str:
    """Name of the animated preview as gif or as webp."""
    return f"preview/preview.{kind}"
