"""Jobs as tables and lines."""

from __future__ import annotations

from collections.abc import Iterable

from rich.markup import escape
from rich.table import Table

from vidmill_cli import formats
from vidmill_cli.key_models import ApiKey
from vidmill_cli.models import (
    Asset,
    DetailedHealth,
    Job,
    JobSummary,
    Rendition,
    Source,
)
from vidmill_cli.output import Output
from vidmill_cli.verification_models import Verification

STYLES = {
    "completed": "green",
    "failed": "red",
    "cancelled": "yellow",
    "processing": "cyan",
    "healthy": "green",
    "unhealthy": "red",
}
#: Faults of the source itself: trying again cannot help.
SOURCE_FAULTS = frozenset(
    {
        "unsupported_format",
        "corrupt_file",
        "no_video_stream",
        "no_audio_stream",
        "resolution_too_low",
        "too_short",
        "too_long",
        "too_large",
        "missing_file",
        "encrypted",
    }
)


def show_job(output: Output, job: Job) -> None:
    """A job: where it stands, what it made, where to see it, and what to do if it failed."""
    status = job["status"]
    text = f"{job['filename']}: {status}"
    if status in {"queued", "processing"}:
        text += f", {job['progress']:.0f} %"
        if job["eta_seconds"] is not None:
            text += f", about {formats.duration(job['eta_seconds'])} left"
    if status == "completed":
        text += f" in {formats.duration(job['timings']['total_seconds'])}"
    output.line(text, STYLES.get(status))
    output.line(f"  job      {job['id']} (preset {job['preset']}, priority {job['priority']})")
    if job["source"] is not None:
        output.line(f"  source   {_source(job['source'])}")
    if job["renditions"]:
        output.table(rendition_table(job["renditions"], job["outputs"]))
    _show_links(output, job)
    _show_failure(output, job)


def rendition_table(renditions: Iterable[Rendition], outputs: Iterable[Asset]) -> Table:
    """Qualities from the largest down, then the sound. Sizes are those of the MP4s."""
    table = _table("Rendition", "Resolution", "Codec")
    table.add_column("Bitrate", justify="right")
    table.add_column("Size", justify="right")
    for item in _largest_first(renditions):
        table.add_row(
            item["name"],
            f"{item['width']}×{item['height']}",
            item["codec"],
            formats.bitrate(item["bitrate_bps"]),
            formats.size(item["mp4_size_bytes"] or item["size_bytes"]),
        )
    for asset in outputs:
        if asset["kind"] == "audio":
            kind = asset["name"].rsplit(".", 1)[-1]
            table.add_row("audio", "–", kind, "–", formats.size(asset["size_bytes"]))
    return table


def show_verification(output: Output, job: Job, verification: Verification) -> None:
    """What a verification found: a line for each quality, then every problem."""
    passed, count = verification["status"] == "passed", verification["problem_count"]
    verdict = "everything is as it was published" if passed else _counted(count, "problem")
    output.line(
        f"{job['filename']}: {verification['status']}, {verdict}", "green" if passed else "red"
    )
    output.line(f"  job      {job['id']} ({_counted(verification['files'], 'file')} looked at)")
    if verification["renditions"]:
        output.table(verified_table(job, verification))
    for problem in verification["problems"]:
        output.line(f"  {problem['file'] or 'the job'}: {problem['message']}", "red")
    if count > len(verification["problems"]):
        output.line(f"  and {_counted(count - len(verification['problems']), 'more problem')}")


def verified_table(job: Job, verification: Verification) -> Table:
    """Qualities from the largest down: frames that decode, of those published."""
    decoded = {item["name"]: item["frames"] for item in verification["renditions"]}
    files = [problem["file"] or "" for problem in verification["problems"]]
    table = _table("Rendition")
    table.add_column("Frames", justify="right")
    table.add_column("Verdict")
    for item in _largest_first(job["renditions"]):
        frames = decoded.get(item["name"], 0)
        faults = sum(file.split("/")[0] == item["name"] for file in files)
        verdict = "[green]passed[/]" if frames == item["frames"] else "[red]not proven[/]"
        if faults:
            verdict = f"[red]{_counted(faults, 'problem')}[/]"
        table.add_row(item["name"], f"{frames:,} of {item['frames']:,}", verdict)
    return table


def job_table(jobs: Iterable[JobSummary]) -> Table:
    """One row a job."""
    table = _table("Job", "Status", "File", "Preset")
    table.columns[0].no_wrap = True
    table.columns[2].overflow = "ellipsis"
    table.columns[2].no_wrap = True
    table.add_column("Progress", justify="right")
    table.add_column("Created (UTC)", no_wrap=True)
    for job in jobs:
        table.add_row(
            job["id"],
            _coloured(job["status"]),
            escape(job["filename"]),
            escape(job["preset"]),
            f"{job['progress']:.0f} %",
            formats.moment(job["created_at"]),
        )
    return table


def key_table(keys: Iterable[ApiKey]) -> Table:
    """One row a key."""
    table = _table("Key", "Name", "Begins with", "Scopes")
    table.columns[0].no_wrap = True
    table.add_column("Last used (UTC)", no_wrap=True)
    table.add_column("Ends (UTC)", no_wrap=True)
    for key in keys:
        table.add_row(
            key["id"],
            escape(key["name"]),
            escape(key["prefix"]),
            ", ".join(key["scopes"]),
            formats.moment(key["last_used_at"]),
            formats.moment(key["revoked_at"] or key["expires_at"]),
        )
    return table


def health_table(health: DetailedHealth) -> Table:
    """One row a dependency of the server."""
    table = _table("Service", "State")
    table.add_column("Answer", justify="right")
    table.add_column("Detail")
    for name, check in health["services"].items():
        milliseconds = f"{check['milliseconds']:.0f} ms"
        table.add_row(name, _coloured(check["status"]), milliseconds, escape(check["detail"] or ""))
    return table


def _show_links(output: Output, job: Job) -> None:
    for note in job["notes"]:
        output.line(f"  note     {note}")
    output.line(f"  page     {job['page_url']}")
    if job["playback"] is not None:
        output.line(f"  HLS      {job['playback']['hls_url']}")
        if job["playback"]["dash_url"]:
            output.line(f"  DASH     {job['playback']['dash_url']}")


def _show_failure(output: Output, job: Job) -> None:
    error = job["error"]
    if error is not None:
        output.line(f"  reason   {error['message']} ({error['code']})", "red")
        if error["log_tail"]:
            output.line("  log      " + "\n           ".join(error["log_tail"].splitlines()[-5:]))
        if error["code"] in SOURCE_FAULTS:
            output.line("  The source itself is at fault: upload another file.")
            return
    if job["status"] in {"failed", "cancelled"}:
        output.line(f"  Try it again with: vidmill retry {job['id']}")


def _source(source: Source) -> str:
    pictures = "no pictures"
    if source["fps"] is not None:
        pictures = (
            f"{source['width']}×{source['height']}, {source['fps']:.4g} frames/s, "
            f"{source['video_codec']}"
        )
    return (
        f"{pictures}, {source['audio_codec'] or 'no sound'}, "
        f"{formats.duration(source['duration_seconds'])}, {formats.size(source['size_bytes'])}"
    )


def _largest_first(renditions: Iterable[Rendition]) -> list[Rendition]:
    return sorted(renditions, key=lambda r: r["height"] * r["width"], reverse=True)


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=True, header_style="bold")
    for column in columns:
        table.add_column(column)
    return table


def _coloured(status: str) -> str:
    style = STYLES.get(status)
    return f"[{style}]{status}[/]" if style else status
