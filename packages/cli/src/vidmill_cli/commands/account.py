"""`vidmill login`, `logout` and `status`."""

from __future__ import annotations

import sys

import click

from vidmill_cli import config
from vidmill_cli.exits import REFUSED


@click.command()
@click.option("--url", help="The server's address.  [default: the last one, or the local one]")
@click.option("--email", help="Sign in with this address and a password.")
@click.option("--password", help="Better leave it out: you are asked, or it is read from stdin.")
@click.option(
    "--api-key",
    is_flag=False,
    flag_value="",
    help="Use this API key; without a value you are asked for it.",
)
def login(url: str | None, email: str | None, password: str | None, api_key: str | None) -> None:
    """Sign in at a server and remember it.

    With an email address a session is begun, which ends when it is not used for long; an API key
    stays valid.
    """
    from vidmill_cli.client import Client
    from vidmill_cli.output import Output
    from vidmill_cli.transport import server_address

    if api_key is not None and (email or password):
        raise click.UsageError("Give either --api-key or --email and --password.")
    server = server_address(url or config.server_url(config.stored_login()))
    if api_key is not None:
        key = api_key or _secret("API key")
        with Client(server, api_key=key) as client:
            user = client.me()
        kept = config.Login(server, api_key=key, email=user["email"])
    else:
        address = email or _answer("Email")
        with Client(server) as client:
            session = client.login(address, password or _secret("Password"))
        user = session["user"]
        kept = config.Login(
            server,
            token=session["token"],
            refresh_token=session["refresh_token"],
            email=user["email"],
        )
    path = config.store_login(kept)
    output = Output()
    output.line(f"Signed in at {server} as {user['email']}.")
    output.note(f"Stored in {path}, readable by you alone. Forget it with: vidmill logout")


@click.command()
def logout() -> None:
    """End the session and forget the server."""
    from vidmill_cli.errors import ClientError
    from vidmill_cli.output import Output

    output = Output()
    login = config.stored_login()
    if login is not None and login.token is not None:
        try:
            with config.connect_to(login) as client:
                client.logout()
        except ClientError as error:
            output.warn(f"The session goes on at the server until it is not used for long: {error}")
    forgotten = config.forget_login()
    output.line("Signed out." if forgotten else "Nobody was signed in.")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Only JSON on stdout.")
@click.pass_context
def status(context: click.Context, as_json: bool) -> None:
    """Show the server, your account and whether all is well."""
    from vidmill_cli.client import Client
    from vidmill_cli.errors import NotSignedIn
    from vidmill_cli.output import Output
    from vidmill_cli.tables import health_table

    output = Output(as_json=as_json)
    url = config.server_url(config.stored_login())
    with Client(url) as anybody:
        health = anybody.health()
    user = None
    try:
        with config.connect() as client:
            user = client.me()
    except NotSignedIn as error:
        output.warn(f"{error} Run: vidmill login")
    output.json({"url": url, "user": user, **health})
    output.line(f"{url}: {health['status']}")
    if user is not None:
        output.line(f"signed in as {user['email']} ({user['role']})")
    output.table(health_table(health))
    if user is None or health["status"] != "healthy":
        context.exit(REFUSED)


def _answer(question: str) -> str:
    if sys.stdin.isatty():
        return click.prompt(question, err=True)
    return _line(question)


def _secret(question: str) -> str:
    if sys.stdin.isatty():
        return click.prompt(question, hide_input=True, err=True)
    return _line(question)


def _line(question: str) -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise click.UsageError(f"{question} is missing: give the option or a line on stdin.")
    return line
