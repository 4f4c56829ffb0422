"""Files that are being sent through this process, and how many of them one account may send."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from uuid import UUID

from starlette.requests import Request

from vidmill.upload_errors import LengthRequired, TooManyStreams

#: Browsers send six requests to a host at a time; storage has threads for four such accounts.
STREAMS_A_USER = 8
#: What is announced beyond it is no file.
_MOST_DIGITS = 15


class Streams:
    """Counts them. Whoever sends slowly must not take the place of everybody else."""

    def __init__(self) -> None:
        self._open: Counter[UUID] = Counter()

    def count(self, owner_id: UUID) -> int:
        """How many files that account is sending."""
        return self._open[owner_id]

    @contextmanager
    def place(self, owner_id: UUID) -> Generator[None]:
        """One more file of that account, until the block ends. Raises `TooManyStreams`."""
        if self._open[owner_id] >= STREAMS_A_USER:
            raise TooManyStreams(
                f"You are sending {STREAMS_A_USER} files through this server already. Wait for one "
                "of them to end."
            )
        self._open[owner_id] += 1
        try:
            yield
        finally:
            self._open[owner_id] -= 1
            if not self._open[owner_id]:
                del self._open[owner_id]


def body_length(request: Request, known: int | None) -> int:
    """How many bytes the body of a request has: as it says, or, where it does not, as is known.
    Raises `LengthRequired`."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and len(announced) <= _MOST_DIGITS:
        return int(announced)
    if known is None:
        raise LengthRequired
    return known
