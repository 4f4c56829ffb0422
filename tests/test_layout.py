"""Who may import whom."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: The import packages of each member, and which others it may import.
ALLOWED = {
    "packages/core/src/vidmill": {"vidmill"},
    "packages/cli/src/vidmill_cli": {"vidmill_cli"},
    "packages/stack/src/vidmill_stack": {"vidmill", "vidmill_stack"},
    "apps/api/src/vidmill_api": {"vidmill", "vidmill_api"},
    "apps/graphql/src/vidmill_graphql": {"vidmill", "vidmill_graphql"},
    "apps/worker/src/vidmill_worker": {"vidmill", "vidmill_worker"},
}
ONE_IMPORTER = {
    "boto3": {"packages/core/src/vidmill/storage.py"},
    "httpcore2": {
        "packages/core/src/vidmill/outbound.py",
        "packages/core/src/vidmill/outbound_connections.py",
    },
    "redis": {"packages/core/src/vidmill/queue.py", "packages/core/src/vidmill/rate_limits.py"},
}
FORBIDDEN_NAMES = {"utils", "common", "helpers", "base", "misc"}


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.split(".")[0])
    return found


def files(member: str) -> list[Path]:
    return [path for path in (ROOT / member).rglob("*.py") if "venv" not in path.parts]


@pytest.mark.parametrize("member", ALLOWED)
def test_a_member_imports_only_what_it_may(member: str) -> None:
    assert files(member)
    for path in files(member):
        ours = {name for name in imports(path) if name.split("_")[0] == "vidmill"}
        assert ours <= ALLOWED[member], path


@pytest.mark.parametrize("library", ONE_IMPORTER)
def test_a_service_behind_us_has_one_importer(library: str) -> None:
    members = [m for m in ALLOWED if not m.startswith("packages/stack")]
    importers = {
        str(path.relative_to(ROOT))
        for m in members
        for path in files(m)
        if library in imports(path)
    }
    assert importers == ONE_IMPORTER[library]


def test_files_are_short_and_named_for_what_they_hold() -> None:
    for member in (*ALLOWED, *{f"{member.split('/src/')[0]}/tests" for member in ALLOWED}, "tests"):
        assert files(member)
        for path in files(member):
            assert path.stem not in FORBIDDEN_NAMES, path
            assert len(path.read_text(encoding="utf-8").splitlines()) <= 300, path
