"""The local stack's commands, as `make` calls them: python -m vidmill_stack COMMAND."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from pydantic import ValidationError

from vidmill_stack.conductor import StartFailed, assemble, down, up
from vidmill_stack.configuration import StackConfig
from vidmill_stack.database_cluster import ClusterFailed
from vidmill_stack.demo import DemoFailed, chosen_video, run_demo
from vidmill_stack.locations import MissingProgram
from vidmill_stack.ports import PortTaken
from vidmill_stack.status import missing_web, status_lines
from vidmill_stack.supervision import Supervisor, SupervisorFailed

FAILURES = (
    ClusterFailed,
    DemoFailed,
    MissingProgram,
    PortTaken,
    StartFailed,
    SupervisorFailed,
)


@click.group()
def main() -> None:
    """Run Vidmill on this machine, with real servers and without root or containers."""


@main.command("up")
@click.option("--servers", is_flag=True, help="Only PostgreSQL, Valkey and S3.")
def up_command(*, servers: bool) -> None:
    """Start the stack and print its addresses."""
    config = StackConfig()
    up(assemble(config, servers_only=servers), click.echo)
    if not servers and (reason := missing_web()):
        click.echo(reason)
    click.echo("\n".join(["", *status_lines(config)]))


@main.command("down")
def down_command() -> None:
    """Stop the stack; its data stays."""
    home = StackConfig().home
    ran = down(home)
    # With the folder: there may be several stacks, and this tells which one was meant.
    click.echo(f"Stopped the stack in {home.folder}." if ran else f"Nothing ran in {home.folder}.")


@main.command("status")
def status_command() -> None:
    """Print each program's state, the addresses and the local administrator."""
    config = StackConfig()
    click.echo("\n".join(status_lines(config)))
    sys.exit(0 if Supervisor(config.home).is_running else 3)


@main.command("logs")
@click.argument("program", required=False)
def logs_command(program: str | None) -> None:
    """Follow the logs, of one program or of all."""
    folder = StackConfig().home.logs
    files = sorted(map(str, folder.glob(f"{program or '*'}.log")))
    if not files:
        click.echo(f"No logs in {folder}.", err=True)
        sys.exit(1)
    os.execvp("tail", ["tail", "--lines=20", "--follow=name", "--quiet", *files])  # noqa: S606


@main.command("demo")
@click.argument("video", required=False, type=click.Path(path_type=Path))
def demo_command(video: Path | None) -> None:
    """Start the stack and send a video through it."""
    chosen = video and chosen_video(video)
    config = StackConfig()
    stack = assemble(config)
    up(stack, click.echo)
    run_demo(config.home, stack.services, chosen)


if __name__ == "__main__":
    try:
        main()
    except FAILURES as error:
        click.echo(f"{error}", err=True)
        sys.exit(1)
    except ValidationError as error:
        for problem in error.errors():
            click.echo(f"{str(problem['loc'][0]).upper()}: {problem['msg']}", err=True)
        sys.exit(1)
