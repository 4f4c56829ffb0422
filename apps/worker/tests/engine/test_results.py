"""Results: chunks that join, stills that are found, and the document about a job."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vidmill.presets import WEB
from vidmill_worker import metadata
from vidmill_worker.engine.thumbnails import best_track, positions
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.image_results import ImagesResult, Sprite, Storyboard
from vidmill_worker.metric_results import MetricsResult, Scores
from vidmill_worker.results import (
    ChunksDiffer,
    Mp4Result,
    OutputFile,
    SmallPoster,
    Thumbnail,
    join_tracks,
)

from .described import sound, source, track


def test_chunks_join_only_if_they_fit() -> None:
    whole = track()
    parts = [
        whole.model_copy(update={"segments": whole.segments[:1]}),
        whole.model_copy(update={"segments": whole.segments[1:]}),
    ]
    assert join_tracks(parts) == whole
    with pytest.raises(ChunksDiffer, match="init segments"):
        join_tracks([parts[0], parts[1].model_copy(update={"init_sha256": "ff"})])
    with pytest.raises(ChunksDiffer, match="segment 0 is missing"):
        join_tracks(parts[1:])
    with pytest.raises(ChunksDiffer, match="segment 1 is missing"):
        join_tracks([parts[0], parts[0]])
    late = parts[1].segments[0].model_copy(update={"decode_time": 51_201})
    gap = parts[1].model_copy(update={"segments": (late, parts[1].segments[1])})
    with pytest.raises(ChunksDiffer, match="does not follow"):
        join_tracks([parts[0], gap])


def test_stills_come_from_the_first_to_the_last_frame() -> None:
    places = positions(track(), (0, 25, 50, 75, 100))
    assert [((p.time - 1024) / 12_800, p.segment.number) for p in places] == [
        (0, 0),
        (2.5, 0),
        (5, 1),
        (7.5, 1),
        (10, 2),
    ]


def test_stills_come_from_the_best_track_that_need_not_shrink() -> None:
    wide = track("1080p").model_copy(update={"width": 1920, "height": 1080})
    assert best_track([wide, track("720p")]).name == "720p"
    assert best_track([wide]).name == "1080p"


def test_metadata() -> None:
    job = metadata.JobFacts(
        job_id="j",
        prefix="processed/j",
        filename="a.mp4",
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        completed_at=datetime(2026, 1, 2, 3, 4, 15, tzinfo=UTC),
        user_metadata={"title": "A"},
    )
    made = metadata.Made(
        tracks=[track()],
        sound=make_plan(source(), WEB).audio,
        audio=sound(),
        mp4s=Mp4Result(
            files={"720p": OutputFile(name="720p/video_720p.mp4", size_bytes=1_200_000)},
            cpu_seconds=0,
            wall_seconds=0,
        ),
        images=ImagesResult(
            thumbnails=(
                Thumbnail(
                    percent=50,
                    seconds=4005.2,
                    file=OutputFile(name="thumbnails/thumb_50.jpg", size_bytes=7),
                    width=1280,
                    height=720,
                ),
            ),
            small_poster=SmallPoster(
                file=OutputFile(name="thumbnails/poster_small.jpg", size_bytes=6),
                width=320,
                height=180,
            ),
            storyboard=Storyboard(
                file=OutputFile(name="thumbnails/storyboard.vtt", size_bytes=8),
                sprites=(
                    Sprite(
                        file=OutputFile(name="thumbnails/sprite_000.jpg", size_bytes=9),
                        width=160,
                        height=90,
                    ),
                ),
                tiles=1,
                tile_width=160,
                tile_height=90,
                duration_ms=10_000,
                interval_seconds=2,
            ),
            cpu_seconds=0,
            wall_seconds=0,
        ),
        metrics=MetricsResult(
            scores={"720p": Scores(psnr=41.5, vmaf=95.25)},
            width=1920,
            height=1080,
            frames=200,
            of_frames=250,
            vmaf_model="vmaf_v0.6.1",
            cpu_seconds=0,
            wall_seconds=0,
        ),
        video_seconds=3.5,
        segment_seconds=4,
    )
    document = metadata.build(job, source(), made)
    assert document["processing_time_seconds"] == 10
    assert document["created_at"] == "2026-01-02T03:04:05Z"
    assert document["user_metadata"] == {"title": "A"}
    assert document["source"]["resolution"] == "1920x1080"
    assert document["source"]["audio_sample_rate"] == 48_000
    assert document["outputs"]["720p"] == {
        "size_bytes": 1_200_000,
        "resolution": "1280x720",
        "bitrate": 800_000,
        "frames": 250,
        "processing_time_seconds": 3.5,
        "segments": {
            "count": 3,
            "duration_seconds": 4,
            "total_size_bytes": 1_000_800,
            "playlist_path": "processed/j/720p/playlist.m3u8",
        },
        "path": "processed/j/720p/video_720p.mp4",
    }
    assert document["source"]["audio_tracks"] == [
        {"codec": "aac", "sample_rate": 48_000, "channels": 2, "language": "en"}
    ]
    audio = document["outputs"]["audio"]
    assert (audio["path"], audio["sample_rate"]) == ("processed/j/audio/audio.mp3", 48_000)
    [spoken] = audio["tracks"]
    assert (spoken["name"], spoken["language"], spoken["channels"]) == ("English", "en", 2)
    assert spoken["playlist_path"] == "processed/j/audio/playlist.m3u8"
    still = document["outputs"]["thumbnails"]["auto_generated"][0]
    assert still["timestamp"] == "01:06:45"
    assert document["outputs"]["thumbnails"]["small_poster"] == {
        "path": "processed/j/thumbnails/poster_small.jpg",
        "size_bytes": 6,
        "width": 320,
        "height": 180,
    }
    board = document["outputs"]["thumbnails"]["storyboard"]
    assert board["path"] == "processed/j/thumbnails/storyboard.vtt"
    assert board["sprites"] == [{"path": "processed/j/thumbnails/sprite_000.jpg", "size_bytes": 9}]
    assert "previews" not in document["outputs"]
    assert document["quality_metrics"] == {"720p": {"psnr": 41.5, "vmaf": 95.25}}
    assert document["quality_comparison"] == {
        "resolution": "1920x1080",
        "frames": 200,
        "of_frames": 250,
        "vmaf_model": "vmaf_v0.6.1",
    }
    assert document["compression_ratio"] == {"720p": 5.0, "total_saved_percent": 76.0}
