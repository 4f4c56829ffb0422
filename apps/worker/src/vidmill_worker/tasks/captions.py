"""Captions: what is spoken, as subtitles and as a transcript. They never fail a job: where they are
not possible the task is skipped, and says why."""

from __future__ import annotations

from vidmill.captions import AUTO
from vidmill.presets import Preset
from vidmill.processors import processors
from vidmill.tasks import skipped_because
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.captions.listener import ListenerFailed
from vidmill_worker.captions.models import choose_model
from vidmill_worker.captions.results import CaptionsResult, NoCaptions
from vidmill_worker.engine.captions import make_captions
from vidmill_worker.ffmpeg.run import FFmpegError
from vidmill_worker.outputs import Uploads, fetch_tracks
from vidmill_worker.results import VerificationFailed
from vidmill_worker.tasks import inputs

ATTEMPTS = 2
"""Then the job goes on without."""


async def run(attempt: Attempt) -> Outcome:
    """Hear, verify and store. Raises what storage raises and, at first, what hearing raises."""
    try:
        result = await _make(attempt)
    except NoCaptions as error:
        return Outcome(skipped_because(str(error)), skipped=True)
    except (ListenerFailed, FFmpegError, VerificationFailed) as error:
        if attempt.task.attempt < ATTEMPTS:
            raise
        reason = f"Captions could not be made: {error}."
        return Outcome(skipped_because(reason), skipped=True)
    attempt.cpu_seconds += result.cpu_seconds
    async with Uploads(attempt) as uploads:
        for file in (result.track.file, *result.transcripts):
            uploads.start(file.name)
    return Outcome(result.model_dump(mode="json"))


async def _make(attempt: Attempt) -> CaptionsResult:
    settings, plan = attempt.services.settings, inputs.encode_plan(attempt)
    audio = await inputs.audio_result(attempt)
    if audio is None or not audio.tracks:
        raise NoCaptions("The video has no sound, so there is nothing to caption.")
    model = choose_model(settings.captions_models, float(plan.duration_seconds))
    sound = audio.tracks[0]
    await fetch_tracks(attempt, [sound])
    return await make_captions(
        inputs.ffmpeg(attempt),
        model,
        sound,
        plan,
        Preset.model_validate(attempt.job.spec).captions or AUTO,
        attempt.scratch,
        # All of them: it stands back behind whatever else wants one.
        threads=processors(),
        taken_labels=[track.label for track in plan.subtitles],
        on_progress=attempt.report,
    )
