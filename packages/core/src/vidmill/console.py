"""The pages that packages/console builds for the services: where their files are."""

from __future__ import annotations

from pathlib import Path

from vidmill.settings import Settings


def console_file(settings: Settings, page: str, name: str) -> Path | None:
    """A file of `page`, by the rest of its address; None where there is none, which is what an
    address that leads out of the page's folder is told as well."""
    if settings.console_dir is None:
        return None
    try:
        folder = (settings.console_dir / page).resolve()
        path = folder.joinpath(name).resolve()
        return path if path.is_relative_to(folder) and path.is_file() else None
    except (OSError, ValueError):  # No file can have such a name: too long, or with a NUL.
        return None
