"""Making PostgreSQL's data folder and the database in it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import psycopg
from psycopg import sql

from vidmill_stack import locations
from vidmill_stack.environment import Secrets
from vidmill_stack.locations import Home

ROLE = "vidmill"


class ClusterFailed(Exception):
    """PostgreSQL's data folder could not be made."""


def create_cluster(home: Home, made: Secrets) -> None:
    """Run initdb unless it has been done; half of one, left by a kill, is done anew.

    Raises `ClusterFailed` with initdb's words.
    """
    folder = home.folder / "postgres"
    if (folder / "data").exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    part, password = folder / "data.part", folder / "password"
    shutil.rmtree(part, ignore_errors=True)
    password.write_text(made.postgres_password)
    try:
        _run_initdb(home, folder, part, password)
    finally:
        password.unlink()
    part.rename(folder / "data")


def _run_initdb(home: Home, folder: Path, data: Path, password: Path) -> None:
    initdb = [
        str(locations.postgres_program("initdb")),
        f"--pgdata={data}",
        f"--username={ROLE}",
        f"--pwfile={password}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        # PostgreSQL's own C.UTF-8: the same order on every machine, whatever locales it has.
        "--locale=C",
        "--locale-provider=builtin",
        "--builtin-locale=C.UTF-8",
        # The server's first checkpoint syncs; a crash before it is repaired by starting over.
        "--no-sync",
    ]
    launcher = [str(locations.python()), "-I", "-S", str(locations.LAUNCHER)]
    options = [str(home.pid_file("initdb")), "TERM", "--unprivileged", str(folder)]
    result = subprocess.run(
        [*launcher, *options, "--", *initdb], capture_output=True, text=True, check=False
    )
    home.pid_file("initdb").unlink(missing_ok=True)
    if result.returncode != 0:
        raise ClusterFailed(f"initdb failed:\n{result.stderr.strip() or result.stdout.strip()}")


def create_database(admin_url: str, name: str) -> None:
    """Create an empty database unless it exists."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [name])
        if found.fetchone() is None:
            statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0")
            connection.execute(statement.format(sql.Identifier(name)))
