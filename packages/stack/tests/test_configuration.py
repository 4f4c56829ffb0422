"""Settings of the stack itself."""

from __future__ import annotations

import pytest

from vidmill_stack.configuration import StackConfig
from vidmill_stack.locations import CHECKOUT


def test_an_empty_variable_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VIDMILL_HOME", "")
    monkeypatch.setenv("API_PORT", "")
    # What the developer has chosen has no say here.
    monkeypatch.setitem(StackConfig.model_config, "env_file", None)
    config = StackConfig()
    assert config.home.folder == CHECKOUT / ".vidmill"
    assert config.api_port == 8080
