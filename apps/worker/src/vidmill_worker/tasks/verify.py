"""Verify: repeat the proof of a published job, on what is in storage now.

What is found wrong is the task's result, not its failure. It writes nothing to storage, and keeps
no more of the job on disk at once than a batch of segments or one file.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from vidmill.db.job_reads import fetch_assets, fetch_renditions
from vidmill.errors import MissingObject
from vidmill.jobs import Asset, AssetKind, job_prefix
from vidmill.presets import Preset
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.findings import ANEW, Findings
from vidmill_worker.engine.manifests import manifest_texts
from vidmill_worker.engine.reproof import Reproof, batches
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.progress import Progress
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.layout import INIT, segment_name
from vidmill_worker.outputs import TRANSFERS
from vidmill_worker.published import Published
from vidmill_worker.results import ChunksDiffer, Track, VerificationFailed, join_chunks
from vidmill_worker.tasks import inputs

BATCH_BYTES = 32 * 1024**2
"""Segments on disk at once: some seconds of decoding for each process that is started."""
DECODED_FILES = {
    AssetKind.AUDIO: ("a:0", None),
    AssetKind.THUMBNAIL: ("v:0", 1),
    AssetKind.SMALL_POSTER: ("v:0", 1),
    AssetKind.SPRITE: ("v:0", 1),
    AssetKind.PREVIEW: ("v:0", None),
}
"""Stream, and pictures in it, of files that are decoded beside segments and MP4s."""
UNREADABLE = "What was recorded of the files can't be read, perhaps as another version wrote it"
WALL_FACTOR = 4
"""A whole MP4 is decoded by one process, standing back: it may take this many times its length.
That it does not hang is seen to by the limit on stalling."""


async def run(attempt: Attempt) -> Outcome:
    """Verify the job. Raises `DependencyDown`, FFmpegStalled, FFmpegTimeout, and FFmpegFailed for
    an FFmpeg that was killed."""
    try:
        published = await _published(attempt)
    except (ValidationError, ChunksDiffer) as error:
        findings = Findings()
        findings.add(None, f"{UNREADABLE}: {error}", ANEW)
        return Outcome(findings.result().model_dump(mode="json"))
    return await _Verification(attempt, published).run()


async def _published(attempt: Attempt) -> Published:
    return Published(
        attempt.job,
        inputs.encode_plan(attempt),
        join_chunks(await inputs.chunk_results(attempt)),
        await inputs.audio_result(attempt),
        await inputs.images_result(attempt),
        await inputs.mp4_result(attempt),
        await inputs.subtitles_result(attempt),
        captions=await inputs.captions_result(attempt),
    )


def _patient(ffmpeg: FFmpeg, plan: EncodePlan) -> FFmpeg:
    wall = max(ffmpeg.limits.wall_seconds, WALL_FACTOR * float(plan.duration_seconds))
    return replace(ffmpeg, limits=replace(ffmpeg.limits, wall_seconds=wall))


class _Verification:
    def __init__(self, attempt: Attempt, published: Published) -> None:
        self._attempt = attempt
        self._published = published
        self._prefix = job_prefix(attempt.job.id)
        self._storage = attempt.services.storage
        plan = published.plan
        ffmpeg = _patient(inputs.ffmpeg(attempt), plan)
        self._proof = Reproof(ffmpeg, plan, attempt.scratch)
        mp4s = published.mp4s.files.values() if published.mp4s else ()
        tracks = [*published.tracks, *self._sounds]
        self._listed: Collection[str] = ()
        self._total = sum(t.size_bytes for t in tracks) + sum(f.size_bytes for f in mp4s)
        self._done = 0

    @property
    def _sounds(self) -> tuple[Track, ...]:
        return self._published.audio.tracks if self._published.audio else ()

    async def run(self) -> Outcome:
        db, job_id = self._attempt.services.db, self._attempt.job.id
        whole = await self._check_sizes(await fetch_assets(db, [job_id]))
        await self._check_texts(whole)
        await self._check_storyboard(whole)
        # Rungs go together, so that their alignment is seen; each track of sound by itself.
        for tracks in (self._published.tracks, *((sound,) for sound in self._sounds)):
            await self._check_tracks(tracks)
        for sound in self._sounds:
            self._proof.check_sound(sound)
        await self._check_mp4s(whole)
        for name, asset in whole.items():
            if asset.kind in DECODED_FILES:
                stream, frames = DECODED_FILES[AssetKind(asset.kind)]
                if await self._fetch_as_recorded(name):
                    await self._proof.check_file(name, [stream], frames)
                self._remove([name])
        rows = await fetch_renditions(db, [job_id])
        self._proof.check_frames(rows, self._published.tracks)
        result = self._proof.findings.result()
        self._attempt.cpu_seconds = result.cpu_seconds
        return Outcome(result.model_dump(mode="json"))

    async def _check_sizes(self, assets: Iterable[Asset]) -> dict[str, Asset]:
        """Every listed file by its name, without those that are missing or of another size."""
        names = {asset.object_key.removeprefix(self._prefix): asset for asset in assets}
        self._listed = names.keys()
        sizes: dict[str, int] = {}

        async def look(name: str) -> None:
            sizes[name] = (await self._storage.head(self._prefix + name)).size

        await _at_once(look, names)
        return {
            name: asset
            for name, asset in names.items()
            if self._proof.check_size(name, sizes.get(name), asset.size_bytes)
        }

    async def _check_texts(self, whole: dict[str, Asset]) -> None:
        """Playlists and the DASH manifest are what the results make, which keeps to the rules;
        subtitles and transcripts are what was written."""
        preset = Preset.model_validate(self._attempt.job.spec)
        made = self._published
        try:
            texts = manifest_texts(
                made.plan, made.tracks, self._sounds, made.text, with_dash=preset.dash
            )
        except VerificationFailed as error:
            self._proof.findings.add(None, str(error), ANEW)
            return
        for name in texts:
            self._require_listed(name)
        for name in texts.keys() & whole.keys():
            with suppress(MissingObject):
                found = await self._storage.read(self._prefix + name)
                self._proof.check_text(name, found, texts[name])
        for file in (*(track.file for track in made.text), *made.transcripts):
            name = file.name
            self._require_listed(name)
            if name in whole:
                with suppress(MissingObject):
                    found = await self._storage.read(self._prefix + name)
                    self._proof.check_bytes(name, found, file.sha256)

    async def _check_storyboard(self, whole: dict[str, Asset]) -> None:
        """The storyboard keeps to its rules, with the sprites that were made."""
        board = self._published.images.storyboard if self._published.images else None
        if board is None:
            return
        self._require_listed(board.file.name)
        if board.file.name in whole:
            with suppress(MissingObject):
                found = await self._storage.read(self._prefix + board.file.name)
                if not self._proof.check_bytes(board.file.name, found, board.file.sha256):
                    return
                sprites = {Path(s.file.name).name: (s.width, s.height) for s in board.sprites}
                self._proof.check_storyboard(board.file.name, found, sprites, board.duration_ms)

    async def _check_tracks(self, tracks: tuple[Track, ...]) -> None:
        inits = [f"{track.name}/{INIT}" for track in tracks]
        await self._fetch(inits)
        for track in tracks:
            self._proof.check_init(track)
        for batch in batches(tracks, BATCH_BYTES):
            names = [f"{t.name}/{segment_name(s.number)}" for t in batch for s in t.segments]
            await self._fetch(names)
            await self._proof.check_segments(batch)
            self._remove(names)
            self._advance(sum(track.size_bytes for track in batch))
        self._remove(inits)

    async def _check_mp4s(self, whole: dict[str, Asset]) -> None:
        made = self._published
        by_name = {track.name: track for track in made.tracks}
        for name, file in made.mp4s.files.items() if made.mp4s else ():
            track = by_name.get(name)

            async def on_progress(progress: Progress, track: Track | None = track) -> None:
                if track is not None:
                    self._report(progress.fraction(track.samples) * track.size_bytes)

            self._require_listed(file.name)
            if file.name in whole and await self._fetch_as_recorded(file.name):
                await self._proof.check_mp4(file.name, track, self._sounds, on_progress)
            self._remove([file.name])
            self._advance(file.size_bytes)

    def _require_listed(self, name: str) -> None:
        if name not in self._listed:
            self._proof.findings.add(name, "is not listed among the job's outputs", ANEW)

    async def _fetch_as_recorded(self, name: str) -> bool:
        """Bring a file to the attempt's directory; whether it has the bytes that were recorded."""
        return await self._fetch([name]) and await self._proof.check_digest(
            name, self._published.digests.get(name, "")
        )

    async def _fetch(self, names: Iterable[str]) -> bool:
        """Bring files to the attempt's directory; whether all were there."""

        async def fetch(name: str) -> None:
            path = self._attempt.scratch / name
            path.parent.mkdir(exist_ok=True)
            await self._storage.download_file(self._prefix + name, path)

        return await _at_once(fetch, names)

    def _remove(self, names: Iterable[str]) -> None:
        for name in names:
            (self._attempt.scratch / name).unlink(missing_ok=True)

    def _advance(self, size_bytes: int) -> None:
        self._done += size_bytes
        self._report(0)

    def _report(self, more_bytes: float) -> None:
        self._attempt.cpu_seconds = self._proof.findings.cpu_seconds
        self._attempt.report((self._done + more_bytes) / max(1, self._total))


async def _at_once(act: Callable[[str], Awaitable[None]], names: Iterable[str]) -> bool:
    """Do something to each object, a few at a time; whether all of them were there."""
    slots = asyncio.Semaphore(TRANSFERS)

    async def one(name: str) -> bool:
        async with slots:
            try:
                await act(name)
            except MissingObject:
                return False
            return True

    running = [asyncio.create_task(one(name)) for name in names]
    try:
        return all(await asyncio.gather(*running))
    finally:
        for task in running:
            task.cancel()
