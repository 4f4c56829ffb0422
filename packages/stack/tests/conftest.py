from __future__ import annotations

from collections.abc import Generator

import pytest

from vidmill_stack.conductor import Stack, assemble, down, up
from vidmill_stack.configuration import StackConfig
from vidmill_stack.ephemeral import ephemeral_config


@pytest.fixture(scope="module")
def config() -> Generator[StackConfig]:
    with ephemeral_config() as made:
        yield made


@pytest.fixture(scope="module")
def server_stack(config: StackConfig) -> Generator[Stack]:
    """PostgreSQL, Valkey and S3 under their supervisor, as `make up` runs them."""
    stack = assemble(config, servers_only=True, developer={})
    try:
        up(stack, print, dies_with_us=True)
        yield stack
    finally:
        down(config.home)
