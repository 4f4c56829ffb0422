"""The Makefile's promises that need no stack: help, and clear words without Python."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from vidmill_stack.locations import CHECKOUT


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_make_alone_prints_help() -> None:
    result = run("make")
    assert result.returncode == 0
    targets = {line.split()[1] for line in result.stdout.splitlines() if "make " in line}
    assert {"demo", "test", "up", "down", "logs", "status", "lint", "bench", "setup"} <= targets


def test_setup_without_python_names_the_remedy(tmp_path: Path) -> None:
    script = str(CHECKOUT / "packages" / "stack" / "install_uv.sh")
    result = run("sh", script, str(tmp_path / "uv"), "none.txt", PYTHON="python-that-is-not-here")
    assert result.returncode == 1
    assert "Vidmill needs Python 3.11 or newer" in result.stderr
    assert "make PYTHON=" in result.stderr
    assert not (tmp_path / "uv").exists()
