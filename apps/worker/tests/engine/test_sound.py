"""Several tracks of sound through the whole engine."""

from __future__ import annotations

import math
import re
from itertools import chain, pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import av
import pytest

from vidmill.errors import InvalidSource
from vidmill.presets import WEB
from vidmill.sound import AudioCodec, AudioSettings
from vidmill_worker.engine import encode_audio
from vidmill_worker.ffmpeg.audio_plan import ENCODERS
from vidmill_worker.ffmpeg.chunks import WHOLE
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.packaging.hls_rules import attributes
from vidmill_worker.probe import probe

from . import media, whole_job
from .conftest import MakeClip
from .whole_job import SMALL

TONES = {"deu": 300, "eng": 500, "und": 700}


@pytest.fixture(scope="session")
def polyglot(make_clip: MakeClip) -> Path:
    """Two seconds of picture with three tones; the second is a commentary that begins late."""
    sines = [["-f", "lavfi", "-i", f"sine=f={tone}:r=48000:d=1.5"] for tone in TONES.values()]
    sines.insert(1, ["-itsoffset", "0.5"])
    return make_clip(
        "polyglot.mkv",
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=2"),
        *chain.from_iterable(sines),
        *("-map", "0", "-map", "1", "-map", "2", "-map", "3"),
        *("-metadata:s:a:0", "language=ger", "-metadata:s:a:1", "language=eng"),
        *("-metadata:s:a:1", "title=Commentary", "-disposition:a:1", "comment"),
        *("-disposition:a:0", "default", "-disposition:a:2", "0"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac"),
    )


def tone(path: Path, stream: int = 0) -> int:
    """Hertz of a track's sound, by the passages through zero in its middle half second."""
    data = media.samples(path, stream)[1]
    part = data[len(data) // 2 - 12_000 : len(data) // 2 + 12_000]
    return sum(a < 0 <= b for a, b in pairwise(part)) * 2


async def test_every_track_is_kept_with_its_language(
    ffmpeg: FFmpeg, polyglot: Path, tmp_path: Path
) -> None:
    job = await whole_job.make(ffmpeg, polyglot, tmp_path / "job", SMALL)
    assert job.audio is not None
    names = [track.name for track in job.audio.tracks]
    assert names == ["audio", "audio_2", "audio_3"]
    base = float(job.plan.base_seconds)
    for name, hertz in zip(names, TONES.values(), strict=True):
        playlist = job.folder / name / "playlist.m3u8"
        assert abs(tone(playlist) - hertz) <= 2
        first = media.beep_times(playlist)[0] - base
        assert abs(first - (0.5 if name == "audio_2" else 0)) < 0.01
    with av.open(str(job.mp4("360p"))) as file:
        assert [s.language for s in file.streams.audio] == ["deu", "eng", "und"]
        assert [s.metadata.get("name") for s in file.streams.audio] == [
            *("Deutsch", "English (Commentary)", "Audio"),
        ]
        assert [bool(s.disposition & 1) for s in file.streams.audio] == [True, False, False]
    for number, hertz in enumerate(TONES.values()):
        assert abs(tone(job.mp4("360p"), number) - hertz) <= 2


async def test_players_can_choose_among_the_tracks(
    ffmpeg: FFmpeg, polyglot: Path, tmp_path: Path
) -> None:
    job = await whole_job.make(ffmpeg, polyglot, tmp_path / "job", SMALL)
    master = (job.folder / "master.m3u8").read_text()
    found = [attributes(line) for line in re.findall("#EXT-X-MEDIA:.*", master)]
    wanted = ("GROUP-ID", "LANGUAGE", "NAME", "DEFAULT", "AUTOSELECT", "URI")
    assert [tuple(entry.get(key) for key in wanted) for entry in found] == [
        ("audio", "de", "Deutsch", "YES", "YES", "audio/playlist.m3u8"),
        ("audio", "en", "English (Commentary)", "NO", "YES", "audio_2/playlist.m3u8"),
        ("audio", "und", "Audio", "NO", "YES", "audio_3/playlist.m3u8"),
    ]
    assert master.count('CODECS="avc1.640015,mp4a.40.2"') == 1
    mpd = "{urn:mpeg:dash:schema:mpd:2011}"
    manifest = ET.fromstring((job.folder / "manifest.mpd").read_text())  # noqa: S314  # our own
    sets = manifest.iter(f"{mpd}AdaptationSet")
    roles = [
        (entry.get("id"), entry.get("lang"), role.get("value"))
        for entry in sets
        for role in entry.findall(f"{mpd}Role")
    ]
    assert roles == [("1", "de", "main"), ("2", "en", "commentary"), ("3", None, "alternate")]


@pytest.mark.parametrize(
    ("codec", "stated", "packet", "rate"),
    [("opus", "opus", 960, 48_000), ("aac", "mp4a.40.2", 1024, 44_100)],
)
async def test_surround_stays_surround_and_with_the_picture(
    codec: AudioCodec,
    stated: str,
    packet: int,
    rate: int,
    ffmpeg: FFmpeg,
    flashes: Path,
    make_clip: MakeClip,
    tmp_path: Path,
) -> None:
    surround = ("-c:v", "copy", "-c:a", "flac", "-ac", "6", "-ar", "44100", "-t", "3")
    clip = make_clip("surround_44100.mkv", "-i", flashes, *surround)
    settings = AudioSettings(codec=codec, channels=6, bitrate_bps=256_000)
    preset = SMALL.model_copy(update={"audio": settings})
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset)
    assert job.audio is not None
    [track] = job.audio.tracks
    assert (track.codecs, track.timescale) == (stated, rate)
    assert track.samples == math.ceil((3 * rate + ENCODERS[codec].priming_samples) / packet)
    with av.open(str(job.mp4("360p"))) as file:
        assert file.streams.audio[0].layout.name == "5.1"
    assert media.starts(job.mp4("360p")) == {"video": 0, "audio": 0}
    base = float(job.plan.base_seconds)
    for path, zero in ((job.mp4("360p"), 0.0), (job.folder / "audio/playlist.m3u8", base)):
        for second, beep in enumerate(media.beep_times(path)):
            # The source's own beeps start up to 14 ms late, where the tone's wave does.
            assert second - 0.001 <= beep - zero <= second + 0.016
    master = (job.folder / "master.m3u8").read_text()
    assert f'CODECS="avc1.64001E,{stated}"' in master
    assert 'CHANNELS="6"' in master
    manifest = (job.folder / "manifest.mpd").read_text()
    assert f'codecs="{stated}" audioSamplingRate="{rate}"' in manifest
    assert 'ChannelConfiguration" value="6"' in manifest
    with av.open(str(job.folder / "audio/audio.mp3")) as file:
        assert file.streams.audio[0].channels == 2


async def damaged(polyglot: Path, make_clip: MakeClip, track: int) -> tuple[Path, EncodePlan]:
    clip = make_clip(
        f"damaged_{track}.mkv",
        *("-i", polyglot, "-map", "0", "-c", "copy", f"-bsf:a:{track}", "noise=amount=1"),
    )
    return clip, make_plan(await probe(clip, whole_job.ANY), WEB, WHOLE)


async def test_a_track_that_does_not_decode_is_left_out_and_the_job_says_so(
    ffmpeg: FFmpeg, polyglot: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip, plan = await damaged(polyglot, make_clip, 1)
    result = await encode_audio(ffmpeg, clip, plan, tmp_path)
    assert [track.name for track in result.tracks] == ["audio", "audio_3"]
    assert result.notes == (
        "The sound track English (Commentary) is left out: nothing of it can be decoded.",
    )


async def test_a_source_whose_first_sound_does_not_decode_is_damaged(
    ffmpeg: FFmpeg, polyglot: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip, plan = await damaged(polyglot, make_clip, 0)
    with pytest.raises(InvalidSource, match="Nothing of the sound") as caught:
        await encode_audio(ffmpeg, clip, plan, tmp_path)
    assert caught.value.source_code == "corrupt_file"


async def test_a_track_of_an_unknown_codec_is_left_out_and_the_job_says_so(
    polyglot: Path, tmp_path: Path
) -> None:
    clip = tmp_path / "unknown.mkv"
    clip.write_bytes(polyglot.read_bytes().replace(b"A_FLAC", b"A_FLIC", 1))
    plan = make_plan(await probe(clip, whole_job.ANY), WEB)
    assert plan.audio is not None
    assert [track.stream_index for track in plan.audio.tracks] == [2, 3]
    assert plan.notes == ("Sound tracks left out because no decoder knows them: 1.",)
