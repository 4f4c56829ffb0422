"""Sound without pictures: of a video, and nothing of the video in it."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import av
import pytest
from pydantic import ValidationError

from vidmill import ladder
from vidmill.presets import AUDIO, Preset, VideoSettings, rungs
from vidmill.sound import AudioSettings
from vidmill_worker import engine
from vidmill_worker.engine.manifests import growing_manifests
from vidmill_worker.engine.mp4 import make_m4a
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging import hls_rules
from vidmill_worker.probe import probe
from vidmill_worker.results import AudioResult

from . import media
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
