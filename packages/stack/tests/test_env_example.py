"""`.env.example` lists every setting, with the default that the code has."""

from __future__ import annotations

from typing import cast

import pytest
from dotenv import dotenv_values
from pydantic_core import PydanticUndefined

from vidmill.settings import Settings
from vidmill_stack.conductor import assemble
from vidmill_stack.configuration import StackConfig, developer_settings
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.locations import CHECKOUT

EXAMPLE = dotenv_values(CHECKOUT / ".env.example")
FIELDS = {**StackConfig.model_fields, **Settings.model_fields}
#: Their defaults depend on the machine or the folder.
PLACES = {"vidmill_home", "scratch_dir"}


def test_it_lists_every_setting_and_no_other() -> None:
    assert set(EXAMPLE) == {name.upper() for name in FIELDS}


@pytest.mark.parametrize("name", sorted(set(FIELDS) - PLACES))
def test_a_default_is_the_one_in_the_code(name: str) -> None:
    default = FIELDS[name].default
    text = EXAMPLE[name.upper()]
    if default is None or default is PydanticUndefined:
        assert text == ""
    elif isinstance(default, bool):
        assert text == str(default).lower()
    elif isinstance(default, int | float):
        assert text is not None
        assert float(text) == default
    elif isinstance(default, tuple):
        assert text == ",".join(map(str, cast("tuple[object, ...]", default)))
    else:
        assert text == str(default)


def test_a_plain_copy_of_it_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vidmill_stack.configuration.ENV_FILE", CHECKOUT / ".env.example")
    with ephemeral_config() as config:
        plain = assemble(config, servers_only=True, developer={}).services
        copied = assemble(config, servers_only=True, developer=developer_settings({})).services
    follow_the_ports = {"API_PUBLIC_URL", "GRAPHQL_PUBLIC_URL", "WEB_PUBLIC_URL", "CORS_ORIGINS"}
    for name in set(plain) - follow_the_ports:
        assert copied[name] == plain[name]


@pytest.mark.parametrize(
    ("workers", "developer", "threads"),
    [
        (2, {}, "4"),
        (3, {"FFMPEG_THREADS": "0"}, "2"),
        (2, {"WORKER_SLOTS": "2"}, "2"),
        (9, {}, "1"),
        (2, {"FFMPEG_THREADS": "7"}, "7"),
    ],
)
def test_each_worker_takes_its_share_of_the_processors(
    monkeypatch: pytest.MonkeyPatch, workers: int, developer: dict[str, str], threads: str
) -> None:
    monkeypatch.setattr("vidmill_stack.environment.processors", lambda: 8)
    with ephemeral_config() as config:
        config = config.model_copy(update={"workers": workers})
        stack = assemble(config, servers_only=True, developer=developer)
    assert stack.services["FFMPEG_THREADS"] == threads
