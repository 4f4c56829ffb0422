"""Sources through the whole engine: every frame, every file, sound and picture together."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from vidmill.presets import WEB, VideoSettings, rungs
from vidmill_worker.engine import encode_audio, encode_video
from vidmill_worker.ffmpeg.chunks import WHOLE
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging import fmp4
from vidmill_worker.probe import probe
from vidmill_worker.results import Segment, VerificationFailed

from . import media, whole_job
from .conftest import MakeClip, in_media
from .whole_job import SMALL

Counted = Callable[..., Path]


def presented(folder: Path, track: str) -> list[int]:
    """Presentation times of all frames of a track, from the fragments themselves."""
    times = [
        time
        for path in sorted((folder / track).glob("*.m4s"))
        for time in fmp4.read_fragment(path).presentation_times
    ]
    return sorted(times)


async def test_every_file_of_the_web_preset(ffmpeg: FFmpeg, flashes: Path, tmp_path: Path) -> None:
    job = await whole_job.make(ffmpeg, flashes, tmp_path / "job")
    names = {str(path.relative_to(job.folder)) for path in job.folder.rglob("*") if path.is_file()}
    assert names == {
        "master.m3u8",
        "manifest.mpd",
        "360p/init.mp4",
        "360p/segment_000.m4s",
        "360p/segment_001.m4s",
        "360p/playlist.m3u8",
        "360p/video_360p.mp4",
        "audio/init.mp4",
        "audio/segment_000.m4s",
        "audio/segment_001.m4s",
        "audio/playlist.m3u8",
        "audio/audio.mp3",
        *(f"thumbnails/thumb_{percent}.jpg" for percent in ("00", "25", "50", "75", "100")),
        "thumbnails/poster_small.jpg",
        "thumbnails/storyboard.vtt",
        "thumbnails/sprite_000.jpg",
        "preview/preview.gif",
        "preview/preview.webp",
    }
    [track] = job.tracks
    assert (track.samples, track.codecs, track.timescale) == (180, "avc1.64001E", 15_360)
    assert track.duration_seconds == 6
    assert job.audio is not None
    assert job.audio.tracks[0].codecs == "mp4a.40.2"
    assert job.chunks[0].decoded_frames == 180
    assert job.chunks[0].cpu_seconds > 0


async def test_sound_and_picture_stay_together(
    ffmpeg: FFmpeg, flashes: Path, tmp_path: Path
) -> None:
    job = await whole_job.make(ffmpeg, flashes, tmp_path / "job", SMALL)
    for rung in ("360p", "240p"):
        path = job.mp4(rung)
        assert media.starts(path) == {"video": 0, "audio": 0}
        flashes_at, beeps_at = media.flash_times(path), media.beep_times(path)
        assert len(flashes_at) == len(beeps_at) == 6
        for second, flash, beep in zip(range(6), flashes_at, beeps_at, strict=True):
            assert flash == second
            # The source's own beeps start up to 14 ms late, where the tone's wave does.
            assert second - 0.001 <= beep <= second + 0.016


async def test_the_hls_playlist_plays_as_a_whole(
    ffmpeg: FFmpeg, flashes: Path, tmp_path: Path
) -> None:
    """FFmpeg's own HLS reader, on the files as published: picture and sound by their clocks."""
    job = await whole_job.make(ffmpeg, flashes, tmp_path / "job", SMALL)
    [video, audio] = [job.folder / name / "playlist.m3u8" for name in ("360p", "audio")]
    base = float(job.plan.base_seconds)
    flash, beep = media.flash_times(video), media.beep_times(audio)
    assert [round(time - base, 3) for time in flash] == [0, 1, 2, 3, 4, 5]
    for second, time in enumerate(beep):
        assert abs(time - base - second) < 0.016


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [
        ("30000/1001", 5.2),
        in_media("24000/1001", 4.1),
        in_media("25", 4.0),
        in_media("60", 3.05),
    ],
)
async def test_chunks_make_the_same_video_as_one_pass(
    rate: str, seconds: float, ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    clip = counted(f"counted_{rate.replace('/', '_')}.mp4", rate, seconds)
    whole = await whole_job.make(ffmpeg, clip, tmp_path / "1", SMALL)
    shown = media.lumas(clip)
    assert whole.tracks[0].samples == len(shown)
    base, tick = whole.plan.base_ticks, whole.plan.frame_ticks
    grid = [base + n * tick for n in range(len(shown))]
    for count in (2, 4) if rate == "30000/1001" else (4,):
        job = await whole_job.make(ffmpeg, clip, tmp_path / str(count), SMALL, count)
        assert len(job.chunks) == count
        for track, reference in zip(job.tracks, whole.tracks, strict=True):
            assert track.init_sha256 == reference.init_sha256
            assert track.samples == reference.samples
            assert [
                (s.number, s.decode_time, s.start_time, s.duration_ticks) for s in track.segments
            ] == [
                (s.number, s.decode_time, s.start_time, s.duration_ticks)
                for s in reference.segments
            ]
            assert presented(job.folder, track.name) == grid
        # By content: no frame twice, none left out, none in another's place.
        decoded = media.lumas(job.mp4("360p"))
        assert len(decoded) == len(shown)
        assert all(abs(a - b) <= 3 for a, b in zip(decoded, shown, strict=True))
        sound = media.samples(job.mp4("360p"))
        assert sound == media.samples(whole.mp4("360p"))


async def test_chunks_of_matroska_with_rounded_times(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    clip = counted("rounded.mkv", "30000/1001", 5.2)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL, 4)
    assert len(job.chunks) == 4
    shown, decoded = media.lumas(clip), media.lumas(job.mp4("360p"))
    assert len(shown) == len(decoded)
    assert all(abs(a - b) <= 3 for a, b in zip(decoded, shown, strict=True))


async def test_stills_show_the_frames_they_name(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    clip = counted("counted_stills.mp4", "25", 4.0)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL)
    source = media.lumas(clip)
    for thumbnail in job.images.thumbnails:
        with av.open(str(job.folder / thumbnail.file.name)) as file:
            frame = next(file.decode(video=0))
            # Full range, as JPEG is; the source's 16..235 becomes 0..255.
            assert frame.format.name == "yuvj420p" or frame.color_range == 2
            shown = bytes(frame.planes[0])[frame.planes[0].line_size * 100 + 100]
        number = min(99, thumbnail.percent)
        assert abs(shown - (source[number] - 16) * 255 / 219) <= 4
        assert thumbnail.seconds == pytest.approx(number / 25, abs=0.001)


async def test_segments_are_told_while_encoding_goes_on(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    noise = "testsrc2=s=640x360:r=25:d=12"
    clip = make_clip("long.mp4", "-f", "lavfi", "-i", noise, "-preset", "ultrafast")
    plan = make_plan(await probe(clip, whole_job.ANY), WEB.model_copy(update=SMALL_RUNGS), WHOLE)
    told: list[tuple[str, int, bool]] = []
    running = True

    async def on_segment(track: str, segment: Segment) -> None:
        # Complete when told: its size is final.
        path = tmp_path / track / f"segment_{segment.number:03d}.m4s"
        assert path.stat().st_size == segment.size_bytes
        told.append((track, segment.number, running))

    async def on_progress(progress: object) -> None:
        nonlocal running
        running = not getattr(progress, "ended", True)

    await encode_video(
        ffmpeg,
        clip,
        plan,
        plan.chunks[0],
        tmp_path,
        on_segment=on_segment,
        on_progress=on_progress,
    )
    assert sorted(number for _, number, _ in told) == list(range(12))
    assert any(still_running for _, _, still_running in told)
    assert [number for _, number, _ in told] == sorted(number for _, number, _ in told)


@pytest.mark.parametrize("number", [in_media(1), 11])
async def test_a_segment_that_does_not_decode_is_refused(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path, number: int
) -> None:
    noise = "testsrc2=s=640x360:r=25:d=12"
    clip = make_clip("long.mp4", "-f", "lavfi", "-i", noise, "-preset", "ultrafast")
    plan = make_plan(await probe(clip, whole_job.ANY), WEB.model_copy(update=SMALL_RUNGS), WHOLE)

    async def on_segment(track: str, segment: Segment) -> None:
        # As a disk or a memory might: the file's headers stay as they were.
        if segment.number == number:
            path = tmp_path / track / f"segment_{segment.number:03d}.m4s"
            data = bytearray(path.read_bytes())
            data[-400::7] = bytes(byte ^ 0xFF for byte in data[-400::7])
            path.write_bytes(data)

    with pytest.raises(VerificationFailed, match="does not decode"):
        await encode_video(ffmpeg, clip, plan, plan.chunks[0], tmp_path, on_segment=on_segment)
    assert not list(tmp_path.glob("verify_*")), "nothing is left behind"


SMALL_RUNGS = {"video": VideoSettings(gop_seconds=1, rungs=rungs(360)), "segment_seconds": 1}


async def test_audio_alone_has_no_hole_between_segments(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    tone = ["-f", "lavfi", "-i", "sine=440:r=44100:d=10", "-f", "lavfi", "-i"]
    clip = make_clip("tone.mp4", *tone, "color=s=640x360:r=25:d=10", "-c:a", "aac")
    plan = make_plan(await probe(clip, whole_job.ANY), WEB, WHOLE)
    result = await encode_audio(ffmpeg, clip, plan, tmp_path)
    [track] = result.tracks
    assert track.timescale == 44_100
    segments = track.segments
    assert len(segments) == 3
    for before, after in itertools.pairwise(segments):
        assert after.decode_time == before.decode_end
    assert (tmp_path / "audio" / "audio.mp3").stat().st_size == result.mp3_size_bytes


async def test_a_plan_without_audio_can_not_make_any(
    ffmpeg: FFmpeg, flashes: Path, tmp_path: Path
) -> None:
    source = await probe(flashes, whole_job.ANY)
    plan = make_plan(source.model_copy(update={"audio": ()}), WEB)
    with pytest.raises(ValueError, match="no audio"):
        await encode_audio(ffmpeg, flashes, plan, tmp_path)
