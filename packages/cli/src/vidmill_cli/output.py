"""Where text goes: results to stdout, progress and notes to stderr, and with `--json` nothing
but JSON to stdout."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console

#: Width of tables where there is no terminal to ask, as in a pipe or a log.
PIPE_COLUMNS = 120


class Output:
    """The two streams of one command."""

    def __init__(self, *, as_json: bool = False) -> None:
        self.as_json = as_json
        self._results = _console(stderr=False)
        self.notes = _console(stderr=True)

    @property
    def animated(self) -> bool:
        """Whether progress may redraw itself."""
        return self.notes.is_terminal

    def note(self, text: str, style: str | None = None) -> None:
        """A line about what goes on, to stderr."""
        # Names of files are data: no markup, no guessing at colours, no breaks inside links.
        self.notes.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """A line about what went wrong, to stderr."""
        self.note(text, "red")

    def line(self, text: str, style: str | None = None) -> None:
        """A line of the result; not shown beside JSON."""
        if not self.as_json:
            self._results.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    def table(self, table: Any) -> None:
        """A table of the result; not shown beside JSON."""
        if not self.as_json:
            self._results.print(table)

    def json(self, value: Any) -> None:
        """One JSON value on a line of its own; only with `--json`."""
        if self.as_json:
            sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
            sys.stdout.flush()


def _console(*, stderr: bool) -> Console:
    terminal = (sys.stderr if stderr else sys.stdout).isatty()
    # Without a terminal no colours, whatever the environment asks for: a pipe is read by programs.
    return Console(
        stderr=stderr,
        force_terminal=terminal,
        color_system="auto" if terminal else None,
        width=None if terminal else PIPE_COLUMNS,
    )
