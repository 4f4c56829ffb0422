from __future__ import annotations

from vidmill.estimates import ENOUGH, FinishedJob, SourceShape, estimate, work_seconds
from vidmill.presets import BUILT_IN

WEB = BUILT_IN["web"]


def shape(seconds: float, height: int = 1080, megabits: float = 5) -> SourceShape:
    return SourceShape(
        duration_seconds=seconds, width=height * 16 // 9, height=height, fps=30,
        bitrate_bps=megabits * 1e6,
    )  # fmt: skip


def done(source: SourceShape, factor: float) -> FinishedJob:
    """A job that took so many times what the rule of thumb says."""
    seconds = work_seconds(source, WEB) * factor
    return FinishedJob(
        source=source, preset=WEB, processing_seconds=seconds, cpu_seconds=seconds, sizes={}
    )


def test_without_finished_jobs_a_rule_of_thumb_tells_with_a_wide_range() -> None:
    told = estimate(shape(60), WEB, [])
    assert told.cpu_seconds.likely == work_seconds(shape(60), WEB)
    assert told.cpu_seconds.low < told.cpu_seconds.likely < told.cpu_seconds.high


def test_what_finished_jobs_took_is_believed_more_with_each() -> None:
    errors = [
        abs(estimate(shape(60), WEB, [done(shape(60), 3)] * n).cpu_seconds.likely
            / (3 * work_seconds(shape(60), WEB)) - 1)
        for n in (0, 3, ENOUGH)
    ]  # fmt: skip
    assert errors[0] > 0.5
    assert errors[-1] < 1e-9
    assert errors == sorted(errors, reverse=True)


def test_one_job_beside_a_busy_machine_spoils_nothing() -> None:
    finished = [done(shape(60), 1.5)] * ENOUGH + [done(shape(60), 40)] * 3
    told = estimate(shape(60), WEB, finished)
    assert told.cpu_seconds.likely == work_seconds(shape(60), WEB) * 1.5


def test_the_likest_jobs_count_most() -> None:
    short = [done(shape(5, 480), 4)] * ENOUGH
    long = [done(shape(600), 1)] * ENOUGH
    for source, factor in ((shape(6, 480), 4), (shape(500), 1)):
        told = estimate(source, WEB, short + long).cpu_seconds.likely
        assert told == work_seconds(source, WEB) * factor
    plain, detailed = shape(60, megabits=1), shape(60, megabits=20)
    finished = [done(plain, 1)] * ENOUGH + [done(detailed, 2)] * ENOUGH
    assert estimate(detailed, WEB, finished).cpu_seconds.likely == 2 * work_seconds(detailed, WEB)
    assert estimate(plain, WEB, finished).cpu_seconds.likely == work_seconds(plain, WEB)
