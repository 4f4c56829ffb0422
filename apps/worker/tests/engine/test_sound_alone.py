"""Sound without pictures: of a video, and nothing of the video in it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import av
import pytest
from pydantic import ValidationError

from vidmill import ladder
from vidmill.edits import Clip
from vidmill.errors import InvalidSource
from vidmill.presets import AUDIO, Preset, VideoSettings, rungs
from vidmill.sound import AudioSettings
from vidmill.sources import SourceInfo
from vidmill_worker import engine
from vidmill_worker.engine.manifests import growing_manifests
from vidmill_worker.engine.mp4 import make_m4a
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging import hls_rules
from vidmill_worker.probe import probe
from vidmill_worker.results import AudioResult

from . import described, media
from .conftest import MakeClip
from .whole_job import ANY


async def made(
    ffmpeg: FFmpeg, clip: Path, folder: Path, preset: Preset = AUDIO
) -> tuple[EncodePlan, AudioResult]:
    plan = make_plan(await probe(clip, ANY), preset)
    audio = await engine.encode_audio(ffmpeg, clip, plan, folder)
    await make_m4a(ffmpeg, plan, audio.tracks, folder)
    engine.write_manifests(plan, (), audio.tracks, (), folder)
    return plan, audio


async def test_playlists_and_files_hold_sound_and_nothing_else(
    ffmpeg: FFmpeg, flashes: Path, tmp_path: Path
) -> None:
    plan, audio = await made(ffmpeg, flashes, tmp_path)
    assert (plan.rungs, plan.chunks, plan.notes) == ((), (), ())
    master = (tmp_path / "master.m3u8").read_text()
    lines = master.splitlines()
    assert lines[3] == (
        '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",LANGUAGE="und",NAME="Audio",DEFAULT=YES,'
        'AUTOSELECT=YES,CHANNELS="1"'
    )
    found = hls_rules.attributes(lines[4])
    assert found.keys() == {"BANDWIDTH", "AVERAGE-BANDWIDTH", "CODECS", "AUDIO"}
    assert found["CODECS"] == "mp4a.40.2"
    assert 5_000 < int(found["AVERAGE-BANDWIDTH"]) <= int(found["BANDWIDTH"]) < 120_000
    assert lines[5:] == ["audio/playlist.m3u8"]
    manifest = ET.fromstring((tmp_path / "manifest.mpd").read_text())  # noqa: S314  # our own
    mpd = "{urn:mpeg:dash:schema:mpd:2011}"
    sets = list(manifest.iter(f"{mpd}AdaptationSet"))
    assert [entry.get("contentType") for entry in sets] == ["audio"]
    for name in ("audio/audio.m4a", "audio/playlist.m3u8", "audio/audio.mp3"):
        with av.open(str(tmp_path / name)) as file:
            assert [stream.type for stream in file.streams] == ["audio"]
    m4a = tmp_path / "audio/audio.m4a"
    assert m4a.read_bytes()[4:12] == b"ftypM4A "
    assert media.starts(m4a) == {"audio": 0}
    assert [round(time) for time in media.beep_times(m4a)] == [0, 1, 2, 3, 4, 5]
    assert max(abs(time - round(time)) for time in media.beep_times(m4a)) < 0.016
    # While it is made the same, with what rate control may reach.
    growing = growing_manifests(plan, (), audio.tracks)
    assert "AVERAGE-BANDWIDTH" not in growing["master.m3u8"]
    assert growing["audio/playlist.m3u8"].count("#EXTINF") == len(audio.tracks[0].segments)


async def test_languages_are_kept(ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path) -> None:
    clip = make_clip(
        "two_tongues.mkv",
        *("-f", "lavfi", "-i", "color=s=640x360:r=25:d=1.5"),
        *("-f", "lavfi", "-i", "sine=f=300:r=48000:d=1.5"),
        *("-f", "lavfi", "-i", "sine=f=500:r=48000:d=1.5"),
        *("-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:a", "flac"),
        *("-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=eng"),
    )
    await made(ffmpeg, clip, tmp_path)
    media_lines = [
        hls_rules.attributes(line)
        for line in (tmp_path / "master.m3u8").read_text().splitlines()
        if line.startswith("#EXT-X-MEDIA:")
    ]
    # The first is what the variant itself plays.
    assert [(entry["LANGUAGE"], entry.get("URI")) for entry in media_lines] == [
        ("de", None),
        ("en", "audio_2/playlist.m3u8"),
    ]
    with av.open(str(tmp_path / "audio/audio.m4a")) as file:
        assert [stream.language for stream in file.streams] == ["deu", "eng"]
        assert [s.metadata.get("name") for s in file.streams] == ["Deutsch", "English"]


def test_attributes_of_video_are_refused_for_sound_alone() -> None:
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n"
    master = (
        "#EXTM3U\n#EXT-X-INDEPENDENT-SEGMENTS\n"
        '#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="mp4a.40.2",RESOLUTION=640x360\na/p.m3u8\n'
    )
    texts = {"master.m3u8": master, "a/p.m3u8": playlist}
    found = hls_rules.violations("master.m3u8", texts, set())
    assert "master.m3u8: 4.3.4.2: attributes of video for sound alone" in found


def test_a_preset_makes_something() -> None:
    assert ladder.select(AUDIO, 1920, 1080) == ()
    with pytest.raises(ValidationError, match="give rungs to video, or audio"):
        Preset(name="nothing", audio=None, thumbnail_percents=())
    with pytest.raises(ValidationError, match="leave thumbnail_percents, previews and metrics"):
        Preset(name="stills", audio=AudioSettings())
    silent = Preset(name="silent", audio=None, video=VideoSettings(rungs=rungs(360)))
    assert silent.has_images


@pytest.fixture(scope="session")
def song(make_clip: MakeClip) -> Path:
    """Two seconds of sound, beginning half a second into the file."""
    return make_clip(
        "song.mka",
        *("-itsoffset", "0.5", "-f", "lavfi", "-i", "sine=f=500:r=44100:d=2"),
        *("-c:a", "flac", "-metadata:s:a:0", "language=eng"),
    )


async def test_a_source_needs_no_pictures(ffmpeg: FFmpeg, song: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidSource) as refused:
        await probe(song, ANY)
    assert refused.value.source_code == "no_video_stream"
    source = await probe(song, ANY, sound_alone=True)
    assert source.pictures is None
    assert source.duration_seconds == pytest.approx(2, abs=0.05)
    assert SourceInfo.from_json(source.to_json()) == source
    plan = make_plan(source, AUDIO)
    audio = await engine.encode_audio(ffmpeg, song, plan, tmp_path)
    await make_m4a(ffmpeg, plan, audio.tracks, tmp_path)
    engine.write_manifests(plan, (), audio.tracks, (), tmp_path)
    # It begins with its first sound, wherever that is in the file.
    m4a = tmp_path / "audio/audio.m4a"
    assert media.starts(m4a) == {"audio": 0}
    assert media.beep_times(m4a)[0] < 0.01
    assert audio.tracks[0].timescale == 44_100
    length = float(audio.tracks[0].duration_seconds)
    assert length == pytest.approx(2, abs=0.05)


async def test_a_part_is_made_of_pictures_only(song: Path) -> None:
    with pytest.raises(InvalidSource) as refused:
        await probe(song, ANY, sound_alone=True, clip=Clip(start_seconds=0.5))
    assert refused.value.source_code == "no_video_stream"


async def test_sound_that_is_cut_off_is_refused(make_clip: MakeClip, tmp_path: Path) -> None:
    whole = make_clip(
        "long_song.mp4",
        *("-f", "lavfi", "-i", "anoisesrc=d=20:r=48000:a=0.5", "-c:a", "aac"),
        *("-movflags", "+faststart"),
    )
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    with pytest.raises(InvalidSource, match=r"It holds \d+ of 20 s of sound") as refused:
        await probe(cut, ANY, sound_alone=True)
    assert refused.value.source_code == "corrupt_file"


def test_what_the_database_has_of_a_source_keeps_its_names() -> None:
    stored = described.source().model_dump(mode="json")
    assert stored["video"]["width"] == 1920
    assert SourceInfo.model_validate(stored).video.width == 1920
