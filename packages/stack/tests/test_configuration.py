"""Settings of the stack itself."""

from __future__ import annotations

import pytest

from vidmill_stack.configuration import StackConfig
from vidmill_stack.locations import CHECKOUT


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDMILL_HOME", "")
    monkeypatch.setenv("API_PORT", "")
    config = StackConfig(_env_file=None)
    assert config.home.folder == CHECKOUT / ".vidmill"
    assert config.api_port == 8080
