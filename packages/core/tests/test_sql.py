"""Every statement and the schema, as PostgreSQL itself understands them."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import LiteralString, cast

import psycopg
import pytest

from vidmill.db.queries import load_queries
from vidmill_stack.database_schema import SCHEMA, dump_schema
from vidmill_stack.environment import database_url
from vidmill_stack.pytest_plugin import Servers

FILES = sorted(f.name for f in files("vidmill.db").iterdir() if f.name.endswith(".sql"))
STATEMENTS = [
    pytest.param(statement, id=f"{file.removesuffix('.sql')}.{name}")
    for file in FILES
    for name, statement in load_queries(file).items()
]


def numbered(statement: str) -> str:
    """The statement with PostgreSQL's own marks, `$1`, in place of psycopg's `%(name)s`."""
    numbers: dict[str, int] = {}

    def number(mark: re.Match[str]) -> str:
        return f"${numbers.setdefault(mark[1], len(numbers) + 1)}"

    return re.sub(r"%\((\w+)\)[sbt]", number, statement).replace("%%", "%")


@pytest.fixture(scope="module")
def url(servers: Servers, bootstrapped: tuple[str, str]) -> str:
    """A migrated database, which is only looked at here."""
    return database_url(servers.config, servers.secrets, bootstrapped[0])


@pytest.mark.parametrize("statement", STATEMENTS)
def test_every_statement_fits_the_schema(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        prepare = cast("LiteralString", f"PREPARE tried AS {numbered(statement)}")
        connection.execute(prepare)


def test_the_schema_to_read_is_the_one_that_migrations_make(url: str) -> None:
    assert SCHEMA.read_text(encoding="utf-8") == dump_schema(url), "run: make schema"
