"""The `vidmill` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from vidmill_cli import exits
from vidmill_cli.commands import account, download, jobs, keys, upload, verify


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=(
        "VIDMILL_URL and VIDMILL_API_KEY in the environment go before what login stored. "
        "Exit codes: 0 done, 1 job failed, cancelled or not as published, 2 wrong usage, "
        "3 refused, 4 server unreachable, 130 interrupted."
    ),
)
@click.version_option(package_name="vidmill-cli")
def cli() -> None:
    """Upload videos to a Vidmill server and follow what becomes of them."""


for _command in (
    account.login,
    account.logout,
    account.status,
    upload.upload,
    jobs.jobs,
    jobs.job,
    jobs.cancel,
    jobs.retry,
    jobs.delete,
    verify.verify,
    download.download,
    keys.keys,
):
    cli.add_command(_command)


def run(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit code (see `exits`)."""
    try:
        code: object = cli.main(list(arguments), prog_name="vidmill", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        return exits.INTERRUPTED
    except exits.EXPECTED as error:
        return exits.report(error)
    return code if isinstance(code, int) else exits.OK


def main() -> None:
    """Entry point of the `vidmill` script."""
    sys.exit(run(sys.argv[1:]))
