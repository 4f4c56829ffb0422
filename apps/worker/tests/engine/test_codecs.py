"""Every codec through the whole engine: chunks that join, times, manifests, MP4s."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from vidmill.codecs import VideoCodec
from vidmill.presets import Preset, Rung, VideoSettings
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging import fmp4

from . import media, whole_job
from .conftest import MakeClip, in_media

Counted = Callable[..., Path]

FASTEST = {"h264": "superfast", "hevc": "superfast", "av1": "9", "vp9": "5"}
STRING = {"hevc": "hvc1.1.6.L", "av1": "av01.0.0", "vp9": "vp09.00."}


def tiny(codec: VideoCodec, **changes: object) -> Preset:
    """Two rungs of thumbnail size, two GOPs a segment: encoded in a moment."""
    settings: dict[str, object] = {
        "codec": codec,
        "encoder_preset": FASTEST[codec],
        "gop_seconds": 0.5,
        "rungs": [
            Rung(short_side=side, crf=30, max_bitrate_bps=900_000, buffer_bits=900_000)
            for side in (128, 180)
        ],
    }
    return Preset(
        name="tiny",
        video=VideoSettings.model_validate(settings | changes),
        segment_seconds=1,
        audio=None,
        thumbnail_percents=(0,),
    )


def presented(folder: Path, track: str) -> list[int]:
    """Presentation times of all frames of a track, from the fragments themselves."""
    return sorted(
        time
        for path in (folder / track).glob("*.m4s")
        for time in fmp4.read_fragment(path).presentation_times
    )


@pytest.mark.parametrize("codec", ["hevc", in_media("av1"), in_media("vp9")])
async def test_chunks_make_the_same_video_as_one_pass(
    codec: VideoCodec, ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    # 63 frames: the last segment, and the last chunk, is three frames long.
    clip = counted("counted_63.mp4", "30000/1001", 2.1)
    shown = media.lumas(clip)
    assert len(shown) == 63
    whole = await whole_job.make(ffmpeg, clip, tmp_path / "1", tiny(codec))
    job = await whole_job.make(ffmpeg, clip, tmp_path / "3", tiny(codec), 3)
    assert [chunk.frames for chunk in job.chunks] == [30, 30, 3]
    base, tick = job.plan.base_ticks, job.plan.frame_ticks
    for track, reference in zip(job.tracks, whole.tracks, strict=True):
        assert track.init_sha256 == reference.init_sha256
        assert track.codecs.startswith(STRING[codec])
        assert [(s.number, s.decode_time, s.start_time) for s in track.segments] == [
            (s.number, s.decode_time, s.start_time) for s in reference.segments
        ]
        assert presented(job.folder, track.name) == [base + n * tick for n in range(63)]
    # By content: no frame twice, none left out, none in another's place.
    mp4 = job.mp4("180p")
    decoded = media.lumas(mp4)
    assert len(decoded) == 63
    assert all(abs(a - b) <= 3 for a, b in zip(decoded, shown, strict=True))
    assert media.starts(mp4) == {"video": 0}
    # Closed GOPs: any segment decodes with nothing before it.
    folder = job.folder / "180p"
    alone = tmp_path / "alone.mp4"
    for number, frames in enumerate((30, 30, 3)):
        segment = folder / f"segment_{number:03d}.m4s"
        alone.write_bytes((folder / "init.mp4").read_bytes() + segment.read_bytes())
        assert len(media.lumas(alone)) == frames


@pytest.fixture(scope="session")
def uneven(make_clip: MakeClip) -> Path:
    """Two seconds whose frames come 20 to 80 ms apart."""
    times = "'if(eq(N,0),0,PREV_OUTPTS+(0.02+0.02*mod(N*N,4))/TB)'"
    return make_clip(
        "uneven_steps.mp4",
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=1.6"),
        *("-vf", f"settb=1/90000,setpts={times}", "-fps_mode", "passthrough"),
        *("-enc_time_base", "1:90000", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2"),
    )


@pytest.mark.parametrize("codec", [in_media("hevc"), "av1", in_media("vp9")])
async def test_a_variable_rate_keeps_its_times_in_one_chunk(
    codec: VideoCodec, ffmpeg: FFmpeg, uneven: Path, tmp_path: Path
) -> None:
    job = await whole_job.make(ffmpeg, uneven, tmp_path / "job", tiny(codec), 3)
    assert len(job.chunks) == 1
    start = media.frame_times(uneven)[0]
    expected = [float(time - start) for time in media.frame_times(uneven)]
    assert [float(time) for time in media.frame_times(job.mp4("180p"))] == pytest.approx(expected)
    # Cut at the first key picture from each second on, alike in both rungs.
    assert {len(track.segments) for track in job.tracks} == {2}


@pytest.mark.parametrize("codec", ["hevc", in_media("av1"), in_media("vp9")])
async def test_hdr_that_is_kept_is_stated_everywhere(
    codec: VideoCodec, ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    colors = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"
    display = "G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1)"
    clip = make_clip(
        "hdr10.mp4",
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=1.2"),
        *("-vf", f"format=yuv420p10le,{colors}", "-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", f"log-level=none:hdr10=1:max-cll=1000,400:master-display={display}"),
    )
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", tiny(codec, hdr="keep"), 2)
    assert len(job.chunks) == 2
    assert "The video is HDR; it is kept so, in 10 bit." in job.plan.notes
    expected = {"hevc": "hvc1.2.4.L", "av1": ".10.0.110.09.16.09.0", "vp9": ".10.01.09.16.09.00"}
    assert all(expected[codec] in track.codecs for track in job.tracks)
    assert "VIDEO-RANGE=PQ" in (job.folder / "master.m3u8").read_text()
    manifest = (job.folder / "manifest.mpd").read_text()
    assert 'cicp:TransferCharacteristics" value="16"' in manifest
    # Mastering display and light level too, which FFmpeg's muxer takes from the encoder.
    data = job.mp4("180p").read_bytes()
    assert b"mdcv" in data
    assert b"clli" in data
    with av.open(str(job.mp4("180p"))) as file:
        frame = next(file.decode(video=0))
        assert isinstance(frame, av.VideoFrame)
        assert frame.format.name == "yuv420p10le"
        assert (frame.color_primaries, frame.color_trc, frame.colorspace) == (9, 16, 9)
