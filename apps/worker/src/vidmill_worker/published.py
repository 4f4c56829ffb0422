"""What a finished job consists of, as rows for the database. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vidmill import languages
from vidmill.ids import new_id
from vidmill.jobs import Asset, AssetKind, Job, Rendition, job_prefix
from vidmill_worker.captions.results import CaptionsResult
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.image_results import ImagesResult
from vidmill_worker.layout import (
    AUDIO,
    DASH,
    M4A,
    MASTER,
    METADATA,
    PLAYLIST,
    text_playlist_name,
)
from vidmill_worker.metric_results import MetricsResult
from vidmill_worker.outputs import content_type
from vidmill_worker.results import AudioResult, Mp4Result, OutputFile, Track
from vidmill_worker.subtitles.results import SubtitlesResult, TextTrack

_KINDS = {
    MASTER: AssetKind.MASTER_PLAYLIST,
    DASH: AssetKind.DASH_MANIFEST,
    METADATA: AssetKind.METADATA,
}


@dataclass(frozen=True, slots=True)
class Published:
    """Everything that was made for a job; None where the preset or the source had no part in it."""

    job: Job
    plan: EncodePlan
    tracks: tuple[Track, ...]
    audio: AudioResult | None
    images: ImagesResult | None
    mp4s: Mp4Result | None
    subtitles: SubtitlesResult | None = None
    metrics: MetricsResult | None = None
    captions: CaptionsResult | None = None

    @property
    def text(self) -> tuple[TextTrack, ...]:
        """What players offer to read."""
        own = self.subtitles.tracks if self.subtitles else ()
        return (*own, self.captions.track) if self.captions else own

    @property
    def transcripts(self) -> tuple[OutputFile, ...]:
        """What is spoken, for other uses."""
        return self.captions.transcripts if self.captions else ()

    @property
    def digests(self) -> Mapping[str, str]:
        """SHA-256 of files other than segments, by name, where it was recorded."""
        files = [*self.mp4s.files.values()] if self.mp4s else []
        if self.images:
            files += [file for _, file in _pictures(self.images)]
        files += [track.file for track in self.text]
        files += self.transcripts
        digests = {file.name: file.sha256 for file in files}
        if self.audio and self.audio.mp3_name:
            digests[self.audio.mp3_name] = self.audio.mp3_sha256
        return digests

    @property
    def findings(self) -> tuple[str, ...]:
        """What was found out of the ordinary after the plan, in sentences."""
        made = (self.audio, self.subtitles, self.metrics)
        return tuple(note for part in made if part is not None for note in part.notes)


def renditions(published: Published) -> list[Rendition]:
    """A row for each video quality."""
    prefix = job_prefix(published.job.id)
    return [_rendition(published, track, prefix) for track in published.tracks]


def assets(published: Published, files: Mapping[str, int]) -> list[Asset]:
    """A row for each file a person may want: `files` (manifests and metadata, name to bytes),
    MP4s, MP3 and pictures. Segments are reached through the playlists."""
    prefix = job_prefix(published.job.id)
    spoken = _spoken(published)
    return [
        Asset(
            id=new_id(),
            job_id=published.job.id,
            kind=kind,
            name=name,
            rendition=rendition,
            object_key=prefix + name,
            content_type=content_type(name),
            size_bytes=size,
            **spoken.get(name, {}),
        )
        for kind, name, rendition, size in _files(published, files)
    ]


def _files(
    published: Published, files: Mapping[str, int]
) -> Iterator[tuple[AssetKind, str, str | None, int]]:
    playlists_of_text = {text_playlist_name(track.name) for track in published.text}
    for name, size in files.items():
        of_rung = "/" in name and name not in playlists_of_text
        rung = name.split("/", 1)[0] if of_rung else None
        yield _KINDS.get(name, AssetKind.MEDIA_PLAYLIST), name, rung, size
    if published.mp4s is not None:
        for rung, file in published.mp4s.files.items():
            if file.name == M4A:
                yield AssetKind.AUDIO, file.name, None, file.size_bytes
            else:
                yield AssetKind.MP4, file.name, rung, file.size_bytes
    if published.audio is not None and published.audio.mp3_name is not None:
        yield AssetKind.AUDIO, published.audio.mp3_name, None, published.audio.mp3_size_bytes
    for track in published.text:
        yield AssetKind.SUBTITLES, track.file.name, None, track.file.size_bytes
    for file in published.transcripts:
        yield AssetKind.TRANSCRIPT, file.name, None, file.size_bytes
    if published.images is not None:
        for kind, file in _pictures(published.images):
            yield kind, file.name, None, file.size_bytes


def _pictures(images: ImagesResult) -> Iterator[tuple[AssetKind, OutputFile]]:
    for thumbnail in images.thumbnails:
        yield AssetKind.THUMBNAIL, thumbnail.file
    if images.small_poster is not None:
        yield AssetKind.SMALL_POSTER, images.small_poster.file
    if images.storyboard is not None:
        yield AssetKind.STORYBOARD, images.storyboard.file
        for sprite in images.storyboard.sprites:
            yield AssetKind.SPRITE, sprite.file
    for preview in images.previews:
        yield AssetKind.PREVIEW, preview.file


def _spoken(published: Published) -> dict[str, dict[str, str | None]]:
    """Language and label of the files that have one, by name."""
    found: dict[str, dict[str, str | None]] = {}
    for track in published.plan.audio.tracks if published.plan.audio else ():
        found[f"{track.name}/{PLAYLIST}"] = _in_words(track.language, track.label)
    if published.audio is not None and published.audio.mp3_name is not None:
        found[published.audio.mp3_name] = found[f"{AUDIO}/{PLAYLIST}"]
    for line in published.text:
        said = _in_words(line.language, line.label)
        found |= {line.file.name: said, text_playlist_name(line.name): said}
    if published.captions is not None:
        said = _in_words(published.captions.language, published.captions.track.label)
        found |= {file.name: said for file in published.transcripts}
    return found


def _in_words(language: str | None, label: str) -> dict[str, str | None]:
    return {"language": languages.tag(language) if language else None, "label": label}


def _rendition(published: Published, track: Track, prefix: str) -> Rendition:
    mp4 = published.mp4s.files.get(track.name) if published.mp4s else None
    seconds = float(track.duration_seconds)
    size = track.init_size_bytes + track.size_bytes
    scores = published.metrics.scores.get(track.name) if published.metrics else None
    return Rendition(
        id=new_id(),
        job_id=published.job.id,
        name=track.name,
        width=track.width,
        height=track.height,
        codec=published.plan.codec,
        codecs=track.codecs,
        fps=float(published.plan.frame_rate),
        frames=track.samples,
        duration_seconds=seconds,
        bitrate_bps=max(1, round(track.size_bytes * 8 / seconds)),
        size_bytes=size,
        segments=len(track.segments),
        playlist_key=f"{prefix}{track.name}/{PLAYLIST}",
        mp4_key=prefix + mp4.name if mp4 else None,
        mp4_size_bytes=mp4.size_bytes if mp4 else None,
        psnr=scores.psnr if scores else None,
        ssim=scores.ssim if scores else None,
        vmaf=scores.vmaf if scores else None,
    )
