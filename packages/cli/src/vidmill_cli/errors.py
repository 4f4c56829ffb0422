"""What can go wrong between this client and a Vidmill server. Messages say what to do."""

from __future__ import annotations

from typing import TypedDict


class FieldProblem(TypedDict):
    """What is wrong with one field of a request."""

    field: str
    code: str
    detail: str


class ClientError(Exception):
    """Root of all errors that this package raises on purpose."""


class ApiError(ClientError):
    """The server answered with a problem document (RFC 9457). `code` is stable and meant for
    programs, `detail` for people, `errors` has one entry a field."""

    def __init__(
        self, status: int, code: str, detail: str, errors: list[FieldProblem] | None = None
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors or []
        fields = "".join(f"\n  {e['field']}: {e['detail']}" for e in self.errors)
        super().__init__(detail + fields)


class NotSignedIn(ApiError):
    """The server does not know who asks: no key or token, or one that is wrong or has ended."""


class Forbidden(ApiError):
    """The account may not do this."""


class NotFound(ApiError):
    """There is nothing with that id, or it is somebody else's."""


class Unreachable(ClientError):
    """Nothing answers at an address, or what answers breaks off again and again."""

    def __init__(self, address: str, reason: str) -> None:
        self.address = address
        super().__init__(f"No answer from {address}: {reason}")


class StorageRefused(ClientError):
    """Object storage answered a transfer with an error; `status` is its HTTP status."""

    def __init__(self, status: int, detail: str) -> None:
        self.status = status
        super().__init__(f"Storage refused the transfer ({status}): {detail}")


class FileChanged(ClientError):
    """The file was written to while it was being uploaded."""


class EmptyFile(ClientError):
    """There is nothing in the file to upload."""


class DownloadIncomplete(ClientError):
    """What arrived is not what the server announced."""


class InvalidAddress(ClientError):
    """The server's address is not an http or https URL."""
