"""The locks hold what the members ask for, and nothing that ties them to one index."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

from vidmill_stack.locations import CHECKOUT

MEMBERS = sorted(
    [*CHECKOUT.glob("packages/*/pyproject.toml"), *CHECKOUT.glob("apps/*/pyproject.toml")]
)
LOCKS = sorted((CHECKOUT / "requirements").glob("*.txt"))


def name(requirement: str) -> str:
    """The normalised name in a requirement."""
    return re.split(r"[\[<>=!~;@ ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def locked_names(lock: Path) -> set[str]:
    return {name(line) for line in lock.read_text().splitlines() if re.match(r"[a-z0-9]", line)}


@pytest.mark.parametrize("member", MEMBERS, ids=lambda path: path.parent.name)
def test_dependencies_of_members_are_locked(member: Path) -> None:
    project = tomllib.loads(member.read_text())["project"]
    extras = chain.from_iterable(project.get("optional-dependencies", {}).values())
    wanted = {name(requirement) for requirement in (*project["dependencies"], *extras)}
    ours = {name for name in wanted if name.startswith("vidmill-")}
    assert wanted - ours <= locked_names(CHECKOUT / "requirements" / "dev.txt")


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.stem)
def test_locks_have_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    entries = re.split(r"\n(?=[a-z0-9])", text)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert "://" not in text
