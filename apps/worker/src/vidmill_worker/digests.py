"""Digests of finished files: recorded when they are made, compared when they are verified again."""

from __future__ import annotations

import hashlib
from pathlib import Path

from vidmill_worker.results import OutputFile


def sha256_of(path: Path) -> str:
    """SHA-256 of a file in hexadecimal; reads it all, at more than a gigabyte a second."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def output_file(directory: Path, name: str) -> OutputFile:
    """What is recorded of a finished file of that name below the job's directory."""
    path = directory / name
    return OutputFile(name=name, size_bytes=path.stat().st_size, sha256=sha256_of(path))
