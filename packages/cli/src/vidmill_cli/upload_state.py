"""Uploads that were begun on this machine, remembered so that the next run goes on with them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

#: Servers drop unfinished uploads after a day by default; a record older than this is of no use.
KEEP_SECONDS = 14 * 86_400


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file as it was when its upload began; `size` in bytes."""

    path: Path
    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> Self:
        """Raises `OSError`."""
        resolved = path.resolve()
        stat = resolved.stat()
        return cls(resolved, stat.st_size, stat.st_mtime_ns)

    def unchanged(self) -> bool:
        """Whether the file still has the same size and time of change."""
        try:
            return LocalFile.of(self.path) == self
        except OSError:
            return False


def state_folder() -> Path:
    """`vidmill/uploads` below XDG_STATE_HOME (XDG Base Directory Specification 0.8)."""
    home = os.environ.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "vidmill" / "uploads"


class UploadStates:
    """One small JSON file an upload, named after server, path, size and time of change: a file
    that was changed since is another one."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or state_folder()

    def find(self, server: str, file: LocalFile) -> str | None:
        """The id of the upload that was begun for this file, if any."""
        try:
            record: dict[str, Any] = json.loads(self._path(server, file).read_text("utf-8"))
            return str(record["upload_id"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def remember(self, server: str, file: LocalFile, upload_id: str) -> None:
        """Write the record; raises `OSError`."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._prune()
        record = {
            "upload_id": upload_id,
            "server": server,
            "path": str(file.path),
            "size": file.size,
            "mtime_ns": file.mtime_ns,
        }
        # mkstemp makes the file readable by its owner alone.
        descriptor, name = tempfile.mkstemp(dir=self.folder, suffix=".new")
        with os.fdopen(descriptor, "w", encoding="utf-8") as out:
            json.dump(record, out)
        Path(name).replace(self._path(server, file))

    def forget(self, server: str, file: LocalFile) -> None:
        """Remove the record, if there is one and it can be removed."""
        with contextlib.suppress(OSError):
            self._path(server, file).unlink()

    def _path(self, server: str, file: LocalFile) -> Path:
        identity = "\0".join([server, str(file.path), str(file.size), str(file.mtime_ns)])
        return self.folder / f"{hashlib.sha256(os.fsencode(identity)).hexdigest()}.json"

    def _prune(self) -> None:
        oldest = time.time() - KEEP_SECONDS
        for path in self.folder.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink(missing_ok=True)
            except OSError:
                continue
