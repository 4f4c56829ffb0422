"""Write what players read beside finished segments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vidmill_worker import layout
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.packaging import dash, dash_rules, hls, hls_rules, rates
from vidmill_worker.packaging.hls_text import text_playlist
from vidmill_worker.results import OutputFile, Track, VerificationFailed
from vidmill_worker.subtitles.results import TextTrack


def manifest_texts(
    plan: EncodePlan,
    tracks: Sequence[Track],
    sound: Sequence[Track],
    text: Sequence[TextTrack] = (),
    *,
    with_hls: bool = True,
    with_dash: bool = True,
) -> dict[str, str]:
    """Name, relative to the job's directory, to text: media playlists first, master last, so that
    publishing them in order never names what is not there.

    Every text is held against the rules of its format (`hls_rules`, `dash_rules`); raises
    VerificationFailed if one is broken.
    """
    every = [*tracks, *sound]
    texts: dict[str, str] = {}
    if with_hls:
        # One target duration for all of them (RFC 8216, 6.2.4), though sound is cut elsewhere; the
        # planned one, which was stated while they grew, unless a segment is longer.
        target = max(plan.target_seconds, *(rates.target_seconds(track) for track in every))
        for track in every:
            texts[f"{track.name}/{layout.PLAYLIST}"] = hls.media_playlist(track, "VOD", target)
        longest = max(track.duration_seconds for track in every)
        for line in text:
            texts[layout.text_playlist_name(line.name)] = text_playlist(line, longest)
    if with_dash:
        texts[layout.DASH] = dash.manifest(plan, tracks, sound, text)
    if with_hls:
        variants = [
            hls.variant(track, sound, plan.frame_rate, plan.video_range) for track in tracks
        ] or [hls.sound_variant(plan, sound, growing=False)]
        renditions = hls.audio_renditions(plan, sound)
        texts[layout.MASTER] = hls.master_playlist(variants, renditions, text)
    _check(texts, every, text)
    return texts


def growing_manifests(
    plan: EncodePlan, tracks: Sequence[Track], sound: Sequence[Track]
) -> dict[str, str]:
    """Name to text of EVENT playlists, and of their master, for the first segments of a job that
    is still being made; the master is the same however far it has come.

    Raises VerificationFailed if a rule is broken, or a segment is longer than was planned.
    """
    every = [*tracks, *sound]
    target = plan.target_seconds
    try:
        texts = {
            f"{track.name}/{layout.PLAYLIST}": hls.media_playlist(track, "EVENT", target)
            for track in every
        }
    except ValueError as error:
        raise VerificationFailed("playlists", str(error)) from error
    variants = [hls.growing_variant(track, sound, plan) for track in tracks] or [
        hls.sound_variant(plan, sound, growing=True)
    ]
    texts[layout.MASTER] = hls.master_playlist(variants, hls.audio_renditions(plan, sound))
    _check(texts, every)
    return texts


def _check(texts: dict[str, str], tracks: Sequence[Track], text: Sequence[TextTrack] = ()) -> None:
    files = {
        f"{track.name}/{name}"
        for track in tracks
        for name in (layout.INIT, *(layout.segment_name(s.number) for s in track.segments))
    } | {line.file.name for line in text}
    broken: list[str] = []
    if layout.MASTER in texts:
        playlists = {name: text for name, text in texts.items() if name != layout.DASH}
        broken += hls_rules.violations(layout.MASTER, playlists, files)
    if layout.DASH in texts:
        broken += dash_rules.violations(texts[layout.DASH], files)
    if broken:
        raise VerificationFailed("manifests", "; ".join(broken[:5]))


def write_manifests(
    plan: EncodePlan,
    tracks: Sequence[Track],
    sound: Sequence[Track],
    text: Sequence[TextTrack],
    directory: Path,
    *,
    with_hls: bool = True,
    with_dash: bool = True,
) -> tuple[OutputFile, ...]:
    """Write the playlists and the DASH manifest below `directory`, in order of publishing. Raises
    VerificationFailed, and then has written nothing."""
    texts = manifest_texts(plan, tracks, sound, text, with_hls=with_hls, with_dash=with_dash)
    files: list[OutputFile] = []
    for name, content in texts.items():
        data = content.encode()
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        files.append(OutputFile(name=name, size_bytes=len(data)))
    return tuple(files)
