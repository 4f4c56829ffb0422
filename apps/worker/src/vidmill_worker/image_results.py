"""What is made of finished segments for the eye: facts about files, stored with the images task."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vidmill_worker.results import OutputFile, SmallPoster, Thumbnail


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sprite(_Record):
    """Tiles side by side in one picture."""

    file: OutputFile
    width: int
    height: int


class Storyboard(_Record):
    """Small pictures of the whole video: sprites, and the WebVTT file that says which is where."""

    file: OutputFile
    sprites: tuple[Sprite, ...]
    tiles: int
    """Pictures in all sprites."""
    tile_width: int
    tile_height: int
    duration_ms: int
    """Where the last cue ends."""
    interval_seconds: float
    """Time from picture to picture, about: each is a key picture where these are close enough."""


class Preview(_Record):
    """An animated picture of a few short cuts."""

    format: str
    """gif or webp."""
    file: OutputFile
    width: int
    height: int
    seconds: float


class ImagesResult(_Record):
    """Everything the images task made; empty or None where the preset did not ask for it."""

    thumbnails: tuple[Thumbnail, ...] = ()
    small_poster: SmallPoster | None = None
    """Beside thumbnails; None too where an earlier version made them."""
    storyboard: Storyboard | None = None
    previews: tuple[Preview, ...] = ()
    cpu_seconds: float
    wall_seconds: float

    @property
    def files(self) -> tuple[OutputFile, ...]:
        """All files, each after those that it names."""
        files = [thumbnail.file for thumbnail in self.thumbnails]
        if self.small_poster is not None:
            files.append(self.small_poster.file)
        if self.storyboard is not None:
            files += [sprite.file for sprite in self.storyboard.sprites]
            files.append(self.storyboard.file)
        return (*files, *(preview.file for preview in self.previews))
