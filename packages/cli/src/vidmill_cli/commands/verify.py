"""`vidmill verify`: the proof of published jobs, repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import click

from vidmill_cli import exits
from vidmill_cli.commands.jobs import job_ids
from vidmill_cli.config import connect
from vidmill_cli.errors import ApiError, NotSignedIn

if TYPE_CHECKING:
    from vidmill_cli.client import Client
    from vidmill_cli.output import Output


@click.command()
@job_ids
@click.option("--json", "as_json", is_flag=True, help="Only JSON on stdout, one job a line.")
@click.pass_context
def verify(context: click.Context, ids: tuple[UUID, ...], as_json: bool) -> None:
    """Check again that all that jobs have published is there and decodes."""
    from vidmill_cli.output import Output

    output = Output(as_json=as_json)
    worst = exits.OK
    with connect() as client:
        begun: list[tuple[str, str]] = []
        # All begin at once; workers do them side by side.
        for job_id in map(str, ids):
            try:
                begun.append((job_id, client.verify_job(job_id)["filename"]))
            except NotSignedIn:
                raise
            except ApiError as error:
                worst = max(worst, exits.report(error, job_id))
        for job_id, title in begun:
            try:
                worst = max(worst, _follow(client, output, job_id, title))
            except NotSignedIn:
                raise
            except ApiError as error:
                worst = max(worst, exits.report(error, job_id))
    context.exit(worst)


def _follow(client: Client, output: Output, job_id: str, title: str) -> int:
    from vidmill_cli.events import progress_of
    from vidmill_cli.progress import JobDisplay
    from vidmill_cli.tables import show_verification

    if output.animated:
        output.note(title, "bold")
    try:
        with JobDisplay(output, title) as display:
            job = None
            for job in client.verifications(job_id):
                mine = [task for task in job["tasks"] if task["kind"] == "verify"]
                display.show({**progress_of(job), "tasks": mine})
    except KeyboardInterrupt:
        output.note("\nNo longer watching; the verification goes on.")
        raise click.exceptions.Exit(exits.INTERRUPTED) from None
    verification = job and job["verification"]
    if job is None or verification is None:
        return exits.REFUSED
    output.json(job)
    show_verification(output, job, verification)
    return exits.OK if verification["status"] == "passed" else exits.JOB_FAILED
