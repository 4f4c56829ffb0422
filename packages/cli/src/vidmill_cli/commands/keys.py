"""`vidmill keys`: API keys, for programs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, get_args
from uuid import UUID

import click

from vidmill_cli.config import connect
from vidmill_cli.key_models import KeyScope

if TYPE_CHECKING:
    from vidmill_cli.key_models import NewApiKey

as_json_option = click.option("--json", "as_json", is_flag=True, help="Only JSON on stdout.")
key_id_argument = click.argument("key_id", metavar="ID", type=click.UUID)


@click.group()
def keys() -> None:
    """Make, list, replace and revoke API keys."""


@keys.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that have ended too.")
@as_json_option
def list_keys(everything: bool, as_json: bool) -> None:
    """List your keys, newest first."""
    from vidmill_cli.output import Output
    from vidmill_cli.tables import key_table

    output = Output(as_json=as_json)
    with connect() as client:
        found = list(client.list_api_keys(active=None if everything else True))
    for key in found:
        output.json(key)
    if found:
        output.table(key_table(found))
    else:
        output.note("There are no keys.")


@keys.command()
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(get_args(KeyScope)),
    multiple=True,
    default=("read", "write"),
    show_default=True,
    help="What it is good for; may be repeated.",
)
@click.option("--days", type=click.FloatRange(min=0, min_open=True), help="It ends after so long.")
@click.option("--hourly-limit", type=click.IntRange(min=1), help="Requests an hour.")
@click.option(
    "--ip",
    "ip_allow",
    metavar="NETWORK",
    multiple=True,
    help="Works from this address or network alone; may be repeated.",
)
@as_json_option
def create(
    name: str,
    scopes: tuple[KeyScope, ...],
    days: float | None,
    hourly_limit: int | None,
    ip_allow: tuple[str, ...],
    as_json: bool,
) -> None:
    """Make a key, and show it once."""
    with connect() as client:
        made = client.create_api_key(
            name,
            scopes=scopes,
            expires_at=None if days is None else datetime.now(UTC) + timedelta(days=days),
            hourly_limit=hourly_limit,
            ip_allow=ip_allow or None,
        )
    _show(made, as_json)


@keys.command()
@key_id_argument
@click.option(
    "--overlap-seconds",
    type=click.IntRange(0, 30 * 86_400),
    default=86_400,
    show_default=True,
    help="The old key works for so long beside the new one.",
)
@as_json_option
def rotate(key_id: UUID, overlap_seconds: int, as_json: bool) -> None:
    """Replace a key by a new one with the same rights."""
    with connect() as client:
        made = client.rotate_api_key(str(key_id), overlap_seconds=overlap_seconds)
    _show(made, as_json)


@keys.command()
@key_id_argument
def revoke(key_id: UUID) -> None:
    """End a key at once."""
    with connect() as client:
        client.revoke_api_key(str(key_id))
    click.echo(f"{key_id}: revoked")


def _show(made: NewApiKey, as_json: bool) -> None:
    from vidmill_cli.output import Output

    output = Output(as_json=as_json)
    output.json(made)
    output.line(made["key"])
    output.note("Keep it now: it is not shown again.")
