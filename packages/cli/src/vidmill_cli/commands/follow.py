"""A job followed to its end, for `upload --watch` and `job --watch`."""

from __future__ import annotations

import click

from vidmill_cli import exits
from vidmill_cli.client import Client
from vidmill_cli.output import Output
from vidmill_cli.progress import JobDisplay
from vidmill_cli.tables import show_job


def follow_job(client: Client, output: Output, job_id: str, title: str) -> int:
    """Show a job's tasks until it has ended, then the job; returns the exit code.

    Raises what `Client.events` raises.
    """
    if output.animated:
        output.note(title, "bold")
    try:
        with JobDisplay(output, title) as display:
            for snapshot in client.events(job_id):
                display.show(snapshot)
    except KeyboardInterrupt:
        output.note(
            f"\nNo longer watching; the job goes on. See it with: vidmill job {job_id} --watch\n"
            f"Stop it with: vidmill cancel {job_id}"
        )
        raise click.exceptions.Exit(exits.INTERRUPTED) from None
    job = client.get_job(job_id)
    output.json(job)
    show_job(output, job)
    return exits.job_exit_code(job["status"])
