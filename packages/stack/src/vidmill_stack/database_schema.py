"""The schema that all migrations together make, as one file to read and to review."""

from __future__ import annotations

import asyncio
import re
import subprocess

from vidmill.db.migrate import migrate
from vidmill_stack import locations, programs
from vidmill_stack.database_cluster import create_cluster, create_database
from vidmill_stack.environment import Secrets, database_url, process_environment
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.server_process import ServerProcess

SCHEMA = locations.CHECKOUT / "packages" / "core" / "src" / "vidmill" / "db" / "schema.sql"
_HEAD = """\
-- What migrations/*.sql make, for reading; nothing runs it. Written by `make schema`.
"""


def dump_schema(url: str) -> str:
    """A database's schema as SQL, without what differs between servers of one version."""
    pg_dump = [
        str(locations.postgres_program("pg_dump")),
        "--schema-only", "--schema=public", "--no-owner", "--no-privileges", "--no-comments",
        "--restrict-key=x", f"--dbname={url}",
    ]  # fmt: skip
    text = subprocess.run(pg_dump, check=True, capture_output=True, text=True).stdout
    # Names of objects as comments, psql's commands and the session's settings say nothing here.
    lines = [line for line in text.splitlines() if not re.match(r"--|\\|SET |SELECT pg_cat", line)]
    body = "\n".join(lines).replace("CREATE SCHEMA public;\n", "")
    return _HEAD + "\n" + re.sub(r"\n{3,}", "\n\n", body).strip() + "\n"


def migrated_schema() -> str:
    """The schema of a new database with every migration, on a server for this purpose alone."""
    with ephemeral_config() as config:
        config.home.create()
        secrets = Secrets.generate()
        create_cluster(config.home, secrets)
        environment = process_environment({"VIDMILL_HOME": str(config.home.folder)})
        program = programs.postgres(config, secrets, durable=False)
        server = ServerProcess(program, config.home, environment)
        try:
            server.start()
            create_database(database_url(config, secrets, "postgres"), "schema")
            url = database_url(config, secrets, "schema")
            asyncio.run(migrate(url))
            return dump_schema(url)
        finally:
            server.stop()


if __name__ == "__main__":
    SCHEMA.write_text(migrated_schema(), encoding="utf-8")
