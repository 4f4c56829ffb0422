"""How many processors a process may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vidmill.processors import processors


@pytest.fixture(autouse=True)
def eight_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    def everywhere(_: int) -> set[int]:
        return set(range(8))

    monkeypatch.setattr(os, "sched_getaffinity", everywhere)


@pytest.mark.parametrize(
    ("limit", "count"),
    [
        ("max 100000", 8),
        ("200000 100000", 2),
        ("150000 100000", 2),
        ("50000 100000", 1),
        ("6400000 100000", 8),
        ("not a limit of this kernel", 8),
    ],
)
def test_a_container_may_have_less_time_than_there_are_processors(
    tmp_path: Path, limit: str, count: int
) -> None:
    (tmp_path / "own").write_text("0::/\n")
    (tmp_path / "cpu.max").write_text(f"{limit}\n")
    assert processors(tmp_path / "own", tmp_path) == count


def test_a_group_above_may_be_the_one_with_the_limit(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("12:cpuset:/elsewhere\n0::/system.slice/vidmill.service\n")
    place = tmp_path / "system.slice" / "vidmill.service"
    place.mkdir(parents=True)
    (place / "cpu.max").write_text("max 100000\n")
    (place.parent / "cpu.max").write_text("300000 100000\n")
    assert processors(tmp_path / "own", tmp_path) == 3


def test_without_control_groups_all_count(tmp_path: Path) -> None:
    assert processors(tmp_path / "own", tmp_path) == 8
    (tmp_path / "own").write_text("3:cpu,cpuacct:/\n")
    assert processors(tmp_path / "own", tmp_path) == 8
