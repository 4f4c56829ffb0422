"""Sound brought to a loudness: as loud as asked for, sample by sample in its place."""

from __future__ import annotations

import math
import re
import subprocess
from fractions import Fraction
from itertools import chain
from pathlib import Path

import pytest
from pydantic import ValidationError

from vidmill.edits import Clip
from vidmill.presets import Preset
from vidmill.sound import AudioSettings
from vidmill_worker.engine import loudness as engine
from vidmill_worker.engine.loudness import Levels, share_of
from vidmill_worker.ffmpeg.loudness import (
    SILENCE_LUFS,
    Leveling,
    Loudness,
    measuring,
    read_loudness,
    windows,
)
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.metadata_sound import output_sound
from vidmill_worker.results import VerificationFailed

from . import media, whole_job
from .conftest import EXECUTABLE, MakeClip
from .whole_job import SMALL

TARGET = -16.0


def loud(target: float | None = TARGET, **changes: object) -> Preset:
    audio = AudioSettings.model_validate({"loudness_lufs": target, **changes})
    return SMALL.model_copy(update={"audio": audio, "thumbnail_percents": (50,)})


def heard(path: Path, stream: int = 0) -> tuple[float, float]:
    """LUFS and dBTP as the meter's own summary has them."""
    ran = subprocess.run(
        [
            *(EXECUTABLE, "-hide_banner", "-nostats", "-i", str(path), "-map", f"0:a:{stream}"),
            *("-af", "ebur128=peak=true", "-f", "null", "-"),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    summary = ran.stderr[ran.stderr.rindex("Summary:") :]
    found = [re.findall(rf"{name}: +(\S+)", summary)[0] for name in ("I", "Peak")]
    return float(found[0]), float(found[1])


@pytest.fixture(scope="session")
def uneven(make_clip: MakeClip) -> Path:
    """Four seconds: quiet noise, noise with peaks that stand out, silence, and a mono tone that is
    far too loud."""
    bursts = "0.05*(random(0)-0.5)+if(lt(mod(t,0.5),0.004),0.8*sin(3000*t),0)"
    sounds = (
        "anoisesrc=c=pink:a=0.05:r=48000:d=4:seed=1,aformat=channel_layouts=stereo",
        f"aevalsrc='{bursts}|{bursts}':s=44100:d=4",
        "anullsrc=r=48000:cl=stereo:d=4",
        "sine=f=700:r=48000:d=4,volume=17dB",
    )
    return make_clip(
        "uneven_loudness.mkv",
        *("-f", "lavfi", "-i", "color=s=640x360:r=25:d=4"),
        *chain.from_iterable(["-f", "lavfi", "-i", sound] for sound in sounds),
        *chain.from_iterable(["-map", str(number)] for number in range(5)),
        *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac"),
    )


async def test_every_track_comes_out_equally_loud(
    ffmpeg: FFmpeg, uneven: Path, tmp_path: Path
) -> None:
    job = await whole_job.make(ffmpeg, uneven, tmp_path / "job", loud())
    plain = await whole_job.make(ffmpeg, uneven, tmp_path / "plain", loud(None))
    assert job.audio is not None
    assert plain.audio is not None
    quiet, peaky, silent, mono = (job.audio.loudness[track.name] for track in job.audio.tracks)
    for number, described in ((0, quiet), (1, peaky), (3, mono)):
        lufs, peak = heard(job.mp4("360p"), number)
        assert lufs == pytest.approx(TARGET, abs=0.5)
        assert (described.lufs, described.true_peak_dbtp) == (
            pytest.approx(lufs, abs=0.15),
            # Where an MP4 cuts a wave off, a meter sees a peak of its own.
            pytest.approx(peak, abs=1),
        )
        assert described.source_lufs == pytest.approx(heard(uneven, number)[0], abs=0.2)
    assert (quiet.is_limited, peaky.is_limited, mono.is_limited) == (False, True, False)
    assert quiet.gain_db > 10
    assert mono.gain_db < 0
    # A limiter takes something away that the gain has to make good.
    assert peaky.source_lufs is not None
    assert peaky.gain_db > TARGET - peaky.source_lufs + 0.2
    assert (silent.lufs, silent.gain_db) == (None, 0)
    assert max(map(abs, media.samples(job.mp4("360p"), 2)[1])) < 1e-4
    assert job.audio.notes == ("The sound track Audio 3 is silent, and is left so.",)
    # The MP3 is the first track; its measure is its own.
    mp3 = job.audio.loudness["audio/audio.mp3"]
    assert mp3.lufs == pytest.approx(heard(job.folder / "audio/audio.mp3")[0], abs=0.15)
    # AAC took more of the noise away.
    assert quiet.gain_db - 2 < mp3.gain_db < quiet.gain_db
    # Not a sample more or less, however it was done.
    for ours, theirs in zip(job.audio.tracks, plain.audio.tracks, strict=True):
        assert [(s.decode_time, s.samples) for s in ours.segments] == [
            (s.decode_time, s.samples) for s in theirs.segments
        ]
    assert plain.audio.loudness == {}
    described = output_sound("p", job.plan.audio, job.audio) if job.plan.audio else {}
    assert described["tracks"][1]["loudness"] == peaky.model_dump(mode="json")
    assert "lufs" not in described["tracks"][2]["loudness"]


@pytest.mark.media
async def test_limited_sound_stays_with_the_picture_in_a_clip(
    ffmpeg: FFmpeg, flashes: Path, tmp_path: Path
) -> None:
    """Beeps at every second, so loud that all of them are limited, of a part of the source."""
    part = Clip(start_seconds=0.5, end_seconds=4.1)
    made = [
        await whole_job.make(ffmpeg, flashes, tmp_path / name, preset, clip=part)
        for name, preset in (("plain", loud(None)), ("loud", loud(-10)))
    ]
    [plain, job] = made
    assert job.audio is not None
    assert job.audio.loudness["audio"].is_limited
    # As loud as a tenth of a second of tone can be below that peak, and said so.
    assert heard(job.mp4("360p"))[0] == pytest.approx(-10.7, abs=0.3)
    assert heard(job.mp4("360p"))[1] < 0
    assert re.match(r"The sound track \S+ is at -10.\d LUFS instead of -10: ", job.audio.notes[0])
    ours, theirs = (media.samples(each.mp4("360p"))[1] for each in made)
    assert len(ours) == len(theirs)
    before, after = media.beep_times(plain.mp4("360p")), media.beep_times(job.mp4("360p"))
    # Louder, so that the threshold is passed a little earlier in the wave.
    assert len(after) == len(before) == 4
    assert all(abs(a - b) < 0.002 for a, b in zip(after, before, strict=True))


@pytest.mark.media
async def test_surround_has_one_gain_and_its_mp3_another(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip(
        "quiet_surround.mkv",
        *("-f", "lavfi", "-i", "color=s=640x360:r=25:d=2"),
        *("-f", "lavfi", "-i", "anoisesrc=c=pink:a=0.02:r=48000:d=2:seed=2"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-ac", "6", "-c:a", "flac"),
    )
    preset = loud(-20, channels=6, bitrate_bps=384_000)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset)
    assert job.audio is not None
    gains = {name: found.gain_db for name, found in job.audio.loudness.items()}
    assert gains["audio"] != gains["audio/audio.mp3"]
    for path in (job.mp4("360p"), job.folder / "audio/audio.mp3"):
        assert heard(path)[0] == pytest.approx(-20, abs=0.5)


async def test_noise_is_not_lifted_without_bounds(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip(
        "hiss.mkv",
        *("-f", "lavfi", "-i", "color=s=640x360:r=25:d=2"),
        *("-f", "lavfi", "-i", "anoisesrc=c=white:a=0.001:r=48000:d=2:seed=3"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-c:a", "flac"),
    )
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", loud(-14, mp3=False))
    assert job.audio is not None
    [found] = job.audio.loudness.values()
    assert found.gain_db == 30
    [note] = job.audio.notes
    assert re.fullmatch(r"The sound track Audio is at -3\d\.\d LUFS instead of -14: more .*", note)


async def test_another_loudness_than_was_found_is_not_published(
    ffmpeg: FFmpeg, uneven: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = engine.find_levels

    async def mistaken(*given: object) -> Levels | None:
        levels = await find(*given)  # pyright: ignore[reportArgumentType]
        assert levels is not None
        levels.levelings["audio"] = Leveling(0)
        return levels

    monkeypatch.setattr("vidmill_worker.engine.audio.find_levels", mistaken)
    preset = loud(mp3=False, max_tracks=1)
    with pytest.raises(VerificationFailed, match=r"audio: is at -\d\d\.\d LUFS instead of -16.0"):
        await whole_job.make(ffmpeg, uneven, tmp_path / "job", preset)


def test_what_a_limiter_lets_through() -> None:
    assert share_of((0, -30), (10, -20)) == 1
    assert share_of((0, -30), (16, -22)) == 0.5
    # So that no gain is ever raised by more than five times what is missing.
    assert share_of((10, -20), (14, -20)) == 0.2
    assert share_of((10, -20), (10, -20)) == 1


def test_filters() -> None:
    assert Leveling(-3.5).filters(48_000) == ",volume=-3.500dB"
    assert Leveling(6, -1).filters(44_100) == (
        ",volume=6.000dB,aresample=176400,alimiter=limit=0.891251:level=0:latency=1,aresample=44100"
    )
    assert measuring(Fraction(5, 2), "a.txt", peaks=False).count("peak=none") == 1
    assert windows(Fraction(80)) == ""
    assert windows(Fraction(800)).startswith(",aselect='between(t,47.500,52.500)+between(t,147.5")
    assert measuring(Fraction(5, 2), "a.txt") == (
        "apad=whole_dur=2.500000,ebur128=metadata=1:peak=true,"
        "ametadata=mode=print:file=a.txt:enable='gte(t,1.500000)'"
    )


def test_what_was_measured(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert read_loudness(log) == Loudness(SILENCE_LUFS, -math.inf)
    log.write_text(
        "frame:1\nlavfi.r128.I=-20.5\nlavfi.r128.true_peak=0.2\n"
        "frame:2\nlavfi.r128.I=-20.1\nlavfi.r128.true_peak=0.5\n"
    )
    found = read_loudness(log)
    assert (found.lufs, found.is_silent) == (-20.1, False)
    assert found.true_peak_dbtp == pytest.approx(-6.02, abs=0.01)


@pytest.mark.parametrize(
    "settings", [{"loudness_lufs": -71}, {"loudness_lufs": -4}, {"true_peak_dbtp": 0.5}]
)
def test_targets_nobody_can_mean_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        AudioSettings.model_validate(settings)
