"""`vidmill download`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

import click

from vidmill_cli import exits
from vidmill_cli.config import connect

if TYPE_CHECKING:
    from vidmill_cli.models import Asset, Job

KINDS = {
    "mp4": {"mp4"},
    "audio": {"audio"},
    "thumbnails": {"thumbnail"},
    "images": {"thumbnail", "small_poster", "storyboard", "sprite", "preview"},
}


@click.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@click.option(
    "--output",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where to.  [default: a new folder named after the file]",
)
@click.option("--only", type=click.Choice([*KINDS, "all"]), default="all", show_default=True)
@click.pass_context
def download(context: click.Context, job_id: UUID, folder: Path | None, only: str) -> None:
    """Save a job's output files.

    A download that broke off is gone on with when the same command runs again.
    """
    from vidmill_cli.downloads import relative_path
    from vidmill_cli.output import Output
    from vidmill_cli.progress import TransferDisplay

    output = Output()
    with connect() as client:
        job = client.get_job(str(job_id))
        wanted = _wanted(client.outputs(job["id"]), only)
        if not wanted:
            output.warn(_nothing(job, only))
            context.exit(exits.JOB_FAILED if job["error"] else exits.REFUSED)
        target = folder or Path(Path(job["filename"]).stem or job["id"])
        try:
            for asset in wanted:
                name = relative_path(asset)
                title = f"Downloading {name}"
                with TransferDisplay(output, title, asset["size_bytes"]) as display:
                    fresh = client.download(job["id"], asset, target / name, display.show)
                output.line(f"{target / name}" + ("" if fresh else " (was there already)"))
        except KeyboardInterrupt:
            output.note("\nInterrupted. Run the same command again to go on with the download.")
            context.exit(exits.INTERRUPTED)


def _wanted(outputs: list[Asset], only: str) -> list[Asset]:
    return [asset for asset in outputs if only == "all" or asset["kind"] in KINDS[only]]


def _nothing(job: Job, only: str) -> str:
    if job["status"] == "completed":
        return f"The job has no {only}. See what it has with: vidmill job {job['id']}"
    return (
        f"The job is {job['status']}; there is nothing to download. Wait for it with: "
        f"vidmill job {job['id']} --watch"
    )
