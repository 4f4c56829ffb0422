"""`vidmill jobs`, `job`, `cancel`, `retry` and `delete`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import islice
from typing import get_args
from uuid import UUID

import click

from vidmill_cli import exits
from vidmill_cli.config import connect
from vidmill_cli.errors import ApiError, NotSignedIn
from vidmill_cli.models import JobStatus

job_ids = click.argument("ids", nargs=-1, required=True, metavar="ID…", type=click.UUID)


@click.command()
@click.option("--status", type=click.Choice(get_args(JobStatus)), help="Only these.")
@click.option("--search", metavar="TEXT", help="Part of the file name.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, show_default=True, help="At most so many."
)
@click.option("--all", "everything", is_flag=True, help="No limit.")
@click.option("--json", "as_json", is_flag=True, help="Only JSON on stdout, one job a line.")
def jobs(
    status: str | None, search: str | None, limit: int, everything: bool, as_json: bool
) -> None:
    """List jobs, newest first."""
    from vidmill_cli.output import Output
    from vidmill_cli.rest import MAX_PAGE
    from vidmill_cli.tables import job_table

    output = Output(as_json=as_json)
    with connect() as client:
        page = MAX_PAGE if everything else limit
        found = client.list_jobs(status=status, search=search, page_size=page)
        # One more than is shown tells whether there are more.
        if as_json:
            for job in islice(found, None if everything else limit):
                output.json(job)
            return
        shown = list(islice(found, None if everything else limit))
        more = not everything and next(found, None) is not None
    if not shown:
        output.note("There are no such jobs." if status or search else "There are no jobs yet.")
        return
    output.table(job_table(shown))
    if more:
        output.note("There are more; show them with --all or a higher --limit.")


@click.command()
@click.argument("job_id", metavar="ID", type=click.UUID)
@click.option("--watch", is_flag=True, help="Stay until the job has ended.")
@click.option("--json", "as_json", is_flag=True, help="Only JSON on stdout.")
@click.pass_context
def job(context: click.Context, job_id: UUID, watch: bool, as_json: bool) -> None:
    """Show a job."""
    from vidmill_cli.output import Output
    from vidmill_cli.tables import show_job

    output = Output(as_json=as_json)
    with connect() as client:
        found = client.get_job(str(job_id))
        if watch:
            from vidmill_cli.commands.follow import follow_job

            context.exit(follow_job(client, output, found["id"], found["filename"]))
    output.json(found)
    show_job(output, found)
    # Showing a failed job is not a failure; waiting for one to succeed is.


@click.command()
@job_ids
@click.pass_context
def cancel(context: click.Context, ids: tuple[UUID, ...]) -> None:
    """Stop jobs that have not ended."""
    with connect() as client:
        context.exit(_each(ids, lambda job_id: client.cancel_job(job_id)["status"]))


@click.command()
@job_ids
@click.pass_context
def retry(context: click.Context, ids: tuple[UUID, ...]) -> None:
    """Try failed or cancelled jobs again."""
    with connect() as client:
        context.exit(_each(ids, lambda job_id: client.retry_job(job_id)["status"]))


@click.command()
@job_ids
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_context
def delete(context: click.Context, ids: tuple[UUID, ...], yes: bool) -> None:
    """Delete ended jobs with their output files."""
    if not yes:
        if not sys.stdin.isatty():
            raise click.UsageError("Without a terminal to ask at, --yes is needed.")
        names = ", ".join(str(job_id) for job_id in ids)
        if not click.confirm(f"Delete {names} with all output files?", err=True):
            context.exit(exits.OK)

    with connect() as client:

        def remove(job_id: str) -> str:
            client.delete_job(job_id)
            return "deleted"

        context.exit(_each(ids, remove))


def _each(ids: tuple[UUID, ...], act: Callable[[str], str]) -> int:
    """Do something to each job; what is wrong with one of them does not keep the others."""
    worst = exits.OK
    for job_id in map(str, ids):
        try:
            done = act(job_id)
        except NotSignedIn:
            raise
        except ApiError as error:
            worst = max(worst, exits.report(error, job_id))
        else:
            click.echo(f"{job_id}: {done}")
    return worst
