"""Exit codes, and how errors become them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from vidmill_cli.config import KEY_VARIABLE, URL_VARIABLE
from vidmill_cli.errors import ClientError, InvalidAddress, NotSignedIn, Unreachable

if TYPE_CHECKING:
    from vidmill_cli.models import JobStatus

OK = 0
JOB_FAILED = 1
"""A job failed or was cancelled, or what it published did not pass verification."""
USAGE = 2
REFUSED = 3
"""The server, its storage or this machine's disk said no."""
UNREACHABLE = 4
INTERRUPTED = 130
"""128 + SIGINT, as shells count."""


def exit_code(error: Exception) -> int:
    """The exit code of a `ClientError` or `OSError`."""
    if isinstance(error, Unreachable):
        return UNREACHABLE
    if isinstance(error, InvalidAddress):
        return USAGE
    return REFUSED


def explain(error: Exception) -> str:
    """An error and what to do about it."""
    text = str(error)
    if isinstance(error, Unreachable):
        return (
            f"{text}\nIs Vidmill running there? Another server is named with {URL_VARIABLE} or: "
            "vidmill login --url URL"
        )
    if isinstance(error, NotSignedIn) and error.code != "invalid_credentials":
        if os.environ.get(KEY_VARIABLE):
            return f"{text}\n{KEY_VARIABLE} is set, but it is not a key of this server."
        return f"{text}\nRun: vidmill login, or set {KEY_VARIABLE}."
    return text


def report(error: Exception, what: str | None = None) -> int:
    """Tell an error on stderr and return its exit code. `what` it is about goes before it."""
    prefix = f"{what}: " if what else ""
    click.secho(f"{prefix}{explain(error)}", fg="red", err=True)
    return exit_code(error)


def job_exit_code(status: JobStatus) -> int:
    """Of a job that was followed to its end."""
    return OK if status == "completed" else JOB_FAILED


EXPECTED = (ClientError, OSError)
"""Errors that are told in a sentence. Others are bugs, and show where they come from."""
