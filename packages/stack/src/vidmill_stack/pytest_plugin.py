"""Fixtures over real servers: PostgreSQL, Valkey and S3, started once per session on free ports.

They die with pytest, even when it is killed (see `launch`). A test gets `settings`: a database as
new, an empty Valkey and the session's bucket; `servers` kills and restarts what it wants.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest
import redis
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from vidmill.bootstrap import bootstrap
from vidmill.settings import Settings
from vidmill_stack import programs
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.configuration import StackConfig
from vidmill_stack.database_cluster import create_cluster, create_database
from vidmill_stack.environment import (
    Secrets,
    database_url,
    process_environment,
    service_environment,
)
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.pristine_database import remember, restore
from vidmill_stack.running_stack import RunningStack
from vidmill_stack.server_process import ServerProcess

DATABASE = "vidmill_test"


@dataclass(frozen=True)
class Servers:
    """The session's servers. A test that stops one starts it again before it ends."""

    config: StackConfig
    secrets: Secrets
    postgres: ServerProcess
    valkey: ServerProcess
    swift: ServerProcess

    def flush_valkey(self) -> None:
        """Forget everything in Valkey, as an operator's FLUSHALL would."""
        url = f"redis://:{self.secrets.valkey_password}@127.0.0.1:{self.config.valkey_port}/0"
        with redis.Redis.from_url(url) as client:
            client.flushall()

    def heal(self) -> None:
        """Start again whatever does not run."""
        for server in (self.postgres, self.valkey, self.swift):
            if not server.is_running:
                server.start()

    @property
    def admin_url(self) -> str:
        """The maintenance database, from which others are created."""
        return database_url(self.config, self.secrets, "postgres")


class GivenSettings(Settings):
    """Settings from arguments alone: the developer's environment has no say in a test."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # pydantic passes all five by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave out environment, .env and secret files."""
        return (init_settings,)


class MakeSettings(Protocol):
    """Builds the test's settings with some of them changed, by their field names."""

    def __call__(self, **changes: object) -> Settings: ...


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run in several processes, keep those of one module together, for each process
    makes what its tests share anew; and all that want the whole product, which starts slowest.
    """
    for item in items:
        shares_stack = "stack" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("stack" if shares_stack else item.location[0]))


@pytest.fixture(scope="session")
def servers() -> Generator[Servers]:
    """PostgreSQL, Valkey and S3 in a folder of this session's own."""
    with ephemeral_config() as config:
        config.home.create()
        secrets = Secrets.generate()
        create_cluster(config.home, secrets)
        environment = process_environment({"VIDMILL_HOME": str(config.home.folder)})
        started = [
            ServerProcess(program, config.home, environment)
            for program in (
                programs.postgres(config, secrets, durable=False),
                programs.valkey(config, secrets),
                programs.swift(config, secrets, f"http://127.0.0.1:{config.web_port}"),
            )
        ]
        try:
            for server in started:
                server.spawn()
            for server in started:
                server.wait_ready()
            yield Servers(config, secrets, *started)
        finally:
            for server in reversed(started):
                server.stop()


def _settings(servers: Servers, database: str, bucket: str, **changes: object) -> Settings:
    environment = service_environment(servers.config, servers.secrets, {})
    values: dict[str, object] = {
        name.lower(): value
        for name, value in environment.items()
        if name.lower() in Settings.model_fields
    }
    values |= {
        "database_url": database_url(servers.config, servers.secrets, database),
        "s3_bucket": bucket,
        **changes,
    }
    return GivenSettings(**values)  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="session")
def bootstrapped(servers: Servers) -> tuple[str, str]:
    """A migrated database with built-in presets and the administrator, and a bucket: what bootstrap
    leaves behind. Returns the names of both."""
    bucket = f"test-{uuid.uuid4().hex}"
    create_database(servers.admin_url, DATABASE)
    asyncio.run(bootstrap(_settings(servers, DATABASE, bucket)))
    remember(database_url(servers.config, servers.secrets, DATABASE))
    return DATABASE, bucket


@pytest.fixture
def make_settings(
    servers: Servers, bootstrapped: tuple[str, str], tmp_path: Path
) -> Generator[MakeSettings]:
    """A factory of settings that share this test's database, Valkey and bucket."""
    database, bucket = bootstrapped
    servers.heal()
    servers.flush_valkey()
    restore(database_url(servers.config, servers.secrets, database))

    def make(**changes: object) -> Settings:
        return _settings(
            servers, database, bucket, **{"scratch_dir": tmp_path / "scratch", **changes}
        )

    yield make
    servers.heal()


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    """The test's settings: a migrated database as new, an empty Valkey, the session's bucket."""
    return make_settings()


@pytest.fixture(scope="session")
def stack() -> Generator[RunningStack]:
    """The whole product as `make up` starts it, on ports and in a folder of its own. Leases and
    retries are short, so that what a fault leads to is seen within a test's patience.
    """
    with ephemeral_config() as config:
        made = assemble(
            config,
            developer={
                "LEASE_SECONDS": "6",
                "RETRY_BASE_SECONDS": "1",
                "REAPER_INTERVAL_SECONDS": "1",
                "DRAIN_GRACE_SECONDS": "10",
                # Receivers of webhooks that tests run themselves.
                "OUTBOUND_ALLOW_CIDRS": "127.0.0.1/32",
            },
        )
        try:
            up(made, print, dies_with_us=True)
            yield RunningStack(made)
        finally:
            down(config.home)
