"""What can be set about the local stack: its ports, its size and its folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from dotenv import dotenv_values
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from vidmill.settings import Settings
from vidmill_stack.locations import CHECKOUT, Home

Port = Annotated[int, Field(ge=1, le=65_535)]

#: Settings of the developer, beside the Makefile; the process environment wins over it.
ENV_FILE = CHECKOUT / ".env"


class StackConfig(BaseSettings):
    """The stack's settings, from the environment or `.env`.

    Raises `pydantic.ValidationError` naming each bad variable.
    """

    model_config = SettingsConfigDict(
        frozen=True,
        extra="ignore",
        env_file=ENV_FILE,
        env_file_encoding="utf-8",
        # An empty VIDMILL_HOME is no wish to fill the checkout itself.
        env_ignore_empty=True,
    )

    vidmill_home: Path = CHECKOUT / ".vidmill"
    api_port: Port = 8080
    graphql_port: Port = 8081
    web_port: Port = 3000
    # Swift's storage servers take the three ports after it.
    s3_port: Annotated[int, Field(ge=1, le=65_532)] = 9000
    postgres_port: Port = 15432
    valkey_port: Port = 16379
    # Of the first worker; the others, the reaper and the notifier take the ports after it.
    metrics_port: Annotated[int, Field(ge=1, le=65_400)] = 9100
    workers: Annotated[int, Field(ge=1, le=64)] = 2

    @property
    def home(self) -> Home:
        """The stack's folder; a relative one lies in the checkout."""
        return Home((CHECKOUT / self.vidmill_home.expanduser()).resolve())

    @property
    def reaper_metrics_port(self) -> int:
        """The port after the workers'."""
        return self.metrics_port + self.workers

    @property
    def notifier_metrics_port(self) -> int:
        """The port after the reaper's."""
        return self.reaper_metrics_port + 1


def developer_settings(environ: dict[str, str]) -> dict[str, str]:
    """The settings of services that a developer made, in the environment or in `.env`; nothing
    else of the environment reaches a service.
    """
    merged = {**dotenv_values(ENV_FILE), **environ}
    names = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in merged.items() if value and name in names}
